"""Private keys in files: export, import of what other programs make, and what is refused."""

import os
import shutil
import stat
import subprocess
import unittest
from base64 import b64decode, b64encode

from support import CommandLineTest

SEED = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="  # RFC 8032 section 7.1, test 1
SEED_PUBLIC = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True).stdout


class DkimFilesTest(CommandLineTest):
    def path(self, name, content=None, mode=0o600):
        path = self.folder / name
        if content is not None:
            path.write_bytes(content)
            path.chmod(mode)
        return str(path)

    def value(self, key):
        return self.relayctl("dkim", "record", key, "--form", "value", code=0).out.strip()

    def check_refused(self, code, says, *arguments, **options):
        outcome = self.relayctl("dkim", *arguments, code=code, **options)
        self.assertIn(says, outcome.err)
        self.assertNotIn("PRIVATE KEY", outcome.out + outcome.err)
        self.assertEqual(outcome.out, "")

    def test_an_exported_key_is_pkcs8_for_its_owner_only_and_comes_back_as_the_same(self):
        for number, algorithm in enumerate(("rsa", "ed25519")):
            name = f"s{number}@example.com"
            self.relayctl("dkim", "generate", "example.com", "--selector", f"s{number}", "--algorithm", algorithm,
                          code=0)
            path = self.path(f"{number}.pem")
            outcome = self.relayctl("dkim", "export-key", name, path, code=0)
            self.assertNotIn("PRIVATE", outcome.out + outcome.err)
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
            text = (self.folder / f"{number}.pem").read_text()
            self.assertTrue(text.startswith("-----BEGIN PRIVATE KEY-----\n"))
            openssl("pkey", "-in", path, "-check", "-noout")
            self.assertIn("unchanged", self.relayctl("dkim", "import", name, path, code=0).err)
            copy = f"other{number}@b.example"
            self.relayctl("dkim", "import", copy, path, code=0)
            self.assertEqual(self.value(copy), self.value(name))
            self.relayctl("dkim", "delete", copy, "--yes", code=0)

    def test_an_export_overwrites_nothing_and_goes_to_no_terminal_or_device(self):
        self.relayctl("dkim", "generate", "example.com", "--selector", "s1", "--algorithm", "ed25519", code=0)
        there = self.path("there", b"mine")
        self.check_refused(5, "exists", "export-key", "s1@example.com", there)
        self.assertEqual((self.folder / "there").read_bytes(), b"mine")
        link = self.folder / "link"
        link.symlink_to(self.folder / "nowhere")
        self.check_refused(5, "exists", "export-key", "s1@example.com", str(link))
        self.assertFalse((self.folder / "nowhere").exists())
        for device in ("/dev/stdout", "/dev/tty", "/dev/full"):
            self.check_refused(5, "exists", "export-key", "s1@example.com", device)
        self.check_refused(2, "new file", "export-key", "s1@example.com", "-")
        self.check_refused(74, "cannot write", "export-key", "s1@example.com", self.path("no/such/folder"))
        self.check_refused(4, "no DKIM key", "export-key", "s2@example.com", self.path("new"))
        self.check_refused(2, "one key", "export-key", "example.com", self.path("new"))
        self.assertFalse((self.folder / "new").exists())

    def test_keys_of_openssl_and_seeds_in_base64_are_imported(self):
        rsa = openssl("genrsa", "-traditional", "2048")
        self.assertIn(b"BEGIN RSA PRIVATE KEY", rsa)
        pkcs1, pkcs8 = self.path("1.pem", rsa), self.path("8.pem")
        openssl("pkey", "-in", pkcs1, "-out", pkcs8)
        os.chmod(pkcs8, 0o600)
        public = openssl("pkey", "-in", pkcs1, "-pubout").decode()
        public = "".join(line for line in public.splitlines() if "-----" not in line)
        self.relayctl("dkim", "import", "a@example.com", pkcs1, "--note", "from openssl", code=0)
        self.assertEqual(self.value("a@example.com"), f"v=DKIM1; k=rsa; p={public}")
        self.assertIn("unchanged", self.relayctl("dkim", "import", "a@example.com", pkcs8, code=0).err)
        seed = self.relayctl("dkim", "import", "b@example.com", "-", "-o", "json", stdin=f"{SEED}\n".encode(), code=0)
        self.assertIn('"changed": true', seed.out)
        self.assertEqual(self.value("b@example.com"), f"v=DKIM1; k=ed25519; p={SEED_PUBLIC}")
        self.check_refused(5, "another key", "import", "b@example.com", pkcs1)
        self.relayctl("dkim", "import", "c@example.com", pkcs1, "--dry-run", code=0)
        self.check_refused(4, "no DKIM key", "record", "c@example.com")

    def check_same_as_record(self, key, record):
        """The record that the other program printed has our p=."""
        public = self.value(key).partition("p=")[2]
        self.assertEqual("".join(record.replace('"', " ").split()).partition("p=")[2].partition(")")[0], public)

    def test_what_opendkim_genkey_makes_is_imported(self):
        program = shutil.which("opendkim-genkey") or shutil.which("opendkim-genkey", path="/usr/sbin")
        self.assertIsNotNone(program, "opendkim-tools is not installed")
        subprocess.run([program, "-D", str(self.folder), "-s", "mail", "-d", "example.com", "-b", "2048"], check=True,
                       timeout=60)
        path = self.folder / "mail.private"
        self.relayctl("dkim", "import", "mail@example.com", str(path), code=0)
        self.check_same_as_record("mail@example.com", (self.folder / "mail.txt").read_text())

    def test_what_rspamadm_makes_is_imported(self):
        """A key of libsodium: seed and public half; alone, and as printed with its record. With rspamd where it is."""
        both = b64encode(b64decode(SEED) + b64decode(SEED_PUBLIC)).decode()
        record = f'r._domainkey IN TXT ( "v=DKIM1; k=ed25519; "\n\t"p={SEED_PUBLIC}" ) ;\n'
        for number, text in enumerate((both, both + "\n" + record, SEED + "\n" + record)):
            self.relayctl("dkim", "import", f"r{number}@example.com", self.path("r.key", text.encode()), code=0)
            self.check_same_as_record(f"r{number}@example.com", record)
        self.check_refused(2, "does not belong to it", "import", "x@example.com",
                           self.path("x.key", b64encode(bytes(64))))
        program = shutil.which("rspamadm")
        for number, options in enumerate([] if program is None else (
                ["-b", "2048"], ["-t", "ed25519"], ["-t", "ed25519-seed"])):
            out = subprocess.run([program, "dkim_keygen", "-s", "r", "-d", "example.com", *options], check=True,
                                 capture_output=True, timeout=60).stdout
            self.relayctl("dkim", "import", f"p{number}@example.com", self.path("p.key", out), code=0)
            self.check_same_as_record(f"p{number}@example.com", out.decode().partition("._domainkey")[2])

    def test_what_cannot_sign_is_refused_with_its_cause(self):
        encrypted = self.path("encrypted.pem", openssl("genrsa", "-aes128", "-passout", "pass:x", "2048"))
        refusals = [("encrypted", encrypted), ("bits", self.path("512.pem", openssl("genrsa", "512"))),
                    ("neither RSA nor Ed25519",
                     self.path("ec.pem", openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
                                                 "ec_paramgen_curve:P-256"))),
                    ("neither a private key", self.path("text", b"hello")),
                    ("not a private key", self.path("public.pem", openssl("rsa", "-in", self.path(
                        "k.pem", openssl("genrsa", "1024")), "-pubout"))),
                    ("neither a private key", self.path("empty", b"")),
                    ("longer than", self.path("long", b"A" * 70000)),
                    ("not a regular file", str(self.folder)), ("No such file", self.path("missing"))]
        for says, path in refusals:
            self.check_refused(2, says, "import", "s1@example.com", path)
        self.check_refused(2, "one key", "import", "example.com", encrypted)
        self.check_refused(2, "name and a file", "import", "s1@example.com")
        self.check_refused(2, "--keytable", "import", "s1@example.com", encrypted, "--keytable", encrypted)
        self.assertIn("openssl pkey", self.relayctl("dkim", "import", "s1@example.com", encrypted, code=2).err)
        self.assertEqual(self.relayctl("dkim", "list", code=0).out, "")

    def test_a_file_that_others_can_read_is_imported_with_a_warning(self):
        path = self.path("loose.pem", openssl("genpkey", "-algorithm", "ed25519"), 0o644)
        outcome = self.relayctl("dkim", "import", "s1@example.com", path, code=0)
        self.assertIn("can be read by others", outcome.err)
        self.assertIn(f"chmod 600 {path}", outcome.err)

    def test_a_key_table_is_imported_whole_or_not_at_all(self):
        self.path("a.private", openssl("genrsa", "2048"))
        self.path("b.private", SEED.encode())
        table = self.path("KeyTable", f"# keys\nfirst a.example:s1:{self.folder}/a.private\n"
                                      "second b.example:s2:./b.private\n".encode())
        self.relayctl("dkim", "import", "--keytable", table, code=0)
        self.assertEqual(self.relayctl("dkim", "list", "-q", code=0).out, "s1@a.example\ns2@b.example\n")
        self.assertEqual(self.relayctl("dkim", "import", "--keytable", table, code=0).err.count("unchanged"), 2)
        without = self.path("Without", b"x %:s1:a.private\n")
        self.check_refused(2, "--signingtable FILE", "import", "--keytable", without)
        self.check_refused(2, "goes with --keytable", "import", "--signingtable", without)
        broken = self.path("Broken", f"x c.example:s1:{self.folder}/a.private\ny d.example:s2\n".encode())
        self.check_refused(2, "line 2", "import", "--keytable", broken)
        missing = self.path("Missing", f"x c.example:s1:{self.folder}/a.private\ny d.example:s2:/none\n".encode())
        self.check_refused(2, "/none", "import", "--keytable", missing)
        self.relayctl("dkim", "list", "c.example", code=4)

    def test_the_tables_of_opendkim_are_imported_as_it_reads_them(self):
        """As /etc/opendkim: keys in folders, one in the table itself, one for every domain of the SigningTable."""
        self.path("a.private", openssl("genrsa", "-traditional", "2048"))
        self.path("b.pem", openssl("genpkey", "-algorithm", "ed25519"))
        (self.folder / "keys" / "c").mkdir(parents=True)
        self.path("keys/c/mail.private", openssl("genrsa", "2048"))
        bare = {name: "".join(line for line in (self.folder / name).read_text().splitlines() if "-----" not in line)
                for name in ("a.private", "b.pem")}
        table = self.path("KeyTable", (
            "default._domainkey.a.example a.example:default:keys/c/mail.private  # shared\r\n"
            f"inline b.example:rsa:{bare['a.private']}\n"
            f"inlined b.example:ed:{bare['b.pem']}\n"
            "all\t%:every:../" + self.folder.name + "/keys/c/mail.private\n").encode())
        signing = self.path("SigningTable", b"# who\n*@a.example default._domainkey.a.example\n*@b.example inline\n"
                                            b"*@d.example all\npostmaster@e.example all\n* all\n*@*.f.example all\n")
        self.relayctl("dkim", "import", "--keytable", f"refile:{table}", "--signingtable", f"refile:{signing}", code=0)
        self.assertEqual(self.relayctl("dkim", "list", "-q", code=0).out.split(),
                         ["default@a.example", "ed@b.example", "rsa@b.example", "every@d.example", "every@e.example"])
        for name, key in (("rsa", "a.private"), ("ed", "b.pem")):
            self.relayctl("dkim", "import", f"copy-{name}@b.example", self.path("copy", bare[key].encode()), code=0)
            self.assertIn("unchanged", self.relayctl("dkim", "import", f"{name}@b.example", str(self.folder / key),
                                                     code=0).err)
        cut = self.path("Cut", f"x c.example:s1:{bare['a.private'][:200]}\n".encode())
        outcome = self.relayctl("dkim", "import", "--keytable", cut, code=2)
        self.assertIn('the key of "x" in the KeyTable itself', outcome.err)
        self.assertNotIn(bare["a.private"][:20], outcome.err)
        none = self.path("None", b"*@c.example inline\n")
        self.check_refused(2, "the SigningTable names none", "import", "--keytable", table, "--signingtable", none)


if __name__ == "__main__":
    unittest.main()
