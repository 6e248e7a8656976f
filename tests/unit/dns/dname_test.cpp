#include <doctest/doctest.h>

#include "dns/aliases.hpp"
#include "dns/wire.hpp"
#include "packets.hpp"

namespace {

using dns::Status;
using dns::Type;
using test::pointer;
using test::question_offset;
using test::record;
using test::Reply;
using test::text_string;
using test::wire_name;

const dns::Question question{dns::Name::parse("s1._domainkey.example.com").value(), Type::txt};

dns::Chain follow(const Reply& reply) {
    const auto query = dns::encode_query(question, 0x1234, {});
    const auto response = dns::decode_response(test::reply_to(query, reply)).value();
    return dns::follow_aliases(question.name, question, {}, response);
}

}  // namespace

TEST_CASE("a DNAME with the CNAME made from it is followed [DNS-07]") {
    Reply reply{.answers = 3};
    reply.answer =
        record(wire_name("_domainkey.example.com"), Type::dname, 60, wire_name("keys.example.net")) +
        record(pointer(question_offset), Type::cname, 0, wire_name("s1.keys.example.net")) +
        record(wire_name("s1.keys.example.net"), Type::txt, 60, text_string("v=DKIM1; p="));
    const auto chain = follow(reply);
    CHECK(chain.status == Status::found);
    REQUIRE(chain.records.size() == 1);
    CHECK(std::get<dns::Txt>(chain.records[0].data).joined() == "v=DKIM1; p=");
    REQUIRE(chain.aliases.size() == 1);
    CHECK(chain.aliases[0].to_string() == "s1.keys.example.net");
}

TEST_CASE("a DNAME at the end of a chain, or with a signature, does not spoil the answer [DNS-07]") {
    Reply reply{.answers = 4};
    const auto rrsig = static_cast<Type>(46);
    reply.answer =
        record(pointer(question_offset), Type::cname, 60, wire_name("s1.keys.example.net")) +
        record(wire_name("s1.keys.example.net"), Type::txt, 60, text_string("v=DKIM1; p=")) +
        record(wire_name("_domainkey.example.com"), Type::dname, 60, wire_name("keys.example.net")) +
        record(wire_name("_domainkey.example.com"), rrsig, 60, std::string(30, '\x07'));
    CHECK(follow(reply).status == Status::found);
}

TEST_CASE("a DNAME to a name that does not exist is NXDOMAIN with the chain [DNS-07]") {
    Reply reply{.code = 3, .answers = 2, .authority = test::soa(60, 60), .authorities = 1};
    reply.answer = record(wire_name("_domainkey.example.com"), Type::dname, 60, wire_name("gone.example")) +
                   record(pointer(question_offset), Type::cname, 0, wire_name("s1.gone.example"));
    const auto chain = follow(reply);
    CHECK(chain.status == Status::nxdomain);
    CHECK(chain.aliases.size() == 1);
}
