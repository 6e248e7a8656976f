"""Zone files: filled in from zones/*.zone, and added to while the lab runs."""

import re
from pathlib import Path

from layout import DOVECOT, HOSTS, HTTPS_OCTET

TEMPLATES = Path(__file__).parent / "zones"
SERIAL = re.compile(r"(\d+) ; serial")


def quoted(text, size=200):
    """Character-strings of at most `size` octets, as in a zone file."""
    return " ".join(f'"{text[start:start + size]}"' for start in range(0, len(text), size))


def values(network, keys):
    hosts = [*HOSTS, DOVECOT]
    filler = " ".join(f"ip4:192.0.2.{number}" for number in range(1, 45))
    return {
        "SERIAL": "1",
        "ADDRESS": network.mail_address,
        "NETWORK": network.prefix,
        "DNS_ADDRESS": network.dns_address,
        "DYNAMIC_ADDRESS": network.dynamic_address,
        "HTTPS_ADDRESS": network.address(HTTPS_OCTET),
        "RSA2048": quoted(keys["RSA2048"]),
        "RSA1024": quoted(keys["RSA1024"]),
        "RSA512": quoted(keys["RSA512"]),
        "RSA2048_CUT": keys["RSA2048"][:236],  # what is left when a form cuts the record at 255 octets
        "RSA_PRIVATE": quoted(keys["RSA_PRIVATE"]),
        "ED25519": keys["ED25519"],
        "FILLER_600": '" "'.join(filler[start:start + 200] for start in range(0, len(filler), 200)) + " ",
        "TEXT_2000": quoted("x" * 2000),
        "HOST_RECORDS": "\n".join(f"{host.name} A {network.address(host.octet)}" for host in hosts),
        "PTR_RECORDS": "\n".join(f"{host.octet} PTR {host.name}.relay.test." for host in hosts),
    }


def fill_in(template, substitutes):
    def replace(match):
        return substitutes[match.group(1)]

    return re.sub(r"@([A-Z0-9_]+)@", replace, template)


def write_all(directory, network, keys):
    """Writes the zone files and returns {zone name: file name}."""
    files = {".": "root.zone", "test": "test.zone", "relay.test": "relay.test.zone",
             "example.test": "example.test.zone", network.reverse_zone: "reverse.zone"}
    substitutes = values(network, keys)
    directory.mkdir(mode=0o755)
    for name in [*files.values(), "refused.zone"]:
        (directory / name).write_text(fill_in((TEMPLATES / name).read_text(), substitutes))
    return files


def write_dynamic(path, network):
    """The zone that Knot serves and changes."""
    text = (TEMPLATES / "dynamic.test.zone").read_text()
    path.write_text(fill_in(text, {"DNS_ADDRESS": network.dns_address, "DYNAMIC_ADDRESS": network.dynamic_address}))


def add_records(path, records):
    """Appends records to a zone file under a new serial, which is returned."""
    text = path.read_text()
    serial = int(SERIAL.search(text).group(1)) + 1
    text = SERIAL.sub(f"{serial} ; serial", text, count=1)
    path.write_text(text + "\n" + records.rstrip("\n") + "\n")
    return serial
