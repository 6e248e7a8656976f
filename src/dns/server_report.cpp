#include "dns/server_report.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace dns {

namespace {

// The order in which a failure outweighs another.
int weight(Status status) {
    switch (status) {
        case Status::servfail:
            return 5;
        case Status::refused:
            return 4;
        case Status::malformed:
            return 3;
        case Status::timeout:
            return 2;
        case Status::unreachable:
            return 1;
        case Status::found:
        case Status::no_data:
        case Status::nxdomain:
        case Status::alias_loop:
            break;
    }
    return 0;
}

}  // namespace

std::string server_name(const net::Endpoint& server) {
    return server.port == 53 ? server.address.to_string() : net::to_string(server);
}

std::string duration_text(std::chrono::milliseconds duration) {
    const auto count = duration.count();
    if (count < 1000) return fmt::format("{} ms", count);
    const auto tenths = (count + 50) / 100;
    if (tenths % 10 == 0) return fmt::format("{} s", tenths / 10);
    return fmt::format("{}.{} s", tenths / 10, tenths % 10);
}

void ServerReport::ended(std::size_t server, Status status, std::string what) {
    rows_[server].asked = true;
    rows_[server].status = status;
    rows_[server].said = std::move(what);
}

void ServerReport::waited(std::size_t server, std::chrono::milliseconds time) {
    rows_[server].asked = true;
    rows_[server].status = Status::timeout;
    rows_[server].waited += time;
}

std::optional<std::size_t> ServerReport::next(std::size_t start) const {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const std::size_t server = (start + i) % rows_.size();
        if (may_ask(server)) return server;
    }
    return std::nullopt;
}

Status ServerReport::status() const {
    Status result = Status::unreachable;
    for (const auto& row : rows_)
        if (row.asked && weight(row.status) > weight(result)) result = row.status;
    return result;
}

std::string ServerReport::detail() const {
    std::string text;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const auto& row = rows_[i];
        if (!row.asked) continue;
        if (!text.empty()) text += "; ";
        if (row.said.empty())
            text +=
                fmt::format("no answer from {} in {}", server_name(servers_[i]), duration_text(row.waited));
        else
            text += fmt::format("{} {}", server_name(servers_[i]), row.said);
    }
    return text;
}

}  // namespace dns
