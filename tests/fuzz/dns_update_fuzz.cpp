// The answer to a dynamic update, signed or not, and the key file that updates are signed with.
#include "dns/update.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using fuzz::require;

const base::Time now{std::chrono::seconds(1'800'000'000)};

const dns::TsigKey& key() {
    static const dns::TsigKey made = {.name = dns::Name::parse("good").value(),
                                      .algorithm = "hmac-sha256",
                                      .secret = base::Secret(std::string("c2VjcmV0"))};
    return made;
}

const dns::TextUpdate& update() {
    static const dns::TextUpdate made = {.zone = dns::Name::parse("example.com").value(),
                                         .owner = dns::Name::parse("s1._domainkey.example.com").value(),
                                         .after = dns::Txt{{"v=DKIM1; p="}}};
    return made;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    static const auto sent = dns::encode_update(update(), 0x1234, key());
    const auto answer = dns::decode_update_answer(text, sent, key());
    if (answer.has_error()) {
        require(answer.error().kind == base::ErrorKind::unavailable, "a malformed answer is no answer");
        require(answer.error().message.starts_with("malformed answer: "), "what is wrong is told");
    } else {
        require(!answer->is_signed, "nobody guesses a signature");
        require(!answer->server_time, "a time that is not signed does not count");
        require(dns::judge_update(*answer, update(), key(), now).has_error(),
                "what is not signed is no success");
    }
    const auto read = dns::parse_tsig_key(base::Secret(std::string(text)));
    if (read.has_value()) {
        require(!read->secret.empty() && !read->name.is_root(), "a key has a name and a secret");
        dns::encode_update(update(), 1, *read);
    }
    return 0;
}
