"""verify - against NSD: streams, order, journals, closed pipes, bad input, memory. [BULK-01]"""

import json
import os
import resource
import select
import signal
import subprocess
import time
import unittest
from pathlib import Path

from relayctl import PROGRAM, RelayctlTest

GOOD, BAD, BROKEN = "example.test", "spf-eleven.test", "servfail.test"


class VerifyManyTest(RelayctlTest):
    def verify(self, lines, *arguments, code, **environment):
        outcome = self.relayctl("verify", "-", *arguments, stdin="".join(f"{line}\n" for line in lines), code=code,
                                **environment)
        return outcome

    def items(self, outcome):
        return [json.loads(line) for line in outcome.out.splitlines()]

    def start(self, *arguments, **options):
        process = subprocess.Popen([PROGRAM, "verify", "-", *arguments], env=self.environment,
                                   stdin=options.pop("stdin", subprocess.PIPE), **options)
        self.addCleanup(self.stop, process)
        return process

    def stop(self, process):
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()

    def domains(self, count):
        """Names that exist, and do not: each asks its own questions."""
        return [f"n{number}.example.test" for number in range(count)]

    # -- results --------------------------------------------------------------------------------------------
    def test_one_json_line_a_domain(self):
        outcome = self.verify([GOOD, BAD, BROKEN], "-o", "jsonl", code=1)
        found = {item["domain"]: item["verdict"] for item in self.items(outcome)}
        self.assertEqual(found, {GOOD: "good", BAD: "bad", BROKEN: "unchecked"}, outcome)

    def test_a_line_is_the_item_that_verify_of_one_domain_gives(self):
        one = self.relayctl("verify", GOOD, "--only", "spf,dmarc", "-o", "jsonl", code=0)
        many = self.verify([GOOD], "--only", "spf,dmarc", "-o", "jsonl", code=0)
        self.assertEqual(many.out, one.out)

    def test_the_order_of_the_input(self):
        slow_and_quick = [BROKEN, GOOD, "no-such-domain.test", BAD] * 20
        outcome = self.verify(slow_and_quick, "-o", "jsonl", "--ordered", code=1)
        self.assertEqual([item["domain"] for item in self.items(outcome)], slow_and_quick)

    def test_a_long_list_on_several_threads_comes_whole_and_each_domain_once(self):
        lines = self.domains(2500) + [BAD, GOOD]
        ordered = self.verify(lines, "-o", "jsonl", "--only", "spf,dmarc", "--ordered", code=1)
        for arguments in ((), ("--threads", "1"), ("--threads", "5"), ("--threads", "5", "--concurrency", "3")):
            outcome = self.verify(lines, "-o", "jsonl", "--only", "spf,dmarc", *arguments, code=1)
            items = self.items(outcome)
            self.assertEqual(sorted(item["domain"] for item in items), sorted(lines))
            self.assertRegex(outcome.err, r"^2502 domains in ")
            self.assertEqual(sorted(outcome.out.splitlines()), sorted(ordered.out.splitlines()))

    def test_exit_codes_by_the_worst(self):
        self.verify([GOOD, GOOD], code=0)
        self.verify([GOOD, BROKEN], code=3)
        self.verify([GOOD, BROKEN, BAD], code=1)
        self.verify([], code=0)

    def test_lines_of_every_kind(self):
        lines = ["# a comment", "", f"{GOOD}\r", "  ", "dkim.test\tgood,weak", "not a domain", "x" * 5000,
                 f"{GOOD}\ta\tb", "\x01\x1b[31m", "-"]
        items = self.items(self.verify(lines, "-o", "jsonl", "--ordered", code=1))
        self.assertEqual([item["verdict"] for item in items],
                         ["good", "good", "bad", "bad", "bad", "bad", "bad"])
        self.assertEqual([key["selector"] for key in items[1]["dkim"]["keys"]], ["good", "weak"])
        self.assertIn("longer than 4096", items[3]["fault"])

    def test_input_that_is_not_utf_8(self):
        process = self.start("-o", "jsonl", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, _ = process.communicate(b"\xff\xfe.test\n" + GOOD.encode() + b"\n", timeout=self.TIMEOUT)
        self.assertEqual(process.returncode, 1)
        self.assertEqual(sorted(json.loads(line)["verdict"] for line in out.splitlines()), ["bad", "good"])

    def test_every_format(self):
        lines = [GOOD, "dkim.test\tgood"]
        rows = self.verify(lines, "-o", "tsv", "--ordered", "--header", code=0).out.splitlines()
        self.assertEqual(rows[0].split("\t")[:2], ["domain", "check"])
        self.assertEqual([row.split("\t")[1] for row in rows[1:]], ["spf", "dkim", "dmarc"] * 2)
        names = self.verify(lines, "-q", "--ordered", code=0)
        self.assertEqual((names.out, names.err), (f"{GOOD}\ndkim.test\n", ""))
        senders = self.verify([GOOD], "-q", "--only", "spf", "--ip", "192.0.2.1", "--mail-from", "a@other.test", code=1)
        self.assertEqual((senders.out, senders.err), (f"{GOOD}\n", ""))
        self.assertEqual(self.verify(lines, "--columns", "check,verdict", "--ordered", code=0).out.splitlines()[2],
                         "dmarc\tgood")
        self.assertEqual(self.verify(lines, "-o", "csv", "--ordered", code=0).out.splitlines()[0].split(",")[0], GOOD)
        table = self.verify(lines, "-o", "table", "--ordered", code=0).out.splitlines()
        self.assertEqual([line.split()[0] for line in table], [GOOD, "dkim.test"])
        document = self.verify(lines, "-o", "json", "--ordered", code=0).json()
        self.assertEqual(document["schema"], "relayctl.verify/1")
        self.assertEqual([item["domain"] for item in document["items"]], [GOOD, "dkim.test"])
        self.assertEqual(self.verify([], "-o", "json", code=0).json()["items"], [])

    def test_columns_in_json_are_those_of_the_rows(self):
        columns = "domain,check,verdict,result,record"
        rows = [line.split("\t") for line in
                self.verify([GOOD, BAD], "-o", "tsv", "--columns", columns, "--ordered", code=1).out.splitlines()]
        expected = [[None if cell == "\\N" else cell for cell in row] for row in rows]
        many = self.verify([GOOD, BAD], "-o", "json", "--columns", columns, "--ordered", code=1).json()["items"]
        lines = self.items(self.verify([GOOD, BAD], "-o", "jsonl", "--columns", columns, "--ordered", code=1))
        each = self.relayctl("verify", GOOD, BAD, "-o", "json", "--columns", columns, code=1).json()["items"]
        for items in (many, lines, each):
            self.assertEqual([list(item.values()) for item in items], expected)

    def test_the_summary(self):
        outcome = self.verify([GOOD, BAD, BROKEN, BAD], code=1)
        self.assertRegex(outcome.err, r"^4 domains in .*: 1 good, 2 bad, 1 unchecked\n")
        self.assertRegex(outcome.err, r"\n +2  error +spf-too-many-lookups\n")
        self.assertRegex(outcome.err, r"\n\d+ questions to the servers; \d+ answered from the cache")

    def test_a_shared_include_is_asked_once(self):
        outcome = self.verify([GOOD] * 50, "--only", "spf", code=0)
        first = self.verify([GOOD], "--only", "spf", code=0)
        self.assertEqual(outcome.err.splitlines()[1].split()[0], first.err.splitlines()[1].split()[0], outcome)

    def test_what_cannot_be_asked_for(self):
        self.relayctl("verify", "-", GOOD, code=2)
        self.relayctl("verify", GOOD, "--ordered", code=2)
        self.relayctl("verify", GOOD, "--resume", "x", code=2)
        for value in ("0", "x", "-1", "1e3", "99999999999999999999"):
            self.relayctl("verify", "-", "--concurrency", value, code=2)
            self.relayctl("verify", "-", "--rate", value, code=2)
            self.relayctl("verify", "-", "--threads", value, code=2)
        self.relayctl("verify", "-", "--threads", "17", code=2)
        for one in (("--ordered",), ("--rate", "5"), ("--only", "mta-sts")):
            outcome = self.relayctl("verify", "-", "--threads", "2", *one, code=2)
            self.assertIn("is for one thread", outcome.err)
        self.verify([GOOD], "--threads", "1", "--ordered", code=0)
        outcome = self.relayctl("verify", "-", "-o", "json", "--resume", str(self.home / "j"), code=2)
        self.assertIn("jsonl", outcome.err)

    # -- speed of asking ------------------------------------------------------------------------------------
    def test_the_rate_is_kept(self):
        lines = self.domains(20)
        quick = self.verify(lines, "--only", "dmarc", code=0)
        questions = int(quick.err.splitlines()[1].split()[0])
        outcome = self.verify(lines, "--only", "dmarc", "--rate", "50", code=0)
        self.assertGreater(outcome.seconds, (questions - 5) / 50)

    # -- streams --------------------------------------------------------------------------------------------
    def test_results_are_seen_while_the_input_is_open(self):
        process = self.start("-o", "jsonl", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(3):
            process.stdin.write(f"{GOOD}\n".encode())
            process.stdin.flush()
            self.assertTrue(select.select([process.stdout], [], [], 20)[0], "no result while the input is open")
            self.assertEqual(json.loads(process.stdout.readline())["domain"], GOOD)
        process.stdin.close()
        self.assertEqual(process.wait(timeout=20), 0)

    def test_a_closed_pipe_ends_it_quietly(self):
        with subprocess.Popen(["yes", GOOD], stdout=subprocess.PIPE) as source:
            process = self.start("-o", "jsonl", stdin=source.stdout, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            source.stdout.close()
            process.stdout.readline()
            process.stdout.close()
            self.assertEqual(process.wait(timeout=20), 0)
            self.assertEqual(process.stderr.read(), b"")

    def test_a_full_disk_is_an_error(self):
        with open("/dev/full", "wb") as full:
            process = self.start("-o", "jsonl", stdout=full, stderr=subprocess.PIPE)
            _, err = process.communicate(f"{GOOD}\n".encode(), timeout=20)
        self.assertEqual(process.returncode, 74, err)

    def test_input_that_cannot_be_read_is_an_error(self):
        folder = os.open("/", os.O_RDONLY)
        self.addCleanup(os.close, folder)
        process = self.start(stdin=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.assertEqual(process.wait(timeout=20), 74)

    def test_ctrl_c_prints_the_summary(self):
        process = self.start("-o", "jsonl", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(f"{GOOD}\n".encode())
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=20), 130)
        err = process.stderr.read().decode()
        self.assertIn("1 domain in", err)
        self.assertIn("interrupted", err)

    def test_ctrl_c_ends_all_threads_of_a_long_list(self):
        with subprocess.Popen(["yes", GOOD], stdout=subprocess.PIPE) as source:
            process = self.start("-o", "jsonl", "--only", "spf", "--threads", "4", stdin=source.stdout,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            source.stdout.close()
            for _ in range(3000):
                process.stdout.readline()
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 130)
        self.assertIn(b"interrupted", err)

    def test_domains_at_work_are_not_told_when_it_is_interrupted(self):
        process = self.start("-o", "jsonl", "--dns-server", self.lab.silent_dns, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        process.stdin.write(f"{GOOD}\n{BAD}\n".encode())
        process.stdin.flush()
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=20), 130)
        self.assertEqual(process.stdout.read(), b"")

    # -- journals -------------------------------------------------------------------------------------------
    def resume(self, lines, *arguments, code):
        return self.verify(lines, "-o", "jsonl", "--only", "spf,dmarc", "--resume", str(self.home / "journal"),
                           *arguments, code=code)

    def test_a_second_run_does_only_what_is_new_and_remembers_the_verdicts(self):
        self.assertEqual(len(self.items(self.resume([GOOD, BAD], code=1))), 2)
        again = self.resume([GOOD, BAD, GOOD, BROKEN], "--ordered", code=1)
        self.assertEqual([item["domain"] for item in self.items(again)], [GOOD, BROKEN])
        self.assertEqual(self.resume([BAD, GOOD, BROKEN, GOOD], code=1).out, "")

    def test_an_interrupted_run_goes_on(self):
        lines = self.domains(300)
        out = self.home / "out"
        for sign, least in ((signal.SIGINT, 1), (signal.SIGKILL, 1), (signal.SIGKILL, 1)):
            self.interrupt(lines, out, sign, least)
        with out.open("ab") as output:
            process = self.start(*self.resumed_options(), stdout=output, stderr=subprocess.DEVNULL)
            process.communicate("".join(f"{line}\n" for line in lines).encode(), timeout=self.TIMEOUT)
        found = [json.loads(line)["domain"] for line in out.read_text().splitlines()]
        self.assertEqual(sorted(found), sorted(lines))

    def resumed_options(self):
        return ("-o", "jsonl", "--only", "dmarc", "--resume", str(self.home / "journal"))

    def interrupt(self, lines, out, sign, least):
        """Runs until some more lines are out, then sends the signal. The rate leaves domains for the runs that follow."""
        before = out.stat().st_size if out.exists() else 0
        with out.open("ab") as output:
            process = self.start(*self.resumed_options(), "--rate", "20", stdout=output, stderr=subprocess.DEVNULL)
            process.stdin.write("".join(f"{line}\n" for line in lines).encode())
            process.stdin.flush()
            deadline = time.monotonic() + 20
            while out.stat().st_size <= before and time.monotonic() < deadline:
                time.sleep(0.01)
            process.send_signal(sign)
            process.wait(timeout=20)
        self.assertGreater(out.stat().st_size, before)

    def test_damage_of_a_journal_is_told(self):
        self.resume([GOOD], code=0)
        journal = self.home / "journal"
        whole = journal.read_bytes()
        journal.write_bytes(whole + b"good other.test\ngoo\0damage\n#written -\n")
        outcome = self.resume([GOOD], code=0)
        self.assertIn("going on after 1 finished domain\n", outcome.err)
        self.assertIn("cut 38 octets off the journal, unfinished or damaged: the domains in them come again\n",
                      outcome.err)
        self.assertEqual(journal.read_bytes(), whole)

    def test_a_file_that_is_no_journal_is_left_alone(self):
        precious = self.home / "journal"
        precious.write_text("example.test\n")
        outcome = self.resume([GOOD], code=2)
        self.assertIn("is not a journal", outcome.err)
        self.assertEqual(precious.read_text(), "example.test\n")

    def test_a_journal_of_other_options_is_refused(self):
        self.resume([GOOD], code=0)
        outcome = self.verify([GOOD], "--resume", str(self.home / "journal"), code=2)
        self.assertIn("other options", outcome.err)

    # -- memory ---------------------------------------------------------------------------------------------
    def peak(self, count):
        """Kilobytes at most in use for so many domains, each with its own name."""
        source = subprocess.Popen(["seq", "-f", "m%g.spf-missing.test", str(count)], stdout=subprocess.PIPE)
        process = subprocess.Popen([PROGRAM, "verify", "-", "-o", "jsonl"], env=self.environment,
                                   stdin=source.stdout, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        source.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        source.wait()
        self.assertEqual(process.returncode, 1)
        return usage.ru_maxrss

    def test_memory_does_not_grow_with_the_number_of_domains(self):
        if b"__asan_init" in Path(PROGRAM).read_bytes():
            self.skipTest("the sanitizer keeps freed memory")
        few, many = self.peak(2000), self.peak(20000)
        self.assertLess(many, 200 * 1024)
        self.assertLess(many, few + 60 * 1024, "kilobytes for ten times the domains")  # the cache holds 32 MB


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    unittest.main()
