#include "cli/ca_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "base/text.hpp"

namespace cli {

namespace {

// A password file named by mistake must be noticed now, not at the next probe.
base::Result<void> check_ca_file(const std::string& path) {
    constexpr std::uintmax_t longest = 4 * 1024 * 1024;
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    std::ifstream file(path, std::ios::binary);
    std::string content(error ? 0 : std::min(size, longest), '\0');
    file.read(content.data(), static_cast<std::streamsize>(content.size()));
    content.resize(static_cast<std::size_t>(file.gcount()));
    if (content.find("-----BEGIN CERTIFICATE-----") != std::string::npos ||
        content.find("-----BEGIN TRUSTED CERTIFICATE-----") != std::string::npos)
        return {};
    return base::usage_error("CA file " + base::quoted(path) + " holds no PEM certificate");
}

}  // namespace

base::Result<std::string> parse_ca_file(const std::string& text) {
    if (text == "none") return std::string();
    std::error_code error;
    if (!std::filesystem::is_regular_file(text, error))
        return base::usage_error("no such CA file: " + base::quoted(text));
    if (base::printable(text) != text)
        return base::usage_error("the CA file's name has control characters: " + base::quoted(text));
    TRY_VOID(check_ca_file(text));
    auto absolute = std::filesystem::absolute(text, error);
    if (error)
        return base::usage_error(
            fmt::format("cannot use CA file {}: {}", base::quoted(text), error.message()));
    return absolute.string();
}

}  // namespace cli
