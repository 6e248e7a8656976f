"""probe against Postfix: what each port speaks, certificate faults, and exit statuses."""

import unittest
from pathlib import Path

from relayctl import RelayctlTest


class ProbeTest(RelayctlTest):
    def probe(self, name, *arguments, code):
        return self.relayctl("probe", name, "-o", "json", *arguments, code=code)

    def cells(self, outcome):
        """{(nominal port, security): (outcome, problem)}"""
        nominal = {port: name for name, port in self.lab.ports.items()}
        return {(nominal[cell["port"]], cell["security"]): (cell["outcome"], cell["problem"])
                for cell in outcome.item()["combinations"] if cell["port"] in nominal}

    def configured(self, outcome):
        return next(cell for cell in outcome.item()["combinations"] if cell["configured"])

    def all_ports(self):
        return ["--any-port"] + [word for port in self.lab.ports.values() for word in ("--port", str(port))]

    # -- the matrix -----------------------------------------------------------------------------------------
    def test_the_matrix_tells_what_every_port_speaks(self):
        self.add("news", "mail.relay.test")
        outcome = self.probe("news", *self.all_ports(), code=0)
        ok, wrong = ("ok", "none"), "fail"
        self.assertEqual(self.cells(outcome), {
            (25, "none"): ok, (25, "tls"): ok, (25, "ssl"): (wrong, "plain-port"),
            (465, "none"): (wrong, "implicit-tls-port"), (465, "tls"): (wrong, "implicit-tls-port"),
            (465, "ssl"): ok,
            (587, "none"): ok, (587, "tls"): ok, (587, "ssl"): (wrong, "plain-port"),
        })

    def test_a_server_without_tls(self):
        self.add("plain", "plain.relay.test", port=25, security="none")
        outcome = self.probe("plain", *self.all_ports(), code=0)
        self.assertEqual(self.cells(outcome), {
            (25, "none"): ("ok", "none"), (25, "tls"): ("fail", "starttls-missing"),
            (25, "ssl"): ("fail", "plain-port"),
            (465, "none"): ("closed", "closed"), (465, "tls"): ("closed", "closed"),
            (465, "ssl"): ("closed", "closed"),
            (587, "none"): ("ok", "none"), (587, "tls"): ("fail", "starttls-missing"),
            (587, "ssl"): ("fail", "plain-port"),
        })

    def test_a_host_where_nothing_listens(self):
        self.add("closed", "closed.relay.test")
        outcome = self.probe("closed", code=1)
        self.assertEqual({cell["outcome"] for cell in outcome.item()["combinations"]}, {"closed"}, outcome)

    def test_only_what_was_asked_for_is_tried(self):
        self.add("news", "mail.relay.test")
        port = self.lab.ports[25]
        arguments = ("news", "--port", str(port), "--any-port")
        outcome = self.probe(*arguments, "--security", "ssl", code=1)
        self.assertEqual([(cell["port"], cell["security"]) for cell in outcome.item()["combinations"]], [(port, "ssl")])
        outcome = self.probe(*arguments, code=0)
        self.assertEqual({cell["port"] for cell in outcome.item()["combinations"]}, {port})
        self.assertIn("which port", self.relayctl("probe", *arguments, "--sender", "<>", code=2).err)

    def test_rows_are_followed_by_the_verdict(self):
        self.add("news", "mail.relay.test")
        self.assertRegex(self.relayctl("probe", "news", code=0).err, r"^news: ok: the configured endpoint, \d+ tls, works\n$")
        outcome = self.relayctl("probe", "nowhere.relay.test", "--columns", "reason", code=1)
        self.assertEqual(set(outcome.out.splitlines()), {"no address"})
        self.assertEqual(outcome.err, "nowhere.relay.test: fail: the host has no address\n")
        for quiet in ("-q", "-ojson"):
            self.assertEqual(self.relayctl("probe", "news", quiet, code=0).err, "")

    # -- the wrong way of encryption ------------------------------------------------------------------------
    def test_starttls_on_the_port_of_implicit_tls_is_named_with_the_command_that_mends_it(self):
        self.add("wrong", "mail.relay.test", port=465, security="tls")
        outcome = self.probe("wrong", code=1)
        self.assertEqual(self.configured(outcome)["problem"], "implicit-tls-port", outcome)
        self.assertIn("relayctl edit wrong --security ssl", outcome.out)

    def test_implicit_tls_on_the_port_of_starttls_is_named_with_the_command_that_mends_it(self):
        self.add("wrong", "mail.relay.test", port=587, security="ssl")
        outcome = self.probe("wrong", code=1)
        self.assertEqual(self.configured(outcome)["problem"], "plain-port", outcome)
        self.assertIn("relayctl edit wrong --security tls", outcome.out)

    def test_another_endpoint_than_the_relays_own_is_no_reason_to_edit_the_relay(self):
        self.add("good", "mail.relay.test")
        port = str(self.lab.ports[465])
        outcome = self.probe("good", "--require", f"{port}:tls", "--any-port", code=1)
        self.assertNotIn("relayctl edit", outcome.out)
        self.assertIn(f"relayctl probe good --require {port}:ssl", outcome.out)
        cells = {(cell["port"], cell["security"]): (cell["configured"], cell["decides"])
                 for cell in outcome.item()["combinations"]}
        self.assertEqual(cells.pop((self.lab.ports[465], "tls")), (False, True), outcome)
        self.assertEqual({key: value for key, value in cells.items() if any(value)},
                         {(self.lab.ports[587], "tls"): (True, False)} if self.lab.real_ports else {})
        text = self.relayctl("probe", "good", "--require", f"{port}:tls", "--any-port", "-o", "table", code=1).out
        self.assertIn("* the required one", text)
        self.assertIn("fail: the required endpoint,", text)

    def test_the_command_that_was_named_mends_it(self):
        self.add("wrong", "mail.relay.test", port=465, security="tls")
        self.probe("wrong", code=1)
        self.relayctl("edit", "wrong", "--security", "ssl", code=0)
        self.probe("wrong", code=0)

    # -- certificates ---------------------------------------------------------------------------------------
    def certificate(self, host, code, security="tls", **options):
        self.add("relay", host, port=465 if security == "ssl" else 587, security=security, **options)
        outcome = self.probe("relay", code=code)
        self.assertEqual(self.configured(outcome)["problem"], "none" if code == 0 else "certificate", outcome)
        return self.configured(outcome)["tls"]["certificate"]

    def test_a_good_certificate(self):
        self.assertEqual(self.certificate("mail.relay.test", 0), "ok")

    def test_a_good_certificate_from_the_first_byte(self):
        self.assertEqual(self.certificate("mail.relay.test", 0, security="ssl"), "ok")

    def test_a_wildcard_certificate(self):
        self.assertEqual(self.certificate("wild.relay.test", 0), "ok")

    def test_a_wildcard_covers_one_label_only(self):
        """[SMTP-SEC-09]"""
        self.assertEqual(self.certificate("deep.wild.relay.test", 1), "name mismatch")

    def test_a_name_that_is_an_alias_of_the_host(self):
        self.assertEqual(self.certificate("alias.relay.test", 0), "ok")

    def test_an_expired_certificate(self):
        self.assertEqual(self.certificate("expired.relay.test", 1), "expired")

    def test_an_expired_certificate_from_the_first_byte(self):
        self.assertEqual(self.certificate("expired.relay.test", 1, security="ssl"), "expired")

    def test_a_certificate_from_the_future(self):
        self.assertEqual(self.certificate("future.relay.test", 1), "not yet valid")

    def test_a_self_signed_certificate(self):
        self.assertEqual(self.certificate("selfsigned.relay.test", 1), "self-signed")

    def test_a_certificate_for_another_name(self):
        self.assertEqual(self.certificate("wrong.relay.test", 1), "name mismatch")

    def test_a_certificate_with_its_name_in_the_subject_only(self):
        """[SMTP-SEC-09]"""
        self.assertEqual(self.certificate("cnonly.relay.test", 1), "name mismatch")

    def test_an_intermediate_certificate_that_is_not_sent(self):
        self.assertEqual(self.certificate("incomplete.relay.test", 1), "missing intermediate")

    def test_a_root_that_nobody_trusts(self):
        self.assertEqual(self.certificate("unknown.relay.test", 1), "unknown issuer")

    def test_the_system_does_not_trust_the_lab(self):
        self.assertEqual(self.certificate("mail.relay.test", 1, ca_file=None), "unknown issuer")

    def test_a_certificate_that_expires_soon_works_and_is_told(self):
        self.add("soon", "soon.relay.test")
        outcome = self.probe("soon", code=0)
        self.assertIn("tls-certificate-expires-soon", self.finding_ids(outcome.item()["findings"]), outcome)

    def test_verification_switched_off_works_and_shows_it(self):
        """[SMTP-SEC-08]"""
        self.add("loose", "expired.relay.test", verify_certificate="off")
        outcome = self.probe("loose", code=0)
        self.assertEqual(self.configured(outcome)["outcome"], "unverified", outcome)

    def test_a_pinned_fingerprint_decides_alone(self):
        self.add("first", "selfsigned.relay.test")
        chain = self.configured(self.probe("first", code=1))["tls"]["chain"]
        self.add("pinned", "selfsigned.relay.test", mail_type="workflow", ca_file=None,
                 fingerprint=chain[0]["fingerprint_sha256"])
        self.assertEqual(self.configured(self.probe("pinned", code=0))["tls"]["certificate"], "ok")

    def test_another_fingerprint_than_the_pinned_one(self):
        self.add("pinned", "mail.relay.test", fingerprint="00" * 32)
        outcome = self.probe("pinned", code=1)
        self.assertEqual(self.configured(outcome)["tls"]["certificate"], "fingerprint mismatch", outcome)

    def test_the_chain_is_told_as_the_server_sends_it(self):
        self.add("news", "mail.relay.test")
        tls = self.configured(self.probe("news", code=0))["tls"]
        self.assertEqual((tls["server_name"], tls["name_matches"], tls["staple"]["status"]),
                         ("mail.relay.test", True, "none"))
        self.assertEqual([(one["key"], one["key_bits"], one["signature"], one["issued_by_next"])
                          for one in tls["chain"]],
                         [("EC P-256", 256, "ecdsa-with-SHA256", True),
                          ("EC P-256", 256, "ecdsa-with-SHA256", False)])

    # -- DANE -----------------------------------------------------------------------------------------------
    def dane(self, host, record, code):
        port = self.lab.ports[587]
        self.lab.publish("relay.test", f"_{port}._tcp.{host} TLSA {record}\n")
        self.add(host.split(".")[0], f"{host}.relay.test")
        outcome = self.probe(host.split(".")[0], "--dane", code=code)
        checks = [check for check in outcome.item()["dane"] if check["port"] == port]
        return outcome, checks[0]

    def test_a_tlsa_record_of_the_servers_key(self):
        self.add("first", "wild.relay.test")
        key = self.configured(self.probe("first", code=0))["tls"]["chain"][0]["spki_sha256"]
        self.relayctl("delete", "first", code=0)
        outcome, check = self.dane("wild", f"3 1 1 {key}", 0)
        self.assertEqual(check["matched"], f"3 1 1 {key}", outcome)

    # -- MTA-STS --------------------------------------------------------------------------------------------
    def policy(self, host, domain, code, *arguments):
        """(mode, does a pattern cover the host, does TLS verify), and the ids of what was found about it."""
        if not self.lab.https:
            self.skipTest("the lab's HTTPS server needs port 443")
        outcome = self.probe(host, "--ca-file", self.lab.ca, "--port", str(self.lab.ports[25]), "--any-port",
                             "--security", "tls", "--mta-sts", domain, *arguments, code=code)
        item = outcome.item()
        check = item["mta_sts"]
        ids = [name for name in self.finding_ids(item["findings"]) if name.startswith("mta-sts-")]
        return (check["mode"], check["pattern"] is not None, check["tls_verifies"]), ids

    def test_a_host_that_a_policy_covers(self):
        """[PROBE-15]"""
        self.assertEqual(self.policy("mail.relay.test", "sts-good.test", 0),
                         (("enforce", True, True), ["mta-sts-host-ok"]))

    def test_a_host_that_a_policy_does_not_cover(self):
        self.assertEqual(self.policy("mail.relay.test", "sts-unmatched.test", 1),
                         (("enforce", False, True), ["mta-sts-mx-not-covered"]))

    def test_a_policy_in_test_mode_keeps_no_mail_away(self):
        self.assertEqual(self.policy("mail.relay.test", "sts-testing.test", 0),
                         (("testing", True, True), ["mta-sts-mode-testing"]))
        ids = ["mta-sts-mode-testing", "mta-sts-tls-fails-testing"]
        self.assertEqual(self.policy("expired.relay.test", "sts-testing.test", 1),  # for the certificate's sake
                         (("testing", True, False), ids))

    def test_a_certificate_that_breaks_a_policy(self):
        self.assertEqual(self.policy("expired.relay.test", "sts-good.test", 1)[1],
                         ["mta-sts-mx-not-covered", "mta-sts-tls-fails"])

    def test_a_relay_that_is_not_verified_breaks_the_policy_all_the_same(self):
        self.assertEqual(self.policy("expired.relay.test", "sts-good.test", 1, "--verify-certificate", "off")[0][2],
                         False)

    def test_a_pinned_certificate_says_nothing_about_a_policy(self):
        self.assertEqual(self.policy("mail.relay.test", "sts-good.test", 1, "--fingerprint", "00" * 32),
                         (("enforce", True, None), ["mta-sts-tls-unknown"]))

    def test_a_domain_without_a_policy(self):
        self.assertEqual(self.policy("mail.relay.test", "example.test", 0)[1], ["mta-sts-no-record"])
        self.assertEqual(self.policy("mail.relay.test", "sts-expired.test", 1)[1], ["mta-sts-certificate"])

    def test_the_ca_file_of_a_relay_is_not_that_of_a_policys_server(self):
        if not self.lab.https:
            self.skipTest("the lab's HTTPS server needs port 443")
        self.add("own-ca", "mail.relay.test", port=self.lab.ports[25])
        outcome = self.relayctl("probe", "own-ca", "--mta-sts", "sts-good.test", "-o", "json", code=1)
        self.assertIn("mta-sts-certificate", self.finding_ids(outcome.item()["findings"]))
        outcome = self.relayctl("probe", "own-ca", "--mta-sts", "sts-good.test", "--ca-file", self.lab.ca, "-o", "json", code=0)
        self.assertIn("mta-sts-host-ok", self.finding_ids(outcome.item()["findings"]))

    def test_what_does_not_go_with_many(self):
        for option in (["--mta-sts", "sts-good.test"], ["--all-addresses"]):
            self.relayctl("probe", "--all", *option, code=2)
        self.relayctl("probe", "mail.relay.test", "--mta-sts", "no domain", code=2)

    # -- a scan ---------------------------------------------------------------------------------------------
    def test_a_scan_finds_what_postfix_accepts(self):
        self.add("new", "tls12.relay.test")
        outcome = self.probe("new", "--tls-scan", code=0)
        scan = outcome.item()["tls_scan"]
        self.assertEqual([(one["version"], one["accepted"]) for one in scan["versions"]],
                         [("TLSv1.3", False), ("TLSv1.2", True), ("TLSv1.1", False), ("TLSv1", False)], outcome)
        self.assertTrue(all(one["complete"] for one in scan["versions"]), outcome)
        ciphers = [cipher["name"] for cipher in scan["versions"][1]["ciphers"]]
        self.assertEqual(len(ciphers), len(set(ciphers)))
        self.assertIn("ECDHE-ECDSA-AES256-GCM-SHA384", ciphers)

    def test_a_scan_tells_of_old_versions(self):
        self.add("old", "tls10.relay.test")
        outcome = self.probe("old", "--tls-scan", code=1)
        accepted = [one["version"] for one in outcome.item()["tls_scan"]["versions"] if one["accepted"]]
        self.assertEqual(accepted, ["TLSv1"], outcome)
        self.assertIn("tls-old-version-accepted", self.finding_ids(outcome.item()["findings"]), outcome)

    # -- old and odd TLS ------------------------------------------------------------------------------------
    def test_tls_1_2_is_good_enough(self):
        self.add("old", "tls12.relay.test")
        self.assertEqual(self.configured(self.probe("old", code=0))["tls"]["version"], "TLSv1.2")

    def test_tls_1_0_is_not(self):
        """[SMTP-SEC-12]"""
        self.add("old", "tls10.relay.test")
        outcome = self.probe("old", code=1)
        self.assertEqual(self.configured(outcome)["problem"], "handshake-failed")
        self.assertEqual(self.cells(outcome)[465, "none"], ("fail", "implicit-tls-port"), outcome)
        self.assertIn("tls-version-too-old", self.finding_ids(outcome.item()["findings"]), outcome)

    def test_a_server_that_wants_a_client_certificate(self):
        self.add("strict", "clientcert.relay.test")
        outcome = self.probe("strict", code=1)  # Postfix says so with a 421, and will say so again
        self.assertEqual(self.configured(outcome)["reason"], "client certificate wanted")
        self.assertIn("No client certificate presented", self.configured(outcome)["observed"])
        self.assertIn("tls-client-certificate", self.finding_ids(outcome.item()["findings"]), outcome)
        self.assertTrue(self.configured(outcome)["tls"]["wants_client_certificate"])

    # -- what the server offers -----------------------------------------------------------------------------
    def test_logins_are_offered_inside_tls_only(self):
        """[SMTP-SEC-03]"""
        self.add("news", "mail.relay.test")
        cell = self.configured(self.probe("news", code=0))
        self.assertEqual(cell["before_tls"]["auth"], [])
        self.assertIn("PLAIN", cell["after_tls"]["auth"])

    def test_logins_offered_in_clear_are_told(self):
        self.add("clear", "clearauth.relay.test", port=25, security="none")
        outcome = self.probe("clear", code=0)
        self.assertIn("smtp-auth-in-clear", self.finding_ids(outcome.item()["findings"]), outcome)

    def test_a_server_that_offers_nothing(self):
        self.add("bare", "bare.relay.test", port=25, security="none")
        cell = self.configured(self.probe("bare", code=0))
        self.assertEqual((cell["before_tls"]["keywords"], cell["before_tls"]["size"]), ([], None))

    # -- hosts that are no relay of the store ---------------------------------------------------------------
    def test_a_host_with_a_way_in(self):
        outcome = self.probe("mail.relay.test", "--ca-file", self.lab.ca, *self.all_ports(), code=0)
        self.assertEqual(outcome.item()["relay"], None)

    def test_a_host_whose_required_endpoint_works_or_not(self):
        for security, code in (("tls", 0), ("ssl", 1)):
            self.probe("mail.relay.test", "--ca-file", self.lab.ca, *self.all_ports(),
                       "--require", f"{self.lab.ports[587]}:{security}", code=code)

    def test_several_targets_of_which_one_fails(self):
        self.add("good", "mail.relay.test")
        self.add("bad", "expired.relay.test", mail_type="workflow")
        outcome = self.relayctl("probe", "good", "bad", "-o", "json", code=1)
        self.assertEqual([(item["target"], item["verdict"]) for item in outcome.items()],
                         [("good", "good"), ("bad", "bad")])

    # -- names and addresses --------------------------------------------------------------------------------
    def test_a_host_name_that_does_not_exist(self):
        self.add("nowhere", "nowhere.relay.test")
        self.probe("nowhere", code=1)

    def test_a_host_name_whose_zone_is_broken_could_not_be_checked(self):
        self.add("broken", "mail.servfail.test")
        self.probe("broken", code=3)

    def test_a_name_server_that_is_silent_could_not_be_checked(self):
        self.add("news", "mail.relay.test")
        outcome = self.probe("news", "--dns-server", self.lab.silent_dns, "--dns-timeout", "2", code=3)
        self.assertLess(outcome.seconds, 15)

    def test_an_address_in_place_of_a_name(self):
        self.add("literal", self.lab.address, verify_certificate="off")
        self.probe("literal", code=0)

    def test_a_host_with_an_address_where_nothing_listens_and_one_that_answers(self):
        self.add("two", "two-stacks.relay.test")
        outcome = self.probe("two", code=0)
        self.assertEqual(outcome.item()["address"], self.lab.address, outcome)
        self.assertEqual(sorted(outcome.item()["addresses"]), sorted(["::1", self.lab.address]))

    def test_every_address_is_probed_when_asked_for(self):
        """[SMTP-SEC-32] [PROBE-14]"""
        self.add("two", "two-stacks.relay.test")
        outcome = self.probe("two", "--all-addresses", code=1)
        item = outcome.item()
        self.assertEqual({one["address"]: one["verdict"] for one in item["by_address"]},
                         {"::1": "bad", self.lab.address: "good"}, outcome)
        self.assertEqual(item["address"], self.lab.address)
        told = next(one for one in item["findings"] if one["id"] == "smtp-address-fails")
        self.assertEqual(told["observed"], "::1: connection refused")
        rows = self.relayctl("probe", "two", "--all-addresses", "--columns", "address,outcome", code=1).out.splitlines()
        self.assertIn("::1\tclosed", rows)
        self.assertIn(f"{self.lab.address}\tok", rows)
        text = self.relayctl("probe", "two", "--all-addresses", "-o", "table", code=1).out
        self.assertIn("fail: mail can be handed in, but a check that was asked for fails", text)

    def test_one_address_is_no_list(self):
        self.add("one", "mail.relay.test")
        self.assertEqual(self.probe("one", "--all-addresses", code=0).item()["by_address"], [])

    def test_the_chain_of_aliases_is_told(self):
        self.add("news", "alias.relay.test")
        self.assertEqual(self.probe("news", code=0).item()["aliases"], ["mail.relay.test"])

    def test_the_time_of_each_stage_is_drawn(self):
        self.add("news", "mail.relay.test")
        text = self.relayctl("probe", "news", "-o", "table", code=0).out
        times = text[text.index("\nTIME   "):].splitlines()[1:7]
        self.assertEqual([line[7:18].strip() for line in times],
                         ["DNS", "connect", "greeting", "EHLO", "TLS", "EHLO in TLS"])
        self.assertTrue(any("\u2588" in line for line in times), text)

    def test_an_alias_that_leads_nowhere(self):
        self.add("dangling", "dangling.relay.test")
        self.probe("dangling", code=1)

    def test_aliases_that_run_in_a_circle(self):
        self.add("loop", "loop-a.relay.test")
        outcome = self.relayctl("probe", "loop")
        self.assertIn(outcome.code, (1, 3), outcome)

    def test_a_ca_file_that_is_gone_is_told_with_the_relays_name(self):
        path = self.home / "ca.pem"
        path.write_bytes(Path(self.lab.ca).read_bytes())
        self.add("news", "mail.relay.test", ca_file=path)
        path.unlink()
        message, hint = self.relayctl("probe", "news", code=2).err.splitlines()
        self.assertTrue(message.startswith("relayctl: cannot probe news: cannot read CA file"), message)
        self.assertEqual(hint, "  hint: relayctl edit news --ca-file FILE")

    def test_what_rows_do_not_hold_is_told(self):
        self.add("news", "mail.relay.test")
        outcome = self.relayctl("probe", "news", "--dane", "--sender", "<>", code=0)
        self.assertIn("rows do not hold what --dane, --sender found: -o json does\n", outcome.err)

    def test_no_such_relay(self):
        self.relayctl("probe", "nowhere", code=4)


if __name__ == "__main__":
    unittest.main()
