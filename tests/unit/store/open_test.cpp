#include <atomic>
#include <csignal>
#include <thread>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "store/schema.hpp"
#include "support.hpp"

using base::ErrorKind;

namespace {

void make_store(const std::string& path) {
    auto relay = test::make_relay("news");
    test::save(*test::open_to_write(path).value(), relay);
}

std::string names_in(const std::string& path) {
    const auto store = test::open_to_read(path);
    if (store.has_error()) return store.error().message;
    const auto relays = store.value()->relays();
    if (relays.has_error()) return relays.error().message;
    std::string names;
    for (const auto& relay : *relays)
        names += relay.name + " ";
    return names;
}

// Both ways to open give this kind, and a message with these words in it.
void check_refused(const std::string& path, ErrorKind kind, const std::string& words) {
    for (const auto mode : {store::Mode::read, store::Mode::write}) {
        const auto result = store::open_store(path, mode, test::busy_timeout);
        REQUIRE(result.has_error());
        CHECK(result.error().kind == kind);
        CHECK_MESSAGE(result.error().message.find(words) != std::string::npos, result.error().message);
        CHECK(result.error().context.find(path) != std::string::npos);
    }
}

}  // namespace

TEST_CASE("a store that is not there reads as empty and is not created") {
    const test::Folder folder;
    for (const auto& path : {folder.file(), folder.file("a/b/relayctl.db")}) {
        const auto store = test::open_to_read(path).value();
        CHECK(store->relays().value().empty());
        CHECK(store->domains().value().empty());
        CHECK(store->dkim_keys().value().empty());
        CHECK(store->find_relay("news").value() == std::nullopt);
        CHECK(store->relay_password(1).value().empty());
        CHECK(store->find_dkim_key(base::DomainName::parse("a.example").value(), "s").value() ==
              std::nullopt);
        CHECK(store->dkim_private_key(1).error().kind == ErrorKind::not_found);
        CHECK(store->begin().error().kind == ErrorKind::bug);
    }
    CHECK(folder.file_count() == 0);
}

TEST_CASE("the first write makes the file for its owner alone, its folders too, whatever the umask") {
    for (const mode_t mask : {0000U, 0022U, 0777U}) {
        const test::Folder folder;
        const auto path = folder.file("share/relayctl/relayctl.db");
        const auto before = umask(mask);
        {
            const auto store = test::open_to_write(path).value();
            auto relay = test::make_relay("news");
            test::save(*store, relay);
            CHECK(test::mode_of(path + "-wal") == 0600U);
            CHECK(test::mode_of(path + "-shm") == 0600U);
        }
        umask(before);
        CHECK(test::mode_of(path) == 0600U);
        CHECK(test::mode_of(folder.file("share/relayctl")) == 0700U);
        CHECK(test::mode_of(folder.file("share")) == 0700U);
        CHECK_FALSE(std::filesystem::exists(path + "-wal"));
    }
}

TEST_CASE("opening a store twice changes nothing in it") {
    const test::Folder folder;
    make_store(folder.file());
    const auto bytes = test::read_file(folder.file());
    CHECK(test::open_to_write(folder.file()).has_value());
    CHECK(names_in(folder.file()) == "news ");
    CHECK(test::read_file(folder.file()) == bytes);
}

TEST_CASE("a file that another process has only just created reads as empty and can be written") {
    const test::Folder folder;
    test::write_file(folder.file(), "");
    CHECK(names_in(folder.file()).empty());
    make_store(folder.file());
    CHECK(names_in(folder.file()) == "news ");

    test::write_file(folder.file("wal.db"), "");
    test::run_sql(folder.file("wal.db"), "PRAGMA journal_mode = WAL");
    CHECK(names_in(folder.file("wal.db")).empty());
    make_store(folder.file("wal.db"));
    CHECK(names_in(folder.file("wal.db")) == "news ");
}

TEST_CASE("while one process makes the store, others see it empty or made, and nothing between") {
    constexpr int rounds = 100;
    for (int round = 0; round < rounds; ++round) {
        const test::Folder folder;
        std::atomic<int> failed = 0;
        std::vector<std::thread> makers;
        for (int i = 0; i < 6; ++i)
            makers.emplace_back([&folder, &failed, i] {
                const auto mode = i % 2 == 0 ? store::Mode::write : store::Mode::read;
                const auto opened = store::open_store(folder.file(), mode, std::chrono::seconds(20));
                if (opened.has_error()) ++failed;
            });
        for (auto& maker : makers)
            maker.join();
        REQUIRE(failed == 0);
    }
}

TEST_CASE("a path is a path, not an SQLite URI and not a name with a meaning") {
    const test::Folder folder;
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    for (const char* name :
         {"file:x?mode=memory", ":memory:", "a%20b?immutable=1#c", "\xe6\x97\xa5 '\"\n\\"}) {
        make_store(name);
        CHECK(names_in(name) == "news ");
        CHECK(test::mode_of(folder.file(name)) == 0600U);
    }
    std::filesystem::current_path(before);
    CHECK(test::open_to_read("").error().kind == ErrorKind::usage);
    CHECK(test::open_to_write(std::string("a\0b", 3)).error().kind == ErrorKind::usage);
}

TEST_CASE("a directory and a special file are no stores") {
    const test::Folder folder;
    check_refused(folder.path(), ErrorKind::io, "it is a directory");
    REQUIRE(mkfifo(folder.file("fifo").c_str(), 0600) == 0);
    check_refused(folder.file("fifo"), ErrorKind::io, "not a regular file");
    test::write_file(folder.file("text"), "x");
    check_refused(folder.file("text/relayctl.db"), ErrorKind::io, "not a directory");
}

TEST_CASE("a text file, short or long, is no store, and is left as it is") {
    const test::Folder folder;
    for (const std::string& text : {std::string("hello\n"), std::string(100'000, 'x'), std::string(600, '\0'),
                                    std::string("SQLite format 3\0broken", 22)}) {
        test::write_file(folder.file(), text);
        check_refused(folder.file(), ErrorKind::io, "not a relayctl store: not an SQLite file");
        CHECK(test::read_file(folder.file()) == text);
    }
}

TEST_CASE("the SQLite file of another program is no store, and is left as it is") {
    const test::Folder folder;
    for (const char* sql : {"CREATE TABLE t (x)", "PRAGMA user_version = 1", "PRAGMA application_id = 7",
                            "CREATE TABLE relay (x); PRAGMA user_version = 1"}) {
        const auto path = folder.file(std::to_string(folder.file_count()));
        test::write_file(path, "");
        test::run_sql(path, sql);
        const auto bytes = test::read_file(path);
        check_refused(path, ErrorKind::io, "not a relayctl store: an SQLite file of another program");
        CHECK(test::read_file(path) == bytes);
    }
}

TEST_CASE("a store of a newer version is refused, naming both versions") {
    const test::Folder folder;
    make_store(folder.file());
    test::run_sql(folder.file(), "PRAGMA user_version = 999");
    check_refused(folder.file(), ErrorKind::io,
                  fmt::format("the store has version 999, this relayctl knows versions up to {}",
                              store::migrations().size()));
}

TEST_CASE("the file of another program is told as that, and no chmod of it advised") {
    const test::Folder folder;
    const auto path = folder.file("passwd");
    test::write_file(path, "root:x:0:0:root:/root:/bin/bash\n");
    chmod(path.c_str(), 0644);
    for (const auto mode : {store::Mode::read, store::Mode::write}) {
        const auto result = store::open_store(path, mode, test::busy_timeout);
        REQUIRE(result.has_error());
        CHECK(result.error().kind == ErrorKind::io);
        CHECK(result.error().hint.empty());
    }
}

TEST_CASE("a store that root gave to another group is shared with that one, and with nobody else") {
    if (geteuid() != 0) return;  // nobody else can give a file away
    const test::Folder folder;
    const auto path = folder.file("relayctl.db");
    make_store(path);
    constexpr gid_t other_group = 1;
    REQUIRE(chown(path.c_str(), 0, other_group) == 0);
    chmod(path.c_str(), 0660);
    CHECK(names_in(path) == "news ");
    chmod(path.c_str(), 0664);
    check_refused(path, ErrorKind::usage, "others can open it");
    CHECK(test::open_to_read(path).error().hint == "chmod 660 " + path);
    constexpr uid_t other_user = 1;
    REQUIRE(chown(path.c_str(), other_user, other_group) == 0);
    chmod(path.c_str(), 0660);
    check_refused(path, ErrorKind::usage, "others can open it");
}

TEST_CASE("a store that others may open is refused with the chmod to type") {
    const test::Folder folder;
    const auto path = folder.file("my store's.db");
    make_store(path);
    for (const mode_t mode : {0640U, 0604U, 0620U, 0601U, 0666U}) {
        chmod(path.c_str(), mode);
        check_refused(path, ErrorKind::usage, "others can open it");
        const auto hint = test::open_to_read(path).error().hint;
        CHECK(hint == "chmod 600 '" + folder.path() + "/my store'\\''s.db'");
        REQUIRE(test::in_child([&] { return std::system(hint.c_str()) == 0 ? "ok" : "failed"; }) == "ok");
        CHECK(names_in(path) == "news ");
    }
}

TEST_CASE("a symbolic link leads to the store; one that leads nowhere is refused") {
    const test::Folder folder;
    make_store(folder.file());
    std::filesystem::create_symlink(folder.file(), folder.file("link"));
    CHECK(names_in(folder.file("link")) == "news ");
    CHECK(test::open_to_write(folder.file("link")).has_value());
    std::filesystem::create_symlink(folder.file("nowhere"), folder.file("dangling"));
    CHECK(test::outcome(test::open_to_write(folder.file("dangling"))) ==
          "it is a symbolic link that leads nowhere");
    CHECK_FALSE(std::filesystem::exists(folder.file("nowhere")));
}

TEST_CASE("without permission there is an error, and no crash") {
    const test::Folder folder;
    make_store(folder.file());
    test::give_to_nobody(folder);
    const auto as_nobody = [&](store::Mode mode) {
        return test::in_child(
            [&] { return test::outcome(store::open_store(folder.file(), mode, test::busy_timeout)); }, true);
    };
    chmod(folder.file().c_str(), 0400);
    CHECK(as_nobody(store::Mode::read) == "ok");
    CHECK(as_nobody(store::Mode::write) == "the store is read-only");
    chmod(folder.file().c_str(), 0000);
    CHECK(as_nobody(store::Mode::read) == "cannot open the store: permission denied");
    CHECK(as_nobody(store::Mode::write) == "cannot open the store: permission denied");
    chmod(folder.file().c_str(), 0600);
    chmod(folder.path().c_str(), 0000);
    CHECK(as_nobody(store::Mode::read) == "cannot open the store: permission denied");
    CHECK(as_nobody(store::Mode::write) == "cannot open the store: permission denied");
    std::filesystem::remove(folder.file("relayctl.db-wal"));
    std::filesystem::remove(folder.file("relayctl.db-shm"));
    chmod(folder.path().c_str(), 0500);
    CHECK(as_nobody(store::Mode::write) == "the folder of the store is read-only");
    std::filesystem::remove(folder.file());
    CHECK(as_nobody(store::Mode::write) == "cannot create the store: permission denied");
}

TEST_CASE("a store in a folder without write permission can be read, whatever lies beside it") {
    const test::Folder folder;
    make_store(folder.file());
    const auto read = [&] { return test::in_child([&] { return names_in(folder.file()); }, true); };
    test::give_to_nobody(folder);
    chmod(folder.path().c_str(), 0500);
    CHECK(read() == "news ");
    CHECK(folder.file_count() == 1);

    // A writer that was killed leaves its log, and a copy of the folder may lack the log's index.
    chmod(folder.path().c_str(), 0700);
    test::in_child([&] {
        const auto store = test::open_to_write(folder.file()).value();
        auto relay = test::make_relay("second");
        test::save(*store, relay);
        _exit(0);
        return "";
    });
    REQUIRE(std::filesystem::file_size(folder.file() + "-wal") > 0);
    test::give_to_nobody(folder);
    chmod(folder.path().c_str(), 0500);
    CHECK(read() == "news second ");
    chmod(folder.path().c_str(), 0700);
    std::filesystem::remove(folder.file() + "-shm");
    chmod(folder.path().c_str(), 0500);
    CHECK(read() == "news second ");
    CHECK(folder.file_count() == 2);
    chmod(folder.path().c_str(), 0700);
    std::filesystem::resize_file(folder.file() + "-wal", 0);
    chmod(folder.path().c_str(), 0500);
    CHECK(read() == "news ");
}

TEST_CASE("a store that another process is writing is locked only for writers") {
    const test::Folder folder;
    make_store(folder.file());
    const auto writer = test::open_to_write(folder.file()).value();
    const auto transaction = relay::Transaction::begin(*writer).value();
    writer->insert_relay(test::make_relay("second")).value();
    CHECK(names_in(folder.file()) == "news ");

    const auto store = test::open_to_write(folder.file()).value();
    const auto start = std::chrono::steady_clock::now();
    const auto error = store->begin().error();
    const auto waited = std::chrono::steady_clock::now() - start;
    CHECK(error.kind == ErrorKind::conflict);
    CHECK(error.message == "the store is locked by another process");
    CHECK(waited >= test::busy_timeout);
    CHECK(waited < 20 * test::busy_timeout);
}

TEST_CASE("a store that another process holds for itself is locked") {
    const test::Folder folder;
    make_store(folder.file());
    auto holder =
        store::Connection::open(folder.file(), store::Connection::Access::write, test::busy_timeout).value();
    holder.script("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").value();
    check_refused(folder.file(), ErrorKind::conflict, "the store is locked by another process");
}

TEST_CASE("readers leave a store that is being written alone and see one state of it") {
    const test::Folder folder;
    make_store(folder.file());
    const auto reader = test::open_to_read(folder.file()).value();
    CHECK(reader->relays().value().size() == 1);
    // The reader holds no lock between its reads: the writer can do all it wants, also truncate the log.
    test::run_sql(folder.file(), "DELETE FROM relay; PRAGMA wal_checkpoint(TRUNCATE)");
    CHECK(reader->relays().value().empty());
}

namespace {

// Adds relays until that fails, and tells how; then the store must hold exactly what was committed.
std::string fill(const std::string& path) {
    const auto opened = test::open_to_write(path);
    if (opened.has_error()) return "open: " + opened.error().message;
    const auto& store = *opened;
    std::size_t kept = 0;
    for (int i = 0; i < 10'000; ++i) {
        auto transaction = relay::Transaction::begin(*store);
        if (transaction.has_error()) return "begin: " + transaction.error().message;
        auto relay = test::make_relay("r" + std::to_string(i));
        relay.description = std::string(200, 'x');
        auto inserted = store->insert_relay(relay);
        auto committed = inserted.has_value() ? transaction->commit() : base::Result<void>(inserted.error());
        if (committed.has_error()) {
            store->rollback();
            const auto relays = store->relays();
            if (relays.has_error()) return "read: " + relays.error().message;
            if (relays->size() != kept) return "kept " + std::to_string(relays->size());
            return (committed.error().kind == ErrorKind::io ? "io: " : "other: ") + committed.error().message;
        }
        ++kept;
    }
    return "never full";
}

// A file system of its own on a folder, as far as one may be mounted.
struct SmallDisk {
    explicit SmallDisk(std::string where)
        : path(std::move(where)),
          mounted(mount("tmpfs", path.c_str(), "tmpfs", 0, "size=192k,mode=0700") == 0) {}
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk() {
        if (mounted) umount(path.c_str());
    }
    std::string path;
    bool mounted;
};

}  // namespace

TEST_CASE("a limit on the size of files reads as a full disk, and nothing is half kept") {
    const test::Folder folder;
    const auto told = test::in_child([&] {
        signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{.rlim_cur = 256 * 1024, .rlim_max = 256 * 1024};
        setrlimit(RLIMIT_FSIZE, &limit);
        return fill(folder.file());
    });
    CHECK(told == "io: the disk is full: nothing was changed");
    CHECK(test::open_to_write(folder.file()).has_value());
}

TEST_CASE("a full disk is an error, and nothing is half kept; read-only media can be read") {
    const test::Folder folder;
    const SmallDisk disk(folder.path());
    if (!disk.mounted) {
        MESSAGE("not run: a file system cannot be mounted here");
        return;
    }
    CHECK(fill(folder.file()) == "io: the disk is full: nothing was changed");
    // Full from the first byte on: no store can be made.
    test::write_file(folder.file("filler"), std::string(400'000, 'x'));
    CHECK(test::outcome(test::open_to_write(folder.file("new.db"))) ==
          "the disk is full: nothing was changed");
    CHECK(names_in(folder.file("new.db")).empty());
    std::filesystem::remove(folder.file("filler"));
    std::filesystem::remove(folder.file("new.db"));
    const auto names = names_in(folder.file());
    CHECK(names.starts_with("r0 "));
    CHECK(mount("tmpfs", folder.path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "") == 0);
    CHECK(names_in(folder.file()) == names);
    CHECK(test::outcome(test::open_to_write(folder.file())) == "the store is read-only");
    CHECK(test::outcome(test::open_to_write(folder.file("other.db"))) ==
          "cannot create the store: read-only file system");
}
