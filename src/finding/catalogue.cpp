#include "finding/catalogue.hpp"

#include <algorithm>
#include <vector>

namespace finding {

std::span<const Entry> catalogue() {
    static const std::vector<Entry> all = [] {
        std::vector<Entry> entries;
        for (const auto part :
             {dns_entries(), spf_entries(), dkim_entries(), dkim_signature_entries(), dmarc_entries(),
              mx_entries(), mta_sts_entries(), tls_rpt_entries(), dane_entries(), predict_entries(),
              smtp_entries(), smtp_login_entries(), smtp_reply_entries()})
            entries.insert(entries.end(), part.begin(), part.end());
        std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.id < b.id; });
        return entries;
    }();
    return all;
}

}  // namespace finding
