#include "dkim/signature_text.hpp"

#include <fmt/format.h>

#include "base/domain_name.hpp"
#include "base/text.hpp"

namespace dkim {

namespace {

constexpr std::size_t longest_line = 78;

// Puts words on lines. A fold is white space for a reader (section 3.2), so it stands only where that is
// allowed.
class Folder {
  public:
    explicit Folder(std::string text) : text_(std::move(text)), column_(text_.size()) {}

    // The word on this line behind a blank, or on the next.
    void add(std::string_view word) {
        if (column_ + 1 + word.size() > longest_line)
            fold();
        else
            append(" ");
        append(word);
    }
    // The word as it follows, on the next line when there is no room for it.
    void glue(std::string_view word) {
        if (column_ + word.size() > longest_line) fold();
        append(word);
    }
    // Base64 may be cut anywhere.
    void glue_base64(std::string_view text) {
        while (!text.empty()) {
            if (column_ >= longest_line) fold();
            const auto piece = text.substr(0, longest_line - column_);
            append(piece);
            text.remove_prefix(piece.size());
        }
    }
    void fold() {
        text_ += "\r\n ";
        column_ = 1;
    }
    void append(std::string_view text) {
        text_ += text;
        column_ += text.size();
    }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
    std::size_t column_;
};

bool is_safe(char c) {  // dkim-safe-char of section 2.11
    return c > ' ' && c < 0x7f && c != ';' && c != '=';
}

}  // namespace

std::string signature_without_value(const SignatureTags& tags) {
    Folder field("DKIM-Signature:");
    field.add("v=1;");
    field.add(fmt::format("a={};", tags.algorithm));
    field.add(fmt::format("c={};", to_string(tags.canonical)));
    field.add(fmt::format("d={};", tags.domain));
    field.add(fmt::format("s={};", tags.selector));
    if (!tags.identity.empty()) field.add(fmt::format("i={};", tags.identity));
    field.add(fmt::format("t={};", tags.time));
    if (tags.expiry) field.add(fmt::format("x={};", *tags.expiry));
    if (tags.length) field.add(fmt::format("l={};", *tags.length));
    for (std::size_t i = 0; i < tags.names.size(); ++i) {
        auto word = (i == 0 ? "h=" : "") + tags.names[i];
        word += i + 1 == tags.names.size() ? ';' : ':';
        if (i == 0)
            field.add(word);
        else
            field.glue(word);
    }
    field.add(fmt::format("bh={};", base::encode_base64(tags.body_hash)));
    // On a line of its own: what a fold in the middle of "b=" and its value would be, verifiers read
    // differently.
    field.fold();
    field.append("b=");
    return field.take();
}

std::string complete_signature(std::string field, const base::Bytes& signature) {
    constexpr std::string_view last_line = " b=";
    Folder value{std::string(last_line)};
    value.glue_base64(base::encode_base64(signature));
    return std::move(field) + value.take().substr(last_line.size()) + "\r\n";
}

base::Result<std::string> encode_identity(std::string_view identity, const std::string& domain) {
    const auto at = identity.rfind('@');
    if (at == std::string_view::npos)
        return base::usage_error(fmt::format("not an identity: {}: it has no @", base::quoted(identity)),
                                 fmt::format("--identity @{}", domain));
    const auto local = identity.substr(0, at);
    TRY(const auto name, base::DomainName::parse(identity.substr(at + 1)));
    if (name.ascii() != domain && !name.ascii().ends_with("." + domain))
        return base::usage_error(
            fmt::format("the domain of identity {} is neither {} nor below it (RFC 6376 section 3.5)",
                        base::quoted(identity), domain));
    if (base::printable(local) != local || local.size() > 64)
        return base::usage_error(fmt::format("not an identity: {}", base::quoted(identity)));
    std::string encoded;
    for (const char c : local) {
        if (is_safe(c))
            encoded += c;
        else
            encoded += fmt::format("={:02X}", static_cast<unsigned char>(c));
    }
    return encoded + "@" + name.ascii();
}

}  // namespace dkim
