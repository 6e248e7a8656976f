#include "mail/address_list.hpp"

#include <string>

#include <fmt/format.h>

#include "base/text.hpp"

namespace mail {

namespace {

constexpr std::string_view specials = "<>,:;@()[]\"\\";
constexpr int deepest_comment = 100;

class ListParser {
  public:
    // `local` may be nullptr: then an address without a domain is an error.
    ListParser(std::string_view value, const base::DomainName* local) : value_(value), local_(local) {}

    base::Result<std::vector<Address>> parse() {
        TRY_VOID(skip());
        while (at_ < value_.size()) {
            TRY_VOID(parse_element());
            TRY_VOID(skip());
            if (addresses_.size() > most_listed_addresses)
                return fault(fmt::format("more than {} addresses", most_listed_addresses));
        }
        if (in_group_) return fault("a group without the ; at its end");
        return std::move(addresses_);
    }

    // The value, each address in it with its domain. After parse().
    std::string completed() const {
        std::string text;
        std::size_t done = 0;
        for (const auto end : incomplete_) {
            text.append(value_.substr(done, end - done)).append("@" + local_->ascii());
            done = end;
        }
        return text.append(value_.substr(done));
    }

  private:
    // Words up to what tells whether they are an address, a name before <address>, or the name of a group.
    base::Result<void> parse_element() {
        const auto start = at_;
        std::string text;
        unsigned loose_words = 0;  // words with white space between: then it is a name
        bool joins = true;
        while (at_ < value_.size() && std::string_view("<,:;>").find(value_[at_]) == std::string_view::npos) {
            TRY(const auto word, read_word());
            const bool joined = joins || word == "@" || word.front() == '.';
            if (!joined) ++loose_words;
            text += word;
            joins = word == "@" || word.back() == '.';
            TRY_VOID(skip());
        }
        const char end = at_ < value_.size() ? value_[at_] : '\0';
        if (end == '<') return parse_angle();
        if (end == '>') return fault("a > without a <");
        if (end == ':') return begin_group(text);
        if (end != '\0') ++at_;
        if (!text.empty()) TRY_VOID(add(text, start, loose_words));
        if (end == ';') return end_group();
        return {};
    }

    base::Result<void> parse_angle() {
        ++at_;
        TRY_VOID(skip());
        const auto start = at_;
        std::string text;
        while (at_ < value_.size() && value_[at_] != '>') {
            const char c = value_[at_];
            // An obsolete route, "<@a,@b:c@d>": section 4.4 lets it be ignored.
            if (c == ':' && text.starts_with('@')) {
                text.clear();
                ++at_;
            } else if (c == ',' && text.starts_with('@')) {
                text += c;
                ++at_;
            } else if (std::string_view("<,:;").find(c) != std::string_view::npos) {
                return fault("a < without a >");
            } else {
                TRY(const auto word, read_word());
                text += word;
            }
            TRY_VOID(skip());
        }
        if (at_ == value_.size()) return fault("a < without a >");
        ++at_;
        TRY_VOID(add(text, start, 0));
        TRY_VOID(skip());
        if (at_ == value_.size() || value_[at_] == ',') {
            at_ += at_ < value_.size() ? 1 : 0;
            return {};
        }
        if (value_[at_] != ';') return fault("text behind <address>: a comma is missing");
        ++at_;
        return end_group();
    }

    base::Result<void> begin_group(const std::string& name) {
        if (in_group_ || name.empty()) return fault("a : where none belongs");
        in_group_ = true;
        ++at_;
        return {};
    }

    base::Result<void> end_group() {
        if (!in_group_) return fault("a ; without a group");
        in_group_ = false;
        TRY_VOID(skip());
        if (at_ < value_.size() && value_[at_] != ',')
            return fault("text behind a group: a comma is missing");
        at_ += at_ < value_.size() ? 1 : 0;
        return {};
    }

    base::Result<void> add(const std::string& text, std::size_t start, unsigned loose_words) {
        if (loose_words > 0 && text.find('@') == std::string::npos)
            return fault("a name without an <address>", start);
        if (loose_words > 0) return fault("blanks in an address", start);
        const bool incomplete = local_ != nullptr && text.find('@') == std::string::npos;
        if (incomplete) incomplete_.push_back(word_end_);
        auto address = Address::parse(incomplete ? text + "@" + local_->ascii() : text);
        if (address.has_error()) {
            auto error = std::move(address).error();
            error.offset = start;
            return error;
        }
        addresses_.push_back(std::move(*address));
        return {};
    }

    // An atom with its dots, a quoted string with its quotes, or "@".
    base::Result<std::string_view> read_word() {
        TRY(const auto word, scan_word());
        word_end_ = at_;
        return word;
    }

    base::Result<std::string_view> scan_word() {
        const auto start = at_;
        const char first = value_[at_];
        if (first == '@') return value_.substr(at_++, 1);
        if (first == '"') {
            for (++at_; at_ < value_.size() && value_[at_] != '"'; ++at_)
                if (value_[at_] == '\\') ++at_;
            if (at_ >= value_.size()) return fault("a quotation that is not closed", start);
            ++at_;
            return value_.substr(start, at_ - start);
        }
        if (first == '[') return fault("an address literal as domain: it cannot be routed by name");
        while (at_ < value_.size() && specials.find(value_[at_]) == std::string_view::npos &&
               !base::is_space(value_[at_]))
            ++at_;
        if (at_ == start)
            return fault(fmt::format("a {} where none belongs", base::quoted(value_.substr(at_, 1))));
        return value_.substr(start, at_ - start);
    }

    // White space, folds and comments, which may stand in one another.
    base::Result<void> skip() {
        int depth = 0;
        for (; at_ < value_.size(); ++at_) {
            const char c = value_[at_];
            if (c == '(') {
                if (++depth > deepest_comment) return fault("comments too deep in one another");
            } else if (depth > 0 && c == ')') {
                --depth;
            } else if (depth > 0 && c == '\\') {
                ++at_;
            } else if (depth == 0 && !base::is_space(c)) {
                return {};
            }
        }
        at_ = std::min(at_, value_.size());
        return depth == 0 ? base::Result<void>() : fault("a comment that is not closed");
    }

    base::Error fault(std::string_view why, std::size_t offset) const {
        auto error = base::usage_error(fmt::format("not a list of addresses: {}", why));
        error.offset = offset;
        return error;
    }
    base::Error fault(std::string_view why) const { return fault(why, at_); }

    std::string_view value_;
    const base::DomainName* local_;
    std::size_t at_ = 0;
    std::size_t word_end_ = 0;             // of the last word
    std::vector<std::size_t> incomplete_;  // where addresses end that lack a domain
    bool in_group_ = false;
    std::vector<Address> addresses_;
};

}  // namespace

base::Result<std::vector<Address>> parse_address_list(std::string_view value) {
    return ListParser(value, nullptr).parse();
}

base::Result<CompletedList> complete_address_list(std::string_view value, const base::DomainName& local) {
    ListParser parser(value, &local);
    TRY(auto addresses, parser.parse());
    return CompletedList{.addresses = std::move(addresses), .value = parser.completed()};
}

}  // namespace mail
