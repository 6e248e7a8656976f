// A compiled catalogue; and texts of a catalogue, one a line, with a message in the last.
#include "base/catalogue_file.hpp"
#include "base/message_templates.hpp"
#include "base/text.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using fuzz::require;

// Whatever is recognised and set together again: with translations that are the texts, nothing changes.
void check_same(std::string_view input) {
    const auto lines = base::split(input, '\n');
    base::MessageTemplates same;
    for (std::size_t i = 0; i + 1 < lines.size(); ++i)
        same.add(lines[i], lines[i]);
    require(same.translated(lines.back()) == lines.back(), "a text is set together of all of its parts");
    if (const auto found = same.recognise(lines.back())) {
        const auto holes = base::parse_holes(found->id);
        require(holes && holes->holes.size() == found->parts.size(), "each hole has its part");
    }
}

void check_reversed(std::string_view input) {
    base::MessageTemplates templates;
    const auto lines = base::split(input, '\n');
    for (std::size_t i = 0; i + 2 < lines.size(); i += 2)
        templates.add(lines[i], lines[i + 1]);
    templates.translated(lines.back());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = fuzz::text_of(data, size);
    if (const auto texts = base::read_catalogue(input))
        for (const auto& [text, translation] : *texts)
            require(text.size() + translation.size() <= 2 * size, "nothing outside of the file is read");
    check_same(input);
    check_reversed(input);
    return 0;
}
