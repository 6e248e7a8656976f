"""send against real servers: Postfix as it is set up in the lab, and smtp-sink; what arrives is read back byte for byte."""

import json
import os
import subprocess
import time
import unittest

from relayctl import PROGRAM
from sending import Script, SendTest, Sink

HEAD = ("From: Joe <joe@example.test>\nTo: ann@sink.example\nSubject: hello\n"
        "Date: Tue, 24 Nov 2026 12:00:00 +0000\nMessage-ID: <one@example.test>\n")
# Dots at the beginning of lines, long lines, eight bits, and nothing at the end.
BODY = ("\n.\n..\n.x\n...y\nx.\n" + "w" * 998 + "\n" + "v" * 5000 + "\n." + "u" * 70_000 + "\n"
        "gr\u00fcn \u3042\n\x01\x7f\t\n \nFrom here\n>From there\n.last")


class ServerTest(SendTest):
    def send_octets(self, *arguments, stdin, code=0):
        run = subprocess.run([PROGRAM, "send", "-o", "json", *arguments], input=stdin, capture_output=True, check=False,
                             timeout=self.TIMEOUT, env=self.environment)
        self.assertEqual(run.returncode, code, run.stderr)
        return json.loads(run.stdout)["items"][0]

    def mark(self):
        return f"mark-{os.getpid()}-{time.time_ns()}"


class SinkTest(ServerTest):
    def test_data_arrives_byte_for_byte(self):
        """[SMTP-SEC-26]"""
        sent = (HEAD + BODY).encode()
        for options in ((), ("-p",), ("-e",)):
            with self.subTest(options), Sink(*options) as sink:
                self.store.unlink(missing_ok=True)
                self.add_script("news", sink)
                without_8bit = "-e" in options
                text = sent.replace("gr\u00fcn \u3042".encode(), b"ascii") if without_8bit else sent
                for octets in (text, text.replace(b"\n", b"\r\n"), text.replace(b"\n.\n", b"\r.\r\n")):
                    self.send_octets("-i", "ann@sink.example", stdin=octets)
                kept = [message for _, message in sink.messages()]
                self.assertEqual(len(kept), 3)
                for message in kept:
                    self.assertEqual(message.rstrip(b"\n"), text.rstrip(b"\n"))

    def test_the_envelope(self):
        with Sink() as sink:
            self.add_script("news", sink)
            self.send("-f", "bounce@example.test", "-N", "success,failure", "-R", "hdrs", "-V", "id+1=2", "ann@sink.example",
                      "bob@sink.example")
            self.send("-f", "<>", "-N", "never", "ann@sink.example")
            heads = sorted(head for head, _ in sink.messages())
        text = "\n".join(heads)
        self.assertRegex(text, r"X-Mail-Args: <bounce@example\.test>.* RET=HDRS ENVID=id\+2B1\+3D2")
        self.assertIn("X-Rcpt-Args: <bob@sink.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob@sink.example", text)
        self.assertRegex(text, r"X-Mail-Args: <>")
        self.assertIn("X-Rcpt-Args: <ann@sink.example> NOTIFY=NEVER", text)

    def test_what_a_sink_refuses(self):
        """Its own ways to say no: 5xx, 4xx and 421, at each command."""
        for option, command, code, result in (
                ("-f", "mail", 7, "refused"), ("-f", "rcpt", 7, "refused"), ("-f", "data", 7, "refused"), ("-f", ".", 7, "refused"),
                ("-f", "ehlo,helo", 7, "refused"), ("-f", "connect", 7, "refused"), ("-r", "mail", 75, "deferred"),
                ("-r", "rcpt", 75, "deferred"), ("-r", ".", 75, "deferred"), ("-r", "connect", 75, "deferred"),
                ("-Q", "rcpt", 75, "deferred"), ("-q", "mail", 75, "deferred"), ("-q", "data", 75, "deferred"),
                ("-q", ".", 75, "unknown")):
            with self.subTest(option=option, command=command), Sink(option, command) as sink:
                self.store.unlink(missing_ok=True)
                self.add_script("news", sink)
                item = self.send("ann@sink.example", code=code).item()
                self.assertEqual((item["result"], item["exit"]), (result, code))
                self.assertEqual(self.counted(), 1 if result == "unknown" else 0)

    def test_a_batch_over_one_session(self):
        with Sink() as sink:
            self.add_script("news", sink)
            box = self.home / "box"
            box.write_text("".join(f"From joe@example.test Thu Nov 26 12:00:00 2026\n{HEAD}X-Number: {i}\n\nText.\n\n" for i in range(200)))
            self.relayctl("send", "--batch", str(box), code=0)
            kept = sink.messages()
        self.assertEqual(len(kept), 200)
        self.assertEqual({f"X-Number: {i}".encode() for i in range(200)},
                         {line for _, message in kept for line in message.split(b"\n") if line.startswith(b"X-Number")})

    def test_a_long_message_takes_little_memory(self):
        """From a pipe, signed, 100 MB."""
        self.relayctl("dkim", "generate", "example.test", "--selector", "big", "--dual", code=0)
        size = 100_000_000
        script = ("import sys; out = sys.stdout.buffer; out.write(sys.argv[1].encode() + b'\\n'); line = b'x' * 99 + b'\\n'\n"
                  "for _ in range(int(sys.argv[2]) // 100000): out.write(line * 1000)")
        with Sink() as sink:
            self.add_script("news", sink, dkim_selector="big")
            environment = {**self.environment, "TMPDIR": str(self.home)}
            # Of what it may allocate; what wait() tells has the memory of this interpreter in it.
            limit = "" if "ASAN_OPTIONS" in os.environ else "ulimit -d 30000; "
            with subprocess.Popen(["python3", "-c", script, HEAD, str(size)], stdout=subprocess.PIPE) as source:
                run = subprocess.run(["/bin/bash", "-c", f"{limit}exec {PROGRAM} send --force -i -o json ann@sink.example"], stdin=source.stdout,
                                     capture_output=True, check=False, timeout=self.TIMEOUT, env=environment)
            self.assertEqual(run.returncode, 0, run.stderr)
            item = json.loads(run.stdout)["items"][0]
            self.assertGreater(item["octets"], size)
            self.assertEqual(len(item["signatures"]), 2)
            (_, message), = sink.messages()
        self.assertGreater(len(message), size - 1)
        self.assertEqual(list(self.home.glob("relayctl-*")), [])


class PostfixTest(ServerTest):
    def test_bdat_arrives_byte_for_byte(self):
        """Postfix offers CHUNKING; a maildir shows what it took."""
        self.add_lab_relay()
        for line_end in ("\n", "\r\n"):
            mark = self.mark()
            sent = HEAD.replace("one@", mark + "@") + BODY
            item = self.send_octets("-i", "bob@relay.test", stdin=sent.replace("\n", line_end).encode())
            self.assertEqual(item["result"], "accepted")
            octets = self.arrived(mark)
            self.assertEqual(octets[octets.index(b"From: Joe"):], sent.encode() + b"\n")

    def test_a_message_longer_than_a_chunk(self):
        self.add_lab_relay()
        mark = self.mark()
        sent = HEAD.replace("one@", mark + "@") + "\n" + "".join(f"{i:09}\n" for i in range(350_000)) + ".end\n"
        self.send_octets("-i", "bob@relay.test", stdin=sent.encode())
        octets = self.arrived(mark)
        self.assertEqual(octets[octets.index(b"From: Joe"):], sent.encode())

    def test_without_tls_and_with(self):
        for host, port, security, words in (("bare", 25, "none", ""), ("mail", 25, "none", ""), ("mail", 25, "tls", "TLSv1."),
                                            ("mail", 465, "ssl", "TLSv1."), ("tls12", 25, "tls", "TLSv1.2")):
            with self.subTest(host=host, port=port, security=security):
                self.store.unlink(missing_ok=True)
                self.add("news", f"{host}.relay.test", port=port, security=security, mail_type="individual", return_path="from")
                item = self.send("bob@relay.test").item()
                self.assertEqual(item["result"], "accepted")
                self.assertTrue((item["tls"] or "").startswith(words), item)

    def test_never_less_tls_than_asked_for(self):
        for host, port, security in (("plain", 587, "tls"), ("plain", 25, "tls"), ("mail", 25, "ssl"), ("tls10", 25, "tls"),
                                     ("wrong", 587, "tls"), ("selfsigned", 465, "ssl"), ("unknown", 587, "tls")):
            with self.subTest(host=host, port=port, security=security):
                self.store.unlink(missing_ok=True)
                self.add("news", f"{host}.relay.test", port=port, security=security, mail_type="individual", return_path="from")
                outcome = self.send("bob@relay.test", code=None)
                self.assertIn(outcome.code, (7, 75), outcome)
                self.assertIn(outcome.item()["stage"], ("tls", "greeting"))
                self.assertEqual((outcome.item()["accepted"], self.counted()), (0, 0))

    def test_a_login_that_dovecot_refuses(self):
        self.add_lab_relay()
        secret = self.home / "wrong"
        secret.write_text("not it\n")
        secret.chmod(0o600)
        self.relayctl("edit", "news", "--password-file", str(secret), code=0)
        item = self.send("ann@sink.example", code=7).item()
        self.assertEqual((item["stage"], item["result"], self.counted()), ("login", "refused", 0))
        self.assertNotIn("not it", json.dumps(item))

    def test_recipients_one_by_one(self):
        self.add_lab_relay()
        outcome = self.send("bob@relay.test", "rej550@relay.test", "rej450@relay.test", code=7)
        item = outcome.item()
        self.assertEqual([(one["accepted"], one["reply"][:3]) for one in item["recipients"]],
                         [(True, "250"), (False, "550"), (False, "450")])
        self.assertEqual((item["result"], item["accepted"], item["refused"]), ("accepted", 1, 2))
        self.assertEqual(self.send("bob@relay.test", "rej450@relay.test", code=75).item()["accepted"], 1)
        self.assertEqual(self.send("rej550@relay.test", code=7).item()["result"], "refused")
        self.assertEqual(self.send("rej550@relay.test", "rej450@relay.test", code=75).item()["result"], "deferred")
        self.assertEqual(self.counted(), 2)

    def test_421_in_the_middle_of_a_session(self):
        self.add_lab_relay()
        item = self.send("bob@relay.test", "rej421@relay.test", code=75).item()
        self.assertEqual((item["result"], self.counted()), ("deferred", 0))
        self.assertIn("421", item["reply"])

    def test_too_many_errors_end_a_session_and_not_a_batch(self):
        """Postfix says 421 after 20 errors."""
        self.add_lab_relay()
        separator = "From joe@example.test Thu Nov 26 12:00:00 2026\n"
        box = self.home / "box"
        mark = self.mark()
        bad = separator + HEAD.replace("ann@sink.example", "rej550@relay.test") + "\nx\n\n"
        good = separator + HEAD.replace("ann@sink.example", "bob@relay.test").replace("one@", mark + "@") + "\nx\n\n"
        box.write_text(bad * 30 + good)
        outcome = self.relayctl("send", "--batch", str(box), "-o", "jsonl", code=7)
        self.assertEqual([json.loads(line)["result"] for line in outcome.out.splitlines()], ["refused"] * 30 + ["accepted"])
        self.arrived(mark)

    def test_greylisting_is_no_limit_and_a_later_try_does(self):
        self.add_lab_relay()
        sender = f"{self.mark()}@example.test"
        item = self.send("-f", sender, "grey@relay.test", code=75).item()
        self.assertEqual((item["result"], item["limit_reached"], self.counted()), ("deferred", False, 0))
        self.assertIn("Greylisted", item["reply"])
        self.assertEqual(self.send("-f", sender, "grey@relay.test").item()["result"], "accepted")

    def test_a_message_over_the_size_limit_is_not_begun(self):
        self.add_lab_relay()
        item = self.send("bob@relay.test", stdin=HEAD + "\n" + ("x" * 999 + "\n") * 10_500, code=7).item()
        self.assertEqual((item["result"], item["recipients"][0]["reply"], self.counted()), ("unable", None, 0))
        self.assertIn("the server takes 10485760", item["reply"])

    def test_a_notice_of_delivery_comes_back(self):
        """DSN, with the id that was given."""
        self.add_lab_relay()
        mark = self.mark()
        self.send("-f", "alice@relay.test", "-N", "success", "-R", "hdrs", "-V", mark, "bob@relay.test")
        self.assertIn(f"Original-Envelope-Id: {mark}".encode(), self.arrived(f"Original-Envelope-Id: {mark}"))

    def test_other_characters_in_header_and_addresses(self):
        self.add_lab_relay()
        mark = self.mark()
        sent = HEAD.replace("Joe <", "J\u00f6e <").replace("one@", mark + "@") + "\ngr\u00fcn\n"
        self.assertEqual(self.send("bob@relay.test", stdin=sent).item()["result"], "accepted")
        self.assertIn("J\u00f6e".encode(), self.arrived(mark))
        self.store.unlink()
        self.add("news", "bare.relay.test", port=25, security="none", mail_type="individual", return_path="from")
        self.assertIn("SMTPUTF8", self.send("bob@relay.test", stdin=sent, code=7).item()["reply"])
        self.assertIn("SMTPUTF8", self.send("b\u00f6b@relay.test", code=7).item()["reply"])

    def test_a_server_without_extensions(self):
        self.add("news", "bare.relay.test", port=25, security="none", mail_type="individual", return_path="from")
        mark = self.mark()
        sent = HEAD.replace("one@", mark + "@") + "\n.x\n..\n"
        self.send("-N", "success", "-R", "full", "bob@relay.test", stdin=sent)
        octets = self.arrived(mark)
        self.assertEqual(octets[octets.index(b"From: Joe"):], sent.encode())

    def test_programs_that_call_sendmail(self):
        self.add_lab_relay()
        for arguments in (["-FCronDaemon", "-i", "-B8BITMIME", "-oem", "bob@relay.test"], ["-oem", "-oi", "-f", "--", "bob@relay.test"],
                          ["-oem", "-oi", "-f", "joe@example.test", "--", "bob@relay.test"], ["-t", "-i"]):
            with self.subTest(arguments):
                mark = self.mark()
                text = HEAD.replace("ann@sink.example", "bob@relay.test").replace("one@", mark + "@") + "\n.\nHi.\n"
                run = self.sendmail(*arguments, stdin=text)
                self.assertEqual((run.returncode, run.stdout, run.stderr), (0, b"", b""))
                self.assertTrue(self.arrived(mark).endswith(b"\n.\nHi.\n"))


    def test_the_mail_of_cron(self):
        """It knows no domains; the store may know one for it."""
        self.add_lab_relay()
        mark = self.mark()
        text = f"From: root (Cron Daemon)\nTo: root\nSubject: Cron <root@host> {mark}\nContent-Type: text/plain\n\nDone.\n"
        cron = ["-FCronDaemon", "-i", "-B8BITMIME", "-oem", "root"]
        run = self.sendmail(*cron, stdin=text)
        self.assertEqual((run.returncode, run.stdout), (64, b""))
        self.assertIn("hint: relayctl config set local-domain DOMAIN", run.stderr.decode())
        self.relayctl("config", "set", "local-domain", "example.test", code=0)
        run = self.sendmail(*cron, stdin=text)
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, b"", b""))
        octets = self.arrived(mark)
        self.assertIn(b"From: root@example.test (Cron Daemon)\n", octets)
        self.assertIn(b"To: root@example.test\n", octets)
        self.assertEqual(self.send("-f", "bounces", "ann@sink.example").item()["sender"], "bounces@example.test")


class HostileTest(ServerTest):
    def test_bad_input(self):
        """[SMTP-SEC-24] Nothing is sent of it, nothing is counted, and each has a reason."""
        cases = {
            "no From": (["ann@sink.example"], b"To: ann@sink.example\n\nHi.\n", 2),
            "two Froms": (["ann@sink.example"], b"From: a@example.test\nFrom: b@example.test\n\n", 2),
            "empty": (["ann@sink.example"], b"", 2),
            "no header": (["ann@sink.example"], b"Hi.\n", 2),
            "no recipient": ([], HEAD.encode() + b"\nHi.\n", 2),
            "no recipient in the header": (["-t"], b"From: joe@example.test\n\nHi.\n", 2),
            "NUL in a From": (["ann@sink.example"], b"From: jo\0e@example.test\n\nHi.\n", 2),
            "long local part": (["x" * 65 + "@sink.example"], HEAD.encode(), 2),
            "long local part in From": (["ann@sink.example"], b"From: " + b"x" * 65 + b"@example.test\n\n", 2),
            "open quotation": (['"ann@sink.example'], HEAD.encode(), 2),
            "angle bracket": (["ann@sink.example> NOTIFY=NEVER"], HEAD.encode(), 2),
            "CRLF": (["ann@sink.example\r\nDATA"], HEAD.encode(), 2),
            "LF in quotes": (['"a\nb"@sink.example'], HEAD.encode(), 2),
            "sender with CRLF": (["-f", "joe@example.test\r\nRCPT TO:<x@y>", "ann@sink.example"], HEAD.encode(), 2),
            "no such file": (["--file", "/nonexistent", "ann@sink.example"], b"", 2),
            "a directory": (["--file", "/", "ann@sink.example"], b"", 2),
            "bad notify": (["-N", "sometimes", "ann@sink.example"], HEAD.encode(), 2),
            "envelope id": (["-V", "a\r\nb", "ann@sink.example"], HEAD.encode(), 2),
            "unreadable list": (["-t"], b"From: joe@example.test\nTo: <ann@sink.example\n\n", 2),
        }
        with Script() as server:
            self.add_script("news", server)
            for name, (arguments, message, code) in cases.items():
                with self.subTest(name):
                    run = subprocess.run([PROGRAM, "send", *arguments], input=message, capture_output=True, check=False, timeout=60,
                                         env=self.environment)
                    self.assertEqual((run.returncode, run.stdout), (code, b""), run.stderr)
                    self.assertRegex(run.stderr.decode(), r"\Arelayctl: [^\n]{10,}\n(  hint: [^\n]+\n)?\Z")
            self.assertEqual((server.commands, self.counted()), ([], 0))

    def test_odd_input_that_can_be_sent(self):
        cases = {
            "quoted local part": (['"ann b"@sink.example'], HEAD.encode() + b"\nHi.\n"),
            "64 octets": (["x" * 64 + "@sink.example"], HEAD.encode() + b"\nHi.\n"),
            "no blank line": (["ann@sink.example"], HEAD.encode()),
            "no end of line": (["ann@sink.example"], HEAD.encode().rstrip()),
            "no body": (["ann@sink.example"], HEAD.encode() + b"\n"),
            "NUL in the body": (["ann@sink.example"], HEAD.encode() + b"\na\0b\n"),
            "eight bits": (["ann@sink.example"], HEAD.encode() + b"\n\xff\xfe\x80\n"),
        }
        with Sink() as sink:
            self.add_script("news", sink)
            for name, (arguments, message) in cases.items():
                with self.subTest(name):
                    self.assertEqual(self.send_octets(*arguments, stdin=message)["result"], "accepted")
            kept = b"\n".join(message for _, message in sink.messages())
        for octets in (b"a\0b", b"\xff\xfe\x80"):
            self.assertIn(octets, kept)

    def test_ten_thousand_recipients_at_postfix(self):
        """It takes 1,000 in one message and defers the others."""
        self.add_lab_relay()
        recipients = [f"r{i}@relay.test" for i in range(10_000)]
        message = HEAD.replace("To: ann@sink.example", "Bcc: " + ",\n ".join(recipients)) + "\nHi.\n"
        outcome = self.send("-t", stdin=message, code=None)
        self.assertIn(outcome.code, (7, 75))
        self.assertEqual(len(outcome.item()["recipients"]), 10_000)
        self.assertEqual((outcome.item()["accepted"], self.counted()), (0, 0))


if __name__ == "__main__":
    unittest.main()
