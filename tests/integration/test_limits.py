"""Daily limits, fallbacks, relays that are out of use and the log, through the program and real servers."""

import json
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import unittest
from pathlib import Path

from relayctl import PROGRAM
from sending import MESSAGE, Script, SendTest, Sink

MARK = f"lt{os.getpid()}"  # the zone is shared


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def whole_messages(sink):
    return sum(path.read_bytes().rstrip().endswith(b"Hi.") for path in Path(sink.folder.name).iterdir())


class LimitTest(SendTest):
    def quota(self, name):
        return self.relayctl("quota", name, "-o", "json", code=0).item()

    def lines(self, *arguments, code=0):
        return [json.loads(line) for line in self.relayctl("log", "-o", "jsonl", *arguments, code=code).out.splitlines()]

    def test_16_processes_some_of_them_killed_never_pass_the_limit(self):
        """The counters of the store, the messages at the server and what was told never go beyond."""
        limit, workers = 60, 16
        chance = random.Random(7)
        told, killed, lock = [], [], threading.Lock()
        with Sink() as sink:
            self.relayctl("add", "news", "--host", "127.0.0.1", "--port", str(sink.port), "--any-port", "--security",
                          "none", "--domain", "example.test", "--return-path", "from", "--daily-limit", str(limit), code=0)

            def work():
                for _ in range(limit):
                    with lock:
                        doomed = chance.random() < 0.2 and len(killed) < 12
                        after = chance.uniform(0, 0.05)
                    run = subprocess.Popen([PROGRAM, "send", "--silent", "ann@sink.example"], stdin=subprocess.PIPE,
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment)
                    try:
                        run.stdin.write(MESSAGE.encode())
                        run.stdin.close()
                    except BrokenPipeError:
                        pass
                    if doomed:
                        time.sleep(after)
                        run.send_signal(signal.SIGKILL)
                    code = run.wait(60)
                    with lock:
                        (killed if code == -signal.SIGKILL else told).append(code)
                    if code == 75:
                        return

            threads = [threading.Thread(target=work) for _ in range(workers)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(120)
            arrived = whole_messages(sink)
        self.assertEqual(set(told), {0, 75}, told)
        sent = told.count(0)
        self.assertGreater(len(killed), 0)
        self.assertEqual(self.quota("news")["used"], limit)
        self.assertEqual(self.quota("news")["state"], "reached")
        # What was killed may have been counted and not sent, or sent and not told; nothing goes beyond.
        self.assertTrue(sent <= arrived <= limit, (sent, arrived))
        self.assertGreaterEqual(sent + len(killed), limit)

    def test_recipients_are_counted_where_the_limit_is_of_them(self):
        with Script() as server:
            self.add_script("news", server, daily_limit=5, limit_unit="recipients")
            self.send("a@sink.example", "b@sink.example", "c@sink.example")
            self.send("a@sink.example", "b@sink.example", "c@sink.example", code=75)
            outcome = self.send("a@sink.example", "b@sink.example")
            self.assertIn("warning: 5 of the 5 recipients that news may carry today are used", outcome.err)
        item = self.quota("news")
        self.assertEqual((item["used"], item["left"], item["messages"], item["state"]), (5, 0, 2, "reached"))
        self.assertRegex(item["resets_at"], "T00:00:00Z$")

    def test_more_recipients_than_a_relay_may_ever_carry_are_refused_for_good(self):
        many = [f"r{i}@sink.example" for i in range(6)]
        with Script() as server, Script() as other:
            self.add_script("news", server, daily_limit=5, limit_unit="recipients")
            self.send(*many, code=7)
            run = self.sendmail(*many)
            self.assertEqual(run.returncode, 69)
            self.assertEqual(run.stderr.decode(), "relayctl: the message has 6 recipients, and relay news may carry 5 in a whole "
                                                  "day\n  hint: send it in parts, or relayctl edit news --daily-limit N\n")
            self.relayctl("edit", "news", "--over", "defer", code=0)
            self.send(*many, code=7)
            self.send("--relay", "news", *many, code=7)
            self.relayctl("edit", "news", "--over", "fallback", code=0)
            self.add_script("own", other, fallback=True, daily_limit=1)
            outcome = self.send(*many)
            self.assertEqual((outcome.item()["relay"], outcome.item()["passed_over"]), ("own", ["news"]))
            self.assertIn("not through news: it may not carry so many recipients in a day: through own", outcome.err)
            # The other one has room tomorrow.
            self.send(*many, code=75)
            self.send(*many[:5])
        self.assertEqual([(line["relay"], line["result"]) for line in self.lines()],
                         [("news", "refused")] * 4 + [("own", "accepted"), (None, "deferred"), ("news", "accepted")])

    def test_a_warning_at_four_fifths(self):
        with Script() as server:
            self.add_script("news", server, daily_limit=5)
            told = ["warning: " in self.send("ann@sink.example").err for _ in range(5)]
            self.assertEqual(told, [False, False, False, True, True])
            self.assertEqual(self.quota("news")["state"], "reached")
            self.assertIn(" 5/5 reached ", self.relayctl("list", "-o", "table", code=0).out)
            self.assertEqual(self.relayctl("list", "--columns", "name,today,state", code=0).out, "news\t5/5\tenabled\n")
            # Programs that send thousands of messages hear of it once.
            self.relayctl("edit", "news", "--daily-limit", "10", code=0)
            told = [b"warning: " in self.sendmail("ann@sink.example").stderr for _ in range(5)]
            self.assertEqual(told, [False, False, True, False, False])
            self.relayctl("edit", "news", "--daily-limit", "12", code=0)
            self.assertIn(" 10/12 near ", self.relayctl("list", "-o", "table", code=0).out)
            today = self.relayctl("show", "news", "-o", "json", code=0).item()["today"]
            self.assertEqual((today["near_limit"], today["limit_reached"]), (True, False))

    def test_no_warning_for_mail_that_was_refused(self):
        with Script({"RCPT": "550 5.1.1 no"}) as server:
            self.add_script("news", server, daily_limit=1)
            self.assertNotIn("warning", self.send("ann@sink.example", code=7).err)
            self.assertNotIn(b"warning", self.sendmail("ann@sink.example").stderr)
            server.replies["RCPT"] = "250 ok"
            self.assertIn("warning: 1 of the 1 messages that news may carry today are used", self.send("ann@sink.example").err)

    def test_another_time_zone_begins_no_count_anew(self):
        with Script() as server:
            self.add_script("news", server, daily_limit=1)
            self.assertNotIn("counted", self.relayctl("config", "set", "time-zone", "+01:00", code=0).err)
            self.send("ann@sink.example")
            for zone in ("-12:00", "+12:00", "UTC"):
                meant = self.relayctl("config", "set", "--dry-run", "time-zone", "--", zone, code=0)
                self.assertIn("what is counted of today's limits would go on until ", meant.err)
                done = self.relayctl("config", "set", "time-zone", "--", zone, code=0)
                until = re.search("what is counted of today's limits goes on until ([^,]*), ", done.err).group(1)
                item = self.quota("news")
                self.assertEqual((item["used"], item["resets_at"]), (1, until))
                self.send("ann@sink.example", code=75)
            self.assertIn("goes on until", self.relayctl("undo", code=0).err)
            self.assertIn("goes on until", self.relayctl("apply", "-f", "-", code=0,
                                                         stdin='{"settings":{"time-zone":"-11:00"}}').err)
            self.send("ann@sink.example", code=75)

    def test_a_relay_says_what_becomes_of_mail_past_its_limit(self):
        with Script() as server, Script() as other:
            self.add_script("news", server, daily_limit=1, over="defer")
            self.add_script("own", other, fallback=True)
            self.send("ann@sink.example")
            deferred = self.send("ann@sink.example", "bob@sink.example", code=75)
            self.assertIn("the daily limit of news is reached, and the message is put off", deferred.err)
            self.check_untaken(deferred.item(), "deferred", 75, ["ann@sink.example", "bob@sink.example"])
            route = self.relayctl("route", "--from", "joe@example.test", "--columns", "name,step", code=1)
            self.assertEqual(route.out, "news\tlimit_reached\nown\tspare\n")
            self.assertIn("the daily limit of news is reached, and its --over says defer", route.err)
            self.relayctl("edit", "news", "--over", "reject", code=0)
            refused = self.send("ann@sink.example", code=7)
            self.assertIn("the daily limit of news is reached, and the message is refused", refused.err)
            self.check_untaken(refused.item(), "refused", 7, ["ann@sink.example"])
            self.assertEqual(self.sendmail("ann@sink.example").returncode, 69)
            row = self.relayctl("send", "ann@sink.example", stdin=MESSAGE, code=7).out.split("\t")
            self.assertEqual(row[:2], ["news", "refused"])
            preview = subprocess.run([PROGRAM, "send", "--dry-run", "--over", "fallback", "ann@sink.example"], check=True,
                                     input=MESSAGE.encode(), capture_output=True, env=self.environment, timeout=30)
            self.assertIn(b"\ninstead of news: its daily limit is reached\n", preview.stdout)
            self.assertIn(b"not through news: its daily limit is reached: through own", preview.stderr)
            self.assertEqual(self.send("--over", "fallback", "ann@sink.example").item()["relay"], "own")
        self.assertEqual([(line["relay"], line["result"]) for line in self.lines()],
                         [("news", "accepted"), ("news", "deferred"), *[("news", "refused")] * 3, ("own", "accepted")])

    def check_untaken(self, item, result, code, recipients):
        self.assertEqual((item["relay"], item["result"], item["exit"]), ("news", result, code))
        self.assertEqual((item["accepted"], item["refused"], item["limit_reached"]), (0, len(recipients), True))
        self.assertEqual(item["recipients"], [{"address": each, "accepted": False, "reply": None} for each in recipients])

    def test_a_relay_that_was_not_tried_is_not_named_in_the_log(self):
        with Script() as server:
            self.add_script("news", server)
            self.add_script("own", server, fallback=True)
        self.relayctl("disable", "news", "own", code=0)
        self.send("ann@sink.example", code=4)
        line, = self.lines()
        self.assertEqual((line["relay"], line["result"]), (None, "deferred"))
        self.assertRegex(self.relayctl("log", code=0).out, r"^[^\t]*\t\\N\texample.test\t")

    def test_a_chain_of_fallbacks_in_its_order(self):
        with Script() as first, Script() as second, Script({"MAIL": "550 5.4.5 Daily user sending limit exceeded"}) as full:
            self.add_script("c", second, mail_type="mass")
            self.add_script("b", full, mail_type="workflow")
            self.add_script("news", first, daily_limit=1, fallback_to="b,c")
            self.send("ann@sink.example")
            outcome = self.send("ann@sink.example")
        self.assertEqual((outcome.item()["relay"], outcome.item()["passed_over"]), ("c", ["news", "b"]))
        self.assertIn("not through news: its daily limit is reached: through b", outcome.err)
        self.assertIn("not through b: its daily limit is reached: through c", outcome.err)
        line = self.lines()[-1]
        self.assertEqual((line["relay"], line["instead_of"]),
                         ("c", "news: its daily limit is reached; b: its daily limit is reached"))
        route = self.relayctl("route", "--from", "example.test", "--columns", "name,step,rule,stands_in_for", code=0).out
        self.assertEqual(route, "news\tlimit_reached\texact\t\\N\nb\tlimit_reached\tchain\tnews\nc\ttaken\tchain\tnews\n")

    def test_a_server_that_tells_of_its_limit_before_any_mail_is_full_and_not_broken(self):
        self.relayctl("config", "set", "failures-to-trip", "1", code=0)
        with Script({"EHLO": "421 4.7.0 Daily limit exceeded"}) as full, Script() as other:
            self.add_script("news", full)
            self.add_script("own", other, fallback=True)
            outcome = self.send("ann@sink.example")
        self.assertEqual(outcome.item()["relay"], "own")
        self.assertIn("news says that its limit is reached: the server does not take our EHLO: 421 4.7.0", outcome.err)
        item = self.quota("news")
        self.assertEqual((item["state"], item["left"], item["tripped"]), ("reached", 0, None))
        self.assertIn("enabled news", self.relayctl("enable", "news", code=0).err)
        self.assertEqual(self.quota("news")["state"], "ok")

    def test_a_full_disk_sends_nothing_uncounted(self):
        """Whatever the size at which the store's files stop growing: exit 74 and nothing at the server, or sent and
        counted."""
        with Script() as server:
            self.add_script("news", server)
            codes = []
            for kib in range(0, 400, 8):
                sent, counted = len(server.messages), self.counted()
                run = subprocess.run(["/bin/bash", "-c", f"ulimit -f {kib}; exec {PROGRAM} send ann@sink.example"],
                                     input=MESSAGE.encode(), capture_output=True, check=False, timeout=60,
                                     env=self.environment)
                codes.append(run.returncode)
                self.assertIn(run.returncode, (0, 74), run.stderr)
                if run.returncode == 74:
                    self.assertIn(b"the disk is full", run.stderr)
                    self.assertEqual(len(server.messages), sent, run.stderr)
                else:
                    self.assertEqual((len(server.messages), self.counted()), (sent + 1, counted + 1), run.stderr)
                if codes[-3:] == [0, 0, 0]:
                    break
        self.assertEqual((codes[0], codes[-1]), (74, 0))

    @unittest.skipUnless(os.geteuid() == 0, "a file system of its own needs root")
    def test_a_full_file_system_sends_nothing(self):
        with Script() as server:
            self.add_script("news", server)
            script = ("mount -t tmpfs -o size=600k none \"$1\" && cp \"$2\" \"$1/s.db\" && chmod 600 \"$1/s.db\" && "
                      "{ dd if=/dev/zero of=\"$1/fill\" bs=4k 2>/dev/null || true; } && "
                      "exec \"$3\" --store \"$1/s.db\" send ann@sink.example")
            place = self.home / "small"
            place.mkdir()
            run = subprocess.run(["unshare", "--mount", "sh", "-c", script, "sh", place, self.store, PROGRAM],
                                 input=MESSAGE.encode(), capture_output=True, check=False, timeout=60,
                                 env=self.environment)
            if b"mount" in run.stderr and b"permission" in run.stderr.lower():
                self.skipTest("nothing can be mounted here")
        self.assertEqual((run.returncode, server.commands), (74, []), run.stderr)
        self.assertIn(b"the disk is full", run.stderr)


class TripTest(SendTest):
    def add_dead(self, name="news", **options):
        port = closed_port()
        arguments = [word for option, value in options.items() for word in (f"--{option.replace('_', '-')}", str(value))]
        self.relayctl("add", name, "--host", "127.0.0.1", "--port", str(port), "--any-port", "--security", "none",
                      "--domain", "example.test", "--return-path", "from", *arguments, code=0)
        return port

    def test_three_failures_in_a_row_trip_and_the_third_message_takes_the_fallback(self):
        notes = self.home / "notes"
        with Script() as other:
            self.add_dead()
            self.add_script("own", other, fallback=True)
            self.relayctl("config", "set", "notify-command", f"cat >>{notes}; echo out; echo $RELAYCTL_X >&2", code=0)
            for _ in range(2):
                self.assertEqual(self.send("ann@sink.example", code=75).item()["relay"], "news")
            third = self.send("ann@sink.example")
            fourth = self.send("ann@sink.example")
        self.assertEqual([each.item()["relay"] for each in (third, fourth)], ["own", "own"])
        self.assertRegex(third.err, r"relay news is out of use until \d{4}-\d\d-\d\dT00:00:00Z: .*refused")
        self.assertIn("not through news: it is out of use until tomorrow after failures: through own", fourth.err)
        text = notes.read_text()
        self.assertEqual(text.count("relay news is out of use"), 1, text)
        self.assertIn("refused", text)
        self.assertIn("relayctl enable news", text)
        shown = self.relayctl("list", "--columns", "name,state,tripped", code=0).out
        self.assertRegex(shown, r"(?m)^news\ttripped\t.*refused")
        item = self.relayctl("show", "news", "-o", "json", code=0).item()
        self.assertEqual((item["state"], item["enabled"]), ("tripped", True))
        self.assertIn("refused", item["tripped"])
        self.assertEqual(self.relayctl("quota", "news", "-o", "json", code=0).item()["state"], "tripped")
        self.assertRegex(self.relayctl("__complete", "bash", "relayctl enable ", "").out, "(?m)^news")
        self.assertIn("enabled news", self.relayctl("enable", "news", code=0).err)
        self.assertIn("unchanged", self.relayctl("enable", "news", code=0).err)
        self.assertEqual(self.relayctl("route", "--from", "example.test", "-q", code=0).out, "news\n")

    def test_a_success_between_starts_anew(self):
        with Script({"EHLO": [None, None, "250 script.relay.test", None]}) as server:
            self.add_script("news", server)
            codes = [self.relayctl("send", "ann@sink.example", stdin=MESSAGE).code for _ in range(5)]
        self.assertEqual(codes, [75, 75, 0, 75, 75])
        self.assertEqual(self.relayctl("list", "--columns", "state", code=0).out, "enabled\n")

    def test_a_login_that_is_refused_trips(self):
        secret = self.home / "secret"
        secret.write_text("wrong\n")
        secret.chmod(0o600)
        self.relayctl("config", "set", "failures-to-trip", "1", code=0)
        self.add("news", "mail.relay.test", mail_type="individual", user=self.lab.user, password_file=secret,
                 return_path="from")
        self.assertIn("out of use until", self.send("ann@sink.example", code=7).err)
        self.assertRegex(self.relayctl("list", "--columns", "tripped", code=0).out, "535")

    def test_a_certificate_that_does_not_verify_trips(self):
        self.relayctl("config", "set", "failures-to-trip", "1", code=0)
        self.add("news", "expired.relay.test", mail_type="individual", return_path="from")
        self.send("ann@sink.example", code=75)
        self.assertRegex(self.relayctl("list", "--columns", "tripped", code=0).out, "expired")

    def test_another_server_begins_anew(self):
        self.add_dead()
        for _ in range(2):
            self.send("ann@sink.example", code=75)
        self.assertIn("unchanged", self.relayctl("enable", "news", code=0).err)
        for _ in range(2):
            self.send("ann@sink.example", code=75)
        self.assertEqual(self.relayctl("list", "--columns", "state", code=0).out, "enabled\n")
        self.send("ann@sink.example", code=75)
        self.assertEqual(self.relayctl("list", "--columns", "state", code=0).out, "tripped\n")
        outcome = self.relayctl("edit", "news", "--daily-limit", "500", code=0)
        self.assertNotIn("out of use", outcome.err)
        with Script() as server:
            outcome = self.relayctl("edit", "news", "--port", str(server.port), "--any-port", code=0)
            self.assertIn("news was out of use after failures, and takes mail again", outcome.err)
            self.send("ann@sink.example")

    def test_never_is_never(self):
        self.relayctl("config", "set", "failures-to-trip", "never", code=0)
        self.add_dead()
        for _ in range(4):
            self.send("ann@sink.example", code=75)
        self.assertEqual(self.relayctl("list", "--columns", "state", code=0).out, "enabled\n")
        self.relayctl("config", "set", "failures-to-trip", "0", code=2)

    def test_a_notify_command_that_fails_is_told_and_changes_nothing(self):
        self.relayctl("config", "set", "failures-to-trip", "1", code=0)
        self.relayctl("config", "set", "notify-command", "exit 3", code=0)
        self.add_dead()
        self.assertIn("notify-command did not go well: it ended with exit code 3", self.send("ann@sink.example", code=75).err)

    def test_a_notify_command_that_takes_its_time_holds_no_message_up(self):
        """The result is there before it ends, and what it has started ends with it."""
        mark = self.home / "mark"
        self.relayctl("config", "set", "failures-to-trip", "1", code=0)
        self.relayctl("config", "set", "notify-command", f"until [ -e {mark} ]; do sleep 0.05; done; exit 4", code=0)
        with Script() as other:
            self.add_dead()
            self.add_script("own", other, fallback=True)
            with subprocess.Popen([PROGRAM, "send", "ann@sink.example"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, env=self.environment) as run:
                run.stdin.write(MESSAGE.encode())
                run.stdin.close()
                self.assertIn(b"own\taccepted", run.stdout.readline())
                self.assertEqual(len(other.messages), 1)
                self.assertIsNone(run.poll())
                mark.touch()
                said = run.stderr.read().decode()
                self.assertEqual(run.wait(20), 0)
        self.assertIn("notify-command did not go well: it ended with exit code 4", said)

    def test_the_reason_of_a_server_is_no_command(self):
        """What a server says goes to the command's standard input, its control characters told apart."""
        notes, bait = self.home / "notes", self.home / "bait"
        self.relayctl("config", "set", "failures-to-trip", "1", code=0)
        self.relayctl("config", "set", "notify-command", f"cat >{notes}", code=0)
        with Script({"EHLO": f"421 4.3.2 $(touch {bait}) `touch {bait}`; touch {bait}\x1b[2J"}) as server:
            self.add_script("news", server)
            self.relayctl("send", "ann@sink.example", stdin=MESSAGE)
        self.assertFalse(bait.exists())
        self.assertIn("$(touch", notes.read_text())
        self.assertNotIn("\x1b", notes.read_text())


class UnalignedFallbackTest(SendTest):
    """Mail of the domain passes DMARC by SPF from the lab's address, and from no other."""

    def setUp(self):
        super().setUp()
        self.label = f"{MARK}-{self._testMethodName[-14:].replace('_', '-').strip('-')}"
        self.domain = f"{self.label}.test"
        self.message = MESSAGE.replace("joe@example.test", f"joe@{self.domain}")

    def publish(self):
        self.lab.publish("test", f'{self.label} TXT "v=spf1 ip4:{self.lab.address} -all"\n'
                                 f'_dmarc.{self.label} TXT "v=DMARC1; p=reject"\n')

    def add_relay(self, name, server, *arguments, egress=None, code=0):
        return self.relayctl("add", name, "--host", "127.0.0.1", "--port", str(server.port), "--any-port", "--security",
                             "none", "--return-path", "from", "--egress-ip", egress or self.lab.address, *arguments,
                             code=code)

    def test_set_up(self):
        """Refused from either side, with the reason; allowed when it is said, and that is kept."""
        self.publish()
        with Script() as server:
            self.add_relay("news", server, "--domain", self.domain)
            refused = self.add_relay("own", server, "--fallback", egress="192.0.2.1", code=5)
            self.assertIn(f"mail from {self.domain} passes DMARC through news and would fail through its fallback own",
                          refused.err)
            self.assertIn(f"relayctl predict own --from {self.domain}", refused.err)
            self.relayctl("show", "own", code=4)
            self.add_relay("own", server, "--fallback", "--dry-run", egress="192.0.2.1", code=5)
            self.add_relay("own", server, "--fallback")
            self.relayctl("edit", "own", "--egress-ip", "192.0.2.1", code=5)
            self.relayctl("edit", "own", "--description", "x", code=0)
            self.relayctl("edit", "own", "--egress-ip", "192.0.2.1", "--allow-unaligned-fallback", code=0)
            self.assertTrue(self.relayctl("show", "own", "-o", "json", code=0).item()["allow_unaligned_fallback"])
            self.relayctl("edit", "own", "--refuse-unaligned-fallback", code=5)
            self.relayctl("edit", "own", "--no-fallback", "--domain", "other.test", "--refuse-unaligned-fallback", code=0)
            self.relayctl("edit", "news", "--fallback-to", "own", code=5)
            self.relayctl("edit", "news", "--fallback-to", "own", "--allow-unaligned-fallback", code=0)
            outcome = self.relayctl("predict", "news", "--from", self.domain, "-o", "json", code=0)
            self.assertIn("predict-fallback-fails", self.finding_ids(outcome.item()["findings"]))

    def test_apply(self):
        """A declaration is held to it too, all or nothing, in a dry run as well."""
        self.publish()
        relay = {"host": "127.0.0.1", "return_path": "from", "egress_ips": [self.lab.address]}
        file = {"relays": {"news": {**relay, "domains": [self.domain], "fallback_to": ["own"]},
                           "own": {**relay, "domains": ["other.test"], "egress_ips": ["192.0.2.1"]}}}
        for more in ([], ["--dry-run"], ["--prune"]):
            refused = self.relayctl("apply", "-f", "-", *more, stdin=json.dumps(file), code=5)
            self.assertIn(f"mail from {self.domain} passes DMARC through news and would fail through its fallback own",
                          refused.err)
            self.assertIn("allow_unaligned_fallback in the file", refused.err)
        self.assertEqual(self.relayctl("list", code=0).out, "")
        file["relays"]["news"]["allow_unaligned_fallback"] = True
        self.relayctl("apply", "-f", "-", stdin=json.dumps(file), code=0)
        self.assertIn("unchanged", self.relayctl("apply", "-f", "-", stdin=json.dumps(file), code=0).err)
        file["relays"]["news"]["allow_unaligned_fallback"] = False
        self.relayctl("apply", "-f", "-", stdin=json.dumps(file), code=5)
        file["relays"]["own"]["egress_ips"] = [self.lab.address]
        self.relayctl("apply", "-f", "-", stdin=json.dumps(file), code=0)

    def test_sending(self):
        """Records change after the set-up: each message is looked at again."""
        with Script() as server, Script() as other:
            self.add_relay("news", server, "--domain", self.domain, "--daily-limit", "1")
            self.add_relay("own", other, "--fallback", egress="192.0.2.1")
            self.publish()
            self.send("ann@sink.example", stdin=self.message)
            refused = self.send("ann@sink.example", stdin=self.message, code=75)
            self.assertIn("would fail through its fallback own", refused.err)
            self.assertIn("--allow-unaligned-fallback", refused.err)
            self.assertEqual((len(other.messages), self.relayctl("quota", "own", "--columns", "used").out), (0, "0\n"))
            self.send("--dry-run", "ann@sink.example", stdin=self.message, code=2)  # it has no JSON
            self.relayctl("send", "--dry-run", "ann@sink.example", stdin=self.message, code=75)
            # A relay behind it that does not fail takes the message.
            self.add_relay("third", server, "--domain", "*", "--priority", "9")
            self.relayctl("edit", "third", "--type", "mass", code=0)
            allowed = self.send("--allow-unaligned-fallback", "ann@sink.example", stdin=self.message)
            self.assertEqual(allowed.item()["relay"], "own")
            self.assertIn("not through news: its daily limit is reached: through own", allowed.err)
            self.relayctl("edit", "third", "--type", "individual", code=0)
            self.assertEqual(self.send("ann@sink.example", stdin=self.message).item()["relay"], "third")
            named = self.send("--over", "fallback", "--relay", "own", "ann@sink.example", stdin=self.message)
            self.assertEqual(named.item()["relay"], "own")
        lines = [json.loads(line) for line in self.relayctl("log", "-o", "jsonl", code=0).out.splitlines()]
        self.assertEqual([(line["relay"], line["result"], line["instead_of"]) for line in lines],
                         [("news", "accepted", None), (None, "deferred", None),
                          ("own", "accepted", "news: its daily limit is reached"),
                          ("third", "accepted", "news: its daily limit is reached"), ("own", "accepted", None)])

    def test_a_relay_for_all_domains_in_place_of_one_that_is_switched_off(self):
        """As a fallback: told and logged, and refused where DMARC would fail only there."""
        with Script() as server, Script() as other:
            self.add_relay("news", server, "--domain", self.domain)
            self.add_relay("all", other, "--domain", "*", egress="192.0.2.1")
            self.relayctl("disable", "news", code=0)
            passing = self.send("ann@sink.example", stdin=self.message)  # there is no DMARC record yet
            self.assertIn("not through news: it is disabled: through all", passing.err)
            self.assertEqual((passing.item()["relay"], passing.item()["passed_over"]), ("all", ["news"]))
            self.publish()
            refused = self.send("ann@sink.example", stdin=self.message, code=75)
            self.assertIn(f"mail from {self.domain} passes DMARC through news and would fail through its fallback all",
                          refused.err)
            self.assertIn("hint: relayctl enable news, or give --allow-unaligned-fallback", refused.err)
            allowed = self.send("--allow-unaligned-fallback", "ann@sink.example", stdin=self.message)
            self.assertIn("not through news: it is disabled: through all", allowed.err)
            # Another relay of the domain is what takes its mail on purpose.
            self.add_relay("more", server, "--domain", self.domain, "--priority", "20", egress="192.0.2.1")
            self.assertEqual(self.send("ann@sink.example", stdin=self.message).err, "")
        lines = [json.loads(line) for line in self.relayctl("log", "-o", "jsonl", code=0).out.splitlines()]
        self.assertEqual([(line["relay"], line["result"], line["instead_of"]) for line in lines],
                         [("all", "accepted", "news: it is disabled"), (None, "deferred", None),
                          ("all", "accepted", "news: it is disabled"), ("more", "accepted", None)])

    def test_a_silent_dns(self):
        """What could not be asked is told, and holds no mail up."""
        with Script() as server, Script() as other:
            self.add_relay("news", server, "--domain", self.domain, "--daily-limit", "1")
            self.add_relay("own", other, "--fallback", egress="192.0.2.1")
            self.send("ann@sink.example", stdin=self.message)
            self.environment["RELAYCTL_DNS_SERVER"] = self.lab.silent_dns
            outcome = self.send("--dns-timeout", "0.5", "ann@sink.example", stdin=self.message)
        self.assertIn("warning: it is not known whether mail from", outcome.err)
        self.assertEqual(outcome.item()["relay"], "own")

    def test_ctrl_c_while_the_dns_is_silent(self):
        """Nothing was sent, and nothing stays counted; predict ends so too."""
        with Script() as server, Script() as other:
            self.add_relay("news", server, "--domain", self.domain, "--daily-limit", "1")
            self.add_relay("own", other, "--fallback")
            self.send("ann@sink.example", stdin=self.message)
            self.environment["RELAYCTL_DNS_SERVER"] = self.lab.silent_dns
            message = self.home / "message.eml"
            message.write_text(self.message)
            for words in (["send", "--file", message, "ann@sink.example"], ["predict", "own", "--from", self.domain]):
                run = subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                       env=self.environment)
                time.sleep(1)
                run.send_signal(signal.SIGINT)
                _, err = run.communicate(timeout=20)
                self.assertEqual((run.returncode, err), (130, "relayctl: interrupted\n"))
            self.assertEqual(other.messages, [])
        self.assertEqual(self.relayctl("quota", "--columns", "name,used", code=0).out, "news\t1\nown\t0\n")


class LogTest(SendTest):
    def send_some(self):
        with Script({"MAIL": ["250 ok", "550 5.7.1 no", "250 ok"], "RCPT": ["250 ok", "250 ok", "550 5.1.1 unknown"]}) as server:
            self.add_script("news", server)
            self.send("ann@sink.example")
            self.send("ann@sink.example", code=7)
            self.send("ann@sink.example", "bob@sink.example", code=7)

    def log(self, *arguments, code=0):
        return self.relayctl("log", *arguments, code=code)

    def test_what_is_asked_for(self):
        self.send_some()
        items = self.log("-o", "json").items()
        self.assertEqual([(item["relay"], item["from_domain"], item["mail_type"], item["recipients"], item["accepted"],
                           item["result"], item["queue_id"]) for item in items],
                         [("news", "example.test", "individual", 1, 1, "accepted", "ABC123"),
                          ("news", "example.test", "individual", 1, 0, "refused", None),
                          ("news", "example.test", "individual", 2, 1, "accepted", "ABC123")])
        self.assertEqual(items[1]["reply"], "the sender was not accepted: 550 5.7.1 no")
        self.assertEqual([item["id"] for item in self.log("--failed", "-o", "json").items()],
                         [item["id"] for item in items[1:]])
        self.assertEqual([item["id"] for item in self.log("--last", "1", "-o", "json").items()], [items[2]["id"]])
        self.assertEqual(len(self.log("--relay", "news", "--since", "1h").out.splitlines()), 3)
        self.assertEqual(len(self.log("--last", "2", "-o", "tsv").out.splitlines()), 2)
        self.assertEqual(self.log("--since", "2100-01-01").out, "")
        self.assertEqual(self.log("--since", "2100-01-01", "-o", "json").items(), [])
        self.assertEqual(len(self.log("--since", time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() - 86400)),
                                      "-o", "jsonl").out.splitlines()), 3)
        self.assertEqual(self.log("-o", "csv", "--header", "--columns", "relay,result,recipients").out.splitlines(),
                         ["relay,result,recipients", "news,accepted,1", "news,refused,1", "news,accepted,2"])
        self.assertIn("1 of 2", self.log("-o", "table").out)
        self.assertEqual(self.log("-q").out, "news\n" * 3)
        for arguments in (("--since", "yesterday"), ("--since", "2026-13-01"), ("--last", "0"), ("--relay", "a b"),
                          ("--follow", "-o", "json"), ("news",)):
            self.log(*arguments, code=2)
        self.assertIn("did you mean news?", self.log("--relay", "nwes", code=4).err)
        self.relayctl("delete", "news", code=0)
        self.assertEqual(len(self.log("--relay", "news").out.splitlines()), 3)
        for secret in ("ann@", "Hi.", "hello"):
            self.assertNotIn(secret, self.log("-o", "json").out)

    def test_a_table_of_the_log_says_what_it_leaves_out(self):
        self.relayctl("add", "news", "--host", "127.0.0.1", "--domain", "example.test", "--return-path", "from", code=0)
        with sqlite3.connect(self.store) as store:
            names = [row[1] for row in store.execute("PRAGMA table_info(mail_log)")]
            self.assertIn("reply", names)
            row = {"logged_at": 1_800_000_000_000_000, "relay": "news", "from_domain": "example.test", "mail_type": "mass", "recipients": 1,
                   "accepted": 1, "result": "accepted"}
            columns = [name for name in names if name != "id"]
            values = [row.get(name, "") for name in columns]
            store.execute(f"INSERT INTO mail_log ({','.join(columns)}) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                          f"WHERE i < 100001) SELECT {','.join('?' * len(columns))} FROM n", values)
        store.close()
        outcome = self.log("-o", "table", "--columns", "id")
        self.assertEqual(outcome.err, "warning: these are the newest 100000 lines; for all of them: relayctl log -o tsv, or "
                                      "--since WHEN\n")
        self.assertEqual(len(outcome.out.splitlines()), 1 + 100000)
        self.assertEqual(len(self.log("-o", "tsv", "--columns", "id").out.splitlines()), 100001)
        self.assertEqual(self.log("-o", "table", "--last", "5").err, "")

    def test_without_a_store_it_is_empty(self):
        self.assertEqual(self.log().out, "")
        run = subprocess.Popen([PROGRAM, "log", "--follow", "-q"], stdout=subprocess.PIPE, text=True,
                               stderr=subprocess.DEVNULL, env=self.environment)
        time.sleep(0.5)
        self.send_some()
        self.assertEqual(run.stdout.readline(), "news\n")
        run.terminate()
        self.assertEqual(run.wait(10), 130)
        run.stdout.close()

    def test_old_lines_go(self):
        self.send_some()
        self.relayctl("config", "set", "log-keep", "1s", code=0)
        time.sleep(2.1)
        with Script() as server:
            self.relayctl("edit", "news", "--port", str(server.port), "--any-port", code=0)
            self.send("ann@sink.example")
        self.assertEqual(len(self.log().out.splitlines()), 1)

    def test_follow(self):
        """New lines come as they are written; Ctrl-C ends it with 130, a reader that goes away with 0."""
        self.send_some()
        run = subprocess.Popen([PROGRAM, "log", "--follow", "--last", "1", "-o", "jsonl"], stdout=subprocess.PIPE, text=True,
                               stderr=subprocess.DEVNULL, env=self.environment)
        self.assertEqual(json.loads(run.stdout.readline())["recipients"], 2)
        with Script() as server:
            self.relayctl("edit", "news", "--port", str(server.port), "--any-port", code=0)
            self.send("a@sink.example", "b@sink.example", "c@sink.example")
        self.assertEqual(json.loads(run.stdout.readline())["recipients"], 3)
        run.send_signal(signal.SIGINT)
        self.assertEqual((run.wait(10), run.stdout.read()), (130, ""))
        run.stdout.close()
        self.assertEqual(self.relayctl("log", "--since", "1h", "-o", "table", code=0).code, 0)


if __name__ == "__main__":
    unittest.main()
