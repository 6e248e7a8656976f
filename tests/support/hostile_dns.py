"""A DNS server that does what a test tells it to, over UDP and TCP on 127.0.0.1; and DNS messages put together by
hand, the impossible ones too."""

import socket
import struct
import threading
import time

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "DNAME": 39, "OPT": 41,
         "TLSA": 52, "SPF": 99}
CLASS_IN = 1
HEADER = 12  # octets
QUESTION_POINTER = b"\xc0\x0c"  # to the name of the question
RESPONSE, AUTHORITATIVE, TRUNCATED, RECURSION_DESIRED, RECURSION_AVAILABLE = 0x8000, 0x0400, 0x0200, 0x0100, 0x0080
PATIENCE = 20  # seconds until a TCP connection is given up


def name(text):
    """A wire name; bytes for labels that are no ASCII: a list of labels."""
    labels = text if isinstance(text, (list, tuple)) else [part.encode() for part in text.split(".") if part]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def character_strings(*strings):
    """The data of a TXT record."""
    return b"".join(bytes([len(string)]) + string for string in strings)


def txt(text):
    """The data of a TXT record whose strings join to `text`."""
    return character_strings(*([text[i:i + 255] for i in range(0, len(text), 255)] or [b""]))


def record(kind, data, owner=QUESTION_POINTER, ttl=3600, record_class=CLASS_IN, length=None):
    """One resource record; `length` lies about the length of the data."""
    kind = TYPES.get(kind, kind)
    return owner + struct.pack("!HHIH", kind, record_class, ttl, len(data) if length is None else length) + data


def soa(owner=b"\0", ttl=60, primary=None, mailbox=None):
    numbers = struct.pack("!5I", 1, 7200, 3600, 86400, 60)
    return record("SOA", (primary or name("ns.test")) + (mailbox or name("root.test")) + numbers, owner, ttl)


def opt(upper_code=0, version=0, options=b""):
    return record("OPT", options, b"\0", upper_code << 24 | version << 16, 1232)


def option(code, data):
    """One option of an OPT record."""
    return struct.pack("!HH", code, len(data)) + data


class Query:
    """A question as it came."""

    def __init__(self, message, client, over_tcp):
        self.message, self.client, self.over_tcp = message, client, over_tcp
        self.id, self.flags = struct.unpack_from("!2H", message)
        self.has_opt = struct.unpack_from("!H", message, 10)[0] > 0
        end, labels = HEADER, []
        while message[end]:
            labels.append(message[end + 1:end + 1 + message[end]])
            end += 1 + message[end]
        self.labels = labels
        self.question = message[HEADER:end + 5]
        self.kind = struct.unpack_from("!H", message, end + 1)[0]
        self.asked = b".".join(labels).decode("latin-1")  # in the case it came in
        self.name = self.asked.lower()

    def reply(self, *answer, code=0, authority=(), additional=(), flags=0, identity=None, question=None, counts=None):
        """A reply; whatever is not given is as it should be."""
        question = self.question if question is None else question
        head = RESPONSE | RECURSION_DESIRED | RECURSION_AVAILABLE | flags | code
        sections = [[question] if question else [], answer, authority, additional]
        counts = counts or [len(section) for section in sections]
        message = struct.pack("!6H", self.id if identity is None else identity, head, *counts)
        return message + b"".join(b"".join(section) for section in sections)


class Client:
    """Who asked over TCP."""

    def __init__(self, connection):
        self.connection = connection

    def read(self, count):
        data = b""
        while len(data) < count:
            part = self.connection.recv(count - len(data))
            if not part:
                raise OSError("the client has gone")
            data += part
        return data

    def query(self):
        return Query(self.read(struct.unpack("!H", self.read(2))[0]), self.connection.getpeername(), True)

    def send(self, message, length=None):
        self.connection.sendall(struct.pack("!H", len(message) if length is None else length) + message)

    def drip(self, message):
        """One octet a second."""
        for octet in struct.pack("!H", len(message)) + message:
            self.connection.sendall(bytes([octet]))
            time.sleep(1)

    def hold(self):
        """Waits until the client goes, and says nothing."""
        while self.connection.recv(4096):
            pass


class HostileDns:
    """The server, for a `with` statement.

    `answer(query, server)` gives the datagrams to send: bytes, or a list of bytes. `over_tcp(query, client)` talks
    over TCP; without it the server takes no TCP connections. All questions that came are in `queries`.
    """

    def __init__(self, answer, over_tcp=None):
        self.answer, self.over_tcp = answer, over_tcp
        self.queries, self.failures = [], []
        self.threads = []
        self.stopped = threading.Event()
        self.sockets = []
        for _ in range(50):
            self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.udp.bind(("127.0.0.1", 0))
            self.port = self.udp.getsockname()[1]
            try:
                self.tcp = socket.create_server(("127.0.0.1", self.port))
                break
            except OSError:
                self.udp.close()
        if over_tcp is None:
            self.tcp.close()
            self.tcp = None
        self.address = f"127.0.0.1:{self.port}"

    def send_from(self, data, client, address="127.0.0.1"):
        """Sends from a socket of another port, or address."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind((address, self.port if address != "127.0.0.1" else 0))
            other.sendto(data, client)

    def later(self, seconds, data, client):
        def send():
            if not self.stopped.wait(seconds):
                self.udp.sendto(data, client)
        self.start(send)

    def asked(self, over_tcp=None):
        """The questions that came; `over_tcp`: only over TCP, or only over UDP."""
        return [query for query in list(self.queries) if over_tcp is None or query.over_tcp == over_tcp]

    def start(self, function, *arguments):
        thread = threading.Thread(target=self.guarded, args=(function, *arguments), daemon=True)
        self.threads.append(thread)
        thread.start()

    def guarded(self, function, *arguments):
        try:
            function(*arguments)
        except OSError:
            pass  # the client has gone, or the test is over
        except Exception as error:  # a fault of the test itself: __exit__ tells it
            self.failures.append(error)

    def serve_udp(self):
        while not self.stopped.is_set():
            try:
                message, client = self.udp.recvfrom(65535)
            except TimeoutError:
                continue
            except ConnectionError:
                continue  # an answer came too late
            query = Query(message, client, False)
            self.queries.append(query)
            replies = self.answer(query, self)
            for reply in [replies] if isinstance(replies, bytes) else replies or []:
                self.udp.sendto(reply, client)

    def serve_tcp(self):
        while not self.stopped.is_set():
            try:
                connection, _ = self.tcp.accept()
            except TimeoutError:
                continue
            connection.settimeout(PATIENCE)
            self.sockets.append(connection)
            self.start(self.talk, connection)

    def talk(self, connection):
        with connection:
            client = Client(connection)
            query = client.query()
            self.queries.append(query)
            self.over_tcp(query, client)

    def __enter__(self):
        self.udp.settimeout(0.05)
        self.start(self.serve_udp)
        if self.tcp:
            self.tcp.settimeout(0.05)
            self.start(self.serve_tcp)
        return self

    def __exit__(self, kind, *_):
        self.stopped.set()
        for connection in self.sockets:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for thread in self.threads:
            thread.join(timeout=5)
        self.udp.close()
        if self.tcp:
            self.tcp.close()
        if self.failures and kind is None:
            raise self.failures[0]
