"""Every bad input gets one clear line, the right exit code, and leaves the store as it was."""

import os
import pwd
import re
import signal
import sqlite3
import subprocess
import threading
import unittest
from pathlib import Path

from support import PROGRAM, CommandLineTest, dump

USAGE, NOT_FOUND, CONFLICT, CONFIRMATION, IO = 2, 4, 5, 6, 74
IS_ROOT = os.geteuid() == 0


class BadInputTest(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.relayctl("add", "news", "--host", "smtp.mailer.example", "--domain", "example.com", "--type", "mass",
                      "--dkim-selector", "s1", code=0)
        self.before = dump(self.store)

    def check_message(self, outcome, hint=None, says=None):
        self.assertEqual(outcome.out, "", outcome)
        lines = outcome.err.splitlines()
        self.assertIn(len(lines), (1, 2), outcome)
        self.assertTrue(lines[0].startswith("relayctl: "), outcome)
        self.assertLess(len(lines[0]), 400, outcome)
        if len(lines) == 2:
            self.assertTrue(lines[1].startswith("  hint: "), outcome)
        self.assertTrue(outcome.err.replace("\n", "").isprintable(), outcome)
        if hint is not None:
            self.assertIn(f"  hint: {hint}", lines, outcome)
        if says is not None:
            self.assertIn(says, lines[0], outcome)

    def refused(self, code, *arguments, hint=None, says=None, unchanged=True, **options):
        with self.subTest(arguments):
            outcome = self.relayctl(*arguments, **options)
            self.assertEqual(outcome.code, code, outcome)
            self.check_message(outcome, hint, says)
            if unchanged:
                self.assertEqual(dump(self.store), self.before, outcome)


    def test_probe(self):
        for arguments, says in (
                (["news:587"], "news:587"), (["smtp.mailer.example:587"], "smtp.mailer.example:587"),
                (["news", "--port", "025"], "025"), (["news", "--port", "2525"], "2525"),
                (["news", "--security", "auto"], "auto"), (["news", "--require", "587"], "587"),
                (["news", "--timeout", "0"], "0"), (["news", "--mta-sts", "no domain"], "no domain"),
                (["--all", "--mta-sts", "example.com"], "--mta-sts"), (["--all", "--all-addresses"], "--all-addresses"),
                (["news", "--auth", "plain"], "--login"), (["news", "--trust-ad"], "--dane"),
                (["news", "--fingerprint", "12:34"], "12:34"), (["news", "--repeat", "0"], "--repeat"),
                (["smtp.mailer.example", "--login"], "which port"), ([], "no relay")):
            self.refused(USAGE, "probe", *arguments, says=says)
        self.refused(NOT_FOUND, "probe", "nwes", says="nwes")
        for word, hint in (("smtp.mailer.example:587", "smtp.mailer.example --port 587"), ("[::1]:25", "::1 --port 25"),
                           ("smtp://smtp.mailer.example:587/", "smtp.mailer.example --port 587"),
                           ("smtps://smtp.mailer.example", "smtp.mailer.example")):
            self.refused(USAGE, "probe", word, hint=f"relayctl probe {hint}")
        self.refused(USAGE, "probe", "news", "--port", "25", "--login", says="which port")
    def refused_value(self, option, *values, says=None, more=()):
        for value in values:
            self.refused(USAGE, "edit", "news", option, value, *more, says=says)
            self.refused(USAGE, "edit", "news", f"{option}={value}", *more, says=says)

    # values

    def test_ports(self):
        self.refused_value("--port", "0", "26", "70000", "025", "+25", "smtp", "", " 25", "25 ", "0x19", "-25",
                           "99999999999999999999999999", says="port")
        self.refused_value("--port", "0", "70000", "025", "+25", "smtp", says="port", more=["--any-port"])

    def test_hosts(self):
        self.refused_value("--host", "", "smtp mailer.example", "smtp\x07.example", "\x1b[31mred", "a" * 300,
                           "smtp..example", "-smtp.example", "smtp.example:25", "http://smtp.example", "[::1",
                           "300.1.1.1", "[192.0.2.1]x", "smtp.example\n")

    def test_names(self):
        for name in ("../news", "a/b", "$(x)", "`id`", "\x1b[2Jnews", "", "News", "né", "a" * 64, ".news", "_x",
                     "a b", "a\nb"):
            self.refused(USAGE, "add", name, "--host", "smtp.example", "--domain", "a.example")
            self.refused(USAGE, "delete", name)
            self.refused(USAGE, "show", name)
        self.refused(USAGE, "show", "--", "-news")

    def test_domains(self):
        bad = ("under_score.example", "a..example", ".example", "a" * 64 + ".example", "", "exam ple.com",
               "ex\x00ample"[:2] + "\x07.example", "a." * 130 + "example", "-a.example", "@example.com")
        for domain in bad:
            self.refused(USAGE, "domain", "add", domain)
            self.refused(USAGE, "edit", "news", "--domain", domain)
            self.refused(USAGE, "dkim", "generate", domain)

    def test_daily_limits(self):
        self.refused_value("--daily-limit", "-1", "0", "1e9", "many", "", "1.5", "1000000000000", "0100",
                           says="limit")

    def test_return_paths(self):
        self.refused_value("--return-path", "bounce", "@example.com", "a@", "a@b@c", "bounce@example.com\r\nX: y",
                           "bounce\n@example.com", "", "a b@example.com", "<a@example.com")

    def test_other_values(self):
        self.refused_value("--security", "", "auto", "starttls,ssl", "TLS1.2")
        self.refused_value("--type", "", "bulk", "mass,bulk")
        self.refused_value("--verify-certificate", "", "yes", "maybe")
        self.refused_value("--fingerprint", "", "abc", "g" * 64, "a" * 63)
        self.refused_value("--priority", "", "-1", "65536", "low", "01")
        self.refused_value("--dkim-selector", "", "s 1", "a..b", "-", "$(x)", "a" * 64)
        self.refused_value("--description", "a\x07", "\x1b[31m", "a\nb", "x" * 201)
        self.refused_value("--user", "", "al\x07ice", "x" * 256, more=["--password-command", "true"])
        self.refused_value("--password-command", "", " ", "a\nb", more=["--user", "alice"])
        self.refused_value("--ca-file", "missing.pem", ".", says="CA file")
        self.refused_value("--ca-file", "", says="--ca-file")

    def test_columns_are_listed_by_help(self):
        """--columns help names what --columns takes, one a line, and does nothing else; --help says the same."""
        for command in ("list", "show news", "dkim list", "domain list", "config list", "history", "log", "quota",
                        "probe news", "verify example.com", "explain"):
            words = command.split()
            listed = self.relayctl(*words, "--columns", "help", code=0)
            self.assertEqual(listed.err, "", command)
            names = listed.out.splitlines()
            self.assertTrue(names and all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in names), listed)
            self.assertEqual(len(names), len(set(names)), listed)
            help_text = re.sub(r"\s+", " ", self.relayctl(*words, "--help", code=0).out)
            for name in names:
                self.assertRegex(help_text, rf"\b{name}\b", command)
        nowhere = self.folder / "missing.db"
        self.relayctl("list", "--store", str(nowhere), "--columns", "help", code=0)
        self.assertFalse(nowhere.exists())
        columns = self.relayctl("list", "--columns", "help", code=0).out.split()
        row = self.relayctl("list", "--columns", ",".join(columns), code=0).out
        self.assertEqual(len(row.rstrip("\n").split("\t")), len(columns))
        self.refused(USAGE, "delete", "news", "--columns", "help", says="no columns")
        self.refused(USAGE, "version", "--columns", "help")

    def test_output_options(self):
        self.refused(USAGE, "list", "-o", "xml", says="xml")
        self.refused(USAGE, "list", "-o", "")
        self.refused(USAGE, "list", "--columns", "name,prot", says="prot")
        self.refused(USAGE, "list", "--columns", "")
        self.refused(USAGE, "list", "--color", "maybe", says="maybe")
        self.refused(USAGE, "dkim", "record", "example.com", "--form", "bind", says="bind")
        self.refused(USAGE, "dkim", "generate", "b.example", "--bits", "1024", says="1024")
        self.refused(USAGE, "dkim", "generate", "b.example", "--bits", "many")
        self.refused(USAGE, "dkim", "generate", "b.example", "--bits", "1000", "--allow-weak", says="1000")
        self.refused(USAGE, "dkim", "generate", "b.example", "--dual", "--algorithm", "rsa", says="--dual")
        self.refused(USAGE, "dkim", "generate", "b.example", "--dual", "--selector", "a" * 63, says="selector")
        self.refused(USAGE, "dkim", "generate", "b.example", "--note", "a\033b", says="note")
        self.refused(USAGE, "dkim", "generate", "b.example", "--note", "n" * 201, says="200")
        self.refused(USAGE, "dkim", "generate", "b.example", "--algorithm", "dsa", says="dsa")

    # passwords

    def password_file(self, content, mode=0o600):
        path = self.folder / "password"
        path.unlink(missing_ok=True)
        path.write_bytes(content)
        path.chmod(mode)
        return str(path)

    def test_password_files(self):
        more = ["--user", "alice", "--password-file"]
        self.refused(USAGE, "edit", "news", *more, str(self.folder / "missing"), says="missing")
        self.refused(USAGE, "edit", "news", *more, str(self.folder), says="regular")
        for mode in (0o640, 0o604, 0o660, 0o644):
            path = self.password_file(b"secret\n", mode)
            self.refused(USAGE, "edit", "news", *more, path, hint=f"chmod 600 {path}")
        for content in (b"", b"\n", b"a\nb\n", b"a\x00b", b"x" * 1001, b"\x1b[31m"):
            self.refused(USAGE, "edit", "news", *more, self.password_file(content), says="password")
        fifo = self.folder / "fifo"
        os.mkfifo(fifo, 0o600)
        self.refused(USAGE, "edit", "news", *more, str(fifo))

    def test_passwords_from_standard_input(self):
        for content in (b"", b"\n", b"a\nb\n", b"a\x00b", b"x" * 1001, b"x" * 100000):
            self.refused(USAGE, "edit", "news", "--user", "alice", "--password-stdin", stdin=content)

    def test_passwords_that_contradict_each_other(self):
        path = self.password_file(b"secret\n")
        self.refused(USAGE, "edit", "news", "--user", "a", "--password-file", path, "--password-stdin", stdin=b"x\n")
        self.refused(USAGE, "edit", "news", "--password-file", path, says="user")
        self.refused(USAGE, "edit", "news", "--user", "a", "--no-auth", "--password-file", path)
        self.refused(USAGE, "edit", "news", "--user", "alice", says="no terminal")

    # words

    def test_unknown_words_and_what_was_meant(self):
        self.refused(USAGE, "lsit", hint="did you mean list?")
        self.refused(USAGE, "dkim", "genrate", hint="did you mean generate?")
        self.refused(USAGE, "list", "--ouput", "json", hint="did you mean --output?")
        self.refused(USAGE, "add", "x", "--hots=a.example", hint="did you mean --host?")
        self.refused(USAGE, "list", "-z")
        self.refused(USAGE, "frobnicate", hint="relayctl help")
        self.refused(USAGE, "help", "lsit", hint="did you mean list?")
        self.refused(USAGE, "dkim", hint="relayctl help dkim")
        self.refused(USAGE, "--ascii", hint="relayctl help")
        self.refused(NOT_FOUND, "show", "nwes", hint="did you mean news?")
        self.refused(NOT_FOUND, "edit", "nwes", "--port", "25", hint="did you mean news?")
        self.refused(NOT_FOUND, "delete", "nwes", hint="did you mean news?")
        self.refused(NOT_FOUND, "disable", "news", "nwes", hint="did you mean news?")
        self.refused(NOT_FOUND, "domain", "delete", "exmple.com", hint="did you mean example.com?")
        self.refused(NOT_FOUND, "dkim", "record", "s2@example.com")
        self.refused(NOT_FOUND, "dkim", "delete", "s2@example.com", "--yes")
        self.refused(NOT_FOUND, "explain", "spf-too-many-lokups", hint="did you mean spf-too-many-lookups?")

    def test_too_many_too_few_and_twice(self):
        self.refused(USAGE, "show", hint="relayctl help show", says="NAME")
        self.refused(USAGE, "show", "news", "crm", says="crm")
        self.refused(USAGE, "list", "news", says="news")
        self.refused(USAGE, "edit", "news", "--port", "25", "--port", "25", says="--port is given twice")
        self.refused(USAGE, "list", "-ocsv", "--output=json,", says="--output is given twice")
        self.refused(USAGE, "edit", "news", "--port", says="--port needs a value")
        self.refused(USAGE, "list", "-o", says="--output needs a value")
        self.refused(USAGE, "list", "--header=yes")
        self.refused(USAGE, "list", "--store", "", says="--store")
        self.refused(USAGE, "add", "x", "--replace", "--if-not-exists", "--host", "a.example", "--domain", "b.example")
        self.refused(USAGE, "edit", "news", "--fallback", "--no-fallback")
        self.refused(USAGE, "edit", "news", "--dkim", "--no-dkim")
        self.refused(USAGE, "delete", "-", stdin=b"", says="no relay")
        self.refused(USAGE, "delete", "-", stdin=b"news\n$(x)\n")

    def test_rules_between_relays(self):
        self.refused(USAGE, "add", "x", "--domain", "a.example", says="host")
        self.refused(USAGE, "add", "x", "--host", "a.example")
        self.refused(CONFLICT, "add", "x", "--host", "a.example", "--domain", "example.com", says="news")
        self.refused(CONFLICT, "add", "news", "--host", "other.example", "--domain", "example.com", says="host")
        self.refused(CONFLICT, "domain", "delete", "example.com", says="news")
        self.refused(CONFLICT, "dkim", "generate", "example.com", "--selector", "s1", says="s1")
        self.refused(CONFLICT, "dkim", "delete", "s1@example.com", "--yes", says="news")
        self.refused(CONFIRMATION, "dkim", "delete", "s1@example.com", "--force", hint="add --yes")
        self.refused(NOT_FOUND, "delete", "news", "crm", says="crm")
        self.relayctl("add", "crm", "--host", "a.example", "--domain", "a.example", code=0)
        self.before = dump(self.store)
        self.refused(CONFIRMATION, "delete", "news", "crm", hint="add --yes")

    def test_arguments_that_are_no_utf8(self):
        for option in ("--host", "--description", "--domain", "--user"):
            self.refused(USAGE, "edit", "news", option, b"\xff\xfe", "--password-command=x")
        self.refused(USAGE, "show", b"\xff")
        self.refused(USAGE, b"\xff")

    # the store

    def broken_store(self, code, says=None):
        """Reading and writing are refused in the same words."""
        for arguments in (["list"], ["domain", "add", "new.example"]):
            self.refused(code, *arguments, says=says, unchanged=False)

    def test_a_store_that_is_none(self):
        self.store.unlink()
        self.store.mkdir()
        self.broken_store(IO, "directory")
        self.store.rmdir()
        self.store.write_bytes(b"This is no SQLite file, but long enough to look like one.\n" * 100)
        self.store.chmod(0o600)
        self.broken_store(IO)
        self.store.unlink()
        connection = sqlite3.connect(self.store)
        connection.execute("CREATE TABLE other (x)")
        connection.close()
        self.store.chmod(0o600)
        self.broken_store(IO, "another program")
        self.store.unlink()
        os.mkfifo(self.store, 0o600)
        self.broken_store(IO)

    def test_a_store_from_a_newer_version(self):
        connection = sqlite3.connect(self.store)
        connection.execute("PRAGMA user_version = 999")
        connection.close()
        self.broken_store(IO, "999")

    def test_a_store_that_others_may_read(self):
        self.store.chmod(0o644)
        self.broken_store(USAGE)
        self.store.chmod(0o600)

    def test_a_damaged_store(self):
        content = bytearray(self.store.read_bytes())
        content[4096:] = b"\xa5" * (len(content) - 4096)
        self.store.write_bytes(content)
        self.broken_store(IO)

    def test_no_place_for_a_store(self):
        self.refused(IO, "domain", "add", "a.example", "--store", "/dev/null/x/relayctl.db")
        self.refused(IO, "domain", "add", "a.example", "--store", "/proc/relayctl.db")

    def run_as_nobody(self, *arguments):
        nobody = pwd.getpwnam("nobody")

        def become():
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
        return self.relayctl(*arguments, preexec_fn=become) if IS_ROOT else self.relayctl(*arguments)

    def test_a_read_only_store(self):
        owner = pwd.getpwnam("nobody").pw_uid if IS_ROOT else os.geteuid()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.store}{suffix}").unlink(missing_ok=True)
        for path in (self.folder, self.store):
            os.chown(path, owner, -1)
        self.store.chmod(0o400)
        self.folder.chmod(0o500)
        self.addCleanup(self.folder.chmod, 0o700)
        outcome = self.run_as_nobody("list", "-q")
        self.assertEqual((outcome.code, outcome.out), (0, "news\n"), outcome)
        outcome = self.run_as_nobody("domain", "add", "a.example")
        self.assertEqual(outcome.code, IO, outcome)
        self.check_message(outcome, says="read-only")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["relayctl.db"])

    @unittest.skipUnless(IS_ROOT, "needs root: nobody else's files are out of reach for their owner")
    def test_a_store_of_somebody_else(self):
        self.folder.chmod(0o755)
        outcome = self.run_as_nobody("list")
        self.assertEqual(outcome.code, IO, outcome)
        self.check_message(outcome, says="permission")

    @unittest.skipUnless(IS_ROOT, "needs root: mounts a small disk")
    def test_a_full_disk(self):
        script = r"""
            set -e
            mount -t tmpfs -o size=400k tmpfs disk
            "$RELAYCTL" --store disk/relayctl.db domain add before.example
            dd if=/dev/zero of=disk/filler bs=1k count=1000 2>/dev/null || true
            status=0
            "$RELAYCTL" --store disk/relayctl.db add news --host a.example --domain b.example \
                --description "$(printf '%0200d' 0)" 2>message || status=$?
            i=0
            while [ $status = 0 ] && [ $i -lt 400 ]; do
                i=$((i + 1))
                "$RELAYCTL" --store disk/relayctl.db domain add d$i.$(printf '%060d' 0).example 2>message || status=$?
            done
            echo $status
            rm disk/filler
            "$RELAYCTL" --store disk/relayctl.db domain list -q | head -n 1
            umount disk
        """
        (self.folder / "disk").mkdir()
        probe = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
        if probe.returncode != 0:
            self.skipTest("no mount namespaces here")
        run = subprocess.run(["unshare", "-m", "sh", "-c", script], cwd=self.folder, capture_output=True, text=True,
                             env={**self.environment, "RELAYCTL": PROGRAM}, timeout=120, check=False)
        if "mount: " in run.stderr:
            self.skipTest(f"mounting is not allowed here: {run.stderr.strip()}")
        self.assertEqual(run.stdout.splitlines(), [str(IO), "before.example"], run.stderr)
        message = (self.folder / "message").read_text()
        self.assertRegex(message, r"\Arelayctl: .*full.*\n(  hint: .*\n)?\Z")

    def test_a_locked_store(self):
        connection = sqlite3.connect(self.store, isolation_level=None)
        self.addCleanup(connection.close)
        connection.execute("BEGIN IMMEDIATE")
        outcome = self.relayctl("domain", "add", "a.example")
        self.assertEqual(outcome.code, CONFLICT, outcome)
        self.check_message(outcome, says="lock")
        # Readers do not care.
        self.assertEqual(self.relayctl("list", "-q", code=0).out, "news\n")
        # A lock that is given back in time is waited for.
        timer = threading.Timer(1, os.kill, [os.getpid(), signal.SIGUSR1])
        signal.signal(signal.SIGUSR1, lambda *_: connection.execute("ROLLBACK"))
        timer.start()
        self.relayctl("domain", "add", "a.example", code=0)
        timer.join()

    # output

    def test_output_that_cannot_be_written(self):
        for arguments in (["list"], ["help"], ["list", "--help"], ["version"], ["dkim", "record", "example.com"],
                          ["list", "-o", "json"]):
            with self.subTest(arguments), open("/dev/full", "wb") as full:
                outcome = self.relayctl(*arguments, stdout=full)
                self.assertEqual(outcome.code, IO, outcome)
                self.assertIn("cannot write the output", outcome.err)

    def test_a_closed_pipe_ends_it_quietly(self):
        reader, writer = os.pipe()
        os.close(reader)
        outcome = self.relayctl("help", stdout=writer, code=0)
        os.close(writer)
        self.assertEqual(outcome.err, "")

    def test_closed_descriptors(self):
        def close_all():
            for descriptor in (0, 1, 2):
                os.close(descriptor)
        process = subprocess.run([PROGRAM, "domain", "add", "a.example"], preexec_fn=close_all, check=False,
                                 env=self.environment, timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertIn("a.example", self.relayctl("domain", "list", "-q", code=0).out)

    # help

    def commands(self):
        overview = self.relayctl("help", code=0).out.split("\nSecurity\n")[0]  # whose words are no commands
        return [line[2:].split("  ")[0].split() for line in overview.splitlines()
                if line.startswith("  ") and not line.startswith("  relayctl") and line[2] != " "]

    def test_help_everywhere(self):
        commands = self.commands()
        self.assertIn(["dkim", "generate"], commands)
        self.assertGreater(len(commands), 15)
        for words in [[], ["dkim"], ["domain"], *commands]:
            with self.subTest(words):
                outcome = self.relayctl(*words, "--help", code=0)
                self.assertEqual(outcome.err, "")
                self.assertEqual(outcome.out, self.relayctl(*words, "-h", code=0).out)
                self.assertEqual(outcome.out, self.relayctl("help", *words, code=0).out)
                if words in commands and words != ["version"]:
                    self.assertTrue(outcome.out.startswith("Examples:\n"), outcome)

    def test_help_beats_what_is_wrong(self):
        self.relayctl("add", "--nonsense", "--help", code=0)
        self.relayctl("add", "--port", "0", "--help", code=0)

    def test_nothing_at_all(self):
        outcome = self.relayctl(code=USAGE)
        self.assertEqual(outcome.out, "")
        self.assertEqual(outcome.err, self.relayctl("help", code=0).out)

    def test_errors_as_json(self):
        outcome = self.relayctl("show", "nwes", "-o", "json", code=NOT_FOUND)
        self.assertEqual(outcome.out, "")
        self.assertEqual(outcome.err, '{"error":{"id":"not_found","exit":4,"message":"there is no relay \\"nwes\\"",'
                                      '"hint":"did you mean news?"}}\n')
        outcome = self.relayctl("list", "--output=json", "--nonsense", code=USAGE)
        self.assertTrue(outcome.err.startswith('{"error":{"id":"usage","exit":2,'), outcome)


if __name__ == "__main__":
    unittest.main()
