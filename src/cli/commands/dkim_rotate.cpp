#include <algorithm>

#include <fmt/format.h>

#include "app/dkim_rotation.hpp"
#include "base/text.hpp"
#include "cli/commands/activation.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/dkim_checks.hpp"
#include "cli/commands/dkim_options.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/seconds.hpp"
#include "cli/verdict.hpp"
#include "cli/views/dkim_view.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"dkim rotate example.com", "makes the next key and prints its record; the old one still signs"},
    {"dkim rotate example.com --when-visible --older-than 90d", "for cron, every day: one step a run"},
};
constexpr Option options[] = {
    {.name = "--selector", .value = "SELECTOR", .help = "the new key's selector (default: as dkim generate)"},
    algorithm_option,
    {.name = "--bits",
     .value = "N",
     .help = "RSA key size, up to 4096 (default: that of the active key, 2048 at least)",
     .completion = Completion::words,
     .words = bits_words},
    {.name = "--allow-weak",
     .help = "take a pending key that is weaker than the active one too, and --bits from 1024 on"},
    {.name = "--when-visible",
     .help =
         "activate what is pending, once the DNS server and all name servers of the zone have its record"},
    {.name = "--older-than",
     .value = "TIME",
     .help = "make no new key while the active one is younger: like 90d"},
    ns_option,
    wait_option,
};
constexpr Argument arguments_taken[] = {{.name = "DOMAIN", .completion = Completion::domain}};

base::Result<app::RotationRequest> read_request(const Arguments& arguments) {
    TRY(auto domain, base::DomainName::parse(arguments.positionals().front()));
    app::RotationRequest request{.domain = std::move(domain), .dry_run = dry_run_of(arguments)};
    if (const auto selector = arguments.value("--selector")) {
        TRY(request.selector, relay::parse_selector(*selector));
    }
    if (const auto algorithm = arguments.value("--algorithm")) {
        TRY(request.algorithm, relay::parse_key_algorithm(*algorithm));
    }
    if (const auto bits = arguments.value("--bits")) {
        TRY(request.bits, parse_key_bits(*bits, request.algorithm));
    }
    if (const auto age = arguments.value("--older-than")) {
        TRY(request.older_than, parse_span("--older-than", *age, std::chrono::hours(24 * 3660)));
    }
    if (arguments.flag("--allow-weak")) request.allow_weak = app::AllowWeak::yes;
    request.repeated = arguments.flag("--when-visible");
    const bool waits = arguments.value("--wait") || !arguments.values("--ns").empty();
    if (waits && !arguments.flag("--when-visible"))
        return base::usage_error("--wait and --ns go with --when-visible");
    return request;
}

// A record that nobody has published by then is forgotten: hands and caches have had their time.
constexpr auto stale_after = std::chrono::hours(72);

void tell_of_stale(Console& console, const relay::DkimKey& key, base::Time now) {
    if (now - key.created_at < stale_after) return;
    console.notice(
        fmt::format("  hint: no new key is made while it waits: publish its record (relayctl dkim "
                    "publish {0}, or by hand what "
                    "relayctl dkim record {0} prints), or give it up for a new one: relayctl dkim delete {0}",
                    app::to_string(key)));
}

class RotateRun {
  public:
    RotateRun(Context& context, const Arguments& arguments) : context_(context), arguments_(arguments) {}

    base::Result<ExitCode> run() {
        TRY(const auto request, read_request(arguments_));
        app::KeyCheckOptions sources;
        TRY(sources.servers, read_name_servers(arguments_));
        sources.all_name_servers = sources.servers.empty();
        TRY(const auto store, context_.open_store_to_write(arguments_));
        auto begun = app::begin_rotation(*store, context_.clock(), request);
        if (begun.has_error())
            return std::move(begun).error().with_context("cannot rotate the DKIM keys of " +
                                                         request.domain.ascii());
        tell_begun(*begun);
        if (arguments_.flag("--when-visible") && request.dry_run == app::DryRun::no) {
            TRY_VOID(activate_visible(*store, *begun, std::move(sources)));
        } else {
            for (const auto& key : begun->made)
                add(key, "made");
            for (const auto& key : begun->pending)
                add(key, "pending");
        }
        for (const auto& key : begun->young)
            add(key, "young");
        for (const auto& key : begun->done)
            add(key, "active");
        if (is_listed())
            TRY_VOID(print_with_records(context_, arguments_,
                                        {.schema = "relayctl.dkim.rotate/1",
                                         .columns = dkim_key_columns(),
                                         .items = std::move(items_)},
                                        keys_to_publish(*begun)));
        return worst_.exit_code();
    }

  private:
    bool is_listed() const { return arguments_.value("--output") || arguments_.flag("--quiet"); }

    void add(const relay::DkimKey& key, std::string_view action) {
        add(app::Activation{.key = key, .changed = action == "made"}, action, nullptr);
    }
    void add(const app::Activation& activation, std::string_view action, const app::KeyCheck* check) {
        items_.push_back(activation_item(context_, arguments_, activation, check));
        items_.back().set("action", action);
    }

    // A dry run's key is thrown away, and nobody is to publish its record.
    std::vector<relay::DkimKey> keys_to_publish(const app::Rotation& rotation) const {
        auto keys = arguments_.flag("--dry-run") ? std::vector<relay::DkimKey>() : rotation.made;
        if (!arguments_.flag("--when-visible"))
            keys.insert(keys.end(), rotation.pending.begin(), rotation.pending.end());
        return keys;
    }

    void tell_begun(const app::Rotation& rotation) {
        auto& console = context_.console();
        const bool dry_run = arguments_.flag("--dry-run");
        for (const auto& key : rotation.young)
            console.notice(fmt::format("{} is younger than {}: nothing to do", app::to_string(key),
                                       arguments_.value("--older-than").value_or("")));
        for (const auto& key : rotation.done)
            console.notice(fmt::format("{} is active already: nothing to do", app::to_string(key)));
        for (const auto& key : rotation.weak)
            console.notice(
                fmt::format("{} is pending and left alone: its {} bits are fewer than the active "
                            "key's; --allow-weak takes it",
                            app::to_string(key), key.bits));
        for (const auto& key : rotation.made)
            console.notice(fmt::format("{} DKIM key {}, pending{}", dry_run ? "would make" : "made",
                                       app::to_string(key), dry_run ? "" : "; publish this record:"));
        for (const auto& key : rotation.pending)
            console.notice(fmt::format("{} is pending already, since {}{}", app::to_string(key),
                                       base::to_rfc3339(key.created_at),
                                       arguments_.flag("--when-visible") ? "" : "; publish this record:"));
        if (is_listed()) return;
        for (const auto& key : keys_to_publish(rotation))
            console.print(app::dkim_record(key, dkim::RecordForm::zone));
        if (arguments_.flag("--when-visible")) return;
        auto next = dry_run ? std::vector<relay::DkimKey>() : rotation.made;
        next.insert(next.end(), rotation.pending.begin(), rotation.pending.end());
        for (const auto& key : next)
            console.notice(
                fmt::format("  next: relayctl dkim activate {} --all-ns --wait 30m", app::to_string(key)));
        for (const auto& key : rotation.pending)
            tell_of_stale(console, key, context_.clock().now());
    }

    base::Result<void> activate_visible(relay::Store& store, const app::Rotation& rotation,
                                        app::KeyCheckOptions sources) {
        auto keys = rotation.made;
        keys.insert(keys.end(), rotation.pending.begin(), rotation.pending.end());
        if (keys.empty()) return {};
        TRY(const auto checks,
            look_for_keys(context_, arguments_, store, std::move(keys), std::move(sources), app::DryRun::no));
        for (const auto& check : checks) {
            worst_.add(check.verdict());
            tell_key_check(context_.console(), check);
            if (check.verdict() != finding::Verdict::good) {
                context_.console().notice(fmt::format("{} stays pending", app::to_string(check.key)));
                tell_of_stale(context_.console(), check.key, context_.clock().now());
                const bool made = std::any_of(rotation.made.begin(), rotation.made.end(),
                                              [&](const auto& key) { return key.id == check.key.id; });
                add({.key = check.key, .changed = made}, made ? "made" : "pending", &check);
                continue;
            }
            TRY(const auto activation, app::activate_key(store, context_.clock(), app::to_string(check.key),
                                                         relay::KeepOthers::no, app::DryRun::no));
            tell_activation(context_.console(), arguments_, activation);
            add(activation, "activated", &check);
        }
        return {};
    }

    Context& context_;
    const Arguments& arguments_;
    output::Value::Array items_ = {};
    WorstVerdict worst_ = {};
};

base::Result<ExitCode> run_rotate(Context& context, const Arguments& arguments) {
    return RotateRun(context, arguments).run();
}

}  // namespace

const Command dkim_rotate_command = {
    .path = "dkim rotate",
    .heading = "DKIM",
    .summary = "replace the DKIM key of a domain, step by step",
    .description =
        "Makes the next key, pending, and prints its record; mail is signed with the old key until the new "
        "one is active. Without --algorithm each algorithm that the domain has keys of gets a new one. A key "
        "that is pending already is not made again, and of a pair nothing new is made until both have become "
        "active. A new RSA key has as many bits as the active one, 2048 at least; a pending one that has "
        "fewer "
        "is left alone. With --when-visible each run does what can be done: it "
        "makes the key, or looks for its record at the DNS server and at every name server of the zone, and "
        "activates it; with --selector that is the end of it. Exit code then 0: active, or nothing to do; 1: "
        "pending, a server does not have the record yet; 3: a server could not be asked. A run waits no "
        "longer than "
        "--wait says, and of a key that has been pending for three days it tells how to end that.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | write_group | dns_group,
    .run = run_rotate,
};

}  // namespace cli
