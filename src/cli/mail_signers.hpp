// The DKIM signers of a run that sends messages: one for each relay and From domain, made when first wanted.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "app/dkim_keys.hpp"
#include "dkim/sign.hpp"
#include "relay/store.hpp"

namespace cli {

struct MailSigner {
    dkim::Signer signer;
    std::vector<std::string> names;  // of its keys: "s202611@example.com"
};

class MailSigners {
  public:
    // Without `force` a pending key does not sign.
    MailSigners(relay::Store& store, app::Force force) : store_(store), force_(force) {}

    // For a relay that signs; lives until the next call. Keys that may sign today may not tomorrow: they are
    // read again after a few seconds. Errors: those of app::signing_refusal(): never unsigned where the
    // relay is set to sign, receivers would refuse it; the store's.
    base::Result<const MailSigner*> find(const relay::Relay& relay, const base::DomainName& author,
                                         base::Time now);

  private:
    struct Made {
        MailSigner signer;
        std::string selector;
        base::Time at;
    };
    base::Result<MailSigner> make(const relay::Relay& relay, const base::DomainName& author, base::Time now);

    relay::Store& store_;
    app::Force force_;
    std::map<std::pair<relay::RelayId, base::DomainName>, Made> made_;
};

}  // namespace cli
