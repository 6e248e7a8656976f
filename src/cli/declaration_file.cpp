// The file of a declaration.
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "cli/declaration.hpp"

namespace cli {

namespace {

constexpr std::size_t longest_document = 64 * 1024 * 1024;

struct Document {
    base::Secret text;  // it may hold passwords
    bool others_read = false;
};

base::Error cannot_read(const std::string& path) {
    return base::usage_error(
        fmt::format("cannot read the file {}: {}", base::quoted(path), std::strerror(errno)));
}

// A pipe is welcome: the shell makes one of <(...).
base::Result<Document> read_file(const std::string& path) {
    const base::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    struct stat status {};
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0) return cannot_read(path);
    std::string text;
    for (;;) {
        char buffer[65536];
        const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return cannot_read(path);
        if (count == 0) break;
        text.append(buffer, static_cast<std::size_t>(count));
        if (text.size() > longest_document)
            return base::usage_error(
                fmt::format("{} is longer than {} octets", base::quoted(path), longest_document));
    }
    const bool others_read = S_ISREG(status.st_mode) && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0;
    return Document{.text = base::Secret(std::move(text)), .others_read = others_read};
}

base::Result<Document> read_document(Context& context, const std::string& path) {
    if (path != "-") return read_file(path);
    TRY(auto text, context.console().read_input(longest_document));
    return Document{.text = base::Secret(std::move(text))};
}

bool holds_secret(const input::Node& document) {
    const auto member = [](const input::Node& node, std::string_view name) -> const input::Node* {
        if (const auto* object = std::get_if<input::Object>(&node.data))
            for (const auto& [key, value] : *object)
                if (key == name) return &value;
        return nullptr;
    };
    const auto any_has = [&](std::string_view part, std::string_view field) {
        const auto* things = member(document, part);
        const auto* object = things == nullptr ? nullptr : std::get_if<input::Object>(&things->data);
        if (object == nullptr) return false;
        for (const auto& [name, thing] : *object)
            if (const auto* secret = member(thing, field); secret != nullptr && !secret->is_null())
                return true;
        return false;
    };
    return any_has("relays", "password") || any_has("dkim_keys", "private_key");
}

std::string name_of_file(const std::string& path) {
    return path == "-" ? std::string("standard input") : base::printable(path);
}

}  // namespace

base::Result<app::Declaration> read_declaration(Context& context, const Arguments& arguments) {
    const auto path = arguments.value("--file");
    if (!path) return base::usage_error("no file is named", "-f FILE, or -f - for standard input");
    const auto given = arguments.value("--format");
    if (given && given != "json" && given != "toml")
        return base::usage_error("no such --format: " + base::quoted(*given) + ": it is json or toml");
    TRY(const auto read, read_document(context, *path));
    const auto& text = read.text.reveal();
    const auto syntax = given ? (given == "json" ? input::Syntax::json : input::Syntax::toml)
                              : input::guess_syntax(*path, text);
    auto document = syntax == input::Syntax::json ? input::parse_json(text) : input::parse_toml(text);
    if (document.has_error()) return in_declaration(arguments, std::move(document).error());
    const auto folder = *path == "-" ? std::filesystem::path() : std::filesystem::path(*path).parent_path();
    auto declaration = parse_declaration(*document, folder);
    if (declaration.has_error()) return in_declaration(arguments, std::move(declaration).error());
    if (read.others_read && holds_secret(*document))
        return base::usage_error(
            fmt::format("the file {} holds a password or a private key and can be read by others",
                        base::quoted(*path)),
            "chmod 600 " + base::shell_word(*path));
    return declaration;
}

base::Error in_declaration(const Arguments& arguments, base::Error error) {
    const bool of_content = error.kind == base::ErrorKind::usage || error.kind == base::ErrorKind::conflict;
    return of_content ? std::move(error).with_context(name_of_file(arguments.value("--file").value_or("-")))
                      : error;
}

}  // namespace cli
