"""Messages, hints, notices and views in Japanese: every line of the transcripts again, as somebody in Japan types it.

What goes to a terminal or to standard error has no English sentence left; what a machine reads is what it was.
"""

import re
import unittest

from english import english_left
from support import CommandLineTest
from transcript_test import ON_TERMINAL, TRANSCRIPTS, TranscriptTest, readable

import subprocess

# Texts that the transcripts themselves bring along.
OWN_WORDS = ("for the newsletter", )
# Its output is a help, in the reader's language on a pipe too.
HELP = re.compile(r"\bhelp\b|--help\b| -h\b")
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


class SpokenTest(TranscriptTest):
    def setUp(self):
        super().setUp()
        self.environment["LANGUAGE"] = "ja"
        self.left = []
        self.spoken = 0

    def run_line(self, line):
        run = subprocess.run(["sh", "-c", line], cwd=self.work, env=self.environment, input=b"", capture_output=True,
                             timeout=120, check=False)
        out, err = readable(run.stdout, self.folder), readable(run.stderr, self.folder)
        seen = err + (out if ON_TERMINAL.search(line) else "")
        self.left += [f"$ {line}: {found}" for found in english_left(seen, OWN_WORDS)]
        self.spoken += len(JAPANESE.findall(seen))
        return f"$ {line}\n" + ("" if ON_TERMINAL.search(line) or HELP.search(line) else out)


def make_test(path):
    def test(self):
        said = self.replay(path)
        self.assertEqual(self.left, [])
        self.assertGreater(self.spoken, 0)
    return test


for name in [name for name in dir(SpokenTest) if name.startswith("test_")]:
    setattr(SpokenTest, name, None)
for transcript in TRANSCRIPTS:
    setattr(SpokenTest, f"test_{transcript.stem.replace('-', '_')}", make_test(transcript))
del TranscriptTest

if __name__ == "__main__":
    unittest.main()
