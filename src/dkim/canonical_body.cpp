// The body as a stream. Most octets of most bodies go through unchanged; what may have to change is found 64
// octets at a time, and only there one octet is looked at after the other.
#include <algorithm>
#include <bit>
#include <cstring>

#include "dkim/canonical.hpp"
#include "dkim/special_octets.hpp"

namespace dkim {

namespace {

constexpr std::size_t buffer_size = 16384;
// What is no longer is copied as if it were so long: without a branch on its length.
constexpr std::ptrdiff_t longest_short = 128;

// Finds special octets from left to right; every block is looked at once.
template <Canonicalization c>
class SpecialFinder {
  public:
    // `last` is the last octet of the text: it can be read, and is not looked for.
    SpecialFinder(const char* begin, const char* last) : block_(begin), last_(last) { look(); }

    // The first special octet from `place` on, or `last`.
    const char* next(const char* place) {
        while (place - block_ >= size) {
            block_ += size;
            look();
        }
        for (auto bits = mask_ & (~std::uint64_t{0} << (place - block_));; bits = mask_) {
            if (bits != 0) return block_ + std::countr_zero(bits);
            if (last_ - block_ <= size) return last_;
            block_ += size;
            look();
        }
    }

  private:
    static constexpr std::ptrdiff_t size = 64;

    void look() {
        if (last_ - block_ >= size) {
            mask_ = special_octets<c>(block_);
            return;
        }
        mask_ = 0;
        for (std::ptrdiff_t i = 0; i < last_ - block_; ++i)
            mask_ |= std::uint64_t{is_special<c>(block_ + i)} << i;
    }

    const char* block_;
    const char* last_;
    std::uint64_t mask_ = 0;
};

constexpr bool is_blank(char octet) {
    return octet == ' ' || octet == '\t';
}

const char* skip_blanks(const char* place, const char* last) {
    while (place < last && is_blank(*place))
        ++place;
    return place;
}

template <Canonicalization c>
bool waits(char octet) {
    return octet == '\r' || (c == Canonicalization::relaxed && is_blank(octet));
}

}  // namespace

BodyCanonicalizer::BodyCanonicalizer(Canonicalization canonicalization, Sink sink, std::uint64_t limit)
    : canonicalization_(canonicalization),
      sink_(std::move(sink)),
      limit_(limit),
      buffer_(std::make_unique_for_overwrite<char[]>(buffer_size + std::size_t{longest_short})) {}

void BodyCanonicalizer::flush() {
    if (used_ != 0) sink_(std::string_view(buffer_.get(), used_));
    used_ = 0;
}

inline void BodyCanonicalizer::put(std::string_view piece) {
    if (piece.size() > buffer_size - used_ || piece.size() > limit_ - std::min(limit_, size_)) {
        put_over(piece);
        return;
    }
    std::memcpy(buffer_.get() + used_, piece.data(), piece.size());
    used_ += piece.size();
    size_ += piece.size();
}

// The buffer, or l=, has no room for all of it.
void BodyCanonicalizer::put_over(std::string_view piece) {
    const auto room = size_ < limit_ ? limit_ - size_ : 0;
    size_ += piece.size();
    if (piece.size() > room) piece = piece.substr(0, static_cast<std::size_t>(room));
    flush();
    if (piece.size() > buffer_size / 2) {
        sink_(piece);
        return;
    }
    std::copy(piece.begin(), piece.end(), buffer_.get());
    used_ = piece.size();
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

// Nothing waits. While text follows behind white space or one CRLF, or both, they are done with: gives the
// place where that is not so, or where the chunk ends before it is known.
template <class Finder>
const char* BodyCanonicalizer::pass_text(const char* place, const char* last, Finder& finder) {
    // Kept here, for the octets that are written could be any member.
    char* out = buffer_.get() + used_;
    const auto room = [&] {
        return std::min<std::uint64_t>(buffer_size - used_, limit_ - std::min(limit_, size_));
    };
    const char* stop = out + room();
    const auto keep = [&] {
        const auto written = static_cast<std::size_t>(out - buffer_.get()) - used_;
        used_ += written;
        size_ += written;
    };
    while (is_blank(*place) || *place == '\r') {
        const char* text = skip_blanks(place, last);
        std::string_view between(" \0\0", 1);  // three octets can be read
        if (*text == '\r') {
            if (last - text < 2 || text[1] != '\n') break;
            const char* const line = text + 2;
            text = skip_blanks(line, last);
            between = {"\r\n ", text == line ? 2U : 3U};
        }
        if (text >= last || *text == '\r') break;
        const char* end = finder.next(text);
        if (end != text && end[-1] == '\r') --end;
        const auto size = end - text;
        if (size <= longest_short && last - text >= longest_short && size + 3 <= stop - out) {
            std::memcpy(out, between.data(), 3);
            out += between.size();
            std::memcpy(out, text, longest_short);
            out += size;
        } else {
            keep();
            put(between);
            put({text, static_cast<std::size_t>(size)});
            out = buffer_.get() + used_;
            stop = out + room();
        }
        place = end;
    }
    keep();
    return place;
}

template <Canonicalization c>
void BodyCanonicalizer::run(std::string_view chunk) {
    const char* place = chunk.data();
    const char* const last = chunk.data() + chunk.size() - 1;
    SpecialFinder<c> finder(place, last);
    while (place <= last) {
        if (cr_ || place == last || waits<c>(*place)) {
            place = step<c>(place);
            continue;
        }
        const char* end = finder.next(place);
        // The CR of a CRLF waits with its LF.
        if (end != place && end[-1] == '\r') --end;
        if (end == place) {
            place = step<c>(place);
            continue;
        }
        release();
        put({place, static_cast<std::size_t>(end - place)});
        place = end;
        if constexpr (c == Canonicalization::relaxed) place = pass_text(place, last, finder);
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
