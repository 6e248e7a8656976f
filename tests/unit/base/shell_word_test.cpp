#include "base/shell_word.hpp"

#include <doctest/doctest.h>

TEST_CASE("a word that is not plain is quoted for the shell") {
    CHECK(base::shell_word("/etc/news.key") == "/etc/news.key");
    CHECK(base::shell_word("") == "''");
    CHECK(base::shell_word("my keys/$(id)") == "'my keys/$(id)'");
    CHECK(base::shell_word("it's") == "'it'\\''s'");
}
