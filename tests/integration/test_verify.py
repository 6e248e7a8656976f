"""verify against NSD: every broken domain of the lab, by result, finding and exit status."""

import json
import unittest

from relayctl import RelayctlTest


class VerifyTest(RelayctlTest):
    def verify(self, domain, *arguments, code):
        return self.relayctl("verify", domain, "-o", "json", *arguments, code=code)

    def ids(self, part):
        return {finding["id"] for finding in part["findings"]}

    # -- SPF ------------------------------------------------------------------------------------------------
    def spf(self, domain, result, code, findings=(), ip=None):
        """The evaluation for an address; by default for the mail server's."""
        outcome = self.verify(domain, "--only", "spf", "--ip", ip or self.lab.address, code=code)
        part = outcome.item()["spf"]
        self.assertEqual(part["result"], result, outcome)
        self.assertLessEqual(set(findings), self.ids(part), outcome)
        return part

    def test_a_good_record_passes(self):
        part = self.spf("example.test", "pass", 0)
        self.assertEqual((part["lookups"], part["path"][-1]), (1, "_spf.relay.test"))

    def test_another_address_fails(self):
        self.spf("example.test", "fail", 1, ip="192.0.2.99")

    def test_softfail_and_neutral_are_no_pass(self):
        self.spf("spf-softfail.test", "softfail", 1)
        self.spf("spf-neutral.test", "neutral", 1)

    def test_no_record(self):
        self.spf("spf-missing.test", "none", 1, ["spf-no-record"])

    def test_no_such_domain(self):
        self.spf("no-such-domain.test", "none", 1)

    def test_two_records(self):
        self.spf("spf-two.test", "permerror", 1, ["spf-multiple-records"])

    def test_a_version_glued_to_a_semicolon(self):
        self.spf("spf-version.test", "none", 1, ["spf-near-miss-version"])

    def test_a_record_of_the_old_type_only(self):
        self.spf("spf-type99.test", "none", 1, ["spf-type-99"])

    def test_eleven_lookups_are_one_too_many(self):
        self.spf("spf-eleven.test", "permerror", 1, ["spf-too-many-lookups"])

    def test_ten_lookups_are_allowed(self):
        self.assertEqual(self.spf("spf-ten.test", "pass", 0)["lookups"], 10)

    def test_three_void_lookups_are_one_too_many(self):
        self.spf("spf-void.test", "permerror", 1, ["spf-too-many-void-lookups"])

    def test_an_impossible_prefix_length(self):
        self.spf("spf-syntax.test", "permerror", 1, ["spf-bad-prefix-length"])

    def test_a_misspelled_mechanism(self):
        self.spf("spf-unknown.test", "permerror", 1, ["spf-unknown-mechanism"])

    def test_includes_that_run_in_a_circle(self):
        for domain in ("spf-self.test", "spf-loop.test"):
            part = self.spf(domain, "permerror", 1, ["spf-cycle"])
            self.assertGreaterEqual(part["lookups_worst_case"], part["lookups"])

    def test_checks_are_named_in_any_case(self):
        item = self.verify("example.test", "--only", "SPF, Dmarc", code=0).item()
        self.assertIsNotNone(item["spf"])
        self.assertIsNotNone(item["dmarc"])
        self.assertIsNone(item["dkim"])

    def test_an_include_of_a_domain_without_a_record(self):
        self.spf("spf-dangling.test", "permerror", 1, ["spf-include-no-record"])

    def test_an_include_that_could_not_be_asked(self):
        self.spf("spf-servfail.test", "temperror", 3)

    def test_everyone_may_send(self):
        self.spf("spf-everyone.test", "pass", 0, ["spf-pass-all"], ip="192.0.2.99")

    def test_a_redirect_is_followed(self):
        self.spf("spf-redirect.test", "pass", 0)

    def test_ptr_works_and_is_told(self):
        self.spf("spf-ptr.test", "pass", 0, ["spf-ptr"])

    def test_a_macro_is_expanded(self):
        self.spf("spf-macro.test", "pass", 0)

    def test_strings_join_without_a_blank(self):
        self.spf("spf-glued.test", "permerror", 1)

    def test_an_answer_over_512_octets(self):
        self.spf("spf-large.test", "pass", 0, ["spf-long-record"])

    def test_an_answer_that_needs_tcp(self):
        self.spf("spf-huge.test", "pass", 0)

    def test_a_domain_in_its_own_script(self):
        self.spf("例え.test", "pass", 0)

    def test_without_an_address_the_record_is_checked(self):
        outcome = self.verify("spf-eleven.test", "--only", "spf", code=1)
        part = outcome.item()["spf"]
        self.assertEqual((part["result"], part["lookups_worst_case"]), ("fail", 11), outcome)

    def test_escapes_in_a_record_are_never_printed_raw(self):
        for form in ("json", "table", "tsv"):
            self.relayctl("verify", "spf-escapes.test", "--only", "spf", "-o", form, code=1)

    # -- DMARC ----------------------------------------------------------------------------------------------
    def dmarc(self, domain, result, code, findings=()):
        outcome = self.verify(domain, "--only", "dmarc", code=code)
        part = outcome.item()["dmarc"]
        self.assertEqual(part["result"], result, outcome)
        self.assertLessEqual(set(findings), self.ids(part), outcome)
        return part

    def test_a_good_policy(self):
        part = self.dmarc("example.test", "found", 0)
        self.assertEqual((part["policy"], part["record_name"]), ("reject", "_dmarc.example.test"))

    def test_no_policy(self):
        self.dmarc("dmarc-missing.test", "none", 1, ["dmarc-no-record"])

    def test_a_misspelled_policy(self):
        self.dmarc("dmarc-typo.test", "none", 1, ["dmarc-invalid-policy"])

    def test_two_policies(self):
        self.dmarc("dmarc-two.test", "none", 1, ["dmarc-several-records"])

    def test_the_version_is_not_first(self):
        self.dmarc("dmarc-order.test", "none", 1, ["dmarc-near-miss"])

    def test_a_policy_of_none_is_told(self):
        self.dmarc("dmarc-none.test", "found", 0, ["dmarc-none"])

    def test_reports_to_a_domain_that_did_not_agree(self):
        self.dmarc("dmarc-rua.test", "found", 0, ["dmarc-report-unauthorized"])

    def test_a_record_with_the_zone_name_doubled_is_found(self):
        self.dmarc("dmarc-doubled.test", "none", 1, ["dmarc-doubled-name"])

    def test_a_subdomain_has_the_policy_of_its_organization(self):
        part = self.dmarc("news.organization.test", "found", 0)
        self.assertEqual((part["policy"], part["policy_tag"], part["organizational_domain"], part["spf_alignment"]),
                         ("reject", "sp", "organization.test", "strict"))

    def test_a_broken_zone_could_not_be_checked(self):
        self.dmarc("servfail.test", "unverified", 3, ["dmarc-not-checked"])

    # -- DKIM -----------------------------------------------------------------------------------------------
    def dkim(self, selector, code, findings=(), domain="dkim.test"):
        outcome = self.verify(domain, "--only", "dkim", "--selector", selector, code=code)
        part = outcome.item()["dkim"]
        self.assertLessEqual(set(findings), self.ids(part), outcome)
        return part["keys"][0]

    def test_good_keys(self):
        self.assertEqual(self.dkim("good", 0)["key"], "rsa 2048")
        self.assertEqual(self.dkim("ed", 0)["key"], "ed25519")

    def test_a_short_key_works_and_is_told(self):
        self.dkim("weak", 0, ["dkim-rsa-short"])

    def test_a_key_too_short_to_be_used(self):
        self.dkim("tiny", 1, ["dkim-rsa-too-short"])

    def test_a_revoked_key(self):
        self.assertTrue(self.dkim("revoked", 1, ["dkim-key-revoked"])["revoked"])

    def test_a_key_cut_at_255_octets(self):
        self.dkim("truncated", 1, ["dkim-key-truncated"])

    def test_a_private_key_in_the_dns(self):
        self.dkim("private", 1, ["dkim-private-key-published"])

    def test_a_key_in_test_mode(self):
        self.dkim("testing", 0, ["dkim-test-mode"])

    def test_two_keys_under_one_selector(self):
        self.dkim("twice", 1, ["dkim-several-keys"])

    def test_quotes_pasted_into_the_record(self):
        self.dkim("quoted", 1, ["dkim-quotes-stored"])

    def test_text_that_is_no_key(self):
        self.dkim("other", 1, ["dkim-unrelated-text"])

    def test_no_key(self):
        self.dkim("missing", 1, ["dkim-no-key"])

    def test_a_key_with_the_zone_name_doubled_is_found(self):
        self.dkim("doubled", 1, ["dkim-doubled-name"])

    def test_a_delegated_key(self):
        self.assertEqual(self.dkim("delegated", 0, ["dkim-alias"])["aliases"], ["customer.keys.relay-keys.test"])

    def test_a_key_delegated_to_another_zone(self):
        self.assertEqual(self.dkim("far", 0, ["dkim-alias"])["aliases"], ["good._domainkey.example.test"])

    def test_a_delegation_to_nothing(self):
        self.dkim("dangling", 1, ["dkim-dangling-alias"])

    def test_a_key_whose_zone_is_broken_could_not_be_checked(self):
        self.dkim("any", 3, ["dkim-not-checked"], domain="servfail.test")

    def test_without_a_selector_dkim_is_skipped_and_unchecked_when_asked_for_by_name(self):
        self.assertIn("DKIM   skip", self.relayctl("verify", "example.test", "-o", "table", code=0).out)
        for checks in ("dkim", "spf,dkim"):
            outcome = self.relayctl("verify", "example.test", "--only", checks, "-o", "table", code=3)
            self.assertIn("DKIM   unchecked  no selector is known", outcome.out)
            self.assertEqual(self.verify("example.test", "--only", checks, code=3).item()["verdict"], "unchecked")
        self.verify("spf-missing.test", "--only", "spf,dkim", code=1)

    # -- all together ---------------------------------------------------------------------------------------
    def test_answers_of_unsigned_zones_are_insecure(self):
        item = self.verify("example.test", "--only", "spf,dmarc", code=0).item()
        self.assertEqual(item["answers"], [{"name": "example.test", "dnssec": "insecure"},
                                           {"name": "_dmarc.example.test", "dnssec": "insecure"}])

    def test_a_domain_in_upper_case_and_with_a_dot_is_shown_as_any_other(self):
        lower = self.relayctl("verify", "example.test", "-o", "table").out
        self.assertEqual(self.relayctl("verify", "EXAMPLE.test.", "example.TEST", "-o", "table").out, lower)
        shown = self.relayctl("verify", "EXAMPLE.test.", "--selector", "S1", "--only",
                              "spf,dkim,dmarc,mx,mta-sts,tls-rpt,dane", "-o", "json").out
        self.assertNotIn("EXAMPLE", shown)
        self.assertNotIn("test.\"", shown)
        self.assertEqual(json.loads(shown)["items"][0]["domain"], "example.test")

    def test_the_mail_of_a_relay_is_verified_from_its_address(self):
        self.add("news", "mail.relay.test", return_path="from")
        outcome = self.relayctl("verify", "--relay", "news", "-o", "json", code=0)
        self.assertEqual(outcome.item()["spf"]["result"], "pass", outcome)
        self.assertEqual(outcome.item()["relay"], "news")
        self.assertEqual(outcome.item()["relay_mail"]["verdict"], "good", outcome)

    def test_mail_with_the_managed_return_path_and_no_signature_fails(self):
        self.add("news", "mail.relay.test", return_path="managed")
        outcome = self.relayctl("verify", "--relay", "news", "-o", "json", code=1)
        self.assertEqual(outcome.item()["dmarc"]["verdict"], "good", outcome)
        self.assertEqual(outcome.item()["relay_mail"],
                         {"verdict": "bad",
                          "reason": "the relay does not sign with DKIM; SPF does not align with return path managed"})

    def test_a_relay_whose_key_has_ended_sends_nothing(self):
        self.add("news", "mail.relay.test", return_path="from", dkim_selector="s1")
        self.relayctl("dkim", "activate", "s1@example.test", "--force", code=0)
        self.relayctl("verify", "--relay", "news", "--only", "spf,dmarc", code=0)
        self.relayctl("dkim", "revoke", "s1@example.test", "--force", code=0)
        outcome = self.relayctl("verify", "--relay", "news", "--only", "spf,dmarc", "-o", "json", code=1)
        self.assertEqual(outcome.item()["relay_mail"],
                         {"verdict": "bad",
                          "reason": "relay news signs with s1@example.test, which is revoked and never signs"})

    def test_mail_is_judged_where_the_checks_it_depends_on_were_asked_for(self):
        self.add("news", "mail.relay.test", return_path="from")
        arguments = ("verify", "example.test", "--relay", "news")
        for checks, missing in (("spf", "DMARC"), ("dmarc", "SPF")):
            reason = f"not judged: --only leaves out {missing}"
            outcome = self.relayctl(*arguments, "--only", checks, "-o", "json", code=0)
            self.assertEqual(outcome.item()["relay_mail"], {"verdict": "unchecked", "reason": reason})
            rows = self.relayctl(*arguments, "--only", checks, code=0).out.splitlines()
            self.assertEqual(rows[-1].split("\t")[1:6], ["mail", "news", "skip", "skip", reason])
            table = self.relayctl(*arguments, "--only", checks, "-o", "table", code=0).out
            self.assertIn(f"MAIL   skip  through news: {reason}\n", table)
        self.assertEqual(self.relayctl(*arguments, "--only", "spf,dmarc", "-o", "json", code=0)
                         .item()["relay_mail"]["verdict"], "good")

    def test_the_address_that_was_judged_is_told_and_where_it_comes_from(self):
        self.add("news", "mail.relay.test", return_path="from")
        arguments = ("verify", "--relay", "news", "--only", "spf,dmarc")

        def told(*more):
            detail, ip = self.relayctl(*arguments, *more, "--columns", "detail,ip").out.splitlines()[0].split("\t")
            spf = self.relayctl(*arguments, *more, "-o", "json").item()["spf"]
            self.assertEqual(spf["ip"], ip)
            return ip, spf["ip_source"], detail
        self.assertEqual(told("--ip", "192.0.2.1")[:2], ("192.0.2.1", "given"))
        ip, source, detail = told()
        self.assertEqual((ip, source), (self.lab.address, "relay"))
        self.assertIn(f"for {ip} (the relay's own address; mail may leave from another: give --ip): ", detail)
        self.relayctl("edit", "news", "--egress-ip", "192.0.2.7", code=0)
        ip, source, detail = told()
        self.assertEqual((ip, source), ("192.0.2.7", "stored"))
        self.assertIn("for 192.0.2.7 (the relay's egress address): ", detail)

    def test_an_option_whose_check_is_left_out_is_refused(self):
        for option, only, check in ((("--psl",), "spf", "dmarc"), (("--selector", "s1"), "spf", "dkim"),
                                    (("--ip", "192.0.2.1"), "dmarc", "spf"), (("--ca-file", self.lab.ca), "spf", "mta-sts")):
            outcome = self.relayctl("verify", "example.test", "--only", only, *option, code=2)
            self.assertEqual(outcome.err, f"relayctl: {option[0]} is for {check}, which is not checked\n"
                                          f"  hint: --only {check} checks it\n")

    def test_a_sender_of_another_domain_is_told(self):
        asked = ("verify", "example.test", "--only", "spf", "--ip", self.lab.address, "--mail-from")
        self.assertEqual(self.relayctl(*asked, "a@other.test", code=0).err,
                         'SPF looks at the record of example.test, not at that of "other.test"\n')
        for sender in ("a@EXAMPLE.test", "example.test", ""):
            self.assertEqual(self.relayctl(*asked, sender, code=0).err, "")

    def test_a_helo_that_is_no_name_is_told_and_evaluated(self):
        outcome = self.relayctl("verify", "example.test", "--only", "spf", "--ip", self.lab.address, "--helo", "a b", code=0)
        self.assertIn('--helo "a b" is no domain name; SPF takes it as it is\n', outcome.err)
        for helo in ("mail.relay.test", "localhost", "[192.0.2.1]"):
            outcome = self.relayctl("verify", "example.test", "--only", "spf", "--ip", self.lab.address, "--helo", helo,
                                    code=0)
            self.assertEqual(outcome.err, "")

    def test_a_relay_without_a_named_domain_needs_one(self):
        self.add("all", "mail.relay.test", domain="*")
        outcome = self.relayctl("verify", "--relay", "all", code=2)
        self.assertIn("relayctl verify DOMAIN --relay all", outcome.err)

    def test_a_definite_no_counts_before_a_could_not(self):
        outcome = self.relayctl("verify", "example.test", "servfail.test", "spf-missing.test", "-o", "json", code=1)
        self.assertEqual([item["verdict"] for item in outcome.items()], ["good", "unchecked", "bad"], outcome)

    def test_a_could_not_counts_before_a_yes(self):
        rows = self.relayctl("verify", "example.test", "servfail.test", code=3).out.splitlines()
        why = {row.split("\t")[1]: row.split("\t")[5] for row in rows if row.startswith("servfail.test\t")}
        self.assertEqual((why["spf"], why["dmarc"]), ("SERVFAIL", "SERVFAIL"))

    def test_a_name_server_that_refuses(self):
        self.verify("refused.test", "--ip", "192.0.2.1", code=3)

    def test_a_silent_name_server(self):
        outcome = self.verify("example.test", "--dns-server", self.lab.silent_dns, "--dns-timeout", "2", code=3)
        self.assertLess(outcome.seconds, 20)

    def test_a_second_name_server_stands_in_for_a_silent_one(self):
        outcome = self.verify("example.test", "--ip", self.lab.address, "--dns-server", self.lab.silent_dns,
                              "--dns-server", self.lab.dns, code=0)
        self.assertLess(outcome.seconds, 30)

    def test_an_address_where_no_name_server_is(self):
        outcome = self.verify("example.test", "--dns-server", f"{self.lab.network}.240:53", code=3)
        self.assertLess(outcome.seconds, 20)


if __name__ == "__main__":
    unittest.main()
