#include "dns/update.hpp"

#include <cstdlib>
#include <memory>

#include <doctest/doctest.h>
#include <ldns/ldns.h>
#include <stdbool.h>  // before ldns, which defines bool otherwise

namespace {

constexpr std::uint16_t id = 0x4711;
const base::Time now{std::chrono::seconds(1'800'000'000)};

dns::Name name(const char* text) {
    return dns::Name::parse(text).value();
}

dns::TsigKey key(const char* key_name = "mail.example", const char* secret = "c2VjcmV0") {
    return {.name = name(key_name), .algorithm = "hmac-sha256", .secret = base::Secret(std::string(secret))};
}

dns::TextUpdate addition() {
    return {.zone = name("example.com"),
            .owner = name("s1._domainkey.example.com"),
            .after = dns::Txt{{"v=DKIM1; ", "p=\"\\\x01"}}};
}

struct Free {
    void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
    void operator()(ldns_rdf* data) const { ldns_rdf_deep_free(data); }
};
using Packet = std::unique_ptr<ldns_pkt, Free>;

std::string wire_of(const ldns_pkt* packet) {
    std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    REQUIRE(ldns_pkt2wire(&bytes, packet, &size) == LDNS_STATUS_OK);
    std::string wire(reinterpret_cast<const char*>(bytes), size);
    std::free(bytes);
    return wire;
}

// What a server that has the key makes of an update; `signing` = nullptr: an answer without a signature.
std::string answer_to(const dns::SignedUpdate& update, ldns_pkt_rcode code,
                      const char* signing = "mail.example.", const char* algorithm = "hmac-sha256.",
                      const char* secret = "c2VjcmV0") {
    ldns_pkt* made = ldns_pkt_new();
    const Packet packet(made);
    ldns_pkt_set_id(made, static_cast<std::uint16_t>(static_cast<unsigned char>(update.message[0]) << 8 |
                                                     static_cast<unsigned char>(update.message[1])));
    ldns_pkt_set_qr(made, true);
    ldns_pkt_set_opcode(made, LDNS_PACKET_UPDATE);
    ldns_pkt_set_rcode(made, static_cast<std::uint8_t>(code));
    const std::unique_ptr<ldns_rdf, Free> mac(
        ldns_rdf_new_frm_data(LDNS_RDF_TYPE_INT16_DATA, update.mac.size(), update.mac.data()));
    if (signing != nullptr)
        REQUIRE(ldns_pkt_tsig_sign(made, signing, secret, 300, algorithm, mac.get()) == LDNS_STATUS_OK);
    return wire_of(made);
}

dns::UpdateAnswer decode(const std::string& message, const dns::SignedUpdate& update) {
    return dns::decode_update_answer(message, update, key()).value();
}

base::Error judged(const dns::UpdateAnswer& answer) {
    return dns::judge_update(answer, addition(), key(), now).error();
}

}  // namespace

TEST_CASE("an addition asks for nothing at the name, and is signed with the key") {
    const auto update = dns::encode_update(addition(), id, key());
    ldns_pkt* read = nullptr;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(update.message.data());
    REQUIRE(ldns_wire2pkt(&read, bytes, update.message.size()) == LDNS_STATUS_OK);
    const Packet packet(read);
    CHECK(ldns_pkt_id(read) == id);
    CHECK(ldns_pkt_get_opcode(read) == LDNS_PACKET_UPDATE);
    CHECK_FALSE(ldns_pkt_rd(read));
    CHECK(ldns_update_zocount(read) == 1);
    CHECK(ldns_update_prcount(read) == 2);
    CHECK(ldns_update_upcount(read) == 1);
    CHECK(ldns_pkt_tsig_verify(read, bytes, update.message.size(), "mail.example.", "c2VjcmV0", nullptr));
    CHECK_FALSE(
        ldns_pkt_tsig_verify(read, bytes, update.message.size(), "mail.example.", "c2VjcmV1", nullptr));
}

TEST_CASE("the same for nsupdate") {
    CHECK(dns::nsupdate_lines(addition()) ==
          std::vector<std::string>{
              "zone example.com.", "prereq nxrrset s1._domainkey.example.com. IN TXT",
              "prereq nxrrset s1._domainkey.example.com. IN CNAME",
              R"(update add s1._domainkey.example.com. 3600 IN TXT "v=DKIM1; " "p=\"\\\001")"});
    auto change = addition();
    change.before = {dns::Txt{{"old"}}, dns::Txt{{""}}};
    CHECK(dns::nsupdate_lines(change) ==
          std::vector<std::string>{
              "zone example.com.", R"(prereq yxrrset s1._domainkey.example.com. IN TXT "old")",
              R"(prereq yxrrset s1._domainkey.example.com. IN TXT "")",
              "update delete s1._domainkey.example.com. IN TXT",
              R"(update add s1._domainkey.example.com. 3600 IN TXT "v=DKIM1; " "p=\"\\\001")"});
    change.after = {};
    CHECK(dns::nsupdate_lines(change).size() == 4);
    CHECK(dns::encode_update(change, id, key()).message.size() > 100);
}

TEST_CASE("an answer counts when it is signed with the key, for this update") {
    const auto update = dns::encode_update(addition(), id, key());
    const auto good = decode(answer_to(update, LDNS_RCODE_NOERROR), update);
    CHECK(good.code == 0);
    CHECK(good.is_signed);
    CHECK(dns::judge_update(good, addition(), key(), now).has_value());

    CHECK_FALSE(decode(answer_to(update, LDNS_RCODE_NOERROR, nullptr), update).is_signed);
    CHECK_FALSE(decode(answer_to(update, LDNS_RCODE_NOERROR, "other.example."), update).is_signed);
    CHECK_FALSE(
        decode(answer_to(update, LDNS_RCODE_NOERROR, "mail.example.", "hmac-sha1."), update).is_signed);
    CHECK_FALSE(
        decode(answer_to(update, LDNS_RCODE_NOERROR, "mail.example.", "hmac-sha256.", "c2VjcmV1"), update)
            .is_signed);
    const auto other =
        dns::encode_update({.zone = name("example.net"), .owner = name("a.example.net")}, id, key());
    CHECK_FALSE(decode(answer_to(other, LDNS_RCODE_NOERROR), update).is_signed);
    CHECK(judged({.code = 0, .is_signed = false}).kind == base::ErrorKind::unavailable);
}

TEST_CASE("no octet of a signed answer can be changed") {
    const auto update = dns::encode_update(addition(), id, key());
    const auto message = answer_to(update, LDNS_RCODE_REFUSED);
    for (std::size_t i = 0; i < message.size(); ++i) {
        auto changed = message;
        changed[i] = static_cast<char>(changed[i] ^ 0x01);
        const auto answer = dns::decode_update_answer(changed, update, key());
        CHECK_FALSE((answer.has_value() && answer->is_signed && answer->code == 0));
    }
    for (std::size_t size = 0; size < message.size(); ++size) {
        const auto answer = dns::decode_update_answer(message.substr(0, size), update, key());
        CHECK_FALSE((answer.has_value() && answer->is_signed));
    }
}

TEST_CASE("what is no answer to the update is told apart") {
    const auto update = dns::encode_update(addition(), id, key());
    const auto fault = [&](std::string message) {
        return dns::decode_update_answer(message, update, key()).error().message;
    };
    CHECK(fault("") == "malformed answer: it is shorter than a header");
    CHECK(fault(update.message) == "malformed answer: it is none to an update");
    auto other = answer_to(update, LDNS_RCODE_NOERROR);
    other[1] = static_cast<char>(other[1] ^ 1);
    CHECK(fault(other) == "malformed answer: it is to another question");
    CHECK(fault(update.message.substr(0, 2) + std::string(20, '\xff')) ==
          "malformed answer: it cannot be read");
}

TEST_CASE("refusals, and what they mean for the exit code") {
    using base::ErrorKind;
    CHECK(judged({.code = 5, .is_signed = true}).kind == ErrorKind::refused);
    CHECK(judged({.code = 9, .is_signed = false, .signature_error = 16}).message ==
          "the secret of key mail.example is not the server's (BADSIG)");
    CHECK(judged({.code = 9, .is_signed = false, .signature_error = 17}).kind == ErrorKind::refused);
    CHECK(judged({.code = 9, .is_signed = true}).message.find("(NOTAUTH)") != std::string::npos);
    CHECK(judged({.code = 10, .is_signed = true}).message.find("(NOTZONE)") != std::string::npos);
    CHECK(judged({.code = 4}).message.find("(NOTIMP)") != std::string::npos);
    CHECK(judged({.code = 15}).message.find("RCODE 15") != std::string::npos);
    CHECK(judged({.code = 2}).kind == ErrorKind::unavailable);
    for (const unsigned code : {6U, 7U, 8U})
        CHECK(judged({.code = code, .is_signed = true}).kind == ErrorKind::conflict);
    const dns::UpdateAnswer late{
        .code = 9, .is_signed = true, .signature_error = 18, .server_time = now + std::chrono::hours(2)};
    CHECK(judged(late).message.find("2h behind the server's, which says 2027-01-15T10:00:00Z") !=
          std::string::npos);
    CHECK(judged({.code = 9, .signature_error = 18}).kind == ErrorKind::refused);
}
