#include "app/reservation.hpp"

#include <csignal>
#include <random>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.hpp"

namespace {

// Reserves until there is no room, and tells each success as an octet.
[[noreturn]] void reserve_all(const std::string& path, int output) {
    const base::SystemClock clock;
    const auto domain = base::DomainName::parse("example.com").value();
    for (;;) {
        const auto store = test::open_to_write(path, std::chrono::seconds(30)).value();
        const auto reserved = app::reserve(*store, clock, domain, relay::MailType::mass, 1).value();
        if (!reserved.taken) break;
        if (write(output, "x", 1) != 1) break;
    }
    _exit(0);
}

}  // namespace

TEST_CASE("who sends much sees each change of relays and settings at once, and none that was taken back") {
    const test::Folder folder;
    const auto other = test::open_to_write(folder.file()).value();
    auto relay = test::make_relay("news");
    test::save(*other, relay);
    const auto mine = test::open_to_write(folder.file()).value();
    const auto seen = [&] {
        auto transaction = relay::Transaction::begin(*mine).value();
        const auto relays = mine->relays().value();
        const auto settings = mine->settings().value();
        REQUIRE(transaction.commit().has_value());
        return relays.front().description + "," + std::to_string(relays.front().domains.size()) + "," +
               std::to_string(relays.size()) + "," + std::to_string(settings.size());
    };
    const auto change = [](relay::Store& store, auto what) {
        auto transaction = relay::Transaction::begin(store).value();
        REQUIRE(what(store).has_value());
        REQUIRE(transaction.commit().has_value());
    };
    const auto before = seen();
    CHECK(seen() == before);
    relay.description = "changed";
    relay.domains.insert(relay::DomainPattern::parse("added.example").value());
    change(*other, [&](relay::Store& store) { return store.update_relay(relay); });
    change(*other, [](relay::Store& store) { return store.set_setting("time-zone", "+09:00"); });
    const auto after = seen();
    CHECK(after.starts_with("changed,"));
    CHECK(after.ends_with(",1,1"));
    {
        auto transaction = relay::Transaction::begin(*mine).value();
        relay.description = "taken back";
        REQUIRE(mine->update_relay(relay).has_value());
        CHECK(mine->relays().value().front().description == "taken back");
    }
    CHECK(seen() == after);
    relay.description = "again";
    change(*other, [&](relay::Store& store) { return store.update_relay(relay); });
    CHECK(seen().starts_with("again,"));
    change(*other, [&](relay::Store& store) { return store.delete_relay(relay.id); });
    auto transaction = relay::Transaction::begin(*mine).value();
    CHECK(mine->relays().value().empty());
}

TEST_CASE("16 processes that reserve at once, some of them killed, never pass the limit by one") {
    constexpr std::uint32_t limit = 300;
    const test::Folder folder;
    auto relay = test::make_relay("news");
    relay.daily_limit = limit;
    relay.mail_types = {relay::MailType::mass};
    test::save(*test::open_to_write(folder.file()).value(), relay);

    int ends[2];
    REQUIRE(pipe(ends) == 0);
    std::vector<pid_t> children;
    for (int i = 0; i < 16; ++i) {
        const pid_t child = fork();
        if (child == 0) reserve_all(folder.file(), ends[1]);
        children.push_back(child);
    }
    close(ends[1]);
    std::mt19937 random(3);
    std::uint32_t told = 0;
    char octet = 0;
    while (read(ends[0], &octet, 1) == 1) {
        ++told;
        // One in 30 is killed wherever it stands; the last four go to the end.
        if (children.size() > 4 && told % 30 == 0) {
            std::swap(children[random() % children.size()], children.back());
            kill(children.back(), SIGKILL);
            waitpid(children.back(), nullptr, 0);
            children.pop_back();
        }
    }
    close(ends[0]);
    for (const pid_t child : children)
        waitpid(child, nullptr, 0);

    const auto store = test::open_to_read(folder.file()).value();
    const auto day = relay::day_of(base::SystemClock().now(), relay::ZoneOffset(0));
    const auto days = store->relay_days(day).value();
    REQUIRE(days.size() == 1);
    CHECK(days.front().messages == limit);
    CHECK(told <= limit);
    // Each that was killed can have reserved one that it did not tell.
    CHECK(told >= limit - 12);
}
