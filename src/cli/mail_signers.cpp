#include "cli/mail_signers.hpp"

#include "app/relay_signing.hpp"
#include "app/signing_keys.hpp"

namespace cli {

namespace {

constexpr auto kept_for = std::chrono::seconds(5);
constexpr std::size_t most_kept = 1000;

}  // namespace

base::Result<MailSigner> MailSigners::make(const relay::Relay& relay, const base::DomainName& author,
                                           base::Time now) {
    TRY(const auto known, app::list_dkim_keys(store_, std::nullopt, now));
    auto refusal = app::signing_refusal(relay, author, known);
    const bool forced = refusal && refusal->kind == base::ErrorKind::unavailable && force_ == app::Force::yes;
    if (refusal && !forced) return std::move(*refusal);
    const auto key = app::signing_key(relay, author, known);
    auto keys = app::load_signing_keys(store_, {app::to_string(*key)}, app::Dual::yes, now);
    if (keys.has_error() && keys.error().kind == base::ErrorKind::not_found)
        keys = app::load_signing_keys(store_, {app::to_string(*key)}, app::Dual::no, now);
    if (keys.has_error()) return std::move(keys).error();
    std::vector<std::string> names;
    for (const auto& each : keys->keys)
        names.push_back(each.selector + "@" + each.domain.ascii());
    TRY(auto signer, dkim::Signer::create(std::move(keys->keys), {}));
    return MailSigner{.signer = std::move(signer), .names = std::move(names)};
}

base::Result<const MailSigner*> MailSigners::find(const relay::Relay& relay, const base::DomainName& author,
                                                  base::Time now) {
    const std::pair place(relay.id, author);
    const auto found = made_.find(place);
    if (found != made_.end() && found->second.selector == *relay.dkim_selector &&
        now - found->second.at < kept_for)
        return &found->second.signer;
    TRY(auto signer, make(relay, author, now));
    if (made_.size() >= most_kept) made_.clear();
    const auto kept = made_.insert_or_assign(
        place, Made{.signer = std::move(signer), .selector = *relay.dkim_selector, .at = now});
    return &kept.first->second.signer;
}

}  // namespace cli
