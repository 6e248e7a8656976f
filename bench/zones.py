#!/usr/bin/python3
"""Makes a zone of many domains that send mail, as they are found in the wild, and the input of `verify -`.

    bench/zones.py COUNT FOLDER [SEED]

Writes FOLDER/bench.zone and FOLDER/domains.txt: COUNT domains, each with a TAB and its DKIM selector. The same seed
gives the same files. Of the domains

    90 % have an SPF record; most include one to three of 12 providers, whose records include three more each;
         some have a, mx or redirect, a few are broken: two records, a look-up too many, a misspelled mechanism,
         an include of nothing
    75 % have a DKIM key: RSA 2048 of their own, or a CNAME to a provider's
    65 % have a DMARC record, half of those with reports to a provider, a fifth with reports elsewhere
    95 % have an MX host
"""

import random
import sys
from pathlib import Path

ZONE = "bench"
PROVIDERS = 12
KEYS = 40  # different RSA keys of domains; their octets do not matter to the speed
HEAD = f"""\
$ORIGIN {ZONE}.
$TTL 3600
@ SOA ns hostmaster 1 3600 600 86400 300
@ NS ns
ns A 127.0.0.1
"""


def text(name, value):
    pieces = [value[start:start + 250] for start in range(0, len(value), 250)]
    return f"{name} TXT " + " ".join(f'"{piece}"' for piece in pieces) + "\n"


def networks(source, count):
    return " ".join(f"ip4:{source.randrange(1, 200)}.{source.randrange(256)}.{source.randrange(256)}.0/"
                    f"{source.randrange(20, 27)}" for _ in range(count))


def public_key(source):
    """The base64 of a key of 2048 bits, by its outer form: the modulus is any odd number of 256 octets."""
    modulus = bytes([0, source.randrange(128, 256)]) + source.randbytes(254) + bytes([source.randrange(128) * 2 + 1])
    der = (b"\x30\x82\x01\x22\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x03\x82\x01\x0f\x00"
           b"\x30\x82\x01\x0a\x02\x82\x01\x01" + modulus + b"\x02\x03\x01\x00\x01")
    return __import__("base64").b64encode(der).decode()


def provider_records(source, keys):
    for number in range(PROVIDERS):
        name = f"provider{number}"
        yield text(f"_spf.{name}", "v=spf1 " + " ".join(f"include:_net{part}.{name}.{ZONE}" for part in range(3))
                   + " ~all")
        for part in range(3):
            yield text(f"_net{part}.{name}", f"v=spf1 {networks(source, source.randrange(3, 12))} ~all")
        yield text(f"key._domainkey.{name}", f"v=DKIM1; k=rsa; p={keys[number]}")
        yield text(f"*._report._dmarc.{name}", "v=DMARC1")
        yield f"mx.{name} A 192.0.2.{number + 1}\n"


def spf_record(source, name):
    includes = " ".join(f"include:_spf.provider{number}.{ZONE}"
                        for number in source.sample(range(PROVIDERS), source.choice((1, 1, 1, 2, 2, 3))))
    kind = source.random()
    if kind < 0.55:
        return [f"v=spf1 {includes} {networks(source, source.randrange(0, 3))} -all".replace("  ", " ")]
    if kind < 0.70:
        return [f"v=spf1 mx {includes} ~all"]
    if kind < 0.78:
        return [f"v=spf1 a mx {networks(source, 2)} -all"]
    if kind < 0.84:
        return [f"v=spf1 redirect=_spf.provider{source.randrange(PROVIDERS)}.{ZONE}"]
    if kind < 0.90:
        return [f"v=spf1 {networks(source, 4)} -all"]
    if kind < 0.94:
        return ["v=spf1 " + " ".join(f"include:_spf.provider{number}.{ZONE}" for number in range(3)) + " mx a ~all"]
    return source.choice((["v=spf1 mx -all", f"v=spf1 {includes} ~all"], ["v=spf1 ipv4:192.0.2.1 -all"],
                          [f"v=spf1 include:nothing.{name}.{ZONE} -all"], ["v=spf1 include:spf.example.com. mx"]))


def domain_records(source, name, keys):
    yield f"{name} A 198.51.100.{source.randrange(1, 255)}\n"
    if source.random() < 0.95:
        yield f"{name} MX 10 mx.provider{source.randrange(PROVIDERS)}\n"
    if source.random() < 0.90:
        for record in spf_record(source, name):
            yield text(name, record)
    if source.random() < 0.40:
        yield text(name, f"site-verification={source.getrandbits(128):032x}")
    kind = source.random()
    if kind < 0.45:
        yield text(f"s1._domainkey.{name}", f"v=DKIM1; k=rsa; p={source.choice(keys)}")
    elif kind < 0.75:
        yield f"s1._domainkey.{name} CNAME key._domainkey.provider{source.randrange(PROVIDERS)}\n"
    if source.random() < 0.65:
        policy = source.choice(("none", "none", "quarantine", "reject"))
        kind = source.random()
        reports = ""
        if kind < 0.5:
            reports = f"; rua=mailto:{name}@provider{source.randrange(PROVIDERS)}.{ZONE}"
        elif kind < 0.7:
            reports = f"; rua=mailto:dmarc@{name}.{ZONE}"
        yield text(f"_dmarc.{name}", f"v=DMARC1; p={policy}{reports}")


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    count, folder = int(sys.argv[1]), Path(sys.argv[2])
    source = random.Random(int(sys.argv[3]) if len(sys.argv) == 4 else 1)
    keys = [public_key(source) for _ in range(KEYS)]
    with (folder / "bench.zone").open("w") as zone, (folder / "domains.txt").open("w") as domains:
        zone.write(HEAD)
        zone.writelines(provider_records(source, keys))
        for number in range(count):
            name = f"d{number:06}"
            zone.writelines(domain_records(source, name, keys))
            domains.write(f"{name}.{ZONE}\ts1\n")


main()
