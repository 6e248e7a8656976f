"""What the tests of the command line share. RELAYCTL names the program; every test has a folder of its own."""

import os
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ["RELAYCTL"]
SOURCE = Path(__file__).resolve().parents[2]
SANITIZER_VARIABLES = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")


def is_sanitized():
    return b"__asan_init" in Path(PROGRAM).read_bytes()


def dump(path):
    """The whole content of a store, as text."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


class Outcome:
    """What one run gave, as text."""

    def __init__(self, arguments, process):
        self.arguments = arguments
        self.code = process.returncode
        self.out = process.stdout.decode("utf-8", "backslashreplace")
        self.err = process.stderr.decode("utf-8", "backslashreplace")

    def __str__(self):
        return f"$ relayctl {self.arguments}\nexit {self.code}\n--- stdout\n{self.out}--- stderr\n{self.err}---"


class CommandLineTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="relayctl-cli.", ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.store = self.folder / "relayctl.db"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TZ": "UTC",
                            "RELAYCTL_STORE": str(self.store), "RELAYCTL_DNS_SERVER": "127.0.0.1:1"}  # nobody answers
        for name in SANITIZER_VARIABLES:
            if name in os.environ:
                self.environment[name] = os.environ[name]

    def relayctl(self, *arguments, code=None, stdin=b"", timeout=60, **options):
        options.setdefault("env", self.environment)
        options.setdefault("stdout", subprocess.PIPE)
        process = subprocess.run([PROGRAM, *arguments], input=stdin, stderr=subprocess.PIPE, cwd=self.folder,
                                 timeout=timeout, check=False, **options)
        if process.stdout is None:
            process.stdout = b""
        outcome = Outcome(arguments, process)
        if code is not None:
            self.assertEqual(outcome.code, code, outcome)
        return outcome

    def add(self, name, *options):
        return self.relayctl("add", name, "--host", "smtp.mailer.example", "--domain", f"{name}.example", *options,
                             code=0)
