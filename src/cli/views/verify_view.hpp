// What verify found, as an item, as rows (one a check), and as people read it.
#pragma once

#include <span>
#include <string>
#include <unordered_map>

#include "app/predict.hpp"
#include "app/relay_mail.hpp"
#include "app/verify_domain.hpp"
#include "cli/listing.hpp"
#include "output/terminal.hpp"

namespace cli {

// What was verified, and for which client.
struct VerifyResult {
    app::Verification verification;
    std::optional<base::IpAddress> ip = {};
    bool dkim_wanted = true;                  // DKIM was to be checked, if a selector is known
    std::string relay = {};                   // the relay whose mail it is, or empty
    std::optional<app::RelayMail> mail = {};  // of that relay
    app::EgressSource ip_source = app::EgressSource::given;
    std::string ip_note = {};  // where an address that was not given came from
};

// The items of SPF terms that many domains have in common, those of providers: made once.
class SharedTerms {
  public:
    output::Value items(const spf::Nodes& nodes);

  private:
    struct Kept {
        std::shared_ptr<const std::vector<spf::Node>> nodes;
        std::shared_ptr<const output::Fragment> items;
    };
    std::unordered_map<const std::vector<spf::Node>*, Kept> kept_;
    std::size_t octets_ = 0;
};

// `shared`: for many items, one after the other.
output::Value verify_item(const VerifyResult& result, SharedTerms* shared = nullptr);
output::Value::Array verify_rows(const VerifyResult& result);
std::span<const ColumnView> verify_columns();
std::string verify_text(const VerifyResult& result, const output::Terminal& terminal);

// The short texts of a check, shared by rows and terminal.
std::string spf_result(const app::SpfPart& spf);  // "pass", "permerror", "ok", "none"
// What became of the question for the record; "not asked": the domain is no name for one.
std::string spf_status_text(const VerifyResult& result, const app::SpfPart& spf);
// "for 192.0.2.10 (the relay's own address)"; empty where SPF was evaluated for no address.
std::string client_text(const VerifyResult& result);
std::string spf_detail(const VerifyResult& result, const app::SpfPart& spf);
// "rsa 2048, matches the key in the store", "no usable key: the public key is cut short"
std::string dkim_detail(const app::DkimPart& dkim, const dkim::KeyLookup& lookup);
std::vector<std::string> keys_passed_over(const app::DkimPart& dkim);  // the selectors of pending ones
std::string passed_over_detail(const std::string& selector, const std::string& domain);
std::string dmarc_detail(const app::DmarcPart& dmarc);  // "p=reject, relaxed alignment, reports to ..."

}  // namespace cli
