"""verify --only mta-sts,tls-rpt against NSD and a real HTTPS server."""

import unittest

from relayctl import RelayctlTest


class PolicyTest(RelayctlTest):
    def part(self, domain, key, code, findings=(), ca=True):
        ca_file = ["--ca-file", self.lab.ca] if ca and key == "mta_sts" else []
        outcome = self.relayctl("verify", domain, "--only", key.replace("_", "-"), *ca_file, "-o", "json", code=code)
        part = outcome.item()[key]
        self.assertEqual(sorted(finding["id"] for finding in part["findings"]), sorted(findings), outcome)
        return part

    def sts(self, domain, code, findings=(), ca=True):
        if not self.lab.https:
            self.skipTest("the lab's HTTPS server needs port 443")
        return self.part(domain, "mta_sts", code, findings, ca)

    # -- MTA-STS --------------------------------------------------------------------------------------------
    def test_a_policy_in_order(self):
        part = self.sts("sts-good.test", 0)
        self.assertEqual((part["verdict"], part["record"]), ("good", "v=STSv1; id=20260101T000000"))

    def test_an_mx_host_that_is_not_covered(self):  # STS-07
        self.sts("sts-unmatched.test", 1, ["mta-sts-mx-not-covered", "mta-sts-pattern-unused"])

    def test_a_policy_in_test_mode_sent_as_a_web_page(self):  # STS-04, STS-08
        self.sts("sts-testing.test", 0, ["mta-sts-content-type", "mta-sts-mode-testing", "mta-sts-no-tls-rpt"])

    def test_a_redirect_is_not_followed(self):  # STS-03
        part = self.sts("sts-redirect.test", 1, ["mta-sts-redirect"])
        self.assertIn("https://mta-sts.sts-good.test/.well-known/mta-sts.txt", part["findings"][0]["observed"])

    def test_a_line_that_is_no_key_and_value(self):  # STS-05
        part = self.sts("sts-syntax.test", 1, ["mta-sts-policy-mode", "mta-sts-policy-syntax"])
        self.assertTrue(any(finding["observed"].startswith("line 2: ") for finding in part["findings"]), part)

    def test_a_policy_of_200_kilobytes(self):  # STS-03
        self.sts("sts-large.test", 1, ["mta-sts-too-large"])

    def test_certificates_that_do_not_verify(self):  # STS-03
        expired = self.sts("sts-expired.test", 1, ["mta-sts-certificate"])
        self.assertEqual(expired["findings"][0]["observed"], "the certificate has expired")
        name = self.sts("sts-name.test", 1, ["mta-sts-certificate"])
        self.assertIn("not for mta-sts.sts-name.test", name["findings"][0]["observed"])

    def test_the_system_does_not_know_the_labs_authority(self):  # STS-03
        self.sts("sts-good.test", 1, ["mta-sts-certificate"], ca=False)

    def test_nothing_listens_where_the_policy_should_be(self):  # STS-03
        part = self.part("sts-closed.test", "mta_sts", 1, ["mta-sts-no-answer"])
        self.assertEqual(part["findings"][0]["observed"], "connection refused")

    def test_a_record_without_a_policy_host(self):  # STS-03
        self.part("sts-nohost.test", "mta_sts", 1, ["mta-sts-no-host"])

    def test_a_version_written_wrong(self):  # STS-01
        self.part("sts-near.test", "mta_sts", 1, ["mta-sts-near-miss"])

    def test_no_record_is_good(self):  # STS-01
        self.part("example.test", "mta_sts", 0, ["mta-sts-no-record"])

    def test_a_broken_zone_could_not_be_checked(self):
        self.part("sts-servfail.test", "mta_sts", 3, ["dns-servfail"])
        self.part("servfail.test", "mta_sts", 3, ["dns-servfail"])

    def test_a_domain_that_does_not_exist(self):
        self.part("no-such-domain.test", "mta_sts", 1, ["mta-sts-no-domain"])
        self.part("no-such-domain.test", "tls_rpt", 1, ["tls-rpt-no-domain"])

    # -- SMTP TLS Reporting ---------------------------------------------------------------------------------
    def test_reports_in_order(self):  # RPT-01
        part = self.part("sts-good.test", "tls_rpt", 0)
        self.assertEqual(part["record"], "v=TLSRPTv1; rua=mailto:tls@example.test")

    def test_no_reports_are_good(self):  # RPT-01
        self.part("example.test", "tls_rpt", 0, ["tls-rpt-no-record"])

    def test_two_records(self):  # RPT-01
        self.part("tls-rpt-two.test", "tls_rpt", 1, ["tls-rpt-several-records"])

    def test_a_record_with_the_zone_name_doubled_is_found(self):  # RPT-01
        self.part("tls-rpt-doubled.test", "tls_rpt", 1, ["tls-rpt-misplaced"])

    def test_reports_over_plain_http(self):  # RPT-02
        self.part("tls-rpt-scheme.test", "tls_rpt", 1, ["tls-rpt-scheme"])

    def test_a_mailbox_that_gets_no_mail(self):  # RPT-03
        self.part("tls-rpt-nomail.test", "tls_rpt", 0, ["tls-rpt-no-mail"])


if __name__ == "__main__":
    unittest.main()
