"""Compares what probe says of servers with transcripts/*.txt: the diagnoses, each made by a real or a scripted server.

The form is that of tests/cli/transcript_test.py. Before the first line there are, in the shell's environment:

    $NET       the lab's network; every transcript has addresses of its own in it for servers
    $CA $CERTS the lab's root certificate, and a folder of certificates that are made for this test
    $PORT      a port that is free on ::1 and on $NET.70
    $SIGNED    a DNS server that calls the lab's answers validated
    server ADDRESS OPTION...   starts scripted_server.py there, on 25, 465 and 587 unless told otherwise
    stapled ADDRESS NAME MARK  starts openssl s_server with this certificate there, on 465 for one connection, with an OCSP
                               staple that says V, valid, R, revoked, U, unknown, O, about another certificate, or
                               without one for -

and the names of NAMES below in the DNS. What differs from run to run has a stand-in, times and days too; blanks in a row
count as two. Transcripts are replayed side by side: most of the time is waiting.

`test_probe_transcripts.py --update [FILE ...]`, with LAB and RELAYCTL set, writes them anew.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from relayctl import PROGRAM, TESTS, Lab

sys.path.insert(0, str(TESTS / "lab"))
import certificates  # noqa: E402

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
NAMES = {
    "relay.test": """
right A {net}.44
nickname A {net}.44
dual A {net}.70
dual AAAA ::1
pair A {net}.71
pair A {net}.72
scripted A {net}.42
xn--bcher-kva A {net}.43
no-route A {net}.18
no-route AAAA ff02::1
_25._tcp.tls12 TLSA 3 1 1 0000000000000000000000000000000000000000000000000000000000000000
""",
    ".": "smtp.bigmail.com. A {net}.73\n",
}
SERVER = f"""#!/bin/sh
# The server ends when the test closes the pipe that is its standard input.
address=$1; shift
case " $* " in *" --port "*) ;; *) set -- "$@" --port 25 --port 465 --port 587 ;; esac
log=$(mktemp)
setsid {sys.executable} -B -E {TESTS}/support/scripted_server.py --address "$address" "$@" >"$log" 2>&1 <&"$LIFELINE" &
ports=0
for word; do [ "$word" != --port ] || ports=$((ports + 1)); done
tries=0
until [ "$(wc -l <"$log")" -ge "$ports" ]; do
    kill -0 $! && [ $tries -lt 200 ] || {{ cat "$log"; exit 1; }}
    tries=$((tries + 1)); sleep 0.05
done
"""
STAPLED = """#!/bin/sh
set -e
folder=$(mktemp -d "$HOME/stapled.XXXXXX")
serial=$(openssl x509 -in "$CERTS/$2.pem" -noout -serial | cut -d= -f2)
revoked=; [ "$3" != R ] || revoked=260101000000Z
subject=$2; [ "$3" != O ] || subject=address
[ "$3" = U ] || printf '%s\\t351231235959Z\\t%s\\t%s\\tunknown\\t/CN=x\\n' "$3" "$revoked" "$serial" >"$folder/index"
touch "$folder/index" "$folder/log"
staple=
if [ "$3" != - ]; then
    staple="-status_file $folder/staple"
    openssl ocsp -index "$folder/index" -CA "$CERTS/intermediate.pem" -rsigner "$CERTS/intermediate.pem" -ndays 5 \\
        -rkey "$CERTS/intermediate.key" -issuer "$CERTS/intermediate.pem" -cert "$CERTS/$subject.pem" -respout "$folder/staple" 2>/dev/null
fi
printf '220 s_server.relay.test ESMTP\\r\\n250 s_server.relay.test\\r\\n221 bye\\r\\n' >"$folder/said"
setsid timeout 60 openssl s_server -naccept 1 -accept "$1:465" -cert "$CERTS/$2.pem" -cert_chain "$CERTS/intermediate.pem" \\
    -key "$CERTS/$2.key" $staple <"$folder/said" >"$folder/log" 2>&1 &
tries=0
until grep -q ACCEPT "$folder/log"; do
    kill -0 $! && [ $tries -lt 200 ] || { cat "$folder/log"; exit 1; }
    tries=$((tries + 1)); sleep 0.05
done
"""
STAND_INS = [
    (r"\d{4}-\d\d-\d\d(T[\d:]+Z)?", "[DATE]"),
    (r"\b\d+ (ms|days?)\b", r"[N] \1"),
    (r"^( *)\d+\.\d{3} (?=[*<>])", "[TIME] "),
    (r"(?<=> EHLO )\S+", "[NAME]"),
    (r"(?<=message has )\d+", "[N]"),
    (r"\b[0-9a-f]{64}\b", "[SHA256]"),
    (r"^ +(DNS|connect|greeting|EHLO|TLS|EHLO in TLS) +\[N\] ms.*\n", ""),
    (r"^TIME .*\n", ""),
    (r"(?<=\S) {2,}", "  "),
]


def free_port(net):
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as six, socket.socket() as four:
        four.bind((f"{net}.70", six.getsockname()[1]))
        return six.getsockname()[1]


def make_certificates(folder, net):
    """Of an authority of their own: for an address, for an internationalised name, with a NUL, with a short key."""
    authority = certificates.Authority(folder)
    authority.leaf("address", "address", f"IP:{net}.41")
    authority.leaf("right", "right", "DNS:right.relay.test")
    authority.leaf("stapled", "stapled", f"IP:{net}.86")
    authority.leaf("must-staple", "must-staple", f"IP:{net}.87\ntlsfeature=status_request")
    authority.leaf("client", "client", f"IP:{net}.88", usage="clientAuth")
    authority.leaf("umlaut", "umlaut", "DNS:xn--bcher-kva.relay.test")
    # scripted.relay.test, NUL, .evil.test as one DNS name
    name = b"scripted.relay.test\0.evil.test"
    authority.leaf("nul", "nul", "DER:" + (bytes([0x30, len(name) + 2, 0x82, len(name)]) + name).hex(":"))
    certificates.openssl(folder, "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-keyout", "weak.key", "-subj",
                         "/CN=weak", "-days", "90", "-addext", f"subjectAltName=IP:{net}.40", "-out", "weak.pem")
    authority.chain("weak", "weak")


def answer_as_if_validated(front, server):
    """Passes DNS questions on, and answers back with the AD bit set."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as back:
        back.settimeout(5)
        while True:
            question, client = front.recvfrom(4096)
            if not question:
                return
            back.sendto(question, server)
            answer = bytearray(back.recv(4096))
            answer[3] |= 0x20
            front.sendto(answer, client)


@contextlib.contextmanager
def validating_resolver(lab):
    """Where it listens. The lab's name server signs nothing: what DNSSEC would make of it has to be said for it."""
    address, port = lab.dns.rsplit(":", 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as front:
        front.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=answer_as_if_validated, args=(front, (address, int(port))))
        thread.start()
        try:
            yield "{}:{}".format(*front.getsockname())
        finally:
            front.sendto(b"", front.getsockname())
            thread.join()


class Replay:
    """A transcript in a folder and a store of its own."""

    def __init__(self, path, lab, environment, scripts):
        self.path, self.lab = path, lab
        self.folder = Path(tempfile.mkdtemp(prefix="relayctl-transcript."))
        self.environment = {**environment, "HOME": str(self.folder), "RELAYCTL_STORE": str(self.folder / "relayctl.db"),
                            "PATH": f"{self.folder}:{os.environ['PATH']}"}
        (self.folder / "relayctl").symlink_to(PROGRAM)
        # Linked, not written: Linux does not run a file that is open for writing, not even in a child that another of
        # our threads is just starting.
        for script in scripts:
            (self.folder / script.name).symlink_to(script)

    def readable(self, octets):
        text = octets.decode("utf-8", "backslashreplace").replace("\x1b", "^[").replace(str(self.folder), "[FOLDER]")
        for known, name in ((self.environment["CERTS"], "[CERTS]"), (self.environment["PORT"], "[PORT]"),
                            (self.lab.network + ".", "127.1.2."), (str(self.lab.directory.resolve()), "[LAB]")):
            text = text.replace(known, name)
        for pattern, name in STAND_INS:
            text = re.sub(pattern, name, text, flags=re.MULTILINE)
        return text

    def run_line(self, line):
        pipe = int(self.environment["LIFELINE"])
        run = subprocess.run(["sh", "-c", line], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                             capture_output=True, timeout=120, check=False, pass_fds=[pipe])
        text = f"$ {line}\n{self.readable(run.stdout)}"
        text += "".join(f"2> {message}\n" for message in self.readable(run.stderr).splitlines())
        return text + (f"[{run.returncode}]\n" if run.returncode != 0 else "")

    def as_it_is_now(self):
        try:
            lines = self.path.read_text().splitlines()
            said = [self.run_line(line[2:]) if line.startswith("$ ") else f"\n{line}\n"
                    for line in lines if line.startswith(("$ ", "#"))]
            return re.sub(r"(\n#[^\n]*\n)\n(?=#)", r"\1", "".join(said)).lstrip("\n")
        finally:
            shutil.rmtree(self.folder)


def replay_all(paths):
    """{path: what the transcript is now}."""
    lab = Lab(os.environ["LAB"])
    values = {"address": lab.address, "net": lab.network}
    for zone, records in NAMES.items():
        lab.publish(zone, records.format(**values))
    read_end, write_end = os.pipe()
    os.set_inheritable(read_end, True)
    with tempfile.TemporaryDirectory(prefix="relayctl-certificates.") as folder, validating_resolver(lab) as signed:
        make_certificates(Path(folder) / "ca", lab.network)
        scripts = [Path(folder) / "server", Path(folder) / "stapled"]
        for script, text in zip(scripts, (SERVER, STAPLED)):
            script.write_text(text)
            script.chmod(0o755)
        environment = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "RELAYCTL_DNS_SERVER": lab.dns, "NET": lab.network, "CA": lab.ca,
                       "CERTS": f"{folder}/ca", "SIGNED": signed, "PORT": str(free_port(lab.network)), "LIFELINE": str(read_end),
                       **{name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}}
        try:
            with ThreadPoolExecutor(4) as pool:
                return dict(zip(paths, pool.map(lambda path: Replay(path, lab, environment, scripts).as_it_is_now(), paths)))
        finally:
            os.close(write_end)
            os.close(read_end)


class ProbeTranscriptTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        if not Lab(os.environ["LAB"]).real_ports:
            raise unittest.SkipTest("the transcripts are of the ports 25, 465 and 587")
        cls.now = replay_all(TRANSCRIPTS)


def make_test(path):
    def test(self):
        self.assertEqual(self.now[path], path.read_text())
    return test


for transcript in TRANSCRIPTS:
    setattr(ProbeTranscriptTest, f"test_{transcript.stem.replace('-', '_')}", make_test(transcript))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--update"]:
        for changed, text in replay_all([Path(name) for name in sys.argv[2:]] or TRANSCRIPTS).items():
            changed.write_text(text)
    else:
        unittest.main()
