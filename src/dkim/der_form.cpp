#include "dkim/der_form.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

namespace dkim {

namespace {

using Octets = std::span<const std::uint8_t>;

enum Tag : std::uint8_t { integer = 0x02, bit_string = 0x03, object_identifier = 0x06, sequence = 0x30 };

class DerReader {
  public:
    std::string fault;  // the first

    void blame(std::string what) {
        if (fault.empty()) fault = std::move(what);
    }

    // The content of the element at the front, which is taken off; nullopt: another one, or none.
    std::optional<Octets> take(Octets& rest, Tag tag) {
        if (rest.size() < 2 || rest[0] != tag) return std::nullopt;
        std::size_t length = rest[1];
        std::size_t head = 2;
        if (length >= 0x80) {
            const std::size_t octets = length & 0x7f;
            if (octets > 4 || rest.size() < 2 + octets) return std::nullopt;
            length = 0;
            for (; head < 2 + octets; ++head)
                length = length << 8 | rest[head];
            if (octets == 0 || rest[2] == 0 || length < 0x80) blame("a length is not in its shortest form");
        }
        if (rest.size() - head < length) return std::nullopt;
        const Octets content = rest.subspan(head, length);
        rest = rest.subspan(head + length);
        return content;
    }

    void check_integer(Octets number) {
        if (number.empty() || number[0] >= 0x80) return blame("a number is negative");
        if (number.size() > 1 && number[0] == 0 && number[1] < 0x80)
            blame("a number begins with needless zeros");
    }

    // The RSAPublicKey in its frame.
    std::optional<Octets> take_framed(Octets rest) {
        constexpr std::uint8_t null[] = {0x05, 0x00};
        auto algorithm = take(rest, sequence);
        if (!algorithm || !take(*algorithm, object_identifier)) return std::nullopt;
        if (!std::equal(algorithm->begin(), algorithm->end(), std::begin(null), std::end(null)))
            blame("the parameters of the algorithm are not NULL");
        const auto bits = take(rest, bit_string);
        if (!bits || bits->empty()) return std::nullopt;
        Octets key = bits->subspan(1);
        return take(key, sequence);
    }
};

}  // namespace

std::string der_fault(const base::Bytes& key) {
    DerReader reader;
    Octets rest = key;
    auto numbers = reader.take(rest, sequence);
    if (numbers && !numbers->empty() && (*numbers)[0] == sequence) numbers = reader.take_framed(*numbers);
    if (!numbers) return std::move(reader.fault);
    const auto modulus = reader.take(*numbers, integer);
    const auto exponent = reader.take(*numbers, integer);
    if (modulus) reader.check_integer(*modulus);
    if (exponent) reader.check_integer(*exponent);
    if (modulus && !modulus->empty() && modulus->back() % 2 == 0) reader.blame("the modulus is even");
    return std::move(reader.fault);
}

}  // namespace dkim
