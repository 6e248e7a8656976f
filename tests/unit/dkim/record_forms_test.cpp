#include "dkim/record_forms.hpp"

#include <cstdlib>
#include <memory>
#include <numeric>

#include <doctest/doctest.h>
#include <ldns/ldns.h>

#include "base/text.hpp"

namespace {

using dkim::NameForm;
using dkim::print_record;
using dkim::RecordForm;

const base::DomainName domain = base::DomainName::parse("example.com").value();

const dkim::RecordPlace s1 = {.domain = domain, .selector = "s1"};
const dkim::RecordPlace delegated = {
    .domain = domain, .selector = "s1", .target = "s1.example.com.keys.test"};

struct Parsed {
    std::string owner;
    std::string value;
};

// What a name server makes of the zone-file text: read by ldns, the strings joined.
Parsed read_as_zone(const std::string& text) {
    const std::unique_ptr<FILE, int (*)(FILE*)> file(
        fmemopen(const_cast<char*>(text.data()), text.size(), "r"), fclose);
    ldns_rr* rr = nullptr;
    std::uint32_t ttl = 3600;
    REQUIRE(ldns_rr_new_frm_fp(&rr, file.get(), &ttl, nullptr, nullptr) == LDNS_STATUS_OK);
    Parsed parsed;
    char* owner = ldns_rdf2str(ldns_rr_owner(rr));
    parsed.owner = owner;
    free(owner);
    REQUIRE(ldns_rr_get_type(rr) == LDNS_RR_TYPE_TXT);
    for (std::size_t i = 0; i < ldns_rr_rd_count(rr); ++i) {
        const ldns_rdf* data = ldns_rr_rdf(rr, i);
        parsed.value.append(reinterpret_cast<const char*>(ldns_rdf_data(data)) + 1, ldns_rdf_size(data) - 1);
    }
    ldns_rr_free(rr);
    return parsed;
}

}  // namespace

TEST_CASE("the forms of a short record") {
    const std::string value = "v=DKIM1; k=ed25519; p=AAAA";
    CHECK(print_record(s1, value, RecordForm::zone) ==
          "s1._domainkey.example.com. IN TXT (\n        \"v=DKIM1; k=ed25519; p=AAAA\" )\n");
    CHECK(print_record(s1, value, RecordForm::value) == value + "\n");
    CHECK(print_record(s1, value, RecordForm::strings) == "\"" + value + "\"\n");
    CHECK(print_record(s1, value, RecordForm::parts) == "1: " + value + "\n");
    CHECK(print_record(s1, value, RecordForm::name) == "s1._domainkey\n");
    CHECK(print_record(s1, value, RecordForm::name, NameForm::absolute) == "s1._domainkey.example.com.\n");
}

TEST_CASE("a delegated record stands at the target of the CNAME") {
    CHECK(print_record(delegated, "v", RecordForm::cname) ==
          "s1._domainkey.example.com. IN CNAME s1.example.com.keys.test.\n");
    CHECK(print_record(delegated, "v", RecordForm::zone) ==
          "s1.example.com.keys.test. IN TXT (\n        \"v\" )\n");
    CHECK(print_record(delegated, "v", RecordForm::name) == "s1.example.com.keys.test.\n");
    CHECK(dkim::record_size(delegated, "abc") == dkim::record_size(s1, "abc") - 1);
}

TEST_CASE("a long record is cut into strings of at most 255 octets") {
    const std::string value = "v=DKIM1; k=rsa; p=" + std::string(392, 'A');
    const auto strings = dkim::split_into_strings(value);
    REQUIRE(strings.size() == 2);
    CHECK(strings[0].size() == 255);
    CHECK(strings[0] + strings[1] == value);
    CHECK(print_record(s1, value, RecordForm::strings) == "\"" + strings[0] + "\" \"" + strings[1] + "\"\n");
    CHECK(print_record(s1, value, RecordForm::parts) == "1: " + strings[0] + "\n2: " + strings[1] + "\n");
}

TEST_CASE("an exact multiple of 255 makes no empty string, an empty value one") {
    CHECK(dkim::split_into_strings(std::string(510, 'A')).size() == 2);
    CHECK(dkim::split_into_strings("") == std::vector<std::string>{""});
}

TEST_CASE("a zone parser reads the zone form back to the same value, of any length and bytes") {
    for (const std::size_t length : {0, 1, 254, 255, 256, 410, 765, 1500}) {
        std::string value(length, 'A');
        for (std::size_t i = 0; i < length; ++i)
            value[i] = static_cast<char>(i * 7);  // every byte: quotes, backslashes, NUL, semicolons, 0xff
        const auto parsed = read_as_zone(print_record(s1, value, RecordForm::zone));
        CHECK(parsed.owner == "s1._domainkey.example.com.");
        CHECK(parsed.value == value);
    }
    const std::string record = "v=DKIM1; k=rsa; p=" + std::string(700, 'M') + "==";
    CHECK(read_as_zone(print_record(s1, record, RecordForm::zone)).value == record);
}

TEST_CASE("a zone parser reads the other forms back, put where they go") {
    const std::string value = "v=DKIM1; k=rsa; p=" + std::string(700, 'M') + "==";
    const auto name = print_record(s1, value, RecordForm::name, NameForm::absolute);
    const auto start = name.substr(0, name.size() - 1) + " IN TXT ";
    CHECK(read_as_zone(start + print_record(s1, value, RecordForm::strings)).value == value);
    // A panel that takes numbered parts makes a string of each.
    std::string parts = start;
    for (std::string rest = print_record(s1, value, RecordForm::parts); !rest.empty();) {
        const auto end = rest.find('\n');
        parts += '"' + rest.substr(3, end - 3) + "\" ";
        rest.erase(0, end + 1);
    }
    CHECK(read_as_zone(parts + "\n").value == value);
    CHECK(print_record(s1, value, RecordForm::value) == value + "\n");
    CHECK(read_as_zone(print_record(delegated, value, RecordForm::zone)).owner ==
          "s1.example.com.keys.test.");

    ldns_rr* rr = nullptr;
    REQUIRE(ldns_rr_new_frm_str(&rr, print_record(delegated, value, RecordForm::cname).c_str(), 3600, nullptr,
                                nullptr) == LDNS_STATUS_OK);
    char* target = ldns_rdf2str(ldns_rr_rdf(rr, 0));
    CHECK(std::string(target) == "s1.example.com.keys.test.");
    free(target);
    ldns_rr_free(rr);
}

TEST_CASE("forms are parsed by name and a wrong one lists them") {
    CHECK(dkim::parse_record_form("parts").value() == RecordForm::parts);
    const auto error = dkim::parse_record_form("bind").error();
    CHECK(error.kind == base::ErrorKind::usage);
    CHECK(error.message.find("zone, value, strings, parts, name or cname") != std::string::npos);
}

TEST_CASE("the record's size is that of its wire form") {
    // 27 octets of owner, 10 of type, class, TTL and RDLENGTH, a length octet and the value.
    CHECK(dkim::record_size(s1, "abc") == 27 + 10 + 1 + 3);
    CHECK(dkim::record_size(s1, std::string(256, 'a')) == 27 + 10 + 2 + 256);
}

TEST_CASE("what is printed is read again, in every form that holds the record") {
    const auto domain = base::DomainName::parse("example.com").value();
    const std::string value = "v=DKIM1; k=rsa; n=\\\"x\\\"; p=" + std::string(500, 'A');
    using dkim::RecordForm;
    for (const auto form : {RecordForm::zone, RecordForm::value, RecordForm::strings, RecordForm::parts})
        CHECK(dkim::read_record(dkim::print_record({.domain = domain, .selector = "s1"}, value, form))
                  .value() == std::vector{value});
}

TEST_CASE("a record is read as people have it") {
    const auto read = [](std::string_view text) {
        const auto records = dkim::read_record(text);
        return records ? base::join(*records, "|") : "error: " + records.error().message;
    };
    CHECK(read(" v=DKIM1; p=AAAA \n") == "v=DKIM1; p=AAAA");
    CHECK(read("s1._domainkey 3600 IN TXT \"v=DKIM1; \" \"p=AA;\" ; a comment \"\n") == "v=DKIM1; p=AA;");
    CHECK(read("s1\tIN\tTXT\t( \"v=DKIM1; \"\r\n\t  \"p=AA\" )  ; ----- DKIM key s1\n") == "v=DKIM1; p=AA");
    CHECK(read("$TTL 300\ns1 TXT \"p=AA\"\ns2 txt \"p=B\\066\\\"\"\n") == "p=AA|p=BB\"");
    CHECK(read("\"p=AA\"\n\"p=BB\"") == "p=AA|p=BB");
    CHECK(read("s1 TXT p=AA") == "p=AA");
    CHECK(read("\"p=AA") == "error: a quote without its end");
    CHECK(read("s1 TXT ( \"p=AA\"") == "error: a ( without its )");
    CHECK(read("s1 TXT \"p=AA\" )") == "error: a ) without its (");
    CHECK(read("\"p=\\999\"") == "error: an escape that is none: \"\\999\"");
    CHECK(read("s1 CNAME x\ns2 TXT \"p=AA\"") == "error: no TXT record: \"s1\"");
    CHECK(read("s1 TXT ( )") == "error: a TXT record without its text");
}
