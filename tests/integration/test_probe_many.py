"""probe --all and probe -: many relays, a line for each, against Postfix and servers that misbehave."""

import json
import signal
import subprocess
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
        self.assertEqual(sorted(self.relayctl("probe", "--all", "-q", code=1).out.splitlines()), ["bad", "good"])
        document = self.relayctl("probe", "--all", "-o", "json", code=1).json()
        self.assertEqual((document["schema"], len(document["items"])), ("relayctl.probe/1", 2))
        header = self.relayctl("probe", "--all", "-o", "csv", "--header", code=1).out.splitlines()[0]
        self.assertTrue(header.startswith("target,host,address,port,security,outcome,reason"), header)

    def test_the_matrix_of_each(self):
        self.add("good", "mail.relay.test")
        rows = self.relayctl("probe", "--all", "--matrix", code=0).out.splitlines()
        self.assertGreaterEqual(len(rows), 9)

    def test_an_empty_store(self):
        outcome = self.relayctl("probe", "--all", "-o", "json", code=0)
        self.assertEqual(outcome.items(), [])

    def test_names_and_hosts_from_standard_input(self):
        self.three()
        port = str(self.lab.ports[587])
        outcome = self.relayctl("probe", "-", "-o", "jsonl", "--ca-file", self.lab.ca, "--port", port, "--any-port",
                                "--security", "tls", stdin="good\n\n# a comment\r\n  away \nmail.relay.test\n", code=0)
        self.assertEqual(self.lines(outcome), ["away", "good", "mail.relay.test"])

    def test_lines_that_name_nothing_are_rows_with_a_fault_and_could_not_be_checked(self):
        self.add("good", "mail.relay.test")
        words = ["nowhere", "..", "a b", "x" * 5000, "\x1b[31m", "-"]
        outcome = self.relayctl("probe", "-", "-o", "jsonl", stdin="good\n" + "\n".join(words), code=3)
        items = [json.loads(line) for line in outcome.out.splitlines()]
        faults = {item["target"]: item["fault"] for item in items}
        self.assertEqual(len(items), 7)
        self.assertEqual(faults.pop("good"), None)
        self.assertTrue(all(faults.values()), faults)
        self.assertIn("there is no relay", faults["nowhere"])
        self.assertIn("longer than 4096", faults["x" * 24])
        for arguments in (("-o", "table"), ("-o", "tsv")):
            self.relayctl("probe", "-", *arguments, stdin="\n".join(words), code=3)

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
                          ("--all", "--concurrency", "0"), ("--all", "--concurrency", "many")):
            self.relayctl("probe", *arguments, code=2)

    def test_a_full_disk_is_an_error(self):
        self.add("good", "mail.relay.test")
        with open("/dev/full", "wb") as full:
            run = subprocess.run([PROGRAM, "probe", "--all"], env=self.environment, stdout=full, check=False,
                                 stderr=subprocess.PIPE, timeout=self.TIMEOUT)
        self.assertEqual(run.returncode, 74, run.stderr)


if __name__ == "__main__":
    unittest.main()
