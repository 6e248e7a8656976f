// The DNS message decoder, the match of an answer with its question, and the CNAME chain in a message.
#include "base/text.hpp"
#include "dns/aliases.hpp"
#include "dns/findings.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using fuzz::require;

const dns::Question& question() {
    static const dns::Question asked = {dns::Name::parse("example.com").value(), dns::Type::txt};
    return asked;
}

constexpr std::uint16_t query_id = 0x1234;  // that of the corpus

void check_name(const dns::Name& name) {
    const auto again = dns::Name::parse(name.to_string());
    require(again.has_value() && *again == name, "a name prints to itself");
    for (const char c : name.to_string())
        require(c > 0x20 && c < 0x7f, "a printed name is visible ASCII");
}

void check_record(const dns::Record& record, std::size_t message_size) {
    check_name(record.owner);
    require(record.ttl <= 0x7fffffff, "a TTL is at most 2^31 - 1");
    if (const auto* name = std::get_if<dns::Name>(&record.data)) check_name(*name);
    if (const auto* mx = std::get_if<dns::Mx>(&record.data)) check_name(mx->exchange);
    if (const auto* raw = std::get_if<dns::Raw>(&record.data))
        require(raw->rdata.size() <= message_size, "data is not longer than the message");
    if (const auto* txt = std::get_if<dns::Txt>(&record.data)) {
        require(!txt->strings.empty(), "a TXT record has a string");
        for (const auto& string : txt->strings)
            require(string.size() <= 255, "a string has at most 255 octets");
        require(txt->joined().size() < message_size, "a text is not longer than the message");
        fuzz::check_findings(dns::text_findings(record.owner, *txt), 50);
    }
}

void check_chain(const dns::Response& response, dns::Type type) {
    const dns::Question asked = {question().name, type};
    const auto chain = dns::follow_aliases(asked.name, asked, {}, response);
    require(chain.aliases.size() <= dns::maximum_aliases + 1, "a chain is bounded");
    require((chain.status == dns::Status::found) == !chain.records.empty(), "found means records");
    require(!chain.leads_out || !chain.aliases.empty(), "to lead out there must be an alias");
    require(chain.records.size() <= response.answer.size(), "a chain has no records of its own");
    const dns::Name& end = chain.aliases.empty() ? asked.name : chain.aliases.back();
    for (const auto& record : chain.records)
        require(record.type == type && record.owner == end && record.ttl >= chain.ttl,
                "the records asked for");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view message = fuzz::text_of(data, size);
    static const std::string query = dns::encode_query(question(), query_id, {});
    const auto match = dns::match_response(message, query);
    if (match != dns::Match::foreign)
        require(message.size() >= 12 && message.substr(0, 2) == query.substr(0, 2), "the id is ours");

    const auto response = dns::decode_response(message);
    if (response.has_error()) {
        require(response.error().kind == base::ErrorKind::unavailable, "a malformed answer is no answer");
        require(response.error().message.starts_with("malformed answer: "), "what is wrong is told");
        return 0;
    }
    require(response->size == size, "the size is that of the message");
    require(response->code <= 4095, "an RCODE has 12 bits");
    require(response->answer.size() <= size / 11, "a record has 11 octets or more");
    require(response->explanation.size() <= 400, "an explanation is short");
    require(base::printable(response->explanation) == response->explanation, "an explanation is printable");
    for (const auto& record : response->answer)
        check_record(record, size);
    for (const auto type : {dns::Type::txt, dns::Type::mx, dns::Type::cname, dns::Type::a, dns::Type::tlsa})
        check_chain(*response, type);
    return 0;
}
