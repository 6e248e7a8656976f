// Texts that were put together, such as "cannot read store.toml: it is a directory", recognised by the texts
// of a catalogue that have holes: "cannot read {}: {}". So a text can be made in English where it arises, in
// one piece, and be translated where a person gets to read it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace base {

// A text as the literals around its holes: "a {} b" is {"a ", " b"}. {{ and }} are braces; {#} is a hole for
// a number alone: "{#} domain" is "1 domain", but not "relay domain".
struct HoledText {
    std::vector<std::string> literals;  // one more than holes
    std::vector<std::size_t> holes;     // which part is set in: of "{1} {0}" 1 and 0, of "{} {}" 0 and 1
    std::vector<bool> is_number;        // of each hole
};

// nullopt where the braces are no holes: one alone, or {x}.
std::optional<HoledText> parse_holes(std::string_view text);

class MessageTemplates {
  public:
    struct Recognised {
        std::string_view id;                  // lives as long as this object
        std::vector<std::string_view> parts;  // what stands in its holes: pieces of the text
    };

    // A translation that does not fit its text is left out: one that has other holes, or leaves a part away.
    void add(std::string_view id, std::string_view translation);

    // The template with holes that the text is made of; of several the one with the most letters of its own.
    // What stands in double quotes is never taken for letters of a template.
    std::optional<Recognised> recognise(std::string_view text) const;

    // The text in the other language, its parts too where they are texts themselves, and what ";", ":" or ","
    // join. Blanks around and between stay. So does what is not known, what stands in quotes, an SMTP reply,
    // and a text longer than 8 kB.
    std::string translated(std::string_view text) const;

  private:
    struct Template {
        std::string id;
        HoledText original, translation;
        std::size_t letters = 0;  // of its literals
        bool is_vague = false;    // like "{} for {}": fits only words, or parts that are known
    };
    struct Match {
        const Template* made_of;
        std::vector<std::string_view> parts;
    };
    class Translation;

    static std::optional<std::vector<std::string_view>> match(const Template& made_of, std::string_view text);
    std::vector<Match> matches(std::string_view text) const;

    std::unordered_map<std::string, std::string> whole_;  // texts without holes
    std::vector<Template> templates_;
    // Which may fit: by their first octet; those that begin with a hole by their last; those that end with
    // one too.
    std::array<std::vector<std::size_t>, 256> by_first_, by_last_;
    std::vector<std::size_t> open_;
};

}  // namespace base
