// Logins at the lab's Postfix and Dovecot, with every mechanism that they have.
#include <cstdlib>
#include <fstream>
#include <map>

#include <doctest/doctest.h>

#include "net/dialer.hpp"
#include "net/run.hpp"
#include "smtp/auth.hpp"

using sasl::MechanismId;
using smtp::AuthFailure;
using smtp::AuthOutcome;
using smtp::Login;

namespace {

using namespace std::chrono_literals;

// The file env of the lab that LAB names: NAME=value, in quotes where a shell needs them.
const std::map<std::string, std::string>& lab() {
    static const auto values = [] {
        const char* directory = std::getenv("LAB");
        REQUIRE_MESSAGE(directory != nullptr, "LAB names no lab");
        std::ifstream file(std::string(directory) + "/env");
        REQUIRE(file.good());
        std::map<std::string, std::string> read;
        for (std::string line; std::getline(file, line);) {
            const auto equals = line.find('=');
            std::string value = line.substr(equals + 1);
            std::erase(value, '\'');
            read[line.substr(0, equals)] = value;
        }
        return read;
    }();
    return values;
}

struct Route {
    std::uint8_t host = 1;  // the last octet of its address; 24 offers logins in clear
    std::string port = "LAB_PORT_587";
    enum class Security : std::uint8_t { clear, starttls, implicit } security = Security::starttls;
};

struct Logged {
    AuthOutcome outcome;
    std::string trace;
    int relay_code = 0;  // of a recipient elsewhere, which only a login makes possible
};

net::Task<base::Result<Logged>> log_in(Route route, Login login) {
    const std::string number = lab().at(route.port);
    net::Endpoint endpoint;
    endpoint.address =
        base::IpAddress::parse(lab().at("LAB_NETWORK") + "." + std::to_string(route.host)).value();
    endpoint.port = static_cast<std::uint16_t>(std::stoi(number));
    net::TcpDialer dialer;
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    CO_TRY(const auto stream, co_await dialer.connect(endpoint, deadline));
    Logged logged;
    smtp::Session session(*stream);
    session.set_deadline(deadline);
    session.set_trace(
        [&logged](smtp::Direction, std::string_view line) { logged.trace.append(line).append("\n"); });
    net::TlsOptions options;
    options.server_name = lab().at("LAB_HOST");
    options.ca_file = lab().at("LAB_CA");
    const std::string name = "client.example";
    if (route.security == Route::Security::implicit) {
        CO_TRY(const auto info, co_await session.start_implicit_tls(options));
    }
    CO_TRY(const auto greeting, co_await session.read_greeting());
    CO_TRY(const auto first, co_await session.ehlo(name));
    if (route.security == Route::Security::starttls) {
        CO_TRY(const auto info, co_await session.start_tls(options));
        CO_TRY(const auto second, co_await session.ehlo(name));
    }
    CO_TRY(logged.outcome, co_await smtp::authenticate(session, std::move(login)));
    const std::string mail = "MAIL FROM:<>";
    const std::string recipient = "RCPT TO:<someone@elsewhere.example>";
    CO_TRY(const auto sender, co_await session.command(mail));
    CO_TRY(const auto reply, co_await session.command(recipient));
    logged.relay_code = reply.code;
    co_await session.quit();
    co_return logged;
}

Login alice(std::optional<MechanismId> mechanism = {}) {
    Login login;
    const bool is_token = mechanism && sasl::credential_kind(*mechanism) == sasl::CredentialKind::token;
    login.credentials.user = lab().at("LAB_USER");
    login.credentials.secret = base::Secret(lab().at(is_token ? "LAB_TOKEN" : "LAB_PASSWORD"));
    if (is_token) login.credentials.kind = sasl::CredentialKind::token;
    login.mechanism = mechanism;
    return login;
}

const std::vector<MechanismId> of_dovecot = {
    MechanismId::scram_sha_256, MechanismId::scram_sha_1, MechanismId::plain,      MechanismId::login,
    MechanismId::cram_md5,      MechanismId::xoauth2,     MechanismId::oauthbearer};

bool shows(const Logged& logged, std::string_view secret) {
    return logged.trace.find(secret) != std::string::npos ||
           logged.trace.find(base::encode_base64(secret)) != std::string::npos;
}

}  // namespace

TEST_CASE("every mechanism logs in at Dovecot, and no trace has the secret") {
    for (const auto id : of_dovecot) {
        CAPTURE(to_string(id));
        const auto login = alice(id);
        const auto logged = net::run(log_in({}, login));
        REQUIRE_MESSAGE(logged.has_value(), logged.error().message);
        CHECK_MESSAGE(logged->outcome.accepted(), logged->outcome.detail);
        CHECK(logged->outcome.mechanism == id);
        CHECK(logged->outcome.reply->code == 235);
        CHECK(logged->relay_code == 250);
        CHECK_FALSE(shows(*logged, login.credentials.secret.reveal()));
    }
}

TEST_CASE("[SMTP-SEC-05] the best mechanism is taken unasked, with implicit TLS too") {
    Route route;
    route.port = "LAB_PORT_465";
    route.security = Route::Security::implicit;
    const auto logged = net::run(log_in(route, alice()));
    REQUIRE_MESSAGE(logged.has_value(), logged.error().message);
    CHECK(logged->outcome.accepted());
    CHECK(logged->outcome.mechanism == MechanismId::scram_sha_256);
}

TEST_CASE("a password beyond ASCII is hashed as Dovecot hashes it") {
    for (const auto id : {MechanismId::scram_sha_256, MechanismId::plain, MechanismId::cram_md5}) {
        auto login = alice(id);
        login.credentials.user = "bob@relay.test";
        login.credentials.secret = base::Secret("p\xc3\xa4ssw\xc3\xb6rd with space");
        const auto logged = net::run(log_in({}, login));
        REQUIRE(logged.has_value());
        CHECK_MESSAGE(logged->outcome.accepted(), logged->outcome.detail);
    }
}

TEST_CASE("a wrong password or token is refused in every mechanism") {
    for (const auto id : of_dovecot) {
        CAPTURE(to_string(id));
        auto login = alice(id);
        login.credentials.secret = base::Secret("not-the-right-one");
        const auto logged = net::run(log_in({}, login));
        REQUIRE_MESSAGE(logged.has_value(), logged.error().message);
        CHECK(logged->outcome.failure == AuthFailure::refused);
        CHECK(logged->outcome.reply->code == 535);
        CHECK(logged->outcome.token_error.has_value() ==
              (sasl::credential_kind(id) == sasl::CredentialKind::token));
        if (logged->outcome.token_error) CHECK_FALSE(logged->outcome.token_error->status.empty());
        CHECK(logged->relay_code == 554);
        CHECK_FALSE(shows(*logged, "not-the-right-one"));
    }
}

TEST_CASE("[SMTP-SEC-04] a server that takes logins in clear gets none unasked") {
    Route route;
    route.host = 24;
    route.security = Route::Security::clear;
    const auto refused = net::run(log_in(route, alice(MechanismId::plain)));
    REQUIRE_MESSAGE(refused.has_value(), refused.error().message);
    CHECK(refused->outcome.failure == AuthFailure::not_safe);
    CHECK(refused->trace.find("AUTH PLAIN ***") == std::string::npos);
    auto login = alice(MechanismId::plain);
    login.cleartext = smtp::Cleartext::allowed;
    CHECK(net::run(log_in(route, login))->outcome.accepted());
}
