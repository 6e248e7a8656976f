"""probe against a second server, Dovecot's submission service, which begins in clear on 587 and with TLS on 465."""

import unittest

from relayctl import RelayctlTest

HOST = "dovecot.relay.test"
MECHANISMS = ("plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256")


class DovecotTest(RelayctlTest):
    def add_relay(self, secret, **options):
        path = self.home / "secret"
        path.write_text(secret + "\n")
        path.chmod(0o600)
        self.add("dovecot", HOST, user=self.lab.user, password_file=path, **options)

    def probe(self, *arguments, code):
        return self.relayctl("probe", "dovecot", "-o", "json", *arguments, code=code)

    def test_what_each_port_speaks(self):
        self.add("dovecot", HOST)
        ports = [word for port in (465, 587) for word in ("--port", str(self.lab.ports[port]))]
        nominal = {self.lab.ports[port]: port for port in (465, 587)}
        cells = self.probe("--any-port", *ports, code=0).item()["combinations"]
        self.assertEqual({(nominal[cell["port"]], cell["security"]): cell["problem"] for cell in cells}, {
            (465, "none"): "implicit-tls-port", (465, "tls"): "implicit-tls-port", (465, "ssl"): "none",
            (587, "none"): "none", (587, "tls"): "none", (587, "ssl"): "plain-port"})

    def test_what_is_offered_before_and_after_tls(self):
        """[SMTP-SEC-03] [SMTP-SEC-21]"""
        self.add("dovecot", HOST)
        cell = next(cell for cell in self.probe(code=0).item()["combinations"] if cell["configured"])
        self.assertNotIn("PLAIN", cell["before_tls"]["auth"])
        self.assertIn("SCRAM-SHA-256", cell["before_tls"]["auth"])
        self.assertIn("PLAIN", cell["after_tls"]["auth"])
        self.assertIsNone(cell["after_tls"]["size"])  # SIZE without a number: no limit is told
        self.assertIn("PIPELINING", cell["after_tls"]["keywords"])

    def test_every_mechanism_logs_in(self):
        self.add_relay(self.lab.password)
        for mechanism in MECHANISMS:
            login = self.probe("--login", "--auth", mechanism, code=0).item()["login"]
            self.assertEqual((login["mechanism"], login["accepted"]), (mechanism.upper(), True))

    def test_a_login_with_tls_from_the_first_byte(self):
        self.add_relay(self.lab.password, port=465, security="ssl")
        login = self.probe("--login", code=0).item()["login"]
        self.assertEqual((login["mechanism"], login["accepted"]), ("SCRAM-SHA-256", True))

    def test_a_token_logs_in(self):
        self.add_relay(self.lab.values["LAB_TOKEN"])
        for mechanism in ("xoauth2", "oauthbearer"):
            self.assertTrue(self.probe("--login", "--auth", mechanism, code=0).item()["login"]["accepted"])

    def test_a_wrong_password_is_told(self):
        self.add_relay("not-the-password")
        for mechanism in MECHANISMS:
            login = self.probe("--login", "--auth", mechanism, code=7).item()["login"]
            self.assertEqual((login["finding"], login["accepted"]), ("smtp-auth-wrong-password", False), mechanism)

    def test_sender_and_recipient_behind_a_login_and_without(self):
        self.add_relay(self.lab.password)
        asked = ("--sender", self.lab.user, "--recipient", "b@example.test")
        item = self.probe("--login", *asked, code=0).item()
        self.assertTrue(item["sender"]["accepted"])
        self.assertEqual([one["accepted"] for one in item["recipients"]], [True])
        item = self.probe(*asked, code=7).item()
        self.assertEqual(item["sender"]["finding"], "smtp-auth-required", item)

    def test_mail_goes_through_it(self):
        self.add_relay(self.lab.password)
        mail = f"From: {self.lab.user}\nTo: b@example.test\nSubject: through Dovecot\n\nhello\n"
        self.relayctl("send", "--relay", "dovecot", "-f", self.lab.user, "b@example.test", stdin=mail, code=0)


if __name__ == "__main__":
    unittest.main()
