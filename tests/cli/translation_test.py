"""What people read is in their language where there is a catalogue of it; what machines read never is."""

import json
import re
import subprocess
import sys
import unicodedata
import unittest
from pathlib import Path

from support import PROGRAM, SOURCE, CommandLineTest

CATALOGUE = SOURCE / "po" / "ja.po"
# What a translation must hand on as it is: options, commands, back-quoted words, records, RFCs.
KEPT = re.compile(r"(?<![\w-])--[a-z][a-z-]+|relayctl (?:dkim|config|domain|edit|probe|predict|enable|quota|undo|history|list|log|route|verify|delete)\b|`[^`]+`|RFC \d+|v=\w+")
HOLE = re.compile(r"\{#?(\d*)\}")  # {#} takes a number


def entries():
    """[(text, translation)] of the Japanese catalogue."""
    text = subprocess.run(["msgcat", "--no-wrap", CATALOGUE], capture_output=True, text=True, check=True, timeout=60).stdout
    return re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', text, re.MULTILINE)


def holes(text):
    return HOLE.findall(text.replace("{{", "").replace("}}", ""))


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


class TranslationTest(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.environment.update(LANGUAGE="ja", TEXTDOMAINDIR=str(Path(PROGRAM).parent / "locale"))

    def with_variables(self, *arguments, **variables):
        environment = {name: value for name, value in {**self.environment, **variables}.items() if value is not None}
        return self.relayctl(*arguments, env=environment, code=0).out

    def on_terminal(self, *arguments, columns=80):
        command = [sys.executable, "-B", SOURCE / "tests/cli/tty80.py", PROGRAM, *arguments]
        return subprocess.run(command, env={**self.environment, "COLUMNS": str(columns)}, capture_output=True, text=True,
                              check=True, timeout=60).stdout

    def test_the_catalogue_is_complete(self):
        check = subprocess.run([SOURCE / "scripts/update-po", "--check", PROGRAM], capture_output=True, text=True,
                               check=False, timeout=120)
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)

    def test_translations_keep_what_is_typed_or_pasted(self):
        self.assertGreater(len(entries()), 1500)
        for text, translation in entries():
            with self.subTest(text):
                self.assertEqual(sorted(set(KEPT.findall(text))), sorted(set(KEPT.findall(translation))))

    def test_translations_have_the_holes_of_their_texts(self):
        for text, translation in entries():
            with self.subTest(text):
                wanted, given = holes(text), holes(translation)
                if any(given):
                    self.assertEqual(sorted(set(given), key=int), [str(number) for number in range(len(wanted))])
                else:
                    self.assertEqual(given, wanted)
                self.assertEqual(text.count("{{"), translation.count("{{"))

    def test_japanese_is_asked_for_as_with_any_program(self):
        english = self.with_variables("help", LANGUAGE=None)
        self.assertIn("list the relays", english)
        japanese = self.with_variables("help")
        self.assertNotIn("list the relays", japanese)
        self.assertIn("リレー", japanese)
        for variables in ({"LC_ALL": "ja_JP.UTF-8", "LANGUAGE": None}, {"LC_ALL": None, "LANG": "ja_JP.UTF-8", "LANGUAGE": ""},
                          {"LC_ALL": None, "LC_MESSAGES": "ja_JP.UTF-8", "LC_CTYPE": "C.UTF-8", "LANGUAGE": None},
                          {"LC_ALL": "xx_YY.UTF-8", "LANGUAGE": "fr:ja"}):
            self.assertEqual(self.with_variables("help", **variables), japanese, variables)
        for variables in ({"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"LC_ALL": "de_DE.UTF-8", "LANGUAGE": None},
                          {"LC_ALL": "en_GB.UTF-8", "LANGUAGE": None}, {"LANGUAGE": "en_GB:en:ja"},
                          {"LC_ALL": "ja_JP.eucJP", "LANGUAGE": None}, {"TEXTDOMAINDIR": str(self.folder)}):
            self.assertEqual(self.with_variables("help", **variables), english, variables)
        self.assertEqual(self.with_variables("help", "--ascii"), english)

    def test_every_help_is_translated_and_no_wider_than_the_terminal(self):
        paths = re.findall(r"^  ([a-z]+(?: [a-z-]+)*?)(?:  |$)", self.with_variables("help", LANGUAGE=None).split("Relays\n", 1)[1].split("Security\n")[0],
                           re.MULTILINE)
        self.assertGreater(len(paths), 40)
        heading = dict(entries())["Options of every command:"]
        for path in paths:
            japanese = self.with_variables("help", *path.split(), COLUMNS="60")
            self.assertIn(heading, japanese, path)
            for line in japanese.splitlines():
                unbroken = not re.search(r"[^\x00-\x7f]", line)  # an example, or one long word
                self.assertTrue(width(line) <= 60 or unbroken, line)

    def test_explain(self):
        text = self.on_terminal("explain", "spf-too-many-lookups")
        self.assertIn("spf-too-many-lookups (エラー)", text)
        self.assertIn("\n原因\n", text)
        self.assertIn("\n対処\n", text)
        self.assertIn("RFC 7208", text)
        self.assertTrue(all(width(line) <= 80 for line in text.splitlines()), text)
        self.assertIn("535: ", self.on_terminal("explain", "535 5.7.8 no"))

    def test_remedies_in_tables_are_translated(self):
        nowhere = ("verify", "example.com", "--dns-server", "127.0.0.1:9", "--dns-timeout", "1", "--only", "dmarc")
        entry = json.loads(self.with_variables("explain", "dmarc-not-checked", "-o", "json"))["items"][0]
        japanese = dict(entries())[entry["remedy"]]
        self.assertIn(japanese, self.relayctl(*nowhere, "-o", "table", code=3).out)
        self.assertIn(entry["remedy"], self.relayctl(*nowhere, "-o", "json", code=3).out)

    def test_names_that_are_words_of_the_program_stay(self):
        words = [text for text, translation in entries() if re.fullmatch("[a-z]+", text) and text != translation]
        self.assertGreater(len(words), 10)
        words.remove("unchanged")  # "disabled unchanged" may be read in two ways
        for word in words:
            self.relayctl("add", word, "--host", "a.example", "--domain", f"{word}.example", "--type", "mass", code=0)
            for arguments in (("disable", word), ("disable", word), ("show", word + "s"), ("edit", word, "-n", "--port", "465"),
                              ("delete", word)):
                said = self.relayctl(*arguments).err
                self.assertRegex(said, rf"\b{word}s?\b", said)
                self.assertRegex(said, "[\u3040-\u30ff\u4e00-\u9fff]", said)
                self.assertNotIn("give --port", said)

    def test_machine_formats_are_the_same_in_any_language(self):
        self.relayctl("add", "news", "--host", "smtp.mailer.example", "--domain", "example.com", code=0)
        for format in ("tsv", "csv", "json", "jsonl", "name"):
            for words in (("explain",), ("explain", "dkim-no-key"), ("list",), ("show", "news"), ("route", "--from", "a@example.com")):
                self.assertEqual(self.with_variables(*words, "-o", format),
                                 self.with_variables(*words, "-o", format, LANGUAGE=None), words)
        self.assertEqual(self.with_variables("__man"), self.with_variables("__man", LANGUAGE=None))

    def test_tab_describes_in_japanese(self):
        line = ("__complete", "zsh", "relayctl li")
        self.assertEqual(self.with_variables(*line, LANGUAGE=None), "list\tlist the relays\n")
        self.assertEqual(self.with_variables(*line), "list\t" + dict(entries())["list the relays"] + "\n")


if __name__ == "__main__":
    unittest.main()
