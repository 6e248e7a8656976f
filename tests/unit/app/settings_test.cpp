#include "app/settings.hpp"

#include <doctest/doctest.h>

#include "support/memory_store.hpp"

TEST_CASE("a setting is changed once: the same value, a dry run and forgetting nothing change nothing") {
    test::MemoryStore store;
    const test::FixedClock clock{"2026-11-24T12:00:00Z"};
    const auto& setting = **relay::find_setting(relay::managed_return_path);
    const std::string address = "bounce@platform.example";
    CHECK(app::change_setting(store, clock, setting, address, app::DryRun::yes).value().changed);
    CHECK_FALSE(app::find_setting_value(store, setting.name).value().has_value());
    CHECK(app::change_setting(store, clock, setting, address, app::DryRun::no).value().changed);
    CHECK(app::find_setting_value(store, setting.name).value() == address);
    CHECK_FALSE(app::change_setting(store, clock, setting, address, app::DryRun::no).value().changed);
    CHECK(app::change_setting(store, clock, setting, std::nullopt, app::DryRun::no).value().changed);
    CHECK_FALSE(app::change_setting(store, clock, setting, std::nullopt, app::DryRun::no).value().changed);
}
