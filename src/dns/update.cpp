#include "dns/update.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <ldns/ldns.h>
#include <stdbool.h>  // before ldns, which defines bool otherwise

#include "base/text.hpp"

namespace dns {

namespace {

constexpr std::uint16_t fudge = 300;  // seconds that clocks may differ (RFC 8945 section 10)
constexpr std::size_t header_size = 12;

struct Free {
    void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
    void operator()(ldns_rr_list* list) const { ldns_rr_list_deep_free(list); }
    void operator()(ldns_rdf* data) const { ldns_rdf_deep_free(data); }
    void operator()(std::uint8_t* bytes) const { LDNS_FREE(bytes); }
};
using Packet = std::unique_ptr<ldns_pkt, Free>;
using Records = std::unique_ptr<ldns_rr_list, Free>;
using Data = std::unique_ptr<ldns_rdf, Free>;

template <class T>
T* there(T* pointer) {
    if (pointer == nullptr) throw std::bad_alloc();
    return pointer;
}

Data data_of(ldns_rdf_type type, std::string_view bytes) {
    return Data(there(ldns_rdf_new_frm_data(type, bytes.size(), bytes.data())));
}

Data data_of(const Name& name) {
    return data_of(LDNS_RDF_TYPE_DNAME, std::string(name.wire()) + '\0');
}

void push(ldns_rr_list& list, const Name& owner, ldns_rr_type type, ldns_rr_class record_class,
          std::uint32_t ttl, const Txt& txt = {}) {
    ldns_rr* record = there(ldns_rr_new());
    ldns_rr_set_owner(record, data_of(owner).release());
    ldns_rr_set_type(record, type);
    ldns_rr_set_class(record, record_class);
    ldns_rr_set_ttl(record, ttl);
    for (const auto& text : txt.strings)
        ldns_rr_push_rdf(record, data_of(LDNS_RDF_TYPE_STR, static_cast<char>(text.size()) + text).release());
    ldns_rr_list_push_rr(&list, record);
}

// RFC 2136 sections 2.4.2 and 2.4.3.
Records prerequisites(const TextUpdate& update) {
    Records records(there(ldns_rr_list_new()));
    for (const auto& txt : update.before)
        push(*records, update.owner, LDNS_RR_TYPE_TXT, LDNS_RR_CLASS_IN, 0, txt);
    if (!update.before.empty()) return records;
    // An addition beside a CNAME the server would leave out without a word (section 3.4.2.2).
    for (const auto type : {LDNS_RR_TYPE_TXT, LDNS_RR_TYPE_CNAME})
        push(*records, update.owner, type, LDNS_RR_CLASS_NONE, 0);
    return records;
}

// Sections 2.5.1 and 2.5.2.
Records changes(const TextUpdate& update) {
    Records records(there(ldns_rr_list_new()));
    if (!update.before.empty()) push(*records, update.owner, LDNS_RR_TYPE_TXT, LDNS_RR_CLASS_ANY, 0);
    if (update.after)
        push(*records, update.owner, LDNS_RR_TYPE_TXT, LDNS_RR_CLASS_IN, update.ttl, *update.after);
    return records;
}

std::string_view bytes_of(const ldns_rdf* data) {
    return {reinterpret_cast<const char*>(ldns_rdf_data(data)), ldns_rdf_size(data)};
}

std::uint64_t number(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes)
        value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

std::string absolute(const Name& name) {
    return name.to_string() + ".";
}

base::Error no_answer(std::string_view what) {
    return {.kind = base::ErrorKind::unavailable, .message = "malformed answer: " + std::string(what)};
}

// RDATA of TSIG (RFC 8945 section 4.2), as ldns takes it apart.
enum Field : std::size_t { algorithm, time_signed, fudge_field, mac, original_id, error, other, fields };

// Is it our key and our algorithm that the answer is signed with? ldns looks at neither.
bool is_ours(const ldns_rr& tsig, const TsigKey& key) {
    const auto owner = std::string(bytes_of(ldns_rr_owner(&tsig)));
    const auto used = std::string(bytes_of(ldns_rr_rdf(&tsig, algorithm)));
    const auto wanted = Name::parse(key.algorithm);
    return wanted.has_value() && base::equals_ignoring_case(owner, std::string(key.name.wire()) + '\0') &&
           base::equals_ignoring_case(used, std::string(wanted->wire()) + '\0');
}

}  // namespace

SignedUpdate encode_update(const TextUpdate& update, std::uint16_t id, const TsigKey& key) {
    const auto before = prerequisites(update), after = changes(update);
    // The packet takes the zone's name, and copies of the records.
    const Packet packet(there(ldns_update_pkt_new(data_of(update.zone).release(), LDNS_RR_CLASS_IN,
                                                  before.get(), after.get(), nullptr)));
    ldns_pkt_set_id(packet.get(), id);
    ldns_pkt_set_rd(packet.get(), false);
    // Secret keeps a string, so a NUL follows.
    const std::string algorithm_name = key.algorithm + ".";
    if (ldns_pkt_tsig_sign(packet.get(), absolute(key.name).c_str(), key.secret.reveal().data(), fudge,
                           algorithm_name.c_str(), nullptr) != LDNS_STATUS_OK)
        throw std::runtime_error("ldns cannot sign an update with " + key.algorithm);
    std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    if (ldns_pkt2wire(&bytes, packet.get(), &size) != LDNS_STATUS_OK)
        throw std::runtime_error("ldns cannot write an update");
    const std::unique_ptr<std::uint8_t, Free> owned(bytes);
    return {.message = std::string(reinterpret_cast<const char*>(bytes), size),
            .mac = std::string(bytes_of(ldns_rr_rdf(ldns_pkt_tsig(packet.get()), mac)))};
}

base::Result<UpdateAnswer> decode_update_answer(std::string_view message, const SignedUpdate& update,
                                                const TsigKey& key) {
    if (message.size() < header_size) return no_answer("it is shorter than a header");
    if (message.substr(0, 2) != update.message.substr(0, 2)) return no_answer("it is to another question");
    // ldns may look one octet past the end to see that it is the end.
    const std::string padded(message);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(padded.data());
    ldns_pkt* read = nullptr;
    if (ldns_wire2pkt(&read, bytes, padded.size()) != LDNS_STATUS_OK) return no_answer("it cannot be read");
    const Packet packet(read);
    if (!ldns_pkt_qr(read) || ldns_pkt_get_opcode(read) != LDNS_PACKET_UPDATE)
        return no_answer("it is none to an update");
    UpdateAnswer answer{.code = static_cast<unsigned>(ldns_pkt_get_rcode(read))};
    const ldns_rr* tsig = ldns_pkt_tsig(read);
    if (tsig == nullptr || ldns_rr_rd_count(tsig) != fields) return answer;
    answer.signature_error = static_cast<unsigned>(number(bytes_of(ldns_rr_rdf(tsig, error))));
    // Verifying takes the record off the packet, and puts it back.
    const auto told = std::string(bytes_of(ldns_rr_rdf(tsig, other)));
    const Data request(data_of(LDNS_RDF_TYPE_INT16_DATA, update.mac));
    answer.is_signed =
        is_ours(*tsig, key) && ldns_pkt_tsig_verify(read, bytes, padded.size(), absolute(key.name).c_str(),
                                                    key.secret.reveal().data(), request.get());
    // Two octets of length, then a time of six (section 5.2.3).
    if (answer.is_signed && answer.signature_error == 18 && told.size() == 8)
        answer.server_time = base::Time(std::chrono::seconds(number(std::string_view(told).substr(2))));
    return answer;
}

}  // namespace dns
