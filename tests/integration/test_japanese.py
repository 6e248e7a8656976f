"""What checks say is Japanese for who reads Japanese: every broken domain and host of the lab, and what is wrong with a
message, a route, a relay. Nobody gets to see an English sentence but those of servers and of the C library."""

import re
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from relayctl import PROGRAM, TESTS, RelayctlTest

sys.path.insert(0, str(TESTS / "cli"))
from english import english_left  # noqa: E402

JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
CHECKS = "spf,dkim,dmarc,mx,mta-sts,tls-rpt,dane"
# What OpenSSL calls a certificate whose key is too short, and names in certificates.
OTHERS_WORDS = ("EE certificate key too weak", "relayctl test root", "relayctl test intermediate", "relayctl test stranger")
HOSTS = ("mail", "expired", "selfsigned", "incomplete", "tls10", "plain", "clearauth", "clientcert", "open", "bare", "closed", "greylist")


def domains_of_the_lab():
    names = re.findall(r"^([a-z0-9-]+)\s", (TESTS / "lab/zones/test.zone").read_text(), re.MULTILINE)
    return sorted({f"{name}.test" for name in names})


class JapaneseTest(RelayctlTest):
    def setUp(self):
        super().setUp()
        self.environment |= {"LANGUAGE": "ja", "TEXTDOMAINDIR": str(Path(PROGRAM).parent / "locale")}

    def assert_spoken(self, outcome):
        said = outcome.out + outcome.err
        self.assertEqual(english_left(said, OTHERS_WORDS), [], outcome)
        return len(JAPANESE.findall(said))

    def both(self, *arguments):
        """In a machine format: in Japanese as in English."""
        japanese, english = self.relayctl(*arguments), self.relayctl(*arguments, LANGUAGE="")
        self.assertEqual((japanese.code, japanese.out), (english.code, english.out))

    def test_every_domain(self):
        domains = domains_of_the_lab()
        self.assertGreater(len(domains), 40)
        with ThreadPoolExecutor(2) as pool:
            runs = list(pool.map(lambda domain: self.relayctl("verify", domain, "--selector", "s1", "--ip", self.lab.address,
                                                              "--only", CHECKS, "--dns-timeout", "1", "-o", "table"), domains))
        for run in runs:
            self.assertGreater(self.assert_spoken(run), 0, run)

    def test_machine_formats_of_domains(self):
        for domain in domains_of_the_lab()[::8]:
            for format in ("tsv", "json"):
                self.both("verify", domain, "--only", "spf,dmarc", "-o", format)

    def test_hosts(self):
        with ThreadPoolExecutor(3) as pool:
            runs = list(pool.map(lambda host: self.relayctl("probe", f"{host}.relay.test", "--timeout", "3", "--ca-file", self.lab.ca,
                                                            "--dane", "-o", "table"), HOSTS))
        for run in runs:
            self.assertGreater(self.assert_spoken(run), 0, run)

    def test_relays(self):
        self.relayctl("add", "news", "--host", "open.relay.test", "--domain", "example.test", code=0)
        self.relayctl("add", "own", "--host", "closed.relay.test", "--fallback", "--user", "alice", "--password-stdin", stdin="x", code=0)
        message = "From: a@example.test\nTo: bob@nowhere.test\n\nx\n"
        spoken = 0
        for words in (("predict", "news", "--from", "a@example.test", "--matrix"), ("predict", "news", "--from", "spf-void.test"),
                      ("predict", "--all", "--from", "dmarc-none.test"), ("route", "--from", "a@example.test"),
                      ("route", "--from", "a@elsewhere.test"), ("verify", "--relay", "news"), ("probe", "--all", "--timeout", "2"),
                      ("probe", "news", "--login", "--timeout", "2"), ("probe", "own", "--open-relay", "--timeout", "2"),
                      ("probe", "news", "--mta-sts", "example.test", "--timeout", "2"), ("allowlist", "--region", "eu"),
                      ("dkim", "check"), ("quota", "news"), ("dkim", "verify", "-", "--ip", "192.0.2.1")):
            run = self.relayctl(*words, *(() if "allowlist" in words else ("-o", "table")), stdin=message)
            spoken += self.assert_spoken(run)
        for words in (("send", "-t"), ("send", "--relay", "own", "bob@nowhere.test"), ("send", "--relay", "none", "bob@nowhere.test"),
                      ("dkim", "sign", "--selector", "no@example.test", "-"), ("log", "-o", "table"), ("history", "-o", "table")):
            spoken += self.assert_spoken(self.relayctl(*words, stdin=message))
        self.assertGreater(spoken, 500)


if __name__ == "__main__":
    unittest.main()
