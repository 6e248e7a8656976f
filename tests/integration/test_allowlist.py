"""allowlist against NSD: SPF records with includes, a, mx and ip6, and each format read by the tool it is for."""

import ipaddress
import json
import shutil
import stat
import subprocess
import unittest

from relayctl import RelayctlTest

RECORDS = """
spf.source    TXT "v=spf1 include:one.source.test ?include:softly.source.test a:hosts.source.test/30 mx:mx.source.test redirect=two.source.test"
one.source    TXT "v=spf1 ip4:198.51.100.0/25 ip4:198.51.100.128/25 ip4:198.51.100.7 include:leaf.source.test -all"
two.source    TXT "v=spf1 ip6:2001:db8::/33 ip6:2001:db8:8000::/33 exists:%{i}.list.source.test -ip4:192.0.2.200 ~all"
leaf.source   TXT "v=spf1 ip4:198.51.100.9 -all"
loop.source   TXT "v=spf1 ip4:198.51.100.9 include:loop2.source.test -all"
loop2.source  TXT "v=spf1 include:loop.source.test -all"
all.source    TXT "v=spf1 +all"
softly.source TXT "v=spf1 ip4:203.0.113.0/24 -all"
hosts.source  A 192.0.2.5
              AAAA 2001:db8:ffff::5
mx.source     MX 10 hosts.source
              MX 20 other.source
other.source  A 192.0.2.77
none.source   A 192.0.2.78
broken.source TXT "v=spf1 ip4:192.0.2.300 -all"
dead.source   TXT "v=spf1 include:servfail.test -all"
"""
NETWORKS = {"192.0.2.4/30", "192.0.2.77/32", "198.51.100.0/24", "2001:db8::/32"}


class AllowlistTest(RelayctlTest):
    published = False

    def setUp(self):
        super().setUp()
        if not AllowlistTest.published:
            self.lab.publish("test", RECORDS)
            AllowlistTest.published = True
        self.relayctl("config", "region", "set", "eu", "--spf", "spf.source.test", code=0)

    def lines(self, text):
        return [line for line in text.splitlines() if not line.startswith("#")]

    def test_records_are_followed_and_merged(self):
        outcome = self.relayctl("allowlist", code=0)
        # hosts.source.test's IPv6 address lies in 2001:db8::/32, as one.source.test's lie in 198.51.100.0/24.
        self.assertEqual(set(self.lines(outcome.out)), NETWORKS, outcome)
        self.assertIn("# region eu: SPF of spf.source.test", outcome.out)
        self.assertIn("exists:%{i}.list.source.test of two.source.test: it names no networks", outcome.err)
        self.assertIn("?include:softly.source.test of spf.source.test: it lets nothing send", outcome.err)
        self.assertIn("-ip4:192.0.2.200 of two.source.test", outcome.err)

    def test_regions_are_chosen_and_joined(self):
        self.relayctl("config", "region", "set", "jp", "--network", "192.0.2.76/32,10.0.0.0/8", code=0)
        both = self.lines(self.relayctl("allowlist", "--region", "eu,jp", code=0).out)
        self.assertIn("192.0.2.76/31", both)
        self.assertEqual(self.lines(self.relayctl("allowlist", "--region", "jp", code=0).out),
                         ["10.0.0.0/8", "192.0.2.76/32"])
        items = self.relayctl("allowlist", "--format", "json", code=0).json()["items"]
        self.assertEqual([item["region"] for item in items], ["eu", "jp"])
        for item in items:
            for network in item["networks"]:
                ipaddress.ip_network(network)

    def test_half_a_list_is_none(self):
        for name, why in (("none.source.test", "has no SPF record"), ("broken.source.test", "the SPF record of"),
                          ("dead.source.test", "servfail.test TXT"), ("no-such.source.test", "does not exist"),
                          ("loop.source.test", "an include below loop.source.test leads back to itself"),
                          ("all.source.test", "has no network: all of all.source.test"),
                          ("spf-two.test", "has several SPF records")):
            self.relayctl("config", "region", "set", "us", "--spf", name, code=0)
            outcome = self.relayctl("allowlist", "--save", code=3)
            self.assertEqual(outcome.out, "")
            self.assertIn(why, outcome.err)
            self.assertIn("region us", outcome.err)
        self.relayctl("allowlist", "--diff", "--region", "eu", code=4)

    def test_diff_tells_of_a_change_at_the_source(self):
        self.relayctl("allowlist", "--diff", code=4)
        self.relayctl("allowlist", "--save", code=0)
        self.assertEqual(self.relayctl("allowlist", "--diff", code=0).out, "")
        self.relayctl("config", "region", "set", "eu", "--network", "203.0.113.0/24", code=0)
        self.assertEqual(self.relayctl("allowlist", "--diff", code=1).out, "+ eu 203.0.113.0/24\n")
        self.assertEqual(self.relayctl("allowlist", "--diff", code=1).out, "+ eu 203.0.113.0/24\n")
        self.relayctl("allowlist", "--diff", "--save", code=1)
        self.relayctl("allowlist", "--diff", code=0)
        self.relayctl("config", "region", "set", "eu", "--network", "none", code=0)
        self.assertEqual(self.relayctl("allowlist", "--diff", code=1).out, "- eu 203.0.113.0/24\n")

    def test_diff_tells_of_regions_that_came_and_went(self):
        self.assertEqual(self.relayctl("allowlist", "--diff", "--save", code=1).out.count("+ eu "), len(NETWORKS))
        self.relayctl("config", "region", "set", "jp", "--network", "203.0.113.0/24", code=0)
        self.assertEqual(self.relayctl("allowlist", "--diff", code=1).out, "+ jp 203.0.113.0/24\n")
        self.relayctl("allowlist", "--diff", "--region", "eu", code=0)
        self.relayctl("allowlist", "--diff", "--save", code=1)
        self.relayctl("config", "region", "unset", "jp", code=0)
        self.relayctl("allowlist", "--diff", "--region", "eu", "--save", code=0)
        self.assertEqual(self.relayctl("allowlist", "--diff", code=1).out, "- jp 203.0.113.0/24\n")
        self.assertEqual(self.relayctl("allowlist", "--diff", "--format", "json", code=1).json()["items"][1]["removed"],
                         ["203.0.113.0/24"])
        self.relayctl("allowlist", "--save", code=0)
        self.relayctl("allowlist", "--diff", code=0)

    def test_a_file_has_the_old_list_or_the_new_one(self):
        path = self.home / "platform.cidr"
        path.write_text("192.0.2.1 OK\n")
        path.chmod(0o640)
        link = self.home / "link"
        link.symlink_to(path)
        self.relayctl("config", "region", "set", "us", "--spf", "dead.source.test", code=0)
        self.relayctl("allowlist", "--format", "postfix", "--file", str(link), "--save", code=3)
        self.assertEqual(path.read_text(), "192.0.2.1 OK\n")
        self.relayctl("config", "region", "unset", "us", code=0)
        self.assertEqual(self.relayctl("allowlist", "--format", "postfix", "-f", str(link), "--save", code=0).out, "")
        self.assertEqual({line.split()[0] for line in self.lines(path.read_text())}, NETWORKS)
        self.assertEqual((stat.S_IMODE(path.stat().st_mode), link.is_symlink()), (0o640, True))
        self.assertEqual(sorted(entry.name for entry in self.home.iterdir()), ["link", "platform.cidr", "store"])
        for bad, code in (("/dev/null", 2), (str(self.home), 2), ("/nowhere/list", 74), ("", 2)):
            self.relayctl("allowlist", "--file", bad, code=code)

    def test_every_address_is_no_network(self):
        for network in ("0.0.0.0/0", "::/0"):
            self.assertIn("is every address there is", self.relayctl("config", "region", "set", "eu", "--network", network,
                                                                     code=2).err)
        self.assertIn("none stands alone",
                      self.relayctl("config", "region", "set", "eu", "--spf", "none", "--spf", "x.test", code=2).err)

    # -- each format by its reader --------------------------------------------------------------------------
    def written(self, form):
        path = self.home / f"list.{form}"
        path.write_text(self.relayctl("allowlist", "--format", form, code=0).out)
        return path

    def test_postfix_reads_it(self):
        path = self.written("postfix")
        (self.home / "main.cf").touch()  # a machine without a mail server of its own has none
        for address, listed in (("192.0.2.6", True), ("2001:db8:1::1", True), ("192.0.2.8", False), ("::1", False)):
            found = subprocess.run([shutil.which("postmap", path="/usr/sbin:/usr/bin"), "-c", self.home, "-q", address, f"cidr:{path}"],
                                   capture_output=True, text=True, check=False)
            self.assertEqual((found.stdout.strip(), found.stderr), ("OK" if listed else "", ""))

    def test_nft_reads_it(self):
        path = self.written("nft")
        nft = shutil.which("nft", path="/usr/sbin:/usr/bin:/sbin")
        self.assertIsNotNone(nft)
        # In a network namespace of its own: nothing of this machine's rules is read or written.
        run = subprocess.run(["unshare", "-rn", nft, "-f", str(path)], capture_output=True, text=True, check=False)
        self.assertEqual((run.returncode, run.stderr), (0, ""), path.read_text())
        shown = subprocess.run(["unshare", "-rn", "sh", "-c", f"{nft} -f {path} && {nft} add chain inet relayctl in '{{ type filter hook input priority 0; }}' && "
                                f"{nft} add rule inet relayctl in ip saddr @allowlist4 tcp dport 25 accept && "
                                f"{nft} -f {path} && {nft} list ruleset"], capture_output=True, text=True, check=False)
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        self.assertIn("ip saddr @allowlist4 tcp dport 25 accept", shown.stdout)
        for network in NETWORKS:
            self.assertIn(network.removesuffix("/32") if network.startswith("192") else network, shown.stdout)

    def test_exim_reads_it(self):
        exim = shutil.which("exim4", path="/usr/sbin:/usr/bin")
        path = self.written("exim")
        line = self.lines(path.read_text())
        self.assertEqual(len(line), 1)
        self.assertTrue(line[0].startswith("hostlist relayctl_allowlist = <; "))
        self.assertEqual(set(line[0].split("<; ")[1].split(" ; ")), NETWORKS)
        if exim is None:
            self.skipTest("Exim and Postfix cannot both be installed: what it would read was compared as text")
        for address, listed in (("192.0.2.6", "yes"), ("2001:db8:1::1", "yes"), ("192.0.2.8", "no")):
            asked = subprocess.run([exim, "-C", str(path), "-be", f"${{if match_ip{{{address}}}{{+relayctl_allowlist}}{{yes}}{{no}}}}"],
                                   capture_output=True, text=True, check=False)
            self.assertEqual(asked.stdout.strip(), listed, asked.stderr)

    def test_opensmtpd_and_cidr_are_networks_a_line(self):
        for form in ("cidr", "opensmtpd"):
            self.assertEqual({str(ipaddress.ip_network(line)) for line in self.lines(self.written(form).read_text())},
                             NETWORKS)

    def test_json_names_sources_and_time(self):
        (item,) = json.loads(self.written("json").read_text())["items"]
        self.assertEqual((item["region"], item["spf"], item["stored_networks"]), ("eu", ["spf.source.test"], []))
        self.assertEqual(set(item["networks"]), NETWORKS)


if __name__ == "__main__":
    unittest.main()
