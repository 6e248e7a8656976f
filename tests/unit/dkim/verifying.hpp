// A message, its signature and what dkim::verify_message() says of them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "dkim/verify.hpp"
#include "net/run.hpp"
#include "support/fake_resolver.hpp"
#include "support/signed_mail.hpp"

namespace verifying {

using dkim::Outcome;
using test::SigningTags;

inline const base::Time now{std::chrono::seconds(1'700'000'000)};
inline const std::string header = "From: Joe <joe@example.com>\r\nTo: sue@example.net\r\nSubject: dinner\r\n";
inline const std::string body = "Hi.\r\n\r\nWe lost the game.\r\n";
inline const std::string mail_text = header + "\r\n" + body;
inline constexpr std::string_view key_name = "s1._domainkey.example.com";

inline dkim::SignedMessage read(std::string_view text) {
    dkim::SignedMessage message(now);
    REQUIRE(message.feed(text).has_value());
    REQUIRE(message.finish().has_value());
    return message;
}

inline dkim::MessageResult verify(std::string_view text, test::FakeResolver& resolver) {
    const auto message = read(text);
    return net::run(dkim::verify_message(&resolver, message, {})).value();
}

inline dkim::MessageResult verify(std::string_view text,
                                  const std::string& record = test::key_record(test::rsa_key())) {
    const auto message = read(text);
    return net::run(dkim::verify_message(nullptr, message, {record})).value();
}

inline dkim::SignatureResult only(dkim::MessageResult result) {
    REQUIRE(result.signatures.size() == 1);
    return result.signatures.front();
}

inline std::string sign(std::string_view text = mail_text, const SigningTags& tags = {}) {
    return test::sign(text, tags, test::rsa_key());
}

inline bool has(const std::vector<finding::Finding>& findings, std::string_view id) {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const auto& finding) { return finding.id == id; });
}

inline std::string with(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.rfind(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

inline SigningTags simple_tags() {
    SigningTags tags;
    tags.tags = "v=1; a=rsa-sha256; c=simple/simple; d=example.com; s=s1; h=from:to:subject";
    tags.canonical = {};
    return tags;
}

inline SigningTags tags_with(std::string_view more) {
    SigningTags tags;
    tags.tags += more;
    return tags;
}

}  // namespace verifying
