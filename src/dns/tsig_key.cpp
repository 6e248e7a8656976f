#include "dns/tsig_key.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/text.hpp"

namespace dns {

namespace {

// Those that ldns has. RFC 8945 section 6: MD5 must not be used.
constexpr std::array<std::string_view, 3> algorithms = {"hmac-sha256", "hmac-sha512", "hmac-sha1"};

base::Error not_a_key(std::string_view why) {
    return base::usage_error(
        fmt::format("not a TSIG key: {}", why),
        "tsig-keygen NAME > FILE makes one: key \"NAME\" { algorithm hmac-sha256; secret "
        "\"...\"; };");
}

// The words and signs of BIND's configuration: comments are left out, quotes taken off.
class Words {
  public:
    explicit Words(std::string_view text) : text_(text) {}

    // Empty at the end, or where a comment or a quoted word has none.
    std::string_view next() {
        skip();
        if (text_.empty()) return {};
        if (text_.front() == '"') {
            const auto end = text_.find('"', 1);
            if (end == std::string_view::npos) return take(text_.size()).substr(text_.size());
            const auto word = take(end + 1);
            return word.substr(1, word.size() - 2);
        }
        constexpr std::string_view signs = "{};";
        if (signs.find(text_.front()) != std::string_view::npos) return take(1);
        return take(std::min(text_.find_first_of(" \t\r\n\"{};"), text_.size()));
    }

  private:
    std::string_view take(std::size_t size) {
        const auto taken = text_.substr(0, size);
        text_.remove_prefix(taken.size());
        return taken;
    }
    void skip() {
        for (;;) {
            text_.remove_prefix(std::min(text_.find_first_not_of(" \t\r\n"), text_.size()));
            if (text_.starts_with("//") || text_.starts_with('#'))
                take(std::min(text_.find('\n'), text_.size()));
            else if (text_.starts_with("/*"))
                take(std::min(text_.find("*/", 2), text_.size() - 2) + 2);
            else
                return;
        }
    }

    std::string_view text_;
};

base::Result<std::string> read_algorithm(std::string_view word) {
    const auto wanted = base::lower(word);
    for (const auto known : algorithms)
        if (known == wanted) return wanted;
    // Only a word that looks like one is shown: it might be the secret in the wrong place.
    const auto shown = wanted.starts_with("hmac-") ? base::quoted(wanted) + " is" : std::string("this is");
    return not_a_key(
        fmt::format("{} not an algorithm that can be used: hmac-sha256, hmac-sha512, hmac-sha1", shown));
}

base::Result<base::Secret> read_secret(std::string_view word) {
    auto octets = base::decode_base64(word);
    const bool good = octets && !octets->empty();
    if (octets) std::fill(octets->begin(), octets->end(), std::uint8_t{0});
    if (!good) return not_a_key("its secret is not base64");
    return base::Secret(std::string(word));
}

}  // namespace

base::Result<TsigKey> parse_tsig_key(const base::Secret& text) {
    Words words(text.reveal());
    if (words.next() != "key") return not_a_key("it does not begin with the word key");
    TsigKey key;
    auto name = Name::parse(words.next());
    if (name.has_error() || name->is_root()) return not_a_key("its name is no DNS name");
    key.name = std::move(*name);
    if (words.next() != "{") return not_a_key("a { has to follow the name");
    for (;;) {
        const auto word = words.next();
        if (word == "}") break;
        if (word != "algorithm" && word != "secret")
            return not_a_key("between { and } stand algorithm and secret, each ended by ;");
        const auto value = words.next();
        if (word == "algorithm") {
            TRY(key.algorithm, read_algorithm(value));
        } else {
            TRY(key.secret, read_secret(value));
        }
        if (words.next() != ";") return not_a_key(fmt::format("a ; has to follow the {}", word));
    }
    if (key.algorithm.empty()) return not_a_key("it has no algorithm");
    if (key.secret.empty()) return not_a_key("it has no secret");
    auto rest = words.next();
    if (rest == ";") rest = words.next();
    if (!rest.empty()) return not_a_key("the file has something behind the first key");
    return key;
}

}  // namespace dns
