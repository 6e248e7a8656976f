#include "sasl/prepare.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>

#include <stringprep.h>
#include <strings.h>

namespace sasl {

namespace {

struct WipeAndFree {
    void operator()(char* text) const {
        explicit_bzero(text, std::char_traits<char>::length(text));
        std::free(text);
    }
};

base::Error unfit(std::string_view why) {
    return base::usage_error("a user name or password that SASLprep does not allow: " + std::string(why));
}

bool is_printable_ascii(char c) {
    return c >= ' ' && c <= '~';
}

}  // namespace

base::Result<base::Secret> saslprep(std::string_view text) {
    if (text.size() > max_prepared_octets) return unfit("too long");
    // Nothing of it is mapped, normalised or prohibited.
    if (std::all_of(text.begin(), text.end(), is_printable_ascii)) return base::Secret(std::string(text));
    if (text.find('\0') != std::string_view::npos) return unfit("a control character");
    const base::Secret terminated{std::string(text)};
    char* prepared = nullptr;
    // RFC 5802 has passwords prepared as stored strings, without unassigned code points. A server that does
    // so refused such a password when it was set; most do not prepare at all, and take it as it is.
    const int status = stringprep_profile(terminated.reveal().data(), &prepared, "SASLprep",
                                          static_cast<Stringprep_profile_flags>(0));
    const std::unique_ptr<char, WipeAndFree> owner(prepared);
    switch (status) {
        case STRINGPREP_OK:
            break;
        case STRINGPREP_CONTAINS_PROHIBITED:
            return unfit("a prohibited character");
        case STRINGPREP_BIDI_BOTH_L_AND_RAL:
        case STRINGPREP_BIDI_LEADTRAIL_NOT_RAL:
        case STRINGPREP_BIDI_CONTAINS_PROHIBITED:
            return unfit("left-to-right and right-to-left writing mixed");
        case STRINGPREP_ICONV_ERROR:
            return unfit("no UTF-8");
        default:
            return unfit(stringprep_strerror(static_cast<Stringprep_rc>(status)));
    }
    if (*prepared == '\0') return unfit("nothing is left of it");
    return base::Secret(std::string(prepared));
}

}  // namespace sasl
