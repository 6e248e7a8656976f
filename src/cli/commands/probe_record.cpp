#include "cli/commands/probe_record.hpp"

#include <fmt/format.h>

#include "cli/commands/probe_login.hpp"

namespace cli {

std::string_view one_off_option(const Arguments& arguments) {
    constexpr std::string_view own[] = {"--port",          "--security", "--require", "--verify-certificate",
                                        "--ca-file",       "--dane",     "--mta-sts", "--fingerprint",
                                        "--all-addresses", "--tls-scan"};
    const auto is_given = [&](std::string_view option) {
        return arguments.flag(option) || !arguments.values(option).empty();
    };
    for (const auto option : own)
        if (is_given(option)) return option;
    for (const auto& option : login_probe_options)
        if (is_given(option.name)) return option.name;
    return {};
}

base::Result<ProbeRecord> ProbeRecord::create(relay::Store& store, const Arguments& arguments) {
    ProbeRecord record;
    record.only_changes_ = arguments.flag("--only-changes");
    if (!record.only_changes_) return record;
    if (const auto option = one_off_option(arguments); !option.empty())
        return base::usage_error(fmt::format(
            "--only-changes compares with the last result, and of a probe with {} none is kept", option));
    TRY(auto probes, store.last_probes());
    for (auto& probe : probes)
        record.before_.emplace(probe.relay, std::move(probe));
    return record;
}

bool ProbeRecord::is_wanted(const app::ProbeReport& report) const {
    if (!only_changes_) return true;
    const auto found = before_.find(report.target.relay_id);
    return app::is_news(report, found == before_.end() ? std::nullopt : std::optional(found->second));
}

void ProbeRecord::add(const app::ProbeReport& report, base::Time now) {
    if (auto probe = app::last_probe_of(report, now))
        found_.insert_or_assign(probe->relay, std::move(*probe));
}

void ProbeRecord::keep(Context& context, const Arguments& arguments) const {
    if (found_.empty() || !one_off_option(arguments).empty()) return;
    std::vector<relay::LastProbe> probes;
    for (const auto& [id, probe] : found_)
        probes.push_back(probe);
    auto store = context.open_store_to_note(arguments);
    base::Result<void> kept = base::Result<void>();
    if (store.has_value())
        kept = app::keep_last_probes(**store, probes);
    else
        kept = store.error();
    if (kept.has_value()) return;
    const auto& error = kept.error();
    context.console().notice(fmt::format("relayctl: the result is not kept: {}{}{}", error.context,
                                         error.context.empty() ? "" : ": ", error.message));
}

}  // namespace cli
