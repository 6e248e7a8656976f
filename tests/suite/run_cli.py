#!/usr/bin/python3
"""Runs SPF test cases in the openspf suite's YAML form through the built program: one run a case.

  run_cli.py [--jobs N] [--failure WORD] [--case NAME]... [--openspf] FILE...

RELAYCTL names the program. Each scenario's zone data is served on loopback (spf_zone.py). A case has `host`, `helo`,
`mailfrom`, `result` (a word, or a list of those allowed) and may have `explanation` (DEFAULT = none of the
domain's). Our own files may also say: `domain` (checked in place of that of MAIL FROM, which is someone there when
it is not given), `explanation-pattern` (a regular expression), `seconds` (the most the run may take), `dns-timeout`,
`dashes` (the domain is given behind "--"), and in the scenario `defaults` for its cases and `delay` (seconds before
each answer).
"""

import argparse
import concurrent.futures
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time

import yaml

import spf_zone
from yaml_to_json import Loader

PROGRAM = os.environ.get("RELAYCTL", "relayctl")
EXIT = {"pass": 0, "temperror": 3}
SECONDS = 60  # a run that takes longer hangs


def checked_domain(case):
    if "domain" in case:
        return case["domain"]
    sender = case["mailfrom"] or case["helo"]
    return sender.rpartition("@")[2]


def command_of(case, port):
    domain = [checked_domain(case)]
    options = ["--ip", case["host"], "--helo", case["helo"], "--mail-from", case["mailfrom"], "--only", "spf",
               "-o", "json", "--dns-server", f"127.0.0.1:{port}", "--dns-timeout", case.get("dns-timeout", "2")]
    words = [*options, "--", *domain] if "dashes" in case else [*domain, *options]
    return [PROGRAM, "verify", *words]


def compare(case, code, out):
    """What is wrong, in words; None when all is as it should be."""
    try:
        item, = json.loads(out)["items"]
        spf = item["spf"]
        result, explanation = spf["result"], spf["explanation"]
    except (ValueError, KeyError, TypeError) as error:
        return f"exit {code}, and no verdict on stdout: {error!r}"
    allowed = case["result"] if isinstance(case["result"], list) else [case["result"]]
    if result not in allowed:
        return f"{result}, not {' or '.join(allowed)}: {spf.get('reason')}"
    exits = EXIT.get(result, 1)
    if code != exits:
        return f"{result} with exit {code}, not {exits}"
    return compare_explanation(case, explanation or "")


def compare_explanation(case, explanation):
    if "explanation" in case:
        wanted = "" if case["explanation"] == "DEFAULT" else case["explanation"]
        if explanation != wanted:
            return f"explanation {explanation!r}, not {wanted!r}"
    if "explanation-pattern" in case and not re.fullmatch(case["explanation-pattern"], explanation):
        return f"explanation {explanation!r} does not match {case['explanation-pattern']!r}"
    return None


def run_case(case, port, environment):
    start = time.monotonic()
    try:
        run = subprocess.run([os.fsencode(word) for word in command_of(case, port)], stdin=subprocess.DEVNULL,
                             capture_output=True, check=False, timeout=SECONDS, env=environment)
    except subprocess.TimeoutExpired:
        return f"does not end in {SECONDS} s"
    seconds = time.monotonic() - start
    fault = compare(case, run.returncode, run.stdout)
    if fault is None and seconds > float(case.get("seconds", SECONDS)):
        fault = f"took {seconds:.1f} s"
    return fault and f"{fault} {run.stderr.decode(errors='replace').strip()}".strip()


class StrictLoader(Loader):
    """Refuses a name given twice: the first case or node would be lost."""

    def construct_mapping(self, node, deep=False):
        mapping = super().construct_mapping(node, deep)
        if len(mapping) != len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "a name is given twice", node.start_mark)
        return mapping


def read_scenarios(path):
    with open(path, encoding="utf-8") as file:
        return [document for document in yaml.load_all(file, StrictLoader) if document]


def complete(case, scenario):
    case = {**scenario.get("defaults", {}), **case}
    case.setdefault("mailfrom", f"someone@{case.get('domain')}")
    return case


def run_files(paths, options, environment):
    """The faults, as (file, case, text), and the number of cases."""
    faults, futures = [], {}
    with contextlib.ExitStack() as servers, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for path in paths:
            for scenario in read_scenarios(path):
                server = servers.enter_context(spf_zone.Server(scenario.get("zonedata"), options.failure,
                                                               float(scenario.get("delay", 0))))
                for name, case in scenario["tests"].items():
                    if not options.case or name in options.case:
                        future = pool.submit(run_case, complete(case, scenario), server.port, environment)
                        futures[future] = (path, name)
        for future, (path, name) in futures.items():
            if (fault := future.result()) is not None:
                faults.append((path, name, fault))
    return faults, len(futures)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--failure", choices=sorted(spf_zone.FAILURES), default=spf_zone.TIMEOUT,
                        help="what TIMEOUT in the zone data is")
    parser.add_argument("--case", action="append")
    parser.add_argument("--openspf", action="store_true",
                        help="the suite in the directory named by RELAYCTL_SPF_SUITE too, if it is set")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    if options.openspf and os.environ.get("RELAYCTL_SPF_SUITE"):
        options.files.append(os.path.join(os.environ["RELAYCTL_SPF_SUITE"], "rfc7208-tests.yml"))
    elif options.openspf:
        print("RELAYCTL_SPF_SUITE does not name the directory of rfc7208-tests.yml: only our own cases")
    with tempfile.TemporaryDirectory(prefix="relayctl-suite.") as home:
        environment = {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C.UTF-8",
                       "RELAYCTL_STORE": os.path.join(home, "relayctl.db")}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        faults, count = run_files(options.files, options, environment)
    for path, name, fault in faults:
        print(f"{os.path.basename(path)}: {name}: {fault}")
    print(f"{count - len(faults)} of {count} cases in {len(options.files)} files")
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main())
