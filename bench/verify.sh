#!/bin/bash
# Measures `relayctl verify -` of many domains against NSD on loopback, and dnsperf on the very questions it asks, in
# turn, and prints the ratio of the medians.
#
#   bench/verify.sh [RELAYCTL [DOMAINS [RUNS]]]
set -euo pipefail
cd "$(dirname "$0")/.."
relayctl=${1:-build/release/relayctl}
domains=${2:-100000}
runs=${3:-5}
for tool in "$relayctl" dnsperf python3 /usr/bin/time; do
    command -v "$tool" >/dev/null || { echo "bench/verify.sh: no such program: $tool" >&2; exit 2; }
done
folder=$(mktemp -d)
relay_pid= nsd_pid=
trap 'kill $relay_pid $nsd_pid 2>/dev/null; wait; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
. bench/nsd.sh

echo "making $domains domains" >&2
python3 bench/zones.py "$domains" "$folder"
start_nsd
verify() {  # PORT [OPTION...]: a run over all domains; 1 is its exit code, for some are broken
    local at=$1 code=0
    shift
    /usr/bin/time -o "$folder/time" -f '%e %U %S %M' "$relayctl" --store "$folder/store.db" verify - -o jsonl \
        --dns-server "127.0.0.1:$at" "$@" <"$folder/domains.txt" >"$folder/out" 2>"$folder/summary" || code=$?
    [ "$code" -eq 1 ] || { cat "$folder/summary" >&2; exit 1; }
}

echo "listing the questions" >&2
relay_port=$((port > 40000 ? port - 1000 : port + 1000))
python3 bench/dns_relay.py "$relay_port" "$port" --log "$folder/questions.txt" >"$folder/ready" &
relay_pid=$!
until [ -s "$folder/ready" ]; do sleep 0.1; done
verify "$relay_port" --concurrency 20
kill "$relay_pid"
wait "$relay_pid" || true
relay_pid=
questions=$(wc -l <"$folder/questions.txt")
echo "$domains domains ask $questions questions" >&2

: >"$folder/rates"
for run in $(seq "$runs"); do
    verify "$port"
    read -r wall user system memory < <(tail -n 1 "$folder/time")
    asked=$(sed -n 's/^\([0-9]*\) questions to the servers.*/\1/p' "$folder/summary")
    rate=$(dnsperf -s 127.0.0.1 -p "$port" -d "$folder/questions.txt" -n 1 -q 500 -c 8 -e 2>/dev/null |
        sed -n 's/.*Queries per second: *\([0-9]*\).*/\1/p')
    awk -v wall="$wall" -v asked="$asked" -v rate="$rate" -v domains="$domains" -v cpu="$user $system" \
        -v memory="$memory" -v run="$run" 'BEGIN {
            split(cpu, c, " ")
            printf "run %d: relayctl %.2f s (CPU %.2f), %d questions, %d/s, %d domains/s, %d MB; dnsperf %d/s; ratio %.2f\n",
                run, wall, c[1] + c[2], asked, asked / wall, domains / wall, memory / 1024, rate, asked / wall / rate
        }' | tee -a "$folder/rates"
done
echo "median ratio to dnsperf: $(sed 's/.*ratio //' "$folder/rates" | sort -n | sed -n "$(((runs + 1) / 2))p") (to reach: 0.6)"
sed -n 's/.*, \([0-9]*\) MB.*/\1/p' "$folder/rates" | sort -n | tail -1 |
    sed 's/.*/most memory: & MB (to reach: at most 200)/'
