#include "app/probe_findings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/probe_certificate.hpp"
#include "app/probe_remedy.hpp"
#include "app/probe_summary.hpp"
#include "app/probe_verdict.hpp"
#include "base/special_network.hpp"
#include "base/text.hpp"
#include "smtp/diagnosis.hpp"

namespace app {

namespace {

using relay::Security;

constexpr Milliseconds slow_greeting{5000};

// What the reply that refused says, by its words when they are known ones.
std::string_view refusal_id(const Combination& cell, smtp::Stage stage, std::string_view otherwise) {
    const auto reply = smtp::read_reply_text(cell.observed);
    return reply ? smtp::diagnose(*reply, stage) : otherwise;
}

std::string_view or_else(std::string_view id, std::string_view otherwise) {
    return id.empty() ? otherwise : id;
}

// The finding of a problem that belongs to one combination alone; empty for those that have none.
std::string_view finding_id(const Combination& cell) {
    switch (cell.problem) {
        case Problem::none:
        case Problem::skipped:
        case Problem::interrupted:
        case Problem::no_address:  // see address_finding()
        case Problem::no_dns_answer:
        case Problem::certificate:  // see probe_certificate.cpp
            return {};
        case Problem::closed:
            return "smtp-port-closed";
        case Problem::connect_timeout:
            return "smtp-port-filtered";
        case Problem::no_route:
            return "smtp-no-route";
        case Problem::connect_failed:
            return "smtp-connect-failed";
        case Problem::no_greeting:
            return "smtp-no-greeting";
        case Problem::implicit_tls_port:
            return "smtp-implicit-tls-port";
        case Problem::plain_port:
            return "smtp-plain-port";
        case Problem::closed_early:
            return or_else(tls_failure_id(cell), "smtp-closed-early");
        case Problem::greeting_refused:
            return or_else(tls_failure_id(cell),
                           refusal_id(cell, smtp::Stage::greeting, "smtp-greeting-rejected"));
        case Problem::not_smtp:
            return "smtp-not-smtp";
        case Problem::line_too_long:
            return "smtp-line-too-long";
        case Problem::reply_too_long:
            return "smtp-reply-too-long";
        case Problem::ehlo_refused:
            return or_else(tls_failure_id(cell), refusal_id(cell, smtp::Stage::ehlo, "smtp-ehlo-refused"));
        case Problem::starttls_missing:
            return "smtp-starttls-missing";
        case Problem::starttls_refused:
            return refusal_id(cell, smtp::Stage::starttls, "smtp-starttls-refused");
        case Problem::data_before_tls:
            return "smtp-data-before-tls";
        case Problem::handshake_failed:
            return tls_failure_id(cell);
        case Problem::handshake_timeout:
            return "tls-handshake-timeout";
        case Problem::connection_lost:
            return or_else(tls_failure_id(cell), "smtp-connection-lost");
        case Problem::reply_timeout:
            return "smtp-reply-timeout";
    }
    return {};
}

// A firewall that inspects SMTP overwrites what it does not like: "220 *****", "250-XXXXXXXA".
bool looks_rewritten(const Combination& cell) {
    if (cell.greeting.find("***") != std::string::npos) return true;
    if (!cell.before_tls) return false;
    const auto& keywords = cell.before_tls->keywords;
    return std::any_of(keywords.begin(), keywords.end(),
                       [](const smtp::Keyword& keyword) { return keyword.name.starts_with("XXXX"); });
}

bool reveals_password(const std::string& mechanism) {
    return mechanism == "PLAIN" || mechanism == "LOGIN" || mechanism == "XOAUTH2" ||
           mechanism == "OAUTHBEARER";
}

// What a server offered in clear and takes back inside TLS, of what a message or a login may need.
std::string lost_inside_tls(const Combination& cell) {
    std::vector<std::string> lost;
    for (const auto* keyword : {"AUTH", "SIZE", "8BITMIME", "SMTPUTF8", "DSN"})
        if (cell.before_tls->has(keyword) && !cell.after_tls->has(keyword)) lost.emplace_back(keyword);
    return base::join(lost, " ");
}

class Collector {
  public:
    Collector(const ProbeReport& report, base::Time now) : report_(report), now_(now) {
        const auto told = told_combination(report);
        if (told) order_.push_back(&report.combinations[*told]);
        for (std::size_t i = 0; i < report.combinations.size(); ++i)
            if (i != told) order_.push_back(&report.combinations[i]);
    }

    std::vector<finding::Finding> collect() {
        if (report_.configured) problem_of(report_.combinations[*report_.configured]);
        if (!report_.configured && report_.verdict != finding::Verdict::good) problems_of_all();
        for (const auto* cell : order_)
            facts_of(*cell);
        port_25();
        implicit_tls_too();
        in_clear_where_tls_is_offered();
        rewritten_elsewhere();
        address_of_its_own();
        few_connections();
        return std::move(findings_);
    }

  private:
    // What several combinations of a port have in common is told once; a fact about the server, which is
    // often the same on all its ports, once at all.
    enum class Once { a_port, a_server };

    void add(finding::Finding finding, Once once) {
        const bool known = std::any_of(findings_.begin(), findings_.end(), [&](const auto& other) {
            return other.id == finding.id && (other.subject == finding.subject ||
                                              (once == Once::a_server && other.observed == finding.observed));
        });
        if (!known) findings_.push_back(std::move(finding));
    }

    void add_problem(std::string_view id, const Combination& cell, std::string observed,
                     std::string remedy = {}) {
        add(finding::make(id, subject_of(report_, cell), std::move(observed), std::move(remedy)),
            Once::a_port);
    }

    bool has(std::string_view id) const {
        return std::any_of(findings_.begin(), findings_.end(),
                           [&](const finding::Finding& finding) { return finding.id == id; });
    }

    void add_fact(std::string_view id, const Combination& cell, std::string observed) {
        add(finding::make(id, subject_of(report_, cell), std::move(observed)), Once::a_server);
    }

    void problem_of(const Combination& cell) {
        const std::string_view id = finding_id(cell);
        if (id.empty()) return;
        if (cell.problem == Problem::starttls_missing && looks_rewritten(cell)) {
            add_problem("smtp-starttls-rewritten", cell, rewritten_text(cell));
            return;
        }
        // It is the server that is so, on whatever port.
        if ((id == "tls-client-certificate" || id == "tls-version-too-old") && has(id)) return;
        add_problem(id, cell, observed_of(cell), remedy_for(report_, cell));
    }

    // One sentence in place of one a port.
    bool nothing_answers() {
        const auto& all = report_.combinations;
        const bool silent = !all.empty() && std::all_of(all.begin(), all.end(), [](const Combination& cell) {
            return cell.problem == Problem::connect_timeout;
        });
        if (!silent || all.front().endpoint.port == all.back().endpoint.port) return false;
        std::string ports;
        for (const auto& cell : all) {
            const std::string port = std::to_string(cell.endpoint.port);
            if (!ports.ends_with(port)) ports += (ports.empty() ? "" : ", ") + port;
        }
        add_problem("smtp-host-silent", all.front(), "no answer on ports " + ports);
        return true;
    }

    void problems_of_all() {
        if (nothing_answers()) return;
        for (const auto* cell : order_) {
            // That a port speaks one way and not the other is a fault only when it speaks in no way at all.
            const bool wrong_mode =
                cell->problem == Problem::implicit_tls_port || cell->problem == Problem::plain_port;
            const bool other_mode_speaks =
                std::any_of(report_.combinations.begin(), report_.combinations.end(), [&](const auto& other) {
                    return other.endpoint.port == cell->endpoint.port && other.endpoint != cell->endpoint;
                });
            if (!wrong_mode || !other_mode_speaks) problem_of(*cell);
        }
        const auto in_clear =
            std::find_if(report_.combinations.begin(), report_.combinations.end(),
                         [](const Combination& cell) { return cell.verdict == finding::Verdict::good; });
        const bool has_tls = std::any_of(report_.combinations.begin(), report_.combinations.end(),
                                         [](const Combination& cell) { return cell.tls.has_value(); });
        if (in_clear != report_.combinations.end() && !has_tls && !has("tls-version-too-old"))
            add_problem("smtp-no-tls", *in_clear,
                        fmt::format("port {} works with security none only", in_clear->endpoint.port));
    }

    // What is so whatever was asked of the server.
    void facts_of(const Combination& cell) {
        if (cell.problem == Problem::data_before_tls) problem_of(cell);
        if (cell.tls) add_certificate_findings(cell);
        if (cell.times.greeting && *cell.times.greeting >= slow_greeting)
            add_fact("smtp-greeting-slow", cell,
                     fmt::format("the greeting took {} ms", cell.times.greeting->count()));
        if (cell.odd_replies) add_fact("smtp-odd-replies", cell, cell.greeting);
        if (cell.before_tls) auth_in_clear(cell);
        if (cell.before_tls && !cell.before_tls->extended) add_fact("smtp-no-ehlo", cell, cell.greeting);
        if (cell.before_tls && cell.after_tls)
            if (const auto lost = lost_inside_tls(cell); !lost.empty())
                add_fact("smtp-keywords-lost-in-tls", cell, lost + " before TLS and not inside");
        for (const auto* capabilities : {&cell.before_tls, &cell.after_tls})
            if (*capabilities && (*capabilities)->size_unreadable) add_fact("smtp-size-unreadable", cell, "");
    }

    void add_certificate_findings(const Combination& cell) {
        for (auto& finding : certificate_findings(report_, cell, now_))
            add(std::move(finding), Once::a_server);
    }

    void auth_in_clear(const Combination& cell) {
        const auto& auth = cell.before_tls->auth;
        if (std::any_of(auth.begin(), auth.end(), reveals_password)) {
            add_fact("smtp-auth-in-clear", cell, "AUTH " + base::join(auth, " ") + " before TLS");
        } else if (auth.empty() && cell.after_tls && !cell.after_tls->auth.empty()) {
            add_fact("smtp-auth-only-after-tls", cell,
                     "none before TLS; after TLS: " + base::join(cell.after_tls->auth, " "));
        }
    }

    void port_25() {
        const auto connected = [](const Combination& cell) { return cell.times.connect.has_value(); };
        const auto& all = report_.combinations;
        if (std::none_of(all.begin(), all.end(), connected)) return;
        for (const auto& cell : all) {
            if (cell.endpoint.port != 25 || cell.problem != Problem::connect_timeout) continue;
            const auto open = std::find_if(all.begin(), all.end(), connected);
            add_fact("smtp-port-25-blocked", cell,
                     fmt::format("no answer on port 25, port {} is open", open->endpoint.port));
            return;
        }
    }

    void implicit_tls_too() {
        if (!report_.configured) return;
        const auto& cell = report_.combinations[*report_.configured];
        if (cell.endpoint.security != Security::tls || cell.verdict != finding::Verdict::good) return;
        for (const auto& other : report_.combinations) {
            if (other.endpoint.security != Security::ssl || other.outcome != Outcome::ok) continue;
            add_problem("smtp-implicit-tls-preferred", cell,
                        fmt::format("port {} works with ssl", other.endpoint.port),
                        change_to(report_, cell.endpoint, other.endpoint));
            return;
        }
    }

    void in_clear_where_tls_is_offered() {
        if (!report_.configured || cannot_send_login(report_)) return;
        const auto& cell = report_.combinations[*report_.configured];
        if (cell.endpoint.security != Security::none || cell.verdict != finding::Verdict::good) return;
        if (!cell.before_tls || !cell.before_tls->has("STARTTLS")) return;
        const auto better = better_endpoint(report_, cell.endpoint);
        const ProbeEndpoint same_port{.port = cell.endpoint.port, .security = Security::tls};
        add_problem("smtp-clear-text-endpoint", cell,
                    "STARTTLS is offered, and security none does not use it",
                    change_to(report_, cell.endpoint, better.value_or(same_port)));
    }

    // Where it hides no STARTTLS from anybody who asked for it, it is still worth knowing.
    void rewritten_elsewhere() {
        for (const auto& cell : report_.combinations) {
            if (!has("smtp-starttls-rewritten") && looks_rewritten(cell))
                add_fact("smtp-dialogue-rewritten", cell, rewritten_text(cell));
        }
    }

    // A name of the public DNS that leads to this machine or to a private network. Quiet where all is well.
    void address_of_its_own() {
        const auto name = report_.target.host.name();
        if (!name || !report_.address || report_.verdict == finding::Verdict::good) return;
        if (!is_public_name(*name)) return;
        const auto use = base::special_use(*report_.address);
        if (use.empty()) return;
        findings_.push_back(
            finding::make("smtp-address-not-public", name->ascii(),
                          fmt::format("{} is {} ({})", name->ascii(), report_.address->to_string(), use)));
    }

    void few_connections() {
        const auto& all = report_.combinations;
        const auto turned_away = [](const Combination& cell) { return !cell.turned_away.empty(); };
        const auto first = std::find_if(all.begin(), all.end(), turned_away);
        if (first == all.end()) return;
        add_fact(
            "smtp-connections-limited", *first,
            fmt::format("{} of {} connections at once were turned away and made again one at a time: {}",
                        std::count_if(all.begin(), all.end(), turned_away), all.size(), first->turned_away));
    }

    static std::string rewritten_text(const Combination& cell) {
        std::string text = cell.greeting;
        if (cell.before_tls)
            for (const auto& keyword : cell.before_tls->keywords)
                text += " / " + keyword.name;
        return text;
    }

    const ProbeReport& report_;
    base::Time now_;
    std::vector<const Combination*> order_;  // the one that is told of before the others
    std::vector<finding::Finding> findings_;
};

}  // namespace

std::vector<finding::Finding> probe_findings(const ProbeReport& report, base::Time now) {
    return Collector(report, now).collect();
}

finding::Finding address_finding(const ProbeReport& report, const Resolution& resolution) {
    const auto id = resolution.failed ? "smtp-address-unknown" : "smtp-address-missing";
    return finding::make(id, report.target.host.to_string(), resolution.detail,
                         resolution.failed ? "" : right_name(report));
}

}  // namespace app
