"""A small DNS server on loopback, UDP and TCP, that answers from the zone data of the openspf suite's format.

The zone data: a mapping of names to lists. An item is a mapping of one type (A, AAAA, MX, PTR, CNAME, TXT, SPF) to
its value, or a word that stands for a failure of every type the name has no record of before it:
TIMEOUT (no answer), SERVFAIL, REFUSED, FORMERR, NOTIMP. A failure may also be the value of a type. Records of type
SPF stand for TXT too, unless the name has TXT of its own; "TXT: NONE" means none. A text's code points are octets.
"""

import ipaddress
import socket
import socketserver
import struct
import threading

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SPF": 99}
OPT = 41
RCODES = {"FORMERR": 1, "SERVFAIL": 2, "NOTIMP": 4, "REFUSED": 5}
NXDOMAIN = 3
TIMEOUT = "TIMEOUT"
FAILURES = {TIMEOUT, *RCODES}
LONGEST_CHAIN = 12


def labels_of(name):
    """The labels as octets, in lower case."""
    text = name.encode("latin-1").lower()
    return tuple(text.removesuffix(b".").split(b".")) if text not in (b"", b".") else ()


def encode_name(labels):
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def encode_strings(value):
    strings = value if isinstance(value, list) else [value]
    octets = [string.encode("latin-1") for string in strings] or [b""]
    wire = b""
    for string in octets:
        pieces = [string[at:at + 255] for at in range(0, len(string), 255)] or [b""]
        wire += b"".join(bytes([len(piece)]) + piece for piece in pieces)
    return wire


def encode_data(kind, value):
    if kind in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    if kind == "MX":
        return struct.pack("!H", int(value[0])) + encode_name(labels_of(value[1]))
    if kind in ("PTR", "CNAME", "NS"):
        return encode_name(labels_of(value))
    return encode_strings(value)


class Node:
    """What one name has."""

    def __init__(self, items):
        self.records = {}  # type -> list of rdata
        self.failures = {}  # type, or None for all others -> word
        self.aliases = None
        has_txt = any(isinstance(item, dict) and "TXT" in item for item in items)
        for item in items:
            if isinstance(item, str):
                self.failures.setdefault(None, item)
                continue
            (kind, value), = item.items()
            self.add(kind, value)
            if kind == "SPF" and not has_txt:
                self.add("TXT", value)

    def add(self, kind, value):
        if value == "NONE":
            return
        if isinstance(value, str) and value in FAILURES:
            self.failures[TYPES[kind]] = value
            return
        if kind == "CNAME":
            self.aliases = labels_of(value)
        if None not in self.failures:
            self.records.setdefault(TYPES[kind], []).append(encode_data(kind, value))


class Zone:
    def __init__(self, data):
        self.nodes = {labels_of(name): Node(items) for name, items in (data or {}).items()}
        self.inner = {labels[cut:] for labels in self.nodes for cut in range(1, len(labels))}

    def find(self, labels):
        found = self.nodes.get(labels)
        if found is None and labels not in self.inner:
            for cut in range(1, len(labels) + 1):
                parent = labels[cut:]
                if (b"*", *parent) in self.nodes:
                    return self.nodes[(b"*", *parent)]
                if parent in self.nodes or parent in self.inner:
                    break
        return found

    def look_up(self, labels, kind):
        """The answer records as (owner, type, rdata), and the RCODE or TIMEOUT."""
        answers = []
        for _ in range(LONGEST_CHAIN):
            node = self.find(labels)
            if node is None:
                return answers, 0 if labels in self.inner else NXDOMAIN
            if node.records.get(kind):
                return answers + [(labels, kind, data) for data in node.records[kind]], 0
            if node.aliases is not None:
                answers.append((labels, TYPES["CNAME"], encode_name(node.aliases)))
                labels = node.aliases
                continue
            failure = node.failures.get(kind) or node.failures.get(None)
            if failure == TIMEOUT:
                return answers, TIMEOUT
            return answers, RCODES[failure] if failure else 0
        return answers, 0


def read_question(message):
    """(labels as asked, type, length of the question's octets, UDP size the client takes)"""
    offset, labels = 12, []
    while message[offset]:
        labels.append(message[offset + 1:offset + 1 + message[offset]])
        offset += 1 + message[offset]
    kind, = struct.unpack_from("!H", message, offset + 1)
    end = offset + 5
    additional, = struct.unpack_from("!H", message, 10)
    if additional and message[end:end + 1] == b"\0":
        option, size = struct.unpack_from("!HH", message, end + 1)
        if option == OPT:
            return labels, kind, end, max(size, 512)
    return labels, kind, end, None


class Server:
    """For a `with` statement; `port` is where it answers."""

    def __init__(self, data, timeouts=TIMEOUT, delay=0.0):
        self.zone, self.timeouts, self.delay = Zone(data), timeouts, delay
        self.stopping = threading.Event()
        self.asked = []
        self.servers = self.bind()
        self.port = self.servers[0].server_address[1]

    def bind(self):
        for _ in range(50):
            udp = socketserver.ThreadingUDPServer(("127.0.0.1", 0), self.udp_handler())
            try:
                tcp = socketserver.ThreadingTCPServer(udp.server_address, self.tcp_handler(), False)
                tcp.daemon_threads = True
                tcp.allow_reuse_address = True
                tcp.server_bind()
                tcp.server_activate()
            except OSError:
                udp.server_close()
                continue
            udp.daemon_threads = True
            return udp, tcp
        raise RuntimeError("no port is free for UDP and TCP at once")

    def __enter__(self):
        for server in self.servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for server in self.servers:
            server.shutdown()
            server.socket.close()

    def answer(self, message, over_udp):
        """The reply's octets, or None for silence."""
        labels, kind, end, size = read_question(message)
        self.asked.append((b".".join(labels).decode("latin-1"), kind))
        answers, status = self.zone.look_up(tuple(label.lower() for label in labels), kind)
        if status == TIMEOUT:
            status = TIMEOUT if self.timeouts == TIMEOUT else RCODES[self.timeouts]
        if status == TIMEOUT:
            return None
        if self.delay:
            self.stopping.wait(self.delay)
        body = b"".join(encode_name(owner) + struct.pack("!HHIH", number, 1, 300, len(data)) + data
                        for owner, number, data in answers)
        option = b"" if size is None else struct.pack("!BHHIH", 0, OPT, 1232, 0, 0)
        flags = 0x8180 | status
        count = len(answers)
        if over_udp and end + len(body) + len(option) > (size or 512):
            flags, body, count = flags | 0x0200, b"", 0
        head = message[:2] + struct.pack("!5H", flags, 1, count, 0, 1 if option else 0)
        return head + message[12:end] + body + option

    def udp_handler(self):
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                message, sock = self.request
                reply = outer.answer(message, True)
                if reply is not None:
                    try:
                        sock.sendto(reply, self.client_address)
                    except OSError:
                        pass

        return Handler

    def tcp_handler(self):
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def read(self, count):
                data = b""
                while len(data) < count:
                    more = self.request.recv(count - len(data))
                    if not more:
                        return None
                    data += more
                return data

            def handle(self):
                self.request.settimeout(30)
                try:
                    while (head := self.read(2)) is not None:
                        reply = outer.answer(self.read(struct.unpack("!H", head)[0]), False)
                        if reply is not None:
                            self.request.sendall(struct.pack("!H", len(reply)) + reply)
                except (OSError, TypeError):
                    pass

        return Handler
