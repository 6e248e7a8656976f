#!/bin/bash
# Measures `relayctl verify` of one domain whose SPF record costs ten look-ups, each DNS answer 20 ms late, against the
# longest chain of questions that depend on each other: the domain's record and three includes, one in the other.
#
#   bench/verify_latency.sh [RELAYCTL [RUNS]]
set -euo pipefail
cd "$(dirname "$0")/.."
relayctl=${1:-build/release/relayctl}
runs=${2:-20}
delay=20
chain=4
for tool in "$relayctl" dnsperf python3 hyperfine; do
    command -v "$tool" >/dev/null || { echo "bench/verify_latency.sh: no such program: $tool" >&2; exit 2; }
done
folder=$(mktemp -d)
relay_pid= nsd_pid=
trap 'kill $relay_pid $nsd_pid 2>/dev/null; wait; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
. bench/nsd.sh

cat >"$folder/bench.zone" <<'ZONE'
$ORIGIN bench.
$TTL 3600
@ SOA ns hostmaster 1 3600 600 86400 300
@ NS ns
ns A 127.0.0.1
deep TXT "v=spf1 include:_a.deep.bench include:_b.deep.bench include:_c.deep.bench include:_d.deep.bench include:_e.deep.bench a mx exists:_x.deep.bench -all"
deep A 198.51.100.1
deep MX 10 mx.deep
mx.deep A 198.51.100.2
_x.deep A 127.0.0.2
_a.deep TXT "v=spf1 include:_a1.deep.bench ip4:198.51.100.16/28 ~all"
_a1.deep TXT "v=spf1 include:_a2.deep.bench ip4:198.51.100.32/28 ~all"
_a2.deep TXT "v=spf1 ip4:198.51.100.48/28 ~all"
_b.deep TXT "v=spf1 ip4:198.51.100.64/28 ~all"
_c.deep TXT "v=spf1 ip4:198.51.100.80/28 ~all"
_d.deep TXT "v=spf1 ip4:198.51.100.96/28 ~all"
_e.deep TXT "v=spf1 ip4:198.51.100.112/28 ~all"
_dmarc.deep TXT "v=DMARC1; p=reject; rua=mailto:dmarc@deep.bench"
ZONE
start_nsd
relay_port=$((port > 40000 ? port - 1000 : port + 1000))
python3 bench/dns_relay.py "$relay_port" "$port" --delay "$delay" >"$folder/ready" &
relay_pid=$!
until [ -s "$folder/ready" ]; do sleep 0.1; done

command="$relayctl --store $folder/store.db verify deep.bench --dns-server 127.0.0.1:$relay_port -o jsonl"
lookups=$($command | sed -n 's/.*"lookups_worst_case":\([0-9]*\).*/\1/p')
[ "$lookups" = 10 ] || { echo "bench/verify_latency.sh: $lookups look-ups, not 10" >&2; exit 1; }
hyperfine --shell=none --warmup 2 --runs "$runs" --ignore-failure --output=pipe --style=basic \
    --export-csv "$folder/times.csv" "$command" >&2
awk -F, -v least=$((delay * chain)) 'NR > 1 {
    printf "median: %.1f ms; %d questions one after the other take %d ms; ratio %.2f (to reach: 1.3)\n",
        $4 * 1000, '$chain', least, $4 * 1000 / least }' "$folder/times.csv"
