#include "relay/change.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"

namespace relay {

namespace {

// The fields of a state, each by its name; nullopt = no value.
using Field = std::pair<std::string_view, std::optional<std::string>>;
using Fields = std::vector<Field>;

std::optional<std::string> if_any(std::string text) {
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::string yes_or_no(bool value) {
    return value ? "yes" : "no";
}

template <class Set, class Print>
std::optional<std::string> list(const Set& values, Print print) {
    std::vector<std::string> texts;
    for (const auto& value : values)
        texts.emplace_back(print(value));
    return if_any(base::join(texts, ","));
}

std::optional<std::string> source_of(const std::optional<Login>& login) {
    if (!login || login->source == PasswordSource::none) return std::nullopt;
    // That a password is missing was observed; nobody set it.
    return login->is_stored() ? "stored" : "command";
}

Fields fields_of(const Relay& relay) {
    const auto print = [](const auto& value) { return value.to_string(); };
    const auto& login = relay.login;
    return {
        {"host", relay.host.to_string()},
        {"port", std::to_string(relay.port)},
        {"security", std::string(to_string(relay.security))},
        {"verify_certificate", yes_or_no(relay.verification == Verification::on)},
        {"ca_file", if_any(relay.ca_file)},
        {"fingerprint", if_any(relay.fingerprint)},
        {"domains", list(relay.domains, print)},
        {"mail_types", list(relay.mail_types, [](MailType type) { return to_string(type); })},
        {"daily_limit", relay.daily_limit ? std::optional(std::to_string(*relay.daily_limit)) : std::nullopt},
        {"limit_unit", std::string(to_string(relay.limit_unit))},
        {"over_limit", std::string(to_string(relay.over_limit))},
        {"priority", std::to_string(relay.priority)},
        {"dkim_selector", relay.dkim_selector},
        {"return_path", to_string(relay.return_path)},
        {"egress_ips", list(relay.egress_ips, print)},
        {"user", login ? std::optional(login->user) : std::nullopt},
        {"password_source", source_of(login)},
        {"password_command", login ? if_any(login->command) : std::nullopt},
        {"fallback", yes_or_no(relay.fallback)},
        {"fallback_to", if_any(base::join(relay.fallback_to, ","))},
        {"allow_unaligned_fallback", yes_or_no(relay.unaligned_fallback)},
        {"enabled", yes_or_no(relay.enabled)},
        {"description", if_any(relay.description)},
    };
}

Fields fields_of(const Domain&) {
    return {};
}

std::optional<std::string> text_of(const std::optional<base::Time>& time) {
    return time ? std::optional(base::to_rfc3339(*time)) : std::nullopt;
}

Fields fields_of(const DkimKey& key) {
    return {
        {"algorithm", std::string(to_string(key.algorithm))},
        {"bits", std::to_string(key.bits)},
        {"public_key", key.public_key},
        {"note", if_any(key.note)},
        {"state", std::string(to_string(key.life.state))},
        {"activated_at", text_of(key.life.activated_at)},
        {"retiring_at", text_of(key.life.retiring_at)},
        {"retires_at", text_of(key.life.retires_at)},
    };
}

Fields fields_of(const Region& region) {
    return {
        {"spf", list(region.spf, [](const std::string& name) { return name; })},
        {"networks",
         list(region.networks, [](const base::IpPrefix& network) { return network.to_string(); })},
    };
}

std::vector<FieldChange> differences(const Fields& before, const Fields& after) {
    std::vector<FieldChange> changes;
    const auto& names = before.empty() ? after : before;
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto old_value = before.empty() ? std::nullopt : before[i].second;
        auto new_value = after.empty() ? std::nullopt : after[i].second;
        if (old_value != new_value)
            changes.push_back({std::string(names[i].first), std::move(old_value), std::move(new_value)});
    }
    return changes;
}

template <class T>
std::optional<ThingChange> compare(Thing thing, const std::string& name, const T* before, const T* after) {
    if (before == nullptr && after == nullptr) return std::nullopt;
    ThingChange change{.thing = thing, .name = name};
    if (before == nullptr) change.action = ChangeAction::added;
    if (after == nullptr) change.action = ChangeAction::deleted;
    change.fields = differences(before == nullptr ? Fields() : fields_of(*before),
                                after == nullptr ? Fields() : fields_of(*after));
    if (change.action == ChangeAction::edited && change.fields.empty()) return std::nullopt;
    return change;
}

// What is one to an undo: a password belongs to its user.
std::string_view kind_of(std::string_view field) {
    for (const std::string_view part : {"password", "password_source", "password_command"})
        if (field == part) return "user";
    return field;
}

std::string words_of(const FieldChange& field) {
    if (!field.before && !field.after) return field.field;
    return fmt::format("{} {} -> {}", field.field, field.before.value_or("none"),
                       field.after.value_or("none"));
}

}  // namespace

std::string_view to_string(Thing thing) {
    switch (thing) {
        case Thing::relay:
            return "relay";
        case Thing::domain:
            return "domain";
        case Thing::dkim_key:
            return "DKIM key";
        case Thing::setting:
            return "setting";
        case Thing::region:
            return "region";
    }
    return "?";
}

std::string_view to_string(ChangeAction action) {
    switch (action) {
        case ChangeAction::added:
            return "added";
        case ChangeAction::edited:
            return "edited";
        case ChangeAction::deleted:
            return "deleted";
    }
    return "?";
}

std::string name_of(const DkimKey& key) {
    return key.selector + "@" + key.domain.ascii();
}

std::optional<ThingChange> compare(const Relay* before, const Relay* after) {
    return compare(Thing::relay,
                   before != nullptr  ? before->name
                   : after != nullptr ? after->name
                                      : "",
                   before, after);
}

std::optional<ThingChange> compare(const Domain* before, const Domain* after) {
    const auto* either = before != nullptr ? before : after;
    return compare(Thing::domain, either != nullptr ? either->name.ascii() : "", before, after);
}

std::optional<ThingChange> compare(const DkimKey* before, const DkimKey* after) {
    const auto* either = before != nullptr ? before : after;
    return compare(Thing::dkim_key, either != nullptr ? name_of(*either) : "", before, after);
}

std::optional<ThingChange> compare(const Region* before, const Region* after) {
    const auto* either = before != nullptr ? before : after;
    return compare(Thing::region, either != nullptr ? either->name : "", before, after);
}

std::optional<ThingChange> compare_setting(std::string_view name, const std::optional<std::string>& before,
                                           const std::optional<std::string>& after) {
    if (before == after) return std::nullopt;
    ThingChange change{.thing = Thing::setting, .name = std::string(name)};
    if (!before) change.action = ChangeAction::added;
    if (!after) change.action = ChangeAction::deleted;
    change.fields = {{"value", before, after}};
    return change;
}

std::optional<std::string> find_overlap(const ThingChange& earlier, const ThingChange& later) {
    if (earlier.thing != later.thing || earlier.name != later.name) return std::nullopt;
    if (earlier.action != ChangeAction::edited || later.action != ChangeAction::edited) return "";
    for (const auto& field : earlier.fields) {
        if (field.field == "password") continue;  // stays as it is: the one before was not kept
        for (const auto& other : later.fields)
            if (kind_of(field.field) == kind_of(other.field)) return other.field;
    }
    return std::nullopt;
}

std::string to_string(const ThingChange& change) {
    auto text = fmt::format("{} {} {}", to_string(change.action), to_string(change.thing), change.name);
    // All the fields of what is new would hide what else happened.
    const bool is_short = change.action == ChangeAction::edited || change.thing == Thing::setting;
    if (!is_short || change.fields.empty()) return text;
    std::vector<std::string> fields;
    for (const auto& field : change.fields)
        fields.push_back(words_of(field));
    return text + ": " + base::join(fields, ", ");
}

void mark_undone(std::vector<Change>& changes) {
    std::map<ChangeId, ChangeId> undone;  // by which
    for (auto& change : changes) {
        const auto found = undone.find(change.id);
        change.undone_by = found == undone.end() ? std::nullopt : std::optional(found->second);
        if (change.undoes && !change.undone_by) undone.emplace(*change.undoes, change.id);
    }
}

}  // namespace relay
