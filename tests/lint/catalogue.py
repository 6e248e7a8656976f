"""Every finding's id in the sources has an entry in the catalogue, and every entry is used somewhere.

What a probe can say has been said: each id of catalogue_smtp*.cpp stands in a golden transcript.
"""

import re
import sys

import common

ENTRY = re.compile(r'\{\s*"([a-z0-9]+(?:-[a-z0-9]+)+)",\s*Severity::')
MAKE = re.compile(r"\bfinding::make\(")
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
# Look like ids (they begin as ids do) and are none.
NO_IDS = {"mta-sts", "tls-rpt",  # checks of verify
          "tls-exporter", "tls-server-end-point",  # channel bindings
          "dkim-grace"}  # a setting


def first_argument(text, start):
    """From behind the opening parenthesis to the first comma at that level."""
    depth = 0
    for i in range(start, len(text)):
        if text[i] in "([{":
            depth += 1
        elif text[i] in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and text[i] == ","):
            return text[start:i]
    return text[start:]


def is_catalogue(path):
    return re.fullmatch(r"src/finding/catalogue\w*\.cpp", path) is not None


def faults_in(files):
    """files: {path: text}, comments included."""
    files = {path: common.without_comments(text, keep_strings=True) for path, text in files.items()}
    entries = {}
    faults = []
    for path, text in files.items():
        if not is_catalogue(path):
            continue
        for match in ENTRY.finditer(text):
            where = f"{path}:{common.line_of(text, match.start())}"
            if match.group(1) in entries:
                faults.append(f"{where}: {match.group(1)} has an entry already")
            entries[match.group(1)] = where
    beginnings = {entry.split("-")[0] for entry in entries}
    used = set()
    for path, text in files.items():
        if is_catalogue(path):
            continue
        made = set()
        for match in MAKE.finditer(text):
            made.update(LITERAL.findall(first_argument(text, match.end())))
        for match in LITERAL.finditer(text):
            word = match.group(1)
            used.add(word)
            # Ids reach finding::make() through helpers, too: whatever begins as an id does counts as one.
            looks_so = ID.fullmatch(word) and word.split("-")[0] in beginnings and word not in NO_IDS
            if word not in entries and (looks_so or word in made):
                where = f"{path}:{common.line_of(text, match.start())}"
                faults.append(f'{where}: the catalogue has no entry "{word}"')
    faults += [f"{where}: {entry} is used nowhere" for entry, where in entries.items() if entry not in used]
    return faults


def never_said(files, transcripts):
    """files as above; transcripts: the text of all."""
    said = set(re.findall(r"[a-z0-9-]+", transcripts))
    return [f"{path}:{common.line_of(text, match.start())}: {match.group(1)} is in no transcript of a probe"
            for path, text in files.items() if re.fullmatch(r"src/finding/catalogue_smtp\w*\.cpp", path)
            for match in ENTRY.finditer(text) if match.group(1) not in said]


def self_test():
    catalogue = {"src/finding/catalogue_a.cpp": '{"spf-one", Severity::error, "x"},\n// {"spf-old", Severity::error\n'}

    def count(text, entries=catalogue):
        return len(faults_in({**entries, "src/spf/a.cpp": text}))

    def silent(transcript, path="src/finding/catalogue_smtp_a.cpp"):
        return len(never_said({path: '{"smtp-one", Severity::error, "x"}'}, transcript))

    twice = {**catalogue, "src/finding/catalogue_b.cpp": '{\n    "spf-one",\n    Severity::info,'}
    return common.prove([
        ("used and known", 0, count('finding::make("spf-one", subject, "spf seen")')),
        ("unused", 1, count("")),
        ("used only in a comment", 1, count('// "spf-one"')),
        ("unknown", 1, count('finding::make("spf-one", s); finding::make(\n    "nine", s)')),
        ("unknown in a condition", 1, count('finding::make(a(1, 2) ? "spf-one" : "spf-two", s)')),
        ("unknown in a helper", 1, count('report("spf-one"); report("spf-tow");')),
        ("another argument", 0, count('finding::make("spf-one", "nine", f("ten"))')),
        ("twice", 1, count('"spf-one"', twice)),
        ("in a transcript", 0, silent('error smtp-one  host:25: seen')),
        ("in no transcript", 1, silent('error smtp-one-two  host:25: seen')),
        ("not of a probe", 0, silent('', "src/finding/catalogue_spf.cpp")),
    ])


def main():
    options = common.arguments(__doc__)
    if options.self_test:
        return self_test()
    files = {path.relative_to(options.root).as_posix(): path.read_text(encoding="utf-8")
             for path in common.sources(options.root, "src")}
    transcripts = sorted((options.root / "tests/integration/transcripts").glob("*.txt"))
    said = "".join(path.read_text(encoding="utf-8") for path in transcripts)
    return common.report(faults_in(files) + never_said(files, said))


if __name__ == "__main__":
    sys.exit(main())
