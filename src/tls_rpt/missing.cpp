#include "tls_rpt/missing.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tls_rpt {

net::Task<void> explain_missing(dns::Resolver& resolver, Missing missing, dns::Report& report) {
    const auto& domain = missing.domain.ascii();
    const dns::Question domain_itself{dns::Name(missing.domain), dns::Type::txt};
    const auto own = co_await resolver.query(domain_itself);
    if (own.status == dns::Status::nxdomain && own.aliases.empty()) {
        report.add(missing.no_domain_id, domain, "NXDOMAIN for " + domain);
        co_return;
    }
    bool found = false;
    for (const auto& place : missing.places) {
        const auto name = dns::Name::parse(place);
        if (name.has_error()) continue;
        const dns::Question question{*name, dns::Type::txt};
        const auto answer = co_await resolver.query(question);
        const auto texts = answer.texts();
        if (std::none_of(texts.begin(), texts.end(), missing.is_record)) continue;
        found = true;
        report.add(missing.misplaced_id, missing.name, "a record stands at " + place,
                   "Publish it at " + missing.name + ".");
    }
    if (found) co_return;
    const auto seen = missing.status == dns::Status::found ? std::string_view("other text only")
                                                           : dns::to_string(missing.status);
    report.add(missing.no_record_id, missing.name, fmt::format("{} for {}", seen, missing.name),
               missing.remedy);
}

}  // namespace tls_rpt
