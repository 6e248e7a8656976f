// The checks verify knows, and their words.
#pragma once

#include <array>
#include <string_view>

namespace app {

struct Checks {
    bool spf = true;
    bool dkim = true;
    bool dmarc = true;
    bool mx = false;  // with an address: its reverse names too
    bool mta_sts = false;
    bool tls_rpt = false;
    bool dane = false;
};

inline constexpr Checks no_checks{.spf = false, .dkim = false, .dmarc = false};

struct CheckWord {
    std::string_view word;
    bool Checks::*wanted;
};

inline constexpr std::array check_words{
    CheckWord{"spf", &Checks::spf},         CheckWord{"dkim", &Checks::dkim},
    CheckWord{"dmarc", &Checks::dmarc},     CheckWord{"mx", &Checks::mx},
    CheckWord{"mta-sts", &Checks::mta_sts}, CheckWord{"tls-rpt", &Checks::tls_rpt},
    CheckWord{"dane", &Checks::dane},
};

}  // namespace app
