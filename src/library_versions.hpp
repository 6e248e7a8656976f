// The libraries the program runs with, for `relayctl version`.
#pragma once

#include <string>
#include <vector>

// "OpenSSL 3.0.17", by name; those that are linked at run time as they are found there.
std::vector<std::string> library_versions();
