"""The man page is what the program is, and clean."""

import shutil
import subprocess
import unittest

from support import PROGRAM, SOURCE, CommandLineTest

PAGES = sorted((SOURCE / "man").iterdir())
# What stands in a page as it is rendered.
RENDERED = {
    "relayctl.1": ("-o, --output FORMAT", "Described in relayctl-dkim(1).", "explain say what a finding", "nothing in common"),
    "relayctl-relays.1": ("--password-command COMMAND", "relayctl list --columns name,host"),
    "relayctl-dkim.1": ("relayctl dkim generate example.com", "--all-ns"),
    "relayctl-checks.1": ("--egress-ip ADDRESS", "0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN"),
    "relayctl-mail.1": ("--batch", "relayctl quota"),
    "relayctl-store.1": ("relayctl undo NUMBER", "time-zone = \"+09:00\""),
    "relayctl-findings.7": ("spf-too-many-lookups (error)",),
    "relayctl-sendmail.1": ("relayctl(1) under another name",),
}


class ManTest(CommandLineTest):
    def test_the_generated_parts_are_not_stale(self):
        check = subprocess.run([SOURCE / "scripts" / "update-man", "--check", PROGRAM], capture_output=True, text=True,
                               check=False, timeout=60)
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc_has_nothing_to_say(self):
        lint = subprocess.run(["mandoc", "-T", "lint", "-W", "style", *PAGES], capture_output=True, text=True,
                              check=False, timeout=60)
        # The pages refer to each other, and are not installed.
        said = [line for line in (lint.stdout + lint.stderr).splitlines() if "not found: Xr relayctl" not in line]
        self.assertEqual(said, [])

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_the_pages_render_what_is_typed(self):
        self.assertEqual(sorted(RENDERED), sorted(page.name for page in PAGES))
        for name, parts in RENDERED.items():
            page = subprocess.run(["mandoc", "-T", "ascii", SOURCE / "man" / name], capture_output=True, text=True, check=True,
                                  timeout=60).stdout
            text = "".join(page[i] for i in range(len(page)) if page[i] != "\b" and page[i + 1:i + 2] != "\b")
            for words in parts:
                self.assertIn(words, " ".join(text.split()), name)


if __name__ == "__main__":
    unittest.main()
