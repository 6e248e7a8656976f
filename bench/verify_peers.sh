#!/bin/bash
# Measures SPF checks of many domains, each against one address, by relayctl and by what others use: Mail::SPF, pyspf,
# and checkdmarc where it is installed (it has no address to check, and does DMARC and MX too). Each peer is one
# process that goes through the list, as their libraries are used; all ask the same NSD on loopback. Tells too on how
# many domains the results agree.
#
#   bench/verify_peers.sh [RELAYCTL [DOMAINS]]      as root for checkdmarc: its name server has to be at port 53
set -euo pipefail
cd "$(dirname "$0")/.."
relayctl=${1:-build/release/relayctl}
domains=${2:-2000}
for tool in "$relayctl" dnsperf /usr/bin/python3 perl; do
    command -v "$tool" >/dev/null || { echo "bench/verify_peers.sh: no such program: $tool" >&2; exit 2; }
done
folder=$(mktemp -d)
nsd_pid=
trap 'kill $nsd_pid 2>/dev/null; wait; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
. bench/nsd.sh
[ "$(id -u)" -ne 0 ] || also="ip-address: 127.53.53.53@53"
address=192.0.2.200

python3 bench/zones.py "$domains" "$folder"
cut -f 1 "$folder/domains.txt" >"$folder/names"
start_nsd

relayctl_checks() {
    "$relayctl" --store "$folder/store.db" verify - --only spf --ip "$address" -o tsv --columns domain,result \
        --dns-server "127.0.0.1:$port" <"$folder/names" 2>/dev/null | tr '\t' ' ' || true
}
pyspf_checks() {
    /usr/bin/python3 - "$port" "$address" <"$folder/names" 3<&0 <<'PYTHON'
import os, sys
import dns.resolver
resolver = dns.resolver.Resolver(configure=False)
resolver.nameservers, resolver.port = ["127.0.0.1"], int(sys.argv[1])
resolver.cache = dns.resolver.Cache()
dns.resolver.default_resolver = resolver
import spf
for name in os.fdopen(3):
    name = name.strip()
    result = spf.check2(sys.argv[2], f"postmaster@{name}", name)[0]
    print(name, result.lower())
PYTHON
}
mail_spf_checks() {
    perl -MMail::SPF -MNet::DNS::Resolver -e '
        my ($port, $address) = @ARGV;
        my $resolver = Net::DNS::Resolver->new(nameservers => ["127.0.0.1"], port => $port);
        my $server = Mail::SPF::Server->new(dns_resolver => $resolver);
        while (my $name = <STDIN>) {
            chomp $name;
            my $request = Mail::SPF::Request->new(scope => "mfrom", identity => "postmaster\@$name",
                ip_address => $address, helo_identity => $name);
            print "$name ", $server->process($request)->code, "\n";
        }' "$port" "$address" <"$folder/names"
}
checkdmarc_checks() { checkdmarc --nameserver 127.53.53.53 --skip-tls "$folder/names" >/dev/null; }

# measure NAME FUNCTION: domains a second, and agreement with relayctl
measure() {
    local start end
    start=$(date +%s.%N)
    "$2" | sort >"$folder/$1"
    end=$(date +%s.%N)
    awk -v name="$1" -v seconds="$(echo "$end $start" | awk '{ print $1 - $2 }')" -v domains="$domains" \
        -v same="$(comm -12 "$folder/relayctl" "$folder/$1" | wc -l)" -v first="${first:-}" 'BEGIN {
            printf "%-11s %8.0f domains/s  relayctl is %6.1f times as fast  same result for %d of %d\n",
                name, domains / seconds, (first ? first : domains / seconds) / (domains / seconds), same, domains
        }'
    : "${first:=$(echo "$end $start $domains" | awk '{ print $3 / ($1 - $2) }')}"
}
relayctl_checks >"$folder/warm"  # the server has read its zone
measure relayctl relayctl_checks
measure Mail::SPF mail_spf_checks
measure pyspf pyspf_checks
if command -v checkdmarc >/dev/null && [ "$(id -u)" -eq 0 ]; then
    measure checkdmarc checkdmarc_checks
else
    echo "checkdmarc: not measured (not installed, or not root)"
fi
