#!/usr/bin/python3
"""Passes DNS questions over UDP on to a server, and the answers back: late, or with a list of what was asked.

    bench/dns_relay.py PORT SERVER_PORT [--delay MILLISECONDS] [--log FILE]

Both ends are on 127.0.0.1. Prints "ready", and ends on SIGTERM. The list is that of dnsperf: a name and
a type a line, in the order of asking.
"""

import argparse
import heapq
import selectors
import signal
import socket
import time

TYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA", 52: "TLSA", 99: "SPF"}


def question(packet):
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("latin-1").lower())
        at += packet[at] + 1
    number = packet[at + 1] << 8 | packet[at + 2]
    return f"{'.'.join(labels) or '.'} {TYPES.get(number, f'TYPE{number}')}\n"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("port", type=int)
    options.add_argument("server_port", type=int)
    options.add_argument("--delay", type=float, default=0)
    options.add_argument("--log")
    options = options.parse_args()
    front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    front.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    front.bind(("127.0.0.1", options.port))
    back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    back.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    back.connect(("127.0.0.1", options.server_port))
    for end in (front, back):
        end.setblocking(False)
    log = open(options.log, "w", encoding="latin-1", buffering=1 << 20) if options.log else None
    ready = selectors.DefaultSelector()
    for end in (front, back):
        ready.register(end, selectors.EVENT_READ)
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    print("ready", flush=True)

    asked, late, number = {}, [], 0  # the client and id by the id towards the server; answers to send later
    while not ended:
        events = [key.fileobj for key, _ in ready.select(max(0, late[0][0] - time.monotonic()) if late else 0.2)]
        try:
            while front in events:
                packet, client = front.recvfrom(4096)
                number = (number + 1) % 65536
                asked[number] = (client, packet[:2])
                if log:
                    log.write(question(packet))
                back.send(number.to_bytes(2, "big") + packet[2:])
        except BlockingIOError:
            pass
        try:
            while back in events:
                packet = back.recv(65535)
                client, name = asked.pop(int.from_bytes(packet[:2], "big"), (None, b""))
                if client:
                    heapq.heappush(late, (time.monotonic() + options.delay / 1000, name + packet[2:], client))
        except BlockingIOError:
            pass
        now = time.monotonic()
        while late and late[0][0] <= now:
            _, packet, client = heapq.heappop(late)
            front.sendto(packet, client)
    if log:
        log.close()


main()
