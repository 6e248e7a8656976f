#include "spf/header_fields.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace spf {

namespace {

constexpr std::string_view fold = "\n    ";

// RFC 5322 section 3.2.3
bool is_atom_byte(char c) {
    return base::is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view text) {
    if (text.empty() || text.front() == '.' || text.back() == '.') return false;
    return text.find("..") == std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_atom_byte(c) || c == '.'; });
}

// RFC 2045 section 5.1
bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > 0x20 && c < 0x7f &&
               std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
    });
}

bool is_domain(std::string_view text) {
    return is_dot_atom(text) && std::all_of(text.begin(), text.end(), [](char c) {
               return base::is_alnum(c) || c == '-' || c == '.' || c == '_';
           });
}

// A backslash before each of `special`.
std::string escaped(std::string_view text, std::string_view special) {
    std::string result;
    for (const char c : base::printable(text)) {
        if (special.find(c) != std::string_view::npos) result += '\\';
        result += c;
    }
    return result;
}

std::string quoted_string(std::string_view text) {
    return fmt::format("\"{}\"", escaped(text, "\"\\"));
}

std::string comment(std::string_view text) {
    return fmt::format("({})", escaped(text, "()\\"));
}

// The value of a key-value-pair of Received-SPF.
std::string pair_value(std::string_view text) {
    return is_dot_atom(text) ? std::string(text) : quoted_string(text);
}

bool is_quoted_string(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '\\') ++i;
        if (i + 1 >= text.size() || text[i] < 0x20 || text[i] > 0x7e) return false;
        if (text[i] == '"' && text[i - 1] != '\\') return false;
    }
    return true;
}

// pvalue of RFC 8601 section 2.2: local-part "@" domain-name, domain-name, or a value.
std::string property_value(std::string_view text) {
    const auto at = text.rfind('@');
    if (at == std::string_view::npos)
        return is_domain(text) || is_token(text) ? std::string(text) : quoted_string(text);
    const auto local_part = text.substr(0, at);
    const auto domain = text.substr(at + 1);
    if (!is_domain(domain)) return quoted_string(text);
    if (local_part.empty() || is_dot_atom(local_part) || is_quoted_string(local_part))
        return std::string(text);
    return fmt::format("{}@{}", quoted_string(local_part), domain);
}

std::string_view checked_identity(const Query& query) {
    return query.identity == Identity::helo ? std::string_view(query.helo) : std::string_view(query.sender);
}

std::string verdict_words(const Query& query, const Evaluation& evaluation) {
    const std::string ip = query.ip.unmapped().to_string();
    switch (evaluation.verdict) {
        case Verdict::pass:
            return fmt::format("domain of {} designates {} as permitted sender", checked_identity(query), ip);
        case Verdict::fail:
            return fmt::format("domain of {} does not designate {} as permitted sender",
                               checked_identity(query), ip);
        case Verdict::softfail:
            return fmt::format("domain of {} discourages use of {} as sender", checked_identity(query), ip);
        case Verdict::neutral:
            return fmt::format("domain of {} says nothing about {}", checked_identity(query), ip);
        case Verdict::none:
            return fmt::format("domain of {} has no policy", checked_identity(query));
        case Verdict::temperror:
        case Verdict::permerror:
            return fmt::format("error in checking {}", query.domain);
    }
    return {};
}

bool is_error(Verdict verdict) {
    return verdict == Verdict::temperror || verdict == Verdict::permerror;
}

// The mechanism that matched, "default" when none did (RFC 7208 section 9.1); of errors and none nothing.
std::string matched_mechanism(const Evaluation& evaluation) {
    if (is_error(evaluation.verdict) || evaluation.verdict == Verdict::none) return {};
    return evaluation.term.empty() ? std::string("default") : evaluation.term;
}

}  // namespace

std::string received_spf(const Query& query, const Evaluation& evaluation) {
    std::vector<std::string> pairs;
    const auto add = [&](std::string_view key, std::string_view value) {
        if (!value.empty()) pairs.push_back(fmt::format("{}={}", key, pair_value(value)));
    };
    add("receiver", query.receiver);
    add("client-ip", query.ip.unmapped().to_string());
    if (query.identity == Identity::mail_from) add("envelope-from", query.sender);
    add("helo", query.helo);
    add("identity", to_string(query.identity));
    add("mechanism", matched_mechanism(evaluation));
    if (is_error(evaluation.verdict)) add("problem", evaluation.reason);
    return fmt::format("Received-SPF: {}{}{}{}{}", to_string(evaluation.verdict), fold,
                       comment(fmt::format("{}: {}", query.receiver, verdict_words(query, evaluation))), fold,
                       base::join(pairs, fmt::format(";{}", fold)));
}

std::string header_value(std::string_view text) {
    return is_token(text) ? std::string(text) : quoted_string(text);
}

std::string authentication_result(const Query& query, const Evaluation& evaluation) {
    std::string text = fmt::format("spf={}", to_string(evaluation.verdict));
    if (evaluation.verdict != Verdict::pass && !evaluation.reason.empty())
        text += fmt::format("{}reason={}", fold, quoted_string(evaluation.reason));
    const bool helo = query.identity == Identity::helo;
    if (!checked_identity(query).empty())
        text += fmt::format("{}smtp.{}={}", fold, helo ? "helo" : "mailfrom",
                            property_value(checked_identity(query)));
    return text;
}

std::string authentication_results(const Query& query, const Evaluation& evaluation,
                                   std::string_view authserv_id) {
    return fmt::format("Authentication-Results: {};{}{}", header_value(authserv_id), fold,
                       authentication_result(query, evaluation));
}

}  // namespace spf
