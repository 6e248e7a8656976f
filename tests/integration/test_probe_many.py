"""probe --all and probe -: many relays, a line for each, against Postfix and servers that misbehave."""

import json
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import unittest

from relayctl import PROGRAM, BadServer, RelayctlTest


class ProbeManyTest(RelayctlTest):
    def three(self):
        self.add("good", "mail.relay.test")
        self.add("bad", "expired.relay.test", mail_type="workflow")
        self.add("away", "mail.relay.test", mail_type="individual", domain="away.test")
        self.relayctl("disable", "away", code=0)

    def lines(self, outcome):
        return sorted(json.loads(line)["target"] for line in outcome.out.splitlines())

    def test_all_are_the_enabled_ones_each_at_its_own_endpoint(self):
        self.three()
        outcome = self.relayctl("probe", "--all", "-o", "jsonl", code=1)
        items = {item["target"]: item for item in map(json.loads, outcome.out.splitlines())}
        self.assertEqual({name: item["verdict"] for name, item in items.items()}, {"good": "good", "bad": "bad"})
        self.assertEqual([len(item["combinations"]) for item in items.values()], [1, 1])
        self.assertTrue(all(item["combinations"][0]["configured"] for item in items.values()))

    def test_a_row_a_relay_with_the_reason(self):
        self.three()
        rows = sorted(self.relayctl("probe", "--all", "--columns", "target,verdict,reason", code=1).out.splitlines())
        self.assertEqual(rows, ["bad\tbad\tcertificate expired", "good\tgood\t\\N"])

    def test_a_line_a_relay_for_people(self):
        self.three()
        outcome = self.relayctl("probe", "--all", "-o", "table", code=1)
        lines = sorted(outcome.out.splitlines())
        self.assertRegex(lines[0], r"^bad   fail .* ms +\d+ tls +expired\.relay\.test  certificate expired  "
                                   r"tls-certificate-expired$")
        self.assertRegex(lines[1], r"^good  ok .* ms +\d+ tls +mail\.relay\.test  \d+ days left$")

    def test_the_summary(self):
        self.three()
        outcome = self.relayctl("probe", "--all", code=1)
        self.assertRegex(outcome.err, r"^2 relays in .*: 1 good, 1 bad, 0 unchecked\n")
        self.assertRegex(outcome.err, r"\n +1  error +tls-certificate-expired\n")

    def test_every_format(self):
        self.three()
        for quiet in (["-q"], ["-o", "name"]):
            names = self.relayctl("probe", "--all", *quiet, code=1)
            self.assertEqual((sorted(names.out.splitlines()), names.err), (["bad", "good"], ""))
        document = self.relayctl("probe", "--all", "-o", "json", code=1).json()
        self.assertEqual((document["schema"], len(document["items"])), ("relayctl.probe/1", 2))
        header = self.relayctl("probe", "--all", "-o", "csv", "--header", code=1).out.splitlines()[0]
        self.assertTrue(header.startswith("target,host,address,port,security,outcome,reason"), header)

    def test_the_matrix_of_each(self):
        self.add("good", "mail.relay.test")
        rows = self.relayctl("probe", "--all", "--matrix", code=0).out.splitlines()
        self.assertGreaterEqual(len(rows), 9)
        lines = self.relayctl("probe", "--all", "--matrix", "-o", "table", code=0).out.splitlines()
        self.assertRegex(lines[0], "^good  ok ")
        self.assertRegex(lines[1], "^PORT  NONE +TLS")
        self.assertIn("  * the configured one", lines)

    def test_a_port_or_a_security_is_tried_of_each_in_place_of_the_endpoint(self):
        self.add("good", "mail.relay.test")
        port = str(self.lab.ports[25])
        for options, tried in ((["--port", port, "--any-port"], {(port, "none"), (port, "tls"), (port, "ssl")}),
                               (["--port", port, "--any-port", "--security", "none"], {(port, "none")})):
            rows = self.relayctl("probe", "--all", *options, "--columns", "port,security", code=0).out.splitlines()
            self.assertEqual({tuple(row.split("\t")) for row in rows}, tried)

    def test_an_empty_store(self):
        outcome = self.relayctl("probe", "--all", "-o", "json", code=4)
        self.assertIn("no relay of the store is enabled", outcome.err)
        self.assertEqual(outcome.out, "")

    def test_names_and_hosts_from_standard_input(self):
        self.three()
        port = str(self.lab.ports[587])
        outcome = self.relayctl("probe", "-", "-o", "jsonl", "--ca-file", self.lab.ca, "--port", port, "--any-port",
                                "--security", "tls", stdin="good # the first\n\n# a comment\r\n  away \n\t# c\nmail.relay.test\t#\n",
                                code=0)
        self.assertEqual(self.lines(outcome), ["away", "good", "mail.relay.test"])

    def test_lines_that_name_nothing_are_rows_with_a_fault_and_a_no(self):
        self.add("good", "mail.relay.test")
        words = ["nowhere", "a#b", "a b", "x" * 5000, "\x1b[31m", "-"]
        outcome = self.relayctl("probe", "-", "-o", "jsonl", stdin="good\n" + "\n".join(words), code=1)
        items = [json.loads(line) for line in outcome.out.splitlines()]
        faults = {item["target"]: item["fault"] for item in items}
        self.assertEqual(len(items), 7)
        self.assertEqual([item["verdict"] for item in items if item["fault"]], ["bad"] * 6)
        self.assertEqual(faults.pop("good"), None)
        self.assertTrue(all(faults.values()), faults)
        self.assertIn("there is no relay", faults["nowhere"])
        self.assertIn("longer than 4096", faults["x" * 24])
        for arguments in (("-o", "table"), ("-o", "tsv")):
            self.relayctl("probe", "-", *arguments, stdin="\n".join(words), code=1)

    def test_an_input_without_a_name_is_told(self):
        for stdin in ("", "# none\n\n"):
            outcome = self.relayctl("probe", "-", stdin=stdin, code=0)
            self.assertRegex(outcome.err, r"^0 relays in .*: 0 good, 0 bad, 0 unchecked\n$")

    def test_a_host_without_an_address_is_told_the_same_everywhere(self):
        self.add("gone", "gone.relay.test")
        port = str(self.lab.ports[587])
        cells = [("no address", "no-address", "bad", "fail", True, True)]
        names = ("reason", "problem", "verdict", "outcome", "configured", "decides")
        item = self.relayctl("probe", "gone", "--port", port, "--security", "tls", "--any-port", "-o", "json", code=1).item()
        self.assertEqual([tuple(cell[name] for name in names) for cell in item["combinations"]], cells)
        rows = self.relayctl("probe", "--all", "--columns", ",".join(("port", *names)), code=1).out
        self.assertEqual(rows, f"{port}\tno address\tno-address\tbad\tfail\tyes\tyes\n")
        line = self.relayctl("probe", "--all", "-o", "table", code=1).out
        self.assertRegex(line, rf"^gone  fail +{port} tls +gone\.relay\.test  no address  smtp-address-missing\n$")
        unknown = self.relayctl("probe", "gone", "--dns-server", self.lab.silent_dns, "--dns-timeout", "1", "-o", "json", code=3)
        self.assertEqual({(cell["problem"], cell["verdict"], cell["outcome"]) for cell in unknown.item()["combinations"]},
                         {("no-dns-answer", "unchecked", "skip")})

    def test_a_long_list_is_probed_on_two_threads(self):
        self.add("good", "mail.relay.test")
        unheard = socket.socket()  # bound, and nobody listens
        self.addCleanup(unheard.close)
        unheard.bind((f"{self.lab.network}.74", 0))
        closed = str(unheard.getsockname()[1])
        words = [f"{self.lab.network}.{75 + number % 50}" for number in range(250)]
        with tempfile.TemporaryFile("w+") as listed:
            listed.write("\n".join(words + ["good", ".."]))
            listed.seek(0)
            run = subprocess.run([PROGRAM, "probe", "-", "-o", "jsonl", "--port", closed, "--any-port", "--security", "none"],
                                 env=self.environment, stdin=listed, capture_output=True, check=False, timeout=60)
        items = [json.loads(line) for line in run.stdout.splitlines()]
        self.assertEqual(sorted(item["target"] for item in items), sorted(words + ["good", ".."]))
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn(b"252 relays in", run.stderr)

    def test_a_definite_no_outweighs_what_could_not_be_checked(self):
        self.three()
        self.relayctl("probe", "-", stdin="nowhere\nbad\ngood\n", code=1)

    def test_a_host_without_an_endpoint_of_its_own(self):
        outcome = self.relayctl("probe", "-", "-o", "jsonl", stdin="closed.relay.test\n", code=1)
        tried = [(cell["port"], cell["security"]) for cell in json.loads(outcome.out)["combinations"]]
        self.assertEqual(tried, [(587, "tls"), (465, "ssl"), (25, "tls")])

    def test_a_slow_server_does_not_hold_up_the_others(self):
        self.add("good", "mail.relay.test")
        with BadServer("silent") as server:
            self.add("slow", server.address, port=server.port, mail_type="workflow", ca_file=None)
            outcome = self.relayctl("probe", "--all", "--timeout", "2", "-o", "jsonl", code=3)
        self.assertEqual([json.loads(line)["target"] for line in outcome.out.splitlines()], ["good", "slow"])
        self.assertLess(outcome.seconds, 6)

    def test_ctrl_c_ends_it_with_what_is_known(self):
        self.add("good", "mail.relay.test")
        with BadServer("silent") as server:
            self.add("slow", server.address, port=server.port, mail_type="workflow", ca_file=None)
            process = subprocess.Popen([PROGRAM, "probe", "--all", "-o", "jsonl"], env=self.environment,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            line = process.stdout.readline()
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        self.assertEqual((json.loads(line)["target"], out, process.returncode), ("good", b"", 130))
        self.assertIn(b"1 relay in", err)
        self.assertLess(time.monotonic() - start, 5)

    def test_results_are_seen_while_the_input_is_open(self):
        self.add("good", "mail.relay.test")
        process = subprocess.Popen([PROGRAM, "probe", "-", "-o", "jsonl"], env=self.environment,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(process.stdout.close)
        process.stdin.write(b"good\ngood\ngood\n")
        process.stdin.flush()
        names = [json.loads(process.stdout.readline())["target"] for _ in range(3)]
        process.stdin.close()
        self.assertEqual((names, process.wait(timeout=20)), (["good"] * 3, 0))

    def test_what_does_not_go_together(self):
        self.three()
        for arguments in ((), ("-", "good"), ("--all", "good"), ("good", "--matrix"), ("good", "--concurrency", "3"),
                          ("--all", "--concurrency", "0"), ("--all", "--concurrency", "many"),
                          ("--all", "--verify-certificate", "maybe"), ("--all", "--ca-file", "/nonexistent")):
            self.relayctl("probe", *arguments, code=2)

    # -- the last result ------------------------------------------------------------------------------------
    def last(self, name):
        return self.relayctl("show", name, "-o", "json", code=0).item()["last_probe"]

    def test_the_last_result_is_kept_and_told_by_list_and_show(self):
        self.three()
        self.assertIsNone(self.last("good"))
        self.relayctl("probe", "--all", code=1)
        self.assertEqual((self.last("good")["verdict"], self.last("good")["reason"]), ("good", None))
        bad = self.last("bad")
        self.assertEqual((bad["verdict"], bad["reason"]), ("bad", "certificate expired"))
        self.assertIn("tls-certificate-expired", bad["findings"])
        self.assertIsNone(self.last("away"))
        rows = self.relayctl("list", "--columns", "name,last_probe", code=0).out
        self.assertRegex(rows, r"(?m)^bad\tfail \S+Z certificate expired$")
        self.relayctl("probe", "away", code=0)
        self.assertEqual(self.last("away")["verdict"], "good")

    def test_nothing_is_kept_of_a_probe_with_other_settings(self):
        self.add("good", "mail.relay.test")
        self.relayctl("probe", "good", "--verify-certificate", "off", code=0)
        self.relayctl("probe", "good", "--require", "25:none")
        self.assertIsNone(self.last("good"))

    def test_a_question_of_its_own_leaves_the_last_result_alone(self):
        secret = self.home / "secret"
        secret.write_text("wrong\n")
        secret.chmod(0o600)
        self.add("good", "mail.relay.test", user=self.lab.user, password_file=secret)
        self.relayctl("probe", "good", code=0)
        kept = self.last("good") | {"age_s": None}
        self.assertEqual(kept["verdict"], "good")
        for arguments in (("--login",), ("--port", "25", "--security", "tls", "--sender", "<>"),
                          ("--port", "465", "--security", "ssl", "--login"), ("--require", "465:tls"),
                          ("--sender", "a@example.test", "--recipient", "nobody@nowhere.invalid"), ("--dane",)):
            self.relayctl("probe", "good", *arguments)
            self.assertEqual(self.last("good") | {"age_s": None}, kept, arguments)
            refused = self.relayctl("probe", "good", "--only-changes", *arguments, code=2)
            self.assertIn(arguments[0], refused.err)
        self.assertEqual(self.relayctl("probe", "good", "--only-changes", code=0).out, "")

    def test_the_result_of_a_relay_that_was_changed_is_not_told(self):
        self.add("good", "mail.relay.test")
        self.relayctl("probe", "good", code=0)
        self.relayctl("edit", "good", "--security", "ssl", code=0)
        self.assertIsNone(self.last("good"))

    def test_a_store_that_cannot_be_written_is_told_once_and_no_error(self):
        self.three()
        lock = sqlite3.connect(self.store, isolation_level=None)
        self.addCleanup(lock.close)
        lock.execute("BEGIN IMMEDIATE")
        outcome = self.relayctl("probe", "good", "away", "-o", "json", code=0)
        self.assertEqual(outcome.err.count("the result is not kept"), 1, outcome)

    def test_only_changes_is_silent_while_nothing_changes(self):
        self.three()
        first = self.relayctl("probe", "--all", "--only-changes", "-q", code=1)
        self.assertEqual(sorted(first.out.split()), ["bad", "good"])
        again = self.relayctl("probe", "--all", "--only-changes", code=1)
        self.assertEqual((again.out, again.err), ("", ""))
        one = self.relayctl("probe", "good", "--only-changes", code=0)
        self.assertEqual((one.out, one.err), ("", ""))
        self.relayctl("edit", "good", "--host", "expired.relay.test", code=0)
        self.assertEqual(self.relayctl("probe", "--all", "--only-changes", "-q", code=1).out, "good\n")

    # -- monitoring and repeating ---------------------------------------------------------------------------
    def monitor(self, *arguments, code):
        outcome = self.relayctl("probe", "--monitor", *arguments, code=code)
        self.assertEqual(outcome.out.count("\n"), 1, outcome)
        return outcome.out

    def test_the_states_for_monitoring(self):
        self.three()
        self.add("soon", "soon.relay.test", domain="soon.test")
        self.assertRegex(self.monitor("good", code=0), r"^RELAYCTL OK - good: .*\|connect=\d+\.\d{3}s;;;0 .*tls=")
        self.assertRegex(self.monitor("soon", code=1), r"^RELAYCTL WARNING - .*tls-certificate-expires-soon")
        self.assertRegex(self.monitor("bad", code=2), r"^RELAYCTL CRITICAL - .*certificate expired.*\|connect=")
        self.assertRegex(self.monitor("good", "--dns-server", self.lab.silent_dns, "--dns-timeout", "1", code=3),
                         r"^RELAYCTL UNKNOWN - good: 587 tls no answer from DNS")

    def test_what_cannot_be_monitored_is_unknown(self):
        self.three()
        for arguments in ((), ("nowhere",), ("good", "bad"), ("--all",), ("-",), ("good", "-o", "json"),
                          ("good", "--port", "x"), ("good", "--repeat", "2"), ("good", "--nosuch"), ("good", "--timeout"),
                          ("good", "--columns", "nope"), ("good", "--color", "nope"), ("good", "--tls-scan"),
                          ("good", "--ca-file", "/nonexistent")):
            self.assertTrue(self.monitor(*arguments, code=3).startswith("RELAYCTL UNKNOWN - "), arguments)

    def test_what_is_checked_beside_the_endpoint_is_monitored_too(self):
        self.add("two", "two-stacks.relay.test")
        self.assertRegex(self.monitor("two", code=0), "^RELAYCTL OK - two: ")
        self.assertRegex(self.monitor("two", "--all-addresses", code=2), "^RELAYCTL CRITICAL - two: .*smtp-address-fails: ::1")

    def test_what_escapes_reach_the_line_for_monitoring_are_escaped(self):
        """[SMTP-SEC-23]"""
        with BadServer("escapes") as server:
            self.monitor(server.address, "--require", f"{server.port}:tls", "--any-port", code=2)

    def test_repeated_probes_have_times_of_each_stage(self):
        self.add("good", "mail.relay.test")
        repeat = self.relayctl("probe", "good", "--repeat", "3", "-o", "json", code=0).item()["repeat"]
        self.assertEqual((repeat["runs"], repeat["good"]), (3, 3))
        self.assertEqual([stage["stage"] for stage in repeat["stages"]],
                         ["dns", "connect", "greeting", "ehlo", "tls", "ehlo_after_tls", "total"])
        for stage in repeat["stages"]:
            self.assertEqual(stage["count"], 1 if stage["stage"] == "dns" else 3)
            self.assertLessEqual(stage["min_ms"], stage["median_ms"])
            self.assertLessEqual(stage["median_ms"], stage["max_ms"])
        rows = self.relayctl("probe", "good", "--repeat", "2", code=0).out.splitlines()
        self.assertEqual([row.split("\t")[:3] for row in rows], [["good", stage["stage"], "1" if stage["stage"] == "dns" else "2"] for stage in repeat["stages"]])
        chosen = self.relayctl("probe", "good", "--repeat", "2", "--columns", "port,stage,count", code=0).out.splitlines()
        self.assertEqual(chosen[1], f"{self.lab.ports[587]}\tconnect\t2")
        self.assertEqual(len(self.relayctl("probe", "good", "--repeat", "2", "--columns", "target,port", code=0).out.splitlines()), 1)
        for arguments in (["good"], ["--all"]):
            self.assertIn("the column min_ms is of --repeat", self.relayctl("probe", *arguments, "--columns", "port,min_ms", code=2).err)
        table = self.relayctl("probe", "good", "--repeat", "2", "-o", "table", "--ascii", code=0).out
        self.assertIn("2 probes, 2 of them good", table)
        self.assertTrue(table.isascii(), table)
        for value in ("0", "101", "x"):
            self.relayctl("probe", "good", "--repeat", value, code=2)
        self.relayctl("probe", "--all", "--repeat", "2", code=2)
        for option in (["--dane"], ["--tls-scan"], ["--all-addresses"], ["--mta-sts", "a.test"]):
            self.relayctl("probe", "good", "--repeat", "2", *option, code=2)

    def test_a_full_disk_is_an_error(self):
        self.add("good", "mail.relay.test")
        with open("/dev/full", "wb") as full:
            run = subprocess.run([PROGRAM, "probe", "--all"], env=self.environment, stdout=full, check=False,
                                 stderr=subprocess.PIPE, timeout=self.TIMEOUT)
        self.assertEqual(run.returncode, 74, run.stderr)


if __name__ == "__main__":
    unittest.main()
