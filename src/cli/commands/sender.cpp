#include "cli/commands/sender.hpp"

#include "mail/address.hpp"

namespace cli {

base::Result<base::DomainName> read_sender_domain(const Arguments& arguments) {
    const auto text = arguments.value("--from");
    if (!text) return base::usage_error("it is not said whose mail", "give --from ADDRESS or --from DOMAIN");
    if (text->find('@') == std::string::npos) return base::DomainName::parse(*text);
    TRY(const auto address, mail::Address::parse(*text));
    return address.domain();
}

base::Result<relay::MailType> read_mail_type(const Arguments& arguments) {
    const auto text = arguments.value("--mail-type");
    return text ? relay::parse_mail_type(*text) : base::Result<relay::MailType>(relay::MailType::individual);
}

}  // namespace cli
