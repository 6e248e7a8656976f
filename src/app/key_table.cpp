#include "app/key_table.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "relay/relay.hpp"

namespace app {

namespace {

constexpr std::size_t most_keys = 10000;
constexpr std::size_t most_signers = 100000;

std::string_view take_word(std::string_view& line) {
    line = base::trim(line);
    const auto word = line.substr(0, line.find_first_of(" \t"));
    line.remove_prefix(word.size());
    return word;
}

// Calls visit(line) for each line without its comment; an Error of it is told with the number.
template <class Visit>
base::Result<void> read_lines(std::string_view text, Visit visit) {
    std::size_t number = 0;
    for (const auto raw : base::split(text, '\n')) {
        ++number;
        const auto line = base::trim(raw.substr(0, raw.find('#')));
        if (line.empty()) continue;
        auto done = visit(line);
        if (done.has_error()) return std::move(done).error().with_context(fmt::format("line {}", number));
    }
    return {};
}

// PEM, the base64 of a key in PKCS#1 or PKCS#8, or what may be a seed: padded, or too long for a name.
bool is_key_itself(std::string_view value) {
    constexpr std::size_t seed_in_base64 = 43;
    for (const std::string_view start : {"-----BEGIN", "MII", "MC4CAQAwBQYDK2Vw"})
        if (value.starts_with(start)) return true;
    const bool long_word =
        value.size() >= seed_in_base64 && value.find_first_of("/.") == std::string_view::npos;
    return long_word || value.ends_with('=');
}

base::Result<KeyTableLine> parse_key_line(std::string_view line) {
    KeyTableLine result;
    result.name = take_word(line);
    const auto value = base::trim(line);
    const auto first = value.find(':');
    const auto second = first == std::string_view::npos ? first : value.find(':', first + 1);
    if (second == std::string_view::npos)
        return base::usage_error("not NAME DOMAIN:SELECTOR:PATH: " + base::quoted(value));
    const auto domain = value.substr(0, first);
    if (domain != "%") {
        TRY(result.domain, base::DomainName::parse(domain));
    }
    TRY(result.selector, relay::parse_selector(value.substr(first + 1, second - first - 1)));
    const auto key = base::trim(value.substr(second + 1));
    if (key.empty()) return base::usage_error("no path of a key behind " + base::quoted(value));
    if (is_key_itself(key))
        result.key = base::Secret(std::string(key));
    else
        result.path = key;
    return result;
}

// nullopt: a pattern of more than one domain.
base::Result<std::optional<SigningTableLine>> parse_signing_line(std::string_view line) {
    const auto pattern = take_word(line);
    const auto name = take_word(line);
    if (name.empty()) return base::usage_error("not PATTERN NAME: " + base::quoted(pattern));
    const auto domain = pattern.substr(pattern.rfind('@') + 1);  // the whole of it, where there is no @
    if (domain.starts_with('.') || domain.find('*') != std::string_view::npos)
        return std::optional<SigningTableLine>();
    TRY(auto parsed, base::DomainName::parse(domain));
    std::string key_name(name == "%" ? domain : name);
    return SigningTableLine{.domain = std::move(parsed), .key_name = std::move(key_name)};
}

}  // namespace

base::Result<std::vector<KeyTableLine>> parse_key_table(std::string_view text) {
    std::vector<KeyTableLine> keys;
    TRY_VOID(read_lines(text, [&](std::string_view line) -> base::Result<void> {
        if (keys.size() == most_keys) return base::usage_error("the KeyTable has more than 10000 keys");
        TRY(auto key, parse_key_line(line));
        keys.push_back(std::move(key));
        return {};
    }));
    if (keys.empty()) return base::usage_error("the KeyTable has no key");
    return keys;
}

base::Result<std::vector<SigningTableLine>> parse_signing_table(std::string_view text) {
    std::vector<SigningTableLine> signers;
    TRY_VOID(read_lines(text, [&](std::string_view line) -> base::Result<void> {
        if (signers.size() == most_signers)
            return base::usage_error("the SigningTable has more than 100000 lines");
        TRY(auto signer, parse_signing_line(line));
        if (signer) signers.push_back(std::move(*signer));
        return {};
    }));
    return signers;
}

base::Result<std::vector<KeyTableLine>> with_domains(std::vector<KeyTableLine> keys,
                                                     const std::vector<SigningTableLine>& signers) {
    std::vector<KeyTableLine> result;
    for (auto& key : keys) {
        if (key.domain) {
            result.push_back(std::move(key));
            continue;
        }
        std::vector<base::DomainName> domains;
        for (const auto& signer : signers)
            if (signer.key_name == key.name &&
                std::find(domains.begin(), domains.end(), signer.domain) == domains.end())
                domains.push_back(signer.domain);
        if (domains.empty())
            return base::usage_error(
                fmt::format("the key {} is for every domain (%), and {}", base::quoted(key.name),
                            signers.empty() ? "no SigningTable says for which"
                                            : "the SigningTable names none for it"),
                signers.empty() ? "give --signingtable FILE, or: relayctl dkim import SELECTOR@DOMAIN FILE"
                                : "relayctl dkim import SELECTOR@DOMAIN FILE");
        for (const auto& domain : domains) {
            result.push_back(key);
            result.back().domain = domain;
        }
        if (result.size() > most_keys) return base::usage_error("more than 10000 keys in all");
    }
    return result;
}

}  // namespace app
