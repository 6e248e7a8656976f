"""probe on a terminal: a line that says what is waited for, and is gone at the end."""

import subprocess
import sys
import unittest

from relayctl import PROGRAM, TESTS, BadServer, RelayctlTest


class TerminalTest(RelayctlTest):
    def on_terminal(self, *arguments):
        """What shows on a terminal of 80 columns, stdout and stderr together."""
        run = subprocess.run([sys.executable, "-B", TESTS / "cli" / "tty80.py", PROGRAM, *arguments],
                             capture_output=True, check=False, timeout=self.TIMEOUT, stdin=subprocess.DEVNULL,
                             env={**self.environment, "TERM": "xterm"})
        return run.returncode, run.stdout.decode()

    def probe_port(self, server, *arguments):
        endpoint = ("--port", str(server.port), "--any-port", "--security", "none", "--timeout", "8")
        return self.on_terminal("probe", server.address, *endpoint, *arguments)

    def test_a_probe_that_takes_long_says_what_it_waits_for(self):
        with BadServer("late", f"{self.lab.network}.250") as server:
            code, shown = self.probe_port(server)
        self.assertEqual(code, 0, shown)
        self.assertIn(f"\rprobing {server.address}, 0 s\x1b[K", shown)
        self.assertIn(f"\rprobing {server.address}, 3 s\x1b[K", shown)
        # The last of it is erased before the result.
        self.assertIn("\r\x1b[K" + server.address, shown)

    def test_a_probe_that_is_done_at_once_says_nothing(self):
        with BadServer("relays_all", f"{self.lab.network}.251") as server:
            code, shown = self.probe_port(server)
        self.assertEqual(code, 0, shown)
        self.assertNotIn("probing", shown)

    def test_a_trace_is_not_disturbed(self):
        with BadServer("late", f"{self.lab.network}.252") as server:
            shown = self.probe_port(server, "--trace")[1]
        self.assertIn("> EHLO", shown)
        self.assertNotIn("probing", shown)


if __name__ == "__main__":
    unittest.main()
