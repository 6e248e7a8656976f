"""What the lab consists of: its network, its ports and its hosts."""

import errno
import random
import socket
from dataclasses import dataclass, field

# Keys for updates of dynamic.test, whose names say what they are for; wrong has the name of good and another secret.
# name -> (name for the server, algorithm)
TSIG_KEYS = {"good": ("good", "hmac-sha256"), "long": ("long", "hmac-sha512"), "powerless": ("powerless", "hmac-sha256"),
             "wrong": ("good", "hmac-sha256"), "unknown": ("unknown", "hmac-sha256")}
KNOWN_KEYS = ("good", "long", "powerless")  # to the server; the last may update nothing

# SMTP options of Postfix that a host has beside the usual ones.
NO_TLS = ["smtpd_tls_security_level=none"]


@dataclass(frozen=True)
class Host:
    """A name in relay.test with an address of its own, and what is wrong with its mail server."""

    name: str
    octet: int  # the last one of its address
    certificate: str = "good"
    options: list = field(default_factory=list)  # of smtpd, on every port


HOSTS = [
    Host("mail", 1),
    Host("expired", 11, "expired"),
    Host("selfsigned", 12, "selfsigned"),
    Host("wrong", 13, "wrong"),
    Host("incomplete", 14, "incomplete"),
    Host("soon", 15, "soon"),
    Host("future", 16, "future"),
    Host("cnonly", 17, "cnonly"),
    Host("wild", 18, "wild"),
    Host("unknown", 19, "unknown"),
    Host("tls12", 21, options=["smtpd_tls_protocols=TLSv1.2", "smtpd_tls_mandatory_protocols=TLSv1.2"]),
    Host("tls10", 22, options=["smtpd_tls_protocols=TLSv1", "smtpd_tls_mandatory_protocols=TLSv1",
                               "tls_medium_cipherlist = ALL:@SECLEVEL=0", "smtpd_tls_ciphers=medium",
                               "smtpd_tls_mandatory_ciphers=medium"]),
    Host("plain", 23, options=NO_TLS),
    Host("clearauth", 24, options=NO_TLS + [
        "smtpd_tls_auth_only=no", "smtpd_sasl_auth_enable=yes", "smtpd_sasl_security_options=noanonymous"]),
    Host("clientcert", 25, options=["smtpd_tls_req_ccert=yes", "smtpd_tls_security_level=encrypt"]),
    Host("open", 26, options=["smtpd_relay_restrictions=permit_mynetworks,reject"]),
    Host("bare", 27, options=["smtpd_discard_ehlo_keywords = pipelining, 8bitmime, chunking, dsn, smtputf8, "
                              "size, starttls, enhancedstatuscodes, vrfy, etrn"]),
]
DNS_OCTET = 53
DYNAMIC_OCTET = 55  # 54 never answers
SINK_OCTET = 2
DOVECOT = Host("dovecot", 28)  # its submission service in place of Postfix, without port 25
HTTPS_OCTET = 3
POLICY_OCTET = 4
HTTPS_PORT = 443  # senders know no other
SMTP_PORTS = (25, 465, 587)
USERS = {"alice@relay.test": "s3cret-alice", "bob@relay.test": "pässwörd with space"}


@dataclass
class Network:
    """A /24 of 127.0.0.0/8, and the real port behind each nominal one."""

    prefix: str  # "127.5.6"
    smtp_ports: dict  # 25 -> 25, or 25 -> 40025
    dns_port: int
    sink_port: int  # that of the policy service too
    https: bool  # can the policy server have its port?

    def address(self, octet):
        return f"{self.prefix}.{octet}"

    @property
    def mail_address(self):
        return self.address(1)

    @property
    def dns_address(self):
        return self.address(DNS_OCTET)

    @property
    def dynamic_address(self):
        return self.address(DYNAMIC_OCTET)

    @property
    def reverse_zone(self):
        return ".".join(reversed(self.prefix.split("."))) + ".in-addr.arpa"


def can_bind(address, port, kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            if kind == socket.SOCK_STREAM:
                probe.listen(1)
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def dns_port_is_free(address, port):
    return can_bind(address, port, socket.SOCK_DGRAM) and can_bind(address, port)


def choose_network():
    """A random network nobody uses; the real ports where they may be bound, high ones elsewhere."""
    source = random.SystemRandom()
    for _ in range(100):
        prefix = f"127.{source.randrange(16, 240)}.{source.randrange(0, 256)}"
        base = source.randrange(20, 60) * 1000
        first, dns = f"{prefix}.1", f"{prefix}.{DNS_OCTET}"
        real = all(can_bind(first, port) for port in SMTP_PORTS)
        smtp_ports = {port: port if real else base + port for port in SMTP_PORTS}
        dns_port = 53 if dns_port_is_free(dns, 53) else base + 53
        sink = f"{prefix}.{SINK_OCTET}"
        if (all(can_bind(first, port) for port in smtp_ports.values()) and dns_port_is_free(dns, dns_port)
                and dns_port_is_free(f"{prefix}.{DYNAMIC_OCTET}", dns_port)
                and can_bind(sink, base + 525) and can_bind(f"{prefix}.{POLICY_OCTET}", base + 525)):
            https = can_bind(f"{prefix}.{HTTPS_OCTET}", HTTPS_PORT)
            return Network(prefix, smtp_ports, dns_port, base + 525, https)
    raise RuntimeError("no free network in 127.0.0.0/8")
