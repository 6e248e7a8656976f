#include "sasl/mechanism.hpp"

#include <random>

#include <doctest/doctest.h>

using sasl::CredentialKind;
using sasl::Credentials;
using sasl::Fault;
using sasl::FaultKind;
using sasl::Mechanism;
using sasl::MechanismId;

namespace {

const Credentials tim{.user = "tim", .secret = base::Secret("tanstaaftanstaaf")};

Credentials token(std::string user, std::string value) {
    return {.user = std::move(user), .secret = base::Secret(std::move(value)), .kind = CredentialKind::token};
}

Mechanism make(MechanismId id, const Credentials& credentials, const sasl::Surroundings& surroundings = {}) {
    return Mechanism::create(id, credentials, surroundings).value();
}

std::string text(const sasl::Step& step) {
    if (const auto* fault = std::get_if<Fault>(&step)) return "fault: " + fault->detail;
    return std::string(std::get<base::Secret>(step).reveal());
}

std::optional<FaultKind> fault_kind(const sasl::Step& step) {
    const auto* fault = std::get_if<Fault>(&step);
    return fault == nullptr ? std::nullopt : std::optional(fault->kind);
}

}  // namespace

TEST_CASE("PLAIN goes as the example of RFC 4616 section 4") {
    auto plain = make(MechanismId::plain, tim);
    CHECK_FALSE(plain.is_complete());
    CHECK(plain.initial_response()->reveal() == std::string_view("\0tim\0tanstaaftanstaaf", 21));
    CHECK(plain.is_complete());
    CHECK_FALSE(plain.is_mutual());
    CHECK(fault_kind(plain.step("")) == FaultKind::malformed);
}

TEST_CASE("CRAM-MD5 goes as the example of RFC 2195 section 2") {
    auto cram = make(MechanismId::cram_md5, tim);
    CHECK_FALSE(cram.initial_response());
    CHECK(text(cram.step("<1896.697170952@postoffice.reston.mci.net>")) ==
          "tim b913a602c7eda7a495b4e6e7334d3890");
    CHECK(cram.is_complete());
    CHECK(fault_kind(cram.step("<again@postoffice.reston.mci.net>")) == FaultKind::malformed);
    CHECK(fault_kind(make(MechanismId::cram_md5, tim).step("")) == FaultKind::malformed);
}

TEST_CASE("[SMTP-SEC-28] LOGIN answers two prompts whatever they say, and no third") {
    for (const std::string_view first : {"Username:", "User Name\0", "Password:", ""}) {
        auto login = make(MechanismId::login, tim);
        CHECK_FALSE(login.initial_response());
        CHECK(text(login.step(first)) == "tim");
        CHECK_FALSE(login.is_complete());
        CHECK(text(login.step("Username:")) == "tanstaaftanstaaf");
        CHECK(login.is_complete());
        CHECK(fault_kind(login.step("Username:")) == FaultKind::malformed);
    }
}

TEST_CASE("OAUTHBEARER goes as the examples of RFC 7628 section 4") {
    sasl::Surroundings surroundings;
    surroundings.host = "server.example.com";
    surroundings.port = 143;
    auto bearer = make(MechanismId::oauthbearer,
                       token("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="), surroundings);
    CHECK(base::encode_base64(bearer.initial_response()->reveal()) ==
          "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdD"
          "RxbVRjMk"
          "52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB");
    CHECK(bearer.is_complete());
}

TEST_CASE("[SMTP-SEC-29] the reason why a token is not taken is read, and answered with 0x01 or nothing") {
    const std::string_view reason =
        R"({"status":"invalid_token","scope":"example_scope","openid-configuration":"https://example.com/.well-known/openid-configuration"})";
    auto bearer = make(MechanismId::oauthbearer, token("user", "ab"));
    CHECK(bearer.initial_response());
    CHECK(text(bearer.step(reason)) == "\x01");
    CHECK_FALSE(bearer.is_complete());
    REQUIRE(bearer.token_error() != nullptr);
    CHECK(bearer.token_error()->status == "invalid_token");
    CHECK(bearer.token_error()->scope == "example_scope");
    CHECK(bearer.token_error()->openid_configuration ==
          "https://example.com/.well-known/openid-configuration");
    CHECK(fault_kind(bearer.step(reason)) == FaultKind::malformed);

    auto xoauth2 = make(MechanismId::xoauth2, token("user", "ab"));
    CHECK(xoauth2.initial_response()->reveal() ==
          "user=user\x01"
          "auth=Bearer ab\x01\x01");
    CHECK(text(xoauth2.step(R"({"status":401,"schemes":"bearer","scope":["mail"]})")).empty());
    CHECK(*xoauth2.token_error() ==
          sasl::TokenError{.status = "401", .scope = {}, .schemes = "bearer", .openid_configuration = {}});
}

TEST_CASE("[SMTP-SEC-29] a reason that is no JSON, or too long, is no reason") {
    CHECK_FALSE(sasl::parse_token_error("not JSON"));
    CHECK_FALSE(sasl::parse_token_error("[1]"));
    CHECK_FALSE(sasl::parse_token_error(""));
    CHECK_FALSE(sasl::parse_token_error(R"({"status":"\xff"})"));
    CHECK_FALSE(sasl::parse_token_error(std::string(4096, '[')));
    CHECK(sasl::parse_token_error(R"({"status":")" + std::string(4083, 'a') + "\"}"));
    CHECK_FALSE(sasl::parse_token_error(R"({"status":")" + std::string(4084, 'a') + "\"}"));
    auto bearer = make(MechanismId::oauthbearer, token("user", "ab"));
    CHECK(bearer.initial_response());
    CHECK(text(bearer.step("\xff\xff")) == "\x01");
    CHECK(*bearer.token_error() == sasl::TokenError{});
}

TEST_CASE("credentials that a mechanism cannot carry are refused without being repeated") {
    const auto refused = [](MechanismId id, const Credentials& credentials) {
        const auto result = Mechanism::create(id, credentials, {});
        return result.has_error() && result.error().kind == base::ErrorKind::usage &&
               result.error().message.find("s3cret") == std::string::npos;
    };
    const auto password = [](std::string user, std::string value) {
        return Credentials{.user = std::move(user), .secret = base::Secret(std::move(value))};
    };
    CHECK(refused(MechanismId::plain, password("", "s3cret")));
    CHECK(refused(MechanismId::plain, password("tim", "")));
    CHECK(refused(MechanismId::plain, password("tim\r\n", "s3cret")));
    CHECK(refused(MechanismId::plain, password(std::string("t\0m", 3), "s3cret")));
    CHECK(refused(MechanismId::plain, password("tim", std::string("s3cret\0", 7))));
    CHECK(refused(MechanismId::plain, password("tim", std::string(sasl::max_secret_octets + 1, 'a'))));
    CHECK(refused(MechanismId::plain, password(std::string(sasl::max_user_octets + 1, 'a'), "s3cret")));
    CHECK(refused(MechanismId::plain, token("tim", "s3cret")));
    CHECK(refused(MechanismId::xoauth2, password("tim", "s3cret")));
    CHECK(refused(MechanismId::xoauth2, token("tim", "s3cret\x01")));
    CHECK(refused(MechanismId::oauthbearer, token("tim", "s3cret\n")));
    CHECK(refused(MechanismId::oauthbearer, token("tim\x01", "s3cret")));
    CHECK(refused(MechanismId::scram_sha_256, password("tim", "s3cret\xff")));
    CHECK(Mechanism::create(MechanismId::scram_sha_256_plus, tim, {}).error().kind == base::ErrorKind::bug);
}

TEST_CASE("OAUTHBEARER escapes commas and equal signs of the user") {
    auto bearer = make(MechanismId::oauthbearer, token("a,b=c", "ab"));
    CHECK(bearer.initial_response()->reveal() ==
          "n,a=a=2Cb=3Dc,\x01"
          "auth=Bearer ab\x01\x01");
}

TEST_CASE("any octets as challenges neither throw nor complete a mechanism that proves the server") {
    std::mt19937 random(5);
    sasl::Surroundings bound;
    bound.binding_type = "tls-exporter";
    bound.binding = base::Bytes(32, 1);
    for (const auto id : sasl::mechanisms()) {
        for (int i = 0; i < 200; ++i) {
            auto mechanism = make(
                id, sasl::credential_kind(id) == CredentialKind::token ? token("tim", "ab") : tim, bound);
            const auto initial = mechanism.initial_response();
            for (int round = 0; round < 4; ++round) {
                std::string challenge(random() % 60, '\0');
                for (auto& c : challenge)
                    c = random() % 2 != 0 ? "r=,si"[random() % 5] : static_cast<char>(random());
                if (fault_kind(mechanism.step(challenge))) break;
            }
            if (mechanism.is_mutual()) CHECK_FALSE(mechanism.is_complete());
        }
    }
}
