# Sourced by the others: NSD on 127.0.0.1 with the zone $folder/bench.zone, on a free port, in $port. $also is one more
# line of its settings, or unset.
start_nsd() {
    port=$(python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    cat >"$folder/nsd.conf" <<CONF
server:
  ip-address: 127.0.0.1@$port
  ${also:-}
  username: ""
  zonesdir: "$folder"
  database: ""
  pidfile: ""
  logfile: "$folder/nsd.log"
  xfrdfile: "$folder/xfrd.state"
  zonelistfile: "$folder/zone.list"
  cookie-secret-file: "$folder/cookies"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "bench"
  zonefile: "bench.zone"
CONF
    PATH=$PATH:/usr/sbin nsd -d -c "$folder/nsd.conf" &
    nsd_pid=$!
    for _ in $(seq 300); do
        printf 'bench SOA\n' >"$folder/soa"
        if dnsperf -s 127.0.0.1 -p "$port" -d "$folder/soa" -n 1 -t 1 2>/dev/null | grep -q 'NOERROR 1 '; then
            return
        fi
        sleep 0.2
    done
    cat "$folder/nsd.log" >&2
    exit 1
}
