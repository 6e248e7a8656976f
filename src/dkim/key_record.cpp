#include "dkim/key_record.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "dkim/tag_list.hpp"

namespace dkim {

namespace {

base::Error record_error(std::string message, std::size_t offset) {
    auto error = base::usage_error("not a DKIM key record: " + std::move(message));
    error.offset = offset;
    return error;
}

// "email : *" -> {"email", "*"}; FWS may stand around the colons.
std::vector<std::string> split_list(std::string_view value) {
    std::vector<std::string> items;
    for (const auto item : base::split(value, ':'))
        items.emplace_back(base::trim(item));
    return items;
}

bool contains(const std::vector<std::string>& items, std::string_view wanted) {
    return std::any_of(items.begin(), items.end(),
                       [&](const std::string& item) { return base::equals_ignoring_case(item, wanted); });
}

base::Result<void> take_tag(KeyRecord& record, const Tag& tag) {
    if (tag.name == "k") {
        record.key_type = tag.value;
    } else if (tag.name == "h") {
        record.hashes = split_list(tag.value);
    } else if (tag.name == "s") {
        record.services = split_list(tag.value);
    } else if (tag.name == "t") {
        record.flags = split_list(tag.value);
    } else if (tag.name == "n") {
        record.notes = tag.value;
    } else if (tag.name == "p") {
        record.public_key = tag.value;
        std::erase_if(record.public_key, base::is_space);
        if (!base::decode_base64(record.public_key))
            return record_error("the value of p= is not base64", tag.value_offset);
    } else {
        record.unknown.emplace_back(tag.name, tag.value);
    }
    return {};
}

}  // namespace

bool KeyRecord::is_testing() const {
    return contains(flags, "y");
}

bool KeyRecord::forbids_subdomains() const {
    return contains(flags, "s");
}

bool KeyRecord::is_for_mail() const {
    return contains(services, "*") || contains(services, "email");
}

bool KeyRecord::allows_sha256() const {
    return !hashes || contains(*hashes, "sha256");
}

base::Result<KeyRecord> parse_key_record(std::string_view text) {
    TRY(const auto tags, parse_tag_list(text));
    KeyRecord record;
    record.version = false;
    bool has_key = false;
    for (std::size_t i = 0; i < tags.size(); ++i) {
        const auto& tag = tags[i];
        has_key = has_key || tag.name == "p";
        if (tag.name != "v") {
            TRY_VOID(take_tag(record, tag));
            continue;
        }
        if (i != 0) return record_error("v= is not the first tag", tag.offset);
        if (tag.value != "DKIM1")
            return record_error("the version is " + base::quoted(tag.value) + ", not \"DKIM1\"",
                                tag.value_offset);
        record.version = true;
    }
    if (!has_key) return record_error("it has no p= tag", text.size());
    return record;
}

std::string to_string(const KeyRecord& record) {
    std::vector<std::string> tags;
    if (record.version) tags.emplace_back("v=DKIM1");
    tags.push_back("k=" + record.key_type);
    if (record.hashes) tags.push_back("h=" + base::join(*record.hashes, ":"));
    if (record.services != std::vector<std::string>{"*"})
        tags.push_back("s=" + base::join(record.services, ":"));
    if (!record.flags.empty()) tags.push_back("t=" + base::join(record.flags, ":"));
    if (!record.notes.empty()) tags.push_back("n=" + record.notes);
    tags.push_back("p=" + record.public_key);
    for (const auto& [name, value] : record.unknown)
        tags.push_back(fmt::format("{}={}", name, value));
    return base::join(tags, "; ");
}

KeyRecord make_key_record(std::string_view key_type, std::string public_key) {
    return {.key_type = std::string(key_type), .public_key = std::move(public_key)};
}

}  // namespace dkim
