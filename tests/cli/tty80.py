#!/usr/bin/python3 -B
"""Runs a command on a terminal of 80 columns, or as many as TTY_COLUMNS says: standard input is typed at the first
prompt, and what shows is standard output."""

import fcntl
import os
import pty
import struct
import sys
import termios


def main():
    keys = sys.stdin.buffer.read()
    pid, terminal = pty.fork()
    if pid == 0:
        # The parent says when the terminal has its size.
        sys.stdin.readline()
        os.execvp(sys.argv[1], sys.argv[1:])
    attributes = termios.tcgetattr(terminal)
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(os.environ.get("TTY_COLUMNS", "80")), 0, 0))
    os.write(terminal, b"\n")
    shown = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        if keys and not shown.endswith(b"\n"):  # a prompt
            os.write(terminal, keys)
            keys = b""
    sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
    sys.stdout.flush()
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


main()
