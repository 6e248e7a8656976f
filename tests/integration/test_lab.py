"""The lab itself: what the other tests stand on."""

import smtplib
import socket
import ssl
import subprocess
import unittest

from relayctl import BAD_SERVER, BadServer, LAB_PROGRAM, RelayctlTest


class LabTest(RelayctlTest):
    def test_every_server_runs(self):
        status = subprocess.run([LAB_PROGRAM, "status", str(self.lab.directory)], capture_output=True, text=True,
                                check=False)
        self.assertEqual(status.returncode, 0, status.stdout + status.stderr)
        self.assertEqual(sorted(line.split()[2] for line in status.stdout.splitlines()),
                         ["dovecot"] + ["https"] * self.lab.https + ["knot", "nsd", "policy", "postfix", "silent-dns", "sink"])

    def test_a_message_for_elsewhere_ends_in_the_sink(self):
        context = ssl.create_default_context(cafile=self.lab.ca)
        context.check_hostname = False
        with smtplib.SMTP(self.lab.address, self.lab.ports[587], timeout=20) as client:
            client.starttls(context=context)
            client.login(self.lab.user, self.lab.password)
            refused = client.sendmail("a@example.test", ["b@elsewhere.example"], "Subject: to the sink\r\n\r\nx\r\n")
        self.assertEqual(refused, {})

    def test_the_silent_name_server_answers_nothing(self):
        host, port = self.lab.silent_dns.split(":")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(0.5)
            client.connect((host, int(port)))
            client.send(b"\0\1\1\0\0\1\0\0\0\0\0\0\0\0\1\0\1")
            self.assertRaises(socket.timeout, client.recv, 512)

    def test_a_bad_server_ends_when_its_standard_input_closes(self):
        with BadServer("http") as server:
            with socket.create_connection((server.address, server.port), timeout=5) as client:
                self.assertEqual(client.recv(4), b"HTTP")
        self.assertEqual(server.process.returncode, 0)

    def test_an_unknown_mode_of_the_bad_server_is_refused(self):
        run = subprocess.run([BAD_SERVER, "no-such-mode"], capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 2)


if __name__ == "__main__":
    unittest.main()
