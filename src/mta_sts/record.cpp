#include "mta_sts/record.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "tls_rpt/field_list.hpp"

namespace mta_sts {

namespace {

constexpr std::string_view version = "v=STSv1";
constexpr std::size_t longest_id = 32;

// The policy file's text in the DNS, or the name of the file's first key in place of v=.
std::optional<tls_rpt::NearMiss> explain(std::string_view text) {
    if (auto miss = tls_rpt::find_near_miss(text, version, {"id"})) return miss;
    const auto folded = base::lower(base::trim(text.substr(0, 64)));
    if (folded.starts_with("version:") || folded.starts_with("version="))
        return tls_rpt::NearMiss{"the text of the policy file stands in the DNS", 0};
    return std::nullopt;
}

// 1*32(ALPHA / DIGIT); empty when it is one.
std::string fault_of_id(std::string_view id) {
    if (id.empty()) return "id= is empty";
    const auto odd = std::find_if_not(id.begin(), id.end(), base::is_alnum);
    if (odd != id.end())
        return fmt::format("id={}: {} is neither a letter nor a digit", base::quoted(id),
                           base::quoted(std::string_view(&*odd, 1)));
    if (id.size() > longest_id)
        return fmt::format("id= has {} characters, at most {} are allowed", id.size(), longest_id);
    return {};
}

std::string usable_id(std::string_view id) {
    std::string result;
    std::copy_if(id.begin(), id.end(), std::back_inserter(result), base::is_alnum);
    result.resize(std::min(result.size(), longest_id));
    return result;
}

class Inspector {
  public:
    Inspector(std::string_view text, const std::string& subject) : text_(text), subject_(subject) {}

    std::vector<finding::Finding> inspect() {
        if (!is_record(text_)) {
            if (const auto miss = explain(text_))
                add("mta-sts-near-miss", miss->message, miss->offset, miss->remedy);
            else
                add("mta-sts-unrelated-text", base::quoted(text_), 0);
            return std::move(findings_);
        }
        const auto scan = tls_rpt::scan_fields(text_, version.size());
        for (const auto& fault : scan.faults)
            add("mta-sts-syntax", fault.message, fault.offset);
        check_fields(scan);
        return std::move(findings_);
    }

  private:
    void add(std::string_view id, std::string observed, std::size_t offset, std::string remedy = {}) {
        auto finding = finding::make(id, subject_, std::move(observed), std::move(remedy));
        finding.text = text_;
        finding.offset = offset;
        findings_.push_back(std::move(finding));
    }

    void check_fields(const tls_rpt::FieldScan& scan) {
        std::size_t count = 0;
        for (const auto& field : scan.fields) {
            if (field.name == "id") {
                if (++count > 1)
                    add("mta-sts-syntax", "id= stands twice", field.offset, "Leave one id=.");
                else
                    check_id(field);
                continue;
            }
            const bool meant = base::equals_ignoring_case(field.name, "id") && scan.find("id") == nullptr;
            add("mta-sts-unknown-field", field.name + "=" + base::quoted(field.value), field.offset,
                meant ? "Write id=" + field.value : std::string());
            if (!tls_rpt::is_extension_value(field.value))
                add("mta-sts-syntax", field.name + "=: the value " + base::quoted(field.value),
                    field.value_offset);
        }
        if (count == 0) add("mta-sts-id-missing", "id= is missing", text_.size());
    }

    void check_id(const tls_rpt::Field& field) {
        const auto fault = fault_of_id(field.value);
        if (fault.empty()) return;
        if (field.value.empty()) {
            add("mta-sts-id-missing", fault, field.value_offset);
            return;
        }
        const auto usable = usable_id(field.value);
        add("mta-sts-id-invalid", fault, field.value_offset,
            usable.empty() ? std::string() : "Publish: " + to_string({.id = usable}));
    }

    std::string text_;
    const std::string& subject_;
    std::vector<finding::Finding> findings_;
};

}  // namespace

bool is_record(std::string_view text) {
    return tls_rpt::has_version(text, version);
}

bool is_near_miss(std::string_view text) {
    return !is_record(text) && explain(text).has_value();
}

base::Result<Record> parse_record(std::string_view text) {
    if (!is_record(text)) return tls_rpt::syntax_error("the text does not begin with v=STSv1;", 0);
    const auto scan = tls_rpt::scan_fields(text, version.size());
    if (!scan.faults.empty())
        return tls_rpt::syntax_error(scan.faults.front().message, scan.faults.front().offset);
    Record record;
    for (const auto& field : scan.fields) {
        if (field.name == "id") {
            if (!record.id.empty()) return tls_rpt::syntax_error("id= stands twice", field.offset);
            if (auto fault = fault_of_id(field.value); !fault.empty())
                return tls_rpt::syntax_error(std::move(fault), field.value_offset);
            record.id = field.value;
        } else if (tls_rpt::is_extension_value(field.value)) {
            record.extensions.emplace_back(field.name, field.value);
        } else {
            return tls_rpt::syntax_error("the value " + base::quoted(field.value), field.value_offset);
        }
    }
    if (record.id.empty()) return tls_rpt::syntax_error("id= is missing", text.size());
    return record;
}

std::string to_string(const Record& record) {
    std::string text = fmt::format("{}; id={}", version, record.id);
    for (const auto& [name, value] : record.extensions)
        text += fmt::format("; {}={}", name, value);
    return text;
}

std::vector<finding::Finding> inspect_record(std::string_view text, const std::string& subject) {
    return Inspector(text, subject).inspect();
}

}  // namespace mta_sts
