#include "cli/journal.hpp"

#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

namespace {

using finding::Verdict;

class Folder {
  public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "journal-test.XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }
    std::filesystem::path operator/(const char* name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

std::unique_ptr<cli::Journal> opened(const std::filesystem::path& path,
                                     std::string_view settings = "-o jsonl") {
    auto journal = cli::Journal::open(path, settings);
    REQUIRE(journal.has_value());
    return std::move(*journal);
}

base::ErrorKind error_of(const std::filesystem::path& path, std::string_view settings = "-o jsonl") {
    const auto journal = cli::Journal::open(path, settings);
    REQUIRE(journal.has_error());
    return journal.error().kind;
}

void append(const std::filesystem::path& path, std::string_view text) {
    std::ofstream(path, std::ios::app | std::ios::binary) << text;
}

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void finish_two(const std::filesystem::path& path) {
    const auto journal = opened(path);
    journal->finish("a.example", Verdict::good);
    journal->finish("b.example\ts1", Verdict::bad);
    REQUIRE(journal->commit(-1).has_value());
}

}  // namespace

TEST_CASE("what was finished is known to the next run, once for each time [BULK-01]") {
    const Folder folder;
    finish_two(folder / "j");
    const auto journal = opened(folder / "j");
    CHECK(journal->finished_before() == 2);
    CHECK(journal->verdicts_before() == std::vector<Verdict>{Verdict::good, Verdict::bad});
    CHECK(!journal->take_finished("b.example"));
    CHECK(journal->take_finished("b.example\ts1"));
    CHECK(!journal->take_finished("b.example\ts1"));
    CHECK(journal->take_finished("a.example"));
}

TEST_CASE("a journal cut at any octet gives whole batches only, and can be gone on with [BULK-01]") {
    const Folder folder;
    finish_two(folder / "whole");
    const std::string first = content(folder / "whole");
    {
        const auto journal = opened(folder / "whole");
        journal->finish("c.example", Verdict::unchecked);
        REQUIRE(journal->commit(-1).has_value());
    }
    const std::string whole = content(folder / "whole");
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        std::filesystem::remove(folder / "cut");
        append(folder / "cut", whole.substr(0, size));
        const std::size_t known = size < first.size() ? 0 : size < whole.size() ? 2 : 3;
        const auto journal = opened(folder / "cut");
        CHECK(journal->finished_before() == known);
        CHECK(journal->verdicts_before().size() == known);
        const std::size_t kept = known == 0 ? first.find('\n') + 1 : known == 2 ? first.size() : whole.size();
        CHECK(journal->dropped() == (size < kept ? 0 : size - kept));
        journal->finish("d.example", Verdict::good);
        REQUIRE(journal->commit(-1).has_value());
        CHECK(content(folder / "cut").ends_with("\ngood d.example\n#written -\n"));
    }
    CHECK(opened(folder / "cut")->finished_before() == 4);
}

TEST_CASE("lines finished without their batch being written do not count [BULK-01]") {
    const Folder folder;
    opened(folder / "j")->finish("a.example", Verdict::good);
    CHECK(opened(folder / "j")->finished_before() == 0);
}

TEST_CASE("what is no journal is left as it is [BULK-01]") {
    const Folder folder;
    append(folder / "domains", "a.example\nb.example\n");
    append(folder / "short", "a.ex");
    append(folder / "binary", std::string(20'000, '\0'));
    for (const char* name : {"domains", "short", "binary"}) {
        const auto before = content(folder / name);
        CHECK(error_of(folder / name) == base::ErrorKind::usage);
        CHECK(content(folder / name) == before);
    }
    CHECK(error_of(folder / "no" / "such" / "folder") == base::ErrorKind::io);
    CHECK(error_of("/dev/null") == base::ErrorKind::usage);
}

TEST_CASE("a journal of other options, or one in use, is refused [BULK-01]") {
    const Folder folder;
    finish_two(folder / "j");
    CHECK(error_of(folder / "j", "-o csv") == base::ErrorKind::usage);
    const auto journal = opened(folder / "j");
    CHECK(error_of(folder / "j") == base::ErrorKind::conflict);
}

TEST_CASE("output that its batch does not cover is cut off, and nothing else [BULK-01]") {
    const Folder folder;
    const int output = ::open((folder / "out").c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(output >= 0);
    {
        const auto journal = opened(folder / "j");
        REQUIRE(::write(output, "one\n", 4) == 4);
        journal->finish("a.example", Verdict::good);
        REQUIRE(journal->commit(output).has_value());
        REQUIRE(::write(output, "two\nthr", 7) == 7);
    }
    const auto journal = opened(folder / "j");
    SUBCASE("the file of the last run") {
        CHECK(journal->cut_output(output).value() == 7);
        CHECK(content(folder / "out") == "one\n");
        CHECK(journal->cut_output(output).value() == 0);
    }
    SUBCASE("another file") {
        append(folder / "other", "longer than what was written");
        const int other = ::open((folder / "other").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
        CHECK(journal->cut_output(other).value() == 0);
        CHECK(content(folder / "other") == "longer than what was written");
        ::close(other);
    }
    SUBCASE("a file with far more behind it") {
        std::filesystem::resize_file(folder / "out", 100 << 20);
        CHECK(journal->cut_output(output).value() == 0);
        CHECK(std::filesystem::file_size(folder / "out") == 100 << 20);
    }
    ::close(output);
}
