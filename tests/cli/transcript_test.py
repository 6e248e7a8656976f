"""Compares what the program says with the transcripts in transcripts/*.txt.

    # a comment
    $ relayctl show nwes
    2> relayctl: there is no relay "nwes"
    2>   hint: did you mean news?
    [4]

A line that begins with "$ " is given to sh, in a fresh folder with an empty store. Below stands what comes of it:
standard output, then standard error behind "2> ", then the exit code in brackets unless it is 0. `tty80 COMMAND` runs
a command on a terminal of 80 columns, standard input typed at the first prompt; `TTY_COLUMNS=40 tty80 COMMAND` on one of
40. What differs from run to run has a stand-in: [TIME], [MONTH], [KEY], [FOLDER].

What shows on a terminal is checked too, measured apart from the program, so that no transcript can hold it otherwise: no
control bytes but those of colours, no line wider than the terminal, and a gap between the columns of a table all the way.

`transcript_test.py --update [FILE ...]` writes the transcripts anew: read the difference before you commit it.
"""

import re
import subprocess
import sys
import unicodedata
import unittest
from pathlib import Path

from support import PROGRAM, CommandLineTest

HERE = Path(__file__).resolve().parent
TRANSCRIPTS = sorted((HERE / "transcripts").glob("*.txt"))

STAND_INS = [
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "[TIME]"),
    (re.compile(r"\bs20\d{4}\b"), "s[MONTH]"),
    (re.compile(r"[A-Za-z0-9+/]{40,}={0,2}"), "[KEY]"),
]

ON_TERMINAL = re.compile(r"(?<![\w/])tty80 (?!.* -o (?:tsv|csv|json|jsonl)\b)")
WIDTH = re.compile(r"\bTTY_COLUMNS=(\d+) ")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
# What a terminal may have to fold: messages, questions, the commands in a help, which are there to be copied, and a value
# of one word, alone in its line.
FOLDED = re.compile(r"relayctl: |  hint: |  relayctl |.*\[y/N\] |        \S+$")
TITLE = re.compile(r"[A-Z]+(?: [A-Z]+)*")
GAP = 2  # blanks between the columns of a table


def columns_of(character):
    if unicodedata.category(character) in ("Mn", "Me", "Cf") and character != "\u00ad":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def unescaped(text):
    return [f"not escaped: {line!a}" for line in text.split("\n") if UNSAFE.search(line)]


def misaligned(lines):
    """The first line of a table, whose titles come first, that leaves no gap between two columns."""
    titles = list(TITLE.finditer(lines[0]))
    blank = [True] * titles[-1].start()  # in each line so far
    for line in lines:
        shown = "".join(character.ljust(columns_of(character), "\0") for character in line if columns_of(character))
        blank = [so_far and shown[i:i + 1] in ("", " ") for i, so_far in enumerate(blank)]
        for left, right in zip(titles, titles[1:]):
            if not any(all(blank[i:i + GAP]) for i in range(left.end(), right.start() - GAP + 1)):
                return [f"no gap before {right[0]}: {line}"]
    return []


def faults(octets, width):
    """What is wrong with what a program printed on a terminal of that width."""
    try:
        plain = COLOUR.sub("", octets.decode("utf-8"))
    except UnicodeDecodeError as error:
        return [str(error)]
    lines = plain.split("\n")
    wide = [f"wider than {width}: {line}" for line in lines if sum(map(columns_of, line)) > width and not FOLDED.match(line)]
    is_table = all(TITLE.fullmatch(title) for title in re.split("  +", lines[0].strip()))
    return unescaped(plain) + wide + (misaligned(lines) if is_table else [])


def readable(octets, folder):
    text = octets.decode("utf-8", "backslashreplace").replace(str(folder), "[FOLDER]").replace("\x1b", "^[")
    for pattern, name in STAND_INS:
        text = pattern.sub(name, text)
    return text


class TranscriptTest(CommandLineTest):
    def setUp(self):
        super().setUp()
        programs = self.folder / "bin"
        programs.mkdir()
        (programs / "relayctl").symlink_to(PROGRAM)
        (programs / "tty80").symlink_to(HERE / "tty80.py")
        self.environment["PATH"] = f"{programs}:{self.environment['PATH']}"
        self.environment["TERM"] = "xterm"
        self.environment["TEXTDOMAINDIR"] = str(Path(PROGRAM).parent / "locale")
        self.work = self.folder / "work"
        self.work.mkdir()

    def run_line(self, line):
        run = subprocess.run(["sh", "-c", line], cwd=self.work, env=self.environment, input=b"", capture_output=True,
                             timeout=120, check=False)
        if ON_TERMINAL.search(line):
            width = WIDTH.search(line)
            self.assertEqual(faults(run.stdout, int(width[1]) if width else 80), [], line)
        self.assertEqual(unescaped(run.stderr.decode("utf-8")), [], line)
        text = f"$ {line}\n{readable(run.stdout, self.folder)}"
        if not text.endswith("\n"):
            text += " [no newline]\n"
        text += "".join(f"2> {message}\n" for message in readable(run.stderr, self.folder).splitlines())
        return text + (f"[{run.returncode}]\n" if run.returncode != 0 else "")

    def replay(self, path):
        """The transcript as it is now."""
        result = []
        for line in path.read_text().splitlines():
            if line.startswith("$ "):
                result.append(self.run_line(line[2:]))
            elif line.startswith("#"):
                result.append(f"\n{line}\n")
        return re.sub(r"(\n#[^\n]*\n)\n(?=#)", r"\1", "".join(result)).lstrip("\n")


class FaultsTest(unittest.TestCase):
    def test_what_is_well_on_a_terminal(self):
        for text in ("", "NAME  LIMIT\n\x1b[32mnews\x1b[0m      5\n", "TEXT    A\n日本語  b\ne\u0301ﾊﾟ     c\n",
                     "relayctl: " + 40 * "x"):
            self.assertEqual(faults(text.encode(), 14), [], text)

    def test_what_is_not(self):
        for octets in (b"\x1b[2J", b"a\tb", b"a\rb", b"\x7f", "\u009b1m".encode(), "a\u202eb".encode(), b"\xe6\x97",
                       15 * b"x", "日本語日本語日本".encode(), "TEXT    A\n日本語 b\n".encode(),
                       b"NAME  HOST\nlonger  a\n", b"A  B\na b\n"):
            self.assertNotEqual(faults(octets, 14), [], octets)


def make_test(path):
    def test(self):
        self.assertEqual(self.replay(path), path.read_text())
    return test


for transcript in TRANSCRIPTS:
    setattr(TranscriptTest, f"test_{transcript.stem.replace('-', '_')}", make_test(transcript))


def update(paths):
    for path in paths:
        case = TranscriptTest()
        case.setUp()
        path.write_text(case.replay(path))
        case.doCleanups()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--update"]:
        update([Path(name) for name in sys.argv[2:]] or TRANSCRIPTS)
    else:
        unittest.main()
