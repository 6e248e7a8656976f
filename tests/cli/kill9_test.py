"""kill -9 at any moment leaves the old state or the new one, and a store that works."""

import random
import signal
import subprocess
import time
import unittest

from support import PROGRAM, CommandLineTest

ROUNDS = 40


class KillTest(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.random = random.Random(20261123)

    def duration(self, *arguments):
        start = time.monotonic()
        self.relayctl(*arguments, code=0)
        return time.monotonic() - start

    def run_and_kill(self, longest, *arguments):
        process = subprocess.Popen([PROGRAM, *arguments], env=self.environment, cwd=self.folder,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        time.sleep(self.random.uniform(0, longest))
        process.send_signal(signal.SIGKILL)
        return process.wait() == 0

    def show(self, columns):
        outcome = self.relayctl("list", "-o", "tsv", "--columns", columns, code=0)
        return [line.split("\t") for line in outcome.out.splitlines()]

    def test_edit(self):
        self.add("news")
        longest = 1.3 * self.duration("edit", "news", "--port", "25", "--description", "0")
        state, outcomes = ["25", "tls", "0"], set()
        for number in range(1, ROUNDS + 1):
            port, security = self.random.choice([("25", "none"), ("465", "ssl"), ("587", "tls")])
            new = [port, security, str(number)]
            finished = self.run_and_kill(longest, "edit", "news", "--port", port, "--security", security,
                                         "--description", str(number))
            (now,) = self.show("port,security,description")
            self.assertIn(now, [new] if finished else [state, new])
            outcomes.add(now == new)
            state = now
        print(f"edit: killed before and after the change: {outcomes}")

    def test_add_with_domains_keys_and_passwords(self):
        password = self.folder / "password"
        password.write_text("secret\n")
        password.chmod(0o600)

        def arguments(name):
            return ["add", name, "--host", "a.example", "--domain", f"{name}.example", "--dkim-selector", "s1",
                    "--user", "alice", "--password-file", str(password)]
        longest = 1.3 * min(self.duration(*arguments(f"first{number}")) for number in range(3))
        for number in range(ROUNDS):
            name = f"relay{number}"
            finished = self.run_and_kill(longest, *arguments(name))
            relays = [row[0] for row in self.show("name")]
            domains = self.relayctl("domain", "list", "-q", code=0).out.split()
            keys = self.relayctl("dkim", "list", "-q", code=0).out.split()
            present = {name in relays, f"{name}.example" in domains, f"s1@{name}.example" in keys}
            self.assertIn(present, [{True}] if finished else [{True}, {False}])

    def test_the_first_command_that_creates_the_store(self):
        longest = 1.3 * self.duration("domain", "add", "a.example", "--store", str(self.folder / "x" / "x.db"))
        for number in range(ROUNDS):
            store = str(self.folder / f"new{number}" / "relayctl.db")
            self.run_and_kill(longest, "domain", "add", "a.example", "--store", store)
            self.assertIn(self.relayctl("domain", "list", "-q", "--store", store, code=0).out, ["", "a.example\n"])
            self.relayctl("domain", "add", "b.example", "--store", store, code=0)


if __name__ == "__main__":
    unittest.main()
