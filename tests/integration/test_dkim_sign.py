"""What relayctl signs is verified by others: python3-dkim, Mail::DKIM and OpenDKIM, over messages in every corner of
canonicalisation."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import dkim_corpus
import dkim_peers

PROGRAM = os.environ["RELAYCTL"]
PAIRS = ("relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple")
MENDED = {"bare-lf", "bare-cr"}

# (peer, oddity): that peer is not asked about such messages. Blanks before the colon are obs-optional fields (RFC 5322
# section 4.5.8), and VT is no white space (RFC 6376 section 2.8).
EXCUSED = {("dkimpy", "space-colon"), ("OpenDKIM", "space-colon"), ("OpenDKIM", "controls")}
# Of the two signatures, RSA and Ed25519. Debian's Mail::DKIM knows no Ed25519.
PASSES = {"Mail::DKIM": 1}


def oddities_of(message):
    return message.oddities | ({"controls"} if b"\x0b" in message.octets else set())


class DkimSignTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = Path(cls.folder.name)
        cls.environment = {"PATH": os.environ["PATH"], "RELAYCTL_STORE": str(cls.path / "store.db"),
                           "TMPDIR": str(cls.path)}
        cls.peers = dkim_peers.available()
        cls.records = {}
        for selector, algorithm in (("rsa", "rsa"), ("ed", "ed25519")):
            cls.run_program("dkim", "generate", "example.com", "--selector", selector, "--algorithm", algorithm)
            cls.run_program("dkim", "activate", f"{selector}@example.com", "--force")
            record = cls.run_program("dkim", "record", f"{selector}@example.com", "--form", "value")
            cls.records[f"{selector}._domainkey.example.com"] = record.stdout.decode().strip()
        # A key that nobody has seen in the DNS signs nothing.
        cls.run_program("dkim", "generate", "example.com", "--selector", "next", "--algorithm", "ed25519")
        cls.messages = {message.name: message for message in dkim_corpus.messages()}
        source = cls.path / "source"
        source.mkdir()
        for message in cls.messages.values():
            (source / message.name).write_bytes(message.octets)
        cls.files = sorted(str(file) for file in source.iterdir())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def run_program(cls, *words, **options):
        return subprocess.run([PROGRAM, *words], env=cls.environment, capture_output=True, timeout=300,
                              check=options.pop("check", True), **options)

    def sign_all(self, pair):
        target = Path(tempfile.mkdtemp(dir=self.path))
        self.run_program("dkim", "sign", "--selector", "rsa@example.com", "--dual", "--canonicalization", pair,
                         "--directory", str(target), *self.files)
        return {name: (target / name).read_bytes() for name in self.messages}

    def check_peer(self, peer, pair, signed):
        asked = {name: octets for name, octets in signed.items()
                 if not any((peer, oddity) in EXCUSED for oddity in oddities_of(self.messages[name]))}
        self.assertGreater(len(asked), 250)
        verdicts = self.peers[peer](asked, self.records)
        passes = PASSES.get(peer, 2)
        wrong = {name: verdicts[name] for name in asked if verdicts[name][:passes] != ["pass"] * passes}
        self.assertEqual(wrong, {}, f"{peer}, {pair}: {len(wrong)} of {len(asked)}")

    def test_every_message_is_verified_by_every_peer(self):
        if not self.peers:
            self.skipTest("none of python3-dkim, libmail-dkim-perl and libopendkim11 is installed")
        for pair in PAIRS:
            signed = self.sign_all(pair)
            for peer in self.peers:
                with self.subTest(peer=peer, pair=pair):
                    self.check_peer(peer, pair, signed)

    def test_a_pending_key_signs_only_by_force(self):
        message = self.messages["body-tabs"].octets
        refused = self.run_program("dkim", "sign", "--selector", "next@example.com", "-", input=message, check=False)
        self.assertEqual((refused.returncode, refused.stdout), (5, b""))
        self.assertIn(b"hint: relayctl dkim activate next@example.com, or --force", refused.stderr)
        forced = self.run_program("dkim", "sign", "--selector", "next@example.com", "--force", "-", input=message)
        self.assertIn(b"s=next", forced.stdout)
        self.assertIn(b"warning: next@example.com is pending", forced.stderr)

    def test_a_domain_signs_with_its_pair_and_a_key_that_is_named_alone(self):
        message = self.messages["body-tabs"].octets
        both = {b"rsa", b"ed"}
        for words, selectors, warned in ((["example.com"], both, False), (["rsa@example.com"], {b"rsa"}, False),
                                         (["ed@example.com"], {b"ed"}, True), (["ed@example.com", "--dual"], both, False)):
            with self.subTest(words=words):
                signed = self.run_program("dkim", "sign", "--header-only", "--selector", *words, "-", input=message)
                self.assertEqual(set(re.findall(rb"\bs=(\w+);", signed.stdout)), selectors)
                self.assertEqual(b"warning: Ed25519 alone" in signed.stderr, warned, signed.stderr)

    def test_a_changed_message_is_refused_by_every_peer(self):
        signed = self.sign_all("relaxed/relaxed")["body-tabs"]
        changed = {"body": signed.replace(b"\ta", b"\tA"), "subject": signed.replace(b"dinner", b"supper"),
                   "second-from": signed.replace(b"From: Joe", b"From: eve@example.net\r\nFrom: Joe"),
                   "second-subject": signed.replace(b"Subject: Is", b"Subject: You won\r\nSubject: Is"),
                   "added-reply-to": signed.replace(b"From: Joe", b"Reply-To: eve@example.net\r\nFrom: Joe"),
                   "added-type": signed.replace(b"From: Joe", b"Content-Type: text/html\r\nFrom: Joe")}
        for peer, verify in self.peers.items():
            for name, verdicts in verify(changed, self.records).items():
                with self.subTest(peer=peer, changed=name):
                    self.assertNotIn("pass", verdicts[:2])

    def test_what_is_printed_is_the_message_with_its_lines_mended(self):
        for message in self.messages.values():
            if MENDED & message.oddities or "no-body" in message.oddities:
                continue
            printed = self.run_program("dkim", "sign", "--selector", "ed@example.com", "-", input=message.octets).stdout
            with self.subTest(message=message.name):
                self.assertTrue(printed.startswith(b"DKIM-Signature: v=1; a=ed25519-sha256;"))
                self.assertTrue(printed.endswith(message.octets.removesuffix(b"\r\n") + b"\r\n"))


if __name__ == "__main__":
    unittest.main()
