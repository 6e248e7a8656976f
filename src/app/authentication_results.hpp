// The header field in which a receiver tells what it found (RFC 8601).
#pragma once

#include <string>
#include <string_view>

#include "app/verify_message.hpp"

namespace app {

// "Authentication-Results: mx.example.org;\n    dkim=pass ...;\n    spf=...", lines folded with "\n    ", no
// newline at the end. What comes from the message or the DNS is quoted and printable.
std::string authentication_results(const MessageVerification& verification, std::string_view authserv_id);

}  // namespace app
