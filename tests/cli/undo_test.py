"""undo takes back what a change did, field by field, and nothing that was done since; the past can be read."""

import json
import tomllib
import unittest

from support import CommandLineTest, dump


class UndoTest(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.relayctl("add", "news", "--host", "a.example", "--domain", "example.com", code=0)  # 1

    def edit(self, *options, name="news", stdin=b""):
        self.relayctl("edit", name, *options, code=0, stdin=stdin)

    def news(self, *columns):
        return self.relayctl("list", "--columns", ",".join(columns), code=0).out.strip("\n").split("\t")

    def refused(self, number, *words):
        before = dump(self.store)
        outcome = self.relayctl("undo", str(number), code=5)
        for word in words:
            self.assertIn(word, outcome.err)
        self.assertEqual(dump(self.store), before)

    # -- field by field -------------------------------------------------------------------------------------
    def test_a_later_change_of_another_field_stays(self):
        self.edit("--port", "465")
        self.edit("--description", "later", "--egress-ip", "192.0.2.1")
        outcome = self.relayctl("undo", "2", "--dry-run", code=0)
        self.assertIn("would edit relay news: port 465 -> 587\n", outcome.err)
        self.relayctl("undo", "2", code=0)
        self.assertEqual(self.news("port", "description", "egress_ips"), ["587", "later", "192.0.2.1"])
        self.relayctl("undo", "3", code=0)
        self.assertEqual(self.news("port", "description", "egress_ips"), ["587", "\\N", "\\N"])
        self.relayctl("undo", "4", code=0)  # the port once more
        self.assertEqual(self.news("port"), ["465"])
        self.assertEqual(self.relayctl("show", "news", "--at", "3", "--columns", "port,description", code=0).out,
                         "465\tlater\n")

    def test_a_later_change_of_the_same_field_is_named(self):
        self.edit("--port", "465", "--priority", "4")
        self.edit("--description", "later")
        self.edit("--priority", "5", "--daily-limit", "7")
        self.edit("--description", "last")
        self.refused(2, "the priority of relay news changed since, by 4 (relayctl edit news --priority 5",
                     "hint: relayctl undo 4 first")
        self.refused(1, "relay news changed since, by 5")
        self.relayctl("undo", "4", code=0)
        self.relayctl("undo", "2", code=0)
        self.assertEqual(self.news("port", "priority", "description", "daily_limit"), ["587", "10", "last", "\\N"])

    def test_a_list_is_one_field(self):
        self.edit("--add-domain", "example.org")
        self.edit("--add-domain", "example.net")
        self.refused(2, "the domains of relay news changed since, by 3")

    def test_what_was_deleted_since_is_refused_though_it_is_there_again(self):
        self.edit("--port", "465")
        self.relayctl("delete", "news", code=0)
        self.relayctl("add", "news", "--host", "a.example", "--domain", "example.com", "--port", "465", code=0)
        self.refused(2, "relay news changed since, by 4")

    def test_regions_by_field_too(self):
        self.relayctl("config", "region", "set", "eu", "--network", "192.0.2.0/24", code=0)
        self.relayctl("config", "region", "set", "eu", "--network", "198.51.100.0/24", code=0)
        self.relayctl("config", "region", "set", "eu", "--spf", "_spf.platform.example", code=0)
        self.refused(2, "region eu changed since, by 4")
        self.relayctl("undo", "3", code=0)
        self.assertEqual(self.relayctl("config", "region", "list", code=0).out,
                         "eu\t_spf.platform.example\t192.0.2.0/24\n")

    def test_keys_by_field_too(self):
        self.relayctl("dkim", "generate", "example.com", "--selector", "x", "--algorithm", "ed25519", "--note", "one",
                      code=0)                                          # 2
        self.relayctl("dkim", "activate", "x@example.com", "--force", code=0)  # 3
        self.refused(2, "DKIM key x@example.com changed since, by 3")
        self.relayctl("undo", "3", code=0)
        self.assertIn("pending", self.relayctl("dkim", "list", code=0).out)

    # -- rules ----------------------------------------------------------------------------------------------
    def test_what_no_command_would_leave_behind_is_a_conflict(self):
        self.edit("--fallback")                                        # 2
        self.edit("--remove-domain", "example.com")                    # 3
        self.refused(2, "relay news serves no domain", "relayctl history")
        self.relayctl("add", "own", "--host", "b.example", "--domain", "example.org", "--verify-certificate", "off",
                      code=0)                                          # 4
        self.edit("--verify-certificate", "on", name="own")            # 5
        self.edit("--fingerprint", "ab" * 32, name="own")              # 6
        self.refused(5, "a fingerprint is itself a verification")

    def test_the_time_of_a_relay_is_that_of_the_undo(self):
        self.edit("--port", "465")
        past = self.news("changed_at")
        self.relayctl("undo", "2", code=0)
        self.assertGreaterEqual(self.news("changed_at"), past)

    def test_a_relay_does_not_come_back_to_a_key_that_is_gone(self):
        for selector in ("s1", "s2"):
            self.relayctl("dkim", "generate", "example.com", "--selector", selector, "--algorithm", "ed25519", code=0)
        self.edit("--dkim-selector", "s1")                             # 4
        self.edit("--dkim-selector", "s2")                             # 5
        self.relayctl("dkim", "delete", "s1@example.com", "--yes", code=0)
        self.refused(5, "relay news signed with DKIM key s1@example.com, which is deleted")

    # -- logins ---------------------------------------------------------------------------------------------
    def test_a_login_is_one(self):
        self.edit("--user", "alice", "--password-stdin", stdin=b"one\n")                 # 2
        self.edit("--user", "bob", "--password-stdin", stdin=b"one\n")                   # 3
        self.edit("--priority", "4", "--password-stdin", stdin=b"two\n")                 # 4
        self.refused(3, "the password of relay news changed since, by 4")
        self.edit("--description", "x", "--password-stdin", stdin=b"three\n")            # 5
        outcome = self.relayctl("undo", "4", code=0)
        self.assertIn("keeps its password of today", outcome.err)
        self.assertEqual(self.news("priority", "password_source"), ["10", "stored"])

    # -- Tab ------------------------------------------------------------------------------------------------
    def offered(self, line):
        answer = self.relayctl("__complete", "fish", line, code=0).out.splitlines()
        return [candidate.split("\t") for candidate in answer]

    def test_tab_offers_what_can_be_undone(self):
        self.edit("--port", "465")                                     # 2
        self.edit("--description", "later")                            # 3
        self.edit("--port", "25")                                      # 4
        self.relayctl("undo", code=0)                                  # 5
        self.assertEqual(self.offered("relayctl undo "),
                         [["5", "relayctl undo"], ["3", "relayctl edit news --description later"],
                          ["2", "relayctl edit news --port 465"]])
        self.assertEqual([number for number, _ in self.offered("relayctl history ")], list("54321"))
        for line in ("relayctl show news --at ", "relayctl list --at ", "relayctl export --at "):
            self.assertEqual([number for number, _ in self.offered(line)], list("54321"))

    # -- the past -------------------------------------------------------------------------------------------
    def export(self, *options):
        return self.relayctl("export", *options, code=0).out

    def test_export_at_a_change_is_what_export_printed_then(self):
        then = [self.export()]
        for options in (("--port", "465"), ("--description", "日本"), ("--add-domain", "example.org")):
            self.edit(*options)
            then.append(self.export())
        self.relayctl("config", "set", "time-zone", "+09:00", code=0)
        then.append(self.export())
        self.relayctl("delete", "news", code=0)
        for number, text in enumerate(then, 1):
            self.assertEqual(self.export("--at", str(number)), text)
            toml = self.export("--at", str(number), "--format", "toml")
            self.assertEqual(tomllib.loads(toml), json.loads(text))
            self.relayctl("apply", "-f", "-", "--prune", "--yes", code=0, stdin=toml.encode())
            self.assertEqual(self.export(), text)
        self.assertEqual(self.relayctl("list", "--at", "3", "--columns", "name,description,today", code=0).out,
                         "news\t日本\t\\N\n")
        for command in ("export", "list"):
            self.assertIn("there is no change 99", self.relayctl(command, "--at", "99", code=4).err)
            self.relayctl(command, "--at", "0", code=2)

    def test_no_secrets_are_exported_of_the_past(self):
        self.edit("--user", "alice", "--password-stdin", stdin=b"correct horse\n")
        self.assertIn("no secrets", self.relayctl("export", "--at", "2", "--with-secrets", "-f", "x.json", code=2).err)
        self.assertFalse((self.folder / "x.json").exists())
        self.assertIn('"password_source": "stored"', self.export("--at", "2"))

    def test_a_file_is_not_named_as_what_it_is_not(self):
        for name, other in (("store.json", "toml"), ("store.toml", "json")):
            self.assertIn("leave --format away", self.relayctl("export", "-f", name, "--format", other, code=2).err)
            self.assertFalse((self.folder / name).exists())
            self.relayctl("export", "-f", name, "--format", name[-4:], code=0)
            self.relayctl("diff", "-f", name, code=0)

    def test_what_has_its_own_formats_says_so(self):
        for words in (("allowlist", "-o", "json"), ("allowlist", "--output=json"), ("export", "-ojson")):
            self.assertIn("did you mean --format?", self.relayctl(*words, code=2).err)


if __name__ == "__main__":
    unittest.main()
