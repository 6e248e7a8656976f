#include "smtp/enhanced_code.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"

namespace smtp {

namespace {

struct Meaning {
    int subject;
    int detail;
    std::string_view words;
};

// RFC 3463 section 3 and the IANA registry "SMTP Enhanced Status Codes" (RFC 5248).
constexpr Meaning meanings[] = {
    {1, 0, "an address, nothing more is said"},
    {1, 1, "bad mailbox address: the part before the @ is unknown"},
    {1, 2, "bad system address: the domain does not exist or takes no mail"},
    {1, 3, "bad syntax of the recipient's address"},
    {1, 4, "the recipient's address is ambiguous"},
    {1, 5, "the recipient's address is valid"},
    {1, 6, "the mailbox has moved, no new address is known"},
    {1, 7, "bad syntax of the sender's address"},
    {1, 8, "bad system address of the sender: its domain does not exist"},
    {1, 9, "relayed to a server that sends no notifications"},
    {1, 10, "the recipient's domain takes no mail (null MX)"},
    {2, 0, "the mailbox, nothing more is said"},
    {2, 1, "the mailbox is disabled, it takes no messages"},
    {2, 2, "the mailbox is full"},
    {2, 3, "the message is longer than the mailbox allows"},
    {2, 4, "the mailing list cannot be expanded"},
    {3, 0, "the mail system, nothing more is said"},
    {3, 1, "the mail system is full"},
    {3, 2, "the system takes no messages now"},
    {3, 3, "the system cannot do what the message needs"},
    {3, 4, "the message is too big for the system"},
    {3, 5, "the system is configured wrongly"},
    {3, 6, "the priority asked for was changed"},
    {4, 0, "the network or the routing, nothing more is said"},
    {4, 1, "no answer from the next host"},
    {4, 2, "bad connection to the next host"},
    {4, 3, "a directory server failed, the DNS perhaps"},
    {4, 4, "no route to the next host"},
    {4, 5, "congestion of the mail system"},
    {4, 6, "a routing loop"},
    {4, 7, "the time for delivery has run out"},
    {5, 0, "the protocol, nothing more is said"},
    {5, 1, "invalid command, or not allowed here"},
    {5, 2, "syntax error"},
    {5, 3, "too many recipients"},
    {5, 4, "invalid arguments of a command"},
    {5, 5, "wrong version of the protocol"},
    {5, 6, "the authentication exchange line is too long"},
    {6, 0, "the content, nothing more is said"},
    {6, 1, "this kind of content is not supported"},
    {6, 2, "the content must be converted and may not be"},
    {6, 3, "the content must be converted and cannot be"},
    {6, 4, "the content was converted with loss"},
    {6, 5, "the conversion of the content failed"},
    {6, 6, "the message's content is not available"},
    {6, 7, "addresses that are not ASCII are not permitted"},
    {6, 8, "a UTF-8 reply is needed and not permitted"},
    {6, 9, "UTF-8 headers cannot be passed on"},
    {7, 0, "security, nothing more is said"},
    {7, 1, "delivery is not authorised, the message is refused"},
    {7, 2, "the mailing list may not be expanded for this sender"},
    {7, 3, "security conversion is needed and not possible"},
    {7, 4, "a security feature is not supported"},
    {7, 5, "cryptographic failure"},
    {7, 6, "the cryptographic algorithm is not supported"},
    {7, 7, "the message's integrity is lost"},
    {7, 8, "authentication credentials invalid"},
    {7, 9, "the authentication mechanism is too weak"},
    {7, 10, "encryption needed"},
    {7, 11, "encryption needed for the authentication mechanism"},
    {7, 12, "a password transition is needed"},
    {7, 13, "the user's account is disabled"},
    {7, 14, "a trust relationship is needed"},
    {7, 15, "the priority is too low"},
    {7, 16, "the message is too big for its priority"},
    {7, 17, "the mailbox has changed its owner"},
    {7, 18, "the domain has changed its owner"},
    {7, 19, "RRVS cannot be completed"},
    {7, 20, "no DKIM signature passes"},
    {7, 21, "no acceptable DKIM signature"},
    {7, 22, "no valid DKIM signature of the author's domain"},
    {7, 23, "SPF validation failed"},
    {7, 24, "SPF validation ended in an error"},
    {7, 25, "the reverse DNS name could not be confirmed"},
    {7, 26, "several authentication checks failed"},
    {7, 27, "the sender's domain takes no mail (null MX)"},
    {7, 28, "the mail flow's limits are exceeded"},
    {7, 29, "an ARC validation failure"},
    {7, 30, "REQUIRETLS is needed and not supported"},
};

constexpr std::array<std::string_view, 8> subjects = {
    "nothing more is said",       "the addresses",     "the recipient's mailbox", "the mail system",
    "the network or the routing", "the mail protocol", "the message's content",   "security or policy",
};

struct ReplyMeaning {
    int code;
    std::string_view words;
};

constexpr ReplyMeaning reply_meanings[] = {
    {211, "system status"},
    {214, "help"},
    {220, "the server is ready"},
    {221, "the server closes the connection"},
    {235, "authentication succeeded"},
    {250, "done"},
    {251, "not a local user, the message will be forwarded"},
    {252, "the user cannot be verified, the message will be tried"},
    {334, "the server waits for the next step of the login"},
    {354, "the server waits for the message"},
    {421, "the server is not available and closes the connection"},
    {432, "a password transition is needed"},
    {450, "the mailbox is not available now"},
    {451, "local error, nothing was done"},
    {452, "not enough storage, or too many recipients"},
    {454, "temporary failure of authentication or TLS"},
    {455, "the parameters cannot be accommodated now"},
    {458, "the queue cannot be started"},
    {500, "syntax error, command unknown"},
    {501, "syntax error in the parameters"},
    {502, "command not implemented"},
    {503, "bad sequence of commands"},
    {504, "parameter not implemented"},
    {521, "the host takes no mail"},
    {523, "encryption needed"},
    {525, "the user's account is disabled"},
    {530, "authentication or TLS is required"},
    {534, "the authentication mechanism is too weak"},
    {535, "authentication failed"},
    {538, "encryption needed for the authentication mechanism"},
    {550, "refused, or the mailbox is not available"},
    {551, "not a local user"},
    {552, "more storage than is allowed"},
    {553, "mailbox name not allowed"},
    {554, "transaction failed, or no service here"},
    {555, "parameters of MAIL or RCPT not recognised"},
    {556, "the domain takes no mail"},
};

bool is_forgiven(char c) {
    return std::string_view("()[]<>#:;,.").find(c) != std::string_view::npos;
}

}  // namespace

std::string EnhancedCode::to_string() const {
    return fmt::format("{}.{}.{}", success, subject, detail);
}

std::optional<EnhancedCode> parse_enhanced_code(std::string_view word) {
    while (!word.empty() && is_forgiven(word.front()))
        word.remove_prefix(1);
    while (!word.empty() && is_forgiven(word.back()))
        word.remove_suffix(1);
    constexpr std::size_t longest = 9;  // "5.123.123"
    if (word.size() > longest) return std::nullopt;
    const auto parts = base::split(word, '.');
    if (parts.size() != 3) return std::nullopt;
    const auto success = base::parse_decimal(parts[0], 5);
    const auto subject = base::parse_decimal(parts[1], 999);
    const auto detail = base::parse_decimal(parts[2], 999);
    if (!success || !subject || !detail) return std::nullopt;
    if (*success != 2 && *success != 4 && *success != 5) return std::nullopt;
    return EnhancedCode{.success = static_cast<int>(*success),
                        .subject = static_cast<int>(*subject),
                        .detail = static_cast<int>(*detail)};
}

std::string_view meaning_of(const EnhancedCode& code) {
    const auto found = std::find_if(std::begin(meanings), std::end(meanings), [&](const Meaning& meaning) {
        return meaning.subject == code.subject && meaning.detail == code.detail;
    });
    if (found != std::end(meanings)) return found->words;
    const auto subject = static_cast<std::size_t>(code.subject);
    return subject < subjects.size() ? subjects[subject] : "not registered";
}

std::string_view meaning_of_reply_code(int code) {
    const auto found = std::find_if(std::begin(reply_meanings), std::end(reply_meanings),
                                    [&](const ReplyMeaning& meaning) { return meaning.code == code; });
    if (found != std::end(reply_meanings)) return found->words;
    switch (code / 100) {
        case 2:
            return "the server agrees";
        case 3:
            return "the server waits for more";
        case 4:
            return "the server says: not now";
        default:
            return "the server says: no";
    }
}

}  // namespace smtp
