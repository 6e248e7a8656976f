// Folders, processes and sample values for the tests of the store.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/sqlite.hpp"
#include "store/sqlite_store.hpp"

namespace test {

inline constexpr std::chrono::milliseconds busy_timeout(50);

class Folder {
  public:
    Folder() {
        // In memory where that is possible: the tests kill processes, not the power.
        const std::filesystem::path memory = "/dev/shm";
        const bool usable = access(memory.c_str(), W_OK) == 0;
        std::string pattern =
            (usable ? memory : std::filesystem::temp_directory_path()) / "relayctl-store-XXXXXX";
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
        path_ = pattern;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
        std::filesystem::remove_all(path_, ignored);
    }
    const std::string& path() const { return path_; }
    std::string file(const std::string& name = "relayctl.db") const { return path_ + "/" + name; }
    std::size_t file_count() const {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(path_))
            ++count;
        return count;
    }

  private:
    std::string path_;
};

inline unsigned mode_of(const std::string& path) {
    struct stat status {};
    return stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

inline void write_file(const std::string& path, const std::string& bytes, mode_t mode = 0600) {
    std::ofstream(path, std::ios::binary) << bytes;
    chmod(path.c_str(), mode);
}

inline std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline base::Result<std::unique_ptr<relay::Store>> open_to_read(const std::string& path) {
    return store::open_store(path, store::Mode::read, busy_timeout);
}
inline base::Result<std::unique_ptr<relay::Store>> open_to_write(
    const std::string& path, std::chrono::milliseconds timeout = busy_timeout) {
    return store::open_store(path, store::Mode::write, timeout);
}

// What a hand with sqlite3 does to the file.
inline void run_sql(const std::string& path, const char* sql) {
    store::Connection::open(path, store::Connection::Access::write, busy_timeout).value().script(sql).value();
}

inline relay::Relay make_relay(const std::string& name) {
    relay::Relay relay{.name = name, .host = relay::Host::parse("smtp.mailer.example").value()};
    relay.domains = {relay::DomainPattern::parse("example.com").value()};
    relay.mail_types = {relay::MailType::mass};
    relay.created_at = relay.changed_at = base::parse_rfc3339("2026-11-23T15:56:00Z").value();
    return relay;
}

// Keeps `relay` in a transaction of its own and gives it its id.
inline void save(relay::Store& store, relay::Relay& relay) {
    auto transaction = relay::Transaction::begin(store).value();
    relay.id = store.insert_relay(relay).value();
    transaction.commit().value();
}

// Runs `work` in a child process, as a user without rights if `unprivileged` and this one is root. Gives what
// it returned.
inline std::string in_child(const std::function<std::string()>& work, bool unprivileged = false) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("pipe failed");
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        constexpr unsigned nobody = 65534;
        bool ready = true;
        if (unprivileged && geteuid() == 0)
            ready = setgroups(0, nullptr) == 0 && setgid(nobody) == 0 && setuid(nobody) == 0;
        const std::string result = ready ? work() : "cannot become nobody";
        const auto written = write(ends[1], result.data(), result.size());
        _exit(written == static_cast<ssize_t>(result.size()) ? 0 : 1);
    }
    close(ends[1]);
    std::string result;
    char buffer[512];
    for (ssize_t count = 0; (count = read(ends[0], buffer, sizeof buffer)) > 0;)
        result.append(buffer, static_cast<std::size_t>(count));
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return status == 0 ? result : "the child failed with status " + std::to_string(status) + ": " + result;
}

// Gives the folder and what is in it to the user of in_child(…, true).
inline void give_to_nobody(const Folder& folder) {
    if (geteuid() != 0) return;
    constexpr unsigned nobody = 65534;
    bool given = chown(folder.path().c_str(), nobody, nobody) == 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        given = given && chown(entry.path().c_str(), nobody, nobody) == 0;
    if (!given) throw std::runtime_error("chown failed");
}

// "ok", or the message of the error.
template <class T>
std::string outcome(const base::Result<T>& result) {
    return result.has_value() ? "ok" : result.error().message;
}

}  // namespace test
