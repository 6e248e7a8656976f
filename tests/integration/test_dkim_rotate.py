"""DKIM keys from their making to their end, with the records in the lab's name server: no mail is signed by a key whose
record is not there."""

import contextlib
import secrets
import sqlite3
import unittest

from relayctl import RelayctlTest
from schemas import check_schema

MAIL = "From: a@{domain}\nTo: b@relay.test\nSubject: x\nDate: Tue, 24 Nov 2026 12:00:00 +0000\n\nhello\n"


class RotateTest(RelayctlTest):
    def setUp(self):
        super().setUp()
        # Another each time: what a run publishes stays as long as the lab does.
        self.domain = f"rot-{secrets.token_hex(4)}.test"

    def publish(self, key):
        self.lab.publish("test", self.relayctl("dkim", "record", key, code=0).out)

    def key(self, selector):
        return f"{selector}@{self.domain}"

    def states(self):
        items = self.relayctl("dkim", "list", self.domain, "-o", "json", code=0).items()
        return {item["selector"]: item["state"] for item in items}

    def generate(self, selector):
        self.relayctl("dkim", "generate", self.domain, "--selector", selector, "--algorithm", "ed25519", code=0)

    def signers(self, name=None):
        mail = self.home / "mail.eml"
        mail.write_text(MAIL.format(domain=self.domain))
        signed = self.relayctl("dkim", "sign", "--selector", name or self.domain, str(mail), "--header-only", "-o", "json",
                               code=0)
        return [item["selector"] for item in signed.items()]

    def test_by_hand(self):
        """generate, publish, activate; rotate, publish, activate; the relay follows; revoke."""
        self.generate("s1")
        refused = self.relayctl("dkim", "activate", self.key("s1"), "--all-ns", code=1)
        self.assertIn(f"NXDOMAIN for s1._domainkey.{self.domain}", refused.err)
        self.assertEqual(self.states(), {"s1": "pending"})
        nothing = self.relayctl("dkim", "sign", "--selector", self.domain, "-", stdin=MAIL, code=4)
        self.assertIn(f"hint: relayctl dkim activate {self.key('s1')}", nothing.err)
        self.publish(self.key("s1"))
        self.relayctl("dkim", "activate", self.key("s1"), "--all-ns", code=0)
        self.assertEqual(self.signers(), ["s1"])
        self.add("news", "mail.relay.test", domain=self.domain, dkim_selector="s1")

        self.relayctl("dkim", "rotate", self.domain, "--selector", "s2", code=0)
        self.assertEqual(self.signers(), ["s1"])
        self.relayctl("dkim", "activate", self.key("s2"), code=1)
        self.publish(self.key("s2"))
        moved = self.relayctl("dkim", "activate", self.key("s2"), "-o", "json", code=0)
        self.assertEqual(moved.item()["relays_moved"], ["news"])
        check_schema(self, moved.json(), "relayctl.dkim.activate.1.json")
        self.assertEqual(self.states(), {"s1": "retiring", "s2": "active"})
        self.assertEqual((self.signers(), self.signers(self.key("s1"))), (["s2"], ["s1"]))
        self.assertEqual(self.relayctl("show", "news", "-o", "json", code=0).item()["dkim_selector"], "s2")

        revoked = self.relayctl("dkim", "revoke", self.key("s1"), code=0)
        self.assertTrue(revoked.out.rstrip().endswith('"v=DKIM1; k=ed25519; p=" )'), revoked)
        self.assertIn("never signs", self.relayctl("dkim", "sign", "--selector", self.key("s1"), "-", stdin=MAIL,
                                                   code=5).err)
        self.relayctl("dkim", "revoke", self.key("s2"), code=5)
        again = self.relayctl("dkim", "revoke", self.key("s1"), "-o", "json", code=0)
        self.assertFalse(again.item()["changed"])
        check_schema(self, again.json(), "relayctl.dkim.revoke.1.json")
        check_schema(self, self.relayctl("dkim", "list", "-o", "json", code=0).json(), "relayctl.dkim.list.1.json")

    def let_grace_end(self, selector):
        """As if it had begun to retire a grace ago."""
        with contextlib.closing(sqlite3.connect(self.store)) as store, store:
            store.execute("UPDATE dkim_key SET retiring_at = 1000, retires_at = 2000 WHERE selector = ?", (selector,))

    def refused(self, name):
        return self.relayctl("dkim", "sign", "--selector", name, "-", stdin=MAIL.format(domain=self.domain), code=4).err

    def test_what_has_ended_stays_ended(self):
        """Neither a setting nor the end of the active key nor an undo makes a key sign whose record may be gone."""
        for selector in ("s1", "s2"):
            self.generate(selector)
            self.relayctl("dkim", "activate", self.key(selector), "--force", code=0)
        self.let_grace_end("s1")
        self.assertEqual(self.states(), {"s1": "retired", "s2": "active"})
        self.relayctl("config", "set", "dkim-grace", "300d", code=0)
        self.relayctl("dkim", "revoke", self.key("s2"), "--force", code=0)
        self.assertEqual(self.states(), {"s1": "retired", "s2": "revoked"})
        self.assertIn("all DKIM keys of", self.refused(self.domain))

        meant = self.relayctl("undo", "--dry-run", "-o", "json", code=0)
        check_schema(self, meant.json(), "relayctl.undo.1.json")
        self.assertEqual(meant.item()["pending_keys"], [self.key("s2")])
        back = self.relayctl("undo", code=0)
        self.assertIn(f"warning: {self.key('s2')} had ended: it is pending now, and signs nothing", back.err)
        self.assertEqual(self.states(), {"s1": "retired", "s2": "pending"})
        self.assertIn(f"hint: relayctl dkim activate {self.key('s2')}", self.refused(self.domain))
        self.relayctl("dkim", "activate", self.key("s2"), code=1)

    def test_a_retiring_key_signs_where_it_is_named_only(self):
        for selector in ("s1", "s2"):
            self.generate(selector)
            self.relayctl("dkim", "activate", self.key(selector), "--force", code=0)
        self.relayctl("dkim", "revoke", self.key("s2"), "--force", code=0)
        self.assertIn(f"{self.key('s1')} is retiring", self.refused(self.domain))
        self.assertEqual(self.signers(self.key("s1")), ["s1"])
        # A relay that is to sign gets a key of its own, not one whose end is near.
        added = self.relayctl("add", "news", "--host", "mail.relay.test", "--domain", self.domain, "--dkim", "-o", "json",
                              code=0)
        self.assertNotEqual(added.item()["dkim_selector"], "s1")
        ends = self.relayctl("edit", "news", "--dkim-selector", "s1", code=0)
        self.assertIn(f"warning: relay news signs with {self.key('s1')}, which is retiring until 20", ends.err)

    def test_a_pair_is_named_by_its_rsa_half(self):
        self.relayctl("dkim", "generate", self.domain, "--selector", "p", "--dual", code=0)
        added = self.relayctl("add", "news", "--host", "mail.relay.test", "--domain", self.domain, "--dkim", "-o", "json",
                              code=0)
        self.assertEqual(added.item()["dkim_selector"], "p")
        for selector in ("p", "pe"):
            self.relayctl("dkim", "activate", self.key(selector), "--force", code=0)
        self.assertEqual(self.signers()[0], "p")

    def test_a_slip_of_a_selector_stops_no_mail(self):
        self.generate("s202611")
        self.relayctl("dkim", "activate", self.key("s202611"), "--force", code=0)
        self.add("news", "mail.relay.test", domain=self.domain, dkim_selector="s202611")
        for more in ((), ("--dry-run",)):
            slip = self.relayctl("edit", "news", "--dkim-selector", "s202612", *more, code=4)
            self.assertIn("hint: did you mean s202611? To make it: relayctl dkim generate ", slip.err)
        self.assertEqual(self.states(), {"s202611": "active"})
        made = self.relayctl("edit", "news", "--dkim", "--dkim-selector", "s202612", code=0)
        self.assertIn(f"hint: relayctl dkim activate {self.key('s202612')}", made.err)

    def test_by_cron(self):
        """The same command every day: one step a run, and the exit code tells which."""
        daily = ("dkim", "rotate", self.domain, "--algorithm", "ed25519", "--when-visible", "--older-than", "90d",
                 "-o", "json")
        self.relayctl(*daily, code=4)
        self.generate("old")
        self.relayctl("dkim", "revoke", self.key("old"), code=0)
        actions = []
        for expected in (1, 1, 0, 0):
            run = self.relayctl(*daily, code=expected)
            check_schema(self, run.json(), "relayctl.dkim.rotate.1.json")
            actions.append([item["action"] for item in run.items()])
            if len(actions) == 2:
                self.publish(self.domain)
        self.assertEqual(actions, [["made"], ["pending"], ["activated"], ["young"]])
        self.assertEqual(sorted(self.states().values()), ["active", "revoked"])
        unknown = self.relayctl(*daily[:-4], "--ns", self.lab.silent_dns, "--dns-timeout", "0.3", code=3)
        self.assertIn("stays pending", unknown.err)
        self.assertEqual(sorted(self.states().values()), ["active", "pending", "revoked"])

    def test_a_pending_key_that_nobody_publishes_is_not_waited_for_in_silence(self):
        self.generate("s1")
        self.assertNotIn("hint", self.relayctl("dkim", "rotate", self.domain, code=0).err)
        with contextlib.closing(sqlite3.connect(self.store)) as store, store:
            store.execute("UPDATE dkim_key SET created_at = created_at - 4 * 86400")
        for options, code in (((), 0), (("--when-visible",), 1), (("--when-visible", "--wait", "1s"), 1)):
            told = self.relayctl("dkim", "rotate", self.domain, *options, code=code).err
            self.assertRegex(told, rf"{self.key('s1')} is pending already, since \d{{4}}-")
            self.assertIn(f"relayctl dkim publish {self.key('s1')}", told)
            self.assertIn(f"relayctl dkim delete {self.key('s1')}", told)
        self.relayctl("dkim", "delete", self.key("s1"), "--yes", code=0)
        self.relayctl("dkim", "rotate", self.domain, code=4)
        self.generate("s2")
        self.assertEqual(self.states(), {"s2": "pending"})

    def test_a_pair_by_cron(self):
        self.relayctl("dkim", "generate", self.domain, "--selector", "s1", "--dual", code=0)
        for selector in ("s1", "s1e"):
            self.relayctl("dkim", "activate", self.key(selector), "--force", code=0)
        daily = ("dkim", "rotate", self.domain, "--selector", "s2", "--when-visible", "-o", "json")
        actions = []
        for expected, published in ((1, "s2"), (1, None), (1, "s2e"), (0, None), (0, None)):
            run = self.relayctl(*daily, code=expected)
            check_schema(self, run.json(), "relayctl.dkim.rotate.1.json")
            actions.append({item["selector"]: item["action"] for item in run.items()})
            if published:
                self.publish(self.key(published))
        self.assertEqual(actions, [{"s2": "made", "s2e": "made"}, {"s2": "activated", "s2e": "pending"},
                                   {"s2": "active", "s2e": "pending"}, {"s2": "active", "s2e": "activated"},
                                   {"s2": "active", "s2e": "active"}])
        self.assertEqual(self.states(), {"s1": "retiring", "s1e": "retiring", "s2": "active", "s2e": "active"})

    def test_a_dry_run_shows_records_of_keys_that_are_there_only(self):
        self.generate("s1")
        self.assertIn("v=DKIM1", self.relayctl("dkim", "rotate", self.domain, "--dry-run", code=0).out)
        self.relayctl("dkim", "activate", self.key("s1"), "--force", code=0)
        self.assertEqual(self.relayctl("dkim", "rotate", self.domain, "--dry-run", code=0).out, "")

    def test_check(self):
        self.generate("s1")
        self.generate("s2")
        self.publish(self.key("s1"))
        check = self.relayctl("dkim", "check", self.domain, "--all-ns", "-o", "json", code=1)
        check_schema(self, check.json(), "relayctl.dkim.check.1.json")
        found = {item["selector"]: [answer["verdict"] for answer in item["answers"]] for item in check.items()}
        self.assertEqual(found, {"s1": ["good", "good"], "s2": ["bad", "bad"]})
        listed = {item["selector"]: item["last_seen_at"] for item in
                  self.relayctl("dkim", "list", "-o", "json", code=0).items()}
        self.assertIsNotNone(listed["s1"])
        self.assertIsNone(listed["s2"])
        self.relayctl("dkim", "check", self.key("s1"), "--ns", self.lab.dns, code=0)
        silent = self.relayctl("dkim", "check", self.key("s1"), "--ns", self.lab.dns, "--ns", self.lab.silent_dns,
                               "--dns-timeout", "0.3", code=3)
        self.assertEqual([line.split("\t")[3] for line in silent.out.splitlines()], ["ok", "unchecked"])
        self.relayctl("dkim", "check", self.key("s3"), code=4)

    def test_a_key_in_test_mode(self):
        self.generate("s1")
        record = self.relayctl("dkim", "record", self.key("s1"), code=0).out
        self.lab.publish("test", record.replace("p=", "t=y; p="))
        check = self.relayctl("dkim", "check", self.key("s1"), "--all-ns", code=0)
        self.assertEqual({tuple(line.split("\t")[3:4]) for line in check.out.splitlines()}, {("warn",)})
        self.assertIn("t=y: the key is in test mode", check.out)
        document = self.relayctl("dkim", "check", self.key("s1"), "-o", "json", code=0)
        check_schema(self, document.json(), "relayctl.dkim.check.1.json")
        self.assertIn("t=y", document.item()["answers"][0]["warning"])
        activated = self.relayctl("dkim", "activate", self.key("s1"), code=0)
        self.assertIn(f"warning: {self.key('s1')} at resolver: t=y", activated.err)

    def test_wait(self):
        self.generate("s1")
        waited = self.relayctl("dkim", "check", self.key("s1"), "--wait", "2s", code=1)
        self.assertGreaterEqual(waited.seconds, 2)
        self.assertLess(waited.seconds, 10)
        self.publish(self.key("s1"))
        self.assertLess(self.relayctl("dkim", "check", self.key("s1"), "--wait", "1h", code=0).seconds, 2)

    def test_another_key_is_published(self):
        self.generate("s1")
        record = self.relayctl("dkim", "record", self.key("s1"), code=0).out
        other = self.relayctl("dkim", "generate", "other.test", "--selector", "s1", "--algorithm", "ed25519", code=0).out
        text = other[other.index('"'):other.rindex('"') + 1]
        self.lab.publish("test", record[:record.index('"')] + text + " )\n")
        refused = self.relayctl("dkim", "activate", self.key("s1"), code=1)
        self.assertIn("it is not the key in the store", refused.err)
        self.relayctl("dkim", "activate", self.key("s1"), "--force", code=0)
        self.assertEqual(self.states(), {"s1": "active"})


if __name__ == "__main__":
    unittest.main()
