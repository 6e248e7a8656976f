// Addresses, and lists of them as header fields have them.
#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "fuzz/fuzz.hpp"
#include "mail/address_list.hpp"

namespace {

using fuzz::require;

void check(const mail::Address& address) {
    const auto text = address.to_string();
    require(address.local_part().size() <= 64 && !address.local_part().empty(),
            "a local part has 1 to 64 octets");
    require(std::none_of(text.begin(), text.end(), base::is_control), "no control character, quoted or not");
    const auto again = mail::Address::parse(text);
    require(again.has_value() && *again == address, "an address that was printed reads as the same");
    // As the argument of RCPT TO:<...>: nothing outside of quotation marks may end it.
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quoted && text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            quoted = !quoted;
        else
            require(quoted || (text[i] != '<' && text[i] != '>' && text[i] != ' '),
                    "nothing ends the path early");
    }
    require(!quoted, "every quotation is closed");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    if (const auto address = mail::Address::parse(text)) check(*address);
    const auto list = mail::parse_address_list(text);
    if (list.has_error()) {
        require(!list.error().offset || *list.error().offset <= text.size(), "the fault is within the text");
        return 0;
    }
    std::string printed;
    for (const auto& address : *list) {
        check(address);
        printed += (printed.empty() ? "" : ", ") + address.to_string();
    }
    const auto again = mail::parse_address_list(printed);
    require(again.has_value() && *again == *list, "a list that was printed reads as the same");
    return 0;
}
