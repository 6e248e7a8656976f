"""send --batch: many messages over one connection a relay, and none of them twice."""

import json
import os
import signal
import subprocess
import time
import unittest

from relayctl import PROGRAM
from schemas import check_schema
from sending import EHLO, MESSAGE, Script, SendTest

SEPARATOR = "From joe@example.test Thu Nov 26 12:00:00 2026\n"
PIPELINING = EHLO.replace("250 SIZE", "250-PIPELINING\r\n250 SIZE")


def message(number, domain="example.test", extra=""):
    return (f"From: joe@{domain}\nTo: ann{number}@sink.example\nMessage-ID: <{number}@{domain}>\n"
            f"Date: Tue, 24 Nov 2026 12:00:00 +0000\n{extra}\nText {number}.\n.dot\n")


def on_wire(text):
    return text.replace("\n.", "\n..").replace("\n", "\r\n").encode()


class BatchTest(SendTest):
    def mbox(self, messages, name="box"):
        path = self.home / name
        path.write_text("".join(SEPARATOR + text + "\n" for text in messages))
        return path

    def batch(self, path, *arguments, code=0, stdin=""):
        outcome = self.relayctl("send", "--batch", str(path), "-o", "jsonl", *arguments, code=code, stdin=stdin)
        return outcome, [json.loads(line) for line in outcome.out.splitlines()]

    def results(self, path, *arguments, **options):
        return [item["result"] for item in self.batch(path, *arguments, **options)[1]]

    def recipients(self, server):
        return [line.removeprefix("RCPT TO:<").split("@")[0] for line in server.commands if line.startswith("RCPT")]


class ConnectionTest(BatchTest):
    def test_an_mbox_goes_over_one_connection(self):
        texts = [message(i) for i in range(10)]
        for ehlo in (EHLO, PIPELINING):
            with self.subTest(ehlo), Script(ehlo=ehlo) as server:
                self.store.unlink(missing_ok=True)
                self.add_script("news", server)
                outcome, items = self.batch(self.mbox(texts))
            self.assertEqual([wire for wire, _ in server.messages], [on_wire(text) for text in texts])
            self.assertEqual((server.connections, server.commands.count("QUIT"), server.commands.count("RSET")), (1, 1, 0))
            self.assertEqual([item["source"] for item in items], [f"{self.home / 'box'}:{i}" for i in range(1, 11)])
            self.assertEqual({(item["result"], item["exit"], item["accepted"]) for item in items}, {("accepted", 0, 1)})
            self.assertRegex(outcome.err, r"^10 messages in [0-9.]+ s \([0-9]+ a second\): 10 accepted\n$")
            self.assertEqual((self.counted(), self.log()), (10, [("news", "accepted", 1)] * 10))

    def test_standard_input_is_an_mbox(self):
        with Script() as server:
            self.add_script("news", server)
            text = "".join(SEPARATOR + message(i).replace("Text", ">From") + "\n" for i in range(3))
            self.assertEqual([item["source"] for item in self.batch("-", stdin=text)[1]], ["-:1", "-:2", "-:3"])
        self.assertIn(b"\r\nFrom 2.\r\n..dot\r\n", server.messages[2][0])

    def test_a_maildir(self):
        for folder in ("new", "cur", "tmp"):
            (self.home / "maildir" / folder).mkdir(parents=True)
        for name in ("new/1.a", "cur/2.b:2,S", "cur/3.c:2,ST", "new/.hidden", "tmp/4.d"):
            (self.home / "maildir" / name).write_text(message(name[-1]))
        with Script() as server:
            self.add_script("news", server)
            _, items = self.batch(self.home / "maildir")
        self.assertEqual([item["source"] for item in items], ["cur/2.b:2,S", "new/1.a"])
        self.assertEqual(sorted(os.listdir(self.home / "maildir" / "new")), [".hidden", "1.a"])

    def test_a_directory_of_eml_files(self):
        folder = self.home / "outbox"
        (folder / "deeper").mkdir(parents=True)
        for name in ("b.eml", "a.EML", "notes.txt", "deeper/c.eml"):
            (folder / name).write_text(message(name[0]))
        os.mkfifo(folder / "pipe.eml")
        with Script() as server:
            self.add_script("news", server)
            _, items = self.batch(folder)
        self.assertEqual([item["source"] for item in items], ["a.EML", "b.eml"])

    def test_named_recipients_are_those_of_every_message(self):
        with Script() as server:
            self.add_script("news", server)
            self.batch(self.mbox([message(1), message(2)]), "bob@sink.example")
            self.assertEqual(self.recipients(server), ["bob", "bob"])
            self.batch(self.mbox([message(1)]), "-t", "bob@sink.example")
        self.assertEqual(self.recipients(server)[2:], ["bob", "ann1"])

    def test_a_refused_message_is_undone_and_the_next_goes_on(self):
        for ehlo in (EHLO, PIPELINING):
            with self.subTest(ehlo), Script({"RCPT": ["550 5.1.1 no", "250 ok"], "dot": ["250 a", "451 4.3.0 later", "250 c"]},
                                            ehlo=ehlo) as server:
                self.store.unlink(missing_ok=True)
                self.add_script("news", server)
                _, items = self.batch(self.mbox([message(i) for i in range(4)]), code=7)
            self.assertEqual([item["result"] for item in items][0], "refused")
            self.assertEqual(sorted(item["result"] for item in items), ["accepted", "accepted", "deferred", "refused"])
            self.assertEqual([item["exit"] for item in items].count(75), 1)
            self.assertEqual((server.connections, server.commands.count("RSET")), (1, 2))
            self.assertEqual(self.counted(), 2)

    def test_each_relay_has_one_connection_and_keeps_it(self):
        """[SMTP-SEC-36]"""
        with Script() as one, Script() as two:
            self.add_script("one", one)
            self.relayctl("add", "two", "--host", "127.0.0.1", "--port", str(two.port), "--any-port", "--security", "none",
                          "--domain", "example.com", "--type", "individual", "--return-path", "from", code=0)
            _, items = self.batch(self.mbox([message(i, ("example.test", "example.com")[i % 2]) for i in range(10)]))
        self.assertEqual([item["relay"] for item in items], ["one", "two"] * 5)
        self.assertEqual([(s.connections, len(s.messages), s.commands.count("QUIT")) for s in (one, two)], [(1, 5, 1)] * 2)


class LostConnectionTest(BatchTest):
    def test_421_between_messages_is_answered_by_another_connection(self):
        for ehlo in (EHLO, PIPELINING):
            with self.subTest(ehlo), Script({"MAIL": ["250 ok", "421 4.7.0 too many messages in this connection", "250 ok"]},
                                            ehlo=ehlo) as server:
                self.store.unlink(missing_ok=True)
                self.add_script("news", server)
                self.assertEqual(self.results(self.mbox([message(i) for i in range(4)])), ["accepted"] * 4)
            self.assertEqual((server.connections, len(server.messages), self.counted()), (2, 4, 4))

    def test_a_connection_that_is_gone_is_opened_anew(self):
        for verb in ("MAIL", "RCPT", "DATA"):
            with self.subTest(verb), Script({verb: ["354 go" if verb == "DATA" else "250 ok", None,
                                                    "354 go" if verb == "DATA" else "250 ok"]}) as server:
                self.store.unlink(missing_ok=True)
                self.add_script("news", server)
                self.assertEqual(self.results(self.mbox([message(i) for i in range(3)])), ["accepted"] * 3)
            self.assertEqual((server.connections, len(server.messages), self.counted()), (2, 3, 3))

    def test_421_to_a_fresh_connection_is_no_reason_to_try_again(self):
        with Script({"MAIL": "421 4.3.2 shutting down"}) as server:
            self.add_script("news", server)
            self.assertEqual(self.results(self.mbox([message(i) for i in range(2)]), code=75), ["deferred"] * 2)
        self.assertEqual(server.connections, 2)

    def test_a_connection_lost_behind_the_dot_is_not_sent_again(self):
        """[SMTP-SEC-34] And the messages behind it go on."""
        with Script({"dot": ["250 ok", None, "250 ok"]}) as server:
            self.add_script("news", server)
            _, items = self.batch(self.mbox([message(i) for i in range(3)]), code=75)
        self.assertEqual([item["result"] for item in items], ["accepted", "unknown", "accepted"])
        self.assertIn("may have been delivered", items[1]["reply"])
        self.assertEqual((server.connections, len(server.messages), self.counted()), (2, 3, 3))

    def test_a_relay_that_cannot_be_reached_trips_and_is_not_tried_for_ever(self):
        with Script() as server:
            self.add_script("news", server)
        outcome, items = self.batch(self.mbox([message(i) for i in range(50)]), code=75)
        self.assertEqual([item["result"] for item in items], ["deferred"] * 50)
        self.assertEqual([item["relay"] for item in items], ["news"] * 3 + [None] * 47)
        self.assertEqual((outcome.err.count("relay news is out of use until "), self.counted()), (1, 0))


class FaultTest(BatchTest):
    def test_a_bad_message_does_not_hold_up_the_others(self):
        bad = ["no header\n", "From: a@example.test\nFrom: b@example.test\nTo: c@sink.example\n\n", "To: c@sink.example\n\n",
               "From: joe@example.test\n\nno recipient\n", "From: joe@example.test\nTo: ann\n\n", "",
               "From: joe@other.test\nTo: c@sink.example\n\nno relay\n", message(7, extra="X-Mail-Type: nonsense\n")]
        with Script() as server:
            self.add_script("news", server)
            _, items = self.batch(self.mbox([message(0), *bad, message(9)]), code=7)
        self.assertEqual([item["result"] for item in items], ["accepted"] + ["not_sent"] * len(bad) + ["accepted"])
        self.assertEqual([item["exit"] for item in items], [0, 2, 2, 2, 2, 2, 2, 4, 2, 0])
        self.assertEqual([item["relay"] for item in items[1:-1]], [None] * len(bad))
        self.assertEqual((server.connections, self.counted()), (1, 2))

    def test_what_is_no_batch(self):
        (self.home / "one.eml").write_text(message(1))
        (self.home / "empty").mkdir()
        for arguments in (["--batch", str(self.home / "one.eml")], ["--batch", str(self.home / "empty")],
                          ["--batch", str(self.home / "nothing")], ["--batch", "/dev/null", "--file", "x"],
                          ["--resume", str(self.home / "journal")], ["--batch", ""],
                          ["--batch", "/dev/null", "--resume", str(self.home / "one.eml")],
                          ["--batch", "/dev/null", "--resume", str(self.home / "journal"), "-o", "json"]):
            self.relayctl("send", *arguments, code=2)
        self.relayctl("send", "--batch", "/dev/null", code=0)

    def test_a_store_that_cannot_be_written_ends_the_batch(self):
        with Script() as server:
            self.add_script("news", server)
            box = self.mbox([message(i) for i in range(3)])
            command = f"trap '' XFSZ; ulimit -f 0; exec {PROGRAM} send --batch {box} | cat"
            run = subprocess.run(["/bin/bash", "-o", "pipefail", "-c", command], capture_output=True, check=False, timeout=60,
                                 env=self.environment)
        self.assertEqual((run.returncode, server.commands), (74, []), run.stderr)

    def test_a_dry_run_shows_each_envelope(self):
        with Script() as server:
            self.add_script("news", server)
            outcome = self.relayctl("send", "--batch", str(self.mbox([message(1), "broken\n"])), "--dry-run", code=7)
        self.assertIn("recipient  <ann1@sink.example>", outcome.out)
        self.assertIn("box:2: line 1 of the message is not a header field", outcome.err)
        self.assertEqual((server.commands, self.counted()), ([], 0))

    def test_silent_tells_only_what_went_wrong(self):
        with Script({"RCPT": ["250 ok", "550 5.1.1 no"]}) as server:
            self.add_script("news", server)
            outcome = self.relayctl("send", "--batch", str(self.mbox([message(1), message(2)])), "--silent", code=7)
        self.assertEqual(outcome.out, "")
        self.assertRegex(outcome.err, r"^relayctl: .*box:2: cannot send through news: .*550 5.1.1 no\n$")

    def test_other_forms_of_output(self):
        with Script() as server:
            self.add_script("news", server)
            box = str(self.mbox([message(1), "broken\n"]))
            rows = [line.split("\t") for line in self.relayctl("send", "--batch", box, code=7).out.splitlines()]
            self.assertEqual([row[:3] for row in rows], [[f"{box}:1", "news", "accepted"], [f"{box}:2", "\\N", "not_sent"]])
            self.assertEqual(self.relayctl("send", "--batch", box, "-q", code=7).out, f"{box}:1\n{box}:2\n")
            self.assertEqual(len(self.relayctl("send", "--batch", box, "-o", "json", code=7).items()), 2)
            self.assertEqual(self.relayctl("send", "--batch", box, "--columns", "exit,source", code=7).out,
                             f"0\t{box}:1\n2\t{box}:2\n")


class ResumeTest(BatchTest):
    def test_what_was_sent_is_not_sent_again(self):
        journal = str(self.home / "journal")
        with Script({"dot": ["250 ok", "451 4.3.0 later", "554 5.0.0 no", None, "250 ok"]}) as server:
            self.add_script("news", server)
            box = self.mbox([message(i) for i in range(5)])
            self.assertEqual(self.results(box, "--resume", journal, code=7),
                             ["accepted", "deferred", "refused", "unknown", "accepted"])
            outcome, items = self.batch(box, "--resume", journal, code=75)
            self.assertEqual([(item["source"][-1], item["result"]) for item in items],
                             [("2", "accepted"), ("3", "accepted"), ("4", "unknown")])
            self.assertIn("; 2 passed over, sent before", outcome.err)
            # It stays so until somebody has found out, and changes the note.
            for _ in range(2):
                outcome, items = self.batch(box, "--resume", journal, code=75)
                self.assertEqual([(item["source"][-1], item["result"]) for item in items], [("4", "unknown")])
                self.assertIn("may have been delivered", items[0]["reply"])
            self.assertEqual(len(server.messages), 7)
            notes = (self.home / "journal").read_text()
            (self.home / "journal").write_text(notes.replace("\nunknown ", "\naccepted "))
            self.assertEqual(self.results(box, "--resume", journal), [])
            (self.home / "journal").write_text(notes.replace("\nunknown ", "\nnot_sent "))
            self.assertEqual(self.results(box, "--resume", journal), ["accepted"])
            self.assertEqual(self.results(box, "--resume", journal), [])
        self.assertEqual(len(server.messages), 8)

    def test_recipients_that_were_put_off_are_tried_again_and_no_others(self):
        journal = str(self.home / "journal")
        two = message(1).replace("To: ann1@", "To: bob@sink.example, cat@sink.example, ann1@")
        with Script({"RCPT": ["250 ok", "550 5.1.1 no", "450 4.2.0 later", "450 4.2.0 later", "250 ok"]}) as server:
            self.add_script("news", server)
            box = self.mbox([two])
            outcome, items = self.batch(box, "--resume", journal, code=7)
            self.assertEqual([item["result"] for item in items], ["accepted"])
            self.assertRegex(outcome.err, "box:1: not to cat@sink.example: 550 5.1.1 no\n")
            self.assertRegex(outcome.err, "box:1: not to ann1@sink.example: 450 4.2.0 later\n")
            self.assertEqual(self.results(box, "--resume", journal, code=75), ["deferred"])
            self.assertEqual(self.results(box, "--resume", journal), ["accepted"])
            self.assertEqual(self.results(box, "--resume", journal), [])
        self.assertEqual(self.recipients(server), ["bob", "cat", "ann1", "ann1", "ann1"])

    def test_equal_messages_are_counted(self):
        journal = str(self.home / "journal")
        with Script() as server:
            self.add_script("news", server)
            self.results(self.mbox([message(1)]), "--resume", journal)
            self.assertEqual(self.results(self.mbox([message(1), message(2), message(1)]), "--resume", journal), ["accepted"] * 2)
        self.assertEqual(self.recipients(server), ["ann1", "ann2", "ann1"])

    def test_a_journal_of_other_recipients_is_refused(self):
        journal = str(self.home / "journal")
        with Script() as server:
            self.add_script("news", server)
            self.results(self.mbox([message(1)]), "--resume", journal)
            self.results(self.mbox([message(1)]), "--resume", journal, "bob@sink.example", code=2)
        self.assertEqual(len(server.messages), 1)

    def test_a_damaged_journal_is_refused_and_a_torn_note_is_not(self):
        journal = self.home / "journal"
        with Script() as server:
            self.add_script("news", server)
            self.results(self.mbox([message(1)]), "--resume", str(journal))
            whole = journal.read_bytes()
            for damage in (whole + b"accepted\n", whole.replace(b"accepted", b"acc\0pted"), whole + b"x" * 10_000 + b"\n"):
                journal.write_bytes(damage)
                self.results(self.mbox([message(1)]), "--resume", str(journal), code=2)
                self.assertEqual(journal.read_bytes(), damage)
            journal.write_bytes(whole + b"begun 0123")
            self.assertEqual(self.results(self.mbox([message(1)]), "--resume", str(journal)), [])
            journal.write_bytes(whole[:-5])  # killed while it noted that the message was accepted
            for _ in range(3):
                self.assertEqual(self.results(self.mbox([message(1)]), "--resume", str(journal), code=75), ["unknown"])
        self.assertEqual(len(server.messages), 1)

    def test_kill_9_at_any_moment_sends_nothing_twice(self):
        journal = str(self.home / "journal")
        count = 60
        box = self.mbox([message(i) for i in range(count)])
        with Script(ehlo=PIPELINING) as server:
            self.add_script("news", server)
            command = [PROGRAM, "send", "--batch", str(box), "-o", "jsonl", "--resume", journal]
            unknown = set()
            for run in range(40):
                seen = len(server.messages)
                with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment) as process:
                    deadline = time.monotonic() + 20
                    while run < 8 and process.poll() is None and len(server.messages) < seen + 3 and time.monotonic() < deadline:
                        time.sleep(0.001)
                    if run < 8:
                        process.send_signal(signal.SIGKILL)
                    out, err = process.communicate(timeout=60)
                items = [json.loads(line) for line in out.decode().splitlines() if line.endswith("}")]
                unknown |= {item["source"] for item in items if item["result"] == "unknown"}
                if process.returncode in (0, 75):
                    break
            self.assertIn(process.returncode, (0, 75), err)
        self.assertGreater(run, 4)
        sent = [wire.split(b"To: ")[1].split(b"@")[0] for wire, whole in server.messages if whole]
        self.assertEqual(len(sent), len(set(sent)), "a message was sent twice")
        self.assertGreaterEqual(len(set(sent)) + len(unknown), count)

    def test_ctrl_c_tells_what_is_known_and_can_be_resumed(self):
        journal = str(self.home / "journal")
        box = self.mbox([message(i) for i in range(2000)])
        with Script(ehlo=PIPELINING) as server:
            self.add_script("news", server)
            command = [PROGRAM, "send", "--batch", str(box), "-o", "jsonl", "--resume", journal]
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment) as process:
                while len(server.messages) < 5:
                    time.sleep(0.001)
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 130, err)
            items = [json.loads(line) for line in out.decode().splitlines()]
        self.assertLess(len(items), 2000)
        self.assertRegex(err.decode(), r"messages in .* accepted")
        self.assertLessEqual(sum(item["result"] != "accepted" for item in items), 1)


class SchemaTest(BatchTest):
    def test_every_kind_of_item_is_what_the_schema_says(self):
        replies = {"RCPT": ["250 ok", "550 5.1.1 no", "450 4.2.0 later", "250 ok"], "dot": ["250 2.0.0 queued as A1B2C3", None, "250 ok"]}
        with Script(replies) as server:
            self.add_script("news", server)
            texts = [message(i) for i in range(5)] + ["broken\n"]
            document = self.relayctl("send", "--batch", str(self.mbox(texts)), "-o", "json", code=7).json()
            self.assertEqual([item["result"] for item in document["items"]],
                             ["accepted", "refused", "deferred", "unknown", "accepted", "not_sent"])
            documents = [document, self.send("ann@sink.example").json(), self.send("-f", "<>", "ann@sink.example").json()]
        with Script(ehlo="250 script.relay.test\r\n") as server:
            self.store.unlink()
            self.add_script("news", server)
            documents.append(self.send("ann@sink.example", stdin=MESSAGE + "gr\u00fcn\n", code=7).json())
        documents.append(self.send("ann@sink.example", code=75).json())
        for each in documents:
            check_schema(self, each, "relayctl.send.1.json")


class TerminalTest(BatchTest):
    def test_progress_is_a_line_on_a_terminal_and_erased(self):
        with Script({"MAIL": "250 ok"}) as server:
            server.delay = 0.02
            self.add_script("news", server)
            box = self.mbox([message(i) for i in range(40)])
            run = subprocess.run(["script", "-qec", f"{PROGRAM} send --batch {box} >{self.home}/out", "/dev/null"],
                                 capture_output=True, check=True, timeout=60, env=self.environment, stdin=subprocess.DEVNULL)
        shown = run.stdout.decode()
        self.assertRegex(shown, r"\r[0-9]+ done, [0-9]+/s, [0-9]+ s left\x1b\[K")
        self.assertRegex(shown.split("\x1b[K")[-1], r"^40 messages in ")
        self.assertEqual(len((self.home / "out").read_text().splitlines()), 40)


if __name__ == "__main__":
    unittest.main()
