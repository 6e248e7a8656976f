"""dkim record --copy: in a real tmux, on a terminal, on an X display where there is one, and nowhere."""

import base64
import os
import pty
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from support import PROGRAM, CommandLineTest


class ClipboardTest(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.relayctl("dkim", "generate", "example.com", "--selector", "s1", "--algorithm", "ed25519", code=0)
        self.value = self.relayctl("dkim", "record", "s1@example.com", "--form", "value", code=0).out.strip()

    def run_alone(self, *words, **environment):
        """Without a terminal of its own."""
        env = {**self.environment, **environment}
        return subprocess.run([PROGRAM, "dkim", "record", "s1@example.com", *words, "--copy"], capture_output=True,
                              text=True, timeout=60, env=env, check=False, start_new_session=True)

    def test_in_tmux_the_record_is_in_its_buffer(self):
        self.assertIsNotNone(shutil.which("tmux"), "tmux is not installed")
        # A socket's path is short.
        with tempfile.TemporaryDirectory(prefix="tmux.", dir="/tmp") as folder:
            tmux = ["tmux", "-S", f"{folder}/s", "-f", "/dev/null"]
            told = Path(folder, "told")
            command = f"{PROGRAM} dkim record s1@example.com --form value --copy >{told} 2>&1; echo $? >>{told}; exec sleep 60"
            env = {**self.environment, "PATH": os.environ["PATH"], "TERM": "screen"}
            subprocess.run([*tmux, "new-session", "-d", command], env=env, check=True, timeout=30)
            try:
                for _ in range(200):
                    text = told.read_text() if told.exists() else ""
                    if text.endswith(("\n0\n", "\n3\n")):
                        break
                    time.sleep(0.1)
                buffer = subprocess.run([*tmux, "show-buffer"], capture_output=True, text=True, check=False, env=env)
            finally:
                subprocess.run([*tmux, "kill-server"], env=env, check=False, timeout=30)
        self.assertEqual(buffer.stdout, self.value, text)
        self.assertIn("copied into tmux's buffer", text)

    def on_terminal(self, *words, **environment):
        """What a terminal gets from the program, and its exit code."""
        pid, terminal = pty.fork()
        if pid == 0:
            env = {**self.environment, "TERM": "xterm", **environment}
            os.execve(PROGRAM, [PROGRAM, "dkim", "record", "s1@example.com", *words, "--copy"], env)
        octets = b""
        while True:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # EIO: the program has ended
                break
            if not piece:
                break
            octets += piece
        os.close(terminal)
        return octets.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def test_a_terminal_is_asked_and_nothing_is_claimed(self):
        # No program of the display is found: the terminal is next.
        for environment in ({}, {"DISPLAY": ":99", "WAYLAND_DISPLAY": "none", "TMUX": "/none,1,0", "PATH": "/none"}):
            text, code = self.on_terminal("--form", "value", **environment)
            self.assertEqual(code, 0, text)
            encoded = base64.b64encode(self.value.encode()).decode()
            self.assertIn(f"\x1b]52;c;{encoded}\x07", text)
            self.assertIn("whether it took it cannot be seen", text)
        text, _ = self.on_terminal()
        zone = self.relayctl("dkim", "record", "s1@example.com", code=0).out
        self.assertIn(base64.b64encode(zone.encode()).decode(), text)

    def test_without_any_clipboard_the_record_is_printed_and_the_exit_code_tells(self):
        run = self.run_alone("--form", "value")
        self.assertEqual((run.returncode, run.stdout.strip()), (3, self.value))
        self.assertIn("there is no tmux, no display and no terminal", run.stderr)

    def test_a_program_that_fails_is_no_success(self):
        for name, variable in (("xclip", "DISPLAY"), ("wl-copy", "WAYLAND_DISPLAY"), ("tmux", "TMUX")):
            program = self.folder / name
            program.write_text("#!/bin/sh\nexit 1\n")
            program.chmod(0o755)
            run = self.run_alone(PATH=str(self.folder), **{variable: ":99"})
            self.assertEqual(run.returncode, 3, run)
            self.assertIn(f"{name} failed with exit code 1", run.stderr)
            program.unlink()

    def test_on_an_x_display_by_xclip(self):
        if not (shutil.which("Xvfb") and shutil.which("xclip")):
            self.skipTest("no X server to try it with")
        reader, writer = os.pipe()
        server = subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-nolisten", "tcp"], pass_fds=[writer],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(writer)
        try:
            display = ":" + os.read(reader, 100).decode().strip()
            run = self.run_alone("--form", "value", DISPLAY=display, PATH=os.environ["PATH"])
            self.assertEqual((run.returncode, run.stderr.strip()), (0, "copied with xclip"))
            pasted = subprocess.run(["xclip", "-selection", "clipboard", "-o"], env={"DISPLAY": display},
                                    capture_output=True, text=True, check=True, timeout=20)
            self.assertEqual(pasted.stdout, self.value)
        finally:
            os.close(reader)
            server.terminate()
            server.wait(timeout=20)


if __name__ == "__main__":
    unittest.main()
