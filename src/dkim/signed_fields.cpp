#include "dkim/signed_fields.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"

namespace dkim {

namespace {

constexpr std::size_t most_names = 500;

struct Rule {
    std::string_view name;
    bool once_more;  // signed once more than it is there
};

constexpr std::array rules = {
    Rule{"From", true},
    Rule{"Reply-To", true},
    Rule{"To", true},
    Rule{"Cc", true},
    Rule{"Subject", true},
    Rule{"Date", true},
    Rule{"Message-ID", true},
    Rule{"MIME-Version", true},
    Rule{"Content-Type", true},
    Rule{"Content-Transfer-Encoding", true},
    Rule{"Content-Disposition", true},
    Rule{"Content-ID", true},
    Rule{"Content-Description", true},
    Rule{"Sender", false},
    Rule{"In-Reply-To", false},
    Rule{"References", false},
    Rule{"Resent-Date", false},
    Rule{"Resent-From", false},
    Rule{"Resent-Sender", false},
    Rule{"Resent-To", false},
    Rule{"Resent-Cc", false},
    Rule{"Resent-Message-ID", false},
    Rule{"List-Id", false},
    Rule{"List-Help", false},
    Rule{"List-Unsubscribe", false},
    Rule{"List-Unsubscribe-Post", false},
    Rule{"List-Subscribe", false},
    Rule{"List-Post", false},
    Rule{"List-Owner", false},
    Rule{"List-Archive", false},
    Rule{"Feedback-ID", false},
    Rule{"Autocrypt", false},
};

}  // namespace

base::Result<std::vector<std::string>> fields_to_sign(const mail::Header& header) {
    std::array<std::size_t, rules.size()> counts{};
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto rule = std::find_if(rules.begin(), rules.end(), [name = header[i].name](const Rule& each) {
            return each.name.size() == name.size() && base::equals_ignoring_case(each.name, name);
        });
        if (rule != rules.end()) ++counts[static_cast<std::size_t>(rule - rules.begin())];
    }
    std::vector<std::string> names;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const auto& rule = rules[i];
        const auto count = counts[i] + (rule.once_more ? 1 : 0);
        if (count > most_names || names.size() + count > most_names)
            return base::usage_error(
                fmt::format("more than {} header fields to sign: {} stands there {} times", most_names,
                            rule.name, counts[i]));
        names.insert(names.end(), count, std::string(rule.name));
    }
    return names;
}

base::Result<void> check_signable(const mail::Header& header) {
    const auto count = header.count("From");
    if (count == 1) return {};
    return base::usage_error(
        count == 0 ? std::string("the message has no From field (RFC 5322 section 3.6)")
                   : fmt::format("the message has {} From fields: readers would see one and verify another "
                                 "(RFC 5322 section 3.6)",
                                 count));
}

}  // namespace dkim
