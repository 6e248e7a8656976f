"""What predict says is what happens: the same messages, really sent through Postfix, and judged where they arrive by
other implementations of SPF, DKIM and DMARC (receiver.pl)."""

import itertools
import json
import os
import shlex
import smtplib
import sqlite3
import subprocess
import time
import unittest
from pathlib import Path

from relayctl import RelayctlTest

RECEIVER = Path(__file__).resolve().parents[1] / "support" / "receiver.pl"
RELAY = "open.relay.test"  # takes mail from this machine without a login
SELECTOR = "p1"
MARK = f"pt{os.getpid()}"  # the zone is shared
# What the record of a domain says of the relay's address, @ being that address.
SPF = {
    "pass": "v=spf1 ip4:@ -all",
    "fail": "v=spf1 ip4:192.0.2.1 -all",
    "softfail": "v=spf1 ip4:192.0.2.1 ~all",
    "neutral": "v=spf1 ip4:192.0.2.1 ?all",
    "permerror": "v=spf1 ip5:192.0.2.1 -all",
    "none": None,
}
POLICIES = ("reject", "quarantine", "none")
SIGN = """
import sys, dkim
key, domain, selector = open(sys.argv[1], "rb").read(), sys.argv[2].encode(), sys.argv[3].encode()
message = sys.stdin.buffer.read()
sys.stdout.buffer.write(dkim.sign(message, selector, domain, key, canonicalize=(b"relaxed", b"relaxed"),
                                  include_headers=[b"from", b"to", b"subject", b"message-id", b"date"]) + message)
"""


class Case:
    """A message: its sender domain, its return path, how it is signed."""

    def __init__(self, number, relay, domain, mail_from, signing, altered):
        self.id = f"case{number}.{domain}"
        self.relay, self.domain, self.mail_from = relay, domain, mail_from
        self.signing, self.altered = signing, altered

    def __str__(self):
        return f"{self.id}: relay {self.relay}, MAIL FROM <{self.mail_from}>, signed {self.signing}"


class PredictTruthTest(RelayctlTest):
    """[PRED-17] and [PRED-01] against real mail."""

    def setUp(self):
        super().setUp()
        self.domains = {}
        modes = itertools.cycle(POLICIES)
        for strict, spf in itertools.product((False, True), SPF):
            name = f"{MARK}-{'strict' if strict else 'relaxed'}-{spf}.test"
            self.domains[name] = {"spf": spf, "strict": strict, "policy": next(modes), "published": True}
        self.domains[f"{MARK}-nokey.test"] = {"spf": "fail", "strict": False, "policy": "reject", "published": False}
        # Below a domain with a policy for subdomains.
        self.domains[f"{MARK}-sp.test"] = {"spf": "pass", "strict": False, "policy": "reject; sp=quarantine",
                                           "published": True}
        self.domains[f"sub.{MARK}-sp.test"] = {"spf": "fail", "strict": False, "policy": None, "published": True}
        self.domains[f"{MARK}-nopolicy.test"] = {"spf": "fail", "strict": False, "policy": None, "published": True}

    def zone_records(self):
        lines = []
        for name, about in self.domains.items():
            label = name.removesuffix(".test")
            lines.append(f"{label} MX 10 mail.relay.test.")
            for owner in (label, f"bounce.{label}"):
                if record := SPF[about["spf"]]:
                    lines.append(f'{owner} TXT "{record.replace("@", self.lab.address)}"')
            if about["policy"]:
                mode = "; aspf=s; adkim=s" if about["strict"] else ""
                lines.append(f'_dmarc.{label} TXT "v=DMARC1; p={about["policy"]}{mode}"')
            if about["published"]:
                record = self.relayctl("dkim", "record", f"{SELECTOR}@{name}", "--form", "strings", code=0).out.strip()
                lines.append(f"{SELECTOR}._domainkey.{label} TXT ( {record} )")
        # The platform and another organization: one in whose SPF the relay is, one in whose it is not.
        for label, spf in ((f"{MARK}-platform", "softfail"), (f"{MARK}-other", "pass")):
            lines.append(f'{label} TXT "{SPF[spf].replace("@", self.lab.address)}"')
            lines.append(f'_dmarc.{label} TXT "v=DMARC1; p=none"')
        return "\n".join(lines) + "\n"

    def add_relays(self):
        """One for each return path, unsigned and signed; {name: (return path, signed)}."""
        paths = {"managed": "managed", "from": "from", "null": "<>", "other": f"b@{MARK}-other.test"}
        relays = {}
        for number, (name, path) in enumerate(itertools.product(("off", "on"), [*paths, "address", "subdomain"])):
            relay = f"{path}-{name}"
            relays[relay] = (paths.get(path, path), name == "on")
            arguments = ["--domain", ",".join(self.domains), "--priority", str(100 + number), "--egress-ip",
                         self.lab.address, "--return-path", paths.get(path, "managed")]
            if name == "on":
                arguments += ["--dkim-selector", SELECTOR]
            self.relayctl("add", relay, "--host", RELAY, "--port", str(self.lab.ports[25]), "--any-port", "--security",
                          "none", *arguments, code=0)
        return relays

    def private_key(self, domain):
        with sqlite3.connect(self.store) as store:
            row = store.execute("SELECT pem FROM dkim_private_key JOIN dkim_key ON dkim_key.id = dkim_key_id "
                                "WHERE domain = ? AND selector = ?", (domain, SELECTOR)).fetchone()
        path = self.home / f"{domain}.pem"
        path.write_bytes(row[0] if isinstance(row[0], bytes) else row[0].encode())
        return path

    def message(self, case):
        subject = "alter this subject" if case.altered else "hello"
        text = (f"From: News <news@{case.domain}>\r\nTo: reader@receiver.test\r\nSubject: {subject}\r\n"
                f"Message-ID: <{case.id}>\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nHello.\r\n").encode()
        if not case.signing:
            return text
        signed = subprocess.run(["/usr/bin/python3", "-c", SIGN, self.private_key(case.domain), case.domain, SELECTOR],
                                input=text, capture_output=True, check=True)
        return signed.stdout

    def send(self, cases):
        with smtplib.SMTP(f"{self.lab.network}.26", self.lab.ports[25], timeout=30) as client:
            for case in cases:
                client.sendmail(case.mail_from, ["reader@receiver.test"], self.message(case))

    def received(self, cases):
        """The file of the sink for each case, waited for: Postfix takes its time."""
        wanted, found = {case.id for case in cases}, {}
        sink = Path(self.lab.values["LAB_SINK"])
        deadline = time.monotonic() + 90
        while wanted - set(found) and time.monotonic() < deadline:
            for path in sink.iterdir():
                text = path.read_text(errors="replace")
                for name in wanted - set(found):
                    if f"<{name}>" in text and text.rstrip().endswith("Hello."):
                        found[name] = path
            time.sleep(0.5)
        self.assertEqual(wanted - set(found), set(), "these messages did not arrive")
        return found

    def judge(self, files):
        run = subprocess.run(["perl", RECEIVER, self.lab.dns], input="".join(f"{path}\n" for path in files.values()),
                             capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        return {item["id"]: item for item in map(json.loads, run.stdout.splitlines())}

    def make_cases(self, relays):
        cases = []
        for domain, (relay, (path, signed)) in itertools.product(self.domains, relays.items()):
            mail_from = {"managed": f"bounce@{MARK}-platform.test", "from": f"news@{domain}", "<>": "",
                         "address": f"bounce@{domain}", "subdomain": f"b@bounce.{domain}"}.get(path, path)
            cases.append(Case(len(cases), relay, domain, mail_from, signed, False))
        for relay, (path, signed) in relays.items():
            if signed and path in ("managed", "from"):
                for domain in (f"{MARK}-relaxed-pass.test", f"{MARK}-relaxed-fail.test"):
                    mail_from = f"bounce@{MARK}-platform.test" if path == "managed" else f"news@{domain}"
                    cases.append(Case(len(cases), relay, domain, mail_from, True, True))
        # The one sender whose domain the HELO name belongs to.
        cases.append(Case(len(cases), "null-off", "relay.test", "", False, False))
        return cases

    def predict(self, case):
        own = {"address": f"bounce@{case.domain}", "subdomain": f"b@bounce.{case.domain}"}.get(case.relay.split("-")[0])
        if own:
            self.relayctl("edit", case.relay, "--return-path", own, code=0)
        arguments = ["predict", case.relay, "--from", f"news@{case.domain}", "--helo", "mail.relay.test", "-o", "json"]
        if case.altered:
            arguments.append("--relay-alters-body")
        return self.relayctl(*arguments)

    def compare(self, case, outcome, truth):
        item = outcome.item()
        legs = {leg: item[leg]["result"] == "pass" and item[leg]["aligned"] == "yes" for leg in ("spf", "dkim")}
        predicted = {"spf": item["spf"]["result"], "dmarc": item["dmarc"]["result"],
                     "spf_aligned": legs["spf"], "dkim_aligned": legs["dkim"],
                     "disposition": item["dmarc"]["disposition"] or "none"}
        seen = {"spf": truth["spf"], "dmarc": truth["dmarc"], "spf_aligned": truth["spf_aligned"] == "pass",
                "dkim_aligned": truth["dkim_aligned"] == "pass", "disposition": truth["disposition"]}
        if truth["dmarc"] == "none":  # the other implementation then compares nothing
            for key in ("spf_aligned", "dkim_aligned"):
                del predicted[key], seen[key]
        self.assertEqual(predicted, seen, f"{case}\n{json.dumps(truth)}\n{outcome}")
        self.assertEqual((truth["address"], truth["sender"]), (self.lab.address, case.mail_from), str(case))
        passes = legs["spf"] or legs["dkim"]
        self.assertEqual(outcome.code, 0 if passes else 1, outcome)

    def test_predictions_are_what_other_implementations_find_in_the_same_mail(self):
        """[PRED-17]"""
        relays = self.add_relays()
        for domain in self.domains:
            self.relayctl("dkim", "activate", f"{SELECTOR}@{domain}", "--force", code=0)
        self.relayctl("config", "set", "managed-return-path", f"bounce@{MARK}-platform.test", code=0)
        self.lab.publish("test", self.zone_records())
        self.lab.publish("relay.test", 'mail TXT "v=spf1 a -all"')
        cases = self.make_cases(relays)
        self.assertGreater(len(cases), 150)
        self.send(cases)
        outcomes = {case.id: self.predict(case) for case in cases}
        truths = self.judge(self.received(cases))
        results = set()
        for case in cases:
            with self.subTest(case=str(case)):
                self.compare(case, outcomes[case.id], truths[case.id])
                item = outcomes[case.id].item()
                results.add((item["return_path"], item["signed"], item["spf"]["result"], item["dkim"]["result"],
                             item["dmarc"]["policy"], item["dmarc"]["spf_alignment"], item["dmarc"]["result"]))
        self.assertGreater(len(results), 40)


class PredictTest(RelayctlTest):
    """The way out that is printed is one, and what could not be asked is told as that."""

    def setUp(self):
        super().setUp()
        self.domain = f"{MARK}-{self._testMethodName[-12:].replace('_', '-').strip('-')}.test"
        self.label = self.domain.removesuffix(".test")
        self.lab.publish("test", f'{self.label} MX 10 mail.relay.test.\n'
                                 f'_dmarc.{self.label} TXT "v=DMARC1; p=reject"\n')

    def add_relay(self, **options):
        self.add("news", RELAY, port=25, security="none", domain=self.domain, egress_ip=self.lab.address, **options)

    def predict(self, *arguments, code):
        return self.relayctl("predict", "news", "--from", self.domain, "--mail-type", "mass", "-o", "json", *arguments,
                             code=code).item()

    def follow(self, remedy):
        """Does what the remedy says: commands in their order, records as they are given or as a command prints them, before
        what begins to sign."""
        printed, signing = "", []
        for command in remedy["commands"]:
            program, *arguments = shlex.split(command)
            self.assertEqual(program, "relayctl")
            if arguments[0] == "edit" or arguments[:2] == ["dkim", "activate"]:
                signing.append(arguments)
                continue
            outcome = self.relayctl(*arguments, code=0)
            if arguments[:2] == ["dkim", "record"]:
                printed = outcome.out
        for record in remedy["records"]:
            self.assertIsNone(record["replaces"])
            text = record["value"]
            strings = " ".join(f'"{text[start:start + 255]}"' for start in range(0, len(text or ""), 255))
            self.lab.publish("test", f"{record['name']}. TXT ( {strings} )" if text else printed)
        for arguments in signing:
            self.relayctl(*arguments, code=0)

    def check_remedy(self, commands, records, *arguments):
        item = self.predict(*arguments, code=1)
        remedy = item["remedy"]
        self.assertEqual((len(remedy["commands"]), len(remedy["records"])), (commands, records), remedy)
        self.assertEqual(remedy["dmarc"], "pass")
        self.follow(remedy)
        self.assertIsNone(self.predict(*arguments, code=0)["remedy"])

    def test_a_relay_without_a_key_is_helped_to_one(self):
        """[PRED-12]"""
        self.add_relay()
        self.check_remedy(4, 1)

    def test_a_key_that_is_not_published_is_published(self):
        """[PRED-12]"""
        self.add_relay(dkim_selector="s1")
        self.check_remedy(1, 1)

    def test_a_key_that_is_published_is_signed_with(self):
        """[PRED-12]"""
        self.add_relay()
        self.lab.publish("test", self.relayctl("dkim", "generate", self.domain, "--selector", "s2", code=0).out)
        self.check_remedy(2, 0)

    def test_a_key_that_has_ended_is_replaced(self):
        """[PRED-19] What predict says send refuses, it does, and the other way round."""
        self.add_relay(dkim_selector="s1", return_path="from")
        self.lab.publish("test", f'{self.label} TXT "v=spf1 ip4:{self.lab.address} -all"')
        for selector in ("s1", "s2"):
            if selector == "s2":
                self.relayctl("dkim", "generate", self.domain, "--selector", "s2", code=0)
            self.lab.publish("test", self.relayctl("dkim", "record", f"{selector}@{self.domain}", code=0).out)
        mail = f"From: news@{self.domain}\nTo: a@relay.test\nSubject: x\n\nhello\n"
        pending = self.predict(code=1)
        self.assertEqual((pending["verdict"], pending["dmarc"]["result"]), ("bad", "pass"))
        route = self.relayctl("route", "--from", f"news@{self.domain}", "--mail-type", "mass", code=0)
        self.assertIn(f"hint: relayctl dkim activate s1@{self.domain}", route.err)
        row = self.relayctl("predict", "news", "--columns", "verdict,reason", code=1).out
        self.assertEqual(row, f"bad\t{pending['reason']}\n")
        self.relayctl("send", "--relay", "news", "a@relay.test", stdin=mail, code=75)
        self.assertIn(f"not sent: no mail of {self.domain} goes through", self.relayctl("log", "--failed", code=0).out)
        for selector in ("s1", "s2"):
            self.relayctl("dkim", "activate", f"{selector}@{self.domain}", "--keep-others", code=0)
        self.predict(code=0)
        self.relayctl("dkim", "revoke", f"s1@{self.domain}", "--force", code=0)
        self.predict(code=0)  # s2 is active, and stands in
        self.assertEqual(self.relayctl("list", code=0).err, "")
        sent = self.relayctl("send", "--relay", "news", "a@relay.test", "-o", "json", stdin=mail, code=7)
        self.assertEqual(json.loads(sent.out)["items"][0]["signatures"], [f"s2@{self.domain}"])
        self.relayctl("dkim", "revoke", f"s2@{self.domain}", "--force", code=0)
        refused = self.relayctl("send", "--relay", "news", "a@relay.test", stdin=mail, code=4)
        self.assertIn(f"relay news signs with s1@{self.domain}, which is revoked and never signs", refused.err)
        self.assertIn(f"hint: relayctl dkim rotate {self.domain}", refused.err)
        for told in (self.relayctl("list", code=0), self.relayctl("show", "news", code=0)):
            self.assertIn("warning: relay news signs with", told.err)
        self.assertEqual(self.relayctl("list", "-q", code=0).err, "")
        self.assertEqual(self.predict(code=1)["remedy"]["commands"], [f"relayctl dkim rotate {self.domain}"])
        self.relayctl("edit", "news", "--dkim-selector", "s1", code=5)

    def test_a_domain_without_spf_gets_a_record(self):
        """[PRED-09]"""
        self.add_relay(return_path="from")
        self.check_remedy(0, 1)

    def test_a_broken_signature_leaves_spf(self):
        """[PRED-09] [PRED-12]"""
        self.add_relay(dkim_selector="s1")
        self.relayctl("dkim", "activate", f"s1@{self.domain}", "--force", code=0)
        self.check_remedy(1, 1, "--relay-alters-body")

    def test_where_no_single_change_helps_that_is_said(self):
        """[PRED-12]"""
        self.lab.publish("test", f'{self.label} TXT "v=spf1 ip5:192.0.2.1 -all"\n')
        self.add_relay(return_path="from")
        out = self.relayctl("predict", "news", "--from", self.domain, "--relay-alters-body", "-o", "table", code=1).out
        self.assertIn("-> no single change was found that makes it pass\n", out)
        self.assertIn(f"relayctl verify {self.domain}\n", out)

    def test_a_record_past_ten_lookups_is_brought_back_within(self):
        """[PRED-10]"""
        self.lab.publish("test", "".join(f'i{i}.{self.label} TXT "v=spf1 ip4:198.51.100.{i} -all"\n' for i in range(12)))
        record = "v=spf1 " + " ".join(f"include:i{i}.{self.domain}" for i in range(12)) + " -all"
        strings = " ".join(f'"{record[start:start + 200]}"' for start in range(0, len(record), 200))
        self.lab.publish("test", f"{self.label} TXT ( {strings} )")
        self.add_relay(return_path="from")
        item = self.predict(code=1)
        self.assertEqual(item["spf"]["result"], "permerror")
        change = item["remedy"]["records"][0]
        self.assertEqual((change["replaces"], change["lookups"], len(change["flattened"])), (record, 10, 2))
        self.assertTrue(change["value"].startswith(f"v=spf1 ip4:{self.lab.address} ip4:198.51.100.0 ip4:198.51.100.1 "))

    def test_what_could_not_be_asked_is_3(self):
        """[PRED-03] [PRED-06]"""
        self.add_relay(return_path="bounce@servfail.test")
        # What cannot align fails without it.
        self.assertEqual(self.predict(code=1)["spf"]["result"], "temperror")
        servfail = self.relayctl("predict", "news", "--from", "servfail.test", "-o", "json", code=3).item()
        self.assertEqual((servfail["verdict"], servfail["dmarc"]["result"]), ("unchecked", "unverified"))
        silent = self.relayctl("predict", "news", "--from", self.domain, "--dns-timeout", "1", "-o", "json", code=3,
                               RELAYCTL_DNS_SERVER=self.lab.silent_dns).item()
        self.assertIsNone(silent["remedy"])
        self.relayctl("edit", "news", "--return-path", "<>", code=0)
        self.assertEqual(self.predict(code=3)["spf"]["result"], "unknown")

    def test_the_matrix_on_a_pipe_has_a_line_for_each_return_path_and_signing(self):
        """[PRED-13]"""
        self.add_relay(return_path="from")
        out = self.relayctl("predict", "news", "--from", self.domain, "--matrix", "--columns",
                            "return_path,signed,dmarc,configured", code=1).out
        rows = [line.split("\t") for line in out.splitlines()]
        self.assertEqual([(path, signed) for path, signed, *_ in rows],
                         [(path, signed) for path in ("managed", "rewritten", "from", "address", "subdomain", "other",
                                                      "null") for signed in ("no", "yes")])
        self.assertEqual([row[0] for row in rows if row[3] == "yes"], ["from"])

    def test_all_relays_that_take_the_mail_are_told_the_fallback_last(self):
        """[PRED-16]"""
        self.add_relay(return_path="from")
        self.relayctl("add", "last", "--host", "mail.relay.test", "--fallback", code=0)
        self.relayctl("add", "other", "--host", "mail.relay.test", "--domain", "other.test", code=0)
        items = self.relayctl("predict", "--all", "--from", self.domain, "--mail-type", "mass", "-o", "json",
                              code=1).items()
        self.assertEqual([item["relay"] for item in items], ["news", "last"])
        behind = self.relayctl("predict", "last", "--from", self.domain, "--mail-type", "mass", "-o", "json",
                               code=1).item()
        self.assertIn("predict-not-routed", self.finding_ids(behind["findings"]))
        self.assertEqual(len(self.relayctl("predict", "news", "-o", "json", code=1).items()), 1)


if __name__ == "__main__":
    unittest.main()
