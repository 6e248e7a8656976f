#include "dkim/der_form.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "crypto/der.hpp"

namespace dkim {

namespace {

using Octets = std::span<const std::uint8_t>;

class DerReader {
  public:
    std::string fault;  // the first

    void blame(std::string what) {
        if (fault.empty()) fault = std::move(what);
    }

    // The content of the element at the front, which is taken off; nullopt: another one, or none.
    std::optional<Octets> take(Octets& rest, std::uint8_t tag) {
        if (rest.size() < 2 || rest[0] != tag) return std::nullopt;
        const auto element = crypto::read_element(rest, 0);
        const bool is_indefinite = rest[1] == crypto::der_indefinite_length;
        if (is_indefinite || (element && !element->shortest)) blame("a length is not in its shortest form");
        if (!element) return std::nullopt;
        if (rest.size() - element->content < element->length) return std::nullopt;
        const Octets content = rest.subspan(element->content, element->length);
        rest = rest.subspan(element->content + element->length);
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
        auto algorithm = take(rest, crypto::der_sequence);
        if (!algorithm || !take(*algorithm, crypto::der_object_identifier)) return std::nullopt;
        if (!std::equal(algorithm->begin(), algorithm->end(), std::begin(null), std::end(null)))
            blame("the parameters of the algorithm are not NULL");
        const auto bits = take(rest, crypto::der_bit_string);
        if (!bits || bits->empty()) return std::nullopt;
        Octets key = bits->subspan(1);
        return take(key, crypto::der_sequence);
    }
};

}  // namespace

std::string der_fault(const base::Bytes& key) {
    DerReader reader;
    Octets rest = key;
    auto numbers = reader.take(rest, crypto::der_sequence);
    if (numbers && !numbers->empty() && (*numbers)[0] == crypto::der_sequence)
        numbers = reader.take_framed(*numbers);
    if (!numbers) return std::move(reader.fault);
    const auto modulus = reader.take(*numbers, crypto::der_integer);
    const auto exponent = reader.take(*numbers, crypto::der_integer);
    if (modulus) reader.check_integer(*modulus);
    if (exponent) reader.check_integer(*exponent);
    if (modulus && !modulus->empty() && modulus->back() % 2 == 0) reader.blame("the modulus is even");
    return std::move(reader.fault);
}

}  // namespace dkim
