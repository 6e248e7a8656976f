"""dkim publish against Knot, which takes updates, with NSD as its secondary; and against servers that misbehave."""

import os
import secrets
import shutil
import subprocess
import unittest

from relayctl import PROGRAM, RelayctlTest
from schemas import check_schema
from update_server import UpdateServer


class DkimPublishTest(RelayctlTest):
    def setUp(self):
        super().setUp()
        # Another each time: what a run publishes stays as long as the lab does.
        self.selector = f"s{secrets.token_hex(4)}"
        self.key = f"{self.selector}@dynamic.test"
        self.generate(self.selector)
        # Where ports below 1024 are out of reach, the SOA record names a server that listens elsewhere.
        self.where = [] if self.lab.dynamic_dns.endswith(":53") else [
            "--server", self.lab.dynamic_dns, "--ns", self.lab.dynamic_dns, "--ns", self.lab.dns]

    def generate(self, selector, domain="dynamic.test", algorithm="ed25519"):
        return self.relayctl("dkim", "generate", domain, "--selector", selector, "--algorithm", algorithm, code=0)

    def publish(self, *arguments, key=None, secret="good", code=0, **options):
        return self.relayctl("dkim", "publish", key or self.key, "--tsig-key", str(self.lab.tsig_keys / f"{secret}.key"),
                             *self.where, *arguments, code=code, **options)

    def served(self, server, name=None):
        """The texts of the TXT records, as dig shows them."""
        address, _, port = server.rpartition(":")
        out = subprocess.run(["dig", f"@{address}", "-p", port, "+short", "+norec", "+tcp", "TXT",
                              name or f"{self.selector}._domainkey.dynamic.test"], check=True, capture_output=True,
                             text=True, timeout=20).stdout
        return [line.replace('" "', "").strip('"') for line in out.splitlines() if line.startswith('"')]

    def value(self, key=None):
        return self.relayctl("dkim", "record", key or self.key, "--form", "value", code=0).out.strip()

    def test_a_record_is_published_at_all_servers_and_then_activated(self):
        done = self.publish("-o", "json", key="dynamic.test")
        check_schema(self, done.json(), "relayctl.dkim.publish.1.json")
        item = done.item()
        self.assertEqual((item["change"], item["changed"], item["verdict"], item["zone"]),
                         ("added", True, "good", "dynamic.test"))
        self.assertEqual([answer["verdict"] for answer in item["answers"]], ["good", "good"])
        self.assertIsNotNone(item["last_seen_at"])
        for server in (self.lab.dynamic_dns, self.lab.dns):
            self.assertEqual(self.served(server), [self.value()])
        again = self.publish()
        self.assertIn("is published already", again.err)
        self.assertIn(f"next: relayctl dkim activate {self.key}", again.err)
        self.relayctl("dkim", "activate", self.key, code=0)

    def test_long_keys_and_other_algorithms_of_tsig(self):
        self.generate("long" + self.selector, algorithm="rsa")
        key = f"long{self.selector}@dynamic.test"
        self.publish(key=key, secret="long")
        self.assertEqual(self.served(self.lab.dynamic_dns, f"long{self.selector}._domainkey.dynamic.test"),
                         [self.value(key)])

    def test_a_dry_run_prints_the_update_for_nsupdate_and_sends_nothing(self):
        shown = self.relayctl("dkim", "publish", self.key, "--dry-run", *self.where[:2], code=0)
        self.assertEqual(self.served(self.lab.dynamic_dns), [])
        check_schema(self, self.publish("--dry-run", "-o", "json").json(), "relayctl.dkim.publish.1.json")
        subprocess.run(["nsupdate", "-k", self.lab.tsig_keys / "good.key"], input=shown.out, text=True, check=True,
                       timeout=30, capture_output=True)
        self.assertEqual(self.served(self.lab.dynamic_dns), [self.value()])
        removal = self.relayctl("dkim", "publish", self.key, "--dry-run", "--remove", *self.where[:2], code=0)
        subprocess.run(["nsupdate", "-k", self.lab.tsig_keys / "good.key"], input=removal.out, text=True, check=True,
                       timeout=30, capture_output=True)
        self.assertEqual(self.served(self.lab.dynamic_dns), [])

    def test_what_stands_there_is_not_overwritten(self):
        self.publish()
        mine = self.value()
        self.relayctl("dkim", "delete", self.key, "--yes", code=0)
        self.relayctl("dkim", "generate", "dynamic.test", "--selector", self.selector, "--algorithm", "ed25519", code=5)
        self.relayctl("dkim", "generate", "dynamic.test", "--selector", self.selector, "--algorithm", "ed25519",
                      "--force", code=0)
        refused = self.publish(code=5)
        self.assertIn("has another record", refused.err)
        self.assertIn(f"hint: relayctl dkim publish {self.key} --replace --tsig-key {self.lab.tsig_keys / 'good.key'}",
                      refused.err)
        self.assertEqual(self.served(self.lab.dynamic_dns), [mine])
        self.assertIn("only the key's own is removed", self.publish("--remove", code=5).err)
        replaced = self.publish("--replace")
        self.assertIn("in place of", replaced.err)
        self.assertEqual(self.served(self.lab.dynamic_dns), [self.value()])

    def test_a_revoked_key_and_a_removed_record(self):
        self.publish()
        self.relayctl("dkim", "activate", self.key, code=0)
        refused = self.publish("--remove", code=5)
        self.assertIn("is active: without its record", refused.err)
        self.relayctl("dkim", "revoke", self.key, "--force", code=0)
        self.publish()
        for server in (self.lab.dynamic_dns, self.lab.dns):
            self.assertEqual(self.served(server), ["v=DKIM1; k=ed25519; p="])
        gone = self.publish("--remove")
        self.assertIn("are without it", gone.err)
        for server in (self.lab.dynamic_dns, self.lab.dns):
            self.assertEqual(self.served(server), [])
        self.assertIn("is gone already", self.publish("--remove").err)

    def test_one_judgement_of_a_revoked_key_in_every_row(self):
        self.publish()
        self.relayctl("dkim", "activate", self.key, "--force", code=0)
        self.relayctl("dkim", "revoke", self.key, "--force", code=0)
        everywhere = [] if self.where else ["--all-ns"]
        servers = ["--ns", self.lab.dynamic_dns, "--ns", self.lab.dns]
        for where in (everywhere, servers):
            still = self.relayctl("dkim", "check", self.key, *where, code=1)
            self.assertEqual({line.split("\t")[3] for line in still.out.splitlines()}, {"fail"})
            self.assertIn("the key is revoked, and its record still has it", still.err)
            self.assertIn(f"hint: relayctl dkim publish {self.key} --tsig-key FILE", still.err)
        self.publish()
        for where in (everywhere, servers):
            self.assertNotIn("fail", self.relayctl("dkim", "check", self.key, *where, code=0).out)
        self.publish("--remove")
        for where in (everywhere, servers):
            self.assertNotIn("fail", self.relayctl("dkim", "check", self.key, *where, code=0).out)

    def test_a_record_of_the_key_that_is_of_no_use_is_repaired(self):
        name = f"{self.selector}._domainkey.dynamic.test"
        for tag, why in (("s=other", "s= does not allow the key for mail"), ("h=sha1", "h= does not allow SHA-256")):
            text = self.value().replace("p=", f"{tag}; p=")
            address, _, port = self.lab.dynamic_dns.rpartition(":")
            subprocess.run(["nsupdate", "-k", self.lab.tsig_keys / "good.key"], text=True, check=True, timeout=30,
                           capture_output=True, input=f"server {address} {port}\nzone dynamic.test\n"
                           f"update delete {name} TXT\nupdate add {name} 60 TXT \"{text}\"\nsend\n")
            with self.subTest(tag=tag):
                check = self.relayctl("dkim", "check", self.key, "--ns", self.lab.dynamic_dns, code=1)
                self.assertIn(why, check.out)
                if not self.where:
                    rows = self.relayctl("dkim", "check", self.key, "--all-ns", "--dns-server", self.lab.dynamic_dns, code=1)
                    # The secondary may be late.
                    self.assertEqual([line.split("\t")[3] for line in rows.out.splitlines()][:2], ["fail"] * 2)
                refused = self.publish(code=5)
                self.assertIn(f"is of no use: {why}", refused.err)
                self.assertIn(f"hint: relayctl dkim publish {self.key} --replace", refused.err)
                self.relayctl("dkim", "activate", self.key, "--ns", self.lab.dynamic_dns, code=1)
                self.publish("--replace")
                self.assertEqual(self.served(self.lab.dynamic_dns), [self.value()])

    def test_an_alias_is_followed_to_its_zone(self):
        self.generate("alias")
        done = self.publish("--replace", key="alias@dynamic.test")
        self.assertIn("alias._domainkey.dynamic.test is an alias of alias.keys.dynamic.test", done.err)
        self.assertEqual(self.served(self.lab.dynamic_dns, "alias.keys.dynamic.test"), [self.value("alias@dynamic.test")])
        self.publish("--remove", key="alias@dynamic.test")
        self.generate("elsewhere")
        refused = self.publish(key="elsewhere@dynamic.test", code=7)
        self.assertIn("elsewhere._domainkey.dynamic.test is an alias of x.example.test, in zone example.test: ", refused.err)
        self.assertIn("relayctl dkim record elsewhere@dynamic.test --target x.example.test", refused.err)

    def test_refusals_of_the_server(self):
        for secret, says in (("wrong", "BADSIG"), ("unknown", "BADKEY"), ("powerless", "BADKEY")):
            self.assertIn(says, self.publish(secret=secret, code=7).err)
        no_updates = self.relayctl("dkim", "publish", self.key, "--tsig-key", str(self.lab.tsig_keys / "good.key"),
                                   "--server", self.lab.dns, code=7)
        self.assertIn("NOTIMP", no_updates.err)
        self.assertEqual(self.served(self.lab.dynamic_dns), [])

    def test_a_clock_that_is_wrong(self):
        program = shutil.which("faketime")
        self.assertIsNotNone(program, "faketime is not installed")
        for offset, says in (("+1h", "(59m|1h) ahead of"), ("-2h", "(1h|2h) behind")):
            run = subprocess.run([program, "-f", offset, PROGRAM, "dkim", "publish", self.key, "--tsig-key",
                                  self.lab.tsig_keys / "good.key", *self.where], capture_output=True, text=True,
                                 timeout=60, check=False, env={**os.environ, **self.environment})
            self.assertEqual(run.returncode, 7, run)
            self.assertIn("BADTIME", run.stderr)
            self.assertRegex(run.stderr, says)
        self.assertEqual(self.served(self.lab.dynamic_dns), [])

    def test_servers_that_do_not_have_it_yet(self):
        missing = self.relayctl("dkim", "publish", self.key, "--tsig-key", str(self.lab.tsig_keys / "good.key"),
                                "--server", self.lab.dynamic_dns, "--ns", self.lab.dynamic_dns, "--ns",
                                self.lab.silent_dns, "--dns-timeout", "0.5", "--wait", "1s", "-o", "json", code=3)
        check_schema(self, missing.json(), "relayctl.dkim.publish.1.json")
        self.assertEqual([answer["verdict"] for answer in missing.item()["answers"]], ["good", "unchecked"])
        self.assertIsNone(missing.item()["last_seen_at"])

    def test_servers_that_misbehave(self):
        cases = {
            "silent": (3, "timed out"), "close": (3, "closed the connection"), "other-id": (3, "to another question"),
            "unsigned": (3, "not signed"), "unsigned-refused": (7, "REFUSED"), "servfail": (3, "SERVFAIL"),
            "query": (3, "none to an update"), "echo": (3, "none to an update"), "garbage": (3, "malformed answer"),
            "short": (3, "shorter than a header"), "counts": (3, "malformed answer"),
        }
        for mode, (code, says) in cases.items():
            with self.subTest(mode=mode), UpdateServer(mode) as server:
                outcome = self.relayctl("dkim", "publish", self.key, "--tsig-key",
                                        str(self.lab.tsig_keys / "good.key"), "--server", server.endpoint,
                                        "--dns-timeout", "1", code=code)
                self.assertIn(says, outcome.err)
                self.assertIn(server.endpoint, outcome.err)
                self.assertEqual(len(server.updates), 1)
                self.assertLess(outcome.seconds, 10)
        listed = self.relayctl("dkim", "list", "-o", "json", code=0).item()
        self.assertIsNone(listed["last_seen_at"])
        nobody = self.relayctl("dkim", "publish", self.key, "--tsig-key", str(self.lab.tsig_keys / "good.key"),
                               "--server", self.lab.silent_dns, "--dns-timeout", "0.5", code=3)
        self.assertIn("does not tell what stands at", nobody.err)

    def key_file(self, text, mode=0o600):
        path = self.home / "tsig.key"
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    def test_key_files_and_words_that_are_wrong(self):
        good = (self.lab.tsig_keys / "good.key").read_text()
        secret = good.split('"')[3]
        cases = {
            good.replace("hmac-sha256", "hmac-md5"): "not an algorithm", good.replace(secret, "no base64!"): "base64",
            good.replace("key ", "", 1): "the word key", good * 2: "behind the first key", "": "the word key",
            secret: "the word key", good.replace("algorithm hmac-sha256;", ""): "no algorithm",
            good.replace(f'secret "{secret}";', ""): "no secret", good.replace("};", ""): "stand algorithm",
            f'key "good" {{ algorithm "{secret}"; }};': "not an algorithm",
        }
        for text, says in cases.items():
            refused = self.relayctl("dkim", "publish", self.key, "--tsig-key", self.key_file(text), code=2)
            self.assertIn(says, refused.err)
            self.assertNotIn(secret, refused.err)
        loose = self.key_file(good, 0o640)
        refused = self.relayctl("dkim", "publish", self.key, "--tsig-key", loose, code=2)
        self.assertIn("can be read by others", refused.err)
        self.assertIn(f"hint: give a copy that only you can read: install -m 600 {loose} ", refused.err)
        # A file of the system is no key, and is to stay as it is.
        refused = self.relayctl("dkim", "publish", self.key, "--tsig-key", "/etc/passwd", code=2)
        self.assertIn("the word key", refused.err)
        self.assertNotIn("chmod", refused.err)
        good_path = self.key_file(f"# a comment\n/* another */ {good} // the end")
        for arguments, code in ((["--tsig-key", "/none"], 2), ([], 2), (["--tsig-key", good_path, "--server", "x"], 2),
                                (["--tsig-key", good_path, "--zone", "%"], 2), (["--tsig-key", good_path, "--ttl", "-1"], 2),
                                (["--tsig-key", good_path, "--replace", "--remove"], 2),
                                (["--tsig-key", good_path, "--force"], 2), (["--tsig-key", good_path, "--wait", "1x"], 2),
                                (["--tsig-key", good_path, "--zone", "other.example"], 2)):
            self.relayctl("dkim", "publish", self.key, *arguments, code=code)
        self.generate(f"b{self.selector}")
        two = self.relayctl("dkim", "publish", "dynamic.test", "--tsig-key", good_path, code=2)
        self.assertIn(f"hint: give b{self.key} or {self.key}", two.err)
        self.relayctl("dkim", "publish", "none@dynamic.test", "--tsig-key", good_path, code=4)
        self.generate(self.selector, "no-such-zone.invalid")
        self.relayctl("dkim", "publish", f"{self.selector}@no-such-zone.invalid", "--tsig-key", good_path, code=4)


if __name__ == "__main__":
    unittest.main()
