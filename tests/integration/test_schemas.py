"""The JSON of probe and of verify and predict is what its schema says, member by member, for good, broken and unreachable domains."""

import json
import re
import unittest
from pathlib import Path

from relayctl import RelayctlTest
from schemas import SCHEMAS, check_schema, closed, validate
from sending import Script

ZONE = Path(__file__).resolve().parents[1] / "lab" / "zones" / "test.zone"
BROKEN = sorted(set(re.findall(r"^(?:_dmarc\.)?((?:spf|dmarc)-[a-z0-9-]+)\s", ZONE.read_text(), re.M)))
DOMAINS = ["example.test", "servfail.test", "refused.test", "no-such-domain.test", "not a domain",
           *(f"{label}.test" for label in BROKEN)]


class SchemaTest(RelayctlTest):
    def test_verify(self):
        schema = closed(json.loads((SCHEMAS / "relayctl.verify.1.json").read_text()))
        checks = "spf,dkim,dmarc,mx,mta-sts,tls-rpt,dane"
        for extra in ([], ["--ip", self.lab.address, "--selector", "demo", "--psl"]):
            outcome = self.relayctl("verify", *DOMAINS, "-o", "json", "--only", checks, *extra, code=1)
            document = outcome.json()
            self.assertEqual(len(document["items"]), len(DOMAINS))
            self.assertGreater(len(DOMAINS), 20)
            told = validate(document, schema)
            self.assertEqual((told.returncode, told.stderr), (0, ""), told.stdout)

    def test_predict(self):
        schema = closed(json.loads((SCHEMAS / "relayctl.predict.1.json").read_text()))
        self.add("signs", "mail.relay.test", dkim_selector="demo", mail_type="mass", egress_ip=self.lab.address)
        self.add("plain", "mail.relay.test", return_path="from", mail_type="workflow")
        self.add("null", "closed.relay.test", return_path="<>", mail_type="individual")
        for name in ("signs", "plain", "null"):
            for sender in DOMAINS[:4] + ["spf-eleven.test", "spf-fail.test", "spf-servfail.test", "dmarc-sp.test"]:
                for extra in ([], ["--matrix", "--helo", "mail.relay.test"], ["--relay-alters-body"]):
                    outcome = self.relayctl("predict", name, "--from", sender, "-o", "json", *extra)
                    self.assertIn(outcome.code, (0, 1, 3), outcome)
                    told = validate(outcome.json(), schema)
                    self.assertEqual((told.returncode, told.stderr), (0, ""), f"{told.stdout}\n{outcome}")

    def test_dkim_verify(self):
        schema = closed(json.loads((SCHEMAS / "relayctl.dkim.verify.1.json").read_text()))
        signature = ("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.test; s=demo; t=1; x=999999999999;"
                     " l=1; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=QUJD\r\n")
        good = "From: joe@example.test\r\n\r\nHi.\r\n"
        for message in (good, "", signature + good, "DKIM-Signature: nonsense; x=5\r\n" + signature + good):
            for extra in ([], ["--ip", self.lab.address, "--helo", "mx.example.test"]):
                document = self.relayctl("dkim", "verify", "-", "-o", "json", *extra, stdin=message, code=1).json()
                told = validate(document, schema)
                self.assertEqual((told.returncode, told.stderr), (0, ""), told.stdout)

    def test_dkim_keys_and_signatures(self):
        """The rest of the dkim commands; rotate, activate, check, revoke and publish have theirs where they are tried."""
        pem, mail = self.home / "key.pem", self.home / "mail.eml"
        mail.write_text("From: joe@example.test\r\n\r\nHi.\n")
        made = self.relayctl("dkim", "generate", "example.test", "--dual", "--note", "first", "-o", "json", code=0)
        check_schema(self, made.json(), "relayctl.dkim.generate.1.json")
        rsa, ed25519 = (item["key"] for item in made.items())
        dry_run = self.relayctl("dkim", "generate", "b.test", "--dry-run", "-o", "json", code=0)
        check_schema(self, dry_run.json(), "relayctl.dkim.generate.1.json")
        self.add("news", "mail.relay.test", dkim_selector=rsa.partition("@")[0])
        for key in (rsa, ed25519):
            self.relayctl("dkim", "activate", key, "--force", code=0)
            record = self.relayctl("dkim", "record", key, "-o", "json", code=0)
            check_schema(self, record.json(), "relayctl.dkim.record.1.json")
        self.assertEqual(self.relayctl("dkim", "record", rsa, "-o", "json", code=0).item()["relays"], ["news"])
        for selector, extra in ((rsa, []), ("example.test", ["--dual", "--expire", "7d"])):
            signed = self.relayctl("dkim", "sign", "--selector", selector, str(mail), "--header-only", "-o", "json",
                                   *extra, code=0)
            check_schema(self, signed.json(), "relayctl.dkim.sign.1.json")
            self.assertEqual(len(signed.items()), 2 if extra else 1)
        self.relayctl("dkim", "export-key", ed25519, str(pem), code=0)
        for _ in range(2):
            imported = self.relayctl("dkim", "import", "x@b.test", str(pem), "-o", "json", code=0)
            check_schema(self, imported.json(), "relayctl.dkim.import.1.json")
        self.assertFalse(imported.item()["changed"])
        check_schema(self, self.relayctl("dkim", "list", "-o", "json", code=0).json(), "relayctl.dkim.list.1.json")
        deleted = self.relayctl("dkim", "delete", "x@b.test", "--yes", "-o", "json", code=0)
        check_schema(self, deleted.json(), "relayctl.dkim.delete.1.json")

    def check_probe(self, *arguments, code, stdin=""):
        schema = closed(json.loads((SCHEMAS / "relayctl.probe.1.json").read_text()))
        document = self.relayctl("probe", *arguments, "-o", "json", code=code, stdin=stdin).json()
        told = validate(document, schema)
        self.assertEqual((told.returncode, told.stderr), (0, ""), told.stdout)
        return document["items"]

    def test_probe(self):
        """Good, broken and unreachable hosts, and each option that adds members."""
        hosts = ["mail", "alias", "expired", "selfsigned", "incomplete", "plain", "bare", "closed", "tls10", "clientcert",
                 "nowhere", "dangling", "two-stacks"]
        trust = ("--ca-file", self.lab.ca)
        ports = ["--any-port"] + [word for port in self.lab.ports.values() for word in ("--port", str(port))]
        items = self.check_probe(*(f"{host}.relay.test" for host in hosts), "mail.servfail.test", *trust, *ports,
                                 "--all-addresses", "--dane", code=1)
        self.assertEqual(len(items), len(hosts) + 1)
        self.assertTrue(any(item["by_address"] for item in items))
        secret = self.home / "secret"
        secret.write_text(self.lab.password + "\n")
        secret.chmod(0o600)
        self.add("news", "mail.relay.test", user=self.lab.user, password_file=secret)
        item, = self.check_probe("news", "--login", "--sender", self.lab.user, "--recipient", "b@example.test",
                                 "--open-relay", "--tls-scan", code=0)
        for member in ("login", "sender", "recipients", "open_relay", "tls_scan"):
            self.assertTrue(item[member], member)
        if self.lab.https:
            item, = self.check_probe("news", "--mta-sts", "sts-good.test", *trust, code=0)
            self.assertEqual(item["mta_sts"]["mode"], "enforce")

    def test_probe_of_many(self):
        self.add("news", "mail.relay.test")
        words = "news\nno such relay\nclosed.relay.test\n"
        items = self.check_probe("-", "--ca-file", self.lab.ca, stdin=words, code=1)
        self.assertEqual([item["fault"] is None for item in items].count(False), 1)

    def test_probe_repeated(self):
        self.add("news", "mail.relay.test")
        self.check_probe("news", "--repeat", "2", code=0)

    def test_log_quota_and_route(self):
        """With each kind of line: accepted, refused, told its limit, through a fallback, taken by none."""
        message = "From: joe@example.test\n\nHi.\n"
        with Script({"MAIL": ["250 ok", "550 5.7.1 no", "550 5.4.5 Daily user sending limit exceeded"]}) as server, \
                Script() as other:
            for name, port, extra in (("news", server.port, ["--domain", "example.test", "--fallback-to", "other"]),
                                      ("other", other.port, ["--domain", "other.test", "--daily-limit", "1"])):
                arguments = ["--host", "127.0.0.1", "--port", str(port), "--any-port", "--security", "none",
                             "--return-path", "from", *extra]
                if name == "news":
                    self.relayctl("add", "other", "--host", "127.0.0.1", "--domain", "other.test", code=0)
                self.relayctl("add", name, "--replace", *arguments, code=0)
            for code in (0, 7, 0, 75):
                self.relayctl("send", "ann@sink.example", stdin=message, code=code)
        for command, count in ((["log"], 5), (["quota"], 2), (["route", "--from", "example.test"], 2)):
            outcome = self.relayctl(*command, "-o", "json")
            self.assertEqual(len(outcome.items()), count, outcome)
            check_schema(self, outcome.json(), f"relayctl.{command[0]}.1.json")

    def test_list_and_show(self):
        """Of a relay that was probed, of one that is tripped, and of one as it was."""
        self.add("news", "mail.relay.test", egress_ip="192.0.2.1", daily_limit="5")
        self.relayctl("add", "dead", "--host", "127.0.0.1", "--port", "1", "--any-port", "--security", "none", "--domain",
                      "dead.test", "--return-path", "from", "--fallback-to", "news", code=0)
        self.relayctl("config", "set", "failures-to-trip", "1", code=0)
        self.relayctl("probe", "news", code=0)
        self.relayctl("send", "--over", "defer", "ann@sink.example", stdin="From: joe@dead.test\n\nHi.\n")
        outcome = self.relayctl("list", "-o", "json", code=0)
        self.assertEqual([item["state"] for item in outcome.items()], ["tripped", "enabled"])
        self.assertEqual(outcome.items()[1]["last_probe"]["verdict"], "good")
        check_schema(self, outcome.json(), "relayctl.relay.list.1.json")
        for arguments in (["news"], ["dead"], ["news", "--at", "1"]):
            shown = self.relayctl("show", *arguments, "-o", "json", code=0)
            check_schema(self, shown.json(), "relayctl.relay.show.1.json")

    def test_a_wrong_document_is_found(self):
        schema = closed(json.loads((SCHEMAS / "relayctl.verify.1.json").read_text()))
        document = self.relayctl("verify", "example.test", "-o", "json", code=0).json()
        document["items"][0]["spf"]["extra"] = 1
        self.assertNotEqual(validate(document, schema).returncode, 0)


if __name__ == "__main__":
    unittest.main()
