#include "relay/setting.hpp"

#include <doctest/doctest.h>

TEST_CASE("a setting is found by its name, and a slip gets a hint") {
    CHECK((*relay::find_setting("managed-return-path"))->name == relay::managed_return_path);
    const auto slip = relay::find_setting("managed-return-pth");
    REQUIRE(slip.has_error());
    CHECK(slip.error().hint == "did you mean managed-return-path?");
    CHECK(relay::find_setting("").has_error());
}

TEST_CASE("the managed return path is an address, its domain in A-labels") {
    const auto* setting = *relay::find_setting(relay::managed_return_path);
    CHECK(setting->parse("bounce@Platform.example").value() == "bounce@platform.example");
    CHECK(setting
              ->parse("bounce@b\xc3\xbc"
                      "cher.example")
              .value() == "bounce@xn--bcher-kva.example");
    for (const auto* bad : {"", "managed", "from", "<>", "a@", "@b.example", "a@b.example\r\nx"})
        CHECK(setting->parse(bad).has_error());
}

TEST_CASE("failures that trip a relay are counted from 1 to 100, or never") {
    const auto* setting = *relay::find_setting(relay::failures_to_trip);
    CHECK(setting->parse("5").value() == "5");
    CHECK(relay::parse_failures_to_trip("5").value() == 5U);
    CHECK(relay::parse_failures_to_trip("never").value() == std::nullopt);
    CHECK(relay::parse_failures_to_trip(relay::usual_failures_to_trip).value() == 3U);
    for (const auto* bad : {"", "0", "101", "-1", "3x", "Never"})
        CHECK(setting->parse(bad).has_error());
}

TEST_CASE("lines of the log are kept for a time, a command is one line") {
    const auto* keep = *relay::find_setting(relay::log_keep);
    CHECK(keep->parse("12h").value() == "12h");
    for (const auto* bad : {"", "0d", "3651d", "90", "ninety days"})
        CHECK(keep->parse(bad).has_error());
    const auto* command = *relay::find_setting(relay::notify_command);
    CHECK(command->parse("mail -s 'a relay' root").value() == "mail -s 'a relay' root");
    for (const auto& bad : {std::string(), std::string("  "), std::string("a\nb"), std::string(1001, 'x')})
        CHECK(command->parse(bad).has_error());
}
