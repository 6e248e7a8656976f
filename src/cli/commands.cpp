// The list of all commands, in the order of the overview.
#include "cli/commands/commands.hpp"

#include <algorithm>

#include "cli/command.hpp"

namespace cli {

std::span<const Command* const> all_commands() {
    static constexpr const Command* commands[] = {
        &add_command,
        &list_command,
        &show_command,
        &edit_command,
        &enable_command,
        &disable_command,
        &delete_command,
        &domain_add_command,
        &domain_list_command,
        &domain_delete_command,
        &dkim_generate_command,
        &dkim_record_command,
        &dkim_publish_command,
        &dkim_list_command,
        &dkim_check_command,
        &dkim_rotate_command,
        &dkim_activate_command,
        &dkim_revoke_command,
        &dkim_delete_command,
        &dkim_import_command,
        &dkim_export_key_command,
        &dkim_sign_command,
        &dkim_verify_command,
        &probe_command,
        &verify_command,
        &predict_command,
        &allowlist_command,
        &explain_command,
        &route_command,
        &send_command,
        &log_command,
        &quota_command,
        &config_list_command,
        &config_get_command,
        &config_set_command,
        &config_unset_command,
        &config_region_list_command,
        &config_region_set_command,
        &config_region_unset_command,
        &export_command,
        &apply_command,
        &diff_command,
        &history_command,
        &undo_command,
        &help_command,
        &version_command,
    };
    return commands;
}

const Command* find_command(std::string_view path) {
    const auto commands = all_commands();
    const auto found = std::find_if(commands.begin(), commands.end(),
                                    [&](const Command* command) { return command->path == path; });
    return found == commands.end() ? nullptr : *found;
}

bool is_command_group(std::string_view word) {
    const std::string prefix = std::string(word) + " ";
    const auto commands = all_commands();
    return std::any_of(commands.begin(), commands.end(),
                       [&](const Command* command) { return command->path.starts_with(prefix); });
}

}  // namespace cli
