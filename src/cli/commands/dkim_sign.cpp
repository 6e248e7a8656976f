#include <filesystem>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "app/signing_keys.hpp"
#include "app/verify_message.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/listing.hpp"
#include "cli/message_output.hpp"
#include "cli/seconds.hpp"
#include "cli/sign_message.hpp"
#include "cli/views/signature_view.hpp"

namespace cli {

namespace {

constexpr std::string_view canonicalization_words[] = {"relaxed/relaxed", "relaxed/simple", "simple/relaxed",
                                                       "simple/simple"};

constexpr Example examples[] = {
    {"dkim sign --selector s202611@example.com message.eml > signed.eml", ""},
    {"dkim sign --selector example.com - < message.eml",
     "with the domain's key, or with both of a pair: RSA and Ed25519"},
    {"dkim sign --selector example.com --header-only --expire 7d message.eml",
     "the DKIM-Signature field alone"},
    {"dkim sign --selector example.com --directory signed/ outbox/*.eml",
     "many at once, each into a file of its own"},
};
constexpr Option options[] = {
    {.name = "--selector",
     .value = "SELECTOR@DOMAIN",
     .help = "the key to sign with; or a domain, for the one that signs there, of a pair both; can be given "
             "several times",
     .completion = Completion::dkim_key,
     .repeat = Repeat::yes},
    {.name = "--dual",
     .help = "sign with the domain's key of the other algorithm too, RSA and Ed25519, or not at all"},
    {.name = "--canonicalization",
     .value = "HEADER/BODY",
     .help = "relaxed (default) or simple, for the header and for the body",
     .completion = Completion::words,
     .words = canonicalization_words},
    {.name = "--expire", .value = "TIME", .help = "the signature ends so long from now: 12h, 7d (x=)"},
    {.name = "--identity",
     .value = "ADDRESS",
     .help = "who signs, within the key's domain: @news.example.com (i=)"},
    {.name = "--header-only", .help = "print the DKIM-Signature fields without the message"},
    {.name = "--directory",
     .value = "DIR",
     .help = "write each signed message into this folder, under its file's name",
     .completion = Completion::file},
    {.name = "--strict",
     .help = "refuse a message with a bare LF, a bare CR or a NUL, instead of mending its lines"},
    {.name = "--body-length",
     .value = "OCTETS",
     .help = "sign only so much of the body, or \"whole\" for what there is (l=); needs --force"},
    {.name = "--force",
     .help = "allow a pending key, whose record receivers may not find, and --body-length: anybody can then "
             "add to the "
             "message"},
};
constexpr Argument arguments_taken[] = {
    {.name = "FILE", .minimum = 1, .maximum = unlimited, .completion = Completion::file}};

constexpr std::chrono::seconds longest_expiry = std::chrono::hours(24 * 365);

base::Result<std::uint64_t> parse_body_length(const std::string& text) {
    if (text == "whole") return dkim::whole_body;
    // l= has at most 76 digits (RFC 6376 section 3.5); no message needs more than these.
    const auto octets = base::parse_decimal(text, 1'000'000'000'000);
    if (!octets) return base::usage_error("not a body length: " + base::quoted(text) + ": octets, or whole");
    return *octets;
}

base::Result<dkim::SigningOptions> read_options(const Arguments& arguments) {
    dkim::SigningOptions result;
    if (const auto text = arguments.value("--canonicalization")) {
        TRY(result.canonical, dkim::parse_canonicalization(*text));
        if (text->find('/') == std::string::npos) result.canonical.body = result.canonical.header;
    }
    if (const auto text = arguments.value("--expire")) {
        TRY(result.expire, parse_span("--expire", *text, longest_expiry));
    }
    if (const auto text = arguments.value("--identity")) {
        if (text->empty()) return base::usage_error("--identity needs an address", "--identity @DOMAIN");
        result.identity = *text;
    }
    if (const auto text = arguments.value("--body-length")) {
        TRY(result.body_length, parse_body_length(*text));
        if (!arguments.flag("--force"))
            return base::usage_error(
                "--body-length lets anybody add to the signed message (RFC 6376 section 8.2)",
                "leave it out, or add --force");
    }
    if (arguments.flag("--strict")) result.endings = mail::LineEndings::strict;
    return result;
}

// How the command line asks for the result.
struct Request {
    std::vector<std::string> files;
    std::optional<std::string> folder;
    bool header_only = false;
    bool listing = false;  // --output, --quiet
};

base::Result<Request> read_request(const Arguments& arguments) {
    Request request{.files = arguments.positionals(),
                    .folder = arguments.value("--directory"),
                    .header_only = arguments.flag("--header-only"),
                    .listing = arguments.value("--output") || arguments.flag("--quiet") ||
                               arguments.value("--columns").has_value()};
    if (arguments.values("--selector").empty())
        return base::usage_error("no key is given",
                                 "--selector SELECTOR@DOMAIN, as relayctl dkim list prints them");
    const bool reads_input =
        std::find(request.files.begin(), request.files.end(), "-") != request.files.end();
    if (reads_input && request.folder)
        return base::usage_error("--directory is for files: standard input has no name to write it under");
    if (request.folder && request.header_only)
        return base::usage_error("--directory and --header-only cannot be given together");
    if (request.files.size() > 1 && !request.folder && !request.header_only)
        return base::usage_error("several messages need a folder to be written into", "--directory DIR");
    if (request.listing && !request.folder && !request.header_only)
        return base::usage_error("standard output carries the message itself",
                                 "add --header-only, or --directory DIR");
    std::error_code error;
    if (request.folder && !std::filesystem::is_directory(*request.folder, error))
        return base::usage_error("there is no folder " + base::quoted(*request.folder));
    return request;
}

// What is told of all messages together.
struct Oddities {
    std::size_t mended = 0;  // messages
    std::uint64_t bare_lf = 0;
    std::uint64_t bare_cr = 0;
    std::size_t with_nul = 0;
    std::size_t with_mbox_line = 0;
    std::size_t unaligned = 0;
    std::string author = {};  // of the first that is not aligned

    void add(const mail::MessageReader& message) {
        const auto& counts = message.counts();
        if (counts.bare_lf + counts.bare_cr != 0) ++mended;
        bare_lf += counts.bare_lf;
        bare_cr += counts.bare_cr;
        if (counts.nul != 0) ++with_nul;
        if (message.had_mbox_line()) ++with_mbox_line;
    }
    void compare_author(const mail::MessageReader& message, const dkim::Signer& signer) {
        const auto domain = app::author_domain(message.header());
        if (!domain) return;
        for (const auto& key : signer.keys())
            if (app::shares_organization(key.domain, *domain)) return;
        if (++unaligned == 1) author = domain->ascii();
    }
};

std::string in_messages(std::size_t count, std::size_t all) {
    if (all == 1) return {};
    return fmt::format(" in {} of {} messages", count, all);
}

void tell(Console& console, const Oddities& oddities, std::size_t all) {
    if (oddities.bare_lf != 0)
        console.notice(fmt::format("{} bare LF became CRLF{}: send what was signed, not the file as it was",
                                   oddities.bare_lf, in_messages(oddities.mended, all)));
    if (oddities.bare_cr != 0)
        console.notice(
            fmt::format("{} bare CR became CRLF{}", oddities.bare_cr, in_messages(oddities.mended, all)));
    if (oddities.with_nul != 0)
        console.notice(fmt::format("NUL octets stay{}: servers that take them out break the signature",
                                   in_messages(oddities.with_nul, all)));
    if (oddities.unaligned != 0)
        console.notice(
            fmt::format("From is at {}, of another organization than the key{}: DMARC does not take this "
                        "signature for it",
                        oddities.author, in_messages(oddities.unaligned, all)));
    if (oddities.with_mbox_line != 0)
        console.notice(fmt::format("the mbox line \"From ...\" before the header was left out{}",
                                   in_messages(oddities.with_mbox_line, all)));
}

class SignRun {
  public:
    SignRun(Context& context, const Request& request, const dkim::Signer& signer)
        : context_(context), request_(request), signer_(signer), temporary_(context.variable("TMPDIR")) {
        if (temporary_.empty()) temporary_ = "/tmp";
    }

    base::Result<void> sign_all() {
        for (const auto& file : request_.files) {
            auto done = sign_one(file);
            if (done.has_error())
                return std::move(done).error().with_context(
                    "cannot sign " + (file == "-" ? "standard input" : base::quoted(file)));
        }
        return {};
    }
    output::Value::Array take_items() { return std::move(items_); }
    const Oddities& oddities() const { return oddities_; }

  private:
    base::Result<void> sign_one(const std::string& file) {
        TRY(auto input, MessageInput::open(file));
        MessageSigning message(signer_, std::move(input), temporary_,
                               request_.header_only ? Keep::no : Keep::yes);
        const auto now = context_.clock().now();
        TRY_VOID(message.sign(now));
        oddities_.add(message.stream().message());
        oddities_.compare_author(message.stream().message(), signer_);
        if (request_.listing)
            for (std::size_t i = 0; i < message.fields().size(); ++i)
                items_.push_back(
                    signature_item(file, signer_, i, message.stream(), message.fields()[i], now));
        if (request_.folder)
            return store_message(*request_.folder, std::filesystem::path(file).filename().string(), message);
        if (!request_.header_only) return print_message(context_.console(), message);
        if (!request_.listing) print_fields(context_.console(), message.fields());
        return {};
    }

    Context& context_;
    const Request& request_;
    const dkim::Signer& signer_;
    std::string temporary_;
    output::Value::Array items_;
    Oddities oddities_;
};

// Nobody has seen the record of a pending key: what it signs may not verify.
base::Result<void> check_pending(Console& console, const relay::DkimKey& key, bool force) {
    const auto name = app::to_string(key);
    const auto message = name + " is pending: receivers may not find its record yet";
    if (!force)
        return base::Error{.kind = base::ErrorKind::conflict,
                           .message = message,
                           .hint = fmt::format("relayctl dkim activate {}, or --force", name)};
    console.notice("warning: " + message);
    return {};
}

// RFC 8463 section 3: verifiers that do not know the algorithm pass the signature over.
void warn_of_ed25519_alone(Console& console, const std::vector<dkim::SigningKey>& keys) {
    const auto is_rsa = [](const dkim::SigningKey& key) {
        return key.key.public_key().kind() == crypto::KeyKind::rsa;
    };
    if (keys.empty() || std::any_of(keys.begin(), keys.end(), is_rsa)) return;
    console.notice(
        "warning: Ed25519 alone, which many receivers do not know: to them the message is unsigned");
    console.notice(
        fmt::format("  hint: --dual, beside an RSA key (relayctl dkim generate {} --algorithm rsa)",
                    keys.front().domain.ascii()));
}

base::Result<ExitCode> run_sign(Context& context, const Arguments& arguments) {
    TRY(const auto request, read_request(arguments));
    TRY(auto options_read, read_options(arguments));
    TRY(const auto store, context.open_store(arguments));
    const auto dual = arguments.flag("--dual") ? app::Dual::yes : app::Dual::no;
    TRY(auto keys,
        app::load_signing_keys(*store, arguments.values("--selector"), dual, context.clock().now()));
    for (const auto& key : keys.pending) {
        TRY_VOID(check_pending(context.console(), key, arguments.flag("--force")));
    }
    warn_of_ed25519_alone(context.console(), keys.keys);
    TRY(const auto signer, dkim::Signer::create(std::move(keys.keys), std::move(options_read)));
    SignRun work(context, request, signer);
    const auto done = work.sign_all();
    tell(context.console(), work.oddities(), request.files.size());
    if (done.has_error()) return done.error();
    if (request.listing)
        TRY_VOID(print_listing(
            context, arguments,
            {.schema = "relayctl.dkim.sign/1", .columns = signature_columns(), .items = work.take_items()}));
    return ExitCode::done;
}

}  // namespace

const Command dkim_sign_command = {
    .path = "dkim sign",
    .heading = "DKIM",
    .summary = "sign messages",
    .description =
        "The signed message is printed with its DKIM-Signature fields before it, its lines ended by CRLF, as "
        "it must "
        "be sent. The header fields a reader sees, those of MIME and those of lists are signed; From, "
        "Reply-To, To, "
        "Cc, Subject, Date, Message-ID and those of MIME once more than they are there, so that none can be "
        "added. "
        "FILE - is standard input. A message of any size takes a few megabytes of memory; one that comes "
        "through a "
        "pipe is kept in a file without a name in $TMPDIR until its signature is known. A message that "
        "cannot "
        "be read, or that nobody should sign (no From, or two), gives exit code 2.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group,
    .columns = signature_columns(),
    .run = run_sign,
};

}  // namespace cli
