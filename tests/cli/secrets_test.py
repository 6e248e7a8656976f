"""A password that was given never shows: not in the output, the arguments, the environment, or a table."""

import os
import re
import sqlite3
import stat
import subprocess
import time
import unittest
from pathlib import Path

from support import PROGRAM, CommandLineTest

PASSWORD = "s3cr3t # \"of\" 'mine' $(x) \\ end"
MARK = "s3cr3t"
FORMATS = ("table", "tsv", "csv", "json", "jsonl", "name")


class SecretsTest(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.password_file = self.folder / "password"
        self.password_file.write_text(PASSWORD + "\n")
        self.password_file.chmod(0o600)
        self.relay = ("--host", "smtp.mailer.example", "--domain", "example.com", "--user", "alice")

    def check_silent(self, outcome):
        for stream in (outcome.out, outcome.err):
            self.assertNotIn(MARK, stream, outcome)
            self.assertNotIn("czNjcjN0", stream, outcome)  # in base64
        return outcome

    def rows(self, query):
        connection = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def stored_password(self):
        return [bytes(row[0]).decode() for row in self.rows("SELECT password FROM relay_password")]

    def check_every_output(self):
        for command in (["list"], ["show", "news"], ["domain", "list"], ["dkim", "list"]):
            for output in FORMATS:
                self.check_silent(self.relayctl(*command, "-o", output, code=0))
        columns = self.relayctl("list", "-o", "csv", "--header", "--columns", "name,user,password_source", code=0)
        self.assertEqual(columns.out, "name,user,password_source\nnews,alice,stored\n")
        for line in ("relayctl show ", "relayctl edit news --user ", "relayctl list --columns "):
            self.check_silent(self.relayctl("__complete", "zsh", line, code=0))

    def test_from_a_file(self):
        for output in ([], ["-o", "json"]):
            self.check_silent(self.relayctl("add", "news", *self.relay, "--password-file", str(self.password_file),
                                            *output, code=0))
        self.assertEqual(self.stored_password(), [PASSWORD])
        self.check_every_output()

    def test_from_standard_input(self):
        self.check_silent(self.relayctl("add", "news", *self.relay, "--password-stdin", "-o", "json",
                                        stdin=PASSWORD.encode() + b"\n", code=0))
        self.assertEqual(self.stored_password(), [PASSWORD])
        self.check_every_output()

    def test_a_message_about_another_password_says_neither(self):
        self.relayctl("add", "news", *self.relay, "--password-file", str(self.password_file), code=0)
        outcome = self.relayctl("add", "news", *self.relay, "--password-stdin", stdin=b"other-s3cr3t\n", code=5)
        self.check_silent(outcome)
        self.assertIn("password", outcome.err)
        outcome = self.relayctl("edit", "news", "--password-stdin", stdin=b"s3cr3t\x07\n", code=2)
        self.check_silent(outcome)

    def test_a_password_is_no_value_of_an_option(self):
        outcome = self.relayctl("add", "news", *self.relay, f"--password={PASSWORD}", code=2)
        self.check_silent(outcome)

    def test_the_arguments_and_the_environment(self):
        """While the program runs and reads its password, /proc does not show it."""
        process = subprocess.Popen([PROGRAM, "add", "news", *self.relay, "--password-stdin"], env=self.environment,
                                   stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder)
        try:
            process.stdin.write(PASSWORD.encode()[:5])
            process.stdin.flush()
            folder = Path(f"/proc/{process.pid}")
            time.sleep(0.2)
            shown = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
            self.assertIn(b"--password-stdin", shown)
            self.assertNotIn(PASSWORD.encode()[:5], shown)
            process.stdin.write(PASSWORD.encode()[5:])
        finally:
            _, messages = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, messages)
        self.assertEqual(self.stored_password(), [PASSWORD])

    def test_the_tables_keep_it_apart(self):
        self.relayctl("add", "news", *self.relay, "--password-file", str(self.password_file), "--dkim", code=0)
        for (table,) in self.rows("SELECT name FROM sqlite_schema WHERE type = 'table'"):
            content = repr(self.rows(f'SELECT * FROM "{table}"'))
            self.assertEqual(MARK in content, table == "relay_password", table)
            self.assertEqual("PRIVATE KEY" in content, table == "dkim_private_key", table)

    def test_the_files_are_the_owners_alone(self):
        old = os.umask(0)
        try:
            store = self.folder / "new" / "deep" / "relayctl.db"
            self.relayctl("add", "news", *self.relay, "--password-file", str(self.password_file), "--store",
                          str(store), code=0)
        finally:
            os.umask(old)
        for path in (store.parent.parent, store.parent):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o700, path)
        for path in store.parent.iterdir():
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)

    def test_what_is_deleted_is_gone_from_the_file(self):
        for forget in (["edit", "news", "--no-auth"], ["delete", "news"],
                       ["edit", "news", "--password-command", "true"]):
            self.relayctl("add", "news", *self.relay, "--password-file", str(self.password_file), "--replace", code=0)
            self.assertEqual(self.stored_password(), [PASSWORD])
            self.relayctl(*forget, code=0)
            self.assertEqual(self.stored_password(), [])
        for path in self.folder.glob("relayctl.db*"):
            self.assertNotIn(MARK.encode(), path.read_bytes(), path)

    def test_a_private_key_is_never_printed(self):
        self.relayctl("add", "news", "--host", "smtp.mailer.example", "--domain", "example.com",
                      "--dkim-selector", "s1", code=0)
        pem = bytes(self.rows("SELECT pem FROM dkim_private_key")[0][0]).decode()
        lines = [line for line in pem.splitlines() if re.fullmatch(r"[A-Za-z0-9+/=]{40,}", line)]
        self.assertGreater(len(lines), 5)
        commands = [["dkim", "list", "-o", output] for output in FORMATS]
        commands += [["dkim", "record", "example.com", "--form", form]
                     for form in ("zone", "value", "strings", "parts", "name")]
        commands += [["dkim", "generate", "b.example", "-o", "json"],
                     ["dkim", "delete", "s1@example.com", "--force", "--yes", "-o", "json"]]
        for command in commands:
            outcome = self.relayctl(*command, code=0)
            # The public key's lines begin elsewhere, so no line of the private one stands in any output.
            self.assertFalse([line for line in lines if line in outcome.out + outcome.err], outcome)
            self.assertNotIn("PRIVATE", outcome.out + outcome.err)


if __name__ == "__main__":
    unittest.main()
