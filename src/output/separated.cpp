// TSV, CSV and names: the forms for pipes.
#include <algorithm>

#include "output/characters.hpp"
#include "output/table.hpp"

namespace output {
namespace {

bool is_plain(unsigned char byte) {
    return byte >= 0x20 && byte < 0x7f;
}

void append_hexadecimal(std::string& sink, std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        sink += "\\x";
        sink += digits[byte >> 4];
        sink += digits[byte & 0xf];
    }
}

// Valid UTF-8 without controls as it is, the bytes of all else as \xNN. `own` writes what the format escapes
// or allows in its own way and says whether it did.
template <class Own>
void append_escaped(std::string& sink, std::string_view text, Own own) {
    while (!text.empty()) {
        const auto character = first_character(text);
        const auto bytes = text.substr(0, character.length);
        text.remove_prefix(character.length);
        if (character.length == 1 && own(bytes.front())) continue;
        const bool control = character.code < 0x20 || (character.code >= 0x7f && character.code <= 0x9f);
        if (!character.valid || control) {
            append_hexadecimal(sink, bytes);
        } else {
            sink += bytes;
        }
    }
}

void append_tsv_text(std::string& sink, std::string_view text) {
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return is_plain(static_cast<unsigned char>(c)) && c != '\\';
    });
    if (plain) {
        sink += text;
        return;
    }
    append_escaped(sink, text, [&](char c) {
        switch (c) {
            case '\t':
                sink += "\\t";
                return true;
            case '\n':
                sink += "\\n";
                return true;
            case '\r':
                sink += "\\r";
                return true;
            case '\\':
                sink += "\\\\";
                return true;
            default:
                return false;
        }
    });
}

// RFC 4180 section 2, rules 5 to 7.
void append_csv_text(std::string& sink, std::string_view text) {
    const bool quoted = text.empty() || text.find_first_of("\",\n") != std::string_view::npos ||
                        text.front() == ' ' || text.back() == ' ';
    if (quoted) sink += '"';
    append_escaped(sink, text, [&](char c) {
        if (c == '"') {
            sink += "\"\"";
        } else if (c == '\n') {
            sink += '\n';
        } else {
            return false;
        }
        return true;
    });
    if (quoted) sink += '"';
}

// `write(sink, cell)` writes one cell, which may be the header's.
template <class Write>
std::string render_separated(const Table& table, Header header, char separator, Write write) {
    std::string text;
    const auto append_row = [&](const auto& cell_at) {
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            if (i > 0) text += separator;
            write(text, cell_at(i));
        }
        text += '\n';
    };
    if (table.columns.empty()) return text;
    if (header == Header::yes)
        append_row([&](std::size_t i) { return std::optional<std::string_view>(table.columns[i].key); });
    for (const auto& row : table.rows)
        append_row([&](std::size_t i) {
            return i < row.size() ? std::optional<std::string_view>(row[i].text) : std::nullopt;
        });
    return text;
}

}  // namespace

std::string render_tsv(const Table& table, Header header) {
    return render_separated(table, header, '\t', [](std::string& sink, std::optional<std::string_view> cell) {
        if (cell) {
            append_tsv_text(sink, *cell);
        } else {
            sink += "\\N";
        }
    });
}

std::string render_csv(const Table& table, Header header) {
    return render_separated(table, header, ',', [](std::string& sink, std::optional<std::string_view> cell) {
        if (cell) append_csv_text(sink, *cell);
    });
}

std::string render_names(const Table& table) {
    std::string text;
    if (table.columns.empty()) return text;
    for (const auto& row : table.rows) {
        if (row.empty() || !row.front().text) continue;
        append_tsv_text(text, *row.front().text);
        text += '\n';
    }
    return text;
}

}  // namespace output
