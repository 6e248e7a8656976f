// A session over TLS that is ready for a login, and whom it logs in.
#pragma once

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "smtp/auth.hpp"
#include "support/fake_stream.hpp"

namespace login_test {

using net::run;
using sasl::MechanismId;
using smtp::AuthFailure;
using smtp::AuthOutcome;
using smtp::Cleartext;
using smtp::Login;

inline const std::string password = "s3cret-tanstaaf";
inline const std::string nonce = "rOprNGfwEbeRWgbNEkqO";

inline std::string base64(std::string_view text) {
    return base::encode_base64(text);
}

// A session over TLS that has said EHLO, and what its trace showed.
struct Scene {
    explicit Scene(const std::string& offered, net::TlsInfo tls = test::Dialogue::good_tls()) {
        dialogue->client("EHLO a.example\r\n")
            .server("250-mail\r\n250 STARTTLS\r\n")
            .client("STARTTLS\r\n")
            .server("220 go\r\n")
            .tls(std::move(tls))
            .client("EHLO a.example\r\n")
            .server("250-mail\r\n250 AUTH " + offered + "\r\n");
    }

    // Plays the script up to the login, then the login.
    base::Result<AuthOutcome> login(Login login) {
        session.set_trace([this](smtp::Direction direction, std::string_view line) {
            trace += direction == smtp::Direction::sent ? "C: " : "S: ";
            trace.append(line).append("\n");
        });
        return run(whole(session, std::move(login)));
    }

    static net::Task<base::Result<AuthOutcome>> whole(smtp::Session& session, Login login) {
        const std::string name = "a.example";
        net::TlsOptions options;
        options.server_name = "mail.example";
        CO_TRY(const auto before, co_await session.ehlo(name));
        CO_TRY(const auto info, co_await session.start_tls(options));
        CO_TRY(const auto after, co_await session.ehlo(name));
        co_return co_await smtp::authenticate(session, std::move(login));
    }

    // What the trace showed of the login itself.
    std::string login_trace() const {
        const auto at = trace.find("C: AUTH");
        return at == std::string::npos ? "" : trace.substr(at);
    }

    std::shared_ptr<test::Dialogue> dialogue = std::make_shared<test::Dialogue>();
    test::FakeStream stream{dialogue};
    smtp::Session session{stream};
    std::string trace;
};

inline Login tim(std::optional<MechanismId> mechanism = {}) {
    Login login;
    login.credentials.user = "tim";
    login.credentials.secret = base::Secret(password);
    login.mechanism = mechanism;
    login.nonce = nonce;
    return login;
}

inline Login token(MechanismId mechanism, std::string value) {
    Login login = tim(mechanism);
    login.credentials.secret = base::Secret(std::move(value));
    login.credentials.kind = sasl::CredentialKind::token;
    return login;
}

inline net::TlsInfo bound_tls() {
    auto info = test::Dialogue::good_tls();
    info.binding_type = "tls-exporter";
    for (std::uint8_t i = 0; i < 32; ++i)
        info.binding.push_back(i);
    return info;
}

inline const std::string plain_line = "AUTH PLAIN " + base64(std::string("\0tim\0", 5) + password) + "\r\n";
inline const std::string server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
inline const std::string client_final =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

inline Login pencil() {
    Login login = tim();
    login.credentials.user = "user";
    login.credentials.secret = base::Secret("pencil");
    return login;
}

inline void begin_scram(test::Dialogue& dialogue) {
    dialogue.client("AUTH SCRAM-SHA-256 " + base64("n,,n=user,r=" + nonce) + "\r\n")
        .server("334 " + base64(server_first) + "\r\n")
        .client(base64(client_final) + "\r\n");
}

}  // namespace login_test
