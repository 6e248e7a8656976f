#include "sasl/scram.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <sys/random.h>

#include "base/text.hpp"
#include "sasl/escape.hpp"
#include "sasl/prepare.hpp"

namespace sasl {

namespace {

constexpr std::size_t max_salt = 1024;
constexpr std::size_t max_nonce = 1024;

Fault malformed(std::string detail) {
    return {.kind = FaultKind::malformed, .detail = std::move(detail)};
}

bool is_nonce_character(char c) {
    return c >= '!' && c <= '~' && c != ',';
}

struct ServerFirst {
    std::string_view nonce;
    std::string salt;
    std::uint32_t rounds = 0;
};

// r=, s= and i= in this order; what follows are extensions, to be ignored (RFC 5802 section 5.1).
std::variant<ServerFirst, Fault> parse_server_first(std::string_view message, std::string_view our_nonce) {
    // m= is the mandatory extension: nobody defined one, and it must not be passed over.
    if (message.substr(0, 2) == "m=") return malformed("the server asks for a SCRAM extension nobody knows");
    const auto parts = base::split(message, ',');
    if (parts.size() < 3 || parts[0].substr(0, 2) != "r=" || parts[1].substr(0, 2) != "s=" ||
        parts[2].substr(0, 2) != "i=")
        return malformed("the server's first SCRAM message cannot be read");
    for (std::size_t i = 3; i < parts.size(); ++i) {
        if (parts[i].size() < 2 || !base::is_alpha(parts[i][0]) || parts[i][1] != '=')
            return malformed("the server's first SCRAM message cannot be read");
        if (parts[i][0] == 'm') return malformed("the server asks for a SCRAM extension nobody knows");
    }
    ServerFirst first;
    first.nonce = parts[0].substr(2);
    if (first.nonce.size() > max_nonce ||
        !std::all_of(first.nonce.begin(), first.nonce.end(), is_nonce_character))
        return malformed("the server's SCRAM nonce cannot be read");
    if (first.nonce.size() <= our_nonce.size() || first.nonce.substr(0, our_nonce.size()) != our_nonce)
        return Fault{.kind = FaultKind::unproven,
                     .detail = "the server's SCRAM nonce does not continue ours"};
    const auto salt = base::decode_base64(parts[1].substr(2));
    if (!salt || salt->empty() || salt->size() > max_salt)
        return malformed("the server's SCRAM salt cannot be read");
    first.salt.assign(salt->begin(), salt->end());
    const auto rounds = base::parse_decimal(parts[2].substr(2), max_scram_rounds);
    if (!rounds) return malformed("the server asks for too many SCRAM iterations, or for no number of them");
    first.rounds = static_cast<std::uint32_t>(*rounds);
    if (first.rounds < min_scram_rounds)
        return Fault{.kind = FaultKind::weak,
                     .detail = "the server asks for " + std::to_string(first.rounds) +
                               " SCRAM iterations; fewer than " + std::to_string(min_scram_rounds) +
                               " make the password easy to guess"};
    return first;
}

base::Bytes exclusive_or(std::string_view a, std::string_view b) {
    base::Bytes result(a.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        result[i] = static_cast<std::uint8_t>(a[i] ^ b[i]);
    return result;
}

}  // namespace

std::string make_nonce() {
    std::array<char, 18> bytes;
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        throw std::runtime_error("no random numbers from the kernel");
    return base::encode_base64(std::string_view(bytes.data(), bytes.size()));
}

Scram::Scram(std::string first_bare, base::Secret password, Options options)
    : first_bare_(std::move(first_bare)), password_(std::move(password)), options_(std::move(options)) {}

base::Result<Scram> Scram::create(std::string_view user, const base::Secret& password, Options options) {
    if (options.nonce.empty() || !std::all_of(options.nonce.begin(), options.nonce.end(), is_nonce_character))
        return base::Error{.kind = base::ErrorKind::bug, .message = "a SCRAM nonce that cannot be sent"};
    TRY(const base::Secret name, saslprep(user));
    TRY(base::Secret prepared, saslprep(password.reveal()));
    std::string first_bare = "n=" + escape_name(name.reveal()) + ",r=" + options.nonce;
    return Scram(std::move(first_bare), std::move(prepared), std::move(options));
}

std::string Scram::gs2_header() const {
    switch (options_.flag) {
        case BindingFlag::unsupported:
            return "n,,";
        case BindingFlag::not_offered:
            return "y,,";
        case BindingFlag::used:
            return "p=" + options_.binding_type + ",,";
    }
    return {};
}

std::optional<base::Secret> Scram::initial_response() {
    return join_secret({gs2_header(), first_bare_});
}

Step Scram::step(std::string_view challenge) {
    switch (state_) {
        case State::first:
            return answer_first(challenge);
        case State::final:
            return check_final(challenge);
        case State::done:
            break;
    }
    return malformed("the server asked for more than the mechanism has");
}

// RFC 5802 section 3.
Step Scram::answer_first(std::string_view message) {
    auto parsed = parse_server_first(message, options_.nonce);
    if (auto* fault = std::get_if<Fault>(&parsed)) return std::move(*fault);
    const auto& first = std::get<ServerFirst>(parsed);
    const auto hash = options_.hash;

    std::string binding = gs2_header();
    if (options_.flag == BindingFlag::used) binding.append(options_.binding.begin(), options_.binding.end());
    const std::string final_bare = "c=" + base::encode_base64(binding) + ",r=" + std::string(first.nonce);
    const std::string messages = first_bare_ + "," + std::string(message) + "," + final_bare;

    const auto salted = crypto::pbkdf2(hash, password_.reveal(), first.salt, first.rounds);
    const auto client_key = crypto::hmac(hash, salted.reveal(), "Client Key");
    const auto stored_key = crypto::digest(hash, client_key.reveal());
    const auto signature = crypto::hmac(hash, stored_key.reveal(), messages);
    const auto server_key = crypto::hmac(hash, salted.reveal(), "Server Key");
    server_signature_ = crypto::hmac(hash, server_key.reveal(), messages);
    password_ = base::Secret();
    state_ = State::final;
    const auto proof = exclusive_or(client_key.reveal(), signature.reveal());
    return join_secret({final_bare, ",p=", base::encode_base64(proof)});
}

Step Scram::check_final(std::string_view message) {
    const auto first = message.substr(0, message.find(','));
    if (first.substr(0, 2) == "e=")
        return Fault{.kind = FaultKind::refused,
                     .detail = "the server said " + std::string(first.substr(2, 100))};
    if (first.substr(0, 2) != "v=") return malformed("the server's last SCRAM message cannot be read");
    const auto signature = base::decode_base64(first.substr(2));
    // Compared in constant time: Secret's ==.
    if (!signature || base::Secret(std::string(signature->begin(), signature->end())) != server_signature_)
        return Fault{.kind = FaultKind::unproven,
                     .detail = "the server's SCRAM signature is wrong: it does not know the password"};
    state_ = State::done;
    return base::Secret();
}

}  // namespace sasl
