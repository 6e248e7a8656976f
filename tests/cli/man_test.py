"""The man page is what the program is, and clean."""

import shutil
import subprocess
import unittest

from support import PROGRAM, SOURCE, CommandLineTest

PAGE = SOURCE / "man" / "relayctl.1"
SENDMAIL_PAGE = SOURCE / "man" / "relayctl-sendmail.1"


class ManTest(CommandLineTest):
    def test_the_generated_parts_are_not_stale(self):
        check = subprocess.run([SOURCE / "scripts" / "update-man", "--check", PROGRAM], capture_output=True, text=True,
                               check=False, timeout=60)
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc_has_nothing_to_say(self):
        lint = subprocess.run(["mandoc", "-T", "lint", "-W", "style", PAGE, SENDMAIL_PAGE], capture_output=True, text=True,
                              check=False, timeout=60)
        # The pages refer to each other, and are not installed.
        said = [line for line in (lint.stdout + lint.stderr).splitlines() if "not found: Xr relayctl" not in line]
        self.assertEqual(said, [])

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_the_page_renders_what_is_typed(self):
        page = subprocess.run(["mandoc", "-T", "ascii", PAGE], capture_output=True, text=True, check=True,
                              timeout=60).stdout
        text = "".join(page[i] for i in range(len(page)) if page[i] != "\b" and page[i + 1:i + 2] != "\b")
        for words in ("relayctl dkim generate example.com", "--password-command COMMAND", "-o, --output FORMAT",
                      "spf-too-many-lookups (error)", "nothing in common"):
            self.assertIn(words, text)


if __name__ == "__main__":
    unittest.main()
