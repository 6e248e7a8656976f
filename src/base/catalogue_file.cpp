#include "base/catalogue_file.hpp"

#include <cstdint>

namespace base {

namespace {

class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    void set_big_endian() { big_endian_ = true; }

    std::optional<std::uint32_t> number(std::uint64_t at) const {
        if (at + 4 > bytes_.size()) return std::nullopt;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const auto octet = static_cast<unsigned char>(bytes_[at + i]);
            value |= std::uint32_t{octet} << (8 * (big_endian_ ? 3 - i : i));
        }
        return value;
    }

    // What the descriptor at this place, length and offset, stands for; up to a NUL.
    std::optional<std::string> text(std::uint64_t at) const {
        const auto size = number(at), offset = number(at + 4);
        if (!size || !offset || std::uint64_t{*offset} + *size > bytes_.size()) return std::nullopt;
        const auto whole = bytes_.substr(*offset, *size);
        return std::string(whole.substr(0, whole.find('\0')));
    }

  private:
    std::string_view bytes_;
    bool big_endian_ = false;
};

}  // namespace

std::optional<CatalogueTexts> read_catalogue(std::string_view bytes) {
    constexpr std::uint32_t magic = 0x950412de, magic_of_other_end = 0xde120495, most_texts = 100000;
    Reader reader(bytes);
    const auto first = reader.number(0);
    if (first == magic_of_other_end)
        reader.set_big_endian();
    else if (first != magic)
        return std::nullopt;
    const auto count = reader.number(8), texts = reader.number(12), translations = reader.number(16);
    if (!count || !texts || !translations || *count > most_texts) return std::nullopt;
    CatalogueTexts result;
    for (std::uint64_t i = 0; i < *count; ++i) {
        auto text = reader.text(*texts + 8 * i), translation = reader.text(*translations + 8 * i);
        if (!text || !translation) return std::nullopt;
        result.emplace_back(std::move(*text), std::move(*translation));
    }
    return result;
}

}  // namespace base
