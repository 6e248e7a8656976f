"""The README tells the truth: every block of commands in it is run, and what it shows is what is said now."""

import html
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from relayctl import LAB_PROGRAM, PROGRAM, TESTS, Lab

ROOT = TESTS.parent
README = (ROOT / "README.md").read_text()
JAPANESE = (ROOT / "README.ja.md").read_text()
# Blocks that are not run here: they build and test this very program, or are no commands.
NOT_RUN = ("scripts/demo", "scripts/test", "cmake --preset release", "Relays   add  list")
MESSAGE = "From: a@example.test\\nTo: b@example.test\\nSubject: x\\n\\nHello\\n"
# What is there before a command, by its beginning.
BEFORE = {
    "relayctl add news --host mail.relay.test": 'cp "$LAB_CA" ca.pem',
    "relayctl verify --relay news": """
        relayctl dkim record "$(relayctl dkim list -q)" >zone
        "$LAB_PROGRAM" publish "$LAB" example.test <zone""",
    "relayctl probe news --port 587": """
        (umask 077; printf %s "$LAB_PASSWORD" >pw)
        relayctl edit news --user "$LAB_USER" --password-file pw""",
    "relayctl verify - -o jsonl": r'printf "example.test\nrelay.test\n" >domains.txt',
    "relayctl dkim import mail@example.com": """
        mkdir -p etc/opendkim/keys
        (umask 077; openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out etc/opendkim/keys/mail.private)
        echo "mail._domainkey.example.com example.com:mail:$PWD/etc/opendkim/keys/mail.private" >etc/opendkim/KeyTable""",
    "relayctl dkim export-key": "relayctl dkim generate example.com --selector $THIS_MONTH",
    "relayctl dkim rotate dynamic.test >>": """
        cp "$LAB_TSIG_KEYS/good.key" tsig.key
        relayctl dkim generate dynamic.test --selector s202511
        relayctl dkim publish s202511@dynamic.test --tsig-key tsig.key
        relayctl dkim activate s202511@dynamic.test""",
    "relayctl dkim check": "relayctl dkim publish $THIS_MONTH@dynamic.test --tsig-key tsig.key",
    "relayctl predict news --from": """
        printf 'platform.test. IN TXT "v=spf1 ip4:192.0.2.0/24 ~all"\\n' | "$LAB_PROGRAM" publish "$LAB" test
        relayctl config set managed-return-path bounce@platform.test
        relayctl delete news --yes
        relayctl add news --host open.relay.test --port 25 --security none --domain example.test --type individual \\
            --egress-ip "$LAB_ADDRESS"
        """,
    "relayctl dkim verify mail.eml": f"printf '{MESSAGE}' >mail.eml",
    "relayctl send -t -i": f"printf '{MESSAGE}' >message.eml",
    "relayctl send --batch": f"printf 'From a@example.test Mon Nov 30 10:00:00 2026\\n{MESSAGE}\\n' >outbox.mbox",
    "relayctl allowlist --region": 'relayctl config region set eu --spf _spf.relay.test',
}
# Exit codes that are not 0, by the beginning of the command.
CODES = {
    "relayctl predict news": 1,
    "relayctl dkim verify": 1,  # the message bears no signature
}


def blocks(text=README):
    """The text of each fenced block."""
    return re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(block):
    """[(command, lines it shows)] of a session; of a plain block, each line a command."""
    if not block.startswith("$ "):
        return [(re.sub(r"\s+(#|//) .*$", "", line), None) for line in block.splitlines()]
    pairs = []
    for line in block.splitlines():
        if line.startswith("$ "):
            pairs.append((line[2:], []))
        else:
            pairs[-1][1].append(line)
    return pairs


def normal(line):
    line = re.sub(r"\x1b\[[\d;]*m|█", "", line)
    line = re.sub(r"\d+", "#", line)
    line = re.sub(r"#(\.#)+", "#", line)
    return re.sub(r"\s+", " ", line).strip()


def is_shown(line, lines):
    """The index of the first of `lines` that README's `line` stands for, an ellipsis at its end for the rest."""
    wanted = normal(line)
    for i, real in enumerate(lines):
        if wanted.endswith("…") and normal(real).startswith(wanted[:-1].strip()) or normal(real) == wanted:
            return i
    return None


class ReadmeTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="relayctl-readme.")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        subprocess.run([LAB_PROGRAM, "up", cls.folder / "lab"], check=True, timeout=120, stdout=subprocess.DEVNULL)
        cls.addClassCleanup(subprocess.run, [LAB_PROGRAM, "down", cls.folder / "lab"], check=True, timeout=120)
        cls.lab = Lab(cls.folder / "lab")
        if not cls.lab.real_ports:
            raise unittest.SkipTest("the README is about the ports 25, 465 and 587")
        (cls.folder / "bin").mkdir()
        (cls.folder / "bin" / "relayctl").symlink_to(PROGRAM)
        cls.month = time.strftime("s%Y%m", time.gmtime())
        cls.environment = {**cls.lab.values, "PATH": f"{cls.folder}/bin:{os.environ['PATH']}:/usr/sbin", "HOME": str(cls.folder),
                           "LC_ALL": "C.UTF-8", "RELAYCTL_STORE": str(cls.folder / "relayctl.db"), "THIS_MONTH": cls.month,
                           "RELAYCTL_DNS_SERVER": cls.lab.dns, "LAB": str(cls.folder / "lab"), "LAB_PROGRAM": str(LAB_PROGRAM),
                           "TTY_COLUMNS": "150"}

    def shell(self, line):
        run = subprocess.run(["bash", "-euo", "pipefail", "-c", line], cwd=self.folder, env=self.environment,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
        return run.returncode, run.stdout.decode()

    def here(self, command):
        """The command in our folder and zone, this month."""
        for text, ours in (("/etc/opendkim", "etc/opendkim"), ("s202611", self.month)):
            command = command.replace(text, ours)
        if command.startswith(("relayctl show news --at", "relayctl undo")):
            command = command.replace("41", self.shell("relayctl history --columns id")[1].split()[0])
        if re.match("relayctl dkim (rotate|check|activate|revoke|publish) ", command):
            command = command.replace("example.com", "dynamic.test")
        return command

    def run_command(self, command, shown):
        command = self.here(command)
        for start, before in BEFORE.items():
            if command.startswith(start):
                code, text = self.shell(before)
                self.assertEqual(code, 0, text)
        if shown is not None:
            command = f"'{sys.executable}' -B '{TESTS}/cli/tty80.py' {command}"
        code, text = self.shell(command)
        plain = command.split("tty80.py' ")[-1]
        expected = next((known for start, known in CODES.items() if plain.startswith(start)), 0)
        self.assertEqual(code, expected, f"$ {plain}\n{text}")
        lines = re.sub(r"\r[^\n]*?\x1b\[K", "", text).splitlines()  # without progress, which is erased in the end
        for line in shown or []:
            at = is_shown(self.here(line), lines)
            self.assertIsNotNone(at, f"README shows a line that does not come (or not there):\n{line}\n$ {plain}\n{text}")
            del lines[:at + 1]

    def test_every_block(self):
        ran = 0
        for block in blocks():
            if block.startswith(NOT_RUN) or "completions/" in block:
                continue
            for command, shown in commands(block):
                with self.subTest(command):
                    self.run_command(command, shown)
                ran += 1
        self.assertGreater(ran, 25)

    def test_the_japanese_one_has_the_same_blocks(self):
        self.assertEqual([commands(block) for block in blocks(JAPANESE)], [commands(block) for block in blocks()])

    def test_tab_without_installing(self):
        block = next(block for block in blocks() if "completions/relayctl.bash" in block)
        shells = {"bash": "bash -c", "zsh": "zsh -fc", "fish": "fish -c"}
        for line in block.splitlines():
            command, shell = (part.strip() for part in line.rsplit("#", 1))
            if shell == "zsh":
                command = "autoload -U compinit; " + command + " -D"
            run = subprocess.run([*shells[shell].split(), command], cwd=ROOT, env=self.environment, capture_output=True, text=True,
                                 timeout=60, check=False)
            self.assertEqual((run.returncode, run.stderr), (0, ""), line)

    def test_the_pictures_are_of_this_program(self):
        subprocess.run(["/usr/bin/python3", "-B", ROOT / "scripts" / "pictures", PROGRAM, self.folder / "pictures"], check=True,
                       timeout=120)
        names = sorted(path.name for path in (ROOT / "docs" / "pictures").iterdir())
        self.assertEqual(names, sorted(path.name for path in (self.folder / "pictures").iterdir()))
        for name in names:
            self.assertIn(f"docs/pictures/{name}", README)
            before, now = (words_of(folder / name) for folder in (ROOT / "docs" / "pictures", self.folder / "pictures"))
            self.assertEqual("\n".join(before), "\n".join(now), f"scripts/pictures draws {name} anew")


def words_of(picture):
    """What a picture says, without what differs between runs."""
    return [normal(html.unescape(text).replace("\xa0", " ")) for text in re.findall(r"<text [^>]*>([^<]*)</text>", picture.read_text())]


if __name__ == "__main__":
    unittest.main()
