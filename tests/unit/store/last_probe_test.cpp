#include <doctest/doctest.h>

#include "store/schema.hpp"
#include "support.hpp"

using finding::Verdict;

namespace {

relay::LastProbe probe_of(const relay::Relay& relay, Verdict verdict = Verdict::bad) {
    return {.relay = relay.id,
            .at = base::parse_rfc3339("2026-11-23T16:00:00Z").value(),
            .verdict = verdict,
            .host = relay.host,
            .port = 465,
            .security = relay::Security::ssl,
            .reason = "certificate expired",
            .total = std::chrono::milliseconds(118),
            .findings = {"tls-certificate-expired", "smtp-auth-in-clear"}};
}

void keep(relay::Store& store, const relay::LastProbe& probe) {
    auto transaction = relay::Transaction::begin(store).value();
    store.set_last_probe(probe).value();
    transaction.commit().value();
}

// As the first version left it, with one relay.
void make_version_1(const std::string& path) {
    test::write_file(path, "");
    auto connection =
        store::Connection::open(path, store::Connection::Access::write, test::busy_timeout).value();
    connection.use_write_ahead_log().value();
    store::migrate(connection, store::migrations().first(1)).value();
    connection
        .script(
            "INSERT INTO relay VALUES (7, 'news', 'smtp.mailer.example', 587, 'tls', 1, NULL, NULL, NULL, "
            "10, "
            "NULL, 'managed', NULL, NULL, NULL, 0, 1, '', 0, 0)")
        .value();
}

}  // namespace

TEST_CASE("the last probe of a relay comes back as it was stored, and the next takes its place") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    auto news = test::make_relay("news"), crm = test::make_relay("crm");
    test::save(*store, news);
    test::save(*store, crm);
    CHECK(store->last_probe(news.id).value() == std::nullopt);
    keep(*store, probe_of(news));
    CHECK(store->last_probe(news.id).value() == probe_of(news));
    for (const auto verdict : {Verdict::good, Verdict::unchecked}) {
        auto next = probe_of(news, verdict);
        next.reason.clear();
        next.findings.clear();
        keep(*store, next);
        CHECK(store->last_probe(news.id).value() == next);
    }
    keep(*store, probe_of(crm));
    const auto reader = test::open_to_read(folder.file()).value();
    const auto all = reader->last_probes().value();
    REQUIRE(all.size() == 2);
    CHECK(all.back() == probe_of(crm));
}

TEST_CASE("the last probe goes with its relay, and none is kept of a relay that is gone") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    auto news = test::make_relay("news");
    test::save(*store, news);
    keep(*store, probe_of(news));
    {
        auto transaction = relay::Transaction::begin(*store).value();
        store->delete_relay(news.id).value();
        transaction.commit().value();
    }
    CHECK(store->last_probes().value().empty());
    keep(*store, probe_of(news));
    CHECK(store->last_probes().value().empty());
}

TEST_CASE("a store that is not there has no last probes, and one opened to read takes none") {
    const test::Folder folder;
    const auto store = test::open_to_read(folder.file()).value();
    CHECK(store->last_probes().value().empty());
    CHECK(store->last_probe(1).value() == std::nullopt);
    CHECK(store->set_last_probe(probe_of(test::make_relay("news"))).error().kind == base::ErrorKind::bug);
}

TEST_CASE("a store of the first version is brought up to date by who reads it, and keeps its relays") {
    const test::Folder folder;
    make_version_1(folder.file());
    {
        auto other =
            store::Connection::open(folder.file(), store::Connection::Access::write, test::busy_timeout)
                .value();
        other.script("BEGIN IMMEDIATE").value();
        const auto early = test::open_to_read(folder.file());
        REQUIRE(early.has_error());
        CHECK(early.error().message.find("cannot be brought up to date") != std::string::npos);
    }
    const auto relays = test::open_to_read(folder.file()).value()->relays().value();
    REQUIRE(relays.size() == 1);
    CHECK(relays.front().name == "news");
    keep(*test::open_to_write(folder.file()).value(), probe_of(relays.front()));
    CHECK(test::open_to_read(folder.file()).value()->last_probe(7).value() == probe_of(relays.front()));
}

TEST_CASE("a damaged last probe is told with its row") {
    for (const char* sql : {"UPDATE relay_probe SET reason = 'a' || char(27) || 'b'",
                            "UPDATE relay_probe SET host = ''", "UPDATE relay_probe SET probed_at = -1",
                            "UPDATE relay_probe SET findings = printf('%09000d', 1)"}) {
        const test::Folder folder;
        auto news = test::make_relay("news");
        {
            const auto store = test::open_to_write(folder.file()).value();
            test::save(*store, news);
            keep(*store, probe_of(news));
        }
        test::run_sql(folder.file(), sql);
        const auto read = test::open_to_read(folder.file()).value()->last_probe(news.id);
        REQUIRE(read.has_error());
        CHECK(read.error().message.find("table relay_probe, row 1") != std::string::npos);
    }
}
