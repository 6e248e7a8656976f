"""The JSON of probe and of verify and predict is what its schema says, member by member, for good, broken and unreachable domains."""

import json
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from relayctl import RelayctlTest

SCHEMAS = Path(__file__).resolve().parents[2] / "share" / "schemas"
ZONE = Path(__file__).resolve().parents[1] / "lab" / "zones" / "test.zone"
BROKEN = sorted(set(re.findall(r"^(?:_dmarc\.)?((?:spf|dmarc)-[a-z0-9-]+)\s", ZONE.read_text(), re.M)))
DOMAINS = ["example.test", "servfail.test", "refused.test", "no-such-domain.test", "not a domain",
           *(f"{label}.test" for label in BROKEN)]


def closed(schema):
    """The same, but with no member that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and schema.get("type") == "object":
        result["additionalProperties"] = False
    return result


class SchemaTest(RelayctlTest):
    def validate(self, document, schema):
        """Through Debian's python3-jsonschema: Debian's own interpreter has it."""
        with tempfile.TemporaryDirectory() as folder:
            instance, rules = Path(folder, "instance.json"), Path(folder, "schema.json")
            instance.write_text(json.dumps(document))
            rules.write_text(json.dumps(schema))
            return subprocess.run(["/usr/bin/python3", "-W", "ignore", "-m", "jsonschema", "-i", instance, rules],
                                  capture_output=True, text=True, check=False)

    def test_verify(self):
        schema = closed(json.loads((SCHEMAS / "relayctl.verify.1.json").read_text()))
        checks = "spf,dkim,dmarc,mx,mta-sts,tls-rpt,dane"
        for extra in ([], ["--ip", self.lab.address, "--selector", "demo", "--psl"]):
            outcome = self.relayctl("verify", *DOMAINS, "-o", "json", "--only", checks, *extra, code=1)
            document = outcome.json()
            self.assertEqual(len(document["items"]), len(DOMAINS))
            self.assertGreater(len(DOMAINS), 20)
            told = self.validate(document, schema)
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
                    told = self.validate(outcome.json(), schema)
                    self.assertEqual((told.returncode, told.stderr), (0, ""), f"{told.stdout}\n{outcome}")

    def test_dkim_verify(self):
        schema = closed(json.loads((SCHEMAS / "relayctl.dkim.verify.1.json").read_text()))
        signature = ("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.test; s=demo; t=1; x=999999999999;"
                     " l=1; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=QUJD\r\n")
        good = "From: joe@example.test\r\n\r\nHi.\r\n"
        for message in (good, "", signature + good, "DKIM-Signature: nonsense; x=5\r\n" + signature + good):
            for extra in ([], ["--ip", self.lab.address, "--helo", "mx.example.test"]):
                document = self.relayctl("dkim", "verify", "-", "-o", "json", *extra, stdin=message, code=1).json()
                told = self.validate(document, schema)
                self.assertEqual((told.returncode, told.stderr), (0, ""), told.stdout)

    def check_probe(self, *arguments, code, stdin=""):
        schema = closed(json.loads((SCHEMAS / "relayctl.probe.1.json").read_text()))
        document = self.relayctl("probe", *arguments, "-o", "json", code=code, stdin=stdin).json()
        told = self.validate(document, schema)
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

    def test_a_wrong_document_is_found(self):
        schema = closed(json.loads((SCHEMAS / "relayctl.verify.1.json").read_text()))
        document = self.relayctl("verify", "example.test", "-o", "json", code=0).json()
        document["items"][0]["spf"]["extra"] = 1
        self.assertNotEqual(self.validate(document, schema).returncode, 0)


if __name__ == "__main__":
    unittest.main()
