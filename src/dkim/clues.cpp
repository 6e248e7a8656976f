#include "dkim/clues.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "crypto/digest.hpp"

namespace dkim {

namespace {

constexpr std::size_t most_ends = 4000;
constexpr std::size_t longest_boundary = 1024;

// Where lines of the tail end, behind their CRLF; the last ones, in order. An end at 0 means that nothing of
// the tail was there.
std::vector<std::size_t> line_ends(std::string_view tail) {
    std::vector<std::size_t> ends = {0};
    for (auto at = tail.find("\r\n"); at != std::string_view::npos; at = tail.find("\r\n", at + 2))
        ends.push_back(at + 2);
    if (ends.size() > most_ends) ends.erase(ends.begin(), ends.end() - most_ends);
    return ends;
}

// The last line when it is the end of a MIME multipart, with the line end in front of it, which is its own
// (RFC 2046 section 5.1.1).
std::string_view closing_boundary(std::string_view tail) {
    auto body = tail;
    while (body.ends_with("\r\n"))
        body.remove_suffix(2);
    const auto start = body.rfind("\r\n");
    if (start == std::string_view::npos) return {};
    const auto line = body.substr(start + 2);
    if (!line.starts_with("--") || !line.ends_with("--") || line.size() > longest_boundary) return {};
    return tail.substr(start + 2);
}

std::string first_line(std::string_view text) {
    for (const auto line : base::split(text, '\n'))
        if (const auto words = base::trim(line); !words.empty()) return base::quoted(words);
    return "an empty line";
}

// Tries whether the body was signed when it ended at the end of an earlier line.
std::optional<std::string> find_added_text(const CanonicalBody& body, const base::Bytes& claimed) {
    const std::string_view tail = body.tail();
    const auto boundary = closing_boundary(tail);
    crypto::Sha256 hash = body.before_tail();
    std::size_t hashed = 0;
    std::optional<std::string> found;
    for (const auto end : line_ends(tail)) {
        hash.update(tail.substr(hashed, end - hashed));
        hashed = end;
        if (end == tail.size()) break;
        const auto kept = body.size() - tail.size() + end;
        if (hash.digest() == claimed)
            return fmt::format(
                "the first {} of {} octets are what was signed: the rest was added behind it, from {}", kept,
                body.size(), first_line(tail.substr(end)));
        if (boundary.empty() || end + boundary.size() > tail.size()) continue;
        crypto::Sha256 closed(hash);
        closed.update(boundary);
        if (closed.digest() == claimed)
            return fmt::format("{} octets were added in front of the last MIME boundary, from {}",
                               tail.size() - boundary.size() - end, first_line(tail.substr(end)));
    }
    return std::nullopt;
}

std::optional<std::string> find_encoding(const mail::Header& header) {
    for (std::size_t i = 0; i < header.size(); ++i)
        if (base::equals_ignoring_case(header[i].name, "X-MIME-Autoconverted"))
            return "a server re-encoded the body: X-MIME-Autoconverted: " +
                   std::string(base::trim(header[i].value.substr(0, 200)));
    return std::nullopt;
}

}  // namespace

std::vector<std::string> body_clues(const SignedMessage& message, const Signature& signature) {
    std::vector<std::string> clues;
    const auto canonicalization = signature.canonical.body;
    const auto empty = canonicalization == Canonicalization::simple ? "\r\n" : "";
    const auto& claimed = signature.body_hash;
    if (claimed == crypto::sha256(empty)) {
        clues.emplace_back(
            "bh= is that of an empty body: the whole body was added, or the signer did not see it");
        return clues;
    }
    const auto other =
        canonicalization == Canonicalization::simple ? Canonicalization::relaxed : Canonicalization::simple;
    const auto* compared = message.body().body(other);
    if (compared != nullptr && compared->hash(std::nullopt).digest == claimed) {
        clues.push_back(fmt::format("bh= is the hash of the {} form: only white space was changed, or c= was",
                                    to_string(other)));
        return clues;
    }
    const auto* body = message.body().body(canonicalization);
    if (body != nullptr && !signature.length)
        if (auto added = find_added_text(*body, claimed)) clues.push_back(std::move(*added));
    if (!clues.empty()) return clues;
    if (auto encoding = find_encoding(message.header())) clues.push_back(std::move(*encoding));
    const auto& ends = message.line_endings();
    if (ends.bare_cr > 0)
        clues.push_back(fmt::format("the message has {} CRs that end no line; a server may have changed them",
                                    ends.bare_cr));
    return clues;
}

}  // namespace dkim
