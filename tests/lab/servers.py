"""Configures, starts and checks the lab's servers: NSD, Knot, Postfix, Dovecot, a sink for mail, a silent DNS server."""

import base64
import hmac
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import processes
import zones
from dns_client import soa_serial
from layout import (DNS_OCTET, DOVECOT, HOSTS, HTTPS_OCTET, HTTPS_PORT, KNOWN_KEYS, POLICY_OCTET, SINK_OCTET,
                    TSIG_KEYS, USERS)

POSTFIX_SERVICES = """\
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
"""
TEMPLATES = Path(__file__).parent / "templates"


def find_program(name):
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin")
    if not path:
        raise RuntimeError(f"{name} is not installed; run scripts/install-deps test")
    return path


def fill_in(template, target, **substitutes):
    text = (TEMPLATES / template).read_text()
    for name, value in substitutes.items():
        text = text.replace(f"@{name}@", str(value))
    target.write_text(text)


def make_token(key, user):
    """A JSON Web Token (RFC 7519) that is good for a day."""
    def encode(octets):
        return base64.urlsafe_b64encode(octets).rstrip(b"=")

    now = int(time.time())
    claims = {"sub": user, "scope": "mail", "iat": now, "nbf": now - 60, "exp": now + 86400}
    text = b".".join(encode(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return (text + b"." + encode(hmac.digest(key, text, "sha256"))).decode()


def answers_smtp(address, port):
    try:
        with socket.create_connection((address, port), timeout=2) as client:
            return client.recv(3) == b"220"
    except OSError:
        return False


class Servers:
    """The servers of one lab. start_*() fill `running` at once, so that a failure later can stop them all."""

    def __init__(self, root, network, running):
        self.root = root
        self.network = network
        self.running = running  # name -> process

    # -- DNS ------------------------------------------------------------------------------------------------
    def start_nsd(self, zone_files):
        directory = self.root / "nsd"
        directory.mkdir()
        zones = "".join(f'zone:\n  name: "{name}"\n  zonefile: "{file}"\n' for name, file in zone_files.items())
        # No such file: NSD answers SERVFAIL. Only a stranger may ask: NSD answers REFUSED.
        zones += 'zone:\n  name: "servfail.test"\n  zonefile: "missing.zone"\n'
        zones += 'zone:\n  name: "refused.test"\n  zonefile: "refused.zone"\n  allow-query: 192.0.2.255 NOKEY\n'
        # The secondary of what start_knot() starts.
        primary = self.network.dynamic_address
        zones += (f'zone:\n  name: "dynamic.test"\n  request-xfr: AXFR {primary}@{self.network.dns_port} NOKEY\n'
                  f'  allow-notify: {primary} NOKEY\n  outgoing-interface: {self.network.dns_address}\n')
        fill_in("nsd.conf", directory / "nsd.conf", ROOT=self.root, ADDRESS=self.network.dns_address,
                PORT=self.network.dns_port, ZONES=zones)
        self.running["nsd"] = processes.start([find_program("nsd"), "-d", "-c", str(directory / "nsd.conf")],
                                              self.root / "log" / "nsd.log")
        self.wait_for_serial("relay.test", 1)

    def start_knot(self):
        """Knot, which takes updates; a file for each key, as tsig-keygen writes them."""
        directory = self.root / "knot"
        directory.mkdir()
        known = ""
        for name, (name_there, algorithm) in TSIG_KEYS.items():
            secret = base64.b64encode(os.urandom(32)).decode()
            path = directory / f"{name}.key"
            path.touch(mode=0o600)
            path.write_text(f'key "{name_there}" {{\n\talgorithm {algorithm};\n\tsecret "{secret}";\n}};\n')
            if name in KNOWN_KEYS:
                known += f"  - id: {name}\n    algorithm: {algorithm}\n    secret: {secret}\n"
        zones.write_dynamic(directory / "dynamic.test.zone", self.network)
        fill_in("knot.conf", directory / "knot.conf", ROOT=self.root, ADDRESS=self.network.dynamic_address,
                PORT=self.network.dns_port, DNS_ADDRESS=self.network.dns_address, DNS_PORT=self.network.dns_port,
                NETWORK=self.network.prefix + ".0", KEYS=known)
        self.running["knot"] = processes.start([find_program("knotd"), "-c", str(directory / "knot.conf")],
                                               self.root / "log" / "knot.log")
        server = (self.network.dynamic_address, self.network.dns_port)
        if not processes.wait_until(lambda: soa_serial(server, "dynamic.test") is not None):
            raise RuntimeError("Knot did not start; see log/knot.log")

    def wait_for_secondary(self):
        server = (self.network.dns_address, self.network.dns_port)
        if not processes.wait_until(lambda: soa_serial(server, "dynamic.test") is not None):
            raise RuntimeError("NSD did not get dynamic.test from Knot; see log/nsd.log and log/knot.log")

    def wait_for_serial(self, zone, serial):
        server = (self.network.dns_address, self.network.dns_port)
        if not processes.wait_until(lambda: soa_serial(server, zone) == serial):
            raise RuntimeError(f"the name server did not take serial {serial} of {zone}; see log/nsd.log")

    def reload_zone(self, zone):
        control = [find_program("nsd-control"), "-c", str(self.root / "nsd" / "nsd.conf"), "reload", zone]
        result = subprocess.run(control, text=True, capture_output=True, timeout=20, check=False)
        if result.returncode != 0:
            raise RuntimeError(f"nsd-control reload {zone}: {result.stdout}{result.stderr}")

    def start_silent_dns(self):
        """A name server that never answers: a bound socket nobody reads."""
        address = self.network.address(DNS_OCTET + 1)
        script = ("import signal, socket, sys; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
                  "s.bind((sys.argv[1], int(sys.argv[2]))); print('ready', flush=True); signal.pause()")
        log = self.root / "log" / "silent.log"
        self.running["silent-dns"] = processes.start(
            [sys.executable, "-S", "-E", "-c", script, address, str(self.network.dns_port)], log)
        if not processes.wait_until(lambda: "ready" in log.read_text()):
            raise RuntimeError("the silent name server did not start; see log/silent.log")
        return f"{address}:{self.network.dns_port}"

    # -- MTA-STS policies -----------------------------------------------------------------------------------
    def start_https(self):
        if not self.network.https:
            return
        log = self.root / "log" / "https.log"
        self.running["https"] = processes.start(
            [sys.executable, "-B", "-E", str(Path(__file__).parent / "https_server.py"),
             self.network.address(HTTPS_OCTET), str(HTTPS_PORT), str(self.root / "ca")], log)
        if not processes.wait_until(lambda: "ready" in log.read_text()):
            raise RuntimeError("the HTTPS server did not start; see log/https.log")

    # -- mail -----------------------------------------------------------------------------------------------
    def start_sink(self):
        """Takes every message that is not for relay.test, into files."""
        directory = self.root / "sink"
        directory.mkdir()
        command = [find_program("smtp-sink"), "-d", "sink/%Y%m%d%H%M%S.", "-h", "sink.relay.test"]
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(directory, nobody.pw_uid, nobody.pw_gid)
            command += ["-u", "nobody"]
        address = self.network.address(SINK_OCTET)
        command += [f"{address}:{self.network.sink_port}", "100"]
        self.running["sink"] = processes.start(command, self.root / "log" / "sink.log", self.root)
        if not processes.wait_until(lambda: answers_smtp(address, self.network.sink_port)):
            raise RuntimeError("the mail sink did not start; see log/sink.log")

    def start_policy(self):
        """Greylisting for Postfix."""
        log = self.root / "log" / "policy.log"
        self.running["policy"] = processes.start(
            [sys.executable, "-B", "-E", str(Path(__file__).parent / "greylist.py"),
             self.network.address(POLICY_OCTET), str(self.network.sink_port)], log)
        if not processes.wait_until(lambda: "ready" in log.read_text()):
            raise RuntimeError("the policy service did not start; see log/policy.log")

    def start_postfix(self):
        for name in ("postfix", "data", "mail"):
            (self.root / name).mkdir()
        (self.root / "spool").mkdir()  # Postfix makes what is below, with its owners
        owner = pwd.getpwnam("postfix")
        nobody = pwd.getpwnam("nobody")
        os.chown(self.root / "data", owner.pw_uid, owner.pw_gid)
        os.chown(self.root / "mail", nobody.pw_uid, nobody.pw_gid)
        directory = self.root / "postfix"
        fill_in("main.cf", directory / "main.cf", ROOT=self.root, INSTANCE=self.network.prefix.replace(".", "-"),
                ADDRESS=self.network.mail_address, NETWORK=self.network.prefix,
                POLICY=f"inet:{self.network.address(POLICY_OCTET)}:{self.network.sink_port}",
                SINK=f"[{self.network.address(SINK_OCTET)}]:{self.network.sink_port}",
                NOBODY_UID=nobody.pw_uid, NOBODY_GID=nobody.pw_gid)
        shutil.copy(TEMPLATES / "postfix-files", directory)
        (directory / "master.cf").write_text(self.master_services() + POSTFIX_SERVICES)
        (directory / "alterations").write_text("/^Subject: alter (.*)/ REPLACE Subject: [list] $1\n")
        mailboxes = [*USERS, "grey@relay.test"]
        (directory / "mailboxes").write_text("".join(f"{user} {user.split('@')[0]}/\n" for user in mailboxes))
        result = subprocess.run([find_program("postfix"), "-c", str(directory), "start"], text=True, check=False,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                timeout=60)
        pid_file = self.root / "spool" / "pid" / "master.pid"
        if pid_file.exists():
            self.running["postfix"] = processes.remember(int(pid_file.read_text()))
        if result.returncode != 0 or "postfix" not in self.running:
            raise RuntimeError(f"postfix start: {result.stdout}")

    def master_services(self):
        """master.cf lines: ports 25 (STARTTLS offered), 465 (TLS at once) and 587 (STARTTLS, login) a host."""
        lines = []
        for host in HOSTS:
            certificate = "" if host.certificate == "good" else (
                f"smtpd_tls_chain_files = {self.root}/ca/{host.certificate}.key, "
                f"{self.root}/ca/{host.certificate}.chain.pem")
            by_port = {
                25: ["syslog_name=smtp25"],
                465: ["syslog_name=smtp465", "smtpd_tls_wrappermode=yes", "smtpd_sasl_auth_enable=yes"],
                587: ["syslog_name=smtp587", "smtpd_tls_security_level=encrypt", "smtpd_sasl_auth_enable=yes",
                      "smtpd_client_restrictions=permit_sasl_authenticated,reject"],
            }
            if "smtpd_tls_security_level=none" in host.options:
                del by_port[465]
            for port, options in by_port.items():
                address = f"{self.network.address(host.octet)}:{self.network.smtp_ports[port]}"
                lines.append(f"{address} inet n - n - - smtpd")
                settings = options + host.options + [f"myhostname={host.name}.relay.test", certificate]
                lines += [f"  -o {{ {setting} }}" for setting in settings if setting]
        return "\n".join(lines) + "\n"

    def start_dovecot(self):
        directory = self.root / "dovecot"
        directory.mkdir()
        users = directory / "users"
        users.write_text("".join(f"{user}:{{PLAIN}}{password}\n" for user, password in USERS.items()))
        fill_in("dovecot.conf", directory / "dovecot.conf", ROOT=self.root, ADDRESS=self.network.address(DOVECOT.octet),
                PORT_465=self.network.smtp_ports[465], PORT_587=self.network.smtp_ports[587],
                SINK_ADDRESS=self.network.address(SINK_OCTET), SINK_PORT=self.network.sink_port)
        fill_in("oauth2.conf", directory / "oauth2.conf", ROOT=self.root)
        key = os.urandom(32)
        key_file = directory / "keys" / "default" / "HS256" / "default"
        key_file.parent.mkdir(parents=True)
        key_file.write_bytes(base64.b64encode(key))
        (directory / "token").write_text(make_token(key, next(iter(USERS))))
        self.running["dovecot"] = processes.start(
            [find_program("dovecot"), "-F", "-c", str(directory / "dovecot.conf")],
            self.root / "log" / "dovecot-start.log")
        socket_path = self.root / "spool" / "private" / "auth"
        if not processes.wait_until(socket_path.is_socket):
            raise RuntimeError("dovecot did not start; see log/dovecot-start.log and log/dovecot.log")

    def wait_for_mail(self):
        for host, port in [*((host, 25) for host in HOSTS), (DOVECOT, 587)]:
            address, port = self.network.address(host.octet), self.network.smtp_ports[port]
            if not processes.wait_until(lambda: answers_smtp(address, port)):
                raise RuntimeError(f"no SMTP greeting from {host.name}.relay.test ({address}:{port})")
