#include "dns/zone_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace dns {

std::string quote_text(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
            quoted += c;
        } else if (c >= 0x20 && c < 0x7f) {
            // The semicolon needs no escape inside quotes.
            quoted += c;
        } else {
            quoted += fmt::format("\\{:03}", static_cast<unsigned char>(c));
        }
    }
    return quoted + '"';
}

namespace {

struct Word {
    std::string text;
    bool quoted = false;
};
using Entry = std::vector<Word>;

class ZoneReader {
  public:
    explicit ZoneReader(std::string_view text) : text_(text) {}

    // The words of each entry, which ends with its line, or behind the parentheses.
    base::Result<std::vector<Entry>> read() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '"') {
                TRY_VOID(read_quoted());
            } else if (c == ';') {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (c == '(' || c == ')') {
                if (c == ')' && depth_ == 0) return base::usage_error("a ) without its (");
                depth_ += c == '(' ? 1 : -1;
                ++at_;
            } else if (base::is_space(c)) {
                if (c == '\n' && depth_ == 0) end_entry();
                ++at_;
            } else {
                TRY_VOID(read_bare());
            }
        }
        if (depth_ > 0) return base::usage_error("a ( without its )");
        end_entry();
        return std::move(entries_);
    }

  private:
    void end_entry() {
        if (!entry_.empty()) entries_.push_back(std::move(entry_));
        entry_.clear();
    }

    // "\\X" is X, "\\065" the octet of that number.
    base::Result<char> read_escape() {
        const auto rest = text_.substr(at_ + 1);
        if (rest.empty()) return base::usage_error("a backslash at the end");
        if (!base::is_digit(rest.front())) {
            at_ += 2;
            return rest.front();
        }
        const bool three = rest.size() >= 3 && base::is_digit(rest[1]) && base::is_digit(rest[2]);
        const int octet = three ? 100 * (rest[0] - '0') + 10 * (rest[1] - '0') + (rest[2] - '0') : 256;
        if (octet > 255)
            return base::usage_error("an escape that is none: " + base::quoted(text_.substr(at_, 4)));
        at_ += 4;
        return static_cast<char>(octet);
    }

    base::Result<void> read_quoted() {
        Word word{.text = {}, .quoted = true};
        for (++at_; at_ < text_.size() && text_[at_] != '"';)
            TRY_VOID(read_octet(word));
        if (at_ == text_.size()) return base::usage_error("a quote without its end");
        ++at_;
        entry_.push_back(std::move(word));
        return {};
    }

    base::Result<void> read_bare() {
        Word word;
        while (at_ < text_.size() && !base::is_space(text_[at_]) &&
               std::string_view("\"();").find(text_[at_]) == std::string_view::npos)
            TRY_VOID(read_octet(word));
        entry_.push_back(std::move(word));
        return {};
    }

    base::Result<void> read_octet(Word& word) {
        if (text_[at_] != '\\') {
            word.text += text_[at_++];
            return {};
        }
        TRY(const char c, read_escape());
        word.text += c;
        return {};
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    Entry entry_ = {};
    std::vector<Entry> entries_ = {};
};

}  // namespace

base::Result<std::vector<std::string>> parse_txt_records(std::string_view text) {
    TRY(const auto entries, ZoneReader(text).read());
    std::vector<std::string> records;
    for (const auto& entry : entries) {
        if (!entry.front().quoted && entry.front().text.starts_with('$')) continue;
        auto strings = entry.begin();
        if (!strings->quoted) {
            strings = std::find_if(entry.begin(), entry.end(), [](const Word& word) {
                return !word.quoted && base::equals_ignoring_case(word.text, "TXT");
            });
            if (strings == entry.end())
                return base::usage_error("no TXT record: " + base::quoted(entry.front().text));
            ++strings;
        }
        if (strings == entry.end()) return base::usage_error("a TXT record without its text");
        std::string joined;
        for (; strings != entry.end(); ++strings)
            joined += strings->text;
        records.push_back(std::move(joined));
    }
    if (records.empty()) return base::usage_error("no TXT record");
    return records;
}

}  // namespace dns
