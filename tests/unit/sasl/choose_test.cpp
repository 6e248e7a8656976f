#include "sasl/choose.hpp"

#include <doctest/doctest.h>

using sasl::Binding;
using sasl::CredentialKind;
using sasl::MechanismId;
using Names = std::vector<std::string>;

namespace {

const Names everything = {"ANONYMOUS",
                          "NTLM",
                          "DIGEST-MD5",
                          "GSSAPI",
                          "CRAM-MD5",
                          "LOGIN",
                          "PLAIN",
                          "XOAUTH2",
                          "OAUTHBEARER",
                          "SCRAM-SHA-1",
                          "SCRAM-SHA-1-PLUS",
                          "SCRAM-SHA-256",
                          "SCRAM-SHA-256-PLUS"};

// What is chosen when the server leaves out the best one after another.
std::vector<MechanismId> order(const sasl::Wish& wish) {
    Names offered = everything;
    std::vector<MechanismId> result;
    while (const auto id = sasl::choose(offered, wish)) {
        result.push_back(*id);
        std::erase(offered, std::string(to_string(*id)));
    }
    return result;
}

}  // namespace

TEST_CASE("[SMTP-SEC-05] the order of mechanisms, and never NTLM, DIGEST-MD5 or ANONYMOUS") {
    CHECK(order({.binding = Binding::available}) ==
          std::vector{MechanismId::scram_sha_256_plus, MechanismId::scram_sha_256,
                      MechanismId::scram_sha_1_plus, MechanismId::scram_sha_1, MechanismId::plain,
                      MechanismId::login, MechanismId::cram_md5});
    CHECK(order({.kind = CredentialKind::token}) ==
          std::vector{MechanismId::oauthbearer, MechanismId::xoauth2});
    CHECK_FALSE(sasl::choose({"ANONYMOUS", "NTLM", "DIGEST-MD5"}, {}));
    CHECK_FALSE(sasl::choose({}, {}));
}

TEST_CASE("[SMTP-SEC-07] -PLUS is taken only where the channel can be bound") {
    CHECK(sasl::choose(everything, {}) == MechanismId::scram_sha_256);
    CHECK_FALSE(sasl::choose({"SCRAM-SHA-256-PLUS"}, {}));
    CHECK(sasl::offers_binding({"PLAIN", "scram-sha-256-plus"}));
    CHECK_FALSE(sasl::offers_binding({"SCRAM-SHA-256", "-PLUS"}));
}

TEST_CASE("[SMTP-SEC-05] a mechanism that was asked for is taken or nothing is") {
    CHECK(sasl::choose(everything, {.mechanism = MechanismId::login}) == MechanismId::login);
    CHECK_FALSE(sasl::choose({"PLAIN", "LOGIN"}, {.mechanism = MechanismId::scram_sha_256}));
    CHECK_FALSE(sasl::choose(everything, {.kind = CredentialKind::token, .mechanism = MechanismId::plain}));
}

TEST_CASE("names of mechanisms are read as they are written, in any case") {
    for (const auto id : sasl::mechanisms())
        CHECK(sasl::parse_mechanism(to_string(id)) == id);
    CHECK(sasl::parse_mechanism("cram-md5") == MechanismId::cram_md5);
    CHECK_FALSE(sasl::parse_mechanism("NTLM"));
    CHECK_FALSE(sasl::parse_mechanism(""));
}
