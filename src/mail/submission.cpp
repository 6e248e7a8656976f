#include "mail/submission.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "mail/address_list.hpp"

namespace mail {

namespace {

constexpr std::array never_sent = {std::string_view("Bcc"), std::string_view("Resent-Bcc"),
                                   std::string_view("Return-Path"), mail_type_field};
constexpr std::array recipient_fields = {std::string_view("To"), std::string_view("Cc"),
                                         std::string_view("Bcc")};
constexpr std::array resent_recipient_fields = {std::string_view("Resent-To"), std::string_view("Resent-Cc"),
                                                std::string_view("Resent-Bcc")};

template <class Names>
std::optional<std::string_view> known_name(const Names& names, std::string_view name) {
    const auto found = std::find_if(names.begin(), names.end(), [&](std::string_view each) {
        return base::equals_ignoring_case(each, name);
    });
    return found == names.end() ? std::nullopt : std::optional(*found);
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
}

// Those in which an address without a domain gets one: RFC 6409 section 4.2.
constexpr std::array completed_fields = {
    std::string_view("From"),      std::string_view("Sender"),    std::string_view("Reply-To"),
    std::string_view("To"),        std::string_view("Cc"),        std::string_view("Resent-From"),
    std::string_view("Resent-To"), std::string_view("Resent-Cc"), std::string_view("Resent-Sender")};
using LocalDomain = std::optional<base::DomainName>;

base::Result<CompletedList> read_list(std::string_view value, const LocalDomain& local) {
    if (local) return complete_address_list(value, *local);
    TRY(auto addresses, parse_address_list(value));
    return CompletedList{.addresses = std::move(addresses), .value = std::string(value)};
}

base::Result<std::vector<Address>> read_addresses(const Field& field, const LocalDomain& local) {
    auto list = read_list(field.value, local);
    if (list.has_value()) return std::move(list->addresses);
    auto error = std::move(list).error();
    error.message = fmt::format("{}: {}", field.name, error.message);
    error.offset.reset();
    return error;
}

// "Ann Lee" in quotes, or as encoded words of RFC 2047 section 2, which are 75 octets at most.
std::string display_name(std::string_view name) {
    constexpr std::size_t longest_name = 200, longest_piece = 45;
    name = base::beginning(base::trim(name), longest_name);
    std::string text;
    if (is_ascii(name)) {
        for (const char c : name) {
            if (base::is_control(c)) continue;
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        return text.empty() ? text : fmt::format("\"{}\" ", text);
    }
    while (!name.empty()) {
        const auto piece = base::beginning(name, longest_piece);
        if (piece.empty()) break;
        text += fmt::format("=?UTF-8?B?{}?= ", base::encode_base64(piece));
        name.remove_prefix(piece.size());
    }
    return text;
}

base::Result<Address> read_author(const Header& header, const SubmissionOptions& options) {
    const auto& local = options.local_domain;
    const auto count = header.count("From");
    if (count == 0 && options.author) return options.author->address;
    if (count == 0)
        return base::usage_error("the message has no From field",
                                 "begin it with From: ADDRESS; called as sendmail, -f ADDRESS adds it");
    if (count > 1) return base::usage_error(fmt::format("the message has {} From fields", count));
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto field = header[i];
        if (!base::equals_ignoring_case(field.name, "From")) continue;
        TRY(const auto authors, read_addresses(field, local));
        if (!authors.empty()) return authors.front();
    }
    return base::usage_error("the From field has no address");
}

// Where a message was sent on, the fields of the last to do so count, which stand first (RFC 5322 section
// 3.6.6); a block ends where one of its fields comes again.
base::Result<std::vector<Address>> read_recipients(const Header& header, const LocalDomain& local) {
    bool resent = false;
    for (const auto name : resent_recipient_fields)
        resent = resent || header.count(name) > 0;
    std::vector<Address> recipients;
    std::set<Address> seen;
    std::set<std::string_view> block;
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto field = header[i];
        const auto name = known_name(resent ? resent_recipient_fields : recipient_fields, field.name);
        if (!name) continue;
        if (!block.insert(*name).second && resent) break;
        TRY(const auto addresses, read_addresses(field, local));
        for (const auto& address : addresses)
            if (seen.insert(address).second) recipients.push_back(address);
    }
    return recipients;
}

base::Result<std::optional<std::string>> read_mail_type(const Header& header) {
    if (header.count(mail_type_field) > 1)
        return base::usage_error(fmt::format("the message has several {} fields", mail_type_field));
    for (std::size_t i = 0; i < header.size(); ++i)
        if (base::equals_ignoring_case(header[i].name, mail_type_field))
            return std::optional(base::lower(base::trim(header[i].value)));
    return std::optional<std::string>();
}

void add_missing(const Header& header, const SubmissionOptions& options, Submission& submission) {
    if (header.count("From") == 0) {
        submission.header += fmt::format("From: {}<{}>\r\n", display_name(options.author->name),
                                         options.author->address.to_string());
        submission.added.push_back("From");
    }
    if (header.count("Date") == 0) {
        submission.header += fmt::format("Date: {}\r\n", to_rfc5322_date(options.now));
        submission.added.push_back("Date");
    }
    if (header.count("Message-ID") == 0) {
        submission.header += fmt::format("Message-ID: <{}@{}>\r\n", options.message_id_left,
                                         submission.author.domain().ascii());
        submission.added.push_back("Message-ID");
    }
}

void add_field(const Field& field, const LocalDomain& local, Submission& submission) {
    if (local && known_name(completed_fields, field.name)) {
        const auto list = read_list(field.value, local);
        if (list.has_value() && list->value != field.value) {
            constexpr std::size_t line_end = 2;
            submission.header += field.raw.substr(0, field.raw.size() - field.value.size() - line_end);
            submission.header += list->value + "\r\n";
            return;
        }
    }
    submission.header += field.raw;
}

}  // namespace

base::Result<Submission> prepare_submission(const Header& header, const SubmissionOptions& options,
                                            Recipients recipients) {
    TRY(auto author, read_author(header, options));
    Submission submission{.header = {}, .author = std::move(author)};
    TRY(submission.mail_type, read_mail_type(header));
    if (recipients == Recipients::wanted) {
        TRY(submission.recipients, read_recipients(header, options.local_domain));
    }
    add_missing(header, options, submission);
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto field = header[i];
        if (const auto name = known_name(never_sent, field.name))
            submission.removed.push_back(*name);
        else
            add_field(field, options.local_domain, submission);
    }
    submission.needs_smtputf8 = !is_ascii(submission.header);
    for (const auto& recipient : submission.recipients)
        submission.needs_smtputf8 = submission.needs_smtputf8 || !is_ascii(recipient.local_part());
    return submission;
}

std::string to_rfc5322_date(base::Time time) {
    constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto day = std::chrono::floor<std::chrono::days>(seconds);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(seconds - day);
    return fmt::format("{}, {} {} {:04} {:02}:{:02}:{:02} +0000",
                       days.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                       months.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace mail
