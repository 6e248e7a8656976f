"""Every form of dkim record, put where people put it, and read back from a name server (NSD)."""

import secrets
import subprocess
import unittest

from relayctl import RelayctlTest


class DkimRecordTest(RelayctlTest):
    def setUp(self):
        super().setUp()
        # Another each time: what a run publishes stays as long as the lab does.
        self.label = f"rec-{secrets.token_hex(4)}"
        self.domain = f"{self.label}.test"

    def record(self, key, *arguments):
        return self.relayctl("dkim", "record", key, *arguments, code=0).out

    def dig(self, name, kind="TXT"):
        address, _, port = self.lab.dns.rpartition(":")
        run = subprocess.run(["dig", f"@{address}", "-p", port, "+short", "+tcp", kind, name], check=True, text=True,
                             capture_output=True, timeout=20)
        return run.stdout.splitlines()

    def served(self, name):
        return [line.replace('" "', "").strip('"') for line in self.dig(name) if line.startswith('"')]

    def keys(self):
        for selector, options in (("rsa", ["--algorithm", "rsa"]), ("long", ["--algorithm", "rsa", "--bits", "4096"]),
                                  ("ed", ["--algorithm", "ed25519"]), ("gone", ["--algorithm", "ed25519"])):
            self.relayctl("dkim", "generate", self.domain, "--selector", selector, *options, code=0)
            yield f"{selector}@{self.domain}"
        self.relayctl("dkim", "revoke", f"gone@{self.domain}", "--force", code=0)

    def test_every_form_is_served_as_it_was_meant(self):
        wanted, lines = {}, []
        for key in list(self.keys()):
            selector = key.partition("@")[0]
            value = self.record(key, "--form", "value").removesuffix("\n")
            relative = self.record(key, "--form", "name").strip()
            absolute = self.record(key, "--form", "name", "--fqdn").strip()
            self.assertEqual(absolute, f"{relative}.{self.domain}.")
            target = f"{selector}.{self.label}.keys.test"
            parts = [line.partition(": ")[2] for line in self.record(key, "--form", "parts").splitlines()]
            lines += [
                self.record(key),
                f"s-{absolute} IN TXT {self.record(key, '--form', 'strings')}",
                f"p-{relative}.{self.label} IN TXT " + " ".join(f'"{part}"' for part in parts),
                f"c-{self.record(key, '--form', 'cname', '--target', target)}",
                self.record(key, "--target", target),
            ]
            for name in (absolute, "s-" + absolute, "p-" + absolute, "c-" + absolute, target):
                wanted[name] = value
        self.lab.publish("test", "\n".join(lines))
        for name, value in wanted.items():
            with self.subTest(name=name):
                self.assertEqual(self.served(name), [value])
        # The alias is what it says, and the key at its end is the stored one.
        alias = f"c-rsa._domainkey.{self.domain}"
        self.assertEqual(self.dig(alias, "CNAME"), [f"rsa.{self.label}.keys.test."])
        self.relayctl("dkim", "check", f"rsa@{self.domain}", f"long@{self.domain}", f"ed@{self.domain}", code=0)

    def test_targets_that_are_none(self):
        self.relayctl("dkim", "generate", self.domain, "--selector", "ed", "--algorithm", "ed25519", code=0)
        key = f"ed@{self.domain}"
        self.relayctl("dkim", "record", key, "--form", "cname", code=2)
        for target in ("", ".", "a", "a..b.test", "x" * 64 + ".test", "a b\x1b.test"):
            refused = self.relayctl("dkim", "record", key, "--form", "cname", "--target", target, code=2)
            self.assertIn("not a name for the record", refused.err)


if __name__ == "__main__":
    unittest.main()
