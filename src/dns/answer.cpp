#include "dns/resolver.hpp"

namespace dns {

std::string_view to_string(Type type) {
    switch (type) {
        case Type::a:
            return "A";
        case Type::ns:
            return "NS";
        case Type::cname:
            return "CNAME";
        case Type::soa:
            return "SOA";
        case Type::ptr:
            return "PTR";
        case Type::mx:
            return "MX";
        case Type::txt:
            return "TXT";
        case Type::aaaa:
            return "AAAA";
        case Type::dname:
            return "DNAME";
        case Type::tlsa:
            return "TLSA";
        case Type::spf:
            return "SPF";
    }
    return "?";
}

std::string_view to_string(Status status) {
    switch (status) {
        case Status::found:
            return "found";
        case Status::no_data:
            return "no data";
        case Status::nxdomain:
            return "NXDOMAIN";
        case Status::servfail:
            return "SERVFAIL";
        case Status::refused:
            return "REFUSED";
        case Status::timeout:
            return "timeout";
        case Status::unreachable:
            return "unreachable";
        case Status::malformed:
            return "malformed answer";
        case Status::alias_loop:
            return "CNAME loop";
    }
    return "?";
}

bool is_temporary(Status status) {
    return status != Status::found && status != Status::alias_loop && !is_missing(status);
}

bool is_missing(Status status) {
    return status == Status::no_data || status == Status::nxdomain;
}

std::string Txt::joined() const {
    std::string text;
    for (const auto& string : strings)
        text += string;
    return text;
}

const std::vector<Record>& Records::none() {
    static const std::vector<Record> empty;
    return empty;
}

std::vector<base::IpAddress> Answer::addresses() const {
    std::vector<base::IpAddress> result;
    for (const auto& record : records)
        if (const auto* address = std::get_if<base::IpAddress>(&record.data)) result.push_back(*address);
    return result;
}

std::vector<std::string> Answer::texts() const {
    std::vector<std::string> result;
    for (const auto& record : records)
        if (const auto* txt = std::get_if<Txt>(&record.data)) result.push_back(txt->joined());
    return result;
}

}  // namespace dns
