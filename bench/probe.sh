#!/bin/bash
# Measures `relayctl probe`: of one relay, all nine combinations, against openssl s_client of the slowest port, next door
# and 20 ms away; and of 1,000 relays on loopback, TLS 1.3, against the handshakes of `openssl s_time -new` and 16
# posttls-finger at a time.
#
#   bench/probe.sh [RELAYCTL [RUNS [RELAYS]]]
set -euo pipefail
cd "$(dirname "$0")/.."
relayctl=$(realpath "${1:-build/release/relayctl}")
runs=${2:-20}
relays=${3:-1000}
PATH=$PATH:/usr/sbin
for tool in "$relayctl" openssl hyperfine nginx posttls-finger xargs; do
    command -v "$tool" >/dev/null || { echo "bench/probe.sh: no such program: $tool" >&2; exit 2; }
done
folder=$(mktemp -d)
chmod 755 "$folder"  # nginx's workers are nobody
started=()
finish() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    tests/lab/lab down "$folder/lab" >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM
seconds() { date +%s.%N; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# One relay, nine combinations. s_client has as much to do as a combination: greeting, EHLO, TLS, EHLO, QUIT; and it ends
# when the server closes. (Where a port is spoken to in the wrong way it never ends or fails at once: not measured.)
tests/lab/lab up "$folder/lab" >/dev/null
. "$folder/lab/env"
[ "$LAB_PORT_25" = 25 ] || { echo "bench/probe.sh: the lab has no port 25: run as root" >&2; exit 2; }
printf 'EHLO client.test\r\nQUIT\r\n' >"$folder/dialogue"
client() { # NAME WORD...: what hyperfine calls, which gives no command an input
    printf '#!/bin/sh\nexec %s <%s/dialogue\n' "${*:2}" "$folder" >"$folder/$1"
    chmod +x "$folder/$1"
}
one_relay() { # LABEL HOST ADDRESS
    local s_client="openssl s_client -quiet -verify_hostname $2 -CAfile $LAB_CA -servername $2 -connect $3"
    client probe "$relayctl --store $folder/s.db probe $2 --dns-server $LAB_DNS --ca-file $LAB_CA"
    client 25 "$s_client:25 -starttls smtp"
    client 465 "$s_client:465"
    client 587 "$s_client:587 -starttls smtp"
    (cd "$folder" && hyperfine --shell=none --warmup 3 --runs "$runs" --style=none --export-csv one.csv \
        ./probe ./25 ./465 ./587 >&2)
    awk -F, -v label="$1" 'NR > 1 && $1 == "./probe" { probe = $4 }
        NR > 1 && $1 != "./probe" && $4 > slowest { slowest = $4; port = $1 }
        END { printf "one relay, %s: probe %.1f ms, s_client on port %s %.1f ms; ratio %.2f (to reach: at most 1.3)\n",
              label, probe * 1000, substr(port, 3), slowest * 1000, probe / slowest }' "$folder/one.csv"
}
one_relay "next door" "$LAB_HOST" "$LAB_ADDRESS"
far=$LAB_NETWORK.200
echo "far A $far" | tests/lab/lab publish "$folder/lab" relay.test
python3 -B bench/far_away.py 20 "$far" "$LAB_NETWORK.18" 25 465 587 >"$folder/far" &  # wild.relay.test: *.relay.test
started+=($!)
until [ -s "$folder/far" ]; do sleep 0.1; done
one_relay "20 ms away" far.relay.test "$far"
tests/lab/lab down "$folder/lab" >/dev/null

# Many relays, each an address of its own, all of them nginx, which greets and answers EHLO and QUIT by itself.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=sink -days 2 \
    -keyout "$folder/key.pem" -out "$folder/certificate.pem" 2>/dev/null
fingerprint=$(openssl x509 -in "$folder/certificate.pem" -noout -fingerprint -sha256 | sed 's/.*=//; s/://g')
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("", 0)); print(s.getsockname()[1])')
cat >"$folder/nginx.conf" <<END
daemon off;
pid $folder/nginx.pid;
error_log $folder/nginx.log warn;
load_module /usr/lib/nginx/modules/ngx_mail_module.so;
worker_processes 2;
events { worker_connections 1024; }
mail {
    server_name sink.test;
    auth_http 127.0.0.1:9/never;
    ssl_protocols TLSv1.3;
    ssl_certificate $folder/certificate.pem;
    ssl_certificate_key $folder/key.pem;
    server { listen 0.0.0.0:$port ssl backlog=1024; protocol smtp; }
}
END
nginx -e "$folder/nginx.log" -c "$folder/nginx.conf" &
started+=($!)
until openssl s_client -connect "127.0.0.1:$port" </dev/null >/dev/null 2>&1; do
    kill -0 "${started[-1]}" 2>/dev/null || { cat "$folder/nginx.log" >&2; exit 1; }
    sleep 0.1
done
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
