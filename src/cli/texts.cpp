#include "cli/texts.hpp"

#include <set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/help.hpp"
#include "finding/finding.hpp"
#include "relay/setting.hpp"
#include "smtp/enhanced_code.hpp"

namespace cli {

namespace {

class Template {
  public:
    // `where` is for the eyes of the translator.
    void add(std::string_view text, std::string_view where) {
        if (text.empty() || !known_.emplace(text).second) return;
        std::string escaped;
        for (const char c : text) {
            if (c == '"' || c == '\\') escaped += '\\';
            escaped += c;
        }
        text_ += fmt::format("#. {}\nmsgid \"{}\"\nmsgstr \"\"\n\n", where, escaped);
    }
    std::string text() const {
        return "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\n" + text_;
    }

  private:
    std::set<std::string, std::less<>> known_;
    std::string text_;
};

void add_options(Template& texts, std::span<const Option> options, std::string_view where) {
    for (const auto& option : options)
        texts.add(option.help, fmt::format("{} {}", where, option.name));
}

void add_commands(Template& texts) {
    for (const Command* command : all_commands()) {
        texts.add(command->heading, "heading");
        texts.add(command->summary, command->path);
        for (const auto paragraph : base::split(command->description, '\n'))
            texts.add(paragraph, command->path);
        for (const auto& example : command->examples)
            texts.add(example.says, example.line);
        add_options(texts, command->options, command->path);
    }
    for (const auto& example : overview_examples())
        texts.add(example.says, example.line);
    for (const auto group : all_groups)
        add_options(texts, group_options(group), "several commands");
    add_options(texts, global_options(), "every command");
}

void add_replies(Template& texts) {
    for (int code = 200; code < 600; ++code)
        texts.add(smtp::meaning_of_reply_code(code), fmt::format("SMTP reply {}", code));
    for (int subject = 0; subject < 10; ++subject)
        for (int detail = 0; detail < 100; ++detail)
            texts.add(smtp::meaning_of({.success = 5, .subject = subject, .detail = detail}),
                      fmt::format("enhanced status code x.{}.{}", subject, detail));
}

}  // namespace

std::string texts_to_translate() {
    Template texts;
    add_commands(texts);
    for (const auto& setting : relay::all_settings())
        texts.add(setting.summary, setting.name);
    for (const auto severity :
         {finding::Severity::error, finding::Severity::warning, finding::Severity::info})
        texts.add(finding::to_string(severity), "severity");
    for (const auto& entry : finding::catalogue()) {
        texts.add(entry.summary, entry.id);
        texts.add(entry.cause, entry.id);
        texts.add(entry.remedy, entry.id);
    }
    add_replies(texts);
    return texts.text();
}

}  // namespace cli
