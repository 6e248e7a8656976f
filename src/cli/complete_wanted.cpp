#include "cli/complete_wanted.hpp"

#include <map>

#include "base/text.hpp"

namespace cli {

namespace {

class Walk {
  public:
    void take(const std::string& word) {
        if (pending_ != nullptr) {
            give(*pending_, word);
            pending_ = nullptr;
        } else if (only_arguments_ || word.size() < 2 || word[0] != '-') {
            take_plain(word);
        } else if (word == "--") {
            only_arguments_ = true;
        } else if (word.starts_with("--")) {
            take_long(word);
        } else {
            take_short(word);
        }
    }

    Wanted wanted(const std::string& last) {
        Wanted wanted;
        wanted.command = command_;
        wanted.typed = last;
        if (const auto* store = values("--store")) wanted.store = store->back();
        if (!arguments_.empty()) wanted.first_argument = arguments_.front();
        if (pending_ != nullptr)
            want_value(wanted, *pending_);
        else if (only_arguments_ || !last.starts_with('-'))
            want_plain(wanted);
        else if (!want_glued_value(wanted))
            want_option(wanted);
        return wanted;
    }

  private:
    const Option* find(std::string_view name) const {
        const Option* found = nullptr;
        for_each([&](const Option& option) {
            if (option.name == name || option.short_name == name) found = &option;
        });
        return found;
    }

    template <class Visit>
    void for_each(Visit visit) const {
        if (command_ != nullptr) {
            for_each_option(*command_, visit);
            return;
        }
        for (const auto& option : global_options())
            visit(option);
    }

    void give(const Option& option, const std::string& value) { given_[option.name].push_back(value); }
    const std::vector<std::string>* values(std::string_view name) const {
        const auto found = given_.find(name);
        return found == given_.end() ? nullptr : &found->second;
    }

    void take_plain(const std::string& word) {
        if (command_ != nullptr) {
            arguments_.push_back(word);
            return;
        }
        path_ += (path_.empty() ? "" : " ") + word;
        command_ = find_command(path_);
        if (command_ == nullptr && !is_command_group(path_)) lost_ = true;
    }

    void take_long(const std::string& word) {
        const auto equals = word.find('=');
        const Option* option = find(word.substr(0, equals));
        if (option == nullptr) return;
        if (equals != std::string::npos)
            give(*option, word.substr(equals + 1));
        else if (!option->value.empty())
            pending_ = option;
        else
            give(*option, "");
    }

    // "-q", "-nq", "-ojson", "-o" and its value in the next word.
    void take_short(const std::string& word) {
        for (std::size_t i = 1; i < word.size(); ++i) {
            const Option* option = find(std::string("-") + word[i]);
            if (option == nullptr) return;
            if (option->value.empty()) {
                give(*option, "");
                continue;
            }
            if (i + 1 < word.size())
                give(*option, word.substr(i + 1));
            else
                pending_ = option;
            return;
        }
    }

    static void fix(Wanted& wanted, std::size_t length) {
        wanted.fixed += wanted.typed.substr(0, length);
        wanted.typed.erase(0, length);
    }

    void want_value(Wanted& wanted, const Option& option) const {
        wanted.kind = Wanted::Kind::value;
        wanted.completion = option.completion;
        wanted.words = option.words;
        const auto comma = wanted.typed.rfind(',');
        if (option.commas == Commas::yes && comma != std::string::npos) {
            take_list(wanted, wanted.typed.substr(0, comma));
            fix(wanted, comma + 1);
        }
        // No relay falls back to itself.
        if (option.completion == Completion::relay) take_list(wanted, base::join(arguments_, ","));
        if (const auto* earlier = values(option.name))
            for (const auto& list : *earlier)
                take_list(wanted, list);
    }
    static void take_list(Wanted& wanted, std::string_view list) {
        for (const auto piece : base::split(list, ','))
            wanted.taken.emplace_back(base::trim(piece));
    }

    // "--output=js", "-ojs".
    bool want_glued_value(Wanted& wanted) const {
        const auto equals = wanted.typed.find('=');
        const bool is_long = wanted.typed.starts_with("--");
        if (is_long && equals == std::string::npos) return false;
        if (!is_long && wanted.typed.size() < 3) return false;
        const Option* option = find(wanted.typed.substr(0, is_long ? equals : 2));
        if (option == nullptr || option->value.empty()) return is_long;
        fix(wanted, is_long ? equals + 1 : 2);
        want_value(wanted, *option);
        return true;
    }

    void want_option(Wanted& wanted) const {
        if (lost_) return;
        wanted.kind = Wanted::Kind::option;
        for_each([&](const Option& option) {
            if (option.repeat == Repeat::no && given_.contains(option.name))
                wanted.taken.emplace_back(option.name);
        });
    }

    void want_plain(Wanted& wanted) const {
        if (lost_) return;
        if (command_ == nullptr) {
            wanted.kind = Wanted::Kind::command_word;
            wanted.below = path_;
            return;
        }
        const Argument* argument = next_argument();
        if (argument != nullptr && argument->completion == Completion::command) {
            wanted.kind = Wanted::Kind::command_word;
            wanted.below = base::join(arguments_, " ");
        } else if (argument != nullptr) {
            wanted.kind = Wanted::Kind::value;
            wanted.completion = argument->completion;
            wanted.taken = arguments_;
        } else if (wanted.typed.empty() && !only_arguments_) {
            want_option(wanted);  // nothing else can follow
        }
    }

    const Argument* next_argument() const {
        std::size_t place = arguments_.size();
        for (const auto& argument : command_->arguments) {
            if (place < argument.maximum) return &argument;
            place -= argument.maximum;
        }
        return nullptr;
    }

    const Command* command_ = nullptr;
    std::string path_ = {};
    bool lost_ = false;  // behind a word that is no command
    bool only_arguments_ = false;
    const Option* pending_ = nullptr;  // the next word is its value
    std::vector<std::string> arguments_ = {};
    std::map<std::string_view, std::vector<std::string>> given_ = {};
};

}  // namespace

Wanted find_wanted(const TypedLine& line) {
    Walk walk;
    for (const auto& word : line.words)
        walk.take(word);
    return walk.wanted(line.last);
}

}  // namespace cli
