// One TLSA record (RFC 6698 section 2.1) as SMTP reads it (RFC 7672 section 3.1). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64.hpp"
#include "base/result.hpp"

namespace dane {

// Numbers as published; the names are those of RFC 7218.
inline constexpr std::uint8_t pkix_ta = 0;
inline constexpr std::uint8_t pkix_ee = 1;
inline constexpr std::uint8_t dane_ta = 2;  // the key of a CA in the chain
inline constexpr std::uint8_t dane_ee = 3;  // the server's own key or certificate

struct Record {
    std::uint8_t usage = 0;
    std::uint8_t selector = 0;  // 0 = the certificate, 1 = its SubjectPublicKeyInfo
    std::uint8_t matching = 0;  // 0 = the data itself, 1 = SHA-256, 2 = SHA-512
    base::Bytes data = {};
    bool operator==(const Record&) const = default;
};

// From the wire format. Errors: usage, when there are fewer than the three numbers.
base::Result<Record> parse_record(std::string_view rdata);

// Presentation format: "3 1 1 2bb1...", lower-case hex; "-" in place of no data.
std::string to_string(const Record& record);

struct RecordFault {
    std::string id;  // a catalogue id
    std::string observed;
    bool operator==(const RecordFault&) const = default;
};

// Everything wrong or unwise with the record by itself.
std::vector<RecordFault> faults_of(const Record& record);

// May a sender use it: usage 2 or 3, known numbers, data of the right size (RFC 7672 sections 3.1, 3.1.3)?
bool is_usable(const Record& record);

}  // namespace dane
