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
