"""The program as a process among others: signals, closed and full outputs, several at once, an IPv6 server."""

import json
import os
import signal
import subprocess
import time
import unittest

from relayctl import PROGRAM, BadServer, RelayctlTest


class ProcessTest(RelayctlTest):
    def start(self, *arguments, **options):
        return subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                env=self.environment, **options)

    def test_ctrl_c_ends_a_probe_at_once_and_prints_what_is_known(self):
        with BadServer("silent") as server:
            self.add("silent", server.address, port=server.port, security="none")
            process = self.start("probe", "silent", "-o", "json", stdout=subprocess.PIPE)
            time.sleep(1.5)
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=10)
        self.assertEqual(process.returncode, 130)
        self.assertLess(time.monotonic() - start, 3)
        ways = json.loads(out)["items"][0]["combinations"]
        running = [way["reason"] for way in ways if way["port"] == server.port and way["security"] != "ssl"]
        self.assertEqual(running, ["interrupted"] * 2)

    def test_signals_end_a_verification_as_the_man_page_says(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGHUP, -signal.SIGHUP)):
            with self.subTest(number):
                self.end_a_verification(number, code)

    def end_a_verification(self, number, code):
        process = self.start("verify", "example.test", "--dns-server", self.lab.silent_dns, "--dns-timeout", "30",
                             stdout=subprocess.PIPE)
        time.sleep(1.5)
        start = time.monotonic()
        process.send_signal(number)
        process.communicate(timeout=10)
        self.assertEqual(process.returncode, code)
        self.assertLess(time.monotonic() - start, 3)

    def test_a_full_disk_under_the_output_is_an_error(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            process = self.start("verify", "example.test", stdout=full)
            message = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 74, message)

    def test_a_closed_pipe_ends_it_quietly(self):
        reader, writer = os.pipe()
        os.close(reader)
        process = self.start("verify", "example.test", stdout=writer)
        os.close(writer)
        message = process.communicate(timeout=60)[1]
        self.assertEqual(message, b"")

    def test_relays_added_at_the_same_time_are_all_kept(self):
        names = [f"relay{number}" for number in range(12)]
        processes = [self.start("add", name, "--host", "mail.relay.test", "--domain", f"{name}.test",
                                stdout=subprocess.DEVNULL) for name in names]
        for process in processes:
            message = process.communicate(timeout=60)[1]
            self.assertEqual(process.returncode, 0, message)
        self.assertEqual(sorted(self.relayctl("list", "-q", code=0).out.split()), sorted(names))

    def test_a_server_on_an_ipv6_address(self):
        with BadServer("helo_only", "::1") as server:
            self.add("six", "::1", port=server.port, security="none")
            outcome = self.relayctl("probe", "six", "--port", str(server.port), "--any-port", "-o", "json", code=0)
        self.assertEqual(outcome.item()["address"], "::1")


if __name__ == "__main__":
    unittest.main()
