// Runs a fuzz target over files, and over every beginning of the small ones: what libFuzzer's own main does
// with a corpus, for compilers without libFuzzer.
//   NAME_replay FILE|DIRECTORY...
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "fuzz/fuzz.hpp"

namespace {

constexpr std::size_t small = 300;  // octets

void run(const std::string& bytes, std::size_t size) {
    const std::vector<std::uint8_t> exact(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void replay(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    fuzz::require(file.good() || file.eof(), "a file of the corpus can be read");
    std::fprintf(stderr, "%s\n", path.c_str());
    run(bytes, bytes.size());
    if (bytes.size() > small) return;
    for (std::size_t size = 0; size < bytes.size(); ++size)
        run(bytes, size);
}

}  // namespace

int main(int count, char** arguments) {
    std::size_t files = 0;
    for (int i = 1; i < count; ++i) {
        const std::filesystem::path path = arguments[i];
        if (!std::filesystem::is_directory(path)) {
            replay(path);
            ++files;
            continue;
        }
        for (const auto& entry : std::filesystem::directory_iterator(path)) {
            replay(entry.path());
            ++files;
        }
    }
    fuzz::require(files > 0, "there is a corpus");
    std::fprintf(stderr, "%zu files\n", files);
}
