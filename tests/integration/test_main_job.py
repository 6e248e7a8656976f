"""The main job from end to end: relays for a sender domain, its DKIM key, the DNS, the probe, and out again."""

import os
import stat
import unittest

from relayctl import RelayctlTest


class MainJobTest(RelayctlTest):
    def names(self):
        return self.relayctl("list", "-q", code=0).out.split()

    def state(self, name):
        return self.relayctl("show", name, "-o", "json", code=0).item()["enabled"]

    def test_two_relays_from_adding_to_deleting(self):
        domain, selector = "example.test", f"job{os.getpid()}"
        self.add("news", "mail.relay.test", domain=domain, mail_type="mass", daily_limit=5000, return_path="from",
                 dkim_selector=None)
        self.add("crm", "mail.relay.test", port=465, security="ssl", domain=domain, mail_type="workflow",
                 return_path="from")
        self.assertEqual(sorted(self.names()), ["crm", "news"])

        made = self.relayctl("dkim", "generate", domain, "--selector", selector, code=0)
        self.assertTrue(made.out.startswith(f"{selector}._domainkey"), made)
        before = self.relayctl("verify", domain, "--ip", self.lab.address, "-o", "json", code=1)
        self.assertIn("dkim-no-key", before.out)

        record = self.relayctl("dkim", "record", f"{selector}@{domain}", code=0)
        self.lab.publish(domain, record.out)
        self.relayctl("verify", domain, "--ip", self.lab.address, code=0)

        for name in ("news", "crm"):
            self.relayctl("probe", name, code=0)

        self.relayctl("disable", "crm", code=0)
        self.assertEqual((self.state("news"), self.state("crm")), (True, False))
        self.relayctl("enable", "crm", code=0)
        self.assertTrue(self.state("crm"))
        self.relayctl("delete", "crm", code=0)
        self.assertEqual(self.names(), ["news"])
        self.relayctl("delete", "crm", code=4)

    def test_the_same_relay_twice_changes_nothing_and_another_under_its_name_is_refused(self):
        self.add("news", "mail.relay.test")
        again = self.add("news", "mail.relay.test")
        self.assertIn("unchanged", again.err)
        arguments = ["add", "news", "--host", "other.relay.test", "--domain", "example.test", "--type", "mass"]
        refused = self.relayctl(*arguments, code=5)
        self.assertIn("host", refused.err)

    def test_a_key_that_others_published_under_our_selector_does_not_match(self):
        self.relayctl("dkim", "generate", "dkim.test", "--selector", "good", code=0)
        outcome = self.relayctl("verify", "dkim.test", "-o", "json", code=1)
        self.assertIn("dkim-key-mismatch", outcome.out)

    def test_a_password_is_kept_and_never_shown(self):
        secret = "s3cret with blanks # and \"quotes\""
        self.relayctl("add", "login", "--host", "mail.relay.test", "--domain", "example.test", "--user", "alice",
                      "--password-stdin", stdin=secret + "\n", code=0)
        for arguments in (["show", "login"], ["show", "login", "-o", "json"], ["list", "-o", "json"],
                          ["list", "-o", "csv"]):
            self.assertNotIn("s3cret", self.relayctl(*arguments, code=0).out)
        self.assertEqual(stat.S_IMODE(self.store.stat().st_mode), 0o600)

    def test_nothing_but_the_store_is_written(self):
        self.add("news", "mail.relay.test")
        self.relayctl("dkim", "generate", "example.test", code=0)
        self.relayctl("list", code=0)
        files = {path.relative_to(self.home).parts[0] for path in self.home.rglob("*")}
        self.assertEqual(files, {"store"})


if __name__ == "__main__":
    unittest.main()
