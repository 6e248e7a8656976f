// Every command, each defined in the file that bears its name.
#pragma once

#include "cli/command.hpp"

namespace cli {

extern const Command add_command, list_command, show_command, edit_command, enable_command, disable_command,
    delete_command;
extern const Command domain_add_command, domain_list_command, domain_delete_command;
extern const Command dkim_generate_command, dkim_record_command, dkim_list_command, dkim_delete_command;
extern const Command dkim_check_command, dkim_rotate_command, dkim_activate_command, dkim_revoke_command;
extern const Command dkim_import_command, dkim_export_key_command, dkim_publish_command;
extern const Command dkim_sign_command, dkim_verify_command;
extern const Command probe_command, verify_command, predict_command;
extern const Command log_command, quota_command, route_command, send_command;
extern const Command config_list_command, config_get_command, config_set_command, config_unset_command;
extern const Command config_region_list_command, config_region_set_command, config_region_unset_command;
extern const Command allowlist_command;
extern const Command export_command, apply_command, diff_command, history_command, undo_command;
extern const Command explain_command, help_command, version_command;

}  // namespace cli
