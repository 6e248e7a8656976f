#include "cli/commands/send_run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/password_command.hpp"
#include "net/run_each.hpp"

namespace cli {

namespace {

using relay::RouteStep;

base::Error not_now(std::string message, std::string hint) {
    return {.kind = base::ErrorKind::unavailable, .message = std::move(message), .hint = std::move(hint)};
}

// Another process may delete a relay while the DNS is asked.
base::Result<relay::Relay> relay_of(relay::RelayId id, relay::Store& store) {
    TRY(const auto relays, store.relays());
    const auto found =
        std::find_if(relays.begin(), relays.end(), [&](const auto& relay) { return relay.id == id; });
    if (found == relays.end()) return not_now("a relay of the route was deleted meanwhile", "send again");
    return *found;
}

std::string_view reason_of(RouteStep step) {
    if (step == RouteStep::limit_reached) return "its daily limit is reached";
    if (step == RouteStep::too_many) return "it may not carry so many recipients in a day";
    if (step == RouteStep::unaligned) return "DMARC would fail there";
    return step == RouteStep::tripped ? "it is out of use until tomorrow after failures" : "it is disabled";
}

bool has_step(const std::vector<relay::Candidate>& route, RouteStep step) {
    return std::any_of(route.begin(), route.end(), [=](const auto& each) { return each.step == step; });
}

// No relay has room for so many recipients on another day either.
bool is_for_ever(const std::vector<relay::Candidate>& route) {
    return has_step(route, RouteStep::too_many) && !has_step(route, RouteStep::limit_reached) &&
           !has_step(route, RouteStep::tripped);
}

}  // namespace

void SendTools::notice_once(const std::string& text) {
    constexpr std::size_t most_noticed = 10'000;
    if (noticed_.size() < most_noticed && noticed_.insert(text).second) context.console().notice(text);
}

void SendTools::warn_of_limit(const app::Reservation& reservation) {
    const auto& [relay, day, recipients, today, nears_limit] = reservation;
    if (silent_ ? !nears_limit : !relay::is_near_limit(relay, today)) return;
    if (!warned_.insert(relay.id).second) return;
    context.console().notice(fmt::format("warning: {} of the {} {} that {} may carry today are used",
                                         relay::used(relay, today), *relay.daily_limit,
                                         relay::to_string(relay.limit_unit), relay.name));
}

app::ReservationWish SendRun::wish() const {
    app::ReservationWish wish{.sender_domain = message_.submission().author.domain()};
    wish.type = request_.type;
    wish.recipients = request_.recipients.size();
    if (request_.relay) wish.only = request_.relay->id;
    wish.over = request_.over;
    wish.passed_over = unwanted_;
    return wish;
}

NotTaken SendRun::too_many(relay::RelayId id) const {
    NotTaken untaken{.result = relay::LogResult::refused, .at_limit = true};
    const auto relay = relay_of(id, store_);
    if (relay.has_error()) {
        untaken.why = relay.error();
        return untaken;
    }
    untaken.relay = relay->name;
    untaken.why = {
        .kind = base::ErrorKind::refused,
        .message = fmt::format("the message has {} recipients, and relay {} may carry {} in a whole day",
                               request_.recipients.size(), relay->name, relay->daily_limit.value_or(0)),
        .hint = fmt::format("send it in parts, or relayctl edit {} --daily-limit N", relay->name)};
    return untaken;
}

NotTaken SendRun::at_limit(std::string relay, relay::OverLimit over) const {
    const bool is_refused = over == relay::OverLimit::reject;
    NotTaken untaken{.result = is_refused ? relay::LogResult::refused : relay::LogResult::deferred,
                     .relay = std::move(relay),
                     .at_limit = true};
    untaken.why = {
        .kind = is_refused ? base::ErrorKind::refused : base::ErrorKind::unavailable,
        .message =
            is_refused
                ? fmt::format("the daily limit of {} is reached, and the message is refused", untaken.relay)
                : fmt::format("the daily limit of {} is reached, and the message is put off", untaken.relay),
        .hint = fmt::format("relayctl quota {}", untaken.relay)};
    return untaken;
}

NotTaken SendRun::stopped(const app::LimitStop& stop) const {
    if (stop.step == RouteStep::too_many && stop.over == relay::OverLimit::reject)
        return too_many(stop.relay);
    auto relay = relay_of(stop.relay, store_);
    if (relay.has_error()) return {.why = std::move(relay).error()};
    return at_limit(relay->name, stop.over);
}

NotTaken SendRun::nobody(const app::ReservedRoute& reserved) const {
    const auto& route = reserved.route;
    const auto& domain = message_.submission().author.domain().ascii();
    const auto hint =
        fmt::format("relayctl route --from {} --mail-type {}", domain, relay::to_string(request_.type));
    if (reserved.stop) return stopped(*reserved.stop);
    if (why_unaligned_ && !is_for_ever(route)) return {.why = *why_unaligned_};
    if (is_for_ever(route)) {
        const auto first = std::find_if(route.begin(), route.end(), [](const auto& candidate) {
            return candidate.step == RouteStep::too_many;
        });
        return too_many(first->relay);
    }
    if (app::find_limited(route) != nullptr && request_.relay)
        return at_limit(request_.relay->name, relay::OverLimit::defer);
    if (app::find_limited(route) != nullptr)
        return {.at_limit = true,
                .why = not_now("the daily limit is reached, and no other relay takes the message",
                               "relayctl quota")};
    if (has_step(route, RouteStep::tripped))
        return {.why = not_now("the relay is out of use until tomorrow after failures", hint)};
    if (request_.relay)
        return {.why = {.kind = base::ErrorKind::not_found,
                        .message = fmt::format("relay {} is disabled", request_.relay->name),
                        .hint = fmt::format("relayctl enable {}", request_.relay->name)}};
    return {.why = {.kind = base::ErrorKind::not_found,
                    .message = fmt::format("no relay takes {} mail from {}", relay::to_string(request_.type),
                                           domain),
                    .hint = hint}};
}

// A message that no relay takes has its line too. It names no relay that was not tried, but the one whose
// limit has decided.
void SendRun::log_untaken(const NotTaken& untaken) {
    relay::LogEntry entry{.at = context_.clock().now(),
                          .relay = untaken.relay,
                          .from_domain = message_.submission().author.domain(),
                          .type = request_.type};
    entry.recipients = request_.recipients.size();
    entry.result = untaken.result;
    entry.reply = "not sent: " + base::printable(untaken.why.message);
    if (const auto logged = app::append_log(store_, entry); logged.has_error())
        context_.console().notice("relayctl: that the message is not sent is not logged: " +
                                  logged.error().message);
}

// A key that may not sign, a password that is not there.
void SendRun::log_unsent(const relay::Relay& relay, const base::Error& why) {
    if (why.kind == base::ErrorKind::interrupted) return;
    NotTaken untaken;
    untaken.relay = relay.name;
    untaken.why = why;
    log_untaken(untaken);
}

net::Task<base::Result<bool>> SendRun::may_take(dns::Resolver& resolver,
                                                std::vector<relay::Candidate> route) {
    const auto* first = app::find_first_choice(route);
    if (first == nullptr || request_.allow_unaligned || request_.relay) co_return true;
    CO_TRY(const auto better, relay_of(first->relay, store_));
    CO_TRY(const auto taken, relay_of(relay::taken(route)->relay, store_));
    const auto& author = message_.submission().author;
    CO_TRY(const auto forecast,
           co_await tools_.guard.judge(resolver, better, taken, author, request_.sender));
    const bool is_interrupted = co_await net::is_cancelled();
    if (is_interrupted)
        co_return base::Error{.kind = base::ErrorKind::interrupted, .message = "interrupted", .hint = {}};
    if (forecast.verdict == finding::Verdict::good) co_return true;
    const auto& domain = author.domain().ascii();
    if (forecast.verdict == finding::Verdict::unchecked) {
        const auto unknown = forecast.first_is_known ? "the fallback " + taken.name : better.name;
        tools_.notice_once(
            fmt::format("warning: it is not known whether mail from {} passes DMARC through {}: {}", domain,
                        unknown, forecast.reason));
        co_return true;
    }
    const auto why =
        fmt::format("mail from {} passes DMARC through {} and would fail through its fallback {}: {}", domain,
                    better.name, taken.name, forecast.reason);
    const bool is_off = first->step == RouteStep::disabled;
    why_unaligned_ = not_now(
        why, is_off ? fmt::format("relayctl enable {}, or give --allow-unaligned-fallback", better.name)
                    : "mend that, send again tomorrow, or give --allow-unaligned-fallback");
    tools_.notice_once("relayctl: " + why);
    tools_.notice_once(fmt::format("  hint: relayctl predict {} --from {}", taken.name, domain));
    unwanted_.insert_or_assign(taken.id, RouteStep::unaligned);
    co_return false;
}

base::Result<SignedMail> SendRun::prepare(const relay::Relay& relay) {
    const auto& submission = message_.submission();
    SignedMail mail;
    auto& envelope = mail.envelope;
    TRY(envelope.sender, app::reverse_path(store_, relay, submission.author, request_.sender));
    envelope.recipients = request_.recipients;
    envelope.has_eight_bit = message_.has_eight_bit();
    envelope.dsn = request_.dsn;
    const auto is_other = [](char c) { return static_cast<unsigned char>(c) > 127; };
    const auto has_other = [&](const mail::Address& address) {
        return std::any_of(address.local_part().begin(), address.local_part().end(), is_other);
    };
    envelope.needs_smtputf8 = submission.needs_smtputf8 || (envelope.sender && has_other(*envelope.sender)) ||
                              std::any_of(request_.recipients.begin(), request_.recipients.end(), has_other);
    if (relay.dkim_selector) {
        const auto now = context_.clock().now();
        TRY(const auto* signer, tools_.signers.find(relay, submission.author.domain(), now));
        mail.signatures = signer->names;
        TRY(mail.fields, message_.sign(signer->signer, now));
    }
    envelope.octets = mail.fields.size() + message_.octets();
    return mail;
}

base::Result<std::optional<base::Secret>> SendRun::password(const relay::Relay& relay) {
    if (!relay.login) return std::optional<base::Secret>();
    if (relay.login->source == relay::PasswordSource::command) {
        TRY(auto secret, run_password_command(relay.login->command));
        return std::optional(std::move(secret));
    }
    TRY(auto secret, store_.relay_password(relay.id));
    if (!secret.empty()) return std::optional(std::move(secret));
    return base::usage_error(fmt::format("relay {} has a user and no password", relay.name),
                             fmt::format("relayctl edit {} --password-stdin", relay.name));
}

// The fallback relay takes what no relay is set up for.
void SendRun::tell_of_last_resort(const relay::Relay& fallback) {
    if (!told_.insert(fallback.id).second) return;
    const auto why = fmt::format("no relay takes {} mail from {}", relay::to_string(request_.type),
                                 message_.submission().author.domain().ascii());
    instead_of_.push_back(why);
    tools_.notice_once(fmt::format("relayctl: {}: through {}", why, fallback.name));
}

base::Result<void> SendRun::tell_passed_over(const std::vector<relay::Candidate>& route) {
    const auto* taken = relay::taken(route);
    if (taken == nullptr) return {};
    TRY(const auto next, relay_of(taken->relay, store_));
    if (taken == &route.front()) {
        if (taken->rule == relay::RouteRule::fallback && !request_.relay) tell_of_last_resort(next);
        return {};
    }
    for (const auto& candidate : route) {
        if (&candidate == taken) return {};
        if (!app::is_first_choice(candidate, *taken)) continue;
        if (!told_.insert(candidate.relay).second) continue;
        TRY(const auto passed, relay_of(candidate.relay, store_));
        const auto& name = passed.name;
        const bool for_now =
            candidate.step == RouteStep::limit_reached && unwanted_.contains(candidate.relay);
        const auto why = for_now ? "it takes no more mail for now" : reason_of(candidate.step);
        passed_over_.push_back(name);
        instead_of_.push_back(fmt::format("{}: {}", name, why));
        tools_.notice_once(fmt::format("relayctl: not through {}: {}: through {}", name, why, next.name));
    }
    return {};
}

base::Result<SendReport> SendRun::give_back(const app::Reservation& reservation, base::Error error) {
    app::SendingOutcome outcome;
    outcome.given = app::Given::back;
    outcome.tried = false;
    const auto settled = app::settle(store_, reservation, outcome);
    if (settled.has_error())
        context_.console().notice("relayctl: what was not sent stays counted: " + settled.error().message);
    return error;
}

// After the message has left nothing of the store can take it back: what cannot be written is told.
void SendRun::settle(const app::Reservation& reservation, SendReport& report) {
    auto& console = context_.console();
    const auto outcome = app::outcome_of(report.attempt);
    const auto entry =
        app::log_entry_of(report.attempt, reservation, message_.submission().author.domain(), request_.type,
                          context_.clock().now(), base::join(instead_of_, "; "));
    const auto settled = app::settle(store_, reservation, outcome, entry);
    if (settled.has_error())
        console.notice("relayctl: what became of the message is not noted in the store: " +
                       settled.error().message);
    if (outcome.given == app::Given::kept) tools_.warn_of_limit(reservation);
    report.tripped = settled.has_value() && *settled;
    if (report.tripped) tools_.trips.tell(store_, reservation, outcome.failure);
}

void SendRun::tell_of_limit(const SendReport& report) const {
    if (report.limit == smtp::Limit::none) return;
    const bool today = report.limit == smtp::Limit::today;
    context_.console().notice(
        fmt::format("relayctl: {} {}: {}", report.relay.name,
                    today ? "says that its limit is reached" : "takes no more mail for now",
                    app::reply_of(report.attempt)));
}

// To the next relay, when this one has not taken the message and takes no more.
bool SendRun::goes_on(const SendReport& report) const {
    if (request_.relay) return false;
    const auto over = request_.over.value_or(report.relay.over_limit);
    return report.tripped || (report.limit != smtp::Limit::none && over == relay::OverLimit::fallback);
}

net::Task<base::Result<SendReport>> SendRun::send_through(app::SendingSessions& sessions,
                                                          app::Reservation reservation) {
    const auto& relay = reservation.relay;
    auto mail = prepare(relay);
    if (mail.has_error()) co_return give_back(reservation, std::move(mail).error());
    SendReport report{.relay = relay, .mail = std::move(*mail), .attempt = {}};
    std::optional<base::Error> no_password;
    const app::ReadPassword read_password = [&] {
        auto secret = password(relay);
        if (secret.has_error()) no_password = secret.error();
        return secret;
    };
    const app::OpenMessage open = [&] { return message_.reader(report.mail.fields); };
    report.attempt = co_await sessions.send(relay, read_password, report.mail.envelope, open);
    if (no_password) co_return give_back(reservation, std::move(*no_password));
    report.limit = app::outcome_of(report.attempt).limit;
    settle(reservation, report);
    report.passed_over = passed_over_;
    co_return report;
}

net::Task<base::Result<SendResult>> SendRun::send(app::SendingSessions& sessions) {
    std::optional<SendReport> last;
    for (;;) {
        CO_TRY(const auto reserved, app::reserve(store_, context_.clock(), wish()));
        if (!reserved.taken) {
            if (last) co_return std::move(*last);
            auto untaken = nobody(reserved);
            // Without any relay the store is not set up, or not even there.
            if (!reserved.route.empty()) log_untaken(untaken);
            if (untaken.why.kind == base::ErrorKind::not_found) co_return untaken.why;
            co_return untaken;
        }
        const auto allowed = co_await may_take(sessions.resolver(), reserved.route);
        if (allowed.has_error()) co_return give_back(*reserved.taken, allowed.error()).error();
        if (!*allowed) {
            static_cast<void>(give_back(*reserved.taken, {}));
            continue;
        }
        if (const auto told = tell_passed_over(reserved.route); told.has_error())
            co_return give_back(*reserved.taken, told.error()).error();
        // A limit that could not be noted in the store would choose the same relay for ever.
        if (!tried_.insert(reserved.taken->relay.id).second) {
            static_cast<void>(give_back(*reserved.taken, {}));
            co_return std::move(*last);
        }
        auto sent = co_await send_through(sessions, *reserved.taken);
        if (sent.has_error()) {
            if (!last) log_unsent(reserved.taken->relay, sent.error());
            if (!last) co_return std::move(sent).error();
            // That a fallback is not fit to be used makes of "try later" no failure for good.
            context_.console().notice(fmt::format("relayctl: not through {}: {}", reserved.taken->relay.name,
                                                  sent.error().message));
            co_return std::move(*last);
        }
        auto report = std::move(*sent);
        tell_of_limit(report);
        if (!goes_on(report)) co_return report;
        if (report.limit == smtp::Limit::for_now)
            unwanted_.insert_or_assign(report.relay.id, RouteStep::limit_reached);
        co_await sessions.close(report.relay.id);
        last = std::move(report);
    }
}

net::Task<base::Result<SendRun::Preview>> SendRun::preview(dns::Resolver& resolver) {
    for (;;) {
        CO_TRY(const auto reserved, app::preview(store_, context_.clock(), wish()));
        const auto* taken = relay::taken(reserved.route);
        if (taken == nullptr) co_return nobody(reserved).why;
        CO_TRY(const bool allowed, co_await may_take(resolver, reserved.route));
        if (!allowed) continue;
        if (const auto told = tell_passed_over(reserved.route); told.has_error()) co_return told.error();
        CO_TRY(const auto relay, relay_of(taken->relay, store_));
        CO_TRY(auto mail, prepare(relay));
        co_return Preview{.relay = relay, .mail = std::move(mail), .instead_of = instead_of_};
    }
}

}  // namespace cli
