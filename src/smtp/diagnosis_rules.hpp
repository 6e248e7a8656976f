// The table behind diagnose(): what servers say and which finding it is.
#pragma once

#include <span>
#include <string_view>

namespace smtp {

// Every condition that is given must hold.
struct DiagnosisRule {
    std::string_view id;
    std::string_view codes = {};  // beginnings of reply codes, by blanks: "535 55"; empty = any
    std::string_view enhanced =
        {};                        // subject and detail of enhanced codes, by blanks: "7.8 7.3"; empty = any
    std::string_view words = {};   // lower case, any of them stands in the text: "spf|dmarc"; empty = any
    std::string_view stages = {};  // by blanks: "auth rcpt"; empty = any
};

// In the order of trial: the first that fits is the answer.
std::span<const DiagnosisRule> special_rules();
// For replies that no special rule fits and whose stage does not tell either.
std::span<const DiagnosisRule> broad_rules();

// The words of mail programs where there is no reply, lower case; the first that stand in the line are the
// answer.
struct LogWords {
    std::string_view words;  // any of them, by bars
    std::string_view id;
    std::string_view also = {};  // this must stand there too
};
std::span<const LogWords> log_words();

}  // namespace smtp
