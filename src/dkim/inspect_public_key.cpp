#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dkim/der_form.hpp"
#include "dkim/inspector.hpp"

namespace dkim {

namespace {

using crypto::KeyEncoding;
using crypto::KeyFault;
using crypto::KeyKind;

bool is_base64_digit(char c) {
    return base::is_alnum(c) || c == '+' || c == '/';
}

// The bytes of a text whose padding is missing or whose last digit has bits too many: with zeros behind it,
// and without the bytes that these made.
std::optional<base::Bytes> decode_unpadded(std::string_view digits) {
    while (digits.ends_with('='))
        digits.remove_suffix(1);
    const std::size_t zeros = (4 - digits.size() % 4) % 4;
    if (zeros == 3) return std::nullopt;
    auto bytes = base::decode_base64(std::string(digits) + std::string(zeros, 'A'));
    if (bytes) bytes->resize(bytes->size() - zeros);
    return bytes;
}

// The decodable front of a text that is cut or has a fault behind: whole groups of four digits.
base::Bytes decode_front(std::string_view digits) {
    const auto end = std::find_if_not(digits.begin(), digits.end(), is_base64_digit);
    const auto length = static_cast<std::size_t>(end - digits.begin()) / 4 * 4;
    return base::decode_base64(digits.substr(0, length)).value_or(base::Bytes());
}

std::string bytes_text(const base::Bytes& bytes) {
    return fmt::format("p= holds {} {}", bytes.size(), bytes.size() == 1 ? "byte" : "bytes");
}

std::string record_remedy(std::string_view key_type, const crypto::PublicKey& key) {
    return "Publish: " + to_string(make_key_record(key_type, base::encode_base64(key.to_dkim())));
}

}  // namespace

void Inspector::check_public_key() {
    const Tag* tag = scan_.find("p");
    if (tag == nullptr) {
        const bool swallowed = has("dkim-missing-semicolon") || has("dkim-quotes-stored") ||
                               has("dkim-escaped-semicolon") || has("dkim-html-entity");
        if (!swallowed)
            add("dkim-no-public-key", "no p= in " + base::quoted(result_.text), result_.text.size(),
                scan_.find("P") == nullptr ? "" : "Write p= in lower case.");
        return;
    }
    const Tag* type = scan_.find("k");
    if (tag->value.empty()) {
        add("dkim-key-revoked", "p= is empty", tag->value_offset);
        return;
    }
    const auto bytes = decode_public_key(*tag);
    if (!bytes) return;
    // A private key is the worst of all, whatever k= says.
    if (crypto::holds_private_key(*bytes)) {
        add("dkim-private-key-published", "p= holds a private key", tag->value_offset);
        return;
    }
    const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    if (base::equals_ignoring_case(base::trim(text).substr(0, 10), "-----begin")) {
        const bool is_private = text.find("PRIVATE KEY") != std::string_view::npos;
        add(is_private ? "dkim-private-key-published" : "dkim-pem-armour",
            "p= holds the base64 text of a whole PEM file", tag->value_offset);
        return;
    }
    const std::string kind = type == nullptr ? "rsa" : base::lower(type->value);
    if (type != nullptr && (kind == "rsa" || kind == "ed25519") && type->value != kind)
        add("dkim-key-type-case", "k=" + type->value, type->value_offset);
    if (kind == "rsa") {
        check_rsa_bytes(*tag, *bytes);
    } else if (kind == "ed25519") {
        check_ed25519_bytes(*tag, *bytes);
    } else if (!has("dkim-missing-semicolon") && !has("dkim-quotes-stored") &&
               !has("dkim-escaped-semicolon")) {
        const auto near = base::nearest(kind, {"rsa", "ed25519"});
        add("dkim-unknown-key-type", "k=" + base::quoted(type->value), type->value_offset,
            near ? "Write k=" + *near + "." : std::string());
    }
}

std::optional<base::Bytes> Inspector::decode_public_key(const Tag& tag) {
    auto digits = tag.value;
    const auto space = std::find_if(digits.begin(), digits.end(), base::is_space);
    if (space != digits.end() && !has("dkim-missing-semicolon") && !has("dkim-quotes-stored"))
        add("dkim-key-white-space", "a blank in the value of p=",
            tag.value_offset + static_cast<std::size_t>(space - digits.begin()));
    if (space != digits.end()) std::erase_if(digits, base::is_space);
    auto bytes = base::decode_base64(digits);
    if (!bytes) explain_bad_base64(tag, digits);
    return bytes;
}

// Whether the key is whole and only the end of its base64 text is wrong.
bool Inspector::explain_padding(const Tag& tag, std::string_view digits) {
    const auto bytes = decode_unpadded(digits);
    const auto key = bytes ? crypto::read_public_key(*bytes).key : std::nullopt;
    const Tag* type = scan_.find("k");
    // The first 32 bytes of a longer key look like one of Ed25519.
    if (!key || to_string(key->kind()) != base::lower(type == nullptr ? "rsa" : type->value)) return false;
    const bool stray_bits = digits.size() % 4 == 0;
    add("dkim-key-not-base64",
        stray_bits ? "the last digit of p= has bits that belong to no byte"
                   : "the padding at the end of p= is missing",
        tag.value_offset + tag.value.size(), record_remedy(to_string(key->kind()), *key));
    return true;
}

void Inspector::explain_bad_base64(const Tag& tag, std::string_view digits) {
    // A cut key mostly shows both: its length is no multiple of four and the DER inside wants more.
    const auto reading = crypto::read_public_key(decode_front(digits));
    if (reading.fault == KeyFault::private_key) {
        add("dkim-private-key-published", "p= holds a private key", tag.value_offset);
        return;
    }
    if (has("dkim-quotes-stored") || has("dkim-html-entity") || has("dkim-missing-semicolon") ||
        has("dkim-escaped-semicolon"))
        return;
    const auto bad = std::find_if_not(tag.value.begin(), tag.value.end(),
                                      [](char c) { return is_base64_digit(c) || base::is_space(c); });
    const auto padding =
        std::string_view(tag.value).substr(static_cast<std::size_t>(bad - tag.value.begin()));
    const bool only_padding = padding.empty() || padding == "=" || padding == "==";
    if (only_padding && explain_padding(tag, digits)) return;
    if (only_padding && reading.fault == KeyFault::truncated) {
        add("dkim-key-truncated",
            fmt::format("p= has {} base64 digits and the key inside wants {} bytes more", digits.size(),
                        reading.missing_bytes),
            tag.value_offset + tag.value.size());
        return;
    }
    const auto offset = tag.value_offset + static_cast<std::size_t>(bad - tag.value.begin());
    if (only_padding) {
        add("dkim-key-not-base64",
            fmt::format("p= has {} characters, no multiple of four, or padding of the wrong length",
                        digits.size()),
            offset);
    } else if (*bad == '-' || *bad == '_') {
        add("dkim-key-not-base64", "the URL-safe alphabet of base64 was used", offset,
            "Write + in place of - and / in place of _.");
    } else {
        add("dkim-key-not-base64", fmt::format("{} in p=", base::quoted(std::string(1, *bad))), offset);
    }
}

// False when there is no key to go on with.
bool Inspector::check_reading(const Tag& tag, const base::Bytes& bytes, const crypto::KeyReading& reading) {
    switch (reading.fault) {
        case KeyFault::none:
            break;
        case KeyFault::private_key:
            add("dkim-private-key-published", "p= holds a private key", tag.value_offset);
            return false;
        case KeyFault::truncated:
            add("dkim-key-truncated",
                fmt::format("{}, the key inside wants {} more", bytes_text(bytes), reading.missing_bytes),
                tag.value_offset + tag.value.size());
            return false;
        case KeyFault::malformed:
            add("dkim-key-not-der", bytes_text(bytes) + " that are no key in DER", tag.value_offset);
            return false;
        case KeyFault::unknown_algorithm:
            add("dkim-key-wrong-algorithm", "p= holds a key of another algorithm", tag.value_offset);
            return false;
    }
    if (reading.trailing_bytes > 0)
        add("dkim-key-trailing-bytes", fmt::format("{} bytes follow the key in p=", reading.trailing_bytes),
            tag.value_offset, record_remedy(to_string(reading.key->kind()), *reading.key));
    return true;
}

void Inspector::check_rsa_bytes(const Tag& tag, const base::Bytes& bytes) {
    const auto reading = crypto::read_public_key(bytes);
    if (!check_reading(tag, bytes, reading)) return;
    result_.key = reading.key;
    if (reading.key->kind() == KeyKind::ed25519) {
        const bool said = scan_.find("k") != nullptr;
        add("dkim-key-type-mismatch",
            said ? "k=rsa, but p= holds an Ed25519 key"
                 : "without k= the key is taken for RSA, but p= holds an Ed25519 key",
            tag.value_offset, record_remedy("ed25519", *reading.key));
        return;
    }
    if (reading.encoding == KeyEncoding::rsa_public_key)
        add("dkim-key-pkcs1", "p= holds a bare RSAPublicKey", tag.value_offset);
    check_rsa_key(tag, *reading.key);
    if (auto fault = der_fault(bytes); !fault.empty())
        add("dkim-rsa-encoding", std::move(fault), tag.value_offset);
}

void Inspector::check_ed25519_bytes(const Tag& tag, const base::Bytes& bytes) {
    const auto reading = crypto::read_public_key(bytes);
    if (bytes.size() != 32 && !reading.key && reading.fault != KeyFault::private_key) {
        add("dkim-ed25519-size", bytes_text(bytes) + ", not 32", tag.value_offset);
        return;
    }
    if (!check_reading(tag, bytes, reading)) return;
    result_.key = reading.key;
    if (reading.key->kind() == KeyKind::rsa) {
        add("dkim-key-type-mismatch", "k=ed25519, but p= holds an RSA key", tag.value_offset,
            record_remedy("rsa", *reading.key));
    } else if (reading.encoding != KeyEncoding::raw_ed25519) {
        add("dkim-ed25519-der", bytes_text(bytes) + ", the key in DER", tag.value_offset,
            record_remedy("ed25519", *reading.key));
    }
}

void Inspector::check_rsa_key(const Tag& tag, const crypto::PublicKey& key) {
    const unsigned bits = key.bits();
    const auto observed = fmt::format("an RSA key of {} bits", bits);
    if (bits < 1024) {
        add("dkim-rsa-too-short", observed, tag.value_offset);
    } else if (bits < 2048) {
        add("dkim-rsa-short", observed, tag.value_offset);
    } else if (bits > 4096) {
        add("dkim-rsa-long", observed, tag.value_offset);
    }
    if (bits % 8 != 0) add("dkim-rsa-odd-size", observed, tag.value_offset);
    const auto exponent = key.exponent();
    if (exponent < 2 || exponent % 2 == 0) {
        add("dkim-rsa-exponent-broken", fmt::format("the exponent is {}", exponent), tag.value_offset);
    } else if (exponent != 65537) {
        add("dkim-rsa-exponent",
            exponent == UINT64_MAX ? std::string("the exponent is longer than 64 bits")
                                   : fmt::format("the exponent is {}", exponent),
            tag.value_offset);
    }
}

}  // namespace dkim
