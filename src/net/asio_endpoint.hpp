// Our Endpoint as Asio's of TCP or UDP. A template, so that the header needs none of Asio's own.
#pragma once

#include <algorithm>

#include "net/stream.hpp"

namespace net {

// `To` is asio::ip::tcp::endpoint or asio::ip::udp::endpoint.
template <class To>
To to_asio(const Endpoint& endpoint) {
    using Address = decltype(To().address());
    const auto make = [&](auto address) {
        typename decltype(address)::bytes_type bytes;
        std::copy_n(endpoint.address.data(), bytes.size(), bytes.begin());
        return To(decltype(address)(bytes), endpoint.port);
    };
    return endpoint.address.is_v4() ? make(decltype(Address().to_v4())())
                                    : make(decltype(Address().to_v6())());
}

}  // namespace net
