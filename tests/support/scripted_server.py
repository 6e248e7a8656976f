#!/usr/bin/python3
"""A mail server that says what it is told to, for tests of clients.

  scripted_server.py [MODE] [--address ADDRESS] [--port PORT]... [--say STAGE=REPLY]... [--offer KEYWORD]...
                     [--offer-in-clear KEYWORD]... [--tls CHAIN KEY | --starttls CHAIN KEY] [--most CONNECTIONS]
                     [--at-once CONNECTIONS] [--full]

MODE is one of bad_server.py; else it answers each command as a server in order would, unless --say has another reply for
it: STAGE is "greeting" or a verb, or "RCPT NAME", "MAIL NAME", "AUTH NAME" for one address before its @ or one user of
PLAIN, and "\\n" in the reply begins a new line. After --most connections all others get a 421, and so
does one that comes while --at-once others are open, on all ports together. --full takes
no connection and answers none, as a firewall that drops them.
Prints the ports and ends as bad_server.py does.
"""

import argparse
import base64
import re
import socket
import ssl
import sys
import threading
import time

import bad_server

IN_ORDER = {"greeting": "220 scripted.relay.test ESMTP", "AUTH": "235 2.7.0 Authentication successful",
            "QUIT": "221 2.0.0 Bye", "STARTTLS": "220 2.0.0 Ready to start TLS", "RCPT": "250 2.1.5 Ok",
            "MAIL": "250 2.1.0 Ok", "DATA": "354 End data with <CR><LF>.<CR><LF>"}


class Script:
    def __init__(self, arguments):
        self.replies = {**IN_ORDER, **dict(said.split("=", 1) for said in arguments.say)}
        self.offers = [keyword.encode() for keyword in arguments.offer]
        self.offers_in_clear = [keyword.encode() for keyword in arguments.offer_in_clear]
        self.context = None
        self.at_once = bool(arguments.tls)
        self.left = arguments.most
        self.room = None if arguments.at_once is None else threading.Semaphore(arguments.at_once)
        if files := arguments.tls or arguments.starttls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.minimum_version = ssl.TLSVersion.TLSv1_2  # whatever this Python has as its default
            self.context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")  # what is weak is for showing too
            self.context.load_cert_chain(*files[:2])

    def reply(self, stage):
        return self.replies.get(stage, "250 2.0.0 Ok").replace("\\n", "\r\n").encode()

    def named(self, verb, line):
        """The stage of the command: with the name in it where a reply is for that alone."""
        plain = re.match(rb"AUTH PLAIN (\S+)", line)
        name = re.search(rb"<([^@>]*)", line) if plain is None else re.search(rb"\0([^\0]*)", base64.b64decode(plain[1]))
        stage = f"{verb} {name[1].decode('utf-8', 'replace')}" if name else verb
        return stage if stage in self.replies else verb

    def begin_tls(self, client):
        client.connection = self.context.wrap_socket(client.connection, server_side=True)
        client.buffer = b""

    def behave(self, client):
        if self.room is None:
            self.converse(client)
        elif self.room.acquire(blocking=False):
            try:
                time.sleep(0.2)  # so that those who come at the same time meet
                self.converse(client)
            finally:
                self.room.release()
        else:
            client.send(b"421 4.7.0 too many connections\r\n")

    def converse(self, client):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                client.send(b"421 4.7.0 too many connections\r\n")
                return
        if self.at_once:
            self.begin_tls(client)
        client.send(self.reply("greeting") + b"\r\n")
        if self.replies["greeting"].startswith("4"):
            return
        secure = self.at_once
        while line := client.line():
            verb = line.split(b" ")[0].split(b":")[0].upper().decode("ascii", "replace")
            if verb == "EHLO" and "EHLO" not in self.replies:
                starttls = [b"STARTTLS"] if self.context and not secure else []
                in_clear = [] if secure else self.offers_in_clear
                client.send(bad_server.ehlo(*starttls, *in_clear, *self.offers) + b"\r\n")
                continue
            client.send(self.reply(self.named(verb, line)) + b"\r\n")
            if verb == "QUIT":
                return
            if verb == "STARTTLS" and self.context and self.replies["STARTTLS"].startswith("220"):
                self.begin_tls(client)
                secure = True


def listen_and_drop(address, ports):
    """Sockets whose queue is full: the kernel answers no further connection attempt."""
    held = []
    for port in ports:
        listener = socket.create_server((address, port), backlog=0)
        held.append(listener)
        print(listener.getsockname()[1], flush=True)
        for _ in range(3):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
            held.append(filler)
    return held


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mode", choices=sorted(bad_server.MODES), nargs="?")
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, action="append")
    parser.add_argument("--say", action="append", default=[])
    parser.add_argument("--offer", action="append", default=[])
    parser.add_argument("--offer-in-clear", action="append", default=[])
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--starttls", nargs=2)
    parser.add_argument("--most", type=int)
    parser.add_argument("--at-once", type=int)
    parser.add_argument("--full", action="store_true")
    arguments = parser.parse_args()
    ports = arguments.port or [0]
    if arguments.full:
        held = listen_and_drop(arguments.address, ports)
    else:
        held = []
        behave = bad_server.MODES[arguments.mode] if arguments.mode else Script(arguments).behave
        for port in ports:
            family = socket.AF_INET6 if ":" in arguments.address else socket.AF_INET
            listener = socket.create_server((arguments.address, port), family=family, backlog=64)
            print(listener.getsockname()[1], flush=True)
            threading.Thread(target=bad_server.accept_all, args=(listener, behave), daemon=True).start()
    while sys.stdin.buffer.read(4096):
        pass
    for one in held:
        one.close()


if __name__ == "__main__":
    main()
