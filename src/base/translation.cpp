#include "base/translation.hpp"

#include <algorithm>
#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <libintl.h>

#include "base/catalogue_file.hpp"
#include "base/message_templates.hpp"
#include "base/text.hpp"

namespace base {

namespace {

constexpr const char* domain = "relayctl";

// Only gettext gets to see it: with setlocale() the C library's own messages, which JSON quotes, would change
// too.
locale_t language = nullptr;

std::string& catalogue_folder() {
    static std::string folder;
    return folder;
}

std::string locale_name(const std::function<const char*(const char*)>& variable) {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
        if (const char* value = variable(name); value != nullptr && *value != '\0') return value;
    return "C";
}

std::string catalogues(const std::function<const char*(const char*)>& variable) {
    if (const char* folder = variable("TEXTDOMAINDIR"); folder != nullptr && *folder != '\0') return folder;
    std::error_code ignored;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    return program.parent_path().parent_path() / "share" / "locale";
}

class InLanguage {
  public:
    InLanguage() : before_(uselocale(language)) {}
    InLanguage(const InLanguage&) = delete;
    InLanguage& operator=(const InLanguage&) = delete;
    ~InLanguage() { uselocale(before_); }

  private:
    locale_t before_;
};

// gettext tells which catalogue it took by its header, and has no way to list its texts.
std::string catalogue_path() {
    const InLanguage scope;
    const std::string_view header = dgettext(domain, "");
    constexpr std::string_view field = "Language: ";
    const auto at = header.find(field);
    if (at == std::string_view::npos) return "";
    auto name = header.substr(at + field.size());
    name = name.substr(0, name.find('\n'));
    const auto is_plain = [](char c) { return is_alnum(c) || c == '_' || c == '@'; };
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_plain)) return "";
    return fmt::format("{}/{}/LC_MESSAGES/{}.mo", catalogue_folder(), name, domain);
}

// A remedy of the catalogue of findings names the domain that it is for.
std::string with_holes(std::string text) {
    constexpr std::string_view placeholder = "<domain>";
    for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at))
        text.replace(at, placeholder.size(), "{}");
    return text;
}

MessageTemplates read_templates() {
    constexpr std::uintmax_t largest = 16 * 1024 * 1024;
    MessageTemplates templates;
    const auto path = catalogue_path();
    std::error_code error;
    if (path.empty() || !std::filesystem::is_regular_file(path, error)) return templates;
    if (const auto size = std::filesystem::file_size(path, error); error || size > largest) return templates;
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    for (const auto& [text, translation] : read_catalogue(bytes).value_or(CatalogueTexts()))
        if (!text.empty() && !translation.empty()) templates.add(with_holes(text), with_holes(translation));
    return templates;
}

std::string translated_line(std::string_view line) {
    if (const auto found = translated(line); found.data() != line.data()) return std::string(found);
    static const MessageTemplates templates = read_templates();
    return templates.translated(line);
}

}  // namespace

void choose_language(const std::function<const char*(const char*)>& variable) {
    const auto name = locale_name(variable);
    if (name == "C" || name == "POSIX") return;
    const char* list = variable("LANGUAGE");
    const std::string wanted = list != nullptr && *list != '\0' ? std::string(list) : name;
    // English has no catalogue: gettext would take the next in the list. C.UTF-8 alone asks for no language.
    if (wanted.starts_with("en") || wanted.starts_with("C.")) return;
    language = newlocale(LC_MESSAGES_MASK, name.c_str(), nullptr);
    if (language == nullptr) {
        // gettext looks at the name of the locale only: any that is there will do, with the language given
        // besides.
        language = newlocale(LC_MESSAGES_MASK, "C.UTF-8", nullptr);
        constexpr int overwrite = 1;
        setenv("LANGUAGE", wanted.c_str(), overwrite);
    }
    catalogue_folder() = catalogues(variable);
    bindtextdomain(domain, catalogue_folder().c_str());
    bind_textdomain_codeset(domain, "UTF-8");
}

void keep_english() {
    if (language != nullptr) freelocale(std::exchange(language, nullptr));
}

std::string_view translated(std::string_view text) {
    if (language == nullptr || text.empty()) return text;
    const InLanguage scope;
    const std::string id(text);
    const char* found = dgettext(domain, id.c_str());
    return found == id.c_str() ? text : std::string_view(found);
}

std::string translated_message(std::string_view text) {
    if (language == nullptr) return std::string(text);
    std::string result;
    for (const auto line : split(text, '\n')) {
        if (line.data() != text.data()) result += '\n';
        result += translated_line(line);
    }
    return result;
}

}  // namespace base
