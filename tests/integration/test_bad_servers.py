"""probe against servers that misbehave: an end in bounded time, the right exit status, nothing raw printed."""

import itertools
import unittest

from relayctl import BadServer, RelayctlTest

addresses = itertools.count(100)  # the last octet: a server of its own each test


class BadServerTest(RelayctlTest):
    TIMEOUT = 45

    def probe(self, mode, code, security="tls"):
        """Probes a relay on port 587 whose server misbehaves, on 25 and 465 too."""
        address = f"{self.lab.network}.{next(addresses)}"
        with BadServer(mode, address, tuple(self.lab.ports.values())):
            self.add("bad", address, security=security)
            return self.relayctl("probe", "bad", "--timeout", "8", "-o", "json", code=code)

    def problem(self, outcome):
        """Of the configured endpoint."""
        return next(cell["problem"] for cell in outcome.item()["combinations"] if cell["configured"])

    def expect(self, mode, code, problem, security="tls"):
        outcome = self.probe(mode, code, security)
        self.assertEqual(self.problem(outcome), problem, outcome)
        return outcome

    def test_silence_could_not_be_checked(self):
        """[SMTP-SEC-19]"""
        self.expect("silent", 3, "no-greeting")

    def test_a_close_before_the_greeting(self):
        """[SMTP-SEC-35]"""
        self.expect("close", 1, "closed-early")

    def test_a_line_of_ten_megabytes_is_cut_short(self):
        """[SMTP-SEC-15]"""
        outcome = self.probe("flood10mb", 1)
        self.assertIn(self.problem(outcome), ("line-too-long", "not-smtp"))
        self.assertLess(len(outcome.out), 100_000)

    def test_binary_is_not_smtp(self):
        self.expect("binary", 1, "not-smtp")

    def test_a_web_server_is_known_by_its_answer_to_tls(self):
        outcome = self.expect("web", 1, "not-smtp")
        self.assertIn("HTTP answers, not SMTP", outcome.out)
        self.assertLess(outcome.seconds, 4)

    def test_a_greeting_of_a_thousand_lines_is_too_long(self):
        self.expect("long_greeting", 1, "reply-too-long")

    def test_a_greeting_without_end_is_too_long(self):
        """[SMTP-SEC-16]"""
        self.expect("endless_greeting", 1, "reply-too-long")

    def test_one_octet_a_second_could_not_be_checked(self):
        """[SMTP-SEC-17]"""
        outcome = self.expect("drip", 3, "no-greeting")
        self.assertLess(outcome.seconds, 30)

    def test_terminal_escapes_are_never_printed_raw(self):
        """[SMTP-SEC-22]"""
        self.probe("escapes", 0, security="none")

    def test_terminal_escapes_are_escaped_in_the_table(self):
        """[SMTP-SEC-22]"""
        address = f"{self.lab.network}.{next(addresses)}"
        with BadServer("escapes", address, tuple(self.lab.ports.values())):
            self.add("bad", address, security="tls")
            for form in ("table", "tsv", "jsonl"):
                self.relayctl("probe", "bad", "--timeout", "8", "-o", form, code=1)

    def test_bytes_behind_the_go_ahead_for_tls_are_an_attack(self):
        """[SMTP-SEC-01]"""
        outcome = self.expect("inject", 1, "data-before-tls")
        self.assertNotIn('"INJECTED"', outcome.out)

    def test_a_part_of_a_line_behind_the_go_ahead_is_one_too(self):
        """[SMTP-SEC-01]"""
        self.expect("inject_part", 1, "data-before-tls")

    def test_a_handshake_that_never_comes_could_not_be_checked(self):
        outcome = self.expect("starttls_stall", 3, "handshake-timeout")
        self.assertIn("tls-handshake-timeout", self.found(outcome))

    def test_a_reply_to_ehlo_that_never_comes_could_not_be_checked(self):
        outcome = self.expect("ehlo_stall", 3, "reply-timeout")
        self.assertIn("smtp-reply-timeout", self.found(outcome))

    def test_a_handshake_that_is_refused(self):
        self.expect("starttls_alert", 1, "handshake-failed")

    def test_a_temporary_refusal_of_starttls_could_not_be_checked(self):
        """[SMTP-SEC-02]"""
        self.expect("starttls454", 3, "starttls-refused")

    def test_starttls_that_is_not_offered_is_never_skipped(self):
        """[SMTP-SEC-02]"""
        self.expect("no_starttls", 1, "starttls-missing")

    def test_starttls_that_a_firewall_took_away(self):
        """[SMTP-SEC-02]"""
        self.expect("stripped", 1, "starttls-missing")

    def test_a_server_without_ehlo_works_in_clear(self):
        self.expect("helo_only", 0, "none", security="none")

    def test_a_server_without_ehlo_has_no_starttls(self):
        self.expect("helo_only", 1, "starttls-missing")

    def test_a_greeting_that_refuses_for_good(self):
        self.expect("banner554", 1, "greeting-refused")

    def found(self, outcome):
        return [finding["id"] for finding in outcome.item()["findings"]]

    def test_a_greeting_that_names_a_block_list(self):
        """[PROBE-01]"""
        self.assertEqual(self.found(self.expect("banner_listed", 1, "greeting-refused")), ["smtp-client-blocklisted"])

    def test_a_greeting_of_too_many_connections(self):
        """[PROBE-01]"""
        self.assertEqual(self.found(self.expect("banner421", 3, "greeting-refused")), ["smtp-too-many-connections"])

    def test_a_server_without_ehlo_is_told(self):
        """[PROBE-04]"""
        self.assertIn("smtp-no-ehlo", self.found(self.expect("helo_only", 0, "none", security="none")))

    def test_a_rewritten_dialogue_is_told_in_clear_too(self):
        """[PROBE-06]"""
        self.assertIn("smtp-dialogue-rewritten", self.found(self.expect("stripped", 0, "none", security="none")))

    def test_a_greeting_that_refuses_for_now(self):
        """[SMTP-SEC-35]"""
        self.expect("banner421", 3, "greeting-refused")

    def test_a_web_server_is_not_smtp(self):
        """[SMTP-SEC-41]"""
        self.expect("http", 1, "not-smtp")

    def test_an_imap_server_is_not_smtp(self):
        """[SMTP-SEC-41]"""
        self.expect("imap", 1, "not-smtp")

    def test_a_late_greeting_is_waited_for(self):
        """[SMTP-SEC-18]"""
        outcome = self.expect("late", 0, "none", security="none")
        self.assertNotIn("smtp-greeting-slow", self.found(outcome))

    def test_relays_with_one_host_take_their_turns(self):
        address = f"{self.lab.network}.{next(addresses)}"
        with BadServer("silent", address, (self.lab.ports[587],)):
            self.add("first", address, security="none")
            self.add("second", address, security="none", mail_type="workflow")
            outcome = self.relayctl("probe", "first", "second", "--port", str(self.lab.ports[587]), "--any-port",
                                    "--security", "none", "--timeout", "1", code=3)
        self.assertGreaterEqual(outcome.seconds, 2, outcome)

    def test_a_greeting_that_takes_very_long_is_told(self):
        """[SMTP-SEC-18] [PROBE-13]"""
        self.assertIn("smtp-greeting-slow", self.found(self.expect("very_late", 0, "none", security="none")))

    def test_a_size_that_is_no_number_is_told(self):
        """[SMTP-SEC-21] [PROBE-13]"""
        outcome = self.expect("odd_size", 0, "none", security="none")
        self.assertIn("smtp-size-unreadable", self.found(outcome))
        cell = next(cell for cell in outcome.item()["combinations"] if cell["configured"])
        self.assertIsNone(cell["before_tls"]["size"])
        self.assertEqual(cell["before_tls"]["auth"], ["PLAIN"])


if __name__ == "__main__":
    unittest.main()
