// The body as a stream. Most octets of most bodies go through unchanged; what may have to change is found a
// block at a time, and only there one octet is looked at after the other.
#include <algorithm>

#include "dkim/canonical.hpp"

namespace dkim {

namespace {

constexpr std::size_t buffer_size = 16384;

// Whether the octet at `at` may be where the canonical form leaves the text, seeing the next: an empty line
// may begin behind an LF, and, when relaxed, white space that is to change. All of it without branches, for
// whole blocks of it become vector instructions.
template <Canonicalization c>
unsigned char is_special(const char* at) {
    const char a = at[0];
    const char b = at[1];
    if constexpr (c == Canonicalization::simple) {
        return static_cast<unsigned char>((a == '\n') & (b == '\r'));
    } else {
        const auto before = static_cast<unsigned char>((a == '\n') | (a == ' '));
        const auto behind = static_cast<unsigned char>((b == '\r') | (b == ' ') | (b == '\t'));
        return static_cast<unsigned char>(static_cast<unsigned char>(a == '\t') | (before & behind));
    }
}

// The first special octet, or `end`; end[0] can be read.
template <Canonicalization c>
const char* find_special(const char* place, const char* end) {
    constexpr std::ptrdiff_t block = 64;
    for (; end - place >= block; place += block) {
        unsigned char any = 0;
        for (std::ptrdiff_t i = 0; i < block; ++i)
            any = static_cast<unsigned char>(any | is_special<c>(place + i));
        if (any != 0) break;
    }
    while (place != end && is_special<c>(place) == 0)
        ++place;
    return place;
}

template <Canonicalization c>
bool waits(char octet) {
    return octet == '\r' || (c == Canonicalization::relaxed && (octet == ' ' || octet == '\t'));
}

}  // namespace

BodyCanonicalizer::BodyCanonicalizer(Canonicalization canonicalization, Sink sink, std::uint64_t limit)
    : canonicalization_(canonicalization), sink_(std::move(sink)), limit_(limit) {
    buffer_.reserve(buffer_size);
}

void BodyCanonicalizer::flush() {
    if (!buffer_.empty()) sink_(buffer_);
    buffer_.clear();
}

void BodyCanonicalizer::put(std::string_view piece) {
    const auto room = size_ < limit_ ? limit_ - size_ : 0;
    size_ += piece.size();
    if (piece.size() > room) piece = piece.substr(0, static_cast<std::size_t>(room));
    const bool large = piece.size() > buffer_size / 2;
    if (large || buffer_.size() + piece.size() > buffer_size) flush();
    if (large)
        sink_(piece);
    else
        buffer_ += piece;
}

// What waited is not at the end: a visible octet follows.
void BodyCanonicalizer::release() {
    empty_ = false;
    for (; lines_ > 0; --lines_)
        put("\r\n");
    if (blank_) put(" ");
    if (cr_) put("\r");
    blank_ = false;
    cr_ = false;
}

// Takes one octet and gives the place of the next.
template <Canonicalization c>
const char* BodyCanonicalizer::step(const char* place) {
    const char octet = *place;
    if (octet == '\n' && cr_) {
        cr_ = false;
        blank_ = false;  // white space at the end of a line
        ++lines_;
        return place + 1;
    }
    if (cr_) release();  // it was a bare one
    if (octet == '\r') {
        cr_ = true;
    } else if (waits<c>(octet)) {
        blank_ = true;
    } else {
        release();
        put({place, 1});
    }
    return place + 1;
}

template <Canonicalization c>
void BodyCanonicalizer::run(std::string_view chunk) {
    const char* place = chunk.data();
    const char* const last = chunk.data() + chunk.size() - 1;
    while (place <= last) {
        if (cr_ || place == last || waits<c>(*place)) {
            place = step<c>(place);
            continue;
        }
        const char* end = find_special<c>(place, last);
        // The CR of a CRLF waits with its LF.
        if (end != place && end[-1] == '\r') --end;
        if (end == place) {
            place = step<c>(place);
            continue;
        }
        release();
        put({place, static_cast<std::size_t>(end - place)});
        place = end;
    }
}

void BodyCanonicalizer::feed(std::string_view chunk) {
    if (chunk.empty()) return;
    if (canonicalization_ == Canonicalization::simple)
        run<Canonicalization::simple>(chunk);
    else
        run<Canonicalization::relaxed>(chunk);
}

void BodyCanonicalizer::finish() {
    if (cr_) release();
    // Simple makes a CRLF of nothing, relaxed does not (sections 3.4.3, 3.4.4). White space that still waits
    // is at the end of a line without CRLF.
    if (!empty_ || canonicalization_ == Canonicalization::simple) put("\r\n");
    lines_ = 0;
    flush();
}

}  // namespace dkim
