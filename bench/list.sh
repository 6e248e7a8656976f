#!/bin/sh
# Measures `relayctl list` on a store of 10 relays against the sqlite3 shell that selects them, and what a press of Tab
# runs against both and /bin/true, as whole processes that write to a pipe, and prints the ratios of the medians.
#
#   bench/list.sh [RELAYCTL [RUNS]]
set -eu

relayctl=${1:-build/release/relayctl}
runs=${2:-200}

for tool in "$relayctl" hyperfine sqlite3; do
    command -v "$tool" >/dev/null || {
        echo "bench/list.sh: no such program: $tool" >&2
        exit 2
    }
done
if [ "$runs" -lt 5 ]; then
    echo "bench/list.sh: at least 5 runs" >&2
    exit 2
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
store=$folder/relayctl.db
export RELAYCTL_STORE="$store"

for number in 0 1 2 3 4 5 6 7 8 9; do
    "$relayctl" --store "$store" add "relay$number" --host "smtp$number.mailer.example" --port 587 \
        --security tls --domain "d$number.example" --type mass >/dev/null
done
listed=$("$relayctl" --store "$store" list -q | wc -l)
if [ "$listed" -ne 10 ]; then
    echo "bench/list.sh: relayctl lists $listed relays, not 10" >&2
    exit 1
fi
offered=$("$relayctl" __complete bash 'relayctl show rel' rel | wc -l)
if [ "$offered" -ne 10 ]; then
    echo "bench/list.sh: a Tab offers $offered relays, not 10" >&2
    exit 1
fi

hyperfine --shell=none --warmup 20 --runs "$runs" --output=pipe --style=basic \
    --export-csv "$folder/times.csv" \
    --command-name relayctl "$relayctl --store $store list" \
    --command-name tab "$relayctl __complete bash 'relayctl show rel' rel" \
    --command-name sqlite3 "sqlite3 $store 'select * from relay'" \
    --command-name true /bin/true

# Columns: command, mean, stddev, median, user, system, min, max; in seconds.
awk -F, '
    NR > 1 { median[$1] = $4 * 1000 }
    END {
        printf "median: relayctl list %.2f ms, a Tab %.2f ms, sqlite3 %.2f ms, /bin/true %.2f ms\n",
            median["relayctl"], median["tab"], median["sqlite3"], median["true"]
        printf "ratio: %.2f x sqlite3 (to reach: 2.5, static build 1.2)\n", median["relayctl"] / median["sqlite3"]
        printf "a Tab: %.2f x /bin/true (to reach: 7, static build 3), %.2f x relayctl list (1.2)\n",
            median["tab"] / median["true"], median["tab"] / median["relayctl"]
    }' "$folder/times.csv"
