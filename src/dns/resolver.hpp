// The Resolver: one question, one Answer, in which failure is data. NXDOMAIN, no data, SERVFAIL and timeout
// are different statuses everywhere; "could not check" is never "missing".
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ip_address.hpp"
#include "dns/name.hpp"
#include "net/stream.hpp"

namespace dns {

enum class Type : std::uint16_t {
    a = 1,
    ns = 2,
    cname = 5,
    soa = 6,
    ptr = 12,
    mx = 15,
    txt = 16,
    aaaa = 28,
    dname = 39,
    tlsa = 52,
    spf = 99,
};
std::string_view to_string(Type type);  // "A", "TXT", ...

enum class Status {
    found,        // at least one record of the asked type
    no_data,      // the name exists, no record of this type (NODATA)
    nxdomain,     // the name does not exist
    servfail,     // RCODE 2; a validating resolver's answer for bogus data too
    refused,      // RCODE 5 or any other unexpected RCODE
    timeout,      // no server answered in time
    unreachable,  // the network refused every try (ICMP, no route)
    malformed,    // answers came, none could be read
    alias_loop,   // CNAME loop, or a chain longer than 10
};
std::string_view to_string(
    Status status);                // "found", "no data", "NXDOMAIN", "SERVFAIL", "REFUSED", "timeout", ...
bool is_temporary(Status status);  // servfail, refused, timeout, unreachable, malformed: could not check
bool is_missing(Status status);    // no_data, nxdomain

struct Mx {
    std::uint16_t preference = 0;
    Name exchange;
    bool operator==(const Mx&) const = default;
};
struct Txt {
    std::vector<std::string> strings;  // the character-strings as sent, any bytes
    std::string joined() const;        // concatenated without a separator (RFC 7208 section 3.3)
    bool operator==(const Txt&) const = default;
};
struct Raw {
    std::string rdata;  // wire format, for the other types
    bool operator==(const Raw&) const = default;
};

struct Record {
    Name owner;
    Type type = Type::a;
    std::uint32_t ttl = 0;  // seconds
    std::variant<base::IpAddress, Name, Mx, Txt, Raw>
        data;  // A/AAAA, NS/CNAME/PTR/DNAME and SOA (its MNAME), MX, TXT/SPF, others
    bool operator==(const Record&) const = default;
};

// The records of an answer, shared by its copies: those in the cache serve many.
class Records {
  public:
    Records() = default;
    Records(std::vector<Record> records)
        : records_(records.empty() ? nullptr
                                   : std::make_shared<const std::vector<Record>>(std::move(records))) {}

    const std::vector<Record>& all() const { return records_ ? *records_ : none(); }
    auto begin() const { return all().begin(); }
    auto end() const { return all().end(); }
    std::size_t size() const { return records_ ? records_->size() : 0; }
    bool empty() const { return size() == 0; }
    const Record& operator[](std::size_t i) const { return all()[i]; }
    const Record& at(std::size_t i) const { return all().at(i); }
    const Record& front() const { return all().front(); }
    void append(const Records& more) {
        std::vector<Record> both = all();
        both.insert(both.end(), more.begin(), more.end());
        *this = Records(std::move(both));
    }
    void push_back(Record record) { append(Records({std::move(record)})); }  // for few
    bool operator==(const Records& other) const { return all() == other.all(); }

  private:
    static const std::vector<Record>& none();
    std::shared_ptr<const std::vector<Record>> records_;
};

struct Answer {
    Status status = Status::timeout;
    Records records;            // of the asked type only, at the end of the CNAME chain
    std::vector<Name> aliases;  // the names the CNAME chain led to, in order; empty = no CNAME
    bool authentic = false;     // the AD bit
    std::string detail;    // for people: "192.0.2.53 answered SERVFAIL", "no answer from 192.0.2.53 in 5 s"
    std::size_t size = 0;  // octets of the message that counted
    bool over_tcp = false;
    bool truncated = false;  // an answer over UDP was cut short; over_tcp tells whether TCP then worked
    bool bogus = false;  // SERVFAIL because DNSSEC does not validate: the server says so, or answers with CD
    net::Deadline expires = {};  // until when its TTL lets it be kept; in the past: it is not to be kept

    std::vector<base::IpAddress> addresses() const;  // of A and AAAA records, in order
    std::vector<std::string> texts() const;          // joined TXT records, in order
    bool operator==(const Answer&) const = default;
};

struct Question {
    Name name;
    Type type = Type::a;
    bool operator==(const Question&) const = default;
};

class Resolver {
  public:
    virtual ~Resolver() = default;
    virtual net::Task<Answer> query(Question question) = 0;
    // Whether query() would answer at once, without waiting for anybody.
    virtual bool knows(const Question&) { return false; }
};

}  // namespace dns
