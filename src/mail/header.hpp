// The header of a message: its fields in order, with every byte kept (RFC 5322 section 2.2).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mail {

// Views into the Header.
struct Field {
    std::string_view raw;    // name, colon, value with its folds, and the CRLF at its end
    std::string_view name;   // as written, without white space before the colon
    std::string_view value;  // what follows the colon, with folds, without the CRLF at its end
};

class Header {
  public:
    std::size_t size() const { return places_.size(); }
    bool empty() const { return places_.empty(); }
    Field operator[](std::size_t index) const;
    // The number of fields of that name, whatever its case.
    std::size_t count(std::string_view name) const;
    // All fields as they are, without the blank line.
    std::string_view text() const { return text_; }

  private:
    friend class MessageReader;
    struct Place {
        std::uint32_t start;
        std::uint32_t size;
        std::uint32_t name_size;
        std::uint32_t colon;  // from start
    };
    std::string text_;
    std::vector<Place> places_;
};

}  // namespace mail
