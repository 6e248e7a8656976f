"""One DNS question over UDP, enough to see that a server answers and with which serial."""

import secrets
import socket
import struct

SOA = 6


def encode_name(name):
    labels = [label for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode("ascii") for label in labels) + b"\0"


def skip_name(message, offset):
    while message[offset] != 0:
        if message[offset] >= 0xC0:
            return offset + 2
        offset += 1 + message[offset]
    return offset + 1


def soa_serial(server, zone, timeout=1.0):
    """The serial of the zone's SOA record; None when the server does not answer with one."""
    identity = secrets.randbits(16)
    query = struct.pack("!6H", identity, 0, 1, 0, 0, 0) + encode_name(zone) + struct.pack("!2H", SOA, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(timeout)
        try:
            client.connect(server)
            client.send(query)
            message = client.recv(4096)
        except OSError:
            return None
    answer_id, flags, questions, answers = struct.unpack_from("!4H", message)
    if answer_id != identity or flags & 0xF or not answers:
        return None
    offset = 12
    for _ in range(questions):
        offset = skip_name(message, offset) + 4
    offset = skip_name(message, offset)
    kind, _, _, _ = struct.unpack_from("!2HIH", message, offset)
    if kind != SOA:
        return None
    offset = skip_name(message, skip_name(message, offset + 10))
    return struct.unpack_from("!I", message, offset)[0]
