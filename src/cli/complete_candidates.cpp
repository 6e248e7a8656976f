#include "cli/complete_candidates.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "app/history.hpp"
#include "app/reservation.hpp"
#include "base/text.hpp"
#include "base/translation.hpp"
#include "cli/listing.hpp"
#include "finding/finding.hpp"
#include "relay/setting.hpp"

namespace cli {

namespace {

using Candidates = std::vector<Candidate>;

// The store is written by relayctl, but not by relayctl alone.
bool is_harmless(std::string_view text) {
    return !text.empty() && text[0] != '-' && std::all_of(text.begin(), text.end(), [](char c) {
        return base::is_alnum(c) || std::string_view("._@*:-").find(c) != std::string_view::npos;
    });
}

void add_words_below(std::string_view below, Candidates& candidates) {
    const std::string prefix = below.empty() ? "" : std::string(below) + " ";
    for (const Command* command : all_commands()) {
        if (!command->path.starts_with(prefix)) continue;
        const auto rest = command->path.substr(prefix.size());
        const auto blank = rest.find(' ');
        const std::string word(rest.substr(0, blank));
        if (blank == std::string_view::npos) {
            candidates.push_back({word, std::string(base::translated(command->summary))});
            continue;
        }
        const std::string next(rest.substr(blank + 1));
        if (!candidates.empty() && candidates.back().text == word)
            candidates.back().description += ", " + next;
        else
            candidates.push_back({word, next});
    }
}

void add_options(const Wanted& wanted, Candidates& candidates) {
    const auto add = [&](const Option& option) {
        if (std::find(wanted.taken.begin(), wanted.taken.end(), option.name) != wanted.taken.end()) return;
        candidates.push_back({std::string(option.name), std::string(base::translated(option.help))});
        if (!option.short_name.empty() && option.short_name == wanted.typed)
            candidates.push_back(
                {std::string(option.short_name), std::string(base::translated(option.help))});
    };
    if (wanted.command != nullptr) {
        for_each_option(*wanted.command, add);
        return;
    }
    for (const auto& option : global_options())
        add(option);
}

// Today's, which enable takes back.
std::set<relay::RelayId> tripped_relays(relay::Store& store, base::Time now) {
    std::set<relay::RelayId> tripped;
    const auto zone = app::zone_of(store);
    if (zone.has_error()) return tripped;
    const auto days = store.relay_days(relay::day_of(now, *zone));
    if (days.has_error()) return tripped;
    for (const auto& day : *days)
        if (!day.tripped.empty() || day.limit_told) tripped.insert(day.relay);
    return tripped;
}

void add_relays(Completion which, relay::Store& store, base::Time now, Candidates& candidates) {
    const auto relays = store.relays();
    if (relays.has_error()) return;
    const auto tripped =
        which == Completion::disabled_relay ? tripped_relays(store, now) : std::set<relay::RelayId>();
    for (const auto& relay : *relays) {
        if (which == Completion::enabled_relay && !relay.enabled) continue;
        if (which == Completion::disabled_relay && relay.enabled && !tripped.contains(relay.id)) continue;
        candidates.push_back({relay.name, fmt::format("{}:{} {}{}", relay.host.to_string(), relay.port,
                                                      to_string(relay.security),
                                                      !relay.enabled               ? ", disabled"
                                                      : tripped.contains(relay.id) ? ", tripped"
                                                                                   : "")});
    }
}

void add_domains(relay::Store& store, Candidates& candidates) {
    const auto domains = store.domains();
    if (domains.has_error()) return;
    for (const auto& domain : *domains)
        candidates.push_back({domain.name.ascii(), "sender domain"});
}

void add_domains_of(const std::string& name, relay::Store& store, Candidates& candidates) {
    if (name.empty()) return add_domains(store, candidates);
    const auto relay = store.find_relay(name);
    if (relay.has_error() || !*relay) return;
    for (const auto& domain : (*relay)->domains)
        candidates.push_back({domain.to_string(), "domain of " + name});
}

void add_set_settings(relay::Store& store, Candidates& candidates) {
    const auto values = store.settings();
    if (values.has_error()) return;
    for (const auto& setting : relay::all_settings())
        if (values->contains(std::string(setting.name)))
            candidates.push_back({std::string(setting.name), std::string(base::translated(setting.summary))});
}

void add_keys(relay::Store& store, Candidates& candidates) {
    const auto keys = store.dkim_keys();
    if (keys.has_error()) return;
    for (const auto& key : *keys)
        candidates.push_back({key.selector + "@" + key.domain.ascii(),
                              fmt::format("{} {}", to_string(key.algorithm), key.bits)});
}

void add_selectors(relay::Store& store, Candidates& candidates) {
    const auto keys = store.dkim_keys();
    if (keys.has_error()) return;
    for (const auto& key : *keys) {
        const auto same = std::find_if(candidates.begin(), candidates.end(),
                                       [&](const Candidate& other) { return other.text == key.selector; });
        if (same == candidates.end())
            candidates.push_back({key.selector, "key of " + key.domain.ascii()});
        else
            same->description += ", " + key.domain.ascii();
    }
}

void add_changes(Completion which, relay::Store& store, Candidates& candidates) {
    auto changes = store.changes();
    if (changes.has_error()) return;
    if (which == Completion::undoable_change) changes = app::find_undoable(*changes);
    for (const auto& change : *changes)
        candidates.push_back({std::to_string(change.id), change.origin.command});
}

void add_regions(relay::Store& store, Candidates& candidates) {
    const auto regions = store.regions();
    if (regions.has_error()) return;
    for (const auto& region : *regions)
        candidates.push_back({region.name, "region"});
}

void add_stored(const Wanted& wanted, relay::Store& store, base::Time now, Candidates& candidates) {
    switch (wanted.completion) {
        case Completion::relay:
        case Completion::enabled_relay:
        case Completion::disabled_relay:
            add_relays(wanted.completion, store, now, candidates);
            break;
        case Completion::domain:
            add_domains(store, candidates);
            break;
        case Completion::domain_of_relay:
            add_domains_of(wanted.first_argument, store, candidates);
            break;
        case Completion::set_setting:
            add_set_settings(store, candidates);
            break;
        case Completion::dkim_key:
            add_keys(store, candidates);
            break;
        case Completion::selector:
            add_selectors(store, candidates);
            break;
        case Completion::change:
        case Completion::undoable_change:
            add_changes(wanted.completion, store, candidates);
            break;
        case Completion::region:
            add_regions(store, candidates);
            break;
        case Completion::nothing:
        case Completion::words:
        case Completion::file:
        case Completion::finding:
        case Completion::command:
        case Completion::setting:
        case Completion::column:
            break;
    }
    std::erase_if(candidates, [](const Candidate& candidate) { return !is_harmless(candidate.text); });
}

void add_built_in(const Wanted& wanted, Candidates& candidates) {
    if (wanted.completion == Completion::words)
        for (const auto word : wanted.words)
            candidates.push_back({std::string(word)});
    if (wanted.completion == Completion::setting)
        for (const auto& setting : relay::all_settings())
            candidates.push_back({std::string(setting.name), std::string(base::translated(setting.summary))});
    if (wanted.completion == Completion::finding)
        for (const auto& entry : finding::catalogue())
            candidates.push_back({std::string(entry.id), std::string(base::translated(entry.summary))});
    if (wanted.completion == Completion::column && wanted.command != nullptr)
        for (const auto& column : wanted.command->columns)
            candidates.push_back({std::string(column.key), std::string(column.title)});
}

Candidates all_candidates(const Wanted& wanted, relay::Store* store, base::Time now) {
    Candidates candidates;
    switch (wanted.kind) {
        case Wanted::Kind::nothing:
            break;
        case Wanted::Kind::command_word:
            add_words_below(wanted.below, candidates);
            break;
        case Wanted::Kind::option:
            add_options(wanted, candidates);
            break;
        case Wanted::Kind::value:
            add_built_in(wanted, candidates);
            if (store != nullptr) add_stored(wanted, *store, now, candidates);
            break;
    }
    return candidates;
}

}  // namespace

bool needs_store(const Wanted& wanted) {
    if (wanted.kind != Wanted::Kind::value) return false;
    switch (wanted.completion) {
        case Completion::relay:
        case Completion::enabled_relay:
        case Completion::disabled_relay:
        case Completion::domain:
        case Completion::domain_of_relay:
        case Completion::set_setting:
        case Completion::dkim_key:
        case Completion::selector:
        case Completion::change:
        case Completion::undoable_change:
        case Completion::region:
            return true;
        case Completion::nothing:
        case Completion::words:
        case Completion::file:
        case Completion::finding:
        case Completion::command:
        case Completion::setting:
        case Completion::column:
            return false;
    }
    return false;
}

std::vector<Candidate> find_candidates(const Wanted& wanted, relay::Store* store, base::Time now) {
    auto candidates = all_candidates(wanted, store, now);
    std::erase_if(candidates, [&](const Candidate& candidate) {
        return !candidate.text.starts_with(wanted.typed) ||
               std::find(wanted.taken.begin(), wanted.taken.end(), candidate.text) != wanted.taken.end();
    });
    return candidates;
}

}  // namespace cli
