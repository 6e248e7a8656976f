#include "sasl/scram.hpp"

#include <doctest/doctest.h>

#include "sasl/mechanism.hpp"

using sasl::BindingFlag;
using sasl::Fault;
using sasl::FaultKind;
using sasl::MechanismId;
using sasl::Scram;

namespace {

constexpr std::string_view nonce_256 = "rOprNGfwEbeRWgbNEkqO";
constexpr std::string_view first_256 =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

Scram make(std::string_view user, std::string_view password, Scram::Options options) {
    return Scram::create(user, base::Secret(std::string(password)), std::move(options)).value();
}

Scram example(BindingFlag flag = BindingFlag::unsupported) {
    Scram::Options options;
    options.nonce = nonce_256;
    options.flag = flag;
    return make("user", "pencil", options);
}

std::string text(const sasl::Step& step) {
    if (const auto* fault = std::get_if<Fault>(&step)) return "fault: " + fault->detail;
    return std::string(std::get<base::Secret>(step).reveal());
}

std::optional<FaultKind> fault_kind(const sasl::Step& step) {
    const auto* fault = std::get_if<Fault>(&step);
    return fault == nullptr ? std::nullopt : std::optional(fault->kind);
}

}  // namespace

TEST_CASE("[SMTP-SEC-06] SCRAM-SHA-256 goes as the example of RFC 7677 section 3") {
    Scram scram = example();
    CHECK(scram.initial_response()->reveal() == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    CHECK(text(scram.step(first_256)) ==
          "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
          "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    CHECK_FALSE(scram.is_complete());
    CHECK(text(scram.step("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")).empty());
    CHECK(scram.is_complete());
    CHECK(fault_kind(scram.step("")) == FaultKind::malformed);
}

TEST_CASE("[SMTP-SEC-06] SCRAM-SHA-1 goes as the example of RFC 5802 section 5") {
    Scram::Options options;
    options.hash = crypto::Hash::sha1;
    options.nonce = "fyko+d2lbbFgONRv9qkxdawL";
    Scram scram = make("user", "pencil", options);
    CHECK(scram.initial_response()->reveal() == "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    CHECK(text(scram.step("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096")) ==
          "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
    CHECK(text(scram.step("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=")).empty());
    CHECK(scram.is_complete());
}

TEST_CASE("[SMTP-SEC-06] a wrong server signature is no proof") {
    for (const std::string_view last :
         {"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=", "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
          "v=", "v=AAAA", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="}) {
        Scram scram = example();
        CHECK(scram.initial_response());
        CHECK_FALSE(fault_kind(scram.step(first_256)));
        CHECK(fault_kind(scram.step(last)) == FaultKind::unproven);
        CHECK_FALSE(scram.is_complete());
    }
}

TEST_CASE("[SMTP-SEC-06] what the server may say last: a proof or an error, else nothing") {
    const auto last = [](std::string_view message) {
        Scram scram = example();
        CHECK_FALSE(fault_kind(scram.step(first_256)));
        return scram.step(message);
    };
    CHECK(fault_kind(last("e=invalid-proof")) == FaultKind::refused);
    CHECK(text(last("e=invalid-proof")) == "fault: the server said invalid-proof");
    CHECK(text(last("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=,x=more")).empty());
    CHECK(fault_kind(last("")) == FaultKind::malformed);
    CHECK(fault_kind(last("235 ok")) == FaultKind::malformed);
}

TEST_CASE("[SMTP-SEC-06] a server's first message that is not safe or not SCRAM ends the exchange") {
    const std::string nonce(nonce_256);
    const std::string good = "r=" + nonce + "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,";
    const std::vector<std::pair<std::string, FaultKind>> cases = {
        {good + "i=4095", FaultKind::weak},
        {good + "i=1", FaultKind::weak},
        {good + "i=1000001", FaultKind::malformed},
        {good + "i=99999999999999999999999", FaultKind::malformed},
        {good + "i=-1", FaultKind::malformed},
        {good + "i=", FaultKind::malformed},
        {good + "i=4096,m=x", FaultKind::malformed},
        {"m=x," + good + "i=4096", FaultKind::malformed},
        {good + "i=4096,", FaultKind::malformed},
        {"r=" + nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", FaultKind::unproven},
        {"r=otherNonce,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", FaultKind::unproven},
        {"r=,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", FaultKind::unproven},
        {"r=" + nonce + "\x01,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", FaultKind::malformed},
        {"r=" + nonce + "x,s=,i=4096", FaultKind::malformed},
        {"r=" + nonce + "x,s=W22,i=4096", FaultKind::malformed},
        {"s=W22ZaJ0SNY7soEsUEjb6gQ==,r=" + nonce + "x,i=4096", FaultKind::malformed},
        {"r=" + nonce + "x,i=4096", FaultKind::malformed},
        {"", FaultKind::malformed},
        {",,,", FaultKind::malformed},
        {std::string(12000, ','), FaultKind::malformed},
        {"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", FaultKind::malformed},
    };
    for (const auto& each : cases) {
        CAPTURE(each.first);
        Scram scram = example();
        CHECK(fault_kind(scram.step(each.first)) == each.second);
    }
}

TEST_CASE("[SMTP-SEC-06] an extension that is optional is passed over and signed") {
    Scram scram = example();
    CHECK_FALSE(fault_kind(scram.step(std::string(first_256) + ",x=whatever")));
}

// Checked against an implementation in Python's hashlib.
TEST_CASE("[SMTP-SEC-07] SCRAM-SHA-256-PLUS binds the proof to the channel") {
    Scram::Options options;
    options.nonce = nonce_256;
    options.flag = BindingFlag::used;
    options.binding_type = "tls-exporter";
    for (std::uint8_t i = 0; i < 32; ++i)
        options.binding.push_back(i);
    Scram scram = make("user", "pencil", options);
    CHECK(scram.initial_response()->reveal() == "p=tls-exporter,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    CHECK(text(scram.step(first_256)) ==
          "c=cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f,r=rOprNGfwEbeRWgbNEkqO%"
          "hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=QC6CS20quADQRb3mT99YUH+n3VJxUvzuK0K0E1Vrs2M=");
    CHECK(text(scram.step("v=2GiAgapEppLVlUXbxUDksL3VgYHzuqiK5tR4mhJGgvs=")).empty());
    CHECK(scram.is_complete());
}

TEST_CASE("[SMTP-SEC-07] the gs2 header says what was possible, and c= repeats it") {
    const auto start = [](const sasl::Surroundings& surroundings) {
        auto mechanism = sasl::Mechanism::create(
            MechanismId::scram_sha_256, {.user = "user", .secret = base::Secret("pencil")}, surroundings);
        std::string said(mechanism->initial_response()->reveal());
        return said.substr(0, 3) + " " + text(mechanism->step(first_256)).substr(0, 6);
    };
    sasl::Surroundings surroundings;
    surroundings.nonce = nonce_256;
    CHECK(start(surroundings) == "n,, c=biws");
    surroundings.binding_type = "tls-exporter";
    surroundings.binding = base::Bytes(32, 7);
    CHECK(start(surroundings) == "y,, c=eSws");
    surroundings.server_offers_binding = true;
    CHECK(start(surroundings) == "n,, c=biws");
}

TEST_CASE("SCRAM writes commas and equal signs of a name escaped, and prepares name and password") {
    Scram::Options options;
    options.nonce = "abc";
    CHECK(make("a,b=c", "x", options).initial_response()->reveal() == "n,,n=a=2Cb=3Dc,r=abc");
    CHECK(make("\xc2\xaa", "x", options).initial_response()->reveal() == "n,,n=a,r=abc");  // U+00AA
    CHECK(Scram::create("a", base::Secret("\x07"), options).has_error());
    options.nonce = "a,b";
    CHECK(Scram::create("a", base::Secret("b"), options).error().kind == base::ErrorKind::bug);
}

TEST_CASE("nonces are new each time and can be sent") {
    const auto first = sasl::make_nonce();
    CHECK(first.size() == 24);
    CHECK(first != sasl::make_nonce());
    CHECK(first.find(',') == std::string::npos);
}
