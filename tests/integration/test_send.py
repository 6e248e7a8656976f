"""send: what arrives at Postfix and at scripted servers, and what is counted when it does not."""

import json
import os
import sqlite3
import subprocess
import time
import unittest

import dkim_peers
from relayctl import PROGRAM
from sending import MESSAGE, Script, SendTest

class ScriptedTest(SendTest):
    def test_a_message_is_read_back_byte_for_byte(self):
        """[SMTP-SEC-26] Bare CR and LF leave as CRLF, dots are doubled, the end is there once."""
        body = "a\nb\rc\r\n.\r\n..x\n.y\r\nlast line"
        with Script() as server:
            self.add_script("news", server)
            item = self.send("-i", "ann@sink.example", stdin=MESSAGE + body).item()
        self.assertEqual((item["result"], item["queue_id"], item["accepted"]), ("accepted", "ABC123", 1))
        self.assertEqual(item["message_id"], "<one@example.test>")
        wire, whole = server.messages[0]
        self.assertTrue(whole)
        self.assertEqual(wire.decode(), MESSAGE + "a\r\nb\r\nc\r\n..\r\n...x\r\n..y\r\nlast line\r\n")
        self.assertIn("MAIL FROM:<joe@example.test> SIZE=", "\n".join(server.commands))
        self.assertEqual((self.counted(), self.log()), (1, [("news", "accepted", 1)]))

    def test_without_i_a_line_of_one_dot_ends_the_message(self):
        with Script() as server:
            self.add_script("news", server)
            cut = self.send("ann@sink.example", stdin=MESSAGE + ".\nNot this.\n")
            self.assertIn("warning: a line of a single dot has ended the message, and what follows it is not sent\n"
                          "  hint: with -i", cut.err)
            self.assertEqual(self.sendmail("ann@sink.example", stdin=MESSAGE + ".\nNot this.\n").stderr, b"")
            self.assertEqual(self.send("ann@sink.example", stdin=MESSAGE + ".\n").err, "")
            # What is read at once ends with the dot.
            filler = "x" * (65536 - len(MESSAGE) - 3) + "\n.\n"
            self.assertIn("hint: with -i", self.send("ann@sink.example", stdin=MESSAGE + filler + "Not this.\n").err)
            self.assertEqual(self.send("ann@sink.example", stdin=MESSAGE + filler).err, "")
        self.assertEqual([wire.decode() for wire, _ in server.messages[:3]], [MESSAGE] * 3)

    def test_what_is_missing_is_added_and_bcc_stays_here(self):
        message = ("From: joe@example.test\nTo: ann@sink.example\nBcc: secret@sink.example\nX-Mail-Type: mass\n\nHi.\n")
        with Script() as server:
            self.add_script("news", server, mail_type="mass")
            item = self.send("-t", stdin=message).item()
        text = server.messages[0][0].decode()
        self.assertEqual(item["accepted"], 2)
        self.assertIn("RCPT TO:<secret@sink.example>", server.commands)
        self.assertNotIn("secret", text)
        self.assertNotIn("X-Mail-Type", text)
        self.assertRegex(text, r"(?m)^Date: ")
        self.assertIn(f"Message-ID: {item['message_id']}\r\n", text)

    def test_a_connection_lost_behind_the_dot_is_not_sent_again(self):
        """[SMTP-SEC-34] It may have been delivered: counted, told, no other relay."""
        with Script({"dot": None}) as server, Script() as other:
            self.add_script("news", server)
            self.add_script("own", other, fallback=True)
            outcome = self.send("ann@sink.example", code=75)
        self.assertEqual(outcome.item()["result"], "unknown")
        self.assertIn("may have been accepted", outcome.err)
        self.assertEqual(other.messages, [])
        self.assertEqual((self.counted(), self.log()), (1, [("news", "unknown", 0)]))

    def test_a_connection_lost_within_the_message_is_no_success(self):
        with Script({"DATA": None}) as server:
            self.add_script("news", server)
            self.assertEqual(self.send("ann@sink.example", code=75).item()["result"], "deferred")
        self.assertEqual(self.counted(), 0)

    def test_one_of_two_recipients_is_refused(self):
        with Script({"RCPT": ["250 ok", "550 5.1.1 no such user"]}) as server:
            self.add_script("news", server)
            outcome = self.send("ann@sink.example", "bob@sink.example", code=7)
        self.assertEqual([one["accepted"] for one in outcome.item()["recipients"]], [True, False])
        self.assertIn("not to bob@sink.example: 550 5.1.1 no such user", outcome.err)
        self.assertEqual((self.counted(), len(server.messages)), (1, 1))

    def test_each_recipient_that_was_not_taken_is_told(self):
        with Script({"RCPT": ["450 4.2.0 later", "550 5.1.1 no such user"]}) as server:
            self.add_script("news", server)
            outcome = self.send("ann@sink.example", "bob@sink.example", code=75)
        self.assertIn("not to ann@sink.example: 450 4.2.0 later\n", outcome.err)
        self.assertIn("not to bob@sink.example: 550 5.1.1 no such user\n", outcome.err)

    def test_of_very_many_recipients_the_first_are_told(self):
        with Script({"RCPT": "550 5.1.1 no such user"}) as server:
            self.add_script("news", server)
            outcome = self.send(*(f"r{i}@sink.example" for i in range(60)), code=7)
        self.assertEqual(outcome.err.count(": 550 5.1.1 no such user\n"), 51)
        self.assertIn("relayctl: not to 10 more recipients: --output json tells of each\n", outcome.err)
        self.assertEqual(len(outcome.item()["recipients"]), 60)

    def test_without_a_store_its_place_is_told(self):
        outcome = self.sendmail("ann@sink.example")
        self.assertEqual(outcome.returncode, 78)
        self.assertIn(b"there is no store at", outcome.stderr)

    def test_a_refusal_gives_the_reservation_back(self):
        with Script({"MAIL": "550 5.7.1 no"}) as server:
            self.add_script("news", server)
            self.assertEqual(self.send("ann@sink.example", code=7).item()["result"], "refused")
        self.assertEqual((self.counted(), self.log()), (0, [("news", "refused", 0)]))

    def test_421_in_the_middle_is_try_later(self):
        with Script({"RCPT": "421 4.3.2 shutting down"}) as server:
            self.add_script("news", server)
            self.assertEqual(self.send("ann@sink.example", code=75).item()["result"], "deferred")
        self.assertEqual(self.counted(), 0)

    def test_a_limit_of_our_own_takes_the_next_relay_and_says_so(self):
        with Script() as server, Script() as other:
            self.add_script("news", server, daily_limit=1)
            self.add_script("own", other, fallback=True)
            self.send("ann@sink.example")
            self.send("--over", "defer", "ann@sink.example", code=75)
            self.send("--over", "reject", "ann@sink.example", code=7)
            outcome = self.send("ann@sink.example")
        self.assertEqual((outcome.item()["relay"], outcome.item()["passed_over"]), ("own", ["news"]))
        self.assertIn("not through news: its daily limit is reached: through own", outcome.err)
        self.assertEqual((len(server.messages), len(other.messages), self.counted()), (1, 1, 2))
        self.assertEqual(self.log(), [("news", "accepted", 1), ("news", "deferred", 0), ("news", "refused", 0),
                                      ("own", "accepted", 1)])

    def test_mail_that_no_relay_is_set_up_for_goes_to_the_fallback_and_says_so(self):
        with Script() as server:
            self.add_script("own", server, fallback=True)
            outcome = self.send("ann@sink.example")
            self.assertIn("no relay takes individual mail from example.test: through own", outcome.err)
            self.assertNotIn("no relay takes", self.send("--relay", "own", "ann@sink.example").err)
        line = self.relayctl("log", "-o", "json", code=0).items()[0]
        self.assertEqual(line["instead_of"], "no relay takes individual mail from example.test")

    def test_a_limit_that_the_server_tells_counts_as_reached(self):
        for reply, verb in (("550 5.4.5 Daily user sending limit exceeded", "MAIL"),
                            ("454 Throttling failure: Daily message quota exceeded", "dot")):
            with self.subTest(reply), Script({verb: reply}) as server, Script() as other:
                self.store.unlink(missing_ok=True)
                self.add_script("news", server)
                self.add_script("own", other, fallback=True)
                outcome = self.send("ann@sink.example")
                self.assertEqual((outcome.item()["relay"], outcome.item()["passed_over"]), ("own", ["news"]))
                self.assertIn("news says that its limit is reached: ", outcome.err)
                self.assertEqual(self.log(), [("news", "deferred" if reply[0] == "4" else "refused", 0), ("own", "accepted", 1)])
                seen = len(server.commands)
                self.send("ann@sink.example")
                self.assertEqual(len(server.commands), seen)

    def test_a_limit_that_soon_passes_is_not_the_end_of_the_day(self):
        """Another relay takes the message, or it is to be tried later; the next one is tried here again."""
        for reply, verb in (("454 Throttling failure: Maximum sending rate exceeded", "dot"), ("452 4.5.3 Too many recipients", "RCPT"),
                            ("421 4.7.0 unusual rate of mail", "dot"), ("421 4.7.0 too many connections from 192.0.2.1", "greeting"),
                            ("550 Domain example.test has exceeded the max emails per hour (9/9 (100%)) allowed", "dot")):
            with self.subTest(reply), Script({verb: [reply, reply, "220 ok" if verb == "greeting" else "250 ok"]}) as server, Script() as other:
                self.store.unlink(missing_ok=True)
                self.relayctl("config", "set", "failures-to-trip", "1", code=0)
                self.add_script("news", server)
                outcome = self.send("ann@sink.example", code=75)
                self.assertEqual((outcome.item()["limit_reached"], outcome.item()["limited_for_now"]), (False, True))
                self.assertIn("news takes no more mail for now: ", outcome.err)
                self.add_script("own", other, fallback=True)
                outcome = self.send("ann@sink.example")
                self.assertEqual((outcome.item()["relay"], outcome.item()["passed_over"]), ("own", ["news"]))
                self.assertIn("not through news: it takes no more mail for now: through own", outcome.err)
                self.assertEqual(self.send("ann@sink.example").item()["relay"], "news")
                self.assertEqual(self.relayctl("quota", "news", "-o", "json", code=0).item()["state"], "ok")

    def test_each_relay_has_a_connection_of_its_own(self):
        """[SMTP-SEC-36] Two relays at the same host and port."""
        with Script({"MAIL": ["550 5.4.5 Daily user sending limit exceeded", "250 ok"]}) as server:
            self.add_script("news", server)
            self.add_script("own", server, fallback=True)
            self.assertEqual(self.send("ann@sink.example").item()["relay"], "own")
        self.assertEqual([line.split(" ")[0] for line in server.commands],
                         ["EHLO", "MAIL", "RSET", "QUIT", "EHLO", "MAIL", "RCPT", "DATA", "QUIT"])

    def test_one_relay_and_no_other(self):
        with Script({"MAIL": "550 5.4.5 Daily user sending limit exceeded"}) as server, Script() as other:
            self.add_script("news", server, mail_type="mass")
            self.add_script("own", other, fallback=True)
            self.send("--relay", "news", "ann@sink.example", code=75)
            self.send("--relay", "nwes", "ann@sink.example", code=4)
        self.assertEqual(other.messages, [])

    def test_sendmail_letters(self):
        with Script() as server:
            self.add_script("news", server)
            run = self.sendmail("-ti", "-oem", "-fbounce@example.test", stdin=MESSAGE + ".\n")
            self.assertEqual((run.returncode, run.stdout, run.stderr), (0, b"", b""))
            self.assertTrue(server.messages[0][0].endswith(b"\r\n..\r\n"))
            self.assertTrue(any(line.startswith("MAIL FROM:<bounce@example.test>") for line in server.commands))
            run = self.sendmail("-t", "-i", "-fwww@example.test", "-F", "Web", stdin="To: ann@sink.example\nSubject: x\n\nx\n")
            self.assertEqual((run.returncode, run.stderr), (0, b""))
            self.assertIn(b'From: "Web" <www@example.test>\r\n', server.messages[1][0])
            self.assertEqual(self.sendmail("-t", stdin="To: ann@sink.example\n\nx\n").returncode, 65)
            self.assertEqual(self.sendmail("-bs").returncode, 64)
            self.assertEqual(self.sendmail("x", stdin="no header").returncode, 64)
        self.assertEqual(self.sendmail("ann@sink.example").returncode, 75)

    def test_sendmail_ends_with_the_code_of_the_reason(self):
        """sysexits.h; `send` itself has one code for all that is refused, and 2 for a message that is none."""
        for replies, code, own in (({"RCPT": "550 5.1.1 no such user"}, 67, 7), ({"RCPT": "550 5.1.2 no such domain"}, 68, 7),
                                   ({"RCPT": "554 5.7.1 Relay access denied"}, 77, 7),
                                   ({"RCPT": ["550 5.1.1 no such user", "552 5.2.2 mailbox full"]}, 69, 7),
                                   ({"RCPT": ["250 ok", "550 5.1.1 no such user"]}, 67, 7),
                                   ({"MAIL": "530 5.7.0 Authentication required"}, 77, 7), ({"dot": "554 5.6.0 spam"}, 69, 7),
                                   ({"RCPT": "450 4.2.0 later"}, 75, 75), ({"dot": None}, 75, 75)):
            with self.subTest(replies), Script(replies) as server:
                self.add_script("news", server)
                before = [list(answer) if isinstance(answer, list) else answer for answer in server.replies.values()]
                run = self.sendmail("ann@sink.example", "bob@sink.example")
                self.assertEqual((run.returncode, run.stdout), (code, b""), run.stderr)
                server.replies = dict(zip(server.replies, before))
                outcome = self.send("ann@sink.example", "bob@sink.example", code=own)
                self.assertEqual(outcome.item()["exit"], own)
                self.relayctl("delete", "news", code=0)
        run = self.sendmail("ann@sink.example")
        self.assertEqual(run.returncode, 78, run.stderr)
        for message in ("", "no header\n", "To: ann@sink.example\n\nHi.\n", "From: a@example.test\nFrom: b@example.test\n\n",
                        MESSAGE.replace("Subject", "X-Mail-Type: sometimes\r\nSubject")):
            self.assertEqual(self.sendmail("ann@sink.example", stdin=message).returncode, 65, message)
            document = json.loads(self.send("ann@sink.example", stdin=message, code=2).err)
            self.assertEqual((document["error"]["id"], document["error"]["exit"]), ("usage", 2))
            self.relayctl("send", "--silent", "ann@sink.example", stdin=message, code=2)
        self.assertEqual(self.sendmail().returncode, 64)
        self.assertEqual(self.sendmail("not an address").returncode, 64)
        self.assertEqual(self.sendmail("-t", stdin="From: joe@example.test\n\n").returncode, 64)
        with Script() as server:
            self.add_script("news", server, return_path="managed")
            self.assertEqual(self.sendmail("ann@sink.example").returncode, 78)

    def test_bad_input_sends_nothing_and_counts_nothing(self):
        """[SMTP-SEC-25]"""
        with Script() as server:
            self.add_script("news", server)
            for message in ("", "no header at all", "To: ann@sink.example\n\nHi.\n", "From: a@example.test\nFrom: b@example.test\n\n",
                            "From: joe@example.test\nbroken line\n\nHi.\n"):
                self.send("ann@sink.example", stdin=message, code=2)
            for recipient in ("ann@sink.example\r\nRCPT TO:<eve@sink.example>", "ann\n@sink.example", "x" * 65 + "@sink.example",
                              "", '"unclosed@sink.example', "ann"):
                self.send("--", recipient, code=2)
            self.send("-f", "joe@example.test>\r\nDATA", "ann@sink.example", code=2)
            self.send(code=2)
            self.assertEqual(server.commands, [])

    def test_managed_return_path_is_the_setting_of_the_store(self):
        with Script() as server:
            self.add_script("news", server, return_path="managed")
            self.assertIn("managed-return-path", self.send("ann@sink.example", code=2).err)
            self.assertEqual(self.counted(), 0)
            self.relayctl("config", "set", "managed-return-path", "bounce@platform.test", code=0)
            self.assertEqual(self.send("ann@sink.example").item()["sender"], "bounce@platform.test")
            self.assertEqual(self.send("-f", "<>", "ann@sink.example").item()["sender"], "<>")

    def test_a_dry_run_sends_and_counts_nothing(self):
        with Script() as server:
            self.add_script("news", server)
            run = subprocess.run([PROGRAM, "send", "--dry-run", "ann@sink.example"], input=MESSAGE.replace("\r", "").encode(),
                                 capture_output=True, check=True, timeout=60, env=self.environment)
            self.assertEqual(server.commands, [])
        head, _, message = run.stdout.decode().partition("\n\n")
        self.assertIn("recipient  <ann@sink.example>", head)
        self.assertEqual((self.counted(), message), (0, MESSAGE))

    def test_ten_thousand_recipients(self):
        with Script(ehlo="250-script.relay.test\r\n250 PIPELINING\r\n") as server:
            self.add_script("news", server)
            message = "From: joe@example.test\nBcc: " + ",\n ".join(f"r{i}@sink.example" for i in range(10_000)) + "\n\nHi.\n"
            self.assertEqual(self.send("-t", stdin=message).item()["accepted"], 10_000)

    def test_eight_bits_need_a_server_that_takes_them(self):
        with Script(ehlo="250 script.relay.test\r\n") as server:
            self.add_script("news", server)
            self.assertEqual(self.send("ann@sink.example", stdin=MESSAGE + "grün\n", code=7).item()["result"], "unable")
        self.assertEqual((self.counted(), server.messages), (0, []))

    def test_three_relays_that_cannot_be_reached_trip(self):
        with Script() as server:
            self.add_script("news", server)
        for _ in range(3):
            outcome = self.send("ann@sink.example", code=75)
        self.assertIn("relay news is out of use until ", outcome.err)
        self.assertEqual((self.counted(), outcome.item()["stage"]), (0, "connect"))
        self.send("ann@sink.example", code=75)


class RealServerTest(SendTest):
    """At the lab's Postfix."""

    def test_starttls_login_and_a_signature_that_holds(self):
        self.relayctl("dkim", "generate", "example.test", "--selector", "snd", "--algorithm", "rsa", code=0)
        self.add_lab_relay(dkim_selector="snd")
        refused = self.relayctl("send", "ann@sink.example", stdin=MESSAGE, code=75)
        self.assertIn("while its DKIM key snd@example.test is pending", refused.err)
        self.assertIn("hint: relayctl dkim activate snd@example.test", refused.err)
        forced = self.send("--force", "ann@sink.example").item()
        self.assertEqual((forced["result"], forced["signatures"]), ("accepted", ["snd@example.test"]))
        self.relayctl("dkim", "activate", "snd@example.test", "--force", code=0)
        value = self.relayctl("dkim", "record", "snd@example.test", "--form", "value", code=0).out.strip()
        mark = f"mark-{os.getpid()}-{time.time_ns()}"
        item = self.send("ann@sink.example", stdin=MESSAGE + mark + "\r\n.x\r\n").item()
        self.assertEqual((item["result"], item["signatures"]), ("accepted", ["snd@example.test"]))
        self.assertTrue(item["tls"].startswith("TLSv1."), item)
        self.assertTrue(item["queue_id"], item)
        octets = self.arrived(mark)
        at = octets.index(b"DKIM-Signature:")
        message = octets[at:].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        peers = dkim_peers.available()
        self.assertTrue(peers, "none of the verifiers is installed")
        for name, verify in peers.items():
            found = verify({"sent": message}, {"snd._domainkey.example.test": value})
            self.assertEqual(found, {"sent": ["pass"]}, name)

    def test_with_tls_from_the_first_byte(self):
        self.add_lab_relay(port=465, security="ssl")
        self.assertEqual(self.send("ann@sink.example").item()["result"], "accepted")

    def test_a_certificate_that_does_not_verify_gets_no_mail(self):
        self.add("news", "expired.relay.test", mail_type="individual", return_path="from")
        outcome = self.send("ann@sink.example", code=75)
        self.assertEqual(outcome.item()["stage"], "tls")
        self.assertIn("certificate", outcome.err)
        self.assertEqual(self.counted(), 0)


class StoreTest(SendTest):
    def test_a_store_that_cannot_be_written_sends_nothing(self):
        with Script() as server:
            self.add_script("news", server)
            limit = f"ulimit -f 0; exec {PROGRAM} send ann@sink.example"
            run = subprocess.run(["/bin/bash", "-c", limit], input=MESSAGE.encode(), capture_output=True,
                                 check=False, timeout=60, env=self.environment)
            self.assertEqual((run.returncode, server.commands), (74, []), run.stderr)

    def test_log_lines_are_one_line(self):
        """[SMTP-SEC-23]"""
        with Script({"MAIL": "550 no\x1b[31m\x01"}) as server:
            self.add_script("news", server)
            self.send("ann@sink.example", code=7)
        with sqlite3.connect(self.store) as store:
            text = "\n".join(row for row in store.iterdump() if "550 no" in row)
        self.assertNotRegex(text, "[\x01\x1b]")
        self.assertIn(r"\x1b", text.lower())


if __name__ == "__main__":
    unittest.main()
