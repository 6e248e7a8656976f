// What the tables of commands and findings say, for those who translate it.
#pragma once

#include <string>

namespace cli {

// Every text of the tables once, as a PO template; scripts/update-po puts it together with the other texts.
std::string texts_to_translate();

}  // namespace cli
