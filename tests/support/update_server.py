"""A name server for tests of dynamic updates that misbehaves: over UDP it knows no name, over TCP it does what its mode
says with an update.

    with UpdateServer("other-id") as server:
        server.endpoint, server.updates
"""

import socket
import struct
import threading

NXDOMAIN, REFUSED, SERVFAIL = 3, 5, 2


def answer(message, code, identity=None):
    """The header and the first section of the message as its answer."""
    number, flags = struct.unpack_from("!2H", message)
    end = 12
    while message[end]:
        end += message[end] + 1
    header = struct.pack("!6H", number if identity is None else identity, flags & 0x7800 | 0x8000 | code, 1, 0, 0, 0)
    return header + message[12:end + 5]


def reply(mode, message):
    """What goes over the connection, None: nothing, and it stays open."""
    replies = {
        "silent": lambda: None,
        "close": lambda: b"",
        "other-id": lambda: answer(message, 0, identity=struct.unpack_from("!H", message)[0] ^ 1),
        "unsigned": lambda: answer(message, 0),
        "unsigned-refused": lambda: answer(message, REFUSED),
        "servfail": lambda: answer(message, SERVFAIL),
        "query": lambda: struct.pack("!6H", struct.unpack_from("!H", message)[0], 0x8000, 0, 0, 0, 0),
        "echo": lambda: message,
        "garbage": lambda: message[:2] + b"\xff" * 100,
        "short": lambda: message[:2],
        "counts": lambda: answer(message, 0)[:4] + b"\xff\xff" * 4 + b"\xc0\x0c" * 200,
    }
    content = replies[mode]()
    return content if not content else struct.pack("!H", len(content)) + content


class UpdateServer:
    def __init__(self, mode, address="127.0.0.1"):
        self.mode, self.updates, self.open = mode, [], []
        self.tcp = socket.create_server((address, 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(self.tcp.getsockname())
        self.endpoint = "{}:{}".format(*self.tcp.getsockname())
        self.threads = [threading.Thread(target=run, daemon=True) for run in (self.serve_udp, self.serve_tcp)]

    def serve_udp(self):
        while True:
            message, peer = self.udp.recvfrom(4096)
            if not message:
                return
            self.udp.sendto(answer(message, NXDOMAIN), peer)

    def serve_tcp(self):
        while True:
            client, _ = self.tcp.accept()
            self.open.append(client)
            with client.makefile("rb") as stream:
                length = stream.read(2)
                if len(length) < 2:
                    return
                message = stream.read(struct.unpack("!H", length)[0])
            self.updates.append(message)
            content = reply(self.mode, message)
            if content is not None:
                client.sendall(content)
                client.close()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        # An empty datagram and an empty connection end the threads.
        self.udp.sendto(b"", self.udp.getsockname())
        socket.create_connection(self.tcp.getsockname()).close()
        for thread in self.threads:
            thread.join(timeout=10)
        for each in (self.udp, self.tcp, *self.open):
            each.close()
