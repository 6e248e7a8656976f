"""verify against DNS servers that lie, stall and forge: an end in bounded time, the right status, nothing raw
printed, no crash."""

import json
import random
import struct
import unittest

from hostile_dns import (AUTHORITATIVE, QUESTION_POINTER, TRUNCATED, TYPES, HostileDns, character_strings, name, opt,
                         option, record, soa, txt)
from relayctl import RelayctlTest

SPF = b"v=spf1 -all"
FORGED = b"v=spf1 +all"
NASTY = b"\x1b[31mred\x1b]0;title\x07\x08\x9b2J\xc2\x9b3J\xe2\x80\xae\x7f\x00\n\r\t\xff\xfe\"\\end"
SECONDS = 1  # --dns-timeout


def spf_of(query, text=SPF):
    return query.reply(record("TXT", txt(text)))


def nothing(query):
    return query.reply(code=3, authority=[soa()])


class HostileDnsTest(RelayctlTest):
    TIMEOUT = 45

    @classmethod
    def setUpClass(cls):
        """No server of the lab is asked."""

    def setUp(self):
        self.lab = type("NoLab", (), {"dns": "127.0.0.1:9"})
        super().setUp()

    def verify(self, server, *arguments, code=None, form="json", only="spf", domain="example.test"):
        return self.relayctl("verify", domain, "--dns-server", server.address, "--dns-timeout", str(SECONDS),
                             "--only", only, "-o", form, *arguments, code=code)

    def serve(self, answer, over_tcp=None):
        """A server that answers the domain's own TXT question so, and all others with NXDOMAIN."""
        def choose(query, server):
            own = query.name == "example.test" and query.kind == TYPES["TXT"]
            return answer(query, server) if own else nothing(query)
        return HostileDns(choose, over_tcp)

    def expect(self, answer, status, code, over_tcp=None, seconds=SECONDS + 2.5):
        """One verify: the status of the SPF question, the exit status, the time."""
        with self.serve(answer, over_tcp) as server:
            outcome = self.verify(server, code=code)
        part = outcome.item()["spf"]
        self.assertEqual(part["status"], status, outcome)
        self.assertLess(outcome.seconds, seconds, outcome)
        if code == 3:
            self.assertEqual(part["verdict"], "unchecked", outcome)
        return outcome

    def accepted(self, answer, over_tcp=None):
        """Whatever else came, the right record was taken."""
        outcome = self.expect(answer, "found", 0, over_tcp)
        self.assertEqual(outcome.item()["spf"]["record"], SPF.decode(), outcome)
        return outcome

    def malformed(self, answer):
        """An answer that came and could not be read."""
        outcome = self.expect(lambda query, server: answer(query), "malformed answer", 3)
        self.assertIn("malformed answer: ", outcome.out)

    # -- forged answers are dropped, the right one is waited for --------------------------------------------
    def test_another_id(self):
        self.accepted(lambda query, _: [query.reply(record("TXT", txt(FORGED)), identity=query.id ^ bit)
                                        for bit in (1, 0x8000, 0xFFFF)] + [spf_of(query)])

    def test_another_question(self):
        others = [name("example.test.") + b"\0\x01\0\1", name("other.test") + b"\0\x10\0\1",
                  name("example.test") + b"\0\x10\0\3", name("a.example.test") + b"\0\x10\0\1"]
        self.accepted(lambda query, _: [query.reply(record("TXT", txt(FORGED)), question=other) for other in others]
                      + [spf_of(query)])

    def test_no_question(self):
        self.accepted(lambda query, _: [query.reply(record("TXT", txt(FORGED), name("example.test")), question=b""),
                                        spf_of(query)])

    def test_two_questions(self):
        self.accepted(lambda query, _: [query.reply(record("TXT", txt(FORGED)), question=query.question * 2,
                                                    counts=[2, 1, 0, 0]), spf_of(query)])

    def test_from_another_port_or_address(self):
        def answer(query, server):
            server.send_from(spf_of(query, FORGED), query.client)
            server.send_from(spf_of(query, FORGED), query.client, "127.0.0.2")
            return spf_of(query)
        self.accepted(answer)

    def test_another_case_of_the_name_is_asked_again_over_tcp(self):
        def swapped(query, _):
            return query.reply(record("TXT", txt(FORGED)), question=query.question.swapcase())
        outcome = self.expect(swapped, "found", 0, lambda query, client: client.send(spf_of(query)))
        self.assertEqual(outcome.item()["spf"]["record"], SPF.decode())

    def test_another_case_of_the_name_without_tcp_is_no_answer(self):
        self.expect(lambda query, _: query.reply(record("TXT", txt(FORGED)), question=query.question.swapcase()),
                    "timeout", 3)

    def test_questions_and_other_opcodes_are_no_answers(self):
        self.accepted(lambda query, _: [query.message, query.reply(record("TXT", txt(FORGED)), flags=0x2800),
                                        spf_of(query)])

    def test_empty_and_tiny_datagrams(self):
        self.accepted(lambda query, _: [b"", b"\0", query.message[:2], query.message[:11], spf_of(query)[:12],
                                        spf_of(query)])

    def test_nothing_but_forgeries_is_a_timeout(self):
        self.expect(lambda query, _: [query.reply(record("TXT", txt(FORGED)), identity=query.id ^ 1)] * 50,
                    "timeout", 3)

    def test_only_the_first_of_several_answers_counts(self):
        self.accepted(lambda query, _: [spf_of(query), spf_of(query), spf_of(query, FORGED)])

    def test_an_answer_after_the_time_is_too_late(self):
        self.expect(lambda query, server: server.later(SECONDS + 0.3, spf_of(query), query.client), "timeout", 3)

    def test_an_answer_to_a_try_given_up_harms_nothing(self):
        def answer(query, server):
            if len(server.asked()) == 1:
                return server.later(0.5, spf_of(query, FORGED), query.client)
            return spf_of(query)
        self.accepted(answer)

    # -- the shape of messages ------------------------------------------------------------------------------
    def test_compression_loops(self):
        def pointer(query, distance):
            return struct.pack("!H", 0xC000 | (12 + len(query.question) + distance))
        self.malformed(lambda query: query.reply(record("TXT", txt(SPF), pointer(query, 0))))
        self.malformed(lambda query: query.reply(record("TXT", txt(SPF), pointer(query, 2) + pointer(query, 0))))
        self.malformed(lambda query: query.reply(record("CNAME", b"\1a" + pointer(query, 12))))
        self.malformed(lambda query: query.reply(record("TXT", txt(SPF), b"\xff\xff")))

    def test_counts_of_65535(self):
        for place in (1, 2, 3):
            counts = [1, 0, 0, 0]
            counts[place] = 65535
            self.malformed(lambda query, counts=counts: query.reply(counts=counts))
        self.malformed(lambda query: query.reply(record("TXT", txt(SPF)), counts=[1, 65535, 65535, 65535]))

    def test_a_question_count_of_65535_is_dropped(self):
        self.accepted(lambda query, _: [query.reply(record("TXT", txt(FORGED)), counts=[65535, 1, 0, 0]),
                                        spf_of(query)])

    def test_cut_and_overlong_records(self):
        whole = record("TXT", txt(SPF))
        self.malformed(lambda query: query.reply(whole[:-3]))
        self.malformed(lambda query: query.reply(record("TXT", txt(SPF), length=65535)))
        self.malformed(lambda query: query.reply(record("TXT", b"\xff" + SPF)))

    def test_data_of_no_length(self):
        for kind in ("TXT", "CNAME"):
            self.malformed(lambda query, kind=kind: query.reply(record(kind, b"")))

    def test_addresses_and_hosts_of_the_wrong_length(self):
        def answer(query, _):
            if query.kind == TYPES["TXT"] and query.name == "example.test":
                return spf_of(query, b"v=spf1 a mx -all")
            return query.reply(record(query.kind, b"\x7f\0\0"))
        with HostileDns(answer) as server:
            outcome = self.verify(server, "--ip", "192.0.2.1", code=3)
        self.assertEqual(outcome.item()["spf"]["result"], "temperror", outcome)
        self.assertIn("malformed answer", outcome.out)

    def test_other_types_and_classes_are_no_answer(self):
        others = [record("A", b"\x7f\0\0\1"), record("MX", b"\0\1" + name("x.test")), record(65280, NASTY),
                  record("TXT", txt(FORGED), record_class=3), record("TXT", txt(FORGED), record_class=255),
                  record("SPF", txt(FORGED)), record("TXT", txt(FORGED), name("other.test"))]
        self.expect(lambda query, _: query.reply(*others), "no data", 1)

    def test_a_thousand_strings(self):
        text = b"v=spf1 " + b"ip4:192.0.2.1 " * 70 + b"-all"
        strings = [bytes([octet]) for octet in text]
        with self.serve(lambda query, _: query.reply(record("TXT", character_strings(*strings)))) as server:
            outcome = self.verify(server)
        self.assertEqual(outcome.item()["spf"]["record"], text.decode(), outcome)

    def test_a_thousand_records(self):
        many = record("TXT", txt(b"x")) * 999 + record("TXT", txt(SPF))
        self.accepted(lambda query, _: query.reply(flags=TRUNCATED), lambda query, client: client.send(
            query.reply(many, counts=[1, 1000, 0, 0])))

    def test_ttls_of_2_31_and_more_are_zero(self):
        for ttl in (0x80000000, 0xFFFFFFFF):
            outcome = self.expect(lambda query, _, ttl=ttl: query.reply(record("TXT", txt(SPF), ttl=ttl)), "found", 0)
            self.assertNotIn(str(ttl), outcome.out)

    def test_negative_answers_without_an_soa(self):
        self.expect(lambda query, _: query.reply(), "no data", 1)
        self.expect(lambda query, _: query.reply(code=3), "NXDOMAIN", 1)
        self.expect(lambda query, _: query.reply(flags=AUTHORITATIVE), "no data", 1)

    def test_damaged_soas(self):
        self.malformed(lambda query: query.reply(authority=[record("SOA", b"\0\0")]))
        self.expect(lambda query, _: query.reply(code=3, authority=[soa(ttl=0xFFFFFFFF)]), "NXDOMAIN", 1)

    # -- aliases --------------------------------------------------------------------------------------------
    def alias(self, owner, target):
        return record("CNAME", name(target), name(owner))

    def chain(self, length):
        hops = ["example.test"] + [f"hop{i}.test" for i in range(1, length + 1)]
        return [self.alias(owner, target) for owner, target in zip(hops, hops[1:])]

    def test_alias_loops_in_one_answer(self):
        self.expect(lambda query, _: query.reply(self.alias("example.test", "example.test")), "CNAME loop", 1)
        self.expect(lambda query, _: query.reply(self.alias("example.test", "a.test"),
                                                 self.alias("a.test", "example.test")), "CNAME loop", 1)

    def test_alias_loops_over_several_answers(self):
        def around(query, _):
            return query.reply(self.alias(query.name, "b.test" if query.name == "example.test" else "example.test"))
        with HostileDns(around) as server:
            outcome = self.verify(server, code=1)
            self.assertLess(len(server.asked()), 30)
        self.assertEqual(outcome.item()["spf"]["status"], "CNAME loop", outcome)

    def test_chains_of_ten_are_followed_and_longer_ones_not(self):
        self.accepted(lambda query, _: query.reply(*self.chain(10), record("TXT", txt(SPF), name("hop10.test"))))
        self.expect(lambda query, _: query.reply(*self.chain(11), record("TXT", txt(SPF), name("hop11.test"))),
                    "CNAME loop", 1)

    def test_a_chain_without_end_over_many_answers(self):
        def on_and_on(query, server):
            return query.reply(self.alias(query.name, f"hop{len(server.asked())}.test"))
        with HostileDns(on_and_on) as server:
            outcome = self.verify(server, code=1)
            self.assertLess(len(server.asked()), 40)
        self.assertEqual(outcome.item()["spf"]["status"], "CNAME loop", outcome)

    # -- codes ----------------------------------------------------------------------------------------------
    def test_every_rcode(self):
        words = {2: ("SERVFAIL", 3), 3: ("NXDOMAIN", 1)}
        for code in range(1, 24):
            with self.subTest(rcode=code):
                status, exit_code = words.get(code, ("REFUSED", 3))
                outcome = self.expect(lambda query, _, code=code: query.reply(
                    code=code & 15, additional=[opt(upper_code=code >> 4)] if code > 15 else []), status, exit_code)
                if code not in (2, 3, 5):
                    self.assertIn(f"RCODE {code}", outcome.out)

    def test_a_server_that_knows_no_edns(self):
        def answer(query, _):
            return query.reply(code=1) if query.has_opt else spf_of(query)
        self.accepted(answer)
        self.accepted(lambda query, _: query.reply(code=1, question=b"") if query.has_opt else spf_of(query))

    def test_a_server_that_knows_another_version_of_edns(self):
        self.expect(lambda query, _: query.reply(additional=[opt(upper_code=1, version=1)]), "REFUSED", 3)

    def test_options_of_edns_that_make_no_sense(self):
        junk = [b"\0\x0f\xff\xff\0\6", b"\0\x0f\0", option(15, b"\0"), option(15, b"\0\6" + NASTY),
                option(15, b"\0\0" + b"x" * 5000), b"".join(option(number, b"x" * 9) for number in range(200))]
        for options in junk:
            outcome = self.expect(lambda query, _, options=options: query.reply(
                code=2, additional=[opt(options=options)]), "SERVFAIL", 3)
            self.assertLess(len(outcome.out), 20_000)
            for form in ("table", "tsv"):
                with self.serve(lambda query, _, options=options: query.reply(
                        code=2, additional=[opt(options=options)])) as server:
                    self.verify(server, form=form, code=3)

    # -- TCP ------------------------------------------------------------------------------------------------
    def truncating(self, talk, status, code, **limits):
        return self.expect(lambda query, _: query.reply(flags=TRUNCATED), status, code, talk, **limits)

    def test_truncation_leads_to_tcp(self):
        self.accepted(lambda query, _: query.reply(record("TXT", txt(FORGED)), flags=TRUNCATED),
                      lambda query, client: client.send(spf_of(query)))

    def test_truncation_over_tcp_too(self):
        self.truncating(lambda query, client: client.send(query.reply(flags=TRUNCATED)), "malformed answer", 3)
        self.truncating(lambda query, client: client.send(
            query.reply(record("TXT", txt(SPF)), flags=TRUNCATED)), "malformed answer", 3)

    def test_tcp_refused(self):
        outcome = self.truncating(None, "timeout", 3)
        self.assertIn("over TCP: connection refused", outcome.out)

    def test_tcp_that_stalls(self):
        self.truncating(lambda query, client: client.hold(), "timeout", 3)

    def test_tcp_of_one_octet_a_second(self):
        self.truncating(lambda query, client: client.drip(spf_of(query)), "timeout", 3)

    def test_tcp_that_closes_early(self):
        self.truncating(lambda query, client: None, "timeout", 3)
        self.truncating(lambda query, client: client.send(spf_of(query)[:-5], length=len(spf_of(query))), "timeout", 3)

    def test_tcp_messages_of_no_length(self):
        self.truncating(lambda query, client: client.send(b""), "malformed answer", 3)
        self.truncating(lambda query, client: client.send(b"\0"), "malformed answer", 3)

    def test_tcp_with_another_id_or_question(self):
        for wrong in ({"identity": 0}, {"question": name("other.test") + b"\0\x10\0\1"}):
            self.truncating(lambda query, client, wrong=wrong: client.send(
                query.reply(record("TXT", txt(FORGED)), **{**wrong, **({"identity": query.id ^ 1}
                                                           if "identity" in wrong else {})})), "malformed answer", 3)

    def test_64_kb_of_every_kind(self):
        fillings = {
            "addresses": (record("A", b"\x7f\0\0\1") * 4000, 4000),
            "aliases": (record("CNAME", b"\x3f" + b"a" * 63 + QUESTION_POINTER) * 800, 800),
            "nothing": (record(0, b"", b"\0") * 5900, 5900),
        }
        for kind, (filling, count) in fillings.items():
            with self.subTest(kind=kind):
                with self.serve(lambda query, _: query.reply(flags=TRUNCATED),
                                lambda query, client, filling=filling, count=count: client.send(
                                    query.reply(filling, counts=[1, count, 0, 0])[:65535])) as server:
                    outcome = self.verify(server)
                self.assertIn(outcome.code, (1, 3), outcome)
                self.assertLess(len(outcome.out), 200_000)

    def test_64_kb_of_text(self):
        for text in (b"v=spf1 " + b"x" * 63_000, b"v=spf1" + b" a:b.example" * 5000, b"v=spf1 " + b"%{" * 30_000,
                     b"v=spf1 " + b"\x1b" * 60_000):
            for form in ("json", "table", "tsv"):
                with self.serve(lambda query, _: query.reply(flags=TRUNCATED),
                                lambda query, client, text=text: client.send(spf_of(query, text))) as server:
                    outcome = self.verify(server, form=form)
                self.assertIn(outcome.code, (1, 3), outcome.err)
                self.assertLess(outcome.seconds, 20)

    # -- what is printed ------------------------------------------------------------------------------------
    def everywhere(self, query, _):
        """Control bytes in texts, in names that aliases and MX records lead to, and in the SOA."""
        odd = name([b"\x1b[31m\x07", b"\x9b\xff\xe2\x80\xae", b"a.b\\\"\n\0", b"test"])
        if query.kind == TYPES["MX"]:
            return query.reply(record("MX", b"\0\1" + odd), record("MX", b"\0\2" + name([NASTY, b"test"])))
        if query.kind == TYPES["PTR"]:
            return query.reply(record("PTR", odd))
        if query.kind == TYPES["TLSA"]:
            return query.reply(record("TLSA", NASTY), record("TLSA", b"\3\1\1" + NASTY))
        if query.kind != TYPES["TXT"]:
            return query.reply(code=3, authority=[soa(odd, primary=odd, mailbox=odd)])
        if query.name == "alias.test":
            return query.reply(record("CNAME", odd))
        if query.name == "loop.test":
            return query.reply(record("CNAME", odd), record("CNAME", QUESTION_POINTER, odd))
        if query.labels[-1].lower() == b"test" and len(query.labels) == 4 and query.labels[0].startswith(b"\x1b"):
            return query.reply(code=3, authority=[soa(odd, primary=odd, mailbox=odd)])
        if query.name.startswith("_dmarc."):
            return query.reply(record("TXT", txt(b"v=DMARC1; p=" + NASTY + b"; rua=mailto:" + NASTY + b"@x.example; x"
                                                 + NASTY + b"=1; fo=" + NASTY)))
        if "_domainkey" in query.name:
            return query.reply(record("TXT", txt(b"v=DKIM1; k=" + NASTY + b"; n=" + NASTY + b"; p=" + NASTY)))
        if query.name == "terms.test":
            return spf_of(query, b"v=spf1 mx a:" + NASTY + b" include:%{" + NASTY + b" exp=x.test x=" + NASTY)
        if query.name == "hosts.test":
            return spf_of(query, b"v=spf1 mx ptr exists:%{h}.test include:alias.test -all exp=text.test")
        if query.name == "text.test":
            return spf_of(query, b"no entry " + NASTY)
        return query.reply(record("TXT", txt(NASTY)), record("TXT", txt(b"v=spf1 " + NASTY)),
                           record("TXT", character_strings(b"", NASTY, b"")))

    def test_bytes_of_every_kind_reach_no_terminal(self):
        domains = ("example.test", "alias.test", "loop.test", "terms.test", "hosts.test")
        with HostileDns(self.everywhere) as server:
            for domain in domains:
                for form in ("json", "jsonl", "table", "tsv", "csv"):
                    for more in ((), ("--ip", "192.0.2.1")):
                        with self.subTest(domain=domain, form=form, more=more):
                            outcome = self.verify(server, "--selector", "s", *more, form=form, domain=domain,
                                                  only="spf,dkim,dmarc,mx,tls-rpt,dane")
                            self.assertIn(outcome.code, (1, 3), outcome)
                            if form == "jsonl":
                                for line in outcome.out.splitlines():
                                    json.loads(line)
                            elif form == "json":
                                self.assertEqual(outcome.item()["domain"], domain)

    def test_an_explanation_is_printed_with_its_bytes_escaped(self):
        def answer(query, _):
            if query.name == "text.test":
                return spf_of(query, b"no entry for %{i}" + NASTY)
            return spf_of(query, b"v=spf1 -all exp=text.test") if query.name == "example.test" else nothing(query)
        with HostileDns(answer) as server:
            for form in ("json", "table", "tsv"):
                self.verify(server, "--ip", "192.0.2.1", form=form, code=1)

    # -- what the answers themselves tell -------------------------------------------------------------------
    def test_a_cname_beside_a_record_is_an_error(self):
        """DNS-06: no server of good manners can be made to serve it."""
        def answer(query, _):
            if query.kind == TYPES["CNAME"] and query.name in ("example.test", "_dmarc.example.test"):
                return query.reply(record("CNAME", name("other.test")))
            if query.kind == TYPES["TXT"] and query.name == "example.test":
                return spf_of(query)
            if query.kind == TYPES["TXT"] and query.name == "_dmarc.example.test":
                return spf_of(query, b"v=DMARC1; p=reject")
            return nothing(query)
        with HostileDns(answer) as server:
            item = self.verify(server, only="spf,dmarc", code=1).item()
            table = self.verify(server, only="spf,dmarc", form="table", code=1).out
            bulk = self.relayctl("verify", "-", "--dns-server", server.address, "--only", "spf,dmarc", "-o", "json",
                                 stdin="example.test\n", code=0).item()
        for part in ("spf", "dmarc"):
            self.assertEqual(item[part]["verdict"], "bad")
            found = [finding for finding in item[part]["findings"] if finding["id"] == "dns-alias-beside-data"]
            self.assertEqual([finding["observed"] for finding in found], ["a CNAME to other.test beside TXT"])
            self.assertNotIn("dns-alias-beside-data", str(bulk[part]), "not worth a question for each of many")
        self.assertEqual(table.count("dns-alias-beside-data"), 2, table)

    def test_the_state_of_dnssec_is_told(self):
        """DNS-14: the server is on this machine, so its AD bit counts."""
        AUTHENTIC = 0x0020

        def answer(query, _):
            if query.kind == TYPES["TXT"] and query.name == "example.test":
                return query.reply(record("TXT", txt(SPF)), flags=AUTHENTIC)
            if query.kind == TYPES["TXT"] and query.name == "_dmarc.example.test":
                return spf_of(query, b"v=DMARC1; p=reject")
            return nothing(query)
        with HostileDns(answer) as server:
            item = self.verify(server, only="spf,dmarc").item()
            table = self.verify(server, only="spf,dmarc", form="table").out
            alone = self.verify(server, form="table").out
        self.assertEqual(item["answers"], [{"name": "example.test", "dnssec": "secure"},
                                           {"name": "_dmarc.example.test", "dnssec": "insecure"}])
        self.assertIn("DNSSEC secure: example.test; insecure (unsigned, or the DNS server does not validate): "
                      "_dmarc.example.test\n", table)
        self.assertIn("DNSSEC secure\n", alone)

    # -- what cannot be guessed -----------------------------------------------------------------------------
    def test_ids_and_case_differ_from_question_to_question(self):
        """50 questions of one run, many of which go out together."""
        includes = b" ".join(b"include:part%d-of-a-policy.example.test" % number for number in range(50))

        def answer(query, _):
            if query.name == "example.test":
                return spf_of(query, b"v=spf1 " + includes + b" -all")
            return spf_of(query)
        with HostileDns(lambda query, _: query.reply(flags=TRUNCATED) if query.name == "example.test"
                        else answer(query, _), lambda query, client: client.send(answer(query, None))) as server:
            self.verify(server)
            asked = [query for query in server.asked(over_tcp=False) if query.name.startswith("part")]
        self.assertGreaterEqual(len(asked), 50)
        self.check_unpredictable([query.id for query in asked], 45)
        patterns = [tuple(letter.isupper() for letter in query.asked if letter.isalpha()) for query in asked]
        self.check_case(patterns)

    def test_ports_differ_from_question_to_question(self):
        """Questions that go out together share a port: here each waits for the answer to the one before."""
        def answer(query, _):
            number = 0 if query.name == "example.test" else int(query.name.removesuffix(".example.test"))
            return spf_of(query, b"v=spf1 include:%d.example.test -all" % (number + 1) if number < 15
                          else b"v=spf1 -all")
        with HostileDns(answer) as server:
            self.verify(server)
            asked = server.asked()
        self.assertGreaterEqual(len(asked), 16)
        # One of 8 ports is drawn for each: three or fewer come out once in 100,000 runs.
        self.assertGreaterEqual(len({query.client[1] for query in asked}), 4)

    def test_ids_and_ports_differ_from_run_to_run(self):
        with self.serve(lambda query, _: spf_of(query)) as server:
            for _ in range(50):
                self.verify(server, code=0)
            asked = [query for query in server.asked() if query.name == "example.test"]
        self.check_unpredictable([query.id for query in asked], 45)
        ports = [query.client[1] for query in asked]
        # Those of one run that go out together share a port.
        self.check_unpredictable([port for port, before in zip(ports, [0, *ports]) if port != before], 40)
        self.assertGreaterEqual(len({query.asked for query in asked}), 40)

    def check_unpredictable(self, numbers, most_different):
        """Many different ones, not counted up, and from the whole range."""
        self.assertGreaterEqual(len(set(numbers)), most_different)
        steps = [after - before for before, after in zip(numbers, numbers[1:])]
        self.assertLess(max(steps.count(step) for step in set(steps)), len(numbers) // 4)
        self.assertGreater(max(numbers) - min(numbers), 5000)

    def check_case(self, patterns):
        """About half of all letters in upper case, and no two names alike."""
        letters = [upper for pattern in patterns for upper in pattern]
        self.assertGreater(sum(letters) / len(letters), 0.4)
        self.assertLess(sum(letters) / len(letters), 0.6)
        self.assertGreaterEqual(len(set(patterns)), len(patterns) - 1)

    # -- noise ----------------------------------------------------------------------------------------------
    def test_random_octets(self):
        """Answers with octets changed at random, the same every time."""
        dice = random.Random(20261123)
        whole = [record("TXT", txt(SPF)), self.alias("example.test", "a.test"), record("A", b"\x7f\0\0\1")]

        def answer(query, _):
            message = bytearray(query.reply(*whole, authority=[soa()], additional=[opt(options=option(15, b"\0\6x"))]))
            for _ in range(dice.randint(1, 6)):
                message[dice.randrange(12 + len(query.question), len(message))] = dice.randrange(256)
            return bytes(message)
        for _ in range(40):
            with HostileDns(answer) as server:
                outcome = self.verify(server, only="spf,dmarc")
            self.assertIn(outcome.code, (0, 1, 3), outcome)


if __name__ == "__main__":
    unittest.main()
