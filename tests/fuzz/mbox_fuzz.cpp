// An mbox, cut into messages in any chunking.
#include <string>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "mail/mbox.hpp"

namespace {

using fuzz::require;

std::vector<std::string> split(std::string_view text, std::size_t chunk) {
    using Kind = mail::MboxSplitter::Kind;
    mail::MboxSplitter splitter;
    std::vector<std::string> messages;
    std::size_t given = 0;
    for (;;) {
        const auto piece = splitter.next();
        if (piece.kind == Kind::end) return messages;
        if (piece.kind == Kind::foreign) return {"foreign"};
        if (piece.kind == Kind::message) messages.emplace_back();
        if (piece.kind == Kind::text) {
            require(!piece.text.empty() && !messages.empty(), "text belongs to a message");
            messages.back() += piece.text;
            given += piece.text.size();
            require(given <= text.size() + 65536, "no text is made up");
        }
        if (piece.kind != Kind::hungry) continue;
        if (text.empty()) splitter.end();
        splitter.feed(text.substr(0, chunk));
        text.remove_prefix(std::min(chunk, text.size()));
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto whole = split(text, size + 1);
    require(whole == split(text, 1) && whole == split(text, 5), "the same messages in any chunking");
    std::size_t octets = 0;
    for (const auto& message : whole)
        octets += message.size();
    require(whole == std::vector<std::string>{"foreign"} || octets <= size, "no text is made up");
    return 0;
}
