#include "app/settings.hpp"

#include <doctest/doctest.h>

#include "support/memory_store.hpp"

TEST_CASE("a setting is changed once: the same value, a dry run and forgetting nothing change nothing") {
    test::MemoryStore store;
    const auto& setting = **relay::find_setting(relay::managed_return_path);
    const std::string address = "bounce@platform.example";
    CHECK(app::change_setting(store, setting, address, app::DryRun::yes).value());
    CHECK_FALSE(app::find_setting_value(store, setting.name).value().has_value());
    CHECK(app::change_setting(store, setting, address, app::DryRun::no).value());
    CHECK(app::find_setting_value(store, setting.name).value() == address);
    CHECK_FALSE(app::change_setting(store, setting, address, app::DryRun::no).value());
    CHECK(app::change_setting(store, setting, std::nullopt, app::DryRun::no).value());
    CHECK_FALSE(app::change_setting(store, setting, std::nullopt, app::DryRun::no).value());
}
