"""What `cmake --install` puts where."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from support import PROGRAM, CommandLineTest


class InstallTest(CommandLineTest):
    def test_the_program_its_other_name_and_its_pages(self):
        with tempfile.TemporaryDirectory() as folder:
            command = ["cmake", "--install", Path(PROGRAM).resolve().parent, "--prefix", "/usr"]
            subprocess.run(command, check=True, capture_output=True, timeout=60, env={**os.environ, "DESTDIR": folder})
            usr = Path(folder, "usr")
            link = usr / "bin" / "relayctl-sendmail"
            self.assertEqual(os.readlink(link), "relayctl")
            for name in ("relayctl.1", "relayctl-sendmail.1"):
                self.assertTrue((usr / "share" / "man" / "man1" / name).is_file(), name)
            self.assertTrue((usr / "share" / "relayctl" / "schemas" / "relayctl.send.1.json").is_file())
            run = subprocess.run([link, "-bp"], capture_output=True, text=True, check=False, timeout=60)
            self.assertEqual((run.returncode, run.stdout), (64, ""))
            self.assertIn("there is no queue to list", run.stderr)


if __name__ == "__main__":
    unittest.main()
