#!/usr/bin/python3
"""Writes the seeds of the corpora under tests/fuzz/corpus that are made, not found: DNS messages and long texts.

  make_corpus.py            writes them
  make_corpus.py --check    says which differ from what it would write; exit 1 if any does

Files it does not name were written by hand, or by libFuzzer when it found a fault.
"""

import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from hostile_dns import (QUESTION_POINTER, TRUNCATED, TYPES, Query, character_strings, name, opt, option,  # noqa: E402
                         record, soa, txt)

CORPUS = Path(__file__).resolve().parent / "corpus"
NASTY = bytes(range(256))


def query():
    """That of dns_wire_fuzz.cpp: TXT of example.com with the id 0x1234, and an OPT record."""
    question = name("example.com") + struct.pack("!2H", TYPES["TXT"], 1)
    return Query(struct.pack("!6H", 0x1234, 0x0120, 1, 0, 0, 1) + question + opt(), None, False)


def alias(owner, target):
    return record("CNAME", name(target), name(owner))


def names():
    """Names that point, loop and end where they should not."""
    ask = query()
    loop = len(ask.reply())  # where the first answer begins
    pointer = struct.pack("!H", 0xC000 | loop)
    chain = b"".join(struct.pack("!H", 0xC000 | (loop + 2 * i + 2)) for i in range(200)) + b"\0"
    return {
        "pointer-to-itself": ask.reply(record("TXT", txt(b"x"), pointer)),
        "pointers-in-a-circle": ask.reply(record("TXT", txt(b"x"), struct.pack("!2H", 0xC002 | loop, 0xC000 | loop))),
        "pointer-forward": ask.reply(record("TXT", txt(b"x"), b"\xff\xff")),
        "pointer-into-header": ask.reply(record("TXT", txt(b"x"), b"\xc0\x00")),
        "pointer-chain": ask.reply(record("CNAME", chain)),
        "label-then-itself": ask.reply(record("CNAME", b"\x01a" + struct.pack("!H", 0xC000 | (loop + 12)))),
        "label-type-64": ask.reply(record("TXT", txt(b"x"), b"\x41a\0")),
        "label-type-128": ask.reply(record("TXT", txt(b"x"), b"\x81a\0")),
        "half-a-pointer": ask.reply(record("CNAME", b"\xc0")),
        "name-of-255": ask.reply(record("CNAME", name([b"a" * 63] * 3 + [b"a" * 61]))),
        "name-of-256": ask.reply(record("CNAME", name([b"a" * 63] * 3 + [b"a" * 62]))),
        "any-byte-in-a-name": ask.reply(record("CNAME", name([NASTY[:63], NASTY[63:126], NASTY[193:]]))),
        "dots-in-labels": ask.reply(record("CNAME", name([b"a.b", b"\\", b"c\0d", b"com"]))),
        "name-without-end": ask.reply(record("CNAME", b"\x03abc")),
    }


def records():
    """Records of every type: good, of no length, too short, too long."""
    ask = query()
    mx = record("MX", b"\0\x0a" + name("mail.example.com"))
    every = [record("A", b"\xc0\0\2\1"), record("AAAA", b"\x20\1\r\xb8" + bytes(12)), mx,
             record("TXT", txt(b"v=spf1 -all")), record("SPF", txt(b"v=spf1 -all")), record("NS", name("ns.test")),
             record("PTR", name("host.test")), record("DNAME", name("other.test")), soa(QUESTION_POINTER),
             record("TLSA", b"\3\1\1" + bytes(32)), record(65280, b"any")]
    seeds = {"every-type": ask.reply(*every),
             "longer-than-the-message": ask.reply(record("TXT", txt(b"x"), length=65535)),
             "text-longer-than-its-record": ask.reply(record("TXT", b"\xffabc")),
             "thousand-strings": ask.reply(record("TXT", character_strings(*[b"x"] * 1000))),
             "empty-strings": ask.reply(record("TXT", character_strings(*[b""] * 100))),
             "any-byte-in-a-text": ask.reply(record("TXT", txt(NASTY))),
             "other-class": ask.reply(record("TXT", txt(b"v=spf1"), record_class=3)),
             "class-any": ask.reply(record("TXT", txt(b"v=spf1"), record_class=255)),
             "ttl-of-2^31": ask.reply(record("TXT", txt(b"v=spf1"), ttl=0x80000000)),
             "ttl-of-2^32": ask.reply(record("TXT", txt(b"v=spf1"), ttl=0xFFFFFFFF)),
             "other-owner": ask.reply(record("TXT", txt(b"v=spf1"), name("example.net")))}
    for kind in ("A", "AAAA", "MX", "TXT", "CNAME", "SOA", "DNAME", "TLSA"):
        seeds[f"empty-{kind.lower()}"] = ask.reply(record(kind, b""))
        seeds[f"short-{kind.lower()}"] = ask.reply(record(kind, b"\x03ab"))
    return seeds


def aliases():
    ask = query()
    hops = ["example.com"] + [f"hop{i}.example.com" for i in range(12)]
    chain = [alias(owner, target) for owner, target in zip(hops, hops[1:])]
    end = record("TXT", txt(b"v=spf1 -all"), name(hops[10]))
    return {
        "alias": ask.reply(alias("example.com", "other.test"), record("TXT", txt(b"v=spf1"), name("other.test"))),
        "alias-out": ask.reply(alias("example.com", "other.test")),
        "alias-to-itself": ask.reply(alias("example.com", "EXAMPLE.com")),
        "alias-loop": ask.reply(alias("example.com", "a.test"), alias("a.test", "example.com")),
        "alias-chain-of-10": ask.reply(*chain[:10], end),
        "alias-chain-of-12": ask.reply(*chain),
        "alias-backwards": ask.reply(end, *reversed(chain[:10])),
        "alias-twice": ask.reply(alias("example.com", "a.test"), alias("example.com", "b.test")),
        "alias-to-nxdomain": ask.reply(alias("example.com", "a.test"), code=3, authority=[soa()]),
    }


def headers():
    ask = query()
    answer = record("TXT", txt(b"v=spf1 -all"))
    seeds = {
        "answer": ask.reply(answer),
        "no-data": ask.reply(authority=[soa()]),
        "nxdomain": ask.reply(code=3, authority=[soa()]),
        "nxdomain-without-soa": ask.reply(code=3),
        "no-question": ask.reply(answer, question=b""),
        "formerr-without-question": ask.reply(code=1, question=b""),
        "two-questions": ask.reply(answer, question=ask.question * 2, counts=[2, 1, 0, 0]),
        "other-question": ask.reply(answer, question=name("example.net") + b"\0\x10\0\1"),
        "other-case": ask.reply(answer, question=name("EXAMPLE.COM") + b"\0\x10\0\1"),
        "other-id": ask.reply(answer, identity=0x4321),
        "query": ask.message,
        "truncated": ask.reply(flags=TRUNCATED),
        "truncated-inside": ask.reply(answer, flags=TRUNCATED)[:-4],
        "duplicate-answer": ask.reply(answer, answer),
        "octets-behind": ask.reply(answer) + b"more",
        "empty": b"",
        "header-only": ask.reply(question=b"")[:12],
        "opcode": ask.reply(answer, flags=0x2800),
    }
    for place, section in enumerate(("questions", "answers", "authorities", "additionals")):
        counts = [1, 1, 0, 0]
        counts[place] = 65535
        seeds[f"oversized-{section}"] = ask.reply(answer, counts=counts)
    for code in range(24):
        seeds[f"rcode-{code}"] = ask.reply(code=code & 15, additional=[opt(upper_code=code >> 4)])
    return seeds


def options():
    ask = query()
    error = option(15, struct.pack("!H", 7) + b"signature expired")
    seeds = {
        "version-1": ask.reply(code=0, additional=[opt(upper_code=1, version=1)]),
        "option-longer-than-opt": ask.reply(code=2, additional=[opt(options=b"\0\x0f\xff\xff\0\x07")]),
        "half-an-option": ask.reply(code=2, additional=[opt(options=b"\0\x0f\0")]),
        "options-100": ask.reply(code=2, additional=[opt(options=b"".join(option(i, b"x") for i in range(100)))]),
        "error": ask.reply(code=2, additional=[opt(options=error)]),
        "errors-3": ask.reply(code=2, additional=[opt(options=error * 3)]),
        "error-of-one-octet": ask.reply(code=2, additional=[opt(options=option(15, b"\0"))]),
        "error-any-byte": ask.reply(code=2, additional=[opt(options=option(15, b"\0\x06" + NASTY))]),
        "error-long": ask.reply(code=2, additional=[opt(options=option(15, b"\0\x00" + b"x" * 4000))]),
        "error-unknown": ask.reply(code=2, additional=[opt(options=option(15, b"\xff\xff"))]),
        "two": ask.reply(code=2, additional=[opt(upper_code=1), opt(upper_code=255)]),
        "owned": ask.reply(code=2, additional=[record("OPT", b"", name("example.com"))]),
        "in-the-answer": ask.reply(record("OPT", error, b"\0")),
    }
    return {"opt-" + key: value for key, value in seeds.items()}


def large():
    """The most a message can hold: 65535 octets."""
    ask = query()
    many = record("A", b"\x7f\0\0\1") * 4000
    empty = record(0, b"", b"\0") * 5000
    pointers = record("CNAME", b"\x3f" + b"a" * 63 + b"\xc0\x0c") * 800
    return {
        "64k-of-addresses": ask.reply(many, counts=[1, 4000, 0, 0])[:65535],
        "64k-of-nothing": ask.reply(empty, counts=[1, 5000, 0, 0])[:65535],
        "64k-of-aliases": ask.reply(pointers, counts=[1, 800, 0, 0])[:65535],
        "64k-of-text": ask.reply(record("TXT", character_strings(*[b"a" * 255] * 250))),
    }


def wire():
    return {**headers(), **names(), **records(), **aliases(), **options(), **large()}


def long_texts():
    """(corpus, seed, text)."""
    yield "spf_record", "thousand-terms", b"v=spf1" + b" ip4:192.0.2.1" * 1000 + b" -all"
    yield "spf_record", "thousand-faults", b"v=spf1" + b" ipv4:300.0.2.1/99" * 1000
    yield "spf_record", "any-byte", b"v=spf1 " + NASTY
    yield "spf_macro", "thousand-macros", b"%{s}" * 1000 + b"\nlocal\nexample.com\nexample.com\nhelo.example"
    yield "spf_macro", "thousand-parts", b"%{l9999r-}.example\n" + b"a-" * 1000 + b"\nexample.com\nexample.com\nhelo"
    yield "dkim_key", "thousand-tags", b"v=DKIM1" + b"".join(b"; a%d=x" % i for i in range(1000))
    yield "dkim_key", "any-byte", b"v=DKIM1; n=" + NASTY + b"; p=AAAA"
    yield "dkim_key", "64k-of-base64", b"v=DKIM1; p=" + b"A" * 65000
    yield "dkim_key", "70k", b"v=DKIM1; p=" + b" " * 70000
    yield "dkim_signature", "thousand-tags", b"v=1" + b"".join(b"; a%d=x" % i for i in range(1000))
    yield "dkim_signature", "thousand-names", b"v=1; a=rsa-sha256; d=a.example; s=s; h=from" + b":x" * 1000
    yield "dkim_signature", "any-byte", b"v=1; z=" + NASTY
    signature = b"DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s; h=from; b=QUJD; bh=" + b"A" * 43 + b"=\r\n"
    yield "dkim_message", "hundred-signatures", signature * 100 + b"From: a@example.com\r\n\r\nx\r\n"
    yield "dkim_message", "thousand-lines", signature + b"From: a@example.com\r\n\r\n" + b"x \r\n" * 1000
    yield "dkim_message", "any-byte", signature + b"From: a@example.com\r\n\r\n" + NASTY
    yield "dmarc_record", "thousand-tags", b"v=DMARC1; p=none" + b"".join(b"; a%d=x" % i for i in range(1000))
    yield "dmarc_record", "thousand-uris", b"v=DMARC1; p=none; rua=" + b",".join([b"mailto:a@example.com"] * 1000)
    yield "dmarc_record", "any-byte", b"v=DMARC1; p=" + NASTY


def seeds():
    for seed, message in wire().items():
        yield CORPUS / "dns_wire" / seed, message
    for corpus, seed, text in long_texts():
        yield CORPUS / corpus / seed, text


def main():
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        print(__doc__, file=sys.stderr)
        return 2
    different = 0
    for path, content in seeds():
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        elif not path.is_file() or path.read_bytes() != content:
            print(f"{path} is not what make_corpus.py makes")
            different += 1
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
