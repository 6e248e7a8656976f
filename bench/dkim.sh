#!/bin/bash
# Measures `relayctl dkim sign` over a batch of messages in one process, rsa-sha256 with 2048 bits and
# relaxed/relaxed: against the floor, one RSA signature and one SHA-256 pass as `openssl speed` gives them, and against
# libopendkim signing the same messages with the same key. Then the memory for a message of 1 GB.
#
#   bench/dkim.sh [RELAYCTL [RUNS]]
#
# Everything runs on one core, in turn. What is compared is CPU time for a message (user and system; openssl speed counts
# the same way): the time for the whole batch less that for one message, divided by the rest. Each signature is
# made to be verified: those of a batch are, by `relayctl dkim verify`, before anything is measured.
set -euo pipefail

relayctl=$(realpath "${1:-build/release/relayctl}")
runs=${2:-5}
here=$(dirname "$(realpath "$0")")

for tool in "$relayctl" openssl python3 taskset cc; do
    command -v "$tool" >/dev/null || { echo "bench/dkim.sh: no such program: $tool" >&2; exit 2; }
done
[ -x /usr/bin/time ] || { echo "bench/dkim.sh: no such program: /usr/bin/time" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export RELAYCTL_STORE=$work/store.db
cc -O2 -o "$work/opendkim_sign" "$here/opendkim_sign.c" -lopendkim

"$relayctl" dkim generate example.com --selector s --bits 2048 >/dev/null 2>&1
"$relayctl" dkim activate s@example.com --force 2>/dev/null
"$relayctl" dkim export-key s@example.com "$work/key.pem" 2>/dev/null

# Three kinds of 1 MB: text as mail programs fold it (format=flowed: a blank ends each line of a paragraph but the last;
# two blanks now and then), HTML with indented lines, and base64 as attachments are.
python3 - "$work" <<'EOF'
import base64, random, sys
source, folder = random.Random(6376), sys.argv[1]
words = "the of and to in a is that for it as was with be by on not he his but at are this have from".split()
def text():
    lines = []
    for _ in range(source.randrange(1, 12)):
        line = source.choice(words)
        while len(line) < 66:
            line += ("  " if source.random() < 0.02 else " ") + source.choice(words)
        lines.append(line)
    return " \r\n".join(lines) + "\r\n\r\n"
def html():
    return " " * source.randrange(0, 24, 2) + '<td class="c"><a href="https://example.com/">' + source.choice(words) + "</a></td>\r\n"
def attachment():
    return base64.b64encode(source.randbytes(57)).decode() + "\r\n"
def body(part, size):
    parts, length = [], 0
    while length < size:
        parts.append(part())
        length += len(parts[-1])
    return "".join(parts)
header = ("From: Joe <joe@example.com>\r\nTo: sue@example.net\r\nSubject: Hello %d\r\nDate: Fri, 11 Jul 2003 21:00:37 "
          "-0700\r\nMessage-ID: <%d@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n")
for name, part, size, count in (("10k", text, 10_000, 400), ("1m", text, 1_000_000, 60), ("html", html, 1_000_000, 60),
                                ("base64", attachment, 1_000_000, 60)):
    for i in range(count):
        with open(f"{folder}/{name}-{i:03}.eml", "w", newline="") as file:
            file.write(header % (i, i) + body(part, size))
EOF

mkdir "$work/signed"
"$relayctl" dkim sign --selector s@example.com --directory "$work/signed" "$work"/*-00?.eml
"$relayctl" dkim record s@example.com --form value >"$work/record"
for file in "$work"/signed/*; do
    "$relayctl" dkim verify "$file" --key-record "@$work/record" -q >/dev/null ||
        { echo "bench/dkim.sh: a signature does not hold: $file" >&2; exit 1; }
done

exec python3 - "$relayctl" "$work" "$runs" <<'EOF'
import glob, os, re, resource, statistics, subprocess, sys
relayctl, work, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
core = str(max(os.sched_getaffinity(0)))

def cpu(command):
    """Seconds of user and system time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["taskset", "-c", core, *command], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

def per_message(start, files):
    return (cpu([*start, *files]) - cpu([*start, files[0]])) / (len(files) - 1)

def speed(*arguments):
    out = subprocess.run(["taskset", "-c", core, "openssl", "speed", "-mr", "-seconds", "1", *arguments], check=True,
                         capture_output=True, text=True)
    return out.stdout

def rsa():
    # +F2:<number>:<bits>:<signatures a second>:<verifications a second>
    return 1 / float(re.search(r"^\+F2:\d+:2048:([0-9.]+):", speed("rsa2048"), re.M).group(1))

def sha256(octets):
    # +F:<number>:<name>:<octets a second>
    return octets / float(re.search(r"^\+F:\d+:.*:([0-9.]+)$", speed("-bytes", str(octets), "-evp", "sha256"), re.M).group(1))

sign = [relayctl, "dkim", "sign", "--selector", "s@example.com", "--header-only"]
peer = [work + "/opendkim_sign", work + "/key.pem", "example.com", "s"]
for name, goal in (("10k", 1.1), ("1m", 1.6), ("html", 1.6), ("base64", 1.6)):
    files = sorted(glob.glob(f"{work}/{name}-*.eml"))
    octets = os.path.getsize(files[0])
    rows = [(rsa() + sha256(octets), per_message(sign, files), per_message(peer, files)) for _ in range(runs)]
    floor, ours, theirs = (statistics.median(column) for column in zip(*rows))
    ratio = statistics.median(row[1] / row[0] for row in rows)
    to_peer = statistics.median(row[1] / row[2] for row in rows)
    print(f"{name}: floor {floor * 1e6:.0f} us, relayctl {ours * 1e6:.0f} us, libopendkim {theirs * 1e6:.0f} us a message")
    print(f"  ratio: {ratio:.2f} x the floor (to reach: {goal}), {to_peer:.2f} x libopendkim (to reach: 0.5)")

script = ("import sys; out = sys.stdout.buffer; out.write(b'From: a@example.com\\r\\n\\r\\n'); "
          "piece = b'0123456789 0123456789 0123456789 0123456789 abcdef  \\r\\n' * 20000\n"
          "for _ in range(1000): out.write(piece)")
maker = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
run = subprocess.run(["/usr/bin/time", "-f", "%M", *sign, "-"], stdin=maker.stdout, capture_output=True, text=True, check=True)
maker.wait()
print(f"1 GB: {int(run.stderr.split()[-1]) / 1024:.1f} MB of memory (to reach: 16)")
EOF
