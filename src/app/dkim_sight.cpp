#include "app/dkim_sight.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/text.hpp"

namespace app {

namespace {

bool has_key(const dkim::KeyInspection& found, const relay::DkimKey& key) {
    if (!found.record) return false;
    if (found.record->public_key == key.public_key) return true;
    const auto bytes = base::decode_base64(key.public_key);
    return bytes && found.key && crypto::read_public_key(*bytes).key == found.key;
}

std::string reason_of(const dkim::KeyLookup& lookup) {
    if (lookup.records.empty()) return fmt::format("{} for {}", dns::to_string(lookup.status), lookup.name);
    if (lookup.is_revoked()) return "the published record is revoked: its p= is empty";
    for (const auto& found : lookup.findings)
        if (found.severity == finding::Severity::error)
            return fmt::format("{}: {}", finding::find_entry(found.id)->summary, found.observed);
    return "the record is not the key's";
}

// Of a key in test mode verifiers take the mail as if it were not signed (RFC 6376 section 3.6.1).
std::string warning_of(const dkim::KeyLookup& lookup) {
    const auto* key = lookup.key();
    const bool testing = key != nullptr && key->record && key->record->is_testing();
    return testing ? "t=y: the key is in test mode, its mail is taken as if it were not signed" : "";
}

// What is left of a revoked key.
void judge_remains(const dkim::KeyLookup& lookup, KeySight& sight) {
    sight.seen = lookup.records.empty() ? Visibility::missing : Visibility::visible;
    if (lookup.records.empty()) sight.detail = reason_of(lookup);
    for (const auto& found : lookup.records) {
        if (found.record && found.record->is_revoked()) continue;
        sight.seen = Visibility::other;
        sight.detail = sight.has_key ? still_published : "another record: " + base::quoted(found.text);
    }
}

}  // namespace

std::string_view to_string(Visibility visibility) {
    switch (visibility) {
        case Visibility::visible:
            return "visible";
        case Visibility::other:
            return "other";
        case Visibility::missing:
            return "missing";
        case Visibility::unknown:
            break;
    }
    return "unknown";
}

KeySight judge_sight(const dkim::KeyLookup& lookup, const relay::DkimKey& key) {
    KeySight sight;
    sight.has_key = std::any_of(lookup.records.begin(), lookup.records.end(),
                                [&](const dkim::KeyInspection& found) { return has_key(found, key); });
    if (lookup.verdict == finding::Verdict::unchecked) {
        sight.detail = lookup.detail;
        return sight;
    }
    if (key.life.state == relay::DkimState::revoked) {
        judge_remains(lookup, sight);
        return sight;
    }
    if (lookup.verdict == finding::Verdict::good && lookup.matches_expected.value_or(false)) {
        sight.seen = Visibility::visible;
        sight.warning = warning_of(lookup);
        return sight;
    }
    sight.seen = lookup.records.empty() ? Visibility::missing : Visibility::other;
    sight.detail = reason_of(lookup);
    return sight;
}

KeySight judge_sight(const dns::Answer& answer, const relay::DkimKey& key) {
    return judge_sight(dkim::judge_key_answer(key.domain, key.selector, answer, key.public_key), key);
}

}  // namespace app
