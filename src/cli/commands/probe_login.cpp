#include "cli/commands/probe_login.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/password.hpp"
#include "cli/password_command.hpp"

namespace cli {

namespace {

base::Result<app::Sender> parse_sender(const std::string& text) {
    if (text == "<>") return app::Sender(relay::NullReturnPath{});
    TRY(auto address, mail::Address::parse(text));
    return app::Sender(std::move(address));
}

base::Result<std::vector<mail::Address>> parse_recipients(const Arguments& arguments) {
    std::vector<mail::Address> recipients;
    for (const auto& text : arguments.values("--recipient")) {
        TRY(auto address, mail::Address::parse(text));
        recipients.push_back(std::move(address));
    }
    if (recipients.size() > app::max_recipients)
        return base::usage_error(fmt::format("more than {} recipients", app::max_recipients));
    return recipients;
}

base::Result<std::optional<sasl::MechanismId>> parse_auth(const Arguments& arguments) {
    const auto text = arguments.value("--auth");
    if (!text) return std::optional<sasl::MechanismId>();
    const auto id = sasl::parse_mechanism(*text);
    if (id) return id;
    std::vector<std::string> known;
    for (const auto each : sasl::mechanisms())
        known.push_back(base::lower(sasl::to_string(each)));
    return base::usage_error(
        fmt::format("no such mechanism: {}: it is one of {}", base::quoted(*text), base::join(known, ", ")));
}

base::Result<void> check_options(const Arguments& arguments, std::size_t targets) {
    for (const auto* option : {"--auth", "--user", "--password-file", "--password-command"})
        if (arguments.value(option) && !arguments.flag("--login"))
            return base::usage_error(fmt::format("{} is for --login", option));
    for (const auto* option : {"--password-stdin", "--allow-cleartext-auth"})
        if (arguments.flag(option) && !arguments.flag("--login"))
            return base::usage_error(fmt::format("{} is for --login", option));
    const bool has_credentials = arguments.value("--user") || arguments.value("--password-file") ||
                                 arguments.value("--password-command") || arguments.flag("--password-stdin");
    if (has_credentials && targets > 1)
        return base::usage_error("a user or a password of one server is not shown to others",
                                 "probe one at a time");
    return {};
}

// Reads what one target needs; the store's relay is at hand when the target has one.
class DialogueReader {
  public:
    DialogueReader(Context& context, const Arguments& arguments, relay::Store& store)
        : context_(context), arguments_(arguments), store_(store) {}

    base::Result<app::DialogueRequest> read(const app::ProbeTarget& target) {
        std::optional<relay::Relay> relay;
        if (!target.relay.empty()) {
            TRY(relay, store_.find_relay(target.relay));
        }
        app::DialogueRequest request;
        request.open_relay = arguments_.flag("--open-relay");
        if (arguments_.flag("--login")) {
            TRY(auto login, read_login(relay));
            request.login = std::move(login);
        }
        TRY_VOID(read_paths(relay, request));
        return request;
    }

  private:
    base::Result<smtp::Login> read_login(const std::optional<relay::Relay>& relay) {
        smtp::Login login;
        TRY(login.mechanism, parse_auth(arguments_));
        if (login.mechanism) login.credentials.kind = sasl::credential_kind(*login.mechanism);
        if (arguments_.flag("--allow-cleartext-auth")) login.cleartext = smtp::Cleartext::allowed;
        if (const auto user = arguments_.value("--user")) {
            TRY(login.credentials.user, parse_user(*user));
        } else if (relay && relay->login) {
            login.credentials.user = relay->login->user;
        } else if (relay) {
            return base::usage_error(
                fmt::format("relay {} has no user to log in as", relay->name),
                fmt::format("relayctl edit {} --user USER, or give --user here", relay->name));
        } else {
            return base::usage_error("a login needs a user", "give --user NAME --password-file FILE");
        }
        TRY(login.credentials.secret, read_secret(relay, login.credentials.user));
        TRY_VOID(sasl::check_credentials(login.credentials));
        return login;
    }

    // A user that is given here has no password of the relay's.
    base::Result<base::Secret> read_secret(const std::optional<relay::Relay>& relay,
                                           const std::string& user) {
        TRY(auto answer, read_password(context_, arguments_));
        if (answer.password) return std::move(*answer.password);
        if (answer.command) return run_password_command(*answer.command);
        const bool is_own = relay && relay->login && relay->login->user == user;
        if (!is_own) return ask_password(context_, user);
        switch (relay->login->source) {
            case relay::PasswordSource::command:
                return run_password_command(relay->login->command);
            case relay::PasswordSource::stored: {
                TRY(auto stored, store_.relay_password(relay->id));
                if (!stored.empty()) return stored;
                break;
            }
            case relay::PasswordSource::missing:
                context_.console().notice(fmt::format(
                    "the store has no password of relay {0}: relayctl edit {0} --password-stdin sets it",
                    relay->name));
                break;
            case relay::PasswordSource::none:
                break;
        }
        return ask_password(context_, user);
    }

    base::Result<void> read_paths(const std::optional<relay::Relay>& relay, app::DialogueRequest& request) {
        TRY(request.recipients, parse_recipients(arguments_));
        if (const auto text = arguments_.value("--sender")) {
            TRY(auto sender, parse_sender(*text));
            request.sender = std::move(sender);
        } else if (!request.recipients.empty()) {
            request.sender = usual_sender(relay, request);
            if (!request.sender)
                return base::usage_error("a recipient needs a sender", "give --sender ADDRESS");
        }
        return {};
    }

    // The relay's own return path where it is one address, else the user where it is one.
    static std::optional<app::Sender> usual_sender(const std::optional<relay::Relay>& relay,
                                                   const app::DialogueRequest& request) {
        if (relay) {
            if (const auto* address = std::get_if<mail::Address>(&relay->return_path))
                return app::Sender(*address);
            if (std::holds_alternative<relay::NullReturnPath>(relay->return_path))
                return app::Sender(relay::NullReturnPath{});
        }
        std::string user = request.login ? request.login->credentials.user : std::string();
        if (user.empty() && relay && relay->login) user = relay->login->user;
        auto address = mail::Address::parse(user);
        if (address.has_error()) return std::nullopt;
        return app::Sender(std::move(*address));
    }

    Context& context_;
    const Arguments& arguments_;
    relay::Store& store_;
};

// "  0.035 > EHLO client.example"; the target stands before it where there are several.
app::TraceSink trace_sink(Console& console, const std::string& target) {
    return [&console, target](const app::TraceLine& line) {
        console.notice_block(fmt::format("{}{}{:>7.3f} {} {}\n", target, target.empty() ? "" : " ",
                                         static_cast<double>(line.since_start.count()) / 1000, line.mark,
                                         base::printable(line.text)));
    };
}

}  // namespace

bool asks_for_dialogue(const Arguments& arguments) {
    return arguments.flag("--login") || arguments.value("--sender") ||
           !arguments.values("--recipient").empty() || arguments.flag("--open-relay") ||
           arguments.flag("--trace");
}

base::Result<std::vector<app::DialogueRequest>> read_dialogues(Context& context, const Arguments& arguments,
                                                               relay::Store& store,
                                                               const ProbeRequest& request,
                                                               const std::vector<app::ProbeTarget>& targets) {
    std::vector<app::DialogueRequest> requests;
    TRY_VOID(check_options(arguments, targets.size()));
    if (!asks_for_dialogue(arguments)) return requests;
    DialogueReader reader(context, arguments, store);
    for (const auto& target : targets) {
        const auto endpoints = matrix_endpoints(request, target);
        if (!target.configured ||
            std::find(endpoints.begin(), endpoints.end(), *target.configured) == endpoints.end())
            return base::usage_error(
                fmt::format("of {} it must be said which port to log in or ask at",
                            target.configured ? "these endpoints" : "a host"),
                fmt::format("relayctl probe {} --require 587:tls ...",
                            target.relay.empty() ? target.host.to_string() : target.relay));
        TRY(auto made, reader.read(target));
        made.ehlo_name = request.ehlo_name;
        made.timeout = request.timeout;
        if (arguments.flag("--trace")) {
            const std::string name = target.relay.empty() ? target.host.to_string() : target.relay;
            made.trace = trace_sink(context.console(), targets.size() > 1 ? name : std::string());
        }
        requests.push_back(std::move(made));
    }
    return requests;
}

}  // namespace cli
