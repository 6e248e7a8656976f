// The texts of the program in the language of who reads them. Machine formats are never translated.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace base {

// Takes the language from LANGUAGE, LC_ALL, LC_MESSAGES and LANG, as GNU gettext does; a locale that this
// machine has not generated does as well. The catalogues are those of TEXTDOMAINDIR, else those installed
// beside the program. Changes the environment: for the start, before there are threads.
void choose_language(const std::function<const char*(const char*)>& variable);

// From now on as it was written, in English.
void keep_english();

// A text of the program, which a catalogue may have in the chosen language; else the text itself. What comes
// back lives as long as the text and the program.
std::string_view translated(std::string_view text);

// A text that was put together (base/message_templates), line by line: what a person is told in English
// words, and whatever it names as it is. For the edge alone, before the text is escaped, measured or wrapped;
// never for what a machine reads or the store keeps.
std::string translated_message(std::string_view text);

}  // namespace base
