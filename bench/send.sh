#!/bin/bash
# Measures `relayctl send`: a batch of 5,000 messages over one session against smtp-source, unsigned and signed; one
# process a message against curl; and reservations by 8 processes at once against a bare SQLite transaction.
#
#   bench/send.sh [RELAYCTL [RUNS [MESSAGES]]]
#
# The third needs `cmake --build BUILD --target bench_reserve bench_reserve_bare` in the program's build folder.
set -euo pipefail
cd "$(dirname "$0")/.."
relayctl=$(realpath "${1:-build/release/relayctl}")
runs=${2:-5}
messages=${3:-5000}
PATH=$PATH:/usr/sbin
for tool in "$relayctl" smtp-source smtp-sink openssl hyperfine curl time; do
    command -v "$tool" >/dev/null || { echo "bench/send.sh: no such program: $tool" >&2; exit 2; }
done
folder=$(mktemp -d)
chmod 755 "$folder"
sink=
finish() {
    [ -z "$sink" ] || kill "$sink" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM
seconds() { date +%s.%N; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
export RELAYCTL_STORE=$folder/store.db

port=$((20000 + RANDOM % 20000))
user=()
[ "$(id -u)" -ne 0 ] || user=(-u nobody)
smtp-sink "${user[@]}" "127.0.0.1:$port" 100 &
sink=$!
until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.1; done

awk -v messages="$messages" 'BEGIN {
    for (line = ""; length(line) < 70;) line = line "x"
    for (rows = ""; length(rows) + 71 < 3900;) rows = rows line "\n"
    for (i = 0; i < messages; i++)
        printf "From joe@example.test Thu Nov 26 12:00:00 2026\nFrom: Joe <joe@example.test>\nTo: ann@sink.example\n" \
               "Subject: message %d\nDate: Thu, 26 Nov 2026 12:00:00 +0000\nMessage-ID: <%d@example.test>\n\n%s\n", i, i, rows
}' >"$folder/box"
sed -n '2,/^From joe/{/^From joe/d;p}' "$folder/box" >"$folder/message"
relay=(--host 127.0.0.1 --port "$port" --any-port --security none --type individual --return-path from)
"$relayctl" add plain "${relay[@]}" --domain example.test >/dev/null
"$relayctl" --store "$folder/signed.db" dkim generate example.test --selector s1 --algorithm rsa >/dev/null
"$relayctl" --store "$folder/signed.db" add signs "${relay[@]}" --domain example.test --dkim-selector s1 >/dev/null 2>&1

# Wall clock and CPU, each in seconds, of a command whose output is not wanted.
measure() {
    command time -f "%e %U %S" -o "$folder/time" "${@:2}" >/dev/null 2>"$folder/said" ||
        { cat "$folder/said" >&2; exit 1; }
    awk '{ print $1 }' "$folder/time" >>"$folder/$1.wall"
    awk '{ print $2 + $3 }' "$folder/time" >>"$folder/$1.cpu"
}
sign=$(openssl speed -seconds 2 rsa2048 2>/dev/null | awk '/^rsa 2048/ { print $4 + 0 }')
for ((run = 0; run < runs; run++)); do
    measure source smtp-source -s 1 -d -m "$messages" -l 4096 -f joe@example.test -t ann@sink.example "127.0.0.1:$port"
    measure plain "$relayctl" send --batch "$folder/box" -o jsonl
    measure signed "$relayctl" --store "$folder/signed.db" send --force --batch "$folder/box" -o jsonl
done
for what in wall cpu; do
    echo "$(median <"$folder/source.$what") $(median <"$folder/plain.$what") $(median <"$folder/signed.$what")" |
        awk -v what="$what" -v messages="$messages" -v sign="$sign" '{
            printf "%d messages, %s: smtp-source %.2f s, relayctl %.2f s, ratio %.2f; signed %.2f s, ratio %.2f",
                messages, what, $1, $2, $1 / $2, $3, ($1 + messages * sign) / $3
            print what == "wall" ? " (to reach: 0.7)" : "" }'
done

hyperfine --shell=none --warmup 3 --runs $((runs * 20)) --output=pipe --style=none --export-csv "$folder/one.csv" \
    -n relayctl "$relayctl send --file $folder/message ann@sink.example" \
    -n curl "curl -s smtp://127.0.0.1:$port --mail-from joe@example.test --mail-rcpt ann@sink.example -T $folder/message" >&2
awk -F, 'NR > 1 { median[$1] = $4 } END {
    printf "one process a message: relayctl %.1f ms, curl %.1f ms, ratio %.2f (to reach: at most 1.2)\n",
        median["relayctl"] * 1000, median["curl"] * 1000, median["relayctl"] / median["curl"] }' "$folder/one.csv"

# Eight at a time, each so many.
build=$(dirname "$relayctl")/bench
[ -x "$build/bench_reserve" ] || { echo "bench/send.sh: no $build/bench_reserve: see above" >&2; exit 2; }
each=1000
eight() {
    local start pids=() process
    start=$(seconds)
    for process in 1 2 3 4 5 6 7 8; do "$@" & pids+=($!); done
    for process in "${pids[@]}"; do wait "$process"; done
    echo "$start $(seconds)" | awk -v count=$((8 * each)) '{ print count / ($2 - $1) }'
}
"$build/bench_reserve_bare" "$folder/bare.db" 1
for ((run = 0; run < runs; run++)); do
    eight "$build/bench_reserve_bare" "$folder/bare.db" $each >>"$folder/bare"
    eight "$build/bench_reserve" "$RELAYCTL_STORE" example.test $each >>"$folder/reserve"
done
echo "$(median <"$folder/reserve") $(median <"$folder/bare")" | awk '{
    printf "reservations by 8 processes: %.0f/s, bare transactions %.0f/s, ratio %.2f (to reach: 0.7)\n", $1, $2, $1 / $2 }'
