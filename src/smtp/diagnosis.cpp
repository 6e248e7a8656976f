#include "smtp/diagnosis.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "sasl/choose.hpp"
#include "smtp/diagnosis_rules.hpp"

namespace smtp {

namespace {

constexpr std::size_t code_size = 3;

// "535" at the beginning, and nothing that goes on with it: 0 otherwise.
int leading_code(std::string_view text) {
    if (text.size() < code_size || text[0] < '2' || text[0] > '5') return 0;
    if (!base::is_digit(text[1]) || !base::is_digit(text[2])) return 0;
    if (text.size() > code_size && text[code_size] != '-' && !base::is_space(text[code_size])) return 0;
    return (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && !base::is_space(text[i])) continue;
        if (i > begin) words.push_back(text.substr(begin, i - begin));
        begin = i + 1;
    }
    return words;
}

bool is_trace_time(std::string_view word) {
    const auto point = word.find('.');
    if (point == 0 || point == std::string_view::npos || word.size() != point + 4) return false;
    return std::all_of(word.begin(), word.end(), [](char c) { return c == '.' || base::is_digit(c); }) &&
           word.find('.', point + 1) == std::string_view::npos;
}

// What was received, of the lines of a trace: "news   0.516 < 535 5.7.8 ...". Other lines stay.
std::string without_trace(std::string_view text) {
    std::string kept;
    for (const auto line : base::split(text, '\n')) {
        const auto mark = line.find_first_of("<>*");
        const auto before = words_of(line.substr(0, std::min(mark, line.size())));
        const bool traced = mark != std::string_view::npos && !before.empty() && is_trace_time(before.back());
        if (traced && line[mark] != '<') continue;
        kept += traced ? line.substr(mark + 1) : line;
        kept += '\n';
    }
    return kept;
}

struct QuotedReply {
    std::string_view text;
    Stage stage = Stage::unknown;
};

// What the words that relayctl puts before a reply say of its stage.
Stage stage_before(std::string_view words) {
    if (words.find("RCPT TO:<") != std::string_view::npos) return Stage::rcpt;
    if (words.find("MAIL FROM:<") != std::string_view::npos) return Stage::mail;
    if (words.ends_with("the server refused the login")) return Stage::auth;
    // Postfix's smtpd: "NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 554 5.7.1 ...".
    static constexpr std::array rejected = {
        std::pair{std::string_view("reject: RCPT from "), Stage::rcpt},
        std::pair{std::string_view("reject: MAIL from "), Stage::mail},
        std::pair{std::string_view("reject: CONNECT from "), Stage::greeting},
        std::pair{std::string_view("reject: EHLO from "), Stage::ehlo},
        std::pair{std::string_view("reject: HELO from "), Stage::ehlo},
        std::pair{std::string_view("reject: DATA from "), Stage::data},
        std::pair{std::string_view("reject: END-OF-MESSAGE from "), Stage::data},
    };
    for (const auto& [mark, stage] : rejected)
        if (words.find(mark) != std::string_view::npos) return stage;
    const auto blank = words.find_last_of(' ');
    const auto last = blank == std::string_view::npos ? words : words.substr(blank + 1);
    return sasl::parse_mechanism(last) ? Stage::auth : Stage::unknown;
}

// Behind the reply code, or in the manner of qmail and IronPort: "(#5.1.1)".
std::optional<EnhancedCode> find_enhanced_code(const std::vector<std::string_view>& words, bool has_code) {
    if (words.empty()) return std::nullopt;
    std::string_view first = words[0];
    if (has_code) first = first.size() > code_size ? first.substr(code_size + 1) : std::string_view();
    if (first.empty() && words.size() > 1) first = words[1];
    if (const auto code = parse_enhanced_code(first)) return code;
    for (const auto word : words)
        if (word.find('#') != std::string_view::npos)
            if (const auto code = parse_enhanced_code(word)) return code;
    return std::nullopt;
}

// Where relayctl or a mail log tells the reply behind words of its own: "PLAIN: 535 5.7.8 ...".
QuotedReply told_reply(std::string_view text) {
    constexpr std::string_view mark = ": ";
    if (leading_code(text) != 0) return {text};
    for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + mark.size())) {
        const auto reply = text.substr(at + mark.size());
        if (leading_code(reply) == 0) continue;
        const auto stage = stage_before(text.substr(0, at));
        const bool is_sure = stage != Stage::unknown || find_enhanced_code(words_of(reply), true).has_value();
        return is_sure ? QuotedReply{reply, stage} : QuotedReply{text};
    }
    return {text};
}

// Where a mail log quotes the reply: "host mx.example[192.0.2.1] said: 550 5.1.1 ...", "status=sent (250
// ...)".
std::string_view quoted_reply(std::string_view text) {
    if (leading_code(text) != 0) return text;
    for (const std::string_view mark : {"said: ", "status=sent ("}) {
        const auto said = text.find(mark);
        if (said == std::string_view::npos) continue;
        const auto reply = text.substr(said + mark.size());
        if (leading_code(reply) != 0) return mark.ends_with('(') ? reply.substr(0, reply.rfind(')')) : reply;
    }
    return text;
}

Stage stage_in(std::string_view lowered) {
    static constexpr std::array marks = {
        std::pair{std::string_view("in reply to rcpt to"), Stage::rcpt},
        std::pair{std::string_view("in reply to mail from"), Stage::mail},
        std::pair{std::string_view("in reply to end of data"), Stage::data},
        std::pair{std::string_view("in reply to data"), Stage::data},
        std::pair{std::string_view("in reply to ehlo"), Stage::ehlo},
        std::pair{std::string_view("in reply to helo"), Stage::ehlo},
        std::pair{std::string_view("in reply to starttls"), Stage::starttls},
    };
    for (const auto& [mark, stage] : marks)
        if (lowered.find(mark) != std::string_view::npos) return stage;
    return Stage::unknown;
}

// The words without the codes that every line of a reply repeats, wherever the line ends have gone.
std::string text_without_codes(const std::vector<std::string_view>& words, std::string_view code,
                               const std::optional<EnhancedCode>& enhanced) {
    const auto is_enhanced = [&](std::string_view word) {
        return enhanced && parse_enhanced_code(word) == enhanced;
    };
    std::vector<std::string> kept;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string_view word = words[i];
        if (word == code && (i == 0 || (i + 1 < words.size() && is_enhanced(words[i + 1])))) continue;
        if (!code.empty() && word.starts_with(code) && word.substr(code.size()).starts_with('-'))
            word.remove_prefix(code.size() + 1);
        if (!word.empty() && !is_enhanced(word)) kept.emplace_back(word);
    }
    return base::join(kept, " ");
}

bool is_any_word(std::string_view words, auto matches) {
    const auto all = base::split(words, ' ');
    return words.empty() || std::any_of(all.begin(), all.end(), matches);
}

// A reply of which only the enhanced code is known fits a rule for the whole class.
bool fits_code(const DiagnosisRule& rule, const ReplyText& reply) {
    if (reply.code == 0)
        return is_any_word(rule.codes, [&](std::string_view code) {
            return reply.enhanced && code.size() == 1 && code[0] - '0' == reply.enhanced->success;
        });
    const std::string digits = std::to_string(reply.code);
    return is_any_word(rule.codes, [&](std::string_view code) { return digits.starts_with(code); });
}

bool fits_enhanced(const DiagnosisRule& rule, const ReplyText& reply) {
    if (rule.enhanced.empty()) return true;
    if (!reply.enhanced) return false;
    const std::string own = fmt::format("{}.{}", reply.enhanced->subject, reply.enhanced->detail);
    return is_any_word(rule.enhanced, [&](std::string_view wanted) {
        return wanted.ends_with('.') ? own.starts_with(wanted) : own == wanted;
    });
}

bool fits_words(const DiagnosisRule& rule, std::string_view lowered) {
    if (rule.words.empty()) return true;
    const auto alternatives = base::split(rule.words, '|');
    return std::any_of(alternatives.begin(), alternatives.end(),
                       [&](std::string_view words) { return lowered.find(words) != std::string_view::npos; });
}

// A bare enhanced code would fit every rule that names only digits of the reply code.
bool has_ground(const DiagnosisRule& rule, const ReplyText& reply) {
    return reply.code != 0 || !rule.enhanced.empty() || !rule.words.empty();
}

std::string_view first_fitting(std::span<const DiagnosisRule> rules, const ReplyText& reply, Stage stage,
                               std::string_view lowered) {
    const std::string_view at = to_string(stage);
    for (const auto& rule : rules) {
        const bool fits = has_ground(rule, reply) && fits_code(rule, reply) && fits_enhanced(rule, reply) &&
                          fits_words(rule, lowered) &&
                          is_any_word(rule.stages, [&](std::string_view name) { return name == at; });
        if (fits) return rule.id;
    }
    return {};
}

std::string_view by_stage(const ReplyText& reply, Stage stage) {
    switch (stage) {
        case Stage::greeting:
            return reply.is_temporary() ? "smtp-greeting-deferred" : "smtp-greeting-rejected";
        case Stage::ehlo:
            return "smtp-ehlo-refused";
        case Stage::starttls:
            return "smtp-starttls-refused";
        case Stage::unknown:
        case Stage::auth:
        case Stage::mail:
        case Stage::rcpt:
        case Stage::data:
            return {};
    }
    return {};
}

// An XOAUTH2 server tells why in a 334 whose text is JSON in base64, and says 535 only after that.
std::string readable_text(const ReplyText& reply) {
    if (reply.code == 334)
        if (const auto bytes = base::decode_base64(reply.text))
            return std::string(bytes->begin(), bytes->end());
    return reply.text;
}

}  // namespace

std::string_view to_string(Stage stage) {
    switch (stage) {
        case Stage::unknown:
            return "unknown";
        case Stage::greeting:
            return "greeting";
        case Stage::ehlo:
            return "ehlo";
        case Stage::starttls:
            return "starttls";
        case Stage::auth:
            return "auth";
        case Stage::mail:
            return "mail";
        case Stage::rcpt:
            return "rcpt";
        case Stage::data:
            return "data";
    }
    return "unknown";
}

bool ReplyText::is_temporary() const {
    return code != 0 ? code / 100 == 4 : enhanced && enhanced->success == 4;
}

std::string ReplyText::to_string() const {
    std::vector<std::string> parts;
    if (code != 0) parts.push_back(std::to_string(code));
    if (enhanced) parts.push_back(enhanced->to_string());
    if (!text.empty()) parts.push_back(text);
    return base::join(parts, " ");
}

std::optional<ReplyText> read_reply_text(std::string_view pasted) {
    const auto lines = without_trace(pasted);
    const auto told = told_reply(quoted_reply(base::trim(lines)));
    const auto text = told.text.substr(0, max_reply_text_octets);
    const auto words = words_of(text);
    ReplyText reply;
    reply.code = leading_code(text);
    reply.enhanced = find_enhanced_code(words, reply.code != 0);
    const bool begins_enhanced = !words.empty() && parse_enhanced_code(words[0]).has_value();
    if (reply.code == 0 && !begins_enhanced) return std::nullopt;
    const std::string code = reply.code != 0 ? std::to_string(reply.code) : std::string();
    reply.text = text_without_codes(words, code, reply.enhanced);
    reply.stage = told.stage != Stage::unknown ? told.stage : stage_in(base::lower(reply.text));
    return reply;
}

std::string_view diagnose_log_line(std::string_view line) {
    const std::string lowered = base::lower(line.substr(0, max_reply_text_octets));
    const auto stands_there = [&](std::string_view words) {
        return lowered.find(words) != std::string::npos;
    };
    for (const auto& rule : log_words()) {
        const auto alternatives = base::split(rule.words, '|');
        if (std::any_of(alternatives.begin(), alternatives.end(), stands_there) && stands_there(rule.also))
            return rule.id;
    }
    return {};
}

std::string_view diagnose(const ReplyText& reply, Stage stage) {
    if (stage == Stage::unknown) stage = reply.stage;
    const std::string lowered = base::lower(readable_text(reply));
    const int digit = reply.code != 0 ? reply.code / 100 : reply.enhanced ? reply.enhanced->success : 5;
    const bool refuses = digit >= 4;
    if (refuses || reply.code == 334)
        if (const auto id = first_fitting(special_rules(), reply, stage, lowered); !id.empty()) return id;
    if (!refuses) return digit == 3 ? "smtp-reply-continue" : "smtp-reply-positive";
    if (const auto id = by_stage(reply, stage); !id.empty()) return id;
    if (const auto id = first_fitting(broad_rules(), reply, stage, lowered); !id.empty()) return id;
    return reply.is_temporary() ? "smtp-reply-temporary" : "smtp-reply-permanent";
}

}  // namespace smtp
