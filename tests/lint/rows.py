"""docs/checks.md, the tests and the catalogue agree: each row has a test, each test's row and each finding stand
in the document, and each finding of a probe, of SMTP or of TLS is named by a test that makes a server cause it."""

import re
import sys

import catalogue
import common

DOCUMENT = "docs/checks.md"
ROW_ID = r"[A-Z]+(?:-[A-Z]+)?-\d{2,}"
ROW = re.compile(rf"\|\s*({ROW_ID})\s*\|")
IN_TEST = re.compile(rf"\[({ROW_ID})\]")
# Findings that a test of these folders must name.
TESTED_SUBJECTS = ("smtp-", "tls-")
TEST_FOLDERS = ("tests/unit/", "tests/integration/")
CELLS = 4  # row, condition, findings, reference


def read_document(text):
    """({row: line number}, {finding id: line number of the first}, faults)."""
    rows, findings, faults = {}, {}, []
    for number, line in enumerate(text.splitlines(), 1):
        match = ROW.match(line)
        if not match:
            continue
        where = f"{DOCUMENT}:{number}"
        row = match.group(1)
        if row in rows:
            faults.append(f"{where}: the row {row} stands there twice")
        rows.setdefault(row, number)
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != CELLS or not all(cells):
            faults.append(f"{where}: {row} has not {CELLS} cells, none of them empty")
            continue
        for word in [] if cells[2] == "-" else cells[2].split(","):
            id_match = re.fullmatch(rf"`({catalogue.ID.pattern})`", word.strip())
            if id_match:
                findings.setdefault(id_match.group(1), number)
            else:
                faults.append(f"{where}: {word.strip()!r} is no finding's id between backticks")
    if not rows:
        faults.append(f"{DOCUMENT}:1: no rows")
    return rows, findings, faults


def untested(tests, entries):
    text = "\n".join(common.without_comments(text, True) if path.endswith((".cpp", ".hpp")) else text
                     for path, text in tests.items() if path.startswith(TEST_FOLDERS))
    named = set(catalogue.ID.findall(text))
    return [f"src/finding: no test names the finding {entry}" for entry in sorted(entries)
            if entry.startswith(TESTED_SUBJECTS) and not entry.startswith("tls-rpt-") and entry not in named]


def faults_in(document, tests, entries):
    """tests: {path: text}; entries: the ids of the catalogue."""
    rows, findings, faults = read_document(document)
    tested = set()
    for path, text in tests.items():
        for match in IN_TEST.finditer(text):
            row = match.group(1)
            if row not in rows:
                faults.append(f"{path}:{common.line_of(text, match.start())}: {DOCUMENT} has no row {row}")
            tested.add(row)
    faults += [f"{DOCUMENT}:{number}: no test has [{row}] in its name"
               for row, number in rows.items() if row not in tested]
    faults += [f"{DOCUMENT}:{number}: the catalogue has no {finding}"
               for finding, number in findings.items() if finding not in entries]
    faults += [f"{DOCUMENT}: the finding {entry} is in no row"
               for entry in sorted(entries) if entry not in findings]
    return faults + untested(tests, entries)


def self_test():
    lines = "| row | condition | findings | reference |\n|---|---|---|---|\n"
    document = lines + "| SPF-01 | x | `spf-one`, `spf-two` | RFC |\n| SPF-02 | x | `smtp-other` | - |\n"
    tests = {"tests/a.cpp": '"x [SPF-01] [SPF-02]"', "tests/unit/a.cpp": '"smtp-other" // smtp-new'}
    entries = {"spf-one", "spf-two", "smtp-other"}

    def count(document=document, tests=tests, entries=entries):
        return len(faults_in(document, tests, entries))

    return common.prove([
        ("all agree", 0, count()),
        ("no rows", 4, count(lines, {}, {"spf-one", "dns-one", "mta-sts-one"})),
        ("a row without a test", 1, count(tests={**tests, "tests/a.cpp": '"[SPF-01] SPF-02"'})),
        ("a row of two words", 1, count(document + "| SMTP-SEC-01 | x | - | - |\n")),
        ("tests in two files", 0, count(tests={**tests, "tests/a.cpp": "[SPF-01]", "tests/b.py": '"""x [SPF-02]"""'})),
        ("a test without a row", 1, count(tests={**tests, "tests/b.py": "[SPF-03]"})),
        ("no row's id", 0, count(tests={**tests, "tests/b.py": "[SPF-A] [A1-01] x[i]"})),
        ("a finding without an entry", 1, count(entries=entries - {"spf-two"})),
        ("an entry without a row", 1, count(entries=entries | {"tls-rpt-one"})),
        ("findings that no row and no test names", 4, count(entries=entries | {"tls-one", "smtp-new"})),
        ("a finding that only another test's output names", 1,
         count(tests={**tests, "tests/unit/a.cpp": "", "tests/cli/a.py": "smtp-other"})),
        ("a row twice", 1, count(document + "| SPF-02 | x | - | - |\n")),
        ("a cell left out", 1, count(document.replace("| `smtp-other` | -", "| `smtp-other`"), entries=entries - {"smtp-other"})),
        ("an empty cell", 1, count(document.replace("| x | `smtp-other`", "| | `smtp-other`"), entries=entries - {"smtp-other"})),
        ("a bare word for a finding", 1, count(document.replace("`spf-one`", "spf-three, `spf-one`"))),
    ])


def tests_under(root):
    """The texts that may name rows: tests in C++ and Python, not the lints."""
    paths = (p for p in sorted((root / "tests").rglob("*")) if p.suffix in (".cpp", ".hpp", ".py") and p.is_file())
    relative = {p.relative_to(root).as_posix(): p for p in paths}
    return {name: path.read_text(encoding="utf-8") for name, path in relative.items()
            if not name.startswith("tests/lint/")}


def main():
    options = common.arguments(__doc__)
    if options.self_test:
        return self_test()
    document = (options.root / DOCUMENT).read_text(encoding="utf-8")
    entries = {match.group(1) for path in common.sources(options.root, "src/finding")
               for match in catalogue.ENTRY.finditer(common.without_comments(path.read_text(encoding="utf-8"), True))}
    return common.report(faults_in(document, tests_under(options.root), entries))


if __name__ == "__main__":
    sys.exit(main())
