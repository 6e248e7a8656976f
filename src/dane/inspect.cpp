#include "dane/inspect.hpp"

namespace dane {

net::Task<Inspection> inspect(dns::Resolver&, base::DomainName, bool) {
    co_return Inspection{};
}

}  // namespace dane
