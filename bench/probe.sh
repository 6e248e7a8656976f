#!/bin/bash
# Measures `relayctl probe`: of one relay, all nine combinations, against openssl s_client of the slowest port; and of
# 1,000 relays on loopback, TLS 1.3, against the handshakes of `openssl s_time -new` and 16 posttls-finger at a time.
#
#   bench/probe.sh [RELAYCTL [RUNS [RELAYS]]]
set -euo pipefail
cd "$(dirname "$0")/.."
relayctl=$(realpath "${1:-build/release/relayctl}")
runs=${2:-10}
relays=${3:-1000}
PATH=$PATH:/usr/sbin
for tool in "$relayctl" openssl hyperfine posttls-finger xargs; do
    command -v "$tool" >/dev/null || { echo "bench/probe.sh: no such program: $tool" >&2; exit 2; }
done
folder=$(mktemp -d)
sink_pid=
finish() {
    [ -z "$sink_pid" ] || kill -- "-$sink_pid" 2>/dev/null || true
    tests/lab/lab down "$folder/lab" >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM
seconds() { date +%s.%N; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# One relay, nine combinations; the lab's Postfix has the real ports only for root.
tests/lab/lab up "$folder/lab" >/dev/null
. "$folder/lab/env"
[ "$LAB_PORT_25" = 25 ] || { echo "bench/probe.sh: the lab has no port 25: run as root" >&2; exit 2; }
s_client() { echo "openssl s_client -brief -verify_hostname $LAB_HOST -CAfile $LAB_CA -servername $LAB_HOST -connect $LAB_ADDRESS:$*"; }
hyperfine --shell=none --warmup 2 --runs "$runs" --output=pipe --style=none --export-csv "$folder/one.csv" \
    -n probe "$relayctl --store $folder/s.db probe $LAB_HOST --dns-server $LAB_DNS --ca-file $LAB_CA" \
    -n 25 "$(s_client 25 -starttls smtp)" -n 465 "$(s_client 465)" -n 587 "$(s_client 587 -starttls smtp)" >&2
awk -F, 'NR > 1 && $1 == "probe" { probe = $4 } NR > 1 && $1 != "probe" && $4 > slowest { slowest = $4; port = $1 }
    END { printf "one relay: probe %.0f ms, s_client on port %s %.0f ms; ratio %.2f (to reach: at most 1.3)\n",
          probe * 1000, port, slowest * 1000, probe / slowest }' "$folder/one.csv"
tests/lab/lab down "$folder/lab" >/dev/null

# Many relays, each an address of its own.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=sink -days 2 \
    -keyout "$folder/key.pem" -out "$folder/certificate.pem" 2>/dev/null
fingerprint=$(openssl x509 -in "$folder/certificate.pem" -noout -fingerprint -sha256 | sed 's/.*=//; s/://g')
setsid python3 -B bench/tls_sink.py "$folder/certificate.pem" "$folder/key.pem" >"$folder/port" &
sink_pid=$!
until [ -s "$folder/port" ]; do sleep 0.1; done
port=$(cat "$folder/port")
for ((i = 0; i < relays; i++)); do echo "127.99.$((i / 250)).$((i % 250 + 1))"; done >"$folder/hosts"
echo "compatibility_level = 3.6" >"$folder/main.cf"

probe_all() {
    "$relayctl" --store "$folder/s.db" probe - --port "$port" --any-port --security ssl \
        --fingerprint "$fingerprint" -o jsonl <"$folder/hosts" >"$folder/probed" 2>"$folder/summary"
}
fingers() {  # of a tenth: it takes long
    head -n $((relays / 10)) "$folder/hosts" | xargs -P16 -I{} posttls-finger -w -l encrypt -T 10 "[{}]:$port"
}
export MAIL_CONFIG=$folder
for ((run = 0; run < 5; run++)); do
    start=$(seconds)
    probe_all || { cat "$folder/summary" >&2; exit 1; }
    [ "$(grep -c '"verdict":"good"' "$folder/probed")" = "$relays" ] || { echo "bench/probe.sh: not all work" >&2; exit 1; }
    echo "$relays $start $(seconds)" | awk '{ print $1 / ($3 - $2) }' >>"$folder/probe"
    start=$(seconds)  # s_time itself tells whole seconds only
    count=$(openssl s_time -connect "127.0.0.1:$port" -new -time 3 -tls1_3 </dev/null 2>/dev/null |
        sed -n 's/^\([0-9]*\) connections in .* real seconds.*/\1/p')
    echo "$count $start $(seconds)" | awk '{ print $1 / ($3 - $2) }' >>"$folder/s_time"
    start=$(seconds)
    fingers >"$folder/fingers" 2>&1
    grep -q "TLS connection established" "$folder/fingers" || { head -3 "$folder/fingers" >&2; exit 1; }
    echo "$((relays / 10)) $start $(seconds)" | awk '{ print $1 / ($3 - $2) }' >>"$folder/finger"
done
echo "$(median <"$folder/probe") $(median <"$folder/s_time") $(median <"$folder/finger")" | awk -v relays="$relays" '{
    printf "%d relays: probe %.0f/s; s_time %.0f/s, ratio %.2f (to reach: 0.5); posttls-finger %.0f/s, ratio %.1f (to reach: 8)\n",
        relays, $1, $2, $1 / $2, $3, $1 / $3 }'
