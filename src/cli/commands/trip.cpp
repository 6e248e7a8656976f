#include "cli/commands/trip.hpp"

#include <array>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/settings.hpp"
#include "base/text.hpp"

namespace cli {

namespace {

constexpr std::chrono::seconds limit{30};

// A pipe that holds the text already, ready to be read; it is short enough for that. -1 = none could be made.
int text_to_read(const std::string& text) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    const auto written = ::write(ends[1], text.data(), text.size());
    ::close(ends[1]);
    if (written == static_cast<ssize_t>(text.size())) return ends[0];
    ::close(ends[0]);
    return -1;
}

// Of what ShellCommand::wait() tells; empty = it went well.
std::string fault_of(std::optional<int> status) {
    if (!status) return fmt::format("it did not end within {} s", limit.count());
    if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) return {};
    return WIFEXITED(*status) ? fmt::format("it ended with exit code {}", WEXITSTATUS(*status))
                              : "it was ended by a signal";
}

}  // namespace

void Trips::tell(relay::Store& store, const app::Reservation& reservation, const std::string& reason) {
    auto& console = context_.console();
    const auto zone = app::zone_of(store);
    const auto offset = zone.has_value() ? *zone : relay::ZoneOffset(0);
    // The day that the message was counted on; the session may have gone over midnight.
    const auto until = relay::end_of(reservation.day, offset);
    const auto& relay = reservation.relay;
    const auto words = fmt::format("relay {} is out of use until {}: {}", relay.name, base::to_rfc3339(until),
                                   base::printable(reason));
    const auto hint = fmt::format("relayctl enable {}", relay.name);
    console.notice("relayctl: " + words);
    console.notice("  hint: " + hint);
    const auto command = app::find_setting_value(store, relay::notify_command);
    if (command.has_value() && *command) start(**command, fmt::format("{}\n{}\n", words, hint));
}

void Trips::start(const std::string& command, const std::string& text) {
    const int input = text_to_read(text);
    if (input < 0) return complain("its input could not be made");
    // The reader may wait for its input.
    ::fcntl(input, F_SETFL, 0);
    auto shell = std::make_unique<ShellCommand>();
    const ShellCommand::Ends ends{.input = input};
    const bool started = shell->start(command, ends, ShellCommand::Group::alone);
    ::close(input);
    if (!started) return complain("it could not be run");
    running_.push_back({.shell = std::move(shell), .end = std::chrono::steady_clock::now() + limit});
}

void Trips::wait() {
    for (auto& [shell, end] : std::exchange(running_, {}))
        if (const auto fault = fault_of(shell->wait(end)); !fault.empty()) complain(fault);
}

void Trips::complain(const std::string& why) const {
    context_.console().notice(fmt::format("relayctl: {} did not go well: {}", relay::notify_command, why));
}

}  // namespace cli
