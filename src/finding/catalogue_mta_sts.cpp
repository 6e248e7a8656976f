#include "finding/catalogue.hpp"

namespace finding {

std::span<const Entry> mta_sts_entries() {
    return {};
}

}  // namespace finding
