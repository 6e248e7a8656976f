#include <csignal>
#include <random>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "support.hpp"

namespace {

// Counts up in both relays within one transaction, and tells each commit; until it is killed.
[[noreturn]] void count_for_ever(const std::string& path, int output) {
    const auto store = test::open_to_write(path, std::chrono::seconds(10)).value();
    constexpr std::uint32_t ready = 0;
    if (write(output, &ready, sizeof ready) != sizeof ready) _exit(1);
    for (;;) {
        auto transaction = relay::Transaction::begin(*store).value();
        std::uint32_t count = 0;
        for (const char* name : {"left", "right"}) {
            auto relay = store->find_relay(name).value().value();
            count = relay.daily_limit.value_or(0) + 1;
            relay.daily_limit = count;
            relay.domains = {relay::DomainPattern::parse("d" + std::to_string(count) + ".example").value()};
            store->update_relay(relay).value();
            store->set_relay_password(relay.id, base::Secret(std::to_string(count))).value();
        }
        transaction.commit().value();
        if (write(output, &count, sizeof count) != sizeof count) _exit(1);
    }
}

enum class Moment { while_opening, while_counting };

// Starts the counter, kills it after `delay`, and gives the last count it told.
std::uint32_t count_until_killed(const std::string& path, Moment moment, std::chrono::microseconds delay) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        count_for_ever(path, ends[1]);
    }
    close(ends[1]);
    std::uint32_t last = 0;
    if (moment == Moment::while_counting) REQUIRE(read(ends[0], &last, sizeof last) == sizeof last);
    std::this_thread::sleep_for(delay);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    for (std::uint32_t count = 0; read(ends[0], &count, sizeof count) == sizeof count;)
        last = count;
    close(ends[0]);
    return last;
}

std::string integrity_of(const std::string& path) {
    auto connection =
        store::Connection::open(path, store::Connection::Access::read, test::busy_timeout).value();
    auto row = connection.prepare("PRAGMA integrity_check").value();
    return row.step().value() ? std::string(row.text(0)) : "nothing";
}

}  // namespace

TEST_CASE("after kill -9 at any moment the store is as before or after the last change") {
    const test::Folder folder;
    for (const char* name : {"left", "right"}) {
        auto relay = test::make_relay(name);
        test::save(*test::open_to_write(folder.file()).value(), relay);
    }
    std::mt19937 random(1);
    std::uniform_int_distribution<int> delay(0, 15'000);
    std::uint32_t before = 0;
    for (int round = 0; round < 50; ++round) {
        CAPTURE(round);
        const auto moment = round % 5 == 0 ? Moment::while_opening : Moment::while_counting;
        const auto told = std::max(
            before, count_until_killed(folder.file(), moment, std::chrono::microseconds(delay(random))));
        // Readers come first in one round, writers in the next.
        const auto opened =
            round % 2 == 0 ? test::open_to_read(folder.file()) : test::open_to_write(folder.file());
        REQUIRE(test::outcome(opened) == "ok");
        const auto relays = opened.value()->relays().value();
        REQUIRE(relays.size() == 2);
        const auto count = relays[0].daily_limit.value_or(0);
        CHECK(count >= told);
        CHECK(count <= told + 1);
        for (const auto& relay : relays) {
            CHECK(relay.daily_limit.value_or(0) == count);
            CHECK(relay.domains.size() == 1);
            if (count == 0) continue;
            CHECK(relay.domains.begin()->to_string() == "d" + std::to_string(count) + ".example");
            CHECK(opened.value()->relay_password(relay.id).value().reveal() == std::to_string(count));
        }
        CHECK(integrity_of(folder.file()) == "ok");
        before = count;
    }
    CHECK(before > 0);
}

TEST_CASE("a process that is killed while it creates the store leaves one that can be used") {
    std::mt19937 random(2);
    std::uniform_int_distribution<int> delay(0, 8'000);
    for (int round = 0; round < 20; ++round) {
        const test::Folder folder;
        const pid_t child = fork();
        if (child == 0) {
            const auto store = test::open_to_write(folder.file("new/relayctl.db"));
            pause();
        }
        std::this_thread::sleep_for(std::chrono::microseconds(delay(random)));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        REQUIRE(test::outcome(test::open_to_read(folder.file("new/relayctl.db"))) == "ok");
        auto relay = test::make_relay("news");
        test::save(*test::open_to_write(folder.file("new/relayctl.db")).value(), relay);
        CHECK(integrity_of(folder.file("new/relayctl.db")) == "ok");
    }
}

TEST_CASE("four processes that create and write one store at once lose nothing") {
    constexpr int processes = 4;
    constexpr int changes = 25;
    const test::Folder folder;
    std::vector<pid_t> children;
    for (int process = 0; process < processes; ++process) {
        const pid_t child = fork();
        if (child != 0) {
            children.push_back(child);
            continue;
        }
        for (int i = 0; i < changes; ++i) {
            const auto store = test::open_to_write(folder.file(), std::chrono::seconds(30)).value();
            auto transaction = relay::Transaction::begin(*store).value();
            auto counter = store->find_relay("counter").value();
            if (!counter) {
                counter = test::make_relay("counter");
                counter->id = store->insert_relay(*counter).value();
            }
            counter->daily_limit = counter->daily_limit.value_or(0) + 1;
            store->update_relay(*counter).value();
            store->insert_relay(test::make_relay(std::to_string(process) + "." + std::to_string(i))).value();
            transaction.commit().value();
        }
        _exit(0);
    }
    for (const pid_t child : children) {
        int status = -1;
        waitpid(child, &status, 0);
        CHECK(status == 0);
    }
    const auto store = test::open_to_read(folder.file()).value();
    CHECK(store->relays().value().size() == processes * changes + 1);
    CHECK(store->find_relay("counter").value().value().daily_limit ==
          static_cast<std::uint32_t>(processes * changes));
    CHECK(integrity_of(folder.file()) == "ok");
}
