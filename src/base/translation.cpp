#include "base/translation.hpp"

#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include <libintl.h>

namespace base {

namespace {

constexpr const char* domain = "relayctl";

// Only gettext gets to see it: with setlocale() the C library's own messages, which JSON quotes, would change
// too.
locale_t language = nullptr;

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
    bindtextdomain(domain, catalogues(variable).c_str());
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

}  // namespace base
