#include "app/relays.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/dkim_generate.hpp"
#include "app/dkim_keys.hpp"
#include "app/relay_signing.hpp"
#include "app/reservation.hpp"
#include "base/text.hpp"
#include "relay/fallbacks.hpp"

namespace app {

using relay::Relay;

std::string_view to_string(Action action) {
    switch (action) {
        case Action::added:
            return "added";
        case Action::replaced:
            return "replaced";
        case Action::edited:
            return "edited";
        case Action::unchanged:
            return "unchanged";
        case Action::enabled:
            return "enabled";
        case Action::disabled:
            return "disabled";
        case Action::deleted:
            return "deleted";
    }
    return "?";
}

namespace {

template <class T>
void take(const std::optional<T>& from, T& to) {
    if (from) to = *from;
}

void take_port_and_security(const RelaySettings& settings, Relay& relay) {
    take(settings.port, relay.port);
    take(settings.security, relay.security);
}

void complete_port_and_security(const RelaySettings& settings, Relay& relay) {
    if (settings.security == relay::Security::ssl && !settings.port) relay.port = 465;
    if (settings.port == 465 && !settings.security) relay.security = relay::Security::ssl;
}

base::Result<void> take_domains(const RelaySettings& settings, Relay& relay) {
    take(settings.domains, relay.domains);
    for (const auto& domain : settings.removed_domains)
        if (relay.domains.erase(domain) == 0)
            return base::usage_error(
                fmt::format("relay {} does not serve {}", relay.name, domain.to_string()),
                "relayctl show " + relay.name);
    relay.domains.insert(settings.added_domains.begin(), settings.added_domains.end());
    return {};
}

base::Result<void> take_login(const RelaySettings& settings, Relay& relay) {
    if (settings.login) relay.login = *settings.login;
    if (!settings.password && !settings.password_command) return {};
    if (!relay.login) return base::usage_error("a password without a user name", "give --user NAME");
    relay.login->source = settings.password ? relay::PasswordSource::stored : relay::PasswordSource::command;
    relay.login->command = settings.password_command.value_or("");
    return {};
}

base::Result<void> apply_settings(const RelaySettings& settings, Relay& relay) {
    take(settings.host, relay.host);
    take_port_and_security(settings, relay);
    take(settings.verification, relay.verification);
    take(settings.ca_file, relay.ca_file);
    take(settings.fingerprint, relay.fingerprint);
    TRY_VOID(take_domains(settings, relay));
    take(settings.mail_types, relay.mail_types);
    take(settings.daily_limit, relay.daily_limit);
    take(settings.limit_unit, relay.limit_unit);
    take(settings.over_limit, relay.over_limit);
    take(settings.priority, relay.priority);
    take(settings.return_path, relay.return_path);
    take(settings.egress_ips, relay.egress_ips);
    take(settings.fallback, relay.fallback);
    take(settings.fallback_to, relay.fallback_to);
    take(settings.unaligned_fallback, relay.unaligned_fallback);
    take(settings.description, relay.description);
    return take_login(settings, relay);
}

// The selector of a relay that is to sign: the one given, its own, the newest key of its first domain that
// has one, or a new one.
base::Result<std::string> choose_selector(relay::Store& store, const base::Clock& clock,
                                          const RelaySettings& settings, const Relay& relay) {
    if (settings.dkim_selector) return *settings.dkim_selector;
    if (relay.dkim_selector) return *relay.dkim_selector;
    for (const auto& domain : relay.domains) {
        if (domain.is_any()) continue;
        TRY(const auto keys, list_dkim_keys(store, domain.name(), clock.now()));
        if (const auto usable = newest_usable_dkim_key(keys)) return usable->selector;
    }
    for (const auto& domain : relay.domains)
        if (!domain.is_any()) return choose_new_selector(store, clock, *domain.name());
    return "s" + base::year_and_month(clock.now());
}

// What is done before the transaction: keys are made, the relay is reviewed. Of what it has need is known
// inside only: then it is left, that is done, and it begins anew.
struct Preparation {
    std::vector<KeyPair> pairs = {};
    std::size_t wanted = 0;
    bool reviews = false;                 // whether it is wanted
    std::optional<Relay> reviewed = {};   // as it was then
    std::optional<Relay> to_review = {};  // and all the others:
    std::vector<Relay> relays = {};

    bool is_short() const { return wanted > pairs.size(); }
    bool is_ready() const { return !is_short() && !to_review; }
    base::Result<void> fill() {
        while (is_short()) {
            TRY(auto pair, make_key_pair(relay::KeyAlgorithm::rsa, usual_rsa_bits));
            pairs.push_back(std::move(pair));
        }
        return {};
    }
};

// Nobody is to name a key on purpose with which nothing will be signed.
base::Result<void> check_may_sign(const base::Clock& clock, const relay::DkimKey& key) {
    const auto state = relay::state_at(key.life, clock.now());
    if (relay::may_sign(state)) return {};
    return base::Error{
        .kind = base::ErrorKind::conflict,
        .message = fmt::format("{} is {} and never signs", to_string(key), relay::to_string(state)),
        .hint = fmt::format("relayctl dkim list {0}, or relayctl dkim rotate {0}", key.domain.ascii())};
}

// A selector that none of a domain's keys has is hardly meant: a new key would stop the mail that another
// signs.
base::Result<void> check_meant(relay::Store& store, const base::Clock& clock, const base::DomainName& domain,
                               const std::string& selector) {
    TRY(const auto keys, list_dkim_keys(store, domain, clock.now()));
    std::vector<std::string> selectors;
    for (const auto& key : keys)
        if (relay::may_sign(key.life.state)) selectors.push_back(key.selector);
    if (selectors.empty()) return {};
    const auto nearest = base::nearest(selector, selectors);
    const auto generate = fmt::format("relayctl dkim generate {} --selector {}", domain.ascii(), selector);
    return base::Error{.kind = base::ErrorKind::not_found,
                       .message = fmt::format("there is no DKIM key {}@{}: the domain has {}", selector,
                                              domain.ascii(), base::join(selectors, ", ")),
                       .hint = nearest ? fmt::format("did you mean {}? To make it: {}", *nearest, generate)
                                       : fmt::format("{}, or --dkim beside it", generate)};
}

// Gives the relay's domains the keys that they lack. Inside the transaction; the supply may turn out short.
base::Result<std::vector<relay::DkimKey>> take_dkim(relay::Store& store, const base::Clock& clock,
                                                    const RelaySettings& settings, Relay& relay,
                                                    Preparation& supply) {
    std::vector<relay::DkimKey> made;
    supply.wanted = 0;
    if (settings.dkim == DkimChoice::off) relay.dkim_selector.reset();
    // A relay that signs already signs for the domains it is given later too.
    const bool asked = settings.dkim == DkimChoice::on || settings.dkim_selector || relay.dkim_selector;
    const bool on = asked && settings.dkim != DkimChoice::off;
    if (!on) return made;
    TRY(relay.dkim_selector, choose_selector(store, clock, settings, relay));
    bool named = false;
    for (const auto& domain : relay.domains) {
        if (domain.is_any()) continue;
        named = true;
        TRY(const auto existing, store.find_dkim_key(*domain.name(), *relay.dkim_selector));
        const bool chosen_now = settings.dkim == DkimChoice::on || settings.dkim_selector;
        if (existing && chosen_now) TRY_VOID(check_may_sign(clock, *existing));
        if (existing) continue;
        if (settings.dkim_selector && settings.dkim != DkimChoice::on)
            TRY_VOID(check_meant(store, clock, *domain.name(), *relay.dkim_selector));
        if (++supply.wanted; supply.is_short()) continue;
        TRY(auto key,
            store_key_pair(store, clock, {.domain = *domain.name(), .selector = relay.dkim_selector},
                           supply.pairs[supply.wanted - 1]));
        made.push_back(std::move(key));
    }
    if (!named)
        return base::usage_error("DKIM needs a sender domain: the key belongs to it",
                                 "give --domain example.com, or leave --dkim out");
    if (supply.is_short()) return base::Error{.message = "keys are still to be made"};
    return made;
}

base::Result<void> register_domains(relay::Store& store, const base::Clock& clock, const Relay& relay) {
    for (const auto& domain : relay.domains)
        if (!domain.is_any())
            TRY_VOID(store.insert_domain({.name = *domain.name(), .created_at = clock.now()}));
    return {};
}

base::Result<bool> has_same_password(relay::Store& store, const Relay& existing,
                                     const RelaySettings& settings) {
    if (!settings.password) return true;
    TRY(const auto password, store.relay_password(existing.id));
    return password == *settings.password;
}

// The selector of a new key depends on the clock: a second identical `add --dkim` is still the same content.
base::Result<RelayOutcome> meet_existing(relay::Store& store, const base::Clock& clock, const Relay& existing,
                                         Relay wanted, const RelaySettings& settings) {
    wanted.dkim_selector = settings.dkim_selector;
    if (settings.dkim == DkimChoice::on && !settings.dkim_selector)
        wanted.dkim_selector = existing.dkim_selector.value_or("s" + base::year_and_month(clock.now()));
    wanted.enabled = existing.enabled;
    auto fields = differing_fields(existing, wanted);
    TRY(const bool same_password, has_same_password(store, existing, settings));
    if (!same_password) fields.emplace_back("password");
    if (fields.empty()) return RelayOutcome{.relay = existing};
    return base::Error{
        .kind = base::ErrorKind::conflict,
        .message = fmt::format("relay {} exists with another {}", existing.name, base::join(fields, ", ")),
        .hint = fmt::format("relayctl edit {0}, or add --replace; relayctl show {0} prints what is there",
                            existing.name)};
}

bool is_reached_otherwise(const Relay& before, const Relay& after) {
    return before.host != after.host || before.port != after.port || before.security != after.security ||
           before.login != after.login || before.verification != after.verification ||
           before.ca_file != after.ca_file || before.fingerprint != after.fingerprint;
}

// The text "cannot add relay news" in front of every error.
template <class T>
base::Result<T> in_context(base::Result<T> result, std::string_view verb, const std::string& name) {
    if (result.has_error())
        return std::move(result).error().with_context(fmt::format("cannot {} relay {}", verb, name));
    return result;
}

base::Result<RelayOutcome> finish(relay::Store& store, const base::Clock& clock, RelayOutcome outcome,
                                  const RelaySettings& settings, DryRun dry_run,
                                  relay::Transaction transaction) {
    Relay& relay = outcome.relay;
    TRY_VOID(register_domains(store, clock, relay));
    if (relay.id == 0) {
        TRY(relay.id, store.insert_relay(relay));
    } else {
        TRY_VOID(store.update_relay(relay));
    }
    const bool keeps_password = relay.login && relay.login->is_stored();
    if (settings.password) TRY_VOID(store.set_relay_password(relay.id, *settings.password));
    if (!outcome.new_keys.empty() || settings.dkim_selector || settings.dkim == DkimChoice::on) {
        TRY(const auto keys, list_dkim_keys(store, std::nullopt, clock.now()));
        outcome.key_warnings = key_warnings(relay, keys);
    }
    if (!keeps_password) TRY_VOID(store.set_relay_password(relay.id, base::Secret()));
    if (dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return outcome;
}

// An Error, which nobody sees, when the relay is to be reviewed first.
base::Result<void> ask_for_review(const std::optional<Relay>& before, const Relay& after,
                                  const std::vector<Relay>& others, Preparation& preparation) {
    if (!preparation.reviews || (before && !bears_on_mail(*before, after))) return {};
    if (preparation.reviewed && !bears_on_mail(*preparation.reviewed, after)) return {};
    preparation.relays = others;
    std::erase_if(preparation.relays, [&](const Relay& other) { return other.name == after.name; });
    preparation.relays.push_back(after);
    if (relay::stand_ins_of(preparation.relays.back(), preparation.relays).empty()) return {};
    preparation.to_review = after;
    return base::Error{.message = "the relay is still to be reviewed"};
}

base::Result<RelayOutcome> add(relay::Store& store, const base::Clock& clock, const std::string& name,
                               const RelaySettings& settings, Existing existing, DryRun dry_run,
                               Preparation& supply) {
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(const auto others, store.relays());
    const auto found =
        std::find_if(others.begin(), others.end(), [&](const Relay& other) { return other.name == name; });
    if (found != others.end() && existing == Existing::keep) return RelayOutcome{.relay = *found};
    if (!settings.host) return base::usage_error("a relay needs a host", "give --host smtp.mailer.example");

    Relay relay{.name = name,
                .host = *settings.host,
                .mail_types = {relay::all_mail_types.begin(), relay::all_mail_types.end()}};
    TRY_VOID(apply_settings(settings, relay));
    complete_port_and_security(settings, relay);
    if (relay.domains.empty() && !settings.mail_types) relay.mail_types.clear();
    if (found != others.end()) {
        auto same = meet_existing(store, clock, *found, relay, settings);
        if (same.has_value() || existing == Existing::refuse) return same;
        relay.enabled = found->enabled;
    }
    TRY_VOID(check_complete(relay, others));
    TRY_VOID(relay::check_fallbacks(relay, others));
    TRY(auto keys, take_dkim(store, clock, settings, relay, supply));
    const auto before = found == others.end() ? std::nullopt : std::optional(*found);
    TRY_VOID(ask_for_review(before, relay, others, supply));
    relay.created_at = relay.changed_at = clock.now();
    RelayOutcome outcome{.relay = std::move(relay), .action = Action::added, .new_keys = std::move(keys)};
    if (found != others.end()) {
        outcome.relay.id = found->id;
        outcome.relay.created_at = found->created_at;
        outcome.action = Action::replaced;
    }
    return finish(store, clock, std::move(outcome), settings, dry_run, std::move(transaction));
}

base::Result<RelayOutcome> edit(relay::Store& store, const base::Clock& clock, const std::string& name,
                                const RelaySettings& settings, DryRun dry_run, Preparation& supply) {
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(const auto before, find_relay(store, name));
    TRY(const auto others, store.relays());
    Relay relay = before;
    TRY_VOID(apply_settings(settings, relay));
    if (!relay.domains.empty() && relay.mail_types.empty())
        relay.mail_types = {relay::all_mail_types.begin(), relay::all_mail_types.end()};
    TRY_VOID(check_complete(relay, others));
    TRY_VOID(relay::check_fallbacks(relay, others));
    TRY(auto keys, take_dkim(store, clock, settings, relay, supply));
    TRY(const bool same_password, has_same_password(store, before, settings));
    if (differing_fields(before, relay).empty() && same_password && keys.empty())
        return RelayOutcome{.relay = before};
    TRY_VOID(ask_for_review(before, relay, others, supply));
    relay.changed_at = clock.now();
    RelayOutcome outcome{.relay = std::move(relay), .action = Action::edited, .new_keys = std::move(keys)};
    // Failures of another server or login say nothing of this one.
    if (!same_password || is_reached_otherwise(before, outcome.relay)) {
        TRY(outcome.is_back, clear_trip(store, clock, before.id));
    }
    return finish(store, clock, std::move(outcome), settings, dry_run, std::move(transaction));
}

// Runs the transaction again with what it lacked.
template <class Once>
base::Result<RelayOutcome> prepared(Once once, const ReviewRelay& review) {
    Preparation preparation;
    preparation.reviews = static_cast<bool>(review);
    for (;;) {
        preparation.to_review.reset();
        auto result = once(preparation);
        if (preparation.is_ready()) return result;
        TRY_VOID(preparation.fill());
        if (!preparation.to_review) continue;
        TRY_VOID(review(*preparation.to_review, preparation.relays));
        preparation.reviewed = std::move(preparation.to_review);
    }
}

}  // namespace

bool bears_on_mail(const Relay& before, const Relay& after) {
    for (const auto& field : differing_fields(before, after))
        for (const std::string_view which :
             {"name", "host", "domains", "dkim_selector", "return_path", "egress_ips", "fallback",
              "fallback_to", "allow_unaligned_fallback"})
            if (field == which) return true;
    return false;
}

base::Result<void> check_complete(const Relay& relay, const std::vector<Relay>& others) {
    if (relay.login && relay.login->source == relay::PasswordSource::none)
        return base::usage_error("user " + base::quoted(relay.login->user) + " has no password",
                                 "give --password-stdin, --password-file FILE or --password-command COMMAND");
    if (relay.verification == relay::Verification::off && !relay.fingerprint.empty())
        return base::usage_error(
            "a fingerprint is itself a verification: it cannot be switched off beside it",
            "leave one of --fingerprint and --verify-certificate off away");
    return relay::check_rules(relay, others);
}

base::Result<RelayOutcome> add_relay(relay::Store& store, const base::Clock& clock, const std::string& name,
                                     const RelaySettings& settings, Existing existing, DryRun dry_run,
                                     const ReviewRelay& review) {
    const auto once = [&](Preparation& supply) {
        return add(store, clock, name, settings, existing, dry_run, supply);
    };
    return in_context(prepared(once, review), "add", name);
}

base::Result<RelayOutcome> edit_relay(relay::Store& store, const base::Clock& clock, const std::string& name,
                                      const RelaySettings& settings, DryRun dry_run,
                                      const ReviewRelay& review) {
    const auto once = [&](Preparation& supply) {
        return edit(store, clock, name, settings, dry_run, supply);
    };
    return in_context(prepared(once, review), "edit", name);
}

}  // namespace app
