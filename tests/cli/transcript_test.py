"""Compares what the program says with the transcripts in transcripts/*.txt.

    # a comment
    $ relayctl show nwes
    2> relayctl: there is no relay "nwes"
    2>   hint: did you mean news?
    [4]

A line that begins with "$ " is given to sh, in a fresh folder with an empty store. Below stands what comes of it:
standard output, then standard error behind "2> ", then the exit code in brackets unless it is 0. `tty80 COMMAND` runs
a command on a terminal of 80 columns, standard input typed at the first prompt. What differs from run to run has a stand-in:
[TIME], [MONTH], [KEY], [FOLDER].

`transcript_test.py --update [FILE ...]` writes the transcripts anew: read the difference before you commit it.
"""

import re
import subprocess
import sys
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
        self.work = self.folder / "work"
        self.work.mkdir()

    def run_line(self, line):
        run = subprocess.run(["sh", "-c", line], cwd=self.work, env=self.environment, input=b"", capture_output=True,
                             timeout=120, check=False)
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
