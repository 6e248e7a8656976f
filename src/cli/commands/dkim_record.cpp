#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "base/text.hpp"
#include "cli/clipboard.hpp"
#include "cli/commands/commands.hpp"
#include "cli/views/dkim_view.hpp"
#include "dns/name.hpp"

namespace cli {

namespace {

constexpr std::string_view form_words[] = {"zone", "value", "strings", "parts", "name", "cname"};

constexpr Example examples[] = {
    {"dkim record s202611@example.com", "the TXT record as zone-file lines"},
    {"dkim record example.com --form value", "the newest key's record as one unquoted line"},
    {"dkim record example.com --form strings --copy",
     "for Route 53 or Google Cloud DNS, by way of the clipboard"},
    {"dkim record s202611@example.com --form cname --target s202611.example.com.keys.example.net",
     "for a zone that leaves the record to another; without --form the record for that one"},
};
constexpr Option options[] = {
    {.name = "--form",
     .value = "FORM",
     .help = "zone (default), value (one unquoted line), strings (quoted, one line), parts (numbered "
             "strings), name "
             "(the owner name), cname (for a zone that delegates the name; needs --target)",
     .completion = Completion::words,
     .words = form_words},
    {.name = "--fqdn", .help = "with --form name: the absolute name"},
    {.name = "--target",
     .value = "NAME",
     .help = "where the record stands when the key's own name is a CNAME: the name that it leads to"},
    {.name = "--copy",
     .help =
         "put it on the clipboard too: of tmux, of the display (wl-copy, xclip) or of the terminal (OSC 52)"},
};
constexpr Argument arguments_taken[] = {{.name = "SELECTOR@DOMAIN", .completion = Completion::dkim_key}};

// A name of the DNS, absolute: in A-labels, with underscores where they stand.
base::Result<std::string> parse_target(std::string_view text) {
    const auto name = dns::Name::parse(text);
    if (name.has_error() || name->label_count() < 2 || base::printable(text) != text)
        return base::usage_error("not a name for the record: " + base::quoted(text),
                                 "--target s202611.example.com.keys.example.net");
    return name->to_string();
}

struct Request {
    dkim::RecordForm form = dkim::RecordForm::zone;
    dkim::NameForm name_form = dkim::NameForm::relative;
    std::string target = {};
};

base::Result<Request> read_request(const Arguments& arguments) {
    Request request;
    TRY(request.form, dkim::parse_record_form(arguments.value("--form").value_or("zone")));
    if (arguments.value("--form") && (arguments.value("--output") || arguments.value("--columns")))
        return base::usage_error("--form prints the record, --output and --columns the fields of the key",
                                 "give one of them; --columns record_name,record_value has the record too");
    if (arguments.flag("--fqdn")) request.name_form = dkim::NameForm::absolute;
    if (arguments.flag("--fqdn") && request.form != dkim::RecordForm::name)
        return base::usage_error("--fqdn goes with --form name");
    if (const auto target = arguments.value("--target")) {
        TRY(request.target, parse_target(*target));
    } else if (request.form == dkim::RecordForm::cname) {
        return base::usage_error("--form cname needs the name where the record stands", "--target NAME");
    }
    return request;
}

base::Result<ExitCode> run_record(Context& context, const Arguments& arguments) {
    TRY(const auto request, read_request(arguments));
    TRY(const auto store, context.open_store(arguments));
    TRY(auto key, app::find_dkim_key(*store, arguments.positionals().front()));
    key.life.state = relay::state_at(key.life, context.clock().now());
    auto& console = context.console();
    const auto text = app::dkim_record(key, request.form, request.name_form, request.target);
    if (arguments.value("--output") || arguments.flag("--quiet") || arguments.value("--columns")) {
        TRY(const auto relays, store->relays());
        TRY(const auto keys, app::list_dkim_keys(*store, key.domain, context.clock().now()));
        TRY_VOID(print_listing(
            context, arguments,
            {.schema = "relayctl.dkim.record/1",
             .columns = dkim_key_columns(),
             .items = {dkim_key_item(key, context.clock().now(), app::relays_of(key, keys, relays))}}));
    } else {
        console.print(text);
        const bool is_record =
            request.form != dkim::RecordForm::name && request.form != dkim::RecordForm::cname;
        if (console.output_is_terminal() && is_record)
            console.notice(fmt::format("{} octets in the DNS", app::dkim_record_octets(key, request.target)));
    }
    if (!arguments.flag("--copy")) return ExitCode::done;
    // One line goes without its end: a form of a web page would take it for part of the value.
    const bool one_line = text.find('\n') == text.size() - 1;
    TRY(const auto said, copy_to_clipboard(context, one_line ? text.substr(0, text.size() - 1) : text));
    console.notice(said);
    return ExitCode::done;
}

}  // namespace

const Command dkim_record_command = {
    .path = "dkim record",
    .heading = "DKIM",
    .summary = "print the TXT record of a key",
    .description =
        "A domain alone means its newest key. Where a zone leaves the record to another by a CNAME, --target "
        "names the "
        "place: --form cname is the line for the key's own zone, the other forms are for that of the target.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group,
    .columns = dkim_key_columns(),
    .run = run_record,
};

}  // namespace cli
