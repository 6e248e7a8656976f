"""Messages, hints, notices and views in Japanese: every line of the transcripts again, as somebody in Japan types it.

What goes to a terminal or to standard error has no English sentence left; what a machine reads is what it was.
"""

import re
import subprocess
import unittest

from english import english_left
from transcript_test import ON_TERMINAL, TRANSCRIPTS, TranscriptTest, readable

# Texts that the transcripts themselves bring along.
OWN_WORDS = ("for the newsletter", )
# What it prints is for people on a pipe too.
FOR_PEOPLE = re.compile(r"\bhelp\b|--help\b| -h\b|-o table\b|2>&1")
# English all the same: no terminal for another language, or another language asked for.
ENGLISH_LINE = re.compile(r"--ascii\b|\bLC_ALL=C |\bLANGUAGE=")
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


class EnglishLeftTest(unittest.TestCase):
    def test_what_is_english(self):
        for text in ("relayctl: cannot read the file", "hint: relayctl list, or give another one", "鍵: it is a directory",
                     "Delete the key first"):
            self.assertTrue(english_left(text), text)

    def test_what_is_not(self):
        for text in ("ファイル a.toml を読めません: No such file or directory", 'リレー "it is not here" がない', "SPF pass none",
                     "  hint: relayctl dkim generate example.com --selector news または --force", "550 5.1.1 no such user here",
                     "example.com. IN TXT this is a text", "ssl (465) と tls (587)"):
            self.assertEqual(english_left(text), [], text)


def standard_outputs(transcript):
    """[(command line, what it prints to standard output in English)]"""
    blocks = re.split(r"^\$ ", re.sub(r"^#.*\n", "", transcript, flags=re.MULTILINE), flags=re.MULTILINE)[1:]
    for block in blocks:
        line, _, rest = block.partition("\n")
        out = re.sub(r"^(2> .*|\[\d+\])\n", "", rest.rstrip("\n") + "\n" if rest.strip() else "", flags=re.MULTILINE)
        yield line, out.replace(" [no newline]\n", "")


class SpokenTest(TranscriptTest):
    def setUp(self):
        super().setUp()
        self.environment["LANGUAGE"] = "ja"
        self.left, self.changed = [], []
        self.spoken = 0

    def run_line(self, line):
        run = subprocess.run(["sh", "-c", line], cwd=self.work, env=self.environment, input=b"", capture_output=True,
                             timeout=120, check=False)
        out, err = readable(run.stdout, self.folder), readable(run.stderr, self.folder)
        is_spoken = bool(ON_TERMINAL.search(line) or FOR_PEOPLE.search(line))
        seen = err + (out if is_spoken else "")
        if not ENGLISH_LINE.search(line):
            self.left += [f"$ {line}: {found}" for found in english_left(seen, OWN_WORDS)]
        self.spoken += len(JAPANESE.findall(seen))
        told, english = next(self.english)
        self.assertEqual(told, line)
        if not is_spoken and out != english:
            self.changed.append(f"$ {line}\n{out}in place of\n{english}")
        return ""


def make_test(path):
    def test(self):
        self.english = standard_outputs(path.read_text())
        self.replay(path)
        self.assertEqual(self.left, [])
        self.assertEqual("\n".join(self.changed), "")
        self.assertGreater(self.spoken, 0)
    return test


for name in [name for name in dir(SpokenTest) if name.startswith("test_")]:
    setattr(SpokenTest, name, None)
for transcript in TRANSCRIPTS:
    setattr(SpokenTest, f"test_{transcript.stem.replace('-', '_')}", make_test(transcript))
del TranscriptTest

if __name__ == "__main__":
    unittest.main()
