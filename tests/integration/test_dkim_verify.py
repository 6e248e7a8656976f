"""dkim verify against messages signed by others, with keys from the lab's name server; and what it says of messages
that were changed, are hostile or cannot be decided."""

import base64
import secrets
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import dkim_corpus
import opendkim_sign
from relayctl import PROGRAM, RelayctlTest

SUPPORT = Path(__file__).resolve().parents[1] / "support"
PAIRS = ("relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple")
# Another each time: what a run publishes stays as long as the lab does.
DOMAIN = f"dkim-{secrets.token_hex(4)}.test"
DEBIAN_PYTHON = "/usr/bin/python3"

# What a signer does not sign as the standard says, so that nobody else can verify it.
# - unended-simple: RFC 6376 section 3.4.3 adds the CRLF that the body lacks; Mail::DKIM does not.
# - unended: libopendkim in its signing mode likewise leaves such a body as it is.
# - controls: section 2.8 knows two octets of white space; libopendkim takes VT and FF for some, too.
# - unended-blank: section 3.4.4 takes the blanks at the end of the last line, too; python3-dkim only before a CRLF.
EXCUSED = {
    "python3-dkim": {"bare-lf", "bare-cr", "no-body", "space-colon", "nul-header", "utf8-header", "unended-blank"},
    "Mail::DKIM": {"bare-lf", "bare-cr", "no-body", "nul", "nul-header", "unended-simple"},
    "OpenDKIM": {"bare-lf", "bare-cr", "no-body", "nul", "nul-header", "unended", "controls"},
}


def oddities_of(message, pair):
    """Those of the corpus, and those that only matter with a canonicalisation of the body."""
    body = message.octets.partition(b"\r\n\r\n")[2]
    oddities = set(message.oddities)
    if b"\x0b" in message.octets:
        oddities.add("controls")
    if body and not body.endswith(b"\r\n"):
        oddities.add("unended")
        if pair.endswith("/simple"):
            oddities.add("unended-simple")
        elif body.endswith((b" ", b"\t")):
            oddities.add("unended-blank")
    return oddities


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60).stdout


def has_python_dkim():
    return subprocess.run([DEBIAN_PYTHON, "-c", "import dkim"], capture_output=True, check=False).returncode == 0


def has_mail_dkim():
    return subprocess.run(["perl", "-MMail::DKIM", "-e", "1"], capture_output=True, check=False).returncode == 0


class DkimVerifyTest(RelayctlTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keys = cls.enterClassContext(TemporaryKeys())
        cls.lab.publish("test", cls.keys.records())
        cls.corpus = {message.name: message for message in dkim_corpus.messages()}

    def setUp(self):
        super().setUp()
        self.folder = self.home / "mail"
        self.folder.mkdir()

    def write(self, octets, name="mail.eml"):
        path = self.folder / name
        path.write_bytes(octets)
        return path

    def verify(self, octets, *arguments, code=None):
        return self.relayctl("dkim", "verify", str(self.write(octets)), "-o", "json", *arguments, code=code).item()

    # -- others sign ------------------------------------------------------------------------------------------
    def sources(self, signer, pair):
        """Folders for messages to sign and signed ones; without those that the signer signs in a way of its own."""
        source, target = self.folder / "source", self.folder / "target"
        for folder in (source, target):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        for message in self.corpus.values():
            if not EXCUSED[signer] & oddities_of(message, pair):
                (source / message.name).write_bytes(message.octets)
        return source, target

    def check_signed(self, target):
        """The topmost signature of each file in the folder passes."""
        wrong = {}
        files = sorted(target.iterdir())
        for path in files:
            run = subprocess.run([PROGRAM, "dkim", "verify", str(path), "-o", "tsv", "--columns", "result,reason"],
                                 capture_output=True, text=True, check=False, timeout=60, env=self.environment)
            lines = run.stdout.splitlines()
            if run.returncode != 0 or not lines[0].startswith("pass\t"):
                wrong[path.name] = (run.returncode, lines, run.stderr)
        self.assertEqual(wrong, {}, f"{len(wrong)} of {len(files)}")
        self.assertGreaterEqual(len(files), 200)

    def test_what_python3_dkim_signs_passes(self):
        if not has_python_dkim():
            self.skipTest("python3-dkim is not installed")
        for pair in PAIRS:
            for selector, algorithm in (("rsa", "rsa-sha256"), ("ed", "ed25519-sha256")):
                with self.subTest(pair=pair, algorithm=algorithm):
                    source, target = self.sources("python3-dkim", pair)
                    self.run_signer(DEBIAN_PYTHON, SUPPORT / "python_dkim_sign.py", source, target,
                                    self.keys.seed if selector == "ed" else self.keys.rsa, selector, pair, algorithm)
                    self.check_signed(target)

    def test_what_mail_dkim_signs_passes(self):
        if not has_mail_dkim():
            self.skipTest("libmail-dkim-perl is not installed")
        for pair in PAIRS:
            with self.subTest(pair=pair):
                source, target = self.sources("Mail::DKIM", pair)
                self.run_signer("perl", SUPPORT / "mail_dkim_sign.pl", source, target, self.keys.rsa, "rsa", pair)
                self.check_signed(target)

    def run_signer(self, program, script, source, target, key, selector, pair, *rest):
        subprocess.run([program, script, source, target, key, DOMAIN, selector, pair, *rest], check=True, timeout=300)

    def test_what_opendkim_signs_passes(self):
        if not opendkim_sign.is_installed():
            self.skipTest("libopendkim11 is not installed")
        signer = opendkim_sign.Signer(self.keys.rsa.read_bytes(), DOMAIN, "rsa")
        for pair in PAIRS:
            with self.subTest(pair=pair):
                source, target = self.sources("OpenDKIM", pair)
                for path in sorted(source.iterdir()):
                    signed = signer.sign(path.read_bytes(), pair)
                    if signed:
                        (target / path.name).write_bytes(signed)
                self.check_signed(target)

    def test_what_opendkims_test_program_signs_with_sha1_is_refused(self):
        """[SIG-02]"""
        program = shutil.which("opendkim-testmsg") or shutil.which("opendkim-testmsg", path="/usr/sbin")
        if not program:
            self.skipTest("opendkim-tools is not installed")
        message = self.corpus["body-tabs"].octets
        run = subprocess.run([program, "-C", "-d", DOMAIN, "-s", "rsa", "-k", self.keys.rsa], check=True, timeout=60,
                             input=message, capture_output=True)
        self.assertIn(b"rsa-sha1", run.stdout)
        item = self.verify(run.stdout, code=1)
        self.assertEqual((item["result"], item["signatures"][0]["reason"]), ("policy", "the signature is made with SHA-1: a=rsa-sha1"))


    # -- changed on the way -----------------------------------------------------------------------------------
    def signed(self, selector="rsa", pair="relaxed/relaxed", message=dkim_corpus.message()):
        source, target = self.folder / "one", self.folder / "one-signed"
        for folder in (source, target):
            folder.mkdir(exist_ok=True)
        (source / "mail").write_bytes(message)
        self.run_signer("perl", SUPPORT / "mail_dkim_sign.pl", source, target, self.keys.rsa, selector, pair)
        return (target / "mail").read_bytes()

    def signature(self, octets, *arguments, code):
        return self.verify(octets, *arguments, code=code)["signatures"][0]

    def test_a_footer_and_a_tag_in_the_subject_are_found_out(self):
        """[SIG-07] [SIG-08]"""
        signed = self.signed()
        footer = self.signature(signed + b"_____\r\nlist mailing list\r\n", code=1)
        self.assertEqual((footer["result"], footer["body"]["matches"], footer["header_matches"]), ("fail", False, True))
        self.assertIn('octets are what was signed: the rest was added behind it, from "_____"', footer["clues"][0])
        tagged = self.signature(signed.replace(b"Subject: ", b"Subject: [list] "), code=1)
        self.assertEqual((tagged["body"]["matches"], tagged["header_matches"]), (True, False))
        self.assertIn('without "[list]" in the Subject', tagged["clues"][0])

    def test_text_tells_it_all_in_words(self):
        signed = self.signed() + b"footer\r\n"
        out = self.relayctl("dkim", "verify", str(self.write(signed)), "-o", "table", code=1).out
        for words in ("DKIM   fail  0 of 1 signatures hold", f"SIG 1  fail  d={DOMAIN} s=rsa", "BODY   changed",
                      "HEADER ok", "dkim-body-changed", "added behind it, from \"footer\""):
            self.assertIn(words, out)

    def test_dns_failures_are_no_verdict(self):
        """[SIG-09]"""
        signed = self.signed()
        path = str(self.write(signed))
        for server, name in ((self.lab.silent_dns, "timeout"), (self.lab.dns, "servfail.test")):
            octets = signed if name == "timeout" else signed.replace(DOMAIN.encode(), b"servfail.test")
            outcome = self.relayctl("dkim", "verify", str(self.write(octets)), "--dns-server", server,
                                    "--dns-timeout", "1", "-o", "json", code=3)
            self.assertEqual(outcome.item()["result"], "temperror", outcome)
        record = f"v=DKIM1; p={self.keys.rsa_public}"
        file = self.home / "record.txt"
        file.write_text(record + "\n")
        self.write(signed)
        for text in (record, f"@{file}"):
            self.relayctl("dkim", "verify", path, "--key-record", text, "--dns-server", self.lab.silent_dns, code=0)

    def test_a_key_record_as_dkim_record_prints_it(self):
        self.relayctl("dkim", "generate", "own.test", "--selector", "s1", code=0)
        self.relayctl("dkim", "activate", "s1@own.test", "--force", code=0)
        plain = self.write(b"From: a@own.test\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nhello\r\n")
        (self.home / "signed").mkdir()
        self.relayctl("dkim", "sign", "--selector", "s1@own.test", "--directory", str(self.home / "signed"), str(plain),
                      code=0)
        message = str(self.home / "signed" / plain.name)
        for form in ("zone", "value", "strings", "parts"):
            file = self.home / f"{form}.txt"
            file.write_text(self.relayctl("dkim", "record", "s1@own.test", "--form", form, code=0).out)
            with self.subTest(form=form):
                item = self.relayctl("dkim", "verify", message, "--key-record", f"@{file}", "-o", "json", code=0).item()
                self.assertEqual(item["signatures"][0]["findings"], [])
        pem = self.home / "private.pem"
        self.relayctl("dkim", "export-key", "s1@own.test", str(pem), code=0)
        refused = self.relayctl("dkim", "verify", message, "--key-record", f"@{pem}", code=2)
        self.assertIn("holds a private key", refused.err)
        self.assertNotIn("in the DNS", refused.err)

    def test_missing_and_revoked_keys(self):
        """[SIG-09]"""
        signed = self.signed()
        for selector, reason in (("gone", "the key is revoked"), ("none", "there is no key at none._domainkey")):
            signature = self.signature(signed.replace(b"s=rsa", b"s=" + selector.encode()), code=1)
            self.assertEqual(signature["result"], "permerror")
            self.assertIn(reason, signature["reason"])

    def test_spf_dmarc_and_the_header_field(self):
        message = dkim_corpus.message().replace(b"joe@example.com", b"joe@example.test")
        signed = self.signed(message=message)
        item = self.verify(signed, "--ip", self.lab.address, "--mail-from", "bounce@example.test", "--authserv-id",
                           "mx.example.test", code=0)
        self.assertEqual((item["spf"]["result"], item["dmarc"]["result"]), ("pass", "pass"))
        aligned = {(each["mechanism"], each["aligned"]) for each in item["dmarc"]["identifiers"]}
        self.assertEqual(aligned, {("spf", "yes"), ("dkim", "no")})
        field = item["authentication_results"]
        self.assertTrue(field.startswith("Authentication-Results: mx.example.test;\n    dkim=pass"), field)
        for words in ("spf=pass", "smtp.mailfrom=bounce@example.test", "dmarc=pass", "header.from=example.test"):
            self.assertIn(words, field)
        item = self.verify(signed, "--ip", "192.0.2.99", "--mail-from", "bounce@example.test", code=0)
        self.assertEqual((item["spf"]["result"], item["dmarc"]["result"], item["dmarc"]["disposition"]),
                         ("fail", "fail", "reject"))
        path = str(self.write(signed))
        silent = self.relayctl("dkim", "verify", path, "--ip", self.lab.address, code=0)
        self.assertIn("SPF was not evaluated: the message has no usable Return-Path", silent.err)
        self.assertIn("--mail-from SENDER", silent.err)
        nobody = self.relayctl("dkim", "verify", path, "--ip", self.lab.address, "--mail-from", "<>", code=0)
        self.assertIn("without a sender it goes by the HELO name", nobody.err)
        self.assertIn("hint: --helo NAME", nobody.err)
        asked = self.relayctl("dkim", "verify", path, "--ip", self.lab.address, "--mail-from", "<>", "--helo",
                              "mx.example.test", code=0)
        self.assertNotIn("was not evaluated", asked.err)

    def test_rows_on_a_pipe_have_spf_dmarc_and_the_header_field(self):
        message = dkim_corpus.message().replace(b"joe@example.com", b"joe@example.test")
        path = str(self.write(self.signed(message=message)))
        words = ("dkim", "verify", path, "--ip", self.lab.address, "--mail-from", "bounce@example.test", "--authserv-id",
                 "mx.example.test")
        rows = {row[7]: row for row in (line.split("\t") for line in self.relayctl(*words, code=0).out.splitlines())}
        self.assertEqual({method: row[:2] for method, row in rows.items()},
                         {"dkim": ["pass", DOMAIN], "spf": ["pass", "example.test"], "dmarc": ["pass", "example.test"],
                          "authentication-results": ["\\N", "\\N"]})
        self.assertRegex(rows["authentication-results"][5],
                         r"^Authentication-Results: mx.example.test; dkim=pass .* spf=pass .* dmarc=pass ")
        self.assertEqual(self.relayctl(*words, "-q", code=0).out, "pass\n")

    def test_a_long_body_from_a_pipe_takes_little_memory(self):
        # time(1) would do, but is not installed everywhere.
        script = ("import resource, subprocess, sys\n"
                  "run = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE)\n"
                  "run.stdin.write(b'From: a@example.com\\r\\nDKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; '\n"
                  "    b'd=dkim-signed.test; s=rsa; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; '\n"
                  "    b'b=QUJD\\r\\n\\r\\n')\n"
                  "piece = b'0123456789 abcdef  \\r\\n' * 50_000\n"
                  "for _ in range(200): run.stdin.write(piece)\n"
                  "run.stdin.close()\n"
                  "print(run.wait(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n")
        run = subprocess.run([DEBIAN_PYTHON, "-c", script, PROGRAM, "dkim", "verify", "-", "-q"], check=True,
                             timeout=120, capture_output=True, text=True, env=self.environment)
        code, kilobytes = run.stdout.split()[-2:]
        self.assertEqual(code, "1", run)
        self.assertLess(int(kilobytes), 60_000)

    def test_wrong_words_on_the_command_line(self):
        path = str(self.write(self.signed()))
        for arguments in ([], ["no-such-file"], [str(self.home)], [path, "--ip", "1.2.3"], [path, "--helo", "x"],
                          [path, "--mail-from", "a@b.example"], [path, "--key-record", ""],
                          [path, "--key-record", "@none"], [path, "--key-record", "hello"],
                          [path, "--key-record", "s1 TXT ( p=AA"],
                          [path, "--key-record", "-----BEGIN PRIVATE KEY-----"], [path, "--authserv-id", ""], [path, "--output", "xml"],
                          [path, "--columns", "colour"],
                          [path, "--ip", "192.0.2.1", "--mail-from", "not an address"],
                          [path, "--ip", "192.0.2.1", "--mail-from", "<a@b.example"],
                          [path, "--ip", "192.0.2.1", "--helo", "no name"],
                          [path, "--ip", "192.0.2.1", "--helo", "a..b"],
                          [path, "--ip", "192.0.2.1", "--helo", "[192.0.2]"],
                          [path, path], [path, "--key-records", "x"]):
            with self.subTest(arguments=arguments):
                outcome = self.relayctl("dkim", "verify", *arguments, code=2)
                self.assertEqual(outcome.out, "")
                self.assertIn("relayctl: ", outcome.err)


class TemporaryKeys:
    """An RSA key, an Ed25519 key and its seed, and what to publish."""

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="relayctl-keys.")
        folder = Path(self.directory.name)
        self.rsa, self.seed = folder / "rsa.pem", folder / "ed.seed"
        self.rsa.write_bytes(openssl("genrsa", "-traditional", "2048"))
        self.rsa.chmod(0o600)
        ed25519 = folder / "ed.pem"
        ed25519.write_bytes(openssl("genpkey", "-algorithm", "ed25519"))
        self.seed.write_bytes(base64.b64encode(openssl("pkey", "-in", str(ed25519), "-outform", "DER")[-32:]))
        self.rsa_public = base64.b64encode(openssl("rsa", "-in", str(self.rsa), "-pubout", "-outform", "DER")).decode()
        self.ed_public = base64.b64encode(
            openssl("pkey", "-in", str(ed25519), "-pubout", "-outform", "DER")[-32:]).decode()
        return self

    def __exit__(self, *_):
        self.directory.cleanup()

    def records(self):
        label = DOMAIN.removesuffix(".test")
        pieces = " ".join(f'"{self.rsa_public[i:i + 200]}"' for i in range(0, len(self.rsa_public), 200))
        return (f'rsa._domainkey.{label} TXT ( "v=DKIM1; k=rsa; p=" {pieces} )\n'
                f'ed._domainkey.{label} TXT "v=DKIM1; k=ed25519; p={self.ed_public}"\n'
                f'gone._domainkey.{label} TXT "v=DKIM1; p="\n')


if __name__ == "__main__":
    unittest.main()
