#include "mta_sts/policy.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/domain_name.hpp"
#include "base/text.hpp"
#include "mta_sts/policy_lines.hpp"

namespace mta_sts {

namespace {

constexpr std::size_t most_of_one_kind = 20;
constexpr std::uint64_t day = 86'400;    // seconds
constexpr std::uint64_t week = 604'800;  // what section 3.2 recommends at the least

const std::vector<std::string> known_keys = {"version", "mode", "max_age", "mx"};
const std::vector<std::string> modes = {"enforce", "testing", "none"};

struct Issue {
    std::string_view id;
    std::string observed;
    std::string remedy = {};
    const PolicyLine* line = nullptr;  // null: about the whole file
    std::size_t offset = 0;            // in the line
};

std::optional<Mode> mode_of(std::string_view text) {
    for (const auto mode : {Mode::none, Mode::testing, Mode::enforce})
        if (text == to_string(mode)) return mode;
    return std::nullopt;
}

// What a policy file says, read as far as it goes.
class Reader {
  public:
    explicit Reader(std::string_view text) : lines_(read_lines(text)) {}

    void read() {
        if (is_no_policy()) return;
        for (const auto& line : lines_)
            take(line);
        for (const std::string_view key : {"version", "mode", "max_age"})
            if (!first_.contains(std::string(key)))
                add(key == "max_age" ? "mta-sts-policy-max-age"
                                     : (key == "mode" ? "mta-sts-policy-mode" : "mta-sts-policy-version"),
                    fmt::format("no {}: line", key));
        if (policy.mx.empty() && !mx_seen_ && mode != Mode::none) add("mta-sts-policy-no-mx", "no mx: line");
        policy.mode = mode.value_or(Mode::none);
    }

    Policy policy;
    std::optional<Mode> mode;
    std::vector<Issue> issues;

  private:
    void add(std::string_view id, std::string observed, const PolicyLine* line = nullptr,
             std::size_t offset = 0, std::string remedy = {}) {
        issues.push_back({id, std::move(observed), std::move(remedy), line, offset});
    }

    bool is_no_policy() {
        if (lines_.empty()) {
            add("mta-sts-policy-syntax", "the file is empty");
            return true;
        }
        const bool page = base::trim(lines_.front().text).starts_with('<');
        if (page) add("mta-sts-policy-syntax", "a web page stands in place of the policy", &lines_.front());
        return page;
    }

    void take(const PolicyLine& line) {
        if (line.blank) return add("mta-sts-policy-blank-line", "an empty line", &line);
        if (!line.fault.empty()) return add("mta-sts-policy-syntax", line.fault, &line, line.fault_offset);
        if (line.key == "mx") return take_mx(line);
        if (!first_.emplace(line.key, line.number).second)
            return add("mta-sts-policy-duplicate",
                       fmt::format("{}: stands in line {} already, which counts", line.key, first_[line.key]),
                       &line);
        if (line.key == "version") {
            if (line.value != "STSv1")
                add("mta-sts-policy-version", "version: " + base::quoted(line.value), &line,
                    line.value_offset);
        } else if (line.key == "mode") {
            take_mode(line);
        } else if (line.key == "max_age") {
            take_max_age(line);
        } else {
            take_other(line);
        }
    }

    void take_mode(const PolicyLine& line) {
        mode = mode_of(line.value);
        if (mode) return;
        const auto near = base::nearest(base::lower(line.value), modes);
        add("mta-sts-policy-mode", "mode: " + base::quoted(line.value), &line, line.value_offset,
            near ? "Write mode: " + *near : std::string());
    }

    // 1*10DIGIT
    void take_max_age(const PolicyLine& line) {
        const std::string_view digits = line.value;
        const auto wrong = [&](std::string observed, std::string remedy = {}) {
            add("mta-sts-policy-max-age", std::move(observed), &line, line.value_offset, std::move(remedy));
        };
        if (digits.empty() || digits.size() > 10 ||
            !std::all_of(digits.begin(), digits.end(), base::is_digit))
            return wrong("max_age: " + base::quoted(digits) + " is no number of seconds");
        for (const char digit : digits)
            policy.max_age = policy.max_age * 10 + static_cast<std::uint64_t>(digit - '0');
        if (policy.max_age > longest_max_age) {
            wrong(fmt::format("max_age: {}, more than {}", policy.max_age, longest_max_age),
                  fmt::format("Write max_age: {}", longest_max_age));
        } else if (policy.max_age < day) {
            add("mta-sts-max-age-short", fmt::format("max_age: {}, less than a day", policy.max_age), &line,
                line.value_offset, fmt::format("Write max_age: {} or more", week));
        }
    }

    void take_mx(const PolicyLine& line) {
        mx_seen_ = true;
        const bool wildcard = line.value.starts_with("*.");
        const std::string_view name = std::string_view(line.value).substr(wildcard ? 2 : 0);
        const auto wrong = [&](const std::string& why, std::size_t at, std::string remedy = {}) {
            add("mta-sts-policy-mx", fmt::format("mx: {}: {}", base::quoted(line.value), why), &line,
                line.value_offset + at, std::move(remedy));
        };
        if (const auto gap = name.find_first_of(", ;\t"); gap != std::string_view::npos)
            return wrong("one pattern a line", gap + (wildcard ? 2 : 0), "Give each pattern an mx: line.");
        if (const auto star = name.find('*'); star != std::string_view::npos)
            return wrong("a wildcard stands for the whole leftmost label only", star + (wildcard ? 2 : 0));
        const auto domain = base::DomainName::parse(name, 1);
        if (domain.has_error()) return wrong(domain.error().message, wildcard ? 2 : 0);
        const std::string pattern = (wildcard ? "*." : "") + domain->ascii();
        if (domain->ascii() != base::lower(name))
            return wrong(name.ends_with('.') ? "a dot stands at the end" : "it must be written in A-labels",
                         0, "Write mx: " + pattern);
        policy.mx.push_back(pattern);
    }

    void take_other(const PolicyLine& line) {
        policy.extensions.emplace_back(line.key, line.value);
        const auto folded = base::lower(line.key);
        const bool dashed = folded == "max-age" || folded == "maxage";
        const auto near = dashed ? std::optional<std::string>("max_age") : base::nearest(folded, known_keys);
        add("mta-sts-policy-unknown-key", line.key + ":", &line, 0,
            near ? "Write " + *near + ": " + line.value : std::string());
    }

    std::vector<PolicyLine> lines_;
    std::map<std::string, std::size_t> first_;  // key -> its line
    bool mx_seen_ = false;
};

bool is_fatal(const Issue& issue) {
    const auto* entry = finding::find_entry(issue.id);
    return entry != nullptr && entry->severity == finding::Severity::error;
}

std::string in_words(const Issue& issue) {
    return issue.line == nullptr ? issue.observed
                                 : fmt::format("line {}: {}", issue.line->number, issue.observed);
}

}  // namespace

std::string_view to_string(Mode mode) {
    switch (mode) {
        case Mode::none:
            return "none";
        case Mode::testing:
            return "testing";
        case Mode::enforce:
            return "enforce";
    }
    return "?";
}

base::Result<Policy> parse_policy(std::string_view text) {
    Reader reader(text);
    reader.read();
    const auto fatal = std::find_if(reader.issues.begin(), reader.issues.end(), is_fatal);
    if (fatal == reader.issues.end()) return std::move(reader.policy);
    auto error = base::usage_error(in_words(*fatal));
    error.offset = fatal->line == nullptr ? text.size() : fatal->line->offset + fatal->offset;
    return error;
}

std::string to_string(const Policy& policy) {
    std::string text = fmt::format("version: STSv1\r\nmode: {}\r\n", to_string(policy.mode));
    for (const auto& pattern : policy.mx)
        text += fmt::format("mx: {}\r\n", pattern);
    text += fmt::format("max_age: {}\r\n", policy.max_age);
    for (const auto& [key, value] : policy.extensions)
        text += fmt::format("{}: {}\r\n", key, value);
    return text;
}

PolicyInspection inspect_policy(std::string_view text, const std::string& subject) {
    Reader reader(text);
    reader.read();
    PolicyInspection result;
    if (reader.mode) result.policy = reader.policy;
    std::map<std::string_view, std::size_t> counts;
    for (const auto& issue : reader.issues) {
        if (++counts[issue.id] > most_of_one_kind) continue;
        auto finding = finding::make(issue.id, subject, in_words(issue), issue.remedy);
        if (issue.line != nullptr) {
            finding.text = issue.line->text;
            finding.offset = issue.offset;
        }
        result.findings.push_back(std::move(finding));
    }
    return result;
}

bool matches(std::string_view pattern, std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    if (!pattern.starts_with("*.")) return base::equals_ignoring_case(pattern, host);
    const auto dot = host.find('.');
    return dot != std::string_view::npos && dot > 0 &&
           base::equals_ignoring_case(pattern.substr(2), host.substr(dot + 1));
}

}  // namespace mta_sts
