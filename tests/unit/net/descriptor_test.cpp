#include "net/descriptor.hpp"

#include <array>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/run.hpp"

namespace {

using namespace std::chrono_literals;

struct Pipe {
    Pipe() { REQUIRE(::pipe(ends.data()) == 0); }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        ::close(ends[0]);
        if (ends[1] >= 0) ::close(ends[1]);
    }
    void put(std::string_view text) { REQUIRE(::write(ends[1], text.data(), text.size()) > 0); }
    void close_writer() { ::close(std::exchange(ends[1], -1)); }
    std::array<int, 2> ends = {-1, -1};
};

std::string read_once(net::DescriptorReader& reader) {
    std::string buffer(100, '\0');
    const auto size = net::run(reader.read_some(buffer));
    REQUIRE(size.has_value());
    return buffer.substr(0, *size);
}

}  // namespace

TEST_CASE("a pipe is read as far as it is filled, and then to its end") {
    Pipe pipe;
    net::DescriptorReader reader(pipe.ends[0]);
    pipe.put("one");
    CHECK(read_once(reader) == "one");
    pipe.put("two");
    pipe.put("three");
    CHECK(read_once(reader) == "twothree");
    pipe.close_writer();
    CHECK(read_once(reader).empty());
}

TEST_CASE("an empty pipe is waited for while the loop goes on, and keeps its flags") {
    Pipe pipe;
    net::DescriptorReader reader(pipe.ends[0]);
    std::string text(10, '\0');
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t which) -> net::Task<void> {
        if (which == 1) {
            co_await net::sleep_until(net::Deadline::clock::now() + 3ms);
            pipe.put("late");
            co_return;
        }
        const auto size = co_await reader.read_some(text);
        text.resize(size.value());
    };
    CHECK(net::run_to_end(net::for_each(2, 2, make)).has_value());
    CHECK(text == "late");
    CHECK((::fcntl(pipe.ends[0], F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("a regular file is read though it cannot be waited for") {
    const int file = ::open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
    REQUIRE(file >= 0);
    net::DescriptorReader reader(file);
    CHECK(read_once(reader).ends_with("\n"));
    CHECK(read_once(reader).empty());
    ::close(file);
}

TEST_CASE("what cannot be read is an error") {
    const int folder = ::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    net::DescriptorReader reader(folder);
    std::string buffer(10, '\0');
    const auto size = net::run(reader.read_some(buffer));
    REQUIRE(size.has_error());
    CHECK(size.error().kind == base::ErrorKind::io);
    ::close(folder);
}
