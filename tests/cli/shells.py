"""bash, zsh and fish on a pseudo-terminal: keys go in, and what stands on the command line comes out."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

COLUMNS, LINES = 120, 200
DUMP_KEY = "\x18"  # Ctrl-X: writes the line to a file and empties it

BASH_SETUP = """
PS1='ready> '
bind 'set enable-bracketed-paste off'
bind 'set page-completions off'
bind 'set completion-query-items -1'
bind 'set bell-style none'
_dump() { printf '%s\\n' "$READLINE_LINE" >line.new; mv line.new line; READLINE_LINE=; READLINE_POINT=0; }
bind -x '"\\C-x": _dump'
"""

ZSH_SETUP = """
PS1='ready> '
unsetopt AUTO_MENU PROMPT_SP BEEP
LISTMAX=1000
autoload -Uz compinit && compinit -D -u
_dump() { print -r -- "$BUFFER" >line.new; mv line.new line; BUFFER= }
zle -N _dump
bindkey '^X' _dump
bindkey '^I' complete-word  # the default expands the word first, $(...) included, whatever the command
"""

FISH_SETUP = """
function fish_prompt; echo 'ready> '; end
function fish_greeting; end
set -g fish_autosuggestion_enabled 0
function _dump; commandline >line.new; mv line.new line; commandline -r ''; commandline -f repaint; end
bind \\cx _dump
"""


class Shell:
    """A shell that runs in `folder`, with `environment` and nothing of the user's."""

    TIMEOUT = 60

    def __init__(self, command, folder, environment):
        self.folder = folder
        self.output = ""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(folder)
                os.execvpe(command[0], command, environment)
            finally:
                os._exit(127)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.wait(lambda: "ready> " in self.output)

    def close(self):
        os.close(self.terminal)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def read(self, seconds):
        ready, _, _ = select.select([self.terminal], [], [], seconds)
        if not ready:
            return False
        try:
            self.output += os.read(self.terminal, 65536).decode("utf-8", "replace")
        except OSError:
            raise AssertionError(f"the shell ended\n{self.output}") from None
        return True

    def wait(self, condition):
        end = time.monotonic() + self.TIMEOUT
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"the shell does not answer\n{self.output!r}")
            self.read(0.02)

    def press(self, keys):
        """The line that stands there after the keys, and what was shown meanwhile."""
        line = self.folder / "line"
        line.unlink(missing_ok=True)
        self.output = ""
        os.write(self.terminal, keys.encode())
        os.write(self.terminal, DUMP_KEY.encode())
        self.wait(line.exists)
        while self.read(0.02):
            pass
        return line.read_text().removesuffix("\n"), plain(self.output)

    def run(self, command):
        """Runs a command of the shell's own and waits for its end."""
        done = self.folder / "done"
        done.unlink(missing_ok=True)
        os.write(self.terminal, f" {command}; touch done\r".encode())
        self.wait(done.exists)


def plain(text):
    text = re.sub(r"\x1b\][^\x07\x1b]*(\x07|\x1b\\)", "", text)
    text = re.sub(r"\x1b\[[0-9;?>=]*[a-zA-Z]", "", text)
    return re.sub(r"\x1b[()][0-9A-B]|\x1b[=>]|\x0f", "", text)
