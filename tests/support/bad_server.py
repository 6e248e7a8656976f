#!/usr/bin/python3
"""A mail server that misbehaves in one chosen way, for tests of clients.

  bad_server.py MODE [--address ADDRESS] [--port PORT]...

Prints the port it listens on (one line a port; port 0, the default, takes a free one) and serves every connection
in the same way until its standard input is closed.
"""

import argparse
import base64
import socket
import sys
import threading
import time

MODES = {}
PATIENCE = 30  # seconds until a connection is given up


def mode(function):
    """Registers a mode under the function's name; it gets a connected Client."""
    MODES[function.__name__.rstrip("_")] = function
    return function


class Client:
    def __init__(self, connection):
        self.connection = connection
        self.buffer = b""
        self.said = b""  # the last line

    def send(self, data):
        self.connection.sendall(data)

    def line(self):
        """The next line without its end; b"" when the client has gone."""
        while b"\n" not in self.buffer:
            data = self.connection.recv(4096)
            if not data:
                return b""
            self.buffer += data
        line, _, self.buffer = self.buffer.partition(b"\n")
        self.said = line.rstrip(b"\r")
        return self.said

    def hold(self):
        """Reads and ignores until the client has gone."""
        while self.connection.recv(65536):
            pass

    def talk(self, replies, default=b"250 ok"):
        """Answers each command by its first word; an answer may be a function of the client."""
        while line := self.line():
            verb = line.split(b" ")[0].upper()
            reply = replies.get(verb, default)
            if callable(reply):
                return reply(self)
            self.send(reply + b"\r\n")
            if verb == b"QUIT":
                return None
        return None


def ehlo(*keywords):
    lines = [b"bad.relay.test", *keywords]
    return b"\r\n".join([b"250-" + line for line in lines[:-1]] + [b"250 " + lines[-1]])


GREETING = b"220 bad.relay.test ESMTP\r\n"
WITH_STARTTLS = {b"EHLO": ehlo(b"STARTTLS", b"SIZE 1000"), b"QUIT": b"221 bye"}


@mode
def silent(client):
    client.hold()


@mode
def close(client):
    del client


@mode
def flood10mb(client):
    for _ in range(160):
        client.send(b"2" * 65536)
    client.hold()


@mode
def binary(client):
    client.send(bytes(range(256)) * 16 + b"\r\n")
    client.hold()


@mode
def long_greeting(client):
    client.send(b"".join(b"220-line %d of the greeting\r\n" % number for number in range(999)))
    client.send(b"220 end of the greeting\r\n")
    client.talk(WITH_STARTTLS)


@mode
def endless_greeting(client):
    while True:
        client.send(b"220-and so on\r\n" * 1000)


@mode
def escapes(client):
    """Colours, a window title, C1 controls, bells, backspaces, right-to-left overrides."""
    nasty = b"\x1b[31mred\x1b]0;title\x07\x08\x9b2J\xc2\x9b3J\xe2\x80\xae\x7f\x00end"
    client.send(b"220 " + nasty + b"\r\n")
    client.talk({b"EHLO": ehlo(nasty, b"AUTH " + nasty, b"SIZE 99\x1b[2J"), b"QUIT": b"221 " + nasty},
                default=b"550 " + nasty)


@mode
def drip(client):
    for octet in GREETING * 100:
        client.send(bytes([octet]))
        time.sleep(1)


@mode
def inject(client):
    """Bytes in clear behind the go-ahead for TLS: whoever reads them as if they came in TLS is fooled."""
    def go_ahead(to):
        to.send(b"220 go ahead\r\n" + ehlo(b"AUTH PLAIN LOGIN", b"INJECTED") + b"\r\n")
        to.hold()
    client.send(GREETING)
    client.talk({**WITH_STARTTLS, b"STARTTLS": go_ahead})


@mode
def inject_part(client):
    """The same with a part of a line."""
    def go_ahead(to):
        to.send(b"220 go ahead\r\n250-AUTH")
        to.hold()
    client.send(GREETING)
    client.talk({**WITH_STARTTLS, b"STARTTLS": go_ahead})


@mode
def starttls_stall(client):
    def go_ahead(to):
        to.send(b"220 go ahead\r\n")
        to.hold()
    client.send(GREETING)
    client.talk({**WITH_STARTTLS, b"STARTTLS": go_ahead})


@mode
def starttls_alert(client):
    def go_ahead(to):
        to.send(b"220 go ahead\r\n")
        to.connection.recv(1)
        to.send(b"\x15\x03\x03\x00\x02\x02\x28")  # fatal: handshake failure
        to.hold()
    client.send(GREETING)
    client.talk({**WITH_STARTTLS, b"STARTTLS": go_ahead})


@mode
def starttls454(client):
    client.send(GREETING)
    client.talk({**WITH_STARTTLS, b"STARTTLS": b"454 4.7.0 TLS not available due to local problem"})


@mode
def no_starttls(client):
    client.send(GREETING)
    client.talk({b"EHLO": ehlo(b"SIZE 1000", b"8BITMIME"), b"QUIT": b"221 bye"})


@mode
def stripped(client):
    """As a firewall leaves it that rewrites SMTP."""
    client.send(b"220 *******************\r\n")
    client.talk({b"EHLO": ehlo(b"XXXXXXXA", b"SIZE 1000"), b"QUIT": b"221 bye"})


@mode
def helo_only(client):
    client.send(b"220 bad.relay.test SMTP\r\n")
    client.talk({b"EHLO": b"502 unknown command", b"HELO": b"250 bad.relay.test", b"QUIT": b"221 bye"})


@mode
def banner554(client):
    client.send(b"554 5.7.1 your address is on a list\r\n")
    client.talk({}, default=b"503 no service")


@mode
def banner_listed(client):
    client.send(b"554-5.7.1 bad.relay.test: service refused\r\n554 5.7.1 client blocked using dnsbl.example\r\n")
    client.talk({}, default=b"503 no service")


@mode
def banner421(client):
    client.send(b"421 4.7.0 too many connections\r\n")


@mode
def http(client):
    client.send(b"HTTP/1.0 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


@mode
def web(client):
    """As web servers do: silent until it is spoken to, and then HTTP, whatever was said."""
    if client.connection.recv(65536):
        client.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


@mode
def imap(client):
    client.send(b"* OK IMAP4rev1 ready\r\n")
    client.hold()


@mode
def mixed_codes(client):
    client.send(b"220-one\n250-two\n554 three\n")
    client.talk(WITH_STARTTLS)


@mode
def late(client):
    """A greeting after 4 s: slow, and in order."""
    time.sleep(4)
    client.send(GREETING)
    client.talk({b"EHLO": ehlo(b"SIZE 1000"), b"QUIT": b"221 bye"})


@mode
def very_late(client):
    """A greeting after 6 s: as of a server that delays it on purpose."""
    time.sleep(6)
    client.send(GREETING)
    client.talk({b"EHLO": ehlo(b"SIZE 1000"), b"QUIT": b"221 bye"})


@mode
def odd_size(client):
    client.send(GREETING)
    client.talk({b"EHLO": ehlo(b"SIZE lots", b"8BITMIME", b"8bitmime", b"AUTH=PLAIN", b""), b"QUIT": b"221 bye"})


@mode
def ehlo_close(client):
    client.send(GREETING)
    client.line()


@mode
def ehlo_stall(client):
    client.send(GREETING)
    client.line()
    client.hold()


# -- logins, in clear ----------------------------------------------------------------------------------------
def login(client, mechanisms, **replies):
    """Offers the mechanisms; replies by verb."""
    client.send(GREETING)
    client.talk({b"EHLO": ehlo(b"AUTH " + mechanisms), b"QUIT": b"221 bye",
                 **{verb.encode(): reply for verb, reply in replies.items()}})


@mode
def login535(client):
    login(client, b"PLAIN LOGIN", AUTH=b"535 5.7.8 Authentication credentials invalid")


@mode
def login454(client):
    login(client, b"PLAIN", AUTH=b"454 4.7.0 Temporary authentication failure")


@mode
def login_disabled(client):
    login(client, b"PLAIN", AUTH=b"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled")


@mode
def login_unproven(client):
    """Takes a SCRAM login without any proof."""
    login(client, b"SCRAM-SHA-256 PLAIN", AUTH=b"235 2.7.0 welcome")


@mode
def login_weak(client):
    """A SCRAM server that asks for one round of hashing."""
    def challenge(to):
        nonce = base64.b64decode(to.said.split(b" ")[2]).decode().split(",r=")[1]
        first = f"r={nonce}server,s=c2FsdA==,i=1".encode()
        to.send(b"334 " + base64.b64encode(first) + b"\r\n")
        to.talk({b"*": b"501 5.7.0 as you wish", b"QUIT": b"221 bye"})
    login(client, b"SCRAM-SHA-256", AUTH=challenge)


@mode
def login_garbage(client):
    login(client, b"SCRAM-SHA-256", AUTH=b"334 !!not base64!!", **{"*": b"501 as you wish"})


@mode
def login_token(client):
    """Refuses every token as Google does."""
    def challenge(to):
        to.send(b"334 eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZXhhbXBsZS8ifQ==\r\n")
        to.line()
        to.send(b"535 5.7.8 Username and Password not accepted\r\n")
        to.talk({b"QUIT": b"221 bye"})
    login(client, b"XOAUTH2", AUTH=challenge)


@mode
def login_unknown(client):
    login(client, b"NTLM GSSAPI")


@mode
def login_echo(client):
    """Repeats all that it hears, in every reply, and what it heard before too."""
    client.send(GREETING)
    heard = []
    while line := client.line():
        verb = line.split(b" ")[0].upper()
        if verb == b"EHLO":
            client.send(ehlo(b"AUTH PLAIN") + b"\r\n")
            continue
        heard.append(line)
        codes = {b"AUTH": b"235 ", b"RCPT": b"550 5.1.1 ", b"QUIT": b"221 "}
        client.send(codes.get(verb, b"250 ") + b" | ".join(heard) + b"\r\n")


@mode
def login_not_owned(client):
    login(client, b"PLAIN", AUTH=b"235 2.7.0 welcome",
          MAIL=b"553 5.7.1 <x@example.test>: Sender address rejected: not owned by user alice@example.test")


@mode
def relays_all(client):
    login(client, b"PLAIN")


@mode
def takes_utf8(client):
    client.send(GREETING)
    client.talk({b"EHLO": ehlo(b"8BITMIME", b"SMTPUTF8"), b"QUIT": b"221 bye"})


@mode
def relays_later(client):
    login(client, b"PLAIN", RCPT=b"450 4.2.0 greylisted, try again later")


def serve(connection, behave):
    with connection:
        connection.settimeout(PATIENCE)
        try:
            behave(Client(connection))
        except OSError:
            pass  # the client has gone, or took too long


def accept_all(listener, behave):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, behave), daemon=True).start()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mode", choices=sorted(MODES))
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, action="append")
    arguments = parser.parse_args()
    for port in arguments.port or [0]:
        family = socket.AF_INET6 if ":" in arguments.address else socket.AF_INET
        listener = socket.create_server((arguments.address, port), family=family, backlog=64)
        print(listener.getsockname()[1], flush=True)
        threading.Thread(target=accept_all, args=(listener, MODES[arguments.mode]), daemon=True).start()
    while sys.stdin.buffer.read(4096):
        pass


if __name__ == "__main__":
    main()
