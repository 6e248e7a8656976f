"""dkim sign and dkim verify with messages, signatures and key records that are made to hurt; under the sanitizers too."""

import base64
import subprocess
import time
import unittest

from support import CommandLineTest, is_sanitized

TAGS = b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s1; h=from; bh=QUJD; b=QUJD"
FROM = b"From: joe@example.com\r\n"


def make_record(bits, exponent):
    """A record of an RSAPublicKey (RFC 8017 A.1.1) with a modulus of ones, which is nobody's key."""
    def element(tag, content):
        size = len(content)
        octets = b"" if size < 128 else size.to_bytes((size.bit_length() + 7) // 8, "big")
        return bytes([tag]) + (bytes([size]) if size < 128 else bytes([0x80 | len(octets)]) + octets) + content

    def integer(number):
        return element(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))

    key = element(0x30, integer(2 ** bits - 1) + integer(exponent))
    return "v=DKIM1; p=" + base64.b64encode(key).decode() + "\n"


class DkimHostileTest(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.record = f"v=DKIM1; p={'A' * 400}"

    def write(self, octets):
        path = self.folder / "mail.eml"
        path.write_bytes(octets)
        return str(path)

    def in_time(self, *arguments, code):
        start = time.monotonic()
        outcome = self.relayctl(*arguments, code=code)
        self.assertLess(time.monotonic() - start, 60 if is_sanitized() else 20)
        return outcome

    def test_messages_to_verify(self):
        """[SIG-12]"""
        cases = {
            "no line end": (b"X" * 20_000_000, 2), "one field": (b"X: " + b"y" * 20_000_000, 2),
            "a fold without end": (b"X: y\r\n" + b" z\r\n" * 4_000_000, 2), "fields": (b"X: y\r\n" * 100_001, 2),
            "fewer fields": (b"X: y\r\n" * 99_000 + TAGS + b"\r\n\r\n", 1),
            "a signature of megabytes": (TAGS + b"; z=" + b"y" * 9_000_000 + b"\r\n\r\n", 1),
            "signatures": ((TAGS + b"\r\n") * 1000 + b"\r\n", 1),
            "names": (TAGS.replace(b"h=from", b"h=" + b"from:" * 10_000 + b"from") + b"\r\n\r\n", 1),
            "tags": (TAGS + b"; d=example.com" * 3000 + b"\r\n\r\n", 1),
            "white space everywhere": (TAGS.replace(b"=", b" \r\n\t = \r\n ").replace(b";", b"\r\n ; \r\n ") +
                                       b"\r\n\r\n", 1),
            "nothing": (b"", 1), "every octet": (bytes(range(256)) * 1000, 2),
        }
        for name, (octets, code) in cases.items():
            with self.subTest(case=name):
                outcome = self.in_time("dkim", "verify", self.write(octets), "-o", "table", "--key-record", self.record,
                                       code=code)
                if name == "signatures":
                    self.assertIn("dkim-signature-too-many", outcome.out)

    def test_messages_to_sign(self):
        self.relayctl("dkim", "generate", "example.com", "--selector", "s1", "--algorithm", "ed25519", code=0)
        self.relayctl("dkim", "activate", "s1@example.com", "--force", code=0)
        end = b"\r\nbody\r\n"
        million = 100_000 if is_sanitized() else 1_000_000
        cases = {
            "no line end": (b"X" * 20_000_000, 2), "one field": (b"X: " + b"y" * 20_000_000, 2),
            "a fold without end": (FROM + b"X: y\r\n" + b" z\r\n" * 4_000_000, 2),
            "fields": (FROM + b"X: y\r\n" * 100_001 + end, 2), "fewer fields": (FROM + b"X: y\r\n" * 99_000 + end, 0),
            "a field of 9 MB": (FROM + b"Subject: " + b"y" * 9_000_000 + b"\r\n" + end, 0),
            "folds of megabytes": (FROM + b"Subject:" + b"\r\n \t y" * (million + million // 2) + b"\r\n" + end, 0),
            "fields to sign": (FROM + b"To: y\r\n" * 10_000 + end, 2), "nothing": (b"", 2),
            "every octet": (bytes(range(256)) * 1000, 2),
            "signatures": (b"DKIM-Signature: v=1\r\n" * 1000 + FROM + end, 0),
            "blanks": (FROM + b"\r\n" + b" \t" * 2 * million + b"\r\n" * 2 * million, 0),
            "NUL": (FROM + b"\r\n" + b"\0" * 3 * million, 0), "CR": (FROM + b"\r\n" + b"\r" * million, 0),
        }
        for name, (octets, code) in cases.items():
            with self.subTest(case=name):
                outcome = self.in_time("dkim", "sign", "--selector", "s1@example.com", "--header-only", self.write(octets),
                                       code=code)
                self.assertEqual(outcome.out.startswith("DKIM-Signature: "), code == 0)

    def test_keys_that_cost_too_much_or_are_none(self):
        """[SIG-09] [SIG-12]"""
        pem = self.folder / "key.pem"
        subprocess.run(["openssl", "genrsa", "-out", pem, "2048"], check=True, capture_output=True, timeout=60)
        self.relayctl("dkim", "import", "s1@example.com", str(pem), code=0)
        signed = self.relayctl("dkim", "sign", "--selector", "s1@example.com", "--force", "-", stdin=FROM + b"\r\nx\r\n",
                               code=0).out.encode()
        own = self.relayctl("dkim", "record", "s1@example.com", "--form", "value", code=0).out.strip()
        path = self.write(signed)
        spaced = own.replace(";", " \t ; \t ").replace("=", " \t = \t ", 3)
        for text, result in ((own, "pass"), (spaced, "pass"), (make_record(16384, 65537), "policy"),
                             (make_record(8200, 65537), "policy"), (make_record(8192, 65537), "fail"),
                             (make_record(2048, 2), "permerror"), (make_record(2048, 1), "permerror"),
                             ("v=DKIM1; p=" + "A" * 60_000, "permerror"), ("v=DKIM1; p=A; p=B", "permerror"),
                             (own + "; k=rsa", "permerror"), ("v=DKIM1; " * 5000 + "p=A", "permerror"), ("", "")):
            file = self.folder / "record.txt"
            file.write_text(text)
            with self.subTest(record=text[:40]):
                outcome = self.in_time("dkim", "verify", path, "-o", "tsv", "--columns", "result", "--key-record",
                                       f"@{file}", code={"pass": 0, "": 2}.get(result, 1))
                self.assertEqual(outcome.out.strip(), result)


if __name__ == "__main__":
    unittest.main()
