// DNS messages put together by hand.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dns/wire.hpp"

namespace test {

inline std::string u16(unsigned value) {
    return {static_cast<char>((value >> 8) & 0xff), static_cast<char>(value & 0xff)};
}
inline std::string u32(std::uint32_t value) {
    return u16(value >> 16) + u16(value & 0xffff);
}
inline std::string wire_name(std::string_view text) {
    std::string wire;
    const auto name = dns::Name::parse(text).value();
    for (const auto& label : name.labels())
        wire += static_cast<char>(label.size()) + label;
    return wire + '\0';
}
inline std::string pointer(unsigned target) {
    return u16(0xc000 | target);
}
inline std::string text_string(std::string_view text) {
    return static_cast<char>(text.size()) + std::string(text);
}
inline std::string record(std::string owner_wire, dns::Type type, std::uint32_t ttl, std::string data) {
    return std::move(owner_wire) + u16(static_cast<unsigned>(type)) + u16(1) + u32(ttl) +
           u16(static_cast<unsigned>(data.size())) + data;
}
inline std::string soa(std::uint32_t ttl, std::uint32_t minimum) {
    return record(wire_name("example.com"), dns::Type::soa, ttl,
                  wire_name("ns.example.com") + wire_name("root.example.com") + u32(1) + u32(2) + u32(3) +
                      u32(4) + u32(minimum));
}

constexpr unsigned question_offset = 12;  // where a pointer to the asked name leads

struct Reply {
    unsigned code = 0;
    unsigned flags = 0x8180;  // QR RD RA
    std::string answer = {};
    unsigned answers = 1;
    std::string authority = {};
    unsigned authorities = 0;
    std::string additional = {};
    unsigned additionals = 0;
};

// The reply to a query as encode_query() makes it.
inline std::string reply_to(std::string_view query, const Reply& reply) {
    std::size_t end = question_offset;
    while (query[end] != '\0')
        end += static_cast<unsigned char>(query[end]) + 1U;
    end += 5;
    return std::string(query.substr(0, 2)) + u16(reply.flags | reply.code) + u16(1) + u16(reply.answers) +
           u16(reply.authorities) + u16(reply.additionals) +
           std::string(query.substr(question_offset, end - question_offset)) + reply.answer +
           reply.authority + reply.additional;
}

inline std::string opt(unsigned upper_code, std::string options) {
    return std::string(1, '\0') + u16(41) + u16(1232) + u32(upper_code << 24) +
           u16(static_cast<unsigned>(options.size())) + options;
}

}  // namespace test
