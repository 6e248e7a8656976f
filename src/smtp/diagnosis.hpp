// What a reply means: from its code, its enhanced status code, its words and the stage it came at to a
// finding of the catalogue. Pure, bounded, for texts of any origin.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "smtp/enhanced_code.hpp"

namespace smtp {

// What had been said when the reply came; `unknown` = the reply is all there is.
enum class Stage { unknown, greeting, ehlo, starttls, auth, mail, rcpt, data };
std::string_view to_string(Stage stage);  // "unknown", "greeting" ... "data"

inline constexpr std::size_t max_reply_text_octets = 4096;  // of a text to be diagnosed; the rest is cut off

struct ReplyText {
    int code = 0;  // 200 to 599; 0 = only the enhanced code is known
    std::optional<EnhancedCode> enhanced = {};
    std::string text = {};         // the words behind the codes, one blank between them, raw
    Stage stage = Stage::unknown;  // when the text itself tells: "(in reply to RCPT TO command)"

    bool is_temporary() const;      // the reply code decides, without one the enhanced code's class
    std::string to_string() const;  // "535 5.7.8 no such user", raw
    bool operator==(const ReplyText&) const = default;
};

// A reply as people paste it: one line or many ("535-5.7.8 ..."), with its line ends or blanks in their
// place, the words around it in a mail log ("... said: 550 5.1.1 ... (in reply to RCPT TO command)") or in
// what relayctl prints ("PLAIN: 535 5.7.8 ...", "  0.516 < 535 5.7.8 ..."), or an enhanced code alone.
// nullopt = it does not look like a reply.
std::optional<ReplyText> read_reply_text(std::string_view pasted);

// What a mail program says in its own words, where no server replied: "connect to mx.example[192.0.2.1]:25:
// Connection timed out". Empty = nothing that is known.
std::string_view diagnose_log_line(std::string_view line);

// The catalogue's id for the reply: the most special one that fits, else what its stage, its subject
// (RFC 3463 section 3.1) or its first digit says. A stage that is given counts more than the text's own.
std::string_view diagnose(const ReplyText& reply, Stage stage = Stage::unknown);

}  // namespace smtp
