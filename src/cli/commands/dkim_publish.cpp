#include "app/dkim_publish.hpp"

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/dkim_checks.hpp"
#include "cli/key_file.hpp"
#include "cli/seconds.hpp"
#include "cli/verdict.hpp"
#include "cli/views/publication_view.hpp"
#include "cli/waiting_line.hpp"
#include "net/run.hpp"

namespace cli {

namespace {

constexpr std::size_t longest_key_file = 65536;
constexpr auto longest_wait = std::chrono::hours(24 * 7);
constexpr std::uint64_t longest_ttl = 0x7fffffff;  // RFC 2181 section 8

constexpr Example examples[] = {
    {"dkim publish s202611@example.com --tsig-key /etc/relayctl/tsig.key",
     "and wait until all servers have it"},
    {"dkim publish s202611@example.com --dry-run", "the update as commands for nsupdate"},
    {"dkim publish s202511@example.com --remove --tsig-key /etc/relayctl/tsig.key",
     "take the record of a retired key out of the zone"},
};
constexpr Option options[] = {
    {.name = "--tsig-key",
     .value = "FILE",
     .help = "the key that may update the zone, as tsig-keygen writes it and nsupdate -k reads it",
     .completion = Completion::file},
    {.name = "--server",
     .value = "ADDRESS[:PORT]",
     .help =
         "send the update to this IP address, not to the primary server that the zone's SOA record names"},
    {.name = "--zone", .value = "ZONE", .help = "the zone to update, where its SOA record does not tell"},
    {.name = "--ttl", .value = "SECONDS", .help = "of the record (default 3600)"},
    {.name = "--replace", .help = "take the place of another TXT record at that name"},
    {.name = "--remove", .help = "remove the record of the key"},
    {.name = "--force", .help = "with --remove: also the record of a key that mail is signed with"},
    {.name = "--wait",
     .value = "TIME",
     .help = "how long to wait for all name servers of the zone (default 1m): like 90s or 30m"},
    ns_option,
};
constexpr Argument arguments_taken[] = {
    {.name = "SELECTOR@DOMAIN|DOMAIN", .completion = Completion::dkim_key}};

base::Result<dns::TsigKey> read_tsig_key(const std::string& path) {
    TRY(const auto file, read_key_file(path, longest_key_file));
    auto key = dns::parse_tsig_key(file.text);
    if (key.has_error()) return std::move(key).error().with_context("key file " + base::quoted(path));
    // It may be the name server's own, which has to stay as it is.
    if (file.others_read)
        return base::usage_error(
            fmt::format("key file {} can be read by others", base::quoted(path)),
            fmt::format("give a copy that only you can read: install -m 600 {} relayctl-tsig.key", path));
    return key;
}

base::Result<app::PublishWish> read_wish(const Arguments& arguments) {
    app::PublishWish wish;
    if (arguments.flag("--remove")) wish.what = app::Publishing::remove;
    wish.replace = arguments.flag("--replace");
    if (wish.replace && arguments.flag("--remove"))
        return base::usage_error("--replace and --remove cannot be given together");
    if (arguments.flag("--force") && !arguments.flag("--remove"))
        return base::usage_error("--force is for --remove, which is not given");
    if (const auto zone = arguments.value("--zone")) {
        TRY(const auto domain, base::DomainName::parse(*zone));
        wish.zone = dns::Name(domain);
    }
    if (const auto text = arguments.value("--server")) {
        auto server = dns::parse_server(*text);
        if (server.has_error()) return std::move(server).error().with_context("--server");
        wish.server = *server;
    }
    if (const auto text = arguments.value("--ttl")) {
        const auto ttl = base::parse_decimal(*text, longest_ttl);
        if (!ttl)
            return base::usage_error(
                fmt::format("not a TTL: {}: seconds, at most {}", base::quoted(*text), longest_ttl));
        wish.ttl = static_cast<std::uint32_t>(*ttl);
    }
    return wish;
}

base::Result<void> check_removable(const relay::DkimKey& key, bool force) {
    const bool signs =
        key.life.state == relay::DkimState::active || key.life.state == relay::DkimState::retiring;
    if (!signs || force) return {};
    return base::Error{
        .kind = base::ErrorKind::conflict,
        .message = fmt::format("{} is {}: without its record, mail signed with it does not verify",
                               app::to_string(key), to_string(key.life.state)),
        .hint = key.life.state == relay::DkimState::active ? "relayctl dkim rotate " + key.domain.ascii()
                                                           : "wait until relayctl dkim list says retired"};
}

std::string waiting_text(const app::Publication& publication, std::chrono::seconds taken) {
    const auto& check = publication.check;
    if (check.answers.empty()) return fmt::format("asking the servers of {}", check.key.domain.ascii());
    return fmt::format("waiting for {}: {} of {} servers are up to date, {}", app::to_string(check.key),
                       check.good_answers(), check.answers.size(), base::rounded_span(taken));
}

void tell(Context& context, const Arguments& arguments, const app::Publication& publication) {
    auto& console = context.console();
    const auto& plan = publication.plan;
    const auto name = app::to_string(publication.check.key);
    const auto zone = base::printable(plan.place.zone.to_string());
    if (const auto key_name = fmt::format("{}._domainkey.{}", publication.check.key.selector,
                                          publication.check.key.domain.ascii());
        plan.place.owner.to_string() != key_name)
        console.notice(
            fmt::format("{} is an alias of {}", key_name, base::printable(plan.place.owner.to_string())));
    if (arguments.flag("--dry-run")) {
        if (plan.change == app::PublishPlan::Change::none)
            console.notice(fmt::format("{}: nothing to do in zone {}", name, zone));
        return;
    }
    if (publication.done)
        console.notice(fmt::format("{} the record of {} in zone {} at {}", to_string(plan.change), name, zone,
                                   plan.server.name));
    else
        console.notice(fmt::format("the record of {} is {} already", name,
                                   arguments.flag("--remove") ? "gone" : "published"));
    for (const auto& text : plan.found)
        if (publication.done && plan.change == app::PublishPlan::Change::replace)
            console.notice("  in place of " + base::quoted(text));
    tell_key_check(console, publication.check);
    if (publication.check.verdict() != finding::Verdict::good) {
        if (!arguments.flag("--remove"))
            console.notice(fmt::format("  hint: relayctl dkim check {} --all-ns --wait 30m", name));
        return;
    }
    console.notice(fmt::format("all name servers of {} {} it ({})", zone,
                               arguments.flag("--remove") ? "are without" : "have",
                               publication.check.answers.size()));
    if (publication.check.key.life.state == relay::DkimState::pending && !arguments.flag("--remove"))
        console.notice(fmt::format("  next: relayctl dkim activate {}", name));
}

base::Result<void> publish(Context& context, const Arguments& arguments, app::PublishWish wish,
                           app::PublishOptions publish_options, app::Publication& publication) {
    TRY(const auto resolver_options, context.resolver_options(arguments));
    publish_options.timeout = resolver_options.timeout;
    const app::ResolverMaker maker = [&](std::vector<net::Endpoint> servers) {
        auto own = resolver_options;
        if (!servers.empty()) own.servers = std::move(servers);
        return context.make_resolver(std::move(own));
    };
    std::optional<base::Result<void>> result;
    auto work =
        app::publish_key(maker, context.clock(), std::move(wish), std::move(publish_options), publication);
    TRY_VOID(net::run_to_end(
        tell_while_waiting(context.console(), net::keep_result(std::move(work), result),
                           [&](std::chrono::seconds taken) { return waiting_text(publication, taken); })));
    return std::move(*result);
}

base::Result<app::PublishOptions> read_publish_options(const Arguments& arguments) {
    app::PublishOptions result;
    TRY(result.only, read_name_servers(arguments));
    std::chrono::seconds wait = std::chrono::minutes(1);
    if (const auto text = arguments.value("--wait")) {
        TRY(wait, parse_span("--wait", *text, longest_wait));
    }
    result.until = net::Deadline::clock::now() + wait;
    return result;
}

// None in a dry run, which needs none.
base::Result<std::optional<dns::TsigKey>> find_tsig_key(const Arguments& arguments) {
    if (const auto path = arguments.value("--tsig-key")) {
        TRY(auto key, read_tsig_key(*path));
        if (!arguments.flag("--dry-run")) return std::optional(std::move(key));
    } else if (!arguments.flag("--dry-run")) {
        return base::usage_error("no key that may update the zone is given",
                                 "--tsig-key FILE, or --dry-run to see the update");
    }
    return std::optional<dns::TsigKey>();
}

base::Result<void> print(Context& context, const Arguments& arguments, const app::Publication& publication) {
    const bool dry_run = arguments.flag("--dry-run");
    if (arguments.value("--output") || arguments.flag("--quiet"))
        return print_listing(context, arguments,
                             {.schema = "relayctl.dkim.publish/1",
                              .columns = publication_columns(),
                              .items = {publication_item(publication, context.clock().now(), dry_run)}});
    if (!dry_run) return {};
    for (const auto& line : publication_lines(publication.plan))
        context.console().print(line + "\n");
    return {};
}

// The hint to publish again is a command that can be typed: with the key, server and zone of this one.
base::Error with_whole_hint(base::Error error, const Arguments& arguments) {
    if (!error.hint.starts_with("relayctl dkim publish ")) return error;
    for (const auto* option : {"--tsig-key", "--server", "--zone"})
        if (const auto value = arguments.value(option)) error.hint += fmt::format(" {} {}", option, *value);
    return error;
}

base::Result<ExitCode> run_publish(Context& context, const Arguments& arguments) {
    const auto& name = arguments.positionals().front();
    TRY(auto wish, read_wish(arguments));
    TRY(auto publish_options, read_publish_options(arguments));
    TRY(const auto tsig, find_tsig_key(arguments));
    if (tsig) publish_options.key = &*tsig;
    TRY(auto key, [&]() -> base::Result<relay::DkimKey> {
        TRY(const auto store, context.open_store(arguments));
        return app::find_only_dkim_key(*store, name, context.clock().now());
    }());
    app::Publication publication{.check = {.key = std::move(key)}};
    auto& check = publication.check;
    const bool removes = wish.what == app::Publishing::remove;
    if (removes) TRY_VOID(check_removable(check.key, arguments.flag("--force")));
    auto done = publish(context, arguments, std::move(wish), std::move(publish_options), publication);
    if (done.has_error() && publication.done)
        context.console().notice(fmt::format("the update was made at {}", publication.plan.server.name));
    if (done.has_error())
        return with_whole_hint(std::move(done).error(), arguments)
            .with_context(fmt::format("cannot {} the record of {}", removes ? "remove" : "publish",
                                      app::to_string(check.key)));
    tell(context, arguments, publication);
    if (tsig && !removes && check.verdict() == finding::Verdict::good) {
        TRY(const auto store, context.open_store_to_note(arguments));
        TRY_VOID(app::note_seen(*store, context.clock(), {check}));
        TRY(check.key, app::find_only_dkim_key(*store, name, context.clock().now()));
    }
    TRY_VOID(print(context, arguments, publication));
    if (!tsig) return ExitCode::done;
    WorstVerdict worst;
    worst.add(check.verdict());
    return worst.exit_code();
}

}  // namespace

const Command dkim_publish_command = {
    .path = "dkim publish",
    .heading = "DKIM",
    .summary = "put the record of a DKIM key into its zone by dynamic update",
    .description =
        "A domain alone means its only key. The update (RFC 2136, over TCP) is signed with a key shared with "
        "the server (TSIG, RFC 8945: "
        "hmac-sha256, hmac-sha512 or hmac-sha1), and is made only if nothing else stands at the name; "
        "--replace "
        "takes what was there out. The record of a revoked key, with an empty p=, takes the place of the "
        "key's "
        "own. Where the name is a CNAME, the zone that it leads to is updated. Then every name server of the "
        "zone is asked until it has the record. With --dry-run the update is printed, for nsupdate. Exit "
        "code "
        "0: all have it; 1: one has not, after the time of --wait; 3: a server could not be asked; 5: there "
        "is "
        "another record; 7: the server refused: its key, its zone, its clock.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | write_group | dns_group,
    .columns = publication_columns(),
    .run = run_publish,
};

}  // namespace cli
