#include "app/probe_login.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "app/probe_dialogue.hpp"
#include "app/probe_login_remedy.hpp"
#include "base/base64.hpp"
#include "base/text.hpp"

namespace app {

namespace {

using finding::Verdict;
using smtp::AuthFailure;
using Steady = std::chrono::steady_clock;

// Reserved by RFC 2606 section 3: nobody's mail goes there, and no server is meant to take any for it.
constexpr std::string_view stranger = "relayctl-probe@example.org";
constexpr std::string_view foreign_recipient = "relayctl-probe@example.com";
constexpr int service_closing = 421;
constexpr std::string_view not_tried = "not tried: the endpoint does not work";

// The secret, and what is left of it in base64 wherever it stands in a text that is encoded.
std::vector<base::Secret> forms_of(const base::Secret& secret) {
    std::vector<base::Secret> forms = {secret};
    constexpr std::array<std::size_t, 3> unsure = {0, 2, 3};  // characters that hold octets before it
    for (std::size_t before = 0; before < unsure.size(); ++before) {
        std::string octets(before, 'x');
        octets += secret.reveal();
        const std::size_t sure = octets.size() * 8 / 6;
        const base::Secret whole(std::move(octets));
        const base::Secret encoded(base::encode_base64(whole.reveal()));
        if (sure > unsure[before])
            forms.emplace_back(std::string(encoded.reveal().substr(unsure[before], sure - unsure[before])));
    }
    return forms;
}

std::string_view id_of_refusal(const smtp::AuthOutcome& outcome) {
    if (const auto& error = outcome.token_error) {
        if (error->status == "401" || error->status == "invalid_token") return "smtp-auth-token-expired";
        if (!error->status.empty()) return "smtp-auth-token-scope";
    }
    const auto text = smtp::read_reply_text(outcome.reply->to_string());
    return text ? smtp::diagnose(*text, smtp::Stage::auth) : "smtp-reply-permanent";
}

std::string_view id_of_failure(const smtp::AuthOutcome& outcome, bool offers_login) {
    switch (*outcome.failure) {
        case AuthFailure::refused:
            return id_of_refusal(outcome);
        case AuthFailure::no_common_mechanism:
            return offers_login ? "smtp-auth-mechanism" : "smtp-auth-not-offered";
        case AuthFailure::not_safe:
            return outcome.reply ? "smtp-auth-challenge-weak" : "smtp-login-not-safe";
        case AuthFailure::server_unproven:
            return "smtp-auth-server-unproven";
        case AuthFailure::protocol:
            return "smtp-auth-protocol";
    }
    return "smtp-auth-protocol";
}

// What was held back for safety's sake was not checked.
Verdict verdict_of(const smtp::AuthOutcome& outcome) {
    if (!outcome.failure) return Verdict::good;
    const bool not_begun = *outcome.failure == AuthFailure::not_safe && !outcome.reply;
    const bool not_now = *outcome.failure == AuthFailure::refused && outcome.reply->is_temporary();
    return not_begun || not_now ? Verdict::unchecked : Verdict::bad;
}

std::string text_of(const Sender& sender) {
    const auto* address = std::get_if<mail::Address>(&sender);
    return address != nullptr ? address->to_string() : std::string();
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// The work of one probe_login().
class LoginProbe {
  public:
    LoginProbe(net::Dialer& dialer, ProbeReport& report, DialogueRequest request)
        : dialer_(dialer),
          report_(report),
          cell_(report.combinations[*dialogue_endpoint(report)]),
          request_(std::move(request)) {}

    net::Task<base::Result<void>> run();

  private:
    net::Task<void> talk(Dialogue& dialogue);
    net::Task<bool> log_in(Dialogue& dialogue);
    net::Task<void> try_paths(Dialogue& dialogue);
    net::Task<bool> try_path(Dialogue& dialogue, std::string command, PathCheck& check, smtp::Stage stage);
    net::Task<void> try_to_relay(Dialogue& dialogue);
    void note_failure(Dialogue& dialogue, const smtp::AuthOutcome& outcome);
    void judge_relaying(Dialogue& dialogue, const smtp::Reply& reply);
    bool needs_utf8() const;
    void name_utf8_addresses();
    LoginAttempt attempt() const {
        return {.report = report_,
                .cell = cell_,
                .user = user_,
                .mechanism_is_chosen = request_.login && request_.login->mechanism};
    }

    net::Dialer& dialer_;
    ProbeReport& report_;
    const Combination& cell_;
    DialogueRequest request_;
    std::string user_ = {};
};

net::Task<base::Result<void>> LoginProbe::run() {
    auto& checks = report_.dialogue;
    if (request_.login) {
        user_ = request_.login->credentials.user;
        checks.login.emplace();
        checks.login->detail = not_tried;
    }
    if (request_.sender) {
        checks.sender.emplace();
        checks.sender->address = text_of(*request_.sender);
        for (const auto& recipient : request_.recipients) {
            PathCheck check;
            check.address = recipient.to_string();
            checks.recipients.push_back(std::move(check));
        }
    }
    if (request_.open_relay) {
        checks.open_relay.emplace();
        checks.open_relay->sender = stranger;
        checks.open_relay->recipient = foreign_recipient;
    }
    if (cell_.verdict != Verdict::good || !report_.address) {
        checks.verdict = report_.verdict;
        co_return base::Result<void>();
    }
    std::optional<base::Error> error;
    const bool only_relaying = request_.open_relay && !request_.login && !request_.sender;
    if (!only_relaying) {
        Dialogue dialogue(dialer_, report_, cell_, request_);
        co_await talk(dialogue);
        co_await dialogue.close();
        error = dialogue.error();
    }
    if (request_.open_relay && !error) {
        Dialogue dialogue(dialer_, report_, cell_, request_);
        co_await try_to_relay(dialogue);
        co_await dialogue.close();
        error = dialogue.error();
    }
    report_.verdict = finding::worse(report_.verdict, checks.verdict);
    if (error) co_return std::move(*error);
    co_return base::Result<void>();
}

net::Task<void> LoginProbe::talk(Dialogue& dialogue) {
    const bool opened = co_await dialogue.open();
    if (!opened) {
        if (report_.dialogue.login) report_.dialogue.login->detail = "not tried: the connection failed";
        co_return;
    }
    bool goes_on = true;
    if (request_.login) goes_on = co_await log_in(dialogue);
    if (goes_on && request_.sender) co_await try_paths(dialogue);
}

net::Task<bool> LoginProbe::log_in(Dialogue& dialogue) {
    smtp::Login login = *request_.login;
    auto forms = forms_of(login.credentials.secret);
    login.host = report_.target.host.to_string();
    login.port = cell_.endpoint.port;
    // open() has seen to it that an unverified certificate is one that the relay is set to accept.
    if (dialogue.session().has_tls())
        login.cleartext = report_.target.verification == relay::Verification::off ? smtp::Cleartext::allowed
                                                                                  : smtp::Cleartext::refused;
    const auto start = Steady::now();
    const auto outcome = co_await smtp::authenticate(dialogue.session(), std::move(login));
    dialogue.keep_secret(std::move(forms));
    auto& check = *report_.dialogue.login;
    check.time = std::chrono::duration_cast<Milliseconds>(Steady::now() - start);
    if (!outcome) {
        check.detail = dialogue.hide(outcome.error().message);
        dialogue.fail(outcome.error());
        co_return false;
    }
    check.accepted = outcome->accepted();
    check.detail = dialogue.hide(outcome->detail);
    if (outcome->mechanism) check.mechanism = sasl::to_string(*outcome->mechanism);
    if (outcome->reply) check.reply = dialogue.hide(outcome->reply->to_string());
    if (outcome->failure) note_failure(dialogue, *outcome);
    co_return check.accepted;
}

void LoginProbe::note_failure(Dialogue& dialogue, const smtp::AuthOutcome& outcome) {
    const auto& capabilities = dialogue.session().capabilities();
    const auto id = id_of_failure(outcome, capabilities && !capabilities->auth.empty());
    std::string observed =
        outcome.failure == AuthFailure::refused ? outcome.reply->to_string() : outcome.detail;
    if (outcome.mechanism) observed = fmt::format("{}: {}", sasl::to_string(*outcome.mechanism), observed);
    if (outcome.token_error && !outcome.token_error->status.empty()) {
        observed += ", status " + outcome.token_error->status;
        if (!outcome.token_error->scope.empty()) observed += ", scope " + outcome.token_error->scope;
    }
    report_.dialogue.login->finding = id;
    if (outcome.failure == AuthFailure::refused && outcome.reply->is_permanent())
        report_.dialogue.refused = true;
    dialogue.add(id, std::move(observed), verdict_of(outcome), remedy_of_login(attempt(), outcome));
}

bool LoginProbe::needs_utf8() const {
    return !is_ascii(text_of(*request_.sender)) ||
           std::any_of(request_.recipients.begin(), request_.recipients.end(),
                       [](const mail::Address& address) { return !is_ascii(address.local_part()); });
}

void LoginProbe::name_utf8_addresses() {
    constexpr const char* id = "smtp-utf8-not-offered";
    auto& report = report_.dialogue;
    if (!is_ascii(text_of(*request_.sender))) report.sender->finding = id;
    for (std::size_t i = 0; i < report.recipients.size(); ++i)
        if (!is_ascii(request_.recipients[i].local_part())) report.recipients[i].finding = id;
}

// RFC 5321 section 3.3, as far as RSET.
net::Task<void> LoginProbe::try_paths(Dialogue& dialogue) {
    auto& report = report_.dialogue;
    std::string mail = fmt::format("MAIL FROM:<{}>", report.sender->address);
    if (needs_utf8()) {
        // RFC 6531 section 3.2: to a server without the extension such an address is not said at all.
        const auto& capabilities = dialogue.session().capabilities();
        if (!capabilities || !capabilities->has("SMTPUTF8")) {
            name_utf8_addresses();
            dialogue.add("smtp-utf8-not-offered", "no SMTPUTF8 among its keywords", Verdict::bad);
            co_return;
        }
        mail += " SMTPUTF8";
    }
    bool goes_on = co_await try_path(dialogue, std::move(mail), *report.sender, smtp::Stage::mail);
    for (auto& recipient : report.recipients) {
        if (!goes_on || !report.sender->accepted) break;
        std::string rcpt = fmt::format("RCPT TO:<{}>", recipient.address);
        goes_on = co_await try_path(dialogue, std::move(rcpt), recipient, smtp::Stage::rcpt);
    }
    const std::string reset = "RSET";
    if (goes_on) co_await dialogue.say(reset);
}

// false = the connection has ended: it was lost, or the server said 421 (RFC 5321 section 3.8).
net::Task<bool> LoginProbe::try_path(Dialogue& dialogue, std::string command, PathCheck& check,
                                     smtp::Stage stage) {
    const std::string shown = command;
    const auto reply = co_await dialogue.say(std::move(command));
    if (!reply) co_return false;
    check.accepted = reply->is_positive();
    check.reply = dialogue.hide(reply->to_string());
    if (check.accepted) co_return true;
    const auto text = smtp::read_reply_text(reply->to_string());
    const std::string_view id = text ? smtp::diagnose(*text, stage) : "smtp-reply-permanent";
    check.finding = id;
    report_.dialogue.refused = report_.dialogue.refused || reply->is_permanent();
    dialogue.add(id, fmt::format("{}: {}", shown, reply->to_string()),
                 reply->is_temporary() ? Verdict::unchecked : Verdict::bad, remedy_of_path(attempt(), check));
    co_return reply->code != service_closing;
}

net::Task<void> LoginProbe::try_to_relay(Dialogue& dialogue) {
    const bool opened = co_await dialogue.open();
    if (!opened) co_return;
    std::string mail = fmt::format("MAIL FROM:<{}>", stranger);
    auto reply = co_await dialogue.say(std::move(mail));
    if (reply && reply->is_positive()) {
        std::string rcpt = fmt::format("RCPT TO:<{}>", foreign_recipient);
        reply = co_await dialogue.say(std::move(rcpt));
    }
    if (!reply) co_return;
    judge_relaying(dialogue, *reply);
    const std::string reset = "RSET";
    co_await dialogue.say(reset);
}

void LoginProbe::judge_relaying(Dialogue& dialogue, const smtp::Reply& reply) {
    auto& check = *report_.dialogue.open_relay;
    check.reply = reply.to_string();
    std::string observed =
        fmt::format("{} to {} without a login: {}", stranger, foreign_recipient, check.reply);
    if (reply.is_positive()) {
        check.open = true;
        check.finding = "smtp-open-relay";
        dialogue.add(check.finding, std::move(observed), Verdict::bad);
    } else if (reply.is_permanent()) {
        check.open = false;
        check.finding = "smtp-open-relay-refused";
        dialogue.add(check.finding, std::move(observed), Verdict::good);
    } else {
        check.finding = "smtp-open-relay-unchecked";
        dialogue.add(check.finding, std::move(observed), Verdict::unchecked);
    }
}

}  // namespace

std::optional<std::size_t> dialogue_endpoint(const ProbeReport& report) {
    if (report.configured) return report.configured;
    if (report.combinations.size() == 1) return 0;
    return std::nullopt;
}

net::Task<base::Result<void>> probe_login(ProbeServices services, ProbeReport& report,
                                          DialogueRequest request) {
    LoginProbe probe(services.dialer, report, std::move(request));
    co_return co_await probe.run();
}

}  // namespace app
