#include "dane/record.hpp"

#include <array>

#include <fmt/format.h>

namespace dane {

namespace {

constexpr std::uint8_t last_selector = 1;
constexpr std::uint8_t last_matching = 2;
constexpr std::array<std::size_t, 3> digest_size = {0, 32, 64};  // by matching type

// One DER SEQUENCE and nothing behind it: what a certificate and a SubjectPublicKeyInfo are.
bool is_sequence(const base::Bytes& data) {
    if (data.size() < 2 || data[0] != 0x30) return false;
    std::size_t size = data[1];
    std::size_t head = 2;
    if (size >= 0x80) {
        const std::size_t octets = size & 0x7f;
        if (octets == 0 || octets > 3 || data.size() < head + octets) return false;
        size = 0;
        for (std::size_t i = 0; i < octets; ++i)
            size = size << 8 | data[head + i];
        head += octets;
    }
    return data.size() - head == size;
}

bool has_right_data(const Record& record) {
    if (record.matching > last_matching) return false;
    return record.matching == 0 ? is_sequence(record.data)
                                : record.data.size() == digest_size[record.matching];
}

std::string_view name_of(std::uint8_t usage) {
    constexpr std::array<std::string_view, 4> names = {"PKIX-TA", "PKIX-EE", "DANE-TA", "DANE-EE"};
    return names[usage];
}

}  // namespace

base::Result<Record> parse_record(std::string_view rdata) {
    if (rdata.size() < 3)
        return base::usage_error(
            fmt::format("a TLSA record of {} octets, less than its three numbers", rdata.size()));
    const auto octet = [&](std::size_t at) { return static_cast<std::uint8_t>(rdata[at]); };
    Record record{octet(0), octet(1), octet(2)};
    record.data.assign(rdata.begin() + 3, rdata.end());
    return record;
}

std::string to_string(const Record& record) {
    return fmt::format("{} {} {} {}", record.usage, record.selector, record.matching,
                       record.data.empty() ? "-" : base::to_hex(record.data));
}

std::vector<RecordFault> faults_of(const Record& record) {
    std::vector<RecordFault> faults;
    if (record.usage > dane_ee)
        faults.push_back({"dane-unknown-usage", fmt::format("certificate usage {}", record.usage)});
    else if (record.usage < dane_ta)
        faults.push_back({"dane-pkix-usage",
                          fmt::format("certificate usage {}, {}", record.usage, name_of(record.usage))});
    if (record.selector > last_selector)
        faults.push_back({"dane-unknown-selector", fmt::format("selector {}", record.selector)});
    if (record.matching > last_matching) {
        faults.push_back({"dane-unknown-matching-type", fmt::format("matching type {}", record.matching)});
    } else if (record.matching != 0 && !has_right_data(record)) {
        faults.push_back(
            {"dane-digest-length", fmt::format("{} octets, and matching type {} has {}", record.data.size(),
                                               record.matching, digest_size[record.matching])});
    } else if (!has_right_data(record)) {
        faults.push_back({"dane-data-not-der",
                          fmt::format("matching type 0 with {} octets that are no {}", record.data.size(),
                                      record.selector == 0 ? "certificate" : "public key")});
    } else if (record.matching == 0) {
        faults.push_back(
            {"dane-full-data", fmt::format("matching type 0 with {} octets", record.data.size())});
    }
    if (record.usage == dane_ee && record.selector == 0 && is_usable(record))
        faults.push_back({"dane-whole-certificate", "usage 3 with selector 0"});
    return faults;
}

bool is_usable(const Record& record) {
    return (record.usage == dane_ta || record.usage == dane_ee) && record.selector <= last_selector &&
           has_right_data(record);
}

}  // namespace dane
