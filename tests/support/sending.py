"""What tests of `send` share: a scripted server that takes mail, and what is counted and logged."""

import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from relayctl import PROGRAM, RelayctlTest

MESSAGE = ("From: Joe <joe@example.test>\r\nTo: ann@sink.example\r\nSubject: hello\r\n"
           "Date: Tue, 24 Nov 2026 12:00:00 +0000\r\nMessage-ID: <one@example.test>\r\n\r\nHi.\r\n")
EHLO = "250-script.relay.test\r\n250-8BITMIME\r\n250 SIZE 0\r\n"


class Script:
    """A server in clear that takes mail, but for the replies named: {"RCPT": "550 no", "dot": None}. None closes the
    connection without a word. An answer may be a list, one for each time."""

    def __init__(self, replies=None, ehlo=EHLO):
        self.replies = {"greeting": "220 script.relay.test ESMTP", "EHLO": ehlo.removesuffix("\r\n"), "DATA": "354 go",
                        "dot": "250 2.0.0 Ok: queued as ABC123", **(replies or {})}
        self.commands, self.messages, self.connections = [], [], 0
        self.delay = 0  # seconds before each answer
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)

    def reply(self, name):
        answer = self.replies.get(name, "250 ok")
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        return answer

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection, connection.makefile("rb") as lines:
                try:
                    self.talk(connection, lines)
                except OSError:
                    pass

    def talk(self, connection, lines):
        greeting = self.reply("greeting")
        connection.sendall(greeting.encode() + b"\r\n")
        if greeting.startswith("421"):
            return
        while line := lines.readline():
            self.commands.append(line.decode().rstrip("\r\n"))
            verb = line.split(b" ")[0].strip().upper().decode()
            answer = self.reply(verb)
            time.sleep(self.delay)
            if answer is None:
                return
            connection.sendall(answer.encode() + b"\r\n")
            if verb == "DATA" and answer.startswith("354"):
                message = b""
                while (line := lines.readline()) != b".\r\n":
                    if not line:
                        self.messages.append((message, False))
                        return
                    message += line
                self.messages.append((message, True))
                answer = self.reply("dot")
                if answer is None:
                    return
                connection.sendall(answer.encode() + b"\r\n")
            if verb == "QUIT" or answer.startswith("421"):
                return


class Sink:
    """Postfix's smtp-sink, which keeps each message in a file, for a `with` statement. Options are those of its manual."""

    def __init__(self, *options):
        self.folder = tempfile.TemporaryDirectory(prefix="relayctl-sink.", dir="/tmp")
        os.chmod(self.folder.name, 0o777)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        program = shutil.which("smtp-sink", path=os.environ["PATH"] + ":/usr/sbin")
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen([program, *user, *options, "-d", "%M.", f"127.0.0.1:{self.port}", "100"],
                                        cwd=self.folder.name, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def __enter__(self):
        for _ in range(200):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=2) as client:
                    client.recv(3)
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError("smtp-sink did not start")

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()
        self.folder.cleanup()

    def messages(self):
        """What was kept: (what smtp-sink says about it, the message), unsorted."""
        kept = []
        for path in Path(self.folder.name).iterdir():
            head, _, rest = path.read_bytes().partition(b"Received: ")
            lines = rest.split(b"\n")
            last = next(i for i, line in enumerate(lines) if not line[:1].isspace() and i > 0)
            kept.append((head.decode(), b"\n".join(lines[last:]).removesuffix(b"\n")))
        return kept


class SendTest(RelayctlTest):
    def add_script(self, name, server, mail_type="individual", **options):
        options = {"return_path": "from", **options}
        fallback = options.pop("fallback", False)
        arguments = ["add", name, "--host", "127.0.0.1", "--port", str(server.port), "--any-port", "--security", "none",
                     "--fallback"] if fallback else \
                    ["add", name, "--host", "127.0.0.1", "--port", str(server.port), "--any-port", "--security", "none",
                     "--domain", "example.test", "--type", mail_type]
        for option, value in options.items():
            arguments += ["--" + option.replace("_", "-"), str(value)]
        return self.relayctl(*arguments, code=0)

    def send(self, *arguments, stdin=MESSAGE, code=0):
        return self.relayctl("send", "-o", "json", *arguments, stdin=stdin, code=code)

    def counted(self):
        with sqlite3.connect(self.store) as store:
            tables = {row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            table = next(name for name in tables if "day" in name)
            return store.execute(f"SELECT coalesce(sum(messages), 0) FROM {table}").fetchone()[0]

    def log(self):
        with sqlite3.connect(self.store) as store:
            tables = {row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            table = next(name for name in tables if "log" in name)
            return store.execute(f"SELECT relay, result, accepted FROM {table} ORDER BY id").fetchall()

    def sendmail(self, *arguments, stdin=MESSAGE):
        """The program under the name that others call."""
        link = self.home / "sendmail"
        if not link.exists():
            link.symlink_to(os.path.realpath(PROGRAM))
        return subprocess.run([link, *arguments], input=stdin.encode(), capture_output=True, check=False,
                              timeout=self.TIMEOUT, env=self.environment)

    def arrived(self, mark):
        """The message with the mark, as the sink or a maildir has it."""
        for _ in range(100):
            for name in ("LAB_SINK", "LAB_MAIL"):
                for folder, folders, files in os.walk(self.lab.values[name]):
                    folders[:] = [each for each in folders if each != "tmp"]  # of a maildir: not yet whole
                    for file in files:
                        try:
                            with open(os.path.join(folder, file), "rb") as opened:
                                octets = opened.read()
                        except OSError:
                            continue
                        if mark.encode() in octets:
                            return octets
            time.sleep(0.1)
        return self.fail(f"{mark} did not arrive")

    def add_lab_relay(self, **options):
        secret = self.home / "secret"
        secret.write_text(self.lab.password + "\n")
        secret.chmod(0o600)
        return self.add("news", "mail.relay.test", mail_type="individual", user=self.lab.user, password_file=secret,
                        **{"return_path": "from", **options})
