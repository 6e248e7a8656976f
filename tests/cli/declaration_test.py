"""export, apply, diff, history and undo: round trips, secrets, all or nothing, and kill -9."""

import json
import os
import random
import signal
import stat
import subprocess
import time
import tomllib
import unittest

from support import PROGRAM, CommandLineTest, dump, is_sanitized

ROUNDS = 8 if is_sanitized() else 25


class DeclarationTest(CommandLineTest):
    def export(self, *arguments, store=None):
        where = ["--store", str(store)] if store else []
        return self.relayctl("export", *arguments, *where, code=0).out

    def apply(self, text, *arguments, code=0):
        return self.relayctl("apply", "-f", "-", *arguments, code=code, stdin=text.encode())

    def diff(self, text, *arguments, code):
        return self.relayctl("diff", "-f", "-", *arguments, code=code, stdin=text.encode())

    def fill(self):
        """A store with something of everything."""
        password = self.folder / "password"
        password.write_text("correct horse\n")
        password.chmod(0o600)
        self.relayctl("add", "news", "--host", "smtp.mailer.example", "--domain", "example.com", "--type", "mass",
                      "--dkim-selector", "s1", "--daily-limit", "5000", "--user", "alice", "--password-file",
                      str(password), "--description", "日本の \"news\"", code=0)
        self.relayctl("add", "a.b", "--host", "2001:db8::25", "--port", "2525", "--any-port", "--domain", "*", "--user",
                      "bob", "--password-command", "pass show 'a b'", "--egress-ip", "192.0.2.1", code=0)
        self.relayctl("add", "own", "--host", "mx.example.jp", "--port", "25", "--security", "none", "--fallback",
                      "--return-path", "<>", code=0)
        self.relayctl("disable", "own", code=0)
        self.relayctl("domain", "add", "bücher.example", code=0)
        self.relayctl("config", "set", "time-zone", "+09:00", code=0)
        self.relayctl("config", "region", "set", "eu", "--spf", "_spf.platform.example", "--network",
                      "192.0.2.0/24,2001:db8::/48", code=0)

    # -- round trips ----------------------------------------------------------------------------------------
    def test_what_export_writes_apply_takes_and_diff_finds_the_same(self):
        self.fill()
        before = dump(self.store)
        for form in ("json", "toml"):
            text = self.export("--format", form)
            self.assertEqual(text, self.export("--format", form))
            self.assertEqual(self.diff(text, code=0).out, "")
            self.assertEqual(self.apply(text, "--prune").err, "unchanged\n")
        self.assertEqual(dump(self.store), before)
        self.assertEqual(json.loads(self.export()), tomllib.loads(self.export("--format", "toml")))

    def test_with_secrets_another_store_becomes_the_same(self):
        self.fill()
        for form in ("json", "toml"):
            file, other = self.folder / f"all.{form}", self.folder / f"{form}.db"
            self.relayctl("export", "--with-secrets", "-f", str(file), code=0)
            self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
            self.relayctl("apply", "-f", str(file), "--store", str(other), code=0)
            self.assertEqual(self.export(store=other), self.export())
            again = self.folder / f"again.{form}"
            self.relayctl("export", "--with-secrets", "-f", str(again), "--store", str(other), code=0)
            self.assertEqual(again.read_bytes(), file.read_bytes())
            self.relayctl("diff", "-f", str(file), "--store", str(other), code=0)

    def test_without_secrets_none_is_written_and_none_is_ever_shown(self):
        self.fill()
        self.relayctl("edit", "news", "--password-stdin", code=0, stdin=b"battery staple\n")
        self.relayctl("delete", "news", code=0)
        self.relayctl("undo", code=0)
        shown = self.export() + self.export("--format", "toml") + self.relayctl("history", "-o", "json", code=0).out
        stored = "\n".join(line for line in dump(self.store) if not line.startswith('INSERT INTO "relay_password"')
                           and not line.startswith('INSERT INTO "dkim_private_key"'))
        for text in (shown, stored):
            for secret in ("correct horse", "battery staple", "PRIVATE KEY", "correct horse".encode().hex()):
                self.assertNotIn(secret.lower(), text.lower())

    def test_secrets_go_to_a_new_file_only(self):
        self.fill()
        self.relayctl("export", "--with-secrets", code=2)
        self.relayctl("export", "--with-secrets", "-f", "-", code=2)
        there = self.folder / "there"
        there.write_text("mine")
        self.relayctl("export", "--with-secrets", "-f", str(there), code=5)
        self.assertEqual(there.read_text(), "mine")
        link = self.folder / "link"
        link.symlink_to(self.folder / "nowhere")
        self.relayctl("export", "--with-secrets", "-f", str(link), code=5)
        self.assertFalse((self.folder / "nowhere").exists())
        self.relayctl("export", "-f", str(self.folder / "no" / "folder"), code=74)

    # -- apply ----------------------------------------------------------------------------------------------
    def test_a_file_by_hand_is_completed_as_add_does(self):
        self.apply('[relays.news]\nhost = "smtp.mailer.example"\nsecurity = "ssl"\ndomains = ["example.com"]\n')
        self.relayctl("add", "news", "--host", "smtp.mailer.example", "--security", "ssl", "--domain", "example.com",
                      code=0)
        outcome = self.relayctl("add", "news", "--host", "smtp.mailer.example", "--security", "ssl", "--domain",
                                "example.com", code=0)
        self.assertIn("unchanged", outcome.err)
        self.assertEqual(self.relayctl("domain", "list", "-q", code=0).out, "example.com\n")

    def test_a_dry_run_tells_and_changes_nothing(self):
        self.fill()
        before = dump(self.store)
        outcome = self.apply('[relays.own]\nhost = "other.example"\nfallback = true\n', "--prune", "--dry-run")
        self.assertIn("would delete relay news", outcome.err)
        self.assertIn("host mx.example.jp -> other.example", outcome.err)
        self.assertEqual(dump(self.store), before)

    def test_all_or_nothing(self):
        self.fill()
        before = dump(self.store)
        good = '[relays.new]\nhost = "new.example"\ndomains = ["new.example"]\n'
        clash = '[relays.clash]\nhost = "c.example"\ndomains = ["example.com"]\nmail_types = ["mass"]\n'
        outcome = self.apply(good + clash, code=5)
        self.assertIn("both claim (example.com, mass)", outcome.err)
        second = '[relays.second]\nhost = "c.example"\nfallback = true\n'
        self.assertIn("is the fallback relay already", self.apply(good + second, code=5).err)
        lost = '[relays.lost]\nhost = "c.example"\ndomains = ["x.example"]\nuser = "bob"\n'
        self.assertIn("neither the file nor the store has the password", self.apply(good + lost, code=2).err)
        self.assertEqual(dump(self.store), before)

    def test_quiet_prints_names(self):
        text = '[relays.b]\nhost = "a.example"\ndomains = ["x.example"]\n[settings]\ntime-zone = "UTC"\n'
        names = "b\nx.example\ntime-zone\n"
        self.assertEqual(self.diff(text, "-q", code=1).out, names)
        self.assertEqual(self.apply(text, "-q").out, names)
        self.assertEqual(self.diff(text, "-q", code=0).out, "")

    def test_two_relays_can_exchange_what_would_clash(self):
        text = "".join(f'[relays.{name}]\nhost = "a.example"\ndomains = ["example.com"]\npriority = {priority}\n'
                       for name, priority in (("a", 1), ("b", 2)))
        self.apply(text)
        self.apply(text.replace("= 1\n", "= 3\n").replace("= 2\n", "= 1\n").replace("= 3\n", "= 2\n"))
        self.assertEqual(self.relayctl("list", "--columns", "name,priority", code=0).out, "a\t2\nb\t1\n")

    def test_prune_deletes_only_in_parts_that_the_file_has(self):
        self.fill()
        self.apply('[settings]\ntime-zone = "+09:00"\n[regions]\n', "--prune")
        self.assertEqual(self.relayctl("list", "-q", code=0).out, "a.b\nnews\nown\n")
        self.assertEqual(self.relayctl("config", "region", "list", "-q", code=0).out, "")
        outcome = self.apply("[relays]\n", "--prune", code=6)
        self.assertIn("--yes", outcome.err)
        self.apply("[relays]\n", "--prune", "--yes")
        self.assertEqual(self.relayctl("list", "-q", code=0).out, "")
        self.assertIn("s1@example.com", self.relayctl("dkim", "list", "-q", code=0).out)
        self.relayctl("undo", code=0)
        self.assertEqual(self.relayctl("list", "-q", code=0).out, "a.b\nnews\nown\n")

    def test_a_key_that_signs_is_not_pruned_and_none_is_overwritten(self):
        self.fill()
        self.assertIn("signs the mail of news", self.apply("[dkim_keys]\n", "--prune", "--yes", code=5).err)
        keys = json.loads(self.export())["dkim_keys"]
        keys["s1@example.com"]["public_key"] = "MCowBQYDK2VwAyEA"
        outcome = self.apply(json.dumps({"dkim_keys": keys}), code=5)
        self.assertIn("never overwritten", outcome.err)
        keys["s2@example.com"] = keys.pop("s1@example.com")
        self.assertIn("private key", self.apply(json.dumps({"dkim_keys": keys}), code=2).err)

    def test_a_key_by_a_file(self):
        self.fill()
        pem = self.folder / "key.pem"
        self.relayctl("dkim", "export-key", "s1@example.com", str(pem), code=0)
        text = f'[dkim_keys."s9@example.org"]\nprivate_key_file = "{pem}"\nnote = "moved"\n'
        self.apply(text)
        public = json.loads(self.export())["dkim_keys"]
        self.assertEqual(public["s9@example.org"]["public_key"], public["s1@example.com"]["public_key"])
        self.apply(text.replace("moved", "twice"))
        self.assertEqual(json.loads(self.export())["dkim_keys"]["s9@example.org"]["note"], "twice")
        pem.chmod(0o644)
        self.assertIn("chmod 600", self.apply(text, code=2).err)

    def test_bad_files_are_told_with_their_place(self):
        relay = '[relays.news]\nhost = "a.example"\ndomains = ["example.com"]\n'
        cases = [
            (relay + "prot = 25\n", "relays.news.prot (line 4): there is no such field", "did you mean port?"),
            (relay + "port = 65536\n", "relays.news.port (line 4)", ""),
            (relay + 'port = "25"\n', "relays.news.port (line 4): not a whole number", ""),
            (relay + "enabled = 1\n", "relays.news.enabled (line 4): not true or false", ""),
            (relay + 'password = "x"\n', "relays.news (line 1): a password without a user", ""),
            (relay + 'user = "a"\npassword = "x\\ny"\n', "relays.news.password (line 5)", ""),
            ('[relays.NEWS]\nhost = "a.example"\n', "relays.NEWS (line 1)", ""),
            ('[relays.news]\ndomains = ["example.com"]\n', "relays.news (line 1): a relay needs a host", ""),
            ('{"relays": {"news":\n {"hots": "a"}}}', "relays.news.hots (line 2)", "did you mean host?"),
            ("{\n[", "line 2, column 1: not JSON: object key - unexpected '['", ""),
            ('{"relays": {"news": {"port": 25,}}}', "line 1, column 33: not JSON: object key - unexpected '}'", ""),
            ('{"relays":', "line 1, column 11: not JSON: value - unexpected end of input", ""),
            ('{"domains": ["a\nb"]}', "line 1, column 16: not JSON: value - invalid string: control character", ""),
            ("[regions.eu]\nspf = []\n", "regions.eu (line 1): region eu would have no source", "give spf or networks"),
            ("[relays\n", "line 1: not TOML: a ] is missing", ""),
            ("[]", "", ""),
            ('[settings]\ntime-zon = "UTC"\n', "settings.time-zon (line 2)", "did you mean time-zone?"),
            ('[settings]\ntime-zone = "Tokyo"\n', "settings.time-zone (line 2)", ""),
            ('domains = ["a b"]\n', "domains (line 1)", ""),
            ('[regions.eu]\nnetworks = ["192.0.2.1/24"]\n', "regions.eu.networks (line 2)", "is meant?"),
            ('[dkim_keys."s1"]\n', "dkim_keys.s1 (line 1): not the name of a DKIM key", ""),
            ('schema = "relayctl.store/2"\n', "schema (line 1)", ""),
            ('[relay]\n', "relay (line 1): there is no such field", "did you mean relays?"),
        ]
        for text, place, hint in cases:
            for command in ("apply", "diff"):
                outcome = self.relayctl(command, "-f", "-", stdin=text.encode(), code=2)
                self.assertIn(f"standard input: {place}" if place else "relayctl:", outcome.err)
                self.assertIn(hint, outcome.err)
                self.assertEqual(outcome.out, "")
        self.relayctl("apply", code=2)
        for path, why in ((self.folder / "missing", "No such file or directory"), (self.folder, "Is a directory")):
            self.assertIn(f'cannot read the file "{path}": {why}', self.relayctl("apply", "-f", str(path), code=2).err)
        self.assertFalse(self.store.exists())

    def test_a_secret_in_a_bad_file_is_not_shown(self):
        for text in ('[relays.news]\nhost = "a.example"\nuser = "u"\npassword = 12345678\n',
                     '[relays.news]\npassword = hunter2hunter2\n', '{"relays": {"news": {"password": hunter2hunter2}}}',
                     '[dkim_keys."s1@example.com"]\nprivate_key = "hunter2hunter2"\n'):
            outcome = self.apply(text, code=2)
            self.assertNotIn("hunter2", outcome.err)
            self.assertNotIn("12345678", outcome.err)

    def test_what_the_store_refuses_is_told_with_the_file_and_its_fields(self):
        file = self.folder / "store.toml"
        for fields, hint in (("", "give domains, or fallback = true"),
                             ('domains = ["a.example"]\nmail_types = []\n', "give mail_types: individual"),
                             (f'fallback = true\nverify_certificate = false\nfingerprint = "{"ab" * 32}"\n',
                              "leave one of fingerprint and verify_certificate = false out")):
            file.write_text('[relays.news]\nhost = "a.example"\n' + fields)
            for command in ("apply", "diff"):
                outcome = self.relayctl(command, "-f", str(file), code=2)
                self.assertIn(f"relayctl: {file}: ", outcome.err)
                self.assertIn(f"  hint: {hint}", outcome.err)

    def test_a_secret_that_others_can_read_is_refused(self):
        file = self.folder / "store.toml"
        login = '[relays.news]\nhost = "a.example"\ndomains = ["example.com"]\nuser = "u"\n'
        file.write_text(login + 'password = "hunter2"\n')
        file.chmod(0o640)
        for command in ("apply", "diff"):
            outcome = self.relayctl(command, "-f", str(file), code=2)
            self.assertIn("holds a password or a private key and can be read by others", outcome.err)
            self.assertIn(f"hint: chmod 600 {file}", outcome.err)
        file.chmod(0o600)
        self.relayctl("apply", "-f", str(file), code=0)
        file.write_text(login)
        file.chmod(0o644)
        self.relayctl("diff", "-f", str(file), code=0)

    def test_files_are_relative_to_the_declaration(self):
        folder = self.folder / "etc"
        folder.mkdir()
        (folder / "news.password").write_text("one\n")
        (folder / "news.password").chmod(0o600)
        (folder / "store.toml").write_text('[relays.news]\nhost = "a.example"\ndomains = ["example.com"]\n'
                                           'user = "u"\npassword_file = "news.password"\n')
        self.relayctl("apply", "-f", "etc/store.toml", code=0)
        self.relayctl("diff", "-f", str(folder / "store.toml"), code=0)
        text = (folder / "store.toml").read_text()
        self.assertIn("cannot read password file", self.diff(text, code=2).err)
        self.diff(text.replace("news.password", str(folder / "news.password")), code=0)

    def test_a_port_stands_for_itself(self):
        self.apply('[relays.news]\nhost = "a.example"\nport = 26\ndomains = ["example.com"]\n')
        self.assertEqual(self.relayctl("list", "--columns", "port", code=0).out, "26\n")

    def test_a_new_key_is_active_only_with_its_time(self):
        self.fill()
        pem = self.folder / "key.pem"
        self.relayctl("dkim", "export-key", "s1@example.com", str(pem), code=0)
        text = '[dkim_keys."{}@example.org"]\nprivate_key_file = "{}"\nstate = "active"\n{}'
        outcome = self.apply(text.format("s8", pem, ""))
        self.assertIn("warning: DKIM key s8@example.org is pending", outcome.err)
        outcome = self.apply(text.format("s9", pem, 'activated_at = "2026-01-02T03:04:05Z"\n'))
        self.assertNotIn("pending", outcome.err)
        document = json.loads(self.export())
        keys = document["dkim_keys"]
        self.assertEqual([keys[f"{name}@example.org"]["state"] for name in ("s8", "s9")], ["pending", "active"])
        keys["s8@example.org"]["state"] = "active"  # of a key that is there, its commands decide
        self.diff(json.dumps(document), code=0)
        outcome = self.diff(text.format("s8", pem, "") + text.format("s9", pem, ""), code=1)
        self.assertIn("warning: apply --prune would be refused: DKIM key s1@example.com is not in", outcome.err)
        self.assertNotIn("s8", self.diff(text.format("s8", pem, ""), code=1).out)

    def test_prune_asks_before_several_things_go(self):
        self.apply('domains = ["a.example", "b.example"]\n[settings]\ntime-zone = "UTC"\n')
        before = dump(self.store)
        self.assertIn("--yes", self.apply("domains = []\n", "--prune", code=6).err)
        self.assertEqual(dump(self.store), before)
        self.apply('domains = ["a.example"]\n', "--prune")
        self.apply("domains = []\n[settings]\n", "--prune", code=6)
        self.apply("domains = []\n[settings]\n", "--prune", "--yes")

    def test_a_table_without_changes_has_no_titles(self):
        text = 'domains = ["a.example"]\n'
        self.apply(text)
        outcome = self.apply(text, "-o", "table")
        self.assertEqual((outcome.out, outcome.err), ("", "unchanged\n"))

    # -- diff -----------------------------------------------------------------------------------------------
    def test_diff_tells_what_differs_either_way(self):
        self.fill()
        text = self.export()
        self.relayctl("edit", "news", "--port", "465", "--security", "ssl", code=0)
        self.relayctl("add", "more", "--host", "a.example", "--domain", "more.example", code=0)
        items = json.loads(self.diff(text, "-o", "json", code=1).out)["items"]
        told = {(item["thing"], item["name"]): item for item in items}
        self.assertEqual(set(told), {("relay", "news"), ("relay", "more"), ("domain", "more.example")})
        self.assertEqual(told["relay", "news"]["fields"], [{"field": "port", "before": "465", "after": "587"},
                                                           {"field": "security", "before": "ssl", "after": "tls"}])
        self.assertEqual((told["relay", "more"]["action"], told["relay", "more"]["needs_prune"]), ("deleted", True))
        self.apply(text, "--prune", "--yes")
        self.diff(text, code=0)

    def test_diff_refuses_what_apply_refuses(self):
        relay = '[relays.{}]\nhost = "a.example"\n{}\n'
        key = '[dkim_keys."s1@example.com"]\npublic_key = "MCowBQYDK2VwAyEA"\nalgorithm = "ed25519"\nbits = 256\n'
        files = [
            (relay.format("news", ""), 2),
            (relay.format("news", 'domains = ["example.com"]\nuser = "u"'), 2),
            (key, 2),
            (relay.format("a", "fallback = true") + relay.format("b", "fallback = true"), 5),
            (relay.format("a", 'domains = ["a.example"]') + relay.format("b", 'domains = ["a.example"]'), 5),
        ]
        for text, code in files:
            refused = self.diff(text, code=code)
            self.assertEqual(refused.out, "")
            applied = self.apply(text, "--prune", "--yes", "--dry-run", code=code)
            lines = refused.err.splitlines()
            if lines[0].startswith("warning: there is no store"):
                lines = lines[2:]  # and where one comes from
            self.assertEqual(lines, applied.err.splitlines())
        self.apply(relay.format("own", "fallback = true"))
        outcome = self.diff(relay.format("other", "fallback = true"), code=1)
        self.assertIn("warning: apply without --prune would be refused: ", outcome.err)
        self.apply(relay.format("other", "fallback = true"), code=5)
        self.apply(relay.format("other", "fallback = true"), "--prune")

    # -- history and undo -----------------------------------------------------------------------------------
    def test_undo_walks_back_and_forth(self):
        self.relayctl("add", "news", "--host", "a.example", "--domain", "example.com", code=0)
        states = []
        for port in ("25", "465", "587"):
            states.append(self.export())
            self.relayctl("edit", "news", "--port", port, "--any-port", "--priority", port, code=0)
        last = self.export()
        for state in reversed(states):
            self.relayctl("undo", code=0)
            self.assertEqual(self.export(), state)
        redo = [item["id"] for item in json.loads(self.relayctl("history", "-o", "json", code=0).out)["items"]
                if item["undoes"]]
        for number in redo:
            self.relayctl("undo", str(number), code=0)
        self.assertEqual(self.export(), last)

    def test_undo_over_a_later_edit_is_refused_and_names_it(self):
        self.relayctl("add", "news", "--host", "a.example", "--domain", "example.com", code=0)
        self.relayctl("edit", "news", "--port", "465", code=0)
        self.relayctl("edit", "news", "--port", "25", code=0)
        before = dump(self.store)
        outcome = self.relayctl("undo", "2", code=5)
        self.assertIn("the port of relay news changed since, by 3 (relayctl edit news --port 25)", outcome.err)
        self.assertEqual(dump(self.store), before)
        self.relayctl("undo", "3", code=0)
        self.relayctl("undo", "2", code=0)
        self.relayctl("undo", "2", code=5)

    def test_undo_keeps_the_rules_between_relays(self):
        self.relayctl("add", "old", "--host", "a.example", "--fallback", code=0)
        self.relayctl("delete", "old", code=0)
        self.relayctl("add", "new", "--host", "b.example", "--fallback", code=0)
        self.assertIn("fallback", self.relayctl("undo", "2", code=5).err)
        self.assertEqual(self.relayctl("list", "-q", code=0).out, "new\n")

    def test_a_domain_that_is_in_use_meanwhile_stays(self):
        self.relayctl("add", "a", "--host", "a.example", "--domain", "example.com", code=0)
        self.relayctl("add", "b", "--host", "b.example", "--domain", "example.com", "--priority", "20", code=0)
        self.relayctl("undo", "1", code=0)
        self.assertEqual(self.relayctl("domain", "list", "--columns", "name,relays", code=0).out, "example.com\tb\n")

    def test_lost_passwords_and_keys_are_told(self):
        self.fill()
        self.relayctl("delete", "news", code=0)
        outcome = self.relayctl("undo", code=0)
        self.assertIn("the password of relay news was not kept", outcome.err)
        self.assertIn("relayctl edit news --password-stdin", outcome.err)
        self.relayctl("edit", "news", "--password-stdin", code=0, stdin=b"new\n")
        self.assertIn("was not kept", self.relayctl("undo", code=5).err)
        self.relayctl("dkim", "generate", "example.org", "--selector", "x", "--algorithm", "ed25519", code=0)
        self.relayctl("undo", code=6)
        self.relayctl("dkim", "delete", "x@example.org", "--yes", code=0)
        self.assertIn("private key of x@example.org", self.relayctl("undo", code=5).err)

    def test_a_password_that_is_missing_is_told(self):
        self.fill()
        whole = self.folder / "whole.json"
        self.assertEqual(self.relayctl("export", "--with-secrets", "-f", str(whole), code=0).err, f"wrote {whole}\n")
        kept = self.export()
        self.relayctl("delete", "news", code=0)
        self.relayctl("undo", code=0)
        for command in (("show", "news"), ("list", "--columns", "password_source")):
            self.assertIn("missing", self.relayctl(*command, code=0).out)
        shown = json.loads(self.relayctl("show", "news", "-o", "json", code=0).out)["items"][0]
        self.assertEqual((shown["user"], shown["password_source"]), ("alice", "missing"))
        past = self.relayctl("show", "news", "--at", "1", "--columns", "password_source", code=0).out
        self.assertIn("stored", past)
        backup, other = self.folder / "backup.toml", self.folder / "other.db"
        outcome = self.relayctl("export", "--with-secrets", "-f", str(backup), code=0)
        self.assertIn("warning: the store has no password of relay news", outcome.err)
        self.assertIn("hint: relayctl edit news --password-stdin", outcome.err)
        self.assertEqual(tomllib.loads(backup.read_text())["relays"]["news"]["password_source"], "missing")
        self.assertIn("neither the file nor the store has the password",
                      self.relayctl("apply", "-f", str(backup), "--store", str(other), code=2).err)
        self.assertEqual(self.diff(kept, code=0).out, "")
        self.assertEqual(self.diff(self.export(), code=0).out, "")
        self.relayctl("edit", "news", "--description", "no password yet", code=0)
        self.assertIn("missing", self.relayctl("show", "news", code=0).out)
        self.relayctl("edit", "news", "--password-stdin", code=0, stdin=b"new\n")
        self.assertNotIn("missing", self.relayctl("show", "news", code=0).out)

    def test_a_dry_run_of_undo_tells_its_effect_and_what_is_lost(self):
        self.fill()
        self.relayctl("edit", "news", "--priority", "4", code=0)
        before = dump(self.store)
        outcome = self.relayctl("undo", "--dry-run", code=0)
        self.assertIn("  would edit relay news: priority 4 -> 10\n", outcome.err)
        item = json.loads(self.relayctl("undo", "-n", "-o", "json", code=0).out)["items"][0]
        self.assertEqual(item["summary"], ["edited relay news: priority 4 -> 10"])
        self.assertEqual(item["changes"][0]["fields"], [{"field": "priority", "before": "4", "after": "10"}])
        self.assertEqual((item["needs_yes"], item["lost_secrets"]), (False, []))
        self.assertIn("priority 4 -> 10", self.relayctl("undo", "-n", "-o", "table", code=0).out)
        self.assertEqual(dump(self.store), before)
        self.relayctl("undo", code=0)
        self.relayctl("delete", "own", code=0)
        self.relayctl("add", "more", "--host", "a.example", "--domain", "more.example", "--user", "u",
                      "--password-stdin", "--dkim-selector", "x", code=0, stdin=b"secret\n")
        before = dump(self.store)
        outcome = self.relayctl("undo", "--dry-run", code=0)
        for line in ("would delete relay more", "would delete DKIM key x@more.example",
                     "would delete domain more.example", "would lose the password of relay more for good",
                     "would lose the private key of DKIM key x@more.example for good",
                     "would ask first: without a terminal it needs --yes"):
            self.assertIn(f"  {line}\n", outcome.err)
        item = json.loads(self.relayctl("undo", "-n", "-o", "json", code=0).out)["items"][0]
        self.assertEqual(item["lost_secrets"], [{"thing": "relay", "name": "more"},
                                                {"thing": "dkim_key", "name": "x@more.example"}])
        self.assertTrue(item["needs_yes"])
        self.assertEqual(dump(self.store), before)
        self.relayctl("undo", code=6)

    def test_a_change_that_cannot_be_undone_is_not_the_end_of_undoing(self):
        self.relayctl("add", "news", "--host", "a.example", "--domain", "example.com", "--user", "u",
                      "--password-stdin", code=0, stdin=b"one\n")
        self.relayctl("edit", "news", "--priority", "4", code=0)
        self.wait_for_another_second()
        self.relayctl("edit", "news", "--password-stdin", code=0, stdin=b"two\n")
        outcome = self.relayctl("undo", code=5)
        self.assertIn("cannot undo 3: it changed the password of news alone", outcome.err)
        self.assertIn("hint: relayctl undo 2 takes back the one before it; relayctl edit news", outcome.err)
        self.relayctl("undo", "2", code=0)
        self.assertEqual(self.relayctl("list", "--columns", "priority,password_source", code=0).out, "10\tstored\n")
        self.assertIn("relayctl undo 1 takes back the one before it", self.relayctl("undo", code=5).err)
        self.relayctl("undo", "1", code=0)
        self.assertEqual(self.relayctl("list", "-q", code=0).out, "")
        self.assertIn("cannot undo 3: it changed the password of news alone", self.relayctl("undo", code=5).err)

    def wait_for_another_second(self):
        """So that the time of the last change, which the store keeps, is another one."""
        second = int(time.time())
        while int(time.time()) == second:
            time.sleep(0.05)

    def test_show_at(self):
        self.relayctl("add", "news", "--host", "a.example", "--domain", "example.com", code=0)
        self.relayctl("edit", "news", "--port", "465", code=0)
        self.relayctl("delete", "news", code=0)
        for number, port in ((1, "587"), (2, "465")):
            outcome = self.relayctl("show", "news", "--at", str(number), "--columns", "port", code=0)
            self.assertEqual(outcome.out.split()[-1], port)
        self.relayctl("show", "news", "--at", "3", code=4)
        self.relayctl("show", "news", "--at", "4", code=4)
        self.relayctl("add", "more", "--host", "b.example", "--domain", "more.example", code=0)
        outcome = self.relayctl("show", "more", "--at", "1", code=4)
        self.assertIn("hint: relayctl history", outcome.err)
        self.assertIn("--limit", self.relayctl("history", "--limit", "2", "3", code=2).err)

    def test_one_change_can_be_read_in_full(self):
        self.relayctl("add", "news", "--host", "a.example", "--domain", "example.com", code=0)
        long = "x" * 200
        self.relayctl("edit", "news", "--port", "465", "--description", long, code=0)
        shown = self.relayctl("history", "2", "-o", "table", code=0).out
        self.assertIn(long, shown)
        self.assertRegex(shown, r"(?m)^  port +587 -> 465$")
        self.assertRegex(self.relayctl("history", "1", "-o", "table", code=0).out, r"(?m)^  host +none -> a.example$")
        text = '[relays.news]\nhost = "a.example"\ndomains = ["example.com"]\n'
        self.assertIn(long, self.diff(text, "-o", "table", code=1).out)

    def test_show_at_needs_a_number(self):
        self.relayctl("add", "news", "--host", "a.example", "--domain", "example.com", code=0)
        for bad in ("0", "-1", "x", "", "99999999999999999999"):
            self.relayctl("show", "news", f"--at={bad}", code=2)
            if bad:
                self.relayctl("undo", "--", bad, code=2)

    def test_tab_offers_the_numbers_of_the_history_and_regions(self):
        self.fill()
        numbers = self.relayctl("history", "-q", code=0).out.split()
        can_be_undone = [number for number in numbers
                         if self.relayctl("undo", number, "--dry-run", "--yes").code == 0]
        self.assertNotEqual(can_be_undone, numbers)
        for line, wanted in (("undo", can_be_undone), ("history", numbers), ("show news --at", numbers)):
            offered = self.relayctl("__complete", "fish", f"relayctl {line} ", code=0).out.splitlines()
            self.assertEqual([candidate.split("\t")[0] for candidate in offered], wanted)
        self.assertEqual(self.relayctl("__complete", "fish", "relayctl allowlist --region=", code=0).out,
                         "--region=eu\tregion\n")

    def test_reading_commands_create_nothing(self):
        self.relayctl("history", code=0)
        for words in (("export",), ("diff", "-f", "-")):
            self.assertIn(f'warning: there is no store at "{self.store}"', self.relayctl(*words, code=0, stdin=b"").err)
        self.assertFalse(self.store.exists())

    def test_send_log_and_probes_are_no_changes(self):
        self.relayctl("add", "news", "--host", "127.0.0.1", "--domain", "example.com", code=0)
        self.relayctl("probe", "news", "--timeout", "1", "--all", code=None)
        self.assertEqual(self.relayctl("history", "-q", code=0).out, "1\n")

    # -- kill -9 --------------------------------------------------------------------------------------------
    def kill(self, longest, *arguments):
        process = subprocess.Popen([PROGRAM, *arguments], env=self.environment, cwd=self.folder,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        time.sleep(random.uniform(0, longest))
        process.send_signal(signal.SIGKILL)
        return process.wait() == 0

    def test_kill_9_leaves_all_of_an_apply_or_an_undo_or_nothing(self):
        files = {}
        for count in (1, 40):
            files[count] = self.folder / f"{count}.toml"
            files[count].write_text("".join(f'[relays.r{i}]\nhost = "a.example"\ndomains = ["d{i}.example"]\n'
                                            for i in range(count)))
        self.relayctl("apply", "-f", str(files[1]), "--prune", code=0)
        start = time.monotonic()
        self.relayctl("apply", "-f", str(files[40]), "--prune", code=0)
        longest = 1.2 * (time.monotonic() - start)
        now, seen = 40, set()
        for number in range(ROUNDS):
            wanted = 1 if now == 40 else 40
            command = ["apply", "-f", str(files[wanted]), "--prune", "--yes"] if number % 2 else ["undo"]
            finished = self.kill(longest, *command)
            relays = self.relayctl("list", "-q", code=0).out.split()
            self.assertIn(len(relays), {0, 1, 40})  # 0: undo after undo goes back to the empty store
            if finished and command[0] == "apply":
                self.assertEqual(len(relays), wanted)
            seen.add(len(relays) != now)
            now = len(relays)
            history = json.loads(self.relayctl("history", "-o", "json", "--limit", "1", code=0).out)["items"]
            self.assertEqual(len(history), 1)
        self.relayctl("apply", "-f", str(files[1]), "--prune", "--yes", code=0)
        print(f"killed before and after the change: {seen}")

    def test_an_export_that_was_killed_leaves_nobody_elses_secret_file(self):
        self.fill()
        self.kill(0.02, "export", "--with-secrets", "-f", str(self.folder / "x"))
        if os.path.exists(self.folder / "x"):
            self.assertEqual(stat.S_IMODE((self.folder / "x").stat().st_mode), 0o600)


if __name__ == "__main__":
    unittest.main()
