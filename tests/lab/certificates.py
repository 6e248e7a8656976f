"""The lab's certificate authority and server certificates, made on the spot with openssl."""

import os
import subprocess
from pathlib import Path

import https_server

LEAF = """subjectAltName={names}
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage={usage}
authorityKeyIdentifier=keyid
subjectKeyIdentifier=hash
authorityInfoAccess=caIssuers;URI:http://ca.relay.test/intermediate.der
"""
AUTHORITY = """basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
"""
# `openssl x509` of OpenSSL 3.0 cannot set dates; `openssl ca` can.
CA_CONFIG = """[ca]
default_ca=c
[c]
database=database.txt
serial=serial
new_certs_dir=.
default_md=sha256
policy=p
unique_subject=no
copy_extensions=none
[p]
commonName=supplied
"""


def openssl(directory, *arguments, text=None):
    result = subprocess.run(["openssl", *arguments], cwd=directory, input=text, text=True, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"})
    if result.returncode != 0:
        raise RuntimeError(f"openssl {' '.join(arguments)}: {result.stderr}")
    return result.stdout


class Authority:
    """A directory of keys NAME.key and chains NAME.chain.pem; root.pem is what clients trust."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.directory.mkdir(mode=0o755)
        for name, text in (("ca.cnf", CA_CONFIG), ("database.txt", ""), ("serial", "1000\n"),
                           ("authority.ext", AUTHORITY)):
            (self.directory / name).write_text(text)
        self.root("root", "relayctl test root")
        self.key("intermediate")
        self.request("intermediate", "relayctl test intermediate")
        self.sign("intermediate", "authority.ext", issuer="root")

    def key(self, name):
        openssl(self.directory, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key")
        (self.directory / f"{name}.key").chmod(0o600)

    def request(self, name, common_name):
        openssl(self.directory, "req", "-new", "-key", f"{name}.key", "-subj", f"/CN={common_name}",
                "-out", f"{name}.csr")

    def root(self, name, common_name):
        self.key(name)
        openssl(self.directory, "req", "-x509", "-new", "-key", f"{name}.key", "-days", "3650",
                "-subj", f"/CN={common_name}", "-out", f"{name}.pem",
                "-addext", "basicConstraints=critical,CA:TRUE",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def sign(self, name, extensions, issuer="intermediate", days="825"):
        openssl(self.directory, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{issuer}.pem",
                "-CAkey", f"{issuer}.key", "-CAcreateserial", "-days", days, "-extfile", extensions,
                "-out", f"{name}.pem")

    def leaf(self, name, common_name, names, issuer="intermediate", days="825", dates=None, usage="serverAuth"):
        """A server certificate; `dates` is a pair of YYYYMMDDHHMMSSZ and beats `days`."""
        self.key(name)
        self.request(name, common_name)
        extensions = f"{name}.ext"
        (self.directory / extensions).write_text(LEAF.format(names=names, usage=usage))
        if dates:
            openssl(self.directory, "ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", f"{issuer}.pem",
                    "-keyfile", f"{issuer}.key", "-in", f"{name}.csr", "-out", f"{name}.pem",
                    "-extfile", extensions, "-startdate", dates[0], "-enddate", dates[1])
        else:
            self.sign(name, extensions, issuer, days)
        self.chain(name, name, issuer)

    def chain(self, name, *members):
        text = "".join((self.directory / f"{member}.pem").read_text() for member in members)
        (self.directory / f"{name}.chain.pem").write_text(text)

    def self_signed(self, name, common_name, names):
        self.key(name)
        openssl(self.directory, "req", "-x509", "-new", "-key", f"{name}.key", "-days", "365",
                "-subj", f"/CN={common_name}", "-addext", f"subjectAltName={names}", "-out", f"{name}.pem")
        self.chain(name, name)


def make_all(directory):
    """Every certificate the hosts of the lab show. Each is right but for the one fault in its name."""
    authority = Authority(directory)
    authority.leaf("good", "mail.relay.test", ",".join(f"DNS:{name}.relay.test" for name in (
        "mail", "alias", "two-stacks", "several", "tls12", "tls10", "clientcert", "open", "bare", "dovecot")))
    authority.leaf("wild", "*.relay.test", "DNS:*.relay.test")
    authority.leaf("wrong", "other.example", "DNS:other.example")
    authority.leaf("soon", "soon.relay.test", "DNS:soon.relay.test", days="5")
    authority.leaf("cnonly", "cnonly.relay.test", "email:postmaster@relay.test")
    authority.leaf("expired", "expired.relay.test", "DNS:expired.relay.test",
                   dates=("20200101000000Z", "20210101000000Z"))
    authority.leaf("future", "future.relay.test", "DNS:future.relay.test",
                   dates=("20400101000000Z", "20410101000000Z"))
    authority.leaf("incomplete", "incomplete.relay.test", "DNS:incomplete.relay.test")
    authority.chain("incomplete", "incomplete")  # the intermediate is not sent
    authority.self_signed("selfsigned", "selfsigned.relay.test", "DNS:selfsigned.relay.test")
    authority.leaf("policy", https_server.SHARED[0], ",".join(f"DNS:{host}" for host in https_server.SHARED))
    authority.leaf("policy-expired", "mta-sts.sts-expired.test", "DNS:mta-sts.sts-expired.test",
                   dates=("20200101000000Z", "20210101000000Z"))
    authority.root("stranger", "relayctl test stranger")  # a root nobody trusts
    authority.leaf("unknown", "unknown.relay.test", "DNS:unknown.relay.test", issuer="stranger")


def public_keys(directory):
    """Keys for the DNS, as base64 of what p= wants."""
    def rsa(bits):
        name = f"dkim-{bits}.pem"
        openssl(directory, "genrsa", "-out", name, str(bits))
        return unwrap(openssl(directory, "rsa", "-in", name, "-pubout"))

    def unwrap(pem):
        return "".join(line for line in pem.splitlines() if not line.startswith("-"))

    openssl(directory, "genpkey", "-algorithm", "ed25519", "-out", "dkim-ed25519.pem")
    # The public key proper is the last 32 octets of its 44-octet envelope: 12 octets are 16 characters.
    ed25519 = unwrap(openssl(directory, "pkey", "-in", "dkim-ed25519.pem", "-pubout"))[16:]
    return {"RSA2048": rsa(2048), "RSA1024": rsa(1024), "RSA512": rsa(512), "ED25519": ed25519,
            "RSA_PRIVATE": unwrap(Path(directory, "dkim-2048.pem").read_text())}
