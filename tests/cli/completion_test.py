"""Tab in the real bash, zsh and fish, on a pseudo-terminal."""

import os
import shutil
import sqlite3
import time
import unittest
from pathlib import Path

import shells
from support import PROGRAM, SOURCE, CommandLineTest, is_sanitized

COMPLETIONS = SOURCE / "completions"
BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")

# A Tab behind what is typed, and the line that comes of it. The same in every shell.
LINES = [
    # commands
    ("relayctl li\t", "relayctl list "),
    ("relayctl e\t", "relayctl e"),  # edit, enable, explain
    ("relayctl vers\t", "relayctl version "),
    ("relayctl dk\t", "relayctl dkim "),
    ("relayctl dkim gen\t", "relayctl dkim generate "),
    ("relayctl domain del\t", "relayctl domain delete "),
    ("relayctl help dkim gen\t", "relayctl help dkim generate "),
    ("relayctl nonsense li\t", "relayctl nonsense li"),
    ("relayctl --ascii dkim rec\t", "relayctl --ascii dkim record "),
    # options
    ("relayctl list --hea\t", "relayctl list --header "),
    ("relayctl list --header --hea\t", "relayctl list --header --hea"),
    ("relayctl add --domain a.example --dom\t", "relayctl add --domain a.example --domain "),
    # values
    ("relayctl list -o jsonl\t", "relayctl list -o jsonl "),
    ("relayctl list --output ta\t", "relayctl list --output table "),
    ("relayctl list --output=ta\t", "relayctl list --output=table "),
    ("relayctl list --output='ta\t", ("relayctl list --output='table' ", "relayctl list --output=table ")),
    ("relayctl add x --security s\t", "relayctl add x --security ssl "),
    ("relayctl add x --port=5\t", "relayctl add x --port=587 "),
    ("relayctl list --columns name,po\t", "relayctl list --columns name,port "),
    ("relayctl list --columns=name,po\t", "relayctl list --columns=name,port "),
    ("relayctl probe news --require 587:t\t", "relayctl probe news --require 587:tls "),
    ("relayctl verify --only=spf,dk\t", "relayctl verify --only=spf,dkim "),
    ("relayctl verify --relay n\t", "relayctl verify --relay news "),
    ("relayctl explain spf-too-many-l\t", "relayctl explain spf-too-many-lookups "),
    # live names
    ("relayctl show ne\t", "relayctl show news "),
    ("relayctl show 'ne\t", "relayctl show 'news' "),
    ('relayctl show "ne\t', 'relayctl show "news" '),
    ("relayctl disable \t", "relayctl disable news "),
    ("relayctl enable \t", "relayctl enable crm "),
    ("relayctl delete crm \t", "relayctl delete crm news "),
    ("relayctl delete -- cr\t", "relayctl delete -- crm "),
    ("relayctl edit crm --remove-domain crm.e\t", "relayctl edit crm --remove-domain crm.example "),
    ("relayctl edit crm --remove-domain=crm.e\t", "relayctl edit crm --remove-domain=crm.example "),
    ("relayctl edit news --remove-domain crm.e\t", "relayctl edit news --remove-domain crm.e"),  # not its own
    ("relayctl dkim record s1@n\t", "relayctl dkim record s1@news.example "),
    ("relayctl edit news --dkim-selector \t", "relayctl edit news --dkim-selector s1 "),
    ("relayctl edit news --fallback-to \t", "relayctl edit news --fallback-to crm "),
    ("relayctl show news --at 2\t", "relayctl show news --at 2 "),
    ("relayctl export --at=2\t", "relayctl export --at=2 "),
    ("relayctl undo 3\t", "relayctl undo 3 "),
    ("relayctl undo 2\t", "relayctl undo 2"),  # the relay was disabled since
    ("relayctl config region set eu --ne\t", "relayctl config region set eu --network "),
    ("relayctl config region set eu --network=no\t", "relayctl config region set eu --network=none "),
    # files
    ("relayctl add x --ca-file some-fi\t", "relayctl add x --ca-file some-file "),
    ("relayctl add x --ca-file=some-fi\t", "relayctl add x --ca-file=some-file "),
    # other ways to the program
    ("./relayctl show ne\t", "./relayctl show news "),
    ("rc show ne\t", "rc show news "),
    ("true; relayctl show ne\t", "true; relayctl show news "),
    ("A=1 relayctl show ne\t", "A=1 relayctl show news "),
    # nothing that is typed runs
    ("relayctl show $(touch pwned) ne\t", None),
    ("relayctl show `touch pwned` ne\t", None),
    ("relayctl show '$(touch pwned)' ne\t", None),
    ("relayctl add x --ca-file $(touch pwned)/\t", None),
    ("relayctl add x --ca-file=$(touch pwned)/\t", None),
    ('relayctl add x --ca-file "$(touch pwned)/a\t', None),
    ('relayctl add x --ca-file="$(touch pwned)/a\t', None),
    ("relayctl add x --ca-file `touch${IFS}pwned`/a\t", None),
    ("relayctl --store $(touch pwned)/x.db show ne\t", None),
    ("./$(touch pwned)relayctl show ne\t", None),
]


class ShellTests:
    """Run for each shell below."""

    sudo = True

    def setUp(self):
        super().setUp()
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        (self.bin / "relayctl").symlink_to(PROGRAM)
        self.write_script(self.bin / "sudo", 'exec "$@"')
        self.write_script(self.folder / "relayctl", f'echo >>called-by-path; exec "{PROGRAM}" "$@"')
        (self.folder / "some-file").touch()
        self.environment.update(PATH=f"{self.bin}:{os.environ['PATH']}", TERM="xterm", ZDOTDIR=str(self.folder),
                                XDG_CONFIG_HOME=str(self.folder / "config"), XDG_DATA_HOME=str(self.folder / "data"))
        self.shell = None
        self.addCleanup(lambda: self.shell and self.shell.close())

    @staticmethod
    def write_script(path, body):
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def fill(self):
        self.add("news", "--type", "mass", "--dkim-selector", "s1")
        self.add("crm", "--type", "workflow")
        self.relayctl("disable", "crm", code=0)

    def start(self):
        self.shell = shells.Shell(self.command(), self.folder, self.environment)

    def check(self, keys, expected):
        line, shown = self.shell.press(keys)
        with self.subTest(keys):
            if isinstance(expected, tuple):
                self.assertIn(line, expected, shown)
            elif expected is not None:
                self.assertEqual(line, expected, shown)
            self.assertFalse((self.folder / "pwned").exists(), f"{keys!r} ran what was typed")
            self.assertNotIn("relayctl:", shown)

    def test_lines(self):
        self.fill()
        self.start()
        for keys, expected in LINES:
            self.check(keys, expected)
        if self.sudo:
            self.check("sudo relayctl show ne\t", "sudo relayctl show news ")
        self.assertTrue((self.folder / "called-by-path").exists())

    def test_several_candidates_are_listed(self):
        self.fill()
        self.start()
        _, shown = self.shell.press("relayctl dkim \t\t")
        for word in ("generate", "record", "list", "delete"):
            self.assertIn(word, shown)
        _, shown = self.shell.press("relayctl show \t\t")
        self.assertIn("news", shown)
        self.assertIn("crm", shown)
        if self.descriptions:
            self.assertIn("smtp.mailer.example:587 tls", shown)

    def test_a_value_in_the_store_never_runs(self):
        self.fill()
        connection = sqlite3.connect(self.store)
        connection.execute("UPDATE relay SET name = '$(touch pwned)' WHERE name = 'news'")
        connection.execute("UPDATE relay SET host = '`touch pwned`', description = '$(touch pwned)'")
        connection.execute("UPDATE domain SET name = '$(touch pwned).example' WHERE name = 'news.example'")
        connection.execute("UPDATE dkim_key SET selector = '$(touch pwned)'")
        connection.commit()
        connection.close()
        self.start()
        for line in ("relayctl show ", "relayctl show $", "relayctl add x --domain ", "relayctl dkim record ",
                     "relayctl edit crm --dkim-selector=", "relayctl list --columns "):
            self.check(line + "\t\t", None)

    def test_nothing_is_created_where_there_is_no_store(self):
        self.environment["RELAYCTL_STORE"] = str(self.folder / "none" / "relayctl.db")
        self.start()
        self.check("relayctl show \t", "relayctl show ")
        self.check("relayctl li\t", "relayctl list ")
        self.assertFalse((self.folder / "none").exists())

    def test_a_program_that_is_not_there_is_no_trouble(self):
        (self.bin / "relayctl").unlink()
        self.start()
        _, shown = self.shell.press("relayctl li\t")
        self.assertNotIn("not found", shown)


class BashTest(ShellTests, CommandLineTest):
    descriptions = False
    sudo = False  # without bash-completion nobody completes behind sudo
    before = ""

    def command(self):
        (self.folder / "bashrc").write_text(
            f"{self.before}\n{shells.BASH_SETUP}\nsource {COMPLETIONS}/relayctl.bash\n"
            "alias rc=relayctl; complete -F _relayctl rc\n")
        return ["bash", "--noprofile", "--rcfile", str(self.folder / "bashrc"), "-i"]

    def test_a_break_that_the_user_took_away(self):
        self.fill()
        self.start()
        self.shell.run("COMP_WORDBREAKS=${COMP_WORDBREAKS//[=@:]}")
        self.check("relayctl list --output=ta\t", "relayctl list --output=table ")
        self.check("relayctl dkim record s1@n\t", "relayctl dkim record s1@news.example ")

    def test_posix_mode(self):
        self.fill()
        self.start()
        self.shell.run("set -o posix")
        self.check("relayctl show ne\t", "relayctl show news ")

    def test_characters_of_the_shell_are_quoted(self):
        self.start()
        self.check("relayctl add x --return-path \\<\t", "relayctl add x --return-path \\<\\> ")


@unittest.skipUnless(BASH_COMPLETION.exists(), "bash-completion is not installed")
class BashWithBashCompletionTest(BashTest):
    sudo = True
    before = f"source {BASH_COMPLETION}"


@unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
class ZshTest(ShellTests, CommandLineTest):
    descriptions = True

    def command(self):
        (self.folder / ".zshrc").write_text(
            f"fpath=({COMPLETIONS} $fpath)\n{shells.ZSH_SETUP}\nalias rc=relayctl\n")
        return ["zsh", "-d", "-i"]


@unittest.skipUnless(shutil.which("fish"), "fish is not installed")
class FishTest(ShellTests, CommandLineTest):
    descriptions = True

    def command(self):
        (self.folder / "setup.fish").write_text(
            f"{shells.FISH_SETUP}\nsource {COMPLETIONS}/relayctl.fish\nalias rc relayctl\n")
        return ["fish", "--private", "--init-command", f"source {self.folder}/setup.fish"]


class ProtocolTest(CommandLineTest):
    """What the adaptors rely on."""

    def test_the_exit_code_is_0_and_stderr_silent_whatever_comes(self):
        for arguments in ([], ["bash"], ["bash", "relayctl show ", "", "more"], ["", ""],
                          ["nonsense", "relayctl "], ["zsh", "relayctl show '\x1b\xff"], ["fish", "relayctl " * 9999]):
            outcome = self.relayctl("__complete", *arguments, code=0)
            self.assertEqual(outcome.err, "")

    def test_a_bad_store_is_silent(self):
        for prepare in (lambda: self.store.mkdir(), lambda: self.store.write_bytes(b"not SQLite"),
                        lambda: self.store.write_bytes(b"")):
            shutil.rmtree(self.store, ignore_errors=True)
            self.store.unlink(missing_ok=True)
            prepare()
            outcome = self.relayctl("__complete", "zsh", "relayctl show ", code=0)
            self.assertEqual(outcome.out + outcome.err, "")

    def test_output_that_cannot_be_written_is_silent(self):
        with open("/dev/full", "wb") as full:
            outcome = self.relayctl("__complete", "zsh", "relayctl ", code=0, stdout=full)
        self.assertEqual(outcome.err, "")

    def test_a_locked_store_is_not_waited_for(self):
        self.add("news")
        connection = sqlite3.connect(self.store, isolation_level=None)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        start = time.monotonic()
        self.relayctl("__complete", "zsh", "relayctl show ", code=0)
        self.assertLess(time.monotonic() - start, 2)
        connection.close()

    @unittest.skipIf(is_sanitized(), "the sanitizers take their time")
    def test_an_answer_takes_milliseconds(self):
        self.add("news")
        times = []
        for _ in range(20):
            start = time.monotonic()
            self.relayctl("__complete", "zsh", "relayctl show ", code=0)
            times.append(time.monotonic() - start)
        self.assertLess(min(times), 0.05, "10 ms are meant; this bound allows for a busy machine")


if __name__ == "__main__":
    unittest.main()
