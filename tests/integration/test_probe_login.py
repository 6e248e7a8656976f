"""probe --login, --sender, --recipient, --open-relay, --trace at real servers and scripted ones."""

import base64
import itertools
import re
import unittest

from relayctl import BadServer, RelayctlTest

PASSWORD = "s3cr3t-pässword"
USER = "alice@example.test"
addresses = itertools.count(180)  # the last octet: a server of its own each test


def forms(secret, user):
    """How the secret may stand in a text."""
    octets = secret.encode()
    found = {octets, base64.b64encode(octets), base64.b64encode(b"\0" + user.encode() + b"\0" + octets)}
    return {form.decode().rstrip("=") for form in found}


class LoginTest(RelayctlTest):
    def setUp(self):
        super().setUp()
        self.secret, self.user = PASSWORD, USER

    def secret_file(self, text):
        path = self.home / "secret"
        path.write_text(text + "\n")
        path.chmod(0o600)
        return path

    def check_silent(self, outcome):
        for form in forms(self.secret, self.user):
            self.assertNotIn(form, outcome.out + outcome.err, outcome)
        return outcome

    def probe(self, name, *arguments, code):
        return self.check_silent(self.relayctl("probe", name, *arguments, "-o", "json", code=code))

    def ids(self, outcome):
        return self.finding_ids(outcome.item()["findings"])

    def text_of(self, outcome, finding):
        return next(item for item in outcome.item()["findings"] if item["id"] == finding)


class RealServerTest(LoginTest):
    """At Postfix with Dovecot."""

    def setUp(self):
        super().setUp()
        self.secret, self.user = self.lab.password, self.lab.user

    def add_relay(self, host="mail.relay.test", secret=None, **options):
        options = {"user": self.user, "password_file": self.secret_file(secret or self.secret), **options}
        return self.add("news", host, **options)

    def test_the_best_mechanism_is_taken(self):
        self.add_relay()
        login = self.probe("news", "--login", code=0).item()["login"]
        self.assertTrue(login["accepted"])
        self.assertTrue(login["mechanism"].startswith("SCRAM-"), login)
        self.assertTrue(login["reply"].startswith("235 "), login)
        self.assertIsNone(login["finding"])

    def test_every_mechanism_of_the_server(self):
        self.add_relay()
        for mechanism in ("plain", "login", "cram-md5", "scram-sha-256", "scram-sha-1"):
            with self.subTest(mechanism):
                outcome = self.probe("news", "--login", "--auth", mechanism, "--trace", code=0)
                self.assertEqual(outcome.item()["login"]["mechanism"], mechanism.upper())

    def test_with_tls_from_the_first_byte(self):
        self.add_relay(port=465, security="ssl")
        self.assertTrue(self.probe("news", "--login", code=0).item()["login"]["accepted"])

    def test_a_token(self):
        self.secret = self.lab.values["LAB_TOKEN"]
        self.add_relay()
        for mechanism in ("xoauth2", "oauthbearer"):
            outcome = self.probe("news", "--login", "--auth", mechanism, "--trace", code=0)
            self.assertEqual(outcome.item()["login"]["mechanism"], mechanism.upper())

    def test_a_wrong_password_is_refused_with_the_command_to_type(self):
        self.secret = "not-the-password"
        self.add_relay()
        outcome = self.probe("news", "--login", code=7)
        item = outcome.item()
        self.assertEqual((item["verdict"], item["login"]["accepted"]), ("bad", False))
        self.assertTrue(item["login"]["reply"].startswith("535 5.7.8"), outcome)
        self.assertEqual(item["login"]["finding"], "smtp-auth-wrong-password")
        self.assertIn(f"relayctl edit news --user {self.user}",
                      self.text_of(outcome, "smtp-auth-wrong-password")["remedy"])

    def test_a_password_command(self):
        path = self.secret_file(self.secret)
        self.add_relay(password_file=None, password_command=f"cat {path}")
        self.probe("news", "--login", code=0)

    def test_a_password_command_that_fails_could_not_be_checked(self):
        self.add_relay(password_file=None, password_command="echo leak-me; exit 3")
        outcome = self.relayctl("probe", "news", "--login", code=3)
        self.assertIn("exit code 3", outcome.err)
        self.assertNotIn("leak-me", outcome.out + outcome.err)

    def test_a_login_in_clear_is_not_sent(self):
        """[PROBE-21] [SMTP-SEC-04]"""
        self.add_relay("clearauth.relay.test", port=25, security="none")
        outcome = self.probe("news", "--login", "--trace", code=3)
        self.assertEqual(outcome.item()["login"]["finding"], "smtp-login-not-safe", outcome)
        self.assertNotIn("> AUTH", outcome.err)

    def test_a_login_in_clear_when_told_so(self):
        self.add_relay("clearauth.relay.test", port=25, security="none")
        outcome = self.probe("news", "--login", "--allow-cleartext-auth", "--trace", code=0)
        self.assertTrue(outcome.item()["login"]["accepted"], outcome)

    def test_a_certificate_that_does_not_verify_gets_no_login(self):
        self.add_relay("expired.relay.test")
        outcome = self.probe("news", "--login", "--allow-cleartext-auth", "--trace", code=1)
        self.assertNotIn("AUTH", outcome.err)
        self.assertFalse(outcome.item()["login"]["accepted"])

    def test_a_relay_set_not_to_verify_gets_it(self):
        self.add_relay("expired.relay.test", verify_certificate="off")
        self.assertTrue(self.probe("news", "--login", code=0).item()["login"]["accepted"])

    def test_a_host_with_user_and_password_of_the_command(self):
        """[SMTP-SEC-31]"""
        path = self.secret_file(self.secret)
        endpoint = f"{self.lab.ports[587]}:tls"
        outcome = self.probe("mail.relay.test", "--ca-file", self.lab.ca, "--any-port", "--require", endpoint,
                             "--login", "--user", self.user, "--password-file", str(path), code=0)
        self.assertTrue(outcome.item()["login"]["accepted"])
        outcome = self.relayctl("probe", "mail.relay.test", "--ca-file", self.lab.ca, "--any-port", "--port",
                                str(self.lab.ports[465]), "--security", "ssl", "--login", "--user", self.user,
                                "--password-stdin", stdin=self.secret + "\n", code=0)
        self.assertRegex(self.check_silent(outcome).out, r"\S")

    def test_a_host_without_an_endpoint(self):
        outcome = self.relayctl("probe", "mail.relay.test", "--login", "--user", "a", code=2)
        self.assertIn("--require 587:tls", outcome.err)

    def test_sender_and_recipients(self):
        """[PROBE-23]"""
        self.add_relay()
        outcome = self.probe("news", "--login", "--sender", self.user, "--recipient", self.user, "--recipient",
                             "nobody@relay.test", "--trace", code=7)
        item = outcome.item()
        self.assertTrue(item["sender"]["accepted"], outcome)
        self.assertEqual([check["accepted"] for check in item["recipients"]], [True, False], outcome)
        self.assertEqual(item["recipients"][1]["finding"], "smtp-recipient-unknown")
        self.assertNotIn("> DATA", outcome.err)
        self.assertIn("> RSET", outcome.err)

    def test_no_other_verbs_are_said_than_these(self):
        """[SMTP-SEC-44]"""
        self.add_relay()
        outcome = self.probe("news", "--login", "--sender", self.user, "--recipient", "b@example.test", "--open-relay",
                             "--trace", code=0)
        verbs = set(re.findall(r"> ([A-Z]+)", outcome.err))
        self.assertLessEqual(verbs, {"EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "RSET", "QUIT"}, outcome)
        self.assertIn("MAIL", verbs)

    def test_the_user_is_the_sender_where_none_is_given(self):
        self.add_relay()
        item = self.probe("news", "--login", "--recipient", "someone@example.com", code=0).item()
        self.assertEqual(item["sender"]["address"], self.user)

    def test_a_recipient_elsewhere_needs_a_login(self):
        self.add_relay(port=25)
        outcome = self.probe("news", "--sender", self.user, "--recipient", "someone@example.com", code=7)
        self.assertEqual(outcome.item()["recipients"][0]["finding"], "smtp-relaying-denied", outcome)

    def test_addresses_with_line_ends_are_refused(self):
        """[SMTP-SEC-24]"""
        self.add_relay()
        for address in ("a@b.test>\r\nDATA", "a\n@b.test", '"a\r\nRSET"@b.test', "a@b> NOTIFY=NEVER", "a b@c.test"):
            for option in ("--sender", "--recipient"):
                self.relayctl("probe", "news", option, address, code=2)

    def test_what_is_given_is_neither_an_option_nor_a_command(self):
        """[SMTP-SEC-27]"""
        marker = self.home / "pwned"
        self.user = f"$(touch {marker})`touch {marker}`"
        self.add_relay(user=self.user, password_file=None, password_command=f"cat {self.secret_file(self.secret)}")
        self.probe("news", "--login", code=7)
        self.assertFalse(marker.exists())
        outcome = self.probe("news", "--sender=-oQ@relay.test", "--trace", code=7)  # Postfix takes none
        self.assertIn("> MAIL FROM:<-oQ@relay.test>", outcome.err)
        self.relayctl("probe", "--", "--all", code=2)

    def test_an_open_relay(self):
        """[PROBE-24] [SMTP-SEC-38]"""
        self.add_relay("open.relay.test", port=25)
        outcome = self.probe("news", "--open-relay", "--trace", code=1)
        self.assertTrue(outcome.item()["open_relay"]["open"], outcome)
        self.assertIn("smtp-open-relay", self.ids(outcome))
        self.assertNotIn("> DATA", outcome.err)
        self.assertIn("> RSET", outcome.err)

    def test_a_server_that_does_not_relay(self):
        self.add_relay(port=25)
        outcome = self.probe("news", "--open-relay", code=0)
        self.assertFalse(outcome.item()["open_relay"]["open"], outcome)
        self.assertIn("smtp-open-relay-refused", self.ids(outcome))

    def test_a_user_where_no_login_is_offered(self):
        """[PROBE-22] [PROBE-25]"""
        self.add_relay("plain.relay.test", port=25, security="none")
        outcome = self.probe("news", code=1)
        self.assertIn("smtp-login-needs-tls", self.ids(outcome), outcome)
        self.assertRegex(self.text_of(outcome, "smtp-login-needs-tls")["remedy"], "relayctl edit news .*--no-auth")
        outcome = self.probe("news", "--login", code=1)
        self.assertEqual(outcome.item()["login"]["finding"], "smtp-auth-not-offered", outcome)
        remedy = self.text_of(outcome, "smtp-auth-not-offered")["remedy"]
        self.assertNotIn("--login", remedy)
        self.assertIn("relayctl edit news", remedy)


class ScriptedServerTest(LoginTest):
    def probe_mode(self, mode, *arguments, code, secret=PASSWORD):
        address = f"{self.lab.network}.{next(addresses)}"
        with BadServer(mode, address) as server:
            self.add("news", address, port=server.port, security="none", user=USER,
                     password_file=self.secret_file(secret))
            endpoint = ("--port", str(server.port), "--any-port", "--security", "none")
            return self.probe("news", *endpoint, "--timeout", "8", *arguments, code=code)

    def log_in(self, mode, *arguments, code, finding, secret=PASSWORD):
        outcome = self.probe_mode(mode, "--login", "--allow-cleartext-auth", "--trace", *arguments, code=code,
                                  secret=secret)
        self.assertEqual(outcome.item()["login"]["finding"], finding, outcome)
        if finding:
            self.assertIn(finding, self.ids(outcome))
        return outcome

    def test_wrong_password(self):
        self.log_in("login535", code=7, finding="smtp-auth-wrong-password")

    def test_not_now(self):
        self.log_in("login454", code=3, finding="smtp-auth-temporary")

    def test_switched_off_for_the_mailbox(self):
        self.log_in("login_disabled", code=7, finding="smtp-auth-disabled-for-mailbox")

    def test_a_server_that_proves_nothing_hears_no_more(self):
        """[PROBE-20]"""
        outcome = self.log_in("login_unproven", "--sender", USER, code=1, finding="smtp-auth-server-unproven")
        self.assertNotIn("> MAIL", outcome.err)

    def test_a_server_that_makes_the_password_cheap_to_guess_gets_no_proof(self):
        """[PROBE-20]"""
        self.log_in("login_weak", code=1, finding="smtp-auth-challenge-weak")

    def test_a_token_that_is_none_is_refused_before_anything_is_connected_to(self):
        outcome = self.probe_mode("close", "--login", "--allow-cleartext-auth", "--auth", "xoauth2", "--trace", code=2,
                                  secret="two words")
        self.assertIn("a character in the token that no token has", outcome.error()["message"])
        self.assertEqual(len(outcome.err.splitlines()), 1, outcome)

    def test_a_challenge_that_is_none(self):
        self.log_in("login_garbage", code=1, finding="smtp-auth-protocol")

    def test_a_token_without_the_scope(self):
        outcome = self.log_in("login_token", "--auth", "xoauth2", code=7, finding="smtp-auth-token-scope",
                              secret="ya29.token")
        self.assertIn("https://mail.example/", self.text_of(outcome, "smtp-auth-token-scope")["observed"])

    def test_an_address_outside_of_ascii_is_not_said_to_a_server_that_cannot_take_it(self):
        """[SMTP-SEC-39]"""
        outcome = self.probe_mode("relays_all", "--sender", "jürgen@example.test", "--trace", code=1)
        self.assertIn("smtp-utf8-not-offered", self.ids(outcome))
        self.assertNotIn("> MAIL", outcome.err)

    def test_an_address_outside_of_ascii_is_said_with_the_word_for_it(self):
        """[SMTP-SEC-39]"""
        outcome = self.probe_mode("takes_utf8", "--sender", "jürgen@example.test", "--trace", code=0)
        self.assertIn("> MAIL FROM:<jürgen@example.test> SMTPUTF8", outcome.err)

    def test_mechanisms_that_nobody_should_use(self):
        outcome = self.log_in("login_unknown", code=1, finding="smtp-auth-mechanism")
        self.assertNotIn("> AUTH", outcome.err)

    def test_a_mechanism_that_is_not_offered(self):
        self.log_in("login535", "--auth", "scram-sha-256", code=1, finding="smtp-auth-mechanism")

    def test_a_server_that_repeats_what_it_hears(self):
        outcome = self.log_in("login_echo", "--sender", USER, "--recipient", "b@example.test", code=7, finding=None)
        self.assertIn("***", outcome.item()["sender"]["reply"])
        self.assertIn("> AUTH PLAIN ***", outcome.err)

    def test_a_sender_of_somebody_else(self):
        outcome = self.log_in("login_not_owned", "--sender", "x@example.test", code=7, finding=None)
        self.assertIn(f"relayctl edit news --return-path {USER}",
                      self.text_of(outcome, "smtp-sender-not-owned")["remedy"])

    def test_relaying(self):
        for mode, code, finding in (("relays_all", 1, "smtp-open-relay"), ("relays_later", 3, "smtp-open-relay-unchecked")):
            outcome = self.probe_mode(mode, "--open-relay", code=code)
            self.assertEqual(outcome.item()["open_relay"]["finding"], finding, outcome)
            self.relayctl("delete", "news", code=0)

    def test_the_trace(self):
        outcome = self.log_in("login535", code=7, finding="smtp-auth-wrong-password")
        trace = re.sub(r"127\.[\d.]+(:\d+)?", "ADDRESS", re.sub(r"^ +\d+\.\d{3}", "TIME", outcome.err, flags=re.MULTILINE))
        trace = re.sub(r"(> EHLO) \S+", r"\1 NAME", trace)
        self.assertEqual(trace.splitlines(), [
            "TIME * connected to ADDRESS", "TIME < 220 bad.relay.test ESMTP", "TIME > EHLO NAME",
            "TIME < 250-bad.relay.test", "TIME < 250 AUTH PLAIN LOGIN", "TIME > AUTH PLAIN ***",
            "TIME < 535 5.7.8 Authentication credentials invalid", "TIME > QUIT", "TIME < 221 bye"])

    def test_control_characters_in_the_dialogue(self):
        self.probe_mode("escapes", "--trace", "--sender", USER, code=7)

    def test_as_people_read_it(self):
        address = f"{self.lab.network}.{next(addresses)}"
        with BadServer("login535", address) as server:
            self.add("news", address, port=server.port, security="none", user=USER,
                     password_file=self.secret_file(PASSWORD))
            outcome = self.relayctl("probe", "news", "--port", str(server.port), "--any-port", "--security", "none",
                                    "--login", "--allow-cleartext-auth", "-o", "table", code=7)
        self.assertIn("LOGIN  failed, PLAIN: the server refused the login: 535 5.7.8", outcome.out)
        self.assertIn("fail: the login failed\n", outcome.out)

    def test_what_belongs_to_a_login_only(self):
        for arguments in (["--user", "a"], ["--auth", "plain"], ["--allow-cleartext-auth"], ["--password-stdin"]):
            self.relayctl("probe", "mail.relay.test", *arguments, code=2)


if __name__ == "__main__":
    unittest.main()
