#include "dns/wire.hpp"

#include <algorithm>
#include <memory>
#include <span>

#include <fmt/format.h>
#include <ldns/ldns.h>
#include <stdbool.h>  // before ldns, which defines bool otherwise

#include "base/text.hpp"
#include "dns/random.hpp"

namespace dns {

namespace {

constexpr std::size_t header_size = 12;
constexpr std::uint16_t class_in = 1;
constexpr std::uint16_t type_soa = 6;
constexpr std::uint16_t type_opt = 41;
constexpr std::uint16_t option_extended_error = 15;

void append_number(std::string& text, unsigned value) {
    text += static_cast<char>((value >> 8) & 0xff);
    text += static_cast<char>(value & 0xff);
}

unsigned octet(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

unsigned number(std::string_view text, std::size_t at) {
    return octet(text, at) << 8 | octet(text, at + 1);
}

// Header flags (RFC 1035 section 4.1.1, RFC 4035 section 3), as two octets.
constexpr unsigned flag_response = 0x8000;
constexpr unsigned mask_opcode = 0x7800;
constexpr unsigned flag_truncated = 0x0200;
constexpr unsigned flag_recursion_desired = 0x0100;
constexpr unsigned flag_recursion_available = 0x0080;
constexpr unsigned flag_authentic = 0x0020;
constexpr unsigned flag_checking_disabled = 0x0010;
constexpr unsigned mask_code = 0x000f;

// The question of a query of ours, which has no compression: name, type, class.
std::string_view question_of(std::string_view query) {
    std::size_t at = header_size;
    while (at < query.size() && query[at] != 0)
        at += octet(query, at) + 1;
    return query.substr(header_size, at + 5 - header_size);
}

base::Error malformed(std::string_view what) {
    return {.kind = base::ErrorKind::unavailable, .message = fmt::format("malformed answer: {}", what)};
}

struct FreeName {
    void operator()(ldns_rdf* name) const { ldns_rdf_deep_free(name); }
};
using NamePointer = std::unique_ptr<ldns_rdf, FreeName>;

struct RecordHead {
    Name owner;
    unsigned type = 0;
    unsigned record_class = 0;
    std::uint32_t ttl = 0;
    std::size_t begin = 0;  // of the rdata, in the message
    std::size_t end = 0;
};

// Reads forward through a message; every step checks what is left.
class Reader {
  public:
    explicit Reader(std::string_view message) : message_(message) {}

    std::size_t position() const { return position_; }
    void skip_to(std::size_t position) { position_ = position; }

    // Follows compression pointers, which ldns bounds in number; the result is at most 255 octets. In lower
    // case: a pointer to the question would else show the random case we asked with.
    base::Result<Name> name() {
        // Nearly every owner is a pointer to the question's name.
        if (asked_ && message_.substr(position_, pointer_to_question.size()) == pointer_to_question) {
            position_ += pointer_to_question.size();
            return *asked_;
        }
        return read_name();
    }

    // The name of the question, which the records may point to.
    base::Result<void> question() {
        const bool first = position_ == header_size;
        if (!first || !read_plain_name()) {
            TRY(auto asked, read_name());
            if (first) asked_ = std::move(asked);
        }
        TRY_VOID(short_number());
        TRY_VOID(short_number());
        return {};
    }

    base::Result<Name> read_name() {
        if (position_ >= message_.size()) return malformed("it ends inside a name");
        ldns_rdf* raw = nullptr;
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(message_.data());
        if (ldns_wire2dname(&raw, bytes, message_.size(), &position_) != LDNS_STATUS_OK)
            return malformed("a name cannot be read");
        const NamePointer owner(raw);
        if (position_ > message_.size()) return malformed("it ends inside a name");
        const std::string_view wire(reinterpret_cast<const char*>(ldns_rdf_data(raw)), ldns_rdf_size(raw));
        return Name::from_wire(wire.substr(0, wire.size() - 1));
    }

    base::Result<unsigned> short_number() {
        if (message_.size() - position_ < 2) return malformed("it ends inside a record");
        position_ += 2;
        return number(message_, position_ - 2);
    }

    base::Result<RecordHead> record() {
        RecordHead head;
        TRY(head.owner, name());
        if (message_.size() - position_ < 10) return malformed("it ends inside a record");
        head.type = number(message_, position_);
        head.record_class = number(message_, position_ + 2);
        head.ttl = std::uint32_t{number(message_, position_ + 4)} << 16 | number(message_, position_ + 6);
        head.begin = position_ + 10;
        head.end = head.begin + number(message_, position_ + 8);
        if (head.end > message_.size()) return malformed("a record is longer than the message");
        position_ = head.begin;
        return head;
    }

    std::string_view bytes(const RecordHead& head) const {
        return message_.substr(head.begin, head.end - head.begin);
    }

  private:
    // The first name of a message, which there is nothing before it to point to; false: it is no such name.
    bool read_plain_name() {
        std::size_t end = position_;
        while (end < message_.size() && message_[end] != 0 && octet(message_, end) <= longest_label)
            end += octet(message_, end) + 1;
        const bool whole = end < message_.size() && message_[end] == 0;
        if (!whole || end - position_ >= longest_name) return false;
        asked_ = Name::from_wire(message_.substr(position_, end - position_));
        position_ = end + 1;
        return true;
    }

    static constexpr std::size_t longest_label = 63, longest_name = 255;  // RFC 1035 section 2.3.4
    static constexpr std::string_view pointer_to_question =
        "\xc0\x0c";  // RFC 1035 section 4.1.4, to octet 12
    std::string_view message_;
    std::size_t position_ = 0;
    std::optional<Name> asked_;
};

base::Result<Txt> read_strings(std::string_view data) {
    Txt txt;
    while (!data.empty()) {
        const std::size_t size = octet(data, 0);
        if (size >= data.size()) return malformed("a TXT string is longer than its record");
        txt.strings.emplace_back(data.substr(1, size));
        data.remove_prefix(size + 1);
    }
    if (txt.strings.empty()) return malformed("a TXT record without any string");  // RFC 1035 section 3.3.14
    return txt;
}

base::Result<decltype(Record::data)> read_data(Reader& reader, const RecordHead& head) {
    const std::string_view bytes = reader.bytes(head);
    switch (static_cast<Type>(head.type)) {
        case Type::a: {
            std::array<std::uint8_t, 4> address;
            if (bytes.size() != address.size()) return malformed("an A record is not 4 octets");
            std::copy(bytes.begin(), bytes.end(), address.begin());
            return base::IpAddress::v4(address);
        }
        case Type::aaaa: {
            std::array<std::uint8_t, 16> address;
            if (bytes.size() != address.size()) return malformed("an AAAA record is not 16 octets");
            std::copy(bytes.begin(), bytes.end(), address.begin());
            return base::IpAddress::v6(address);
        }
        case Type::ns:
        case Type::cname:
        case Type::ptr:
        case Type::dname: {
            TRY(auto name, reader.name());
            if (reader.position() != head.end) return malformed("a name does not fill its record");
            return name;
        }
        case Type::mx: {
            TRY(const unsigned preference, reader.short_number());
            TRY(auto exchange, reader.name());
            if (reader.position() != head.end) return malformed("an MX record does not end with its name");
            return Mx{static_cast<std::uint16_t>(preference), std::move(exchange)};
        }
        case Type::txt:
        case Type::spf: {
            TRY(auto txt, read_strings(bytes));
            return txt;
        }
        case Type::soa: {
            TRY(auto primary, reader.name());
            if (reader.position() > head.end) return malformed("a name is longer than its record");
            return primary;
        }
        case Type::tlsa:
            break;
    }
    return Raw{std::string(bytes)};
}

// RFC 2181 section 8: a TTL with the top bit set is zero.
std::uint32_t sane_ttl(std::uint32_t ttl) {
    return ttl > 0x7fffffff ? 0 : ttl;
}

base::Result<void> read_answer(Reader& reader, unsigned count, Response& response) {
    for (unsigned i = 0; i < count; ++i) {
        TRY(auto head, reader.record());
        if (head.record_class == class_in) {
            Record record;
            TRY(record.data, read_data(reader, head));
            record.owner = std::move(head.owner);
            record.type = static_cast<Type>(head.type);
            record.ttl = sane_ttl(head.ttl);
            response.answer.push_back(std::move(record));
        }
        reader.skip_to(head.end);
    }
    return {};
}

base::Result<void> read_authority(Reader& reader, std::string_view message, unsigned count,
                                  Response& response) {
    for (unsigned i = 0; i < count; ++i) {
        TRY(const auto head, reader.record());
        if (head.type == type_soa && head.record_class == class_in) {
            constexpr std::size_t smallest = 22;  // two root names and five numbers
            if (head.end - head.begin < smallest) return malformed("an SOA record is too short");
            const std::size_t at = head.end - 4;
            const std::uint32_t minimum = std::uint32_t{number(message, at)} << 16 | number(message, at + 2);
            response.negative = true;
            response.negative_ttl = std::min(sane_ttl(head.ttl), sane_ttl(minimum));
        }
        reader.skip_to(head.end);
    }
    return {};
}

// RFC 8914 section 4, those a look-up for mail can meet.
std::string_view extended_error(unsigned code) {
    switch (code) {
        case 3:
            return "stale answer";
        case 6:
            return "DNSSEC bogus";
        case 7:
            return "DNSSEC signature expired";
        case 8:
            return "DNSSEC signature not yet valid";
        case 9:
            return "DNSKEY missing";
        case 10:
            return "RRSIGs missing";
        case 12:
            return "NSEC missing";
        case 15:
            return "blocked";
        case 16:
            return "censored";
        case 17:
            return "filtered";
        case 18:
            return "prohibited";
        case 20:
            return "not authoritative";
        case 22:
            return "no reachable authority";
        case 23:
            return "network error";
        default:
            return "";
    }
}

void read_options(std::string_view options, Response& response) {
    while (options.size() >= 4) {
        const unsigned code = number(options, 0);
        const std::size_t size = number(options, 2);
        options.remove_prefix(4);
        if (size > options.size()) return;
        const std::string_view data = options.substr(0, size);
        options.remove_prefix(size);
        if (code != option_extended_error || size < 2 || !response.explanation.empty()) continue;
        const unsigned error = number(data, 0);
        response.bogus = error >= 6 && error <= 12;
        response.explanation = extended_error(error);
        if (response.explanation.empty()) response.explanation = fmt::format("extended error {}", error);
        if (size > 2) response.explanation += ": " + base::quoted(data.substr(2));
    }
}

base::Result<void> read_additional(Reader& reader, unsigned count, Response& response) {
    for (unsigned i = 0; i < count; ++i) {
        TRY(const auto head, reader.record());
        if (head.type == type_opt) {
            response.code |= (head.ttl >> 24) << 4;  // RFC 6891 section 6.1.3
            read_options(reader.bytes(head), response);
        }
        reader.skip_to(head.end);
    }
    return {};
}

base::Result<void> read_sections(Reader& reader, std::string_view message, Response& response) {
    for (unsigned i = 0; i < number(message, 4); ++i) {
        TRY_VOID(reader.question());
    }
    TRY_VOID(read_answer(reader, number(message, 6), response));
    // A plain positive answer, by far the most frequent, needs nothing of the rest.
    if (response.code == 0 && !response.answer.empty() && response.answer.back().type != Type::cname)
        return {};
    TRY_VOID(read_authority(reader, message, number(message, 8), response));
    return read_additional(reader, number(message, 10), response);
}

}  // namespace

std::string encode_query(const Question& question, std::uint16_t id, QueryFlags flags) {
    std::string message;
    message.reserve(header_size + question.name.wire().size() + 5 + 11);  // the last of OPT
    append_number(message, id);
    append_number(message, flag_recursion_desired | flag_authentic |  // AD: RFC 6840 section 5.7
                               (flags.checking_disabled ? flag_checking_disabled : 0));
    append_number(message, 1);
    append_number(message, 0);
    append_number(message, 0);
    append_number(message, flags.edns ? 1 : 0);
    message += question.name.wire();
    message += '\0';
    append_number(message, static_cast<std::uint16_t>(question.type));
    append_number(message, class_in);
    if (!flags.edns) return message;
    message += '\0';  // OPT: the root, type 41, the size in place of the class, no flags, no options
    append_number(message, type_opt);
    append_number(message, maximum_udp_answer);
    message.append(6, '\0');
    return message;
}

void mix_case(std::string& query) {
    unsigned bits = 1;
    for (std::size_t at = header_size; at < query.size() && query[at] != 0; at += octet(query, at) + 1)
        for (char& c : std::span(query).subspan(at + 1, octet(query, at))) {
            if (!base::is_alpha(c)) continue;
            if (bits == 1) bits = 0x10000U | random_bits();
            if ((bits & 1) != 0) c = static_cast<char>(c ^ 0x20);
            bits >>= 1;
        }
}

Match match_response(std::string_view message, std::string_view query) {
    if (message.size() < header_size || message.substr(0, 2) != query.substr(0, 2)) return Match::foreign;
    const unsigned flags = number(message, 2);
    if ((flags & flag_response) == 0 || (flags & mask_opcode) != 0) return Match::foreign;
    const unsigned code = flags & mask_code;
    if (number(message, 4) == 0)
        return code == LDNS_RCODE_FORMERR || code == LDNS_RCODE_NOTIMPL ? Match::ours : Match::foreign;
    const std::string_view asked = question_of(query);
    const std::string_view repeated = message.substr(header_size, asked.size());
    if (number(message, 4) != 1) return Match::foreign;
    if (repeated == asked) return Match::ours;
    return base::equals_ignoring_case(repeated, asked) ? Match::other_case : Match::foreign;
}

base::Result<Response> decode_response(std::string_view message) {
    if (message.size() < header_size) return malformed("it is shorter than a header");
    const unsigned flags = number(message, 2);
    Response response;
    response.size = message.size();
    response.truncated = (flags & flag_truncated) != 0;
    response.authentic = (flags & flag_authentic) != 0;
    response.recursion_available = (flags & flag_recursion_available) != 0;
    response.code = flags & mask_code;
    // ldns may look one octet past the end to see that it is the end.
    const std::string padded(message);
    Reader reader(padded);
    reader.skip_to(header_size);
    auto read = read_sections(reader, message, response);
    // The rest of a truncated answer comes over TCP: what can be read of this one does not matter.
    if (read.has_error() && !response.truncated) return std::move(read).error();
    return response;
}

}  // namespace dns
