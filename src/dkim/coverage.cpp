#include "dkim/coverage.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"

namespace dkim {

namespace {

// RFC 5322 section 3.6 allows one of each, RFC 2045 too.
constexpr std::array<std::string_view, 11> single_fields = {"From",
                                                            "Subject",
                                                            "Date",
                                                            "To",
                                                            "Cc",
                                                            "Reply-To",
                                                            "Sender",
                                                            "Message-ID",
                                                            "MIME-Version",
                                                            "Content-Type",
                                                            "Content-Transfer-Encoding"};
constexpr std::array<std::string_view, 5> important_fields = {"Subject", "Date", "To", "Reply-To",
                                                              "Content-Type"};

std::size_t times_signed(const Signature& signature, std::string_view name) {
    return static_cast<std::size_t>(std::count_if(
        signature.names.begin(), signature.names.end(),
        [&](const std::string& signed_name) { return base::equals_ignoring_case(signed_name, name); }));
}

}  // namespace

std::vector<finding::Finding> check_coverage(const mail::Header& header, const Signature& signature,
                                             const std::string& subject) {
    std::vector<finding::Finding> findings;
    const auto add = [&](std::string_view id, std::string observed) {
        findings.push_back(finding::make(id, subject, std::move(observed)));
    };
    std::vector<std::string> repeated, open;
    for (const auto name : single_fields) {
        const auto there = header.count(name);
        const auto in_list = times_signed(signature, name);
        if (in_list > 0 && there > in_list)
            repeated.push_back(fmt::format("{} stands {} times, {} signed", name, there, in_list));
        const bool important =
            std::find(important_fields.begin(), important_fields.end(), name) != important_fields.end();
        if (important && in_list == 0 && there > 0) open.emplace_back(name);
        if (name == "From" && there > 0 && in_list == there)
            add("dkim-signature-from-not-oversigned",
                fmt::format("From stands {} in h= and {} in the message", in_list, there));
    }
    if (!repeated.empty()) add("dkim-signature-field-repeated", base::join(repeated, "; "));
    if (!open.empty()) add("dkim-signature-field-unsigned", base::join(open, ", "));
    return findings;
}

}  // namespace dkim
