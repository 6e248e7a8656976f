"""Runs the built relayctl against the lab's servers, for tests in Python.

RELAYCTL names the program, LAB the directory given to `tests/lab/lab up`.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
PROGRAM = os.environ["RELAYCTL"]
LAB_PROGRAM = TESTS / "lab" / "lab"
BAD_SERVER = TESTS / "support" / "bad_server.py"

# What must never reach a terminal from outside: C0 but newline and tab, DEL and C1; and, outside of JSON
# strings, the characters that turn the direction of writing.
RAW_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")
DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def read_environment(lab):
    pairs = (line.split("=", 1) for line in (lab / "env").read_text().splitlines())
    return {name: value.strip("'\"") for name, value in pairs}


class Lab:
    """Where the servers are."""

    def __init__(self, directory):
        self.directory = Path(directory)
        values = read_environment(self.directory)
        self.values = values
        self.address = values["LAB_ADDRESS"]
        self.network = values["LAB_NETWORK"]
        self.dns = values["LAB_DNS"]
        self.silent_dns = values["LAB_SILENT_DNS"]
        self.dynamic_dns = values["LAB_DYNAMIC_DNS"]
        self.tsig_keys = Path(values["LAB_TSIG_KEYS"])
        self.ca = values["LAB_CA"]
        self.user = values["LAB_USER"]
        self.password = values["LAB_PASSWORD"]
        self.https = values["LAB_HTTPS"] == "yes"
        self.ports = {nominal: int(values[f"LAB_PORT_{nominal}"]) for nominal in (25, 465, 587)}
        self.real_ports = all(nominal == port for nominal, port in self.ports.items())

    def publish(self, zone, records):
        subprocess.run([LAB_PROGRAM, "publish", str(self.directory), zone], input=records, text=True,
                       check=True, timeout=60)


class Outcome:
    """What a run of the program gave."""

    def __init__(self, arguments, code, out, err, seconds):
        self.arguments, self.code, self.out, self.err, self.seconds = arguments, code, out, err, seconds

    def json(self):
        try:
            return json.loads(self.out)
        except ValueError as error:
            raise AssertionError(f"no JSON document on stdout: {error}\n{self}") from None

    def items(self):
        return self.json()["items"]

    def item(self):
        items = self.items()
        if len(items) != 1:
            raise AssertionError(f"{len(items)} items in place of one\n{self}")
        return items[0]

    def error(self):
        return json.loads(self.err)["error"]

    def __str__(self):
        command = " ".join(str(argument) for argument in self.arguments)
        return (f"$ relayctl {command}\nexit {self.code} after {self.seconds:.1f} s\n--- stdout\n{self.out}"
                f"--- stderr\n{self.err}---")


class BadServer:
    """A scripted server of bad_server.py, for a `with` statement."""

    def __init__(self, mode, address="127.0.0.1", ports=(0,)):
        command = [sys.executable, "-E", str(BAD_SERVER), mode, "--address", address]
        for port in ports:
            command += ["--port", str(port)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = address
        self.port = [int(self.process.stdout.readline()) for _ in ports][0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class RelayctlTest(unittest.TestCase):
    """A test with a store of its own; nothing of the user's is read."""

    maxDiff = None
    TIMEOUT = 60  # seconds one command may take before it counts as hanging

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(os.environ["LAB"])

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="relayctl-test.")
        self.addCleanup(directory.cleanup)
        self.home = Path(directory.name)
        self.store = self.home / "store" / "relayctl.db"
        self.store.parent.mkdir()
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LC_ALL": "C.UTF-8",
                            "RELAYCTL_STORE": str(self.store), "RELAYCTL_DNS_SERVER": self.lab.dns}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    def relayctl(self, *arguments, stdin="", code=None, **environment):
        """Runs a command. With `code`, any other exit status fails the test."""
        start = time.monotonic()
        try:
            run = subprocess.run([PROGRAM, *arguments], input=stdin.encode(), capture_output=True, check=False,
                                 timeout=self.TIMEOUT, env={**self.environment, **environment})
        except subprocess.TimeoutExpired as hang:
            self.fail(f"relayctl {' '.join(arguments)} did not end in {self.TIMEOUT} s\n{hang.stdout}\n{hang.stderr}")
        seconds = time.monotonic() - start
        outcome = Outcome(arguments, run.returncode, self.decode(run.stdout), self.decode(run.stderr), seconds)
        self.check_clean(outcome)
        if code is not None:
            self.assertEqual(outcome.code, code, outcome)
        return outcome

    def decode(self, octets):
        try:
            return octets.decode("utf-8")
        except UnicodeDecodeError as error:
            return self.fail(f"the output is not UTF-8: {error}: {octets!r}")

    def check_clean(self, outcome):
        for stream in (outcome.out, outcome.err):
            found = RAW_CONTROL.search(stream)
            if not stream.startswith("{"):
                found = found or DIRECTION.search(stream)
            if found:
                self.fail(f"raw control character {found.group()!r} in the output\n{outcome!s}")

    def add(self, name, host, port=587, security="tls", domain="example.test", mail_type="mass", **options):
        """Adds a relay whose port is the lab's own for a nominal one."""
        arguments = ["add", name, "--host", host, "--port", str(self.lab.ports.get(port, port)),
                     "--any-port", "--security", security, "--domain", domain, "--type", mail_type]
        options = {"ca_file": self.lab.ca, **options}
        for option, value in options.items():
            if value is not None:
                arguments += ["--" + option.replace("_", "-"), str(value)]
        return self.relayctl(*arguments, code=0)

    def finding_ids(self, findings):
        return sorted(finding["id"] for finding in findings)
