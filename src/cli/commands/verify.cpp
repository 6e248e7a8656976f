#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "app/relay_address.hpp"
#include "app/relay_mail.hpp"
#include "app/relays.hpp"
#include "app/verify_domain.hpp"
#include "base/domain_name.hpp"
#include "base/text.hpp"
#include "cli/ca_file.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/verify_many.hpp"
#include "cli/verdict.hpp"
#include "cli/views/verify_view.hpp"
#include "dkim/lookup.hpp"
#include "net/run.hpp"

namespace cli {

namespace {

constexpr auto check_names = [] {
    std::array<std::string_view, app::check_words.size()> names;
    std::transform(app::check_words.begin(), app::check_words.end(), names.begin(),
                   [](const app::CheckWord& check) { return check.word; });
    return names;
}();

constexpr Example examples[] = {
    {"verify example.com", "the records, and what is wrong with them"},
    {"verify example.com --ip 192.0.2.10", "what SPF says of mail from this address"},
    {"verify example.com --selector s202611 --only dkim", ""},
    {"verify --relay news",
     "each domain of the relay, from the relay's address, with its selector: does its mail pass DMARC?"},
    {"verify - -o jsonl --resume done.txt <domains.txt >>results.jsonl",
     "many domains, one a line; a TAB and selectors may follow"},
};
constexpr Option options[] = {
    {.name = "--ip", .value = "ADDRESS", .help = "evaluate SPF for mail from this address"},
    {.name = "--selector",
     .value = "SELECTOR",
     .help = "check this DKIM selector, repeatable (default: the store's keys of the domain)",
     .completion = Completion::selector,
     .repeat = Repeat::yes},
    {.name = "--relay",
     .value = "NAME",
     .help = "mail through this relay: its domains, its selector, its address (or --ip)",
     .completion = Completion::relay},
    {.name = "--mail-from",
     .value = "SENDER",
     .help =
         "the envelope sender, for SPF macros (default postmaster at the domain); the record is DOMAIN's"},
    {.name = "--helo",
     .value = "NAME",
     .help = "the name given in HELO, for SPF macros (default the domain)"},
    {.name = "--only",
     .value = "CHECKS",
     .help = "spf, dkim, dmarc, mx, mta-sts, tls-rpt, dane, with commas (default spf,dkim,dmarc)",
     .completion = Completion::words,
     .words = check_names,
     .commas = Commas::yes},
    {.name = "--psl",
     .help = "dmarc: also what receivers of RFC 7489 find, which ask the public suffix list"},
    {.name = "--trust-ad",
     .help = "believe the DNS server that DNSSEC validated (default: only a server on this machine)"},
    {.name = "--ca-file",
     .value = "FILE",
     .help = "mta-sts: the certificates that the policy's server is checked against (default the system's)",
     .completion = Completion::file},
    verify_many_options[0],
    verify_many_options[1],
    verify_many_options[2],
    verify_many_options[3],
    verify_many_options[4],
};
constexpr Argument arguments_taken[] = {
    {.name = "DOMAIN", .minimum = 0, .maximum = unlimited, .completion = Completion::domain}};

base::Result<void> read_checks(const Arguments& arguments, app::Checks& checks) {
    const auto only = arguments.value("--only");
    if (!only) return {};
    checks = app::no_checks;
    for (const auto piece : base::split(*only, ',')) {
        const auto word = base::lower(base::trim(piece));
        const auto found = std::find_if(app::check_words.begin(), app::check_words.end(),
                                        [&](const app::CheckWord& check) { return check.word == word; });
        if (found == app::check_words.end()) {
            const std::vector<std::string> known(check_names.begin(), check_names.end());
            return base::usage_error(
                fmt::format("no such check: {}: they are {}", base::quoted(piece), base::join(known, ", ")));
        }
        checks.*found->wanted = true;
    }
    return {};
}

// An option whose check is left out would do nothing.
base::Result<void> check_effects(const Arguments& arguments, const app::Checks& checks) {
    struct Effect {
        std::string_view option;
        std::string_view check;
        bool is_wanted;
    };
    const bool address = checks.spf || checks.mx;
    const Effect effects[] = {{"--ip", "spf", address},         {"--mail-from", "spf", checks.spf},
                              {"--helo", "spf", address},       {"--selector", "dkim", checks.dkim},
                              {"--psl", "dmarc", checks.dmarc}, {"--ca-file", "mta-sts", checks.mta_sts}};
    for (const auto& effect : effects) {
        const bool is_given = effect.option == "--psl" ? arguments.flag(effect.option)
                                                       : !arguments.values(effect.option).empty();
        if (is_given && !effect.is_wanted)
            return base::usage_error(
                fmt::format("{} is for {}, which is not checked", effect.option, effect.check),
                fmt::format("--only {} checks it", effect.check));
    }
    return {};
}

// Receivers see such names, and SPF has an answer for them (RFC 7208 section 2.3).
void tell_odd_helo(Console& console, std::string_view helo) {
    const bool is_literal = helo.starts_with('[') && helo.ends_with(']');
    if (!helo.empty() && !is_literal && base::DomainName::parse(helo, 1).has_error())
        console.notice(fmt::format("--helo {} is no domain name; SPF takes it as it is", base::quoted(helo)));
}

// What all the domains have in common.
base::Result<app::VerifyRequest> read_request(const Arguments& arguments) {
    app::VerifyRequest request;
    TRY_VOID(read_checks(arguments, request.checks));
    TRY_VOID(check_effects(arguments, request.checks));
    request.dkim_required = arguments.value("--only").has_value();
    if (const auto text = arguments.value("--ip")) {
        TRY(request.ip, base::IpAddress::parse(*text));
    }
    request.selectors = arguments.values("--selector");
    request.psl = arguments.flag("--psl");
    if (const auto file = arguments.value("--ca-file")) {
        TRY(request.ca_file, parse_ca_file(*file));
    }
    request.mail_from = arguments.value("--mail-from");
    request.helo = arguments.value("--helo").value_or("");
    if ((request.mail_from || !request.helo.empty()) && !request.ip && !arguments.value("--relay"))
        return base::usage_error("--mail-from and --helo are for an SPF evaluation", "give --ip ADDRESS too");
    return request;
}

struct Work {
    std::vector<std::string> domains;
    app::VerifyRequest request;
    std::optional<relay::Relay> relay = {};
};

// It may be meant for one of several domains.
base::Result<void> check_selector(std::string_view selector, const std::vector<std::string>& domains) {
    base::Result<void> result;
    for (const auto& text : domains) {
        const auto domain = base::DomainName::parse(text);
        if (domain.has_error()) return {};  // told later, or read from a list
        result = dkim::check_selector(selector, *domain);
        if (result) return {};
    }
    return result;
}

base::Result<Work> read_work(Context& context, const Arguments& arguments) {
    Work work{.domains = arguments.positionals(), .request = {}};
    TRY(work.request, read_request(arguments));
    work.request.now = context.clock().now();
    TRY(work.request.trust_ad, context.trusts_ad(arguments));
    TRY(const auto store, context.open_store(arguments));
    TRY(work.request.keys, app::list_dkim_keys(*store, std::nullopt, work.request.now));
    if (const auto name = arguments.value("--relay")) {
        TRY(work.relay, app::find_relay(*store, *name));
        if (work.domains.empty())
            for (const auto& domain : work.relay->domains)
                if (!domain.is_any()) work.domains.push_back(domain.name()->ascii());
        if (work.domains.empty())
            return base::usage_error(fmt::format("relay {} serves no named domain", *name),
                                     fmt::format("relayctl verify DOMAIN --relay {}", *name));
        if (work.relay->dkim_selector && work.request.selectors.empty())
            work.request.selectors = {*work.relay->dkim_selector};
        // The store's keys do not sign mail through a relay that does not sign.
        if (work.request.selectors.empty()) work.request.checks.dkim = false;
    }
    if (work.domains.empty())
        return base::usage_error("verify needs a domain", "relayctl verify example.com");
    for (const auto& selector : arguments.values("--selector"))
        TRY_VOID(check_selector(selector, work.domains));
    std::set<std::string> seen;
    std::erase_if(work.domains, [&](const std::string& domain) {
        const std::size_t length = domain.size() - (domain.ends_with('.') ? 1 : 0);
        return !seen.insert(base::lower(domain.substr(0, length))).second;
    });
    return work;
}

using Verifications = std::vector<std::optional<app::Verification>>;

net::Task<void> verify_one(dns::Resolver& resolver, app::VerifyRequest request,
                           std::optional<app::Verification>& result) {
    result = co_await app::verify_domain(resolver, std::move(request));
}

net::Task<void> verify_all(dns::Resolver& resolver, const Work& work, Verifications& results) {
    constexpr std::size_t domains_at_once = 8;
    std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) {
        auto request = work.request;
        request.domain = work.domains[i];
        if (work.relay && !request.mail_from) {
            const auto sender = app::envelope_sender(*work.relay, request.domain);
            if (sender)
                request.mail_from = *sender;
            else
                request.ip.reset();
        }
        return verify_one(resolver, std::move(request), results[i]);
    };
    co_await net::for_each(work.domains.size(), domains_at_once, make);
}

base::Result<void> print_results(Context& context, const Arguments& arguments,
                                 const std::vector<VerifyResult>& results) {
    TRY(const auto format, chosen_format(context, context.console(), arguments));
    if (format == Format::table && !arguments.value("--columns")) {
        bool first = true;
        for (const auto& result : results) {
            if (!std::exchange(first, false)) context.console().print("\n");
            context.console().print(verify_text(result, context.console().terminal()));
        }
        return {};
    }
    Listing listing{.schema = "relayctl.verify/1", .columns = verify_columns(), .items = {}};
    const bool whole = wants_objects(format, arguments);
    for (const auto& result : results) {
        if (whole)
            listing.items.push_back(verify_item(result));
        else
            for (auto& row : verify_rows(result))
                listing.items.push_back(std::move(row));
    }
    return print_listing(context, arguments, listing);
}

// The address that the relay's mail is taken to come from, unless one is given.
base::Result<void> choose_ip(dns::Resolver& resolver, const relay::Relay& relay, VerifyResult& common) {
    const auto& known = relay.egress_ips;
    if (!known.empty()) {
        common.ip = *known.begin();
        common.ip_source = app::EgressSource::stored;
        common.ip_note = known.size() == 1
                             ? "the relay's egress address"
                             : fmt::format(
                                   "the first of the relay's {} egress addresses; relayctl predict {} "
                                   "judges them all",
                                   known.size(), relay.name);
        return {};
    }
    TRY(const auto addresses, net::run(app::relay_addresses(resolver, relay.host)));
    // Without an address the record alone is checked; judge_relay_mail() knows that SPF was not.
    if (addresses.found.empty()) return {};
    // The first stands for the egress address.
    common.ip = addresses.found.front();
    common.ip_source = app::EgressSource::relay;
    common.ip_note = "the relay's own address; mail may leave from another: give --ip";
    return {};
}

finding::Verdict judge_mail(const Work& work, VerifyResult& result) {
    const auto& parts = result.verification;
    if (!work.relay || !parts.domain_fault.empty()) return parts.verdict();
    result.mail = app::judge_relay_mail(*work.relay, parts, work.request.keys);
    if (!result.mail->judged) return parts.verdict();
    return parts.dmarc ? finding::worse(parts.dmarc->verdict, result.mail->verdict) : result.mail->verdict;
}

// Who asks for the sender's domain gets the record of the one that is checked (RFC 7208 section 4.1).
void tell_other_sender(Console& console, const Work& work) {
    const std::string_view sender = work.request.mail_from ? *work.request.mail_from : std::string_view();
    const auto at = sender.rfind('@');
    if (at == std::string_view::npos || at + 1 == sender.size()) return;
    for (const auto& domain : work.domains)
        if (!base::equals_ignoring_case(domain, sender.substr(at + 1)))
            console.notice(fmt::format("SPF looks at the record of {}, not at that of {}",
                                       base::printable(domain), base::quoted(sender.substr(at + 1))));
}

base::Result<ExitCode> run_verify(Context& context, const Arguments& arguments) {
    TRY(const bool many, reads_domains(arguments));
    TRY(auto work, read_work(context, arguments));
    const auto fetcher = work.request.checks.mta_sts ? context.make_fetcher() : nullptr;
    work.request.fetcher = fetcher.get();
    tell_odd_helo(context.console(), work.request.helo);
    // A question for each record more, for a fault that nearly no server allows.
    work.request.aliases_beside = !many;
    if (many) return verify_many(context, arguments, std::move(work.request));
    tell_other_sender(context.console(), work);
    TRY(const auto resolver, context.make_resolver(arguments));
    VerifyResult common{.verification = {}, .ip = work.request.ip, .dkim_wanted = work.request.checks.dkim};
    if (work.relay) common.relay = work.relay->name;
    if (work.relay && !common.ip && (work.request.checks.spf || !work.relay->egress_ips.empty()))
        TRY_VOID(choose_ip(*resolver, *work.relay, common));
    work.request.ip = common.ip;
    Verifications found(work.domains.size());
    const auto ended = net::run_to_end(verify_all(*resolver, work, found));
    std::vector<VerifyResult> results;
    WorstVerdict worst;
    for (auto& verification : found) {
        if (!verification) continue;
        auto& result = results.emplace_back(common);
        result.verification = std::move(*verification);
        worst.add(judge_mail(work, result));
    }
    TRY_VOID(print_results(context, arguments, results));
    if (ended.has_error()) return ended.error();
    return worst.exit_code();
}

}  // namespace

const Command verify_command = {
    .path = "verify",
    .heading = "Checks",
    .summary = "check SPF, DKIM, DMARC and mail hosts of domains by DNS",
    .description =
        "With --ip SPF is evaluated as a receiver would (RFC 7208); without, the record is checked. DKIM "
        "keys are compared with the store's. DMARC policy is found by the tree walk of RFC 9989. DKIM "
        "without a "
        "known selector is skipped, unless --only names it: then it could not be checked. Exit code "
        "0: all good; 1: something is wrong; 3: something could not be checked. With --relay it tells "
        "whether the "
        "relay's mail passes DMARC, which one of SPF and DKIM is enough for.\n"
        "With --relay and without --ip SPF is evaluated for the relay's egress address, else for the first "
        "address of its host; the row of SPF and the column ip say which, in JSON ip and ip_source. Mail is "
        "judged by what was asked: where --only leaves out a check that it depends on, MAIL is skip and "
        "counts for nothing.\n"
        "What could not be checked is unchecked; temperror is SPF's own word, for receivers find that too. A "
        "terminal shows the findings that are errors and warnings, as it does of probe; those of severity "
        "info stand in the column findings and in JSON. A pending key of the store is looked at where the "
        "store has no other of the domain, or --selector names it.\n"
        "- alone reads domains from standard input: one a line, a TAB and DKIM selectors with commas behind "
        "it if "
        "wanted; empty lines and lines that begin with # are passed over. Each is printed as soon as it is "
        "done, and "
        "a summary goes to standard error. A journal (--resume) holds for the options it was begun with; a "
        "domain "
        "that could not be checked is finished like any other, with a row that says so.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | dns_group,
    .columns = verify_columns(),
    .run = run_verify,
};

}  // namespace cli
