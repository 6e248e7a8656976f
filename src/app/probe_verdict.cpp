#include "app/probe_verdict.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/probe_certificate.hpp"

namespace app {

namespace {

using relay::Security;

bool spoke_in_clear(const Combination& cell) {
    return cell.endpoint.security != Security::ssl &&
           (!cell.greeting.empty() || cell.problem == Problem::not_smtp ||
            cell.problem == Problem::line_too_long || cell.problem == Problem::reply_too_long);
}

bool spoke_tls_at_once(const Combination& cell) {
    return cell.endpoint.security == Security::ssl && cell.tls.has_value();
}

void explain_by_the_port(Combination& cell, const std::vector<Combination>& all) {
    const auto port_has = [&](auto predicate) {
        return std::any_of(all.begin(), all.end(), [&](const Combination& other) {
            return other.endpoint.port == cell.endpoint.port && predicate(other);
        });
    };
    if (cell.endpoint.security == Security::ssl) {
        const bool no_handshake =
            cell.problem == Problem::handshake_failed || cell.problem == Problem::handshake_timeout;
        if (no_handshake && port_has(spoke_in_clear)) cell.problem = Problem::plain_port;
    } else {
        const bool no_greeting =
            cell.problem == Problem::no_greeting || cell.problem == Problem::closed_early;
        if (no_greeting && port_has(spoke_tls_at_once)) cell.problem = Problem::implicit_tls_port;
    }
}

std::string certificate_reason(net::CertificateStatus status) {
    return fmt::format("certificate {}", net::to_string(status));
}

std::string reason_of(const Combination& cell) {
    if (wants_client_certificate(cell)) return "client certificate wanted";
    switch (cell.problem) {
        case Problem::none:
            return {};
        case Problem::skipped:
            return "not tried";
        case Problem::no_address:
            return "no address";
        case Problem::no_dns_answer:
            return "no answer from DNS";
        case Problem::interrupted:
            return "interrupted";
        case Problem::closed:
            return "connection refused";
        case Problem::connect_timeout:
            return "no answer";
        case Problem::no_route:
            return "no route";
        case Problem::connect_failed:
            return "cannot connect";
        case Problem::no_greeting:
        case Problem::implicit_tls_port:
            return "no banner";
        case Problem::plain_port:
            return "not a TLS server";
        case Problem::closed_early:
            return "closed without a word";
        case Problem::greeting_refused:
            return fmt::format("greeting {}", cell.reply_code);
        case Problem::not_smtp:
            return "not SMTP";
        case Problem::line_too_long:
            return "line too long";
        case Problem::reply_too_long:
            return "reply too long";
        case Problem::ehlo_refused:
            return fmt::format("EHLO refused {}", cell.reply_code);
        case Problem::starttls_missing:
            return "no STARTTLS";
        case Problem::starttls_refused:
            return fmt::format("STARTTLS refused {}", cell.reply_code);
        case Problem::data_before_tls:
            return "data before TLS";
        case Problem::handshake_failed:
            return "TLS handshake failed";
        case Problem::handshake_timeout:
            return "no TLS handshake";
        case Problem::certificate:
            return certificate_reason(cell.tls ? cell.tls->status : net::CertificateStatus::other);
        case Problem::connection_lost:
            return "connection lost";
        case Problem::reply_timeout:
            return "no reply";
    }
    return {};
}

Outcome outcome_of(const Combination& cell, relay::Verification verification) {
    switch (cell.problem) {
        case Problem::none:
            return cell.tls && verification == relay::Verification::off ? Outcome::unverified : Outcome::ok;
        case Problem::skipped:
        case Problem::interrupted:
        case Problem::no_dns_answer:
            return Outcome::skip;
        case Problem::closed:
            return Outcome::closed;
        case Problem::connect_timeout:
        case Problem::no_greeting:
        case Problem::handshake_timeout:
        case Problem::reply_timeout:
            return Outcome::timeout;
        case Problem::no_address:
        case Problem::no_route:
        case Problem::connect_failed:
        case Problem::implicit_tls_port:
        case Problem::plain_port:
        case Problem::closed_early:
        case Problem::greeting_refused:
        case Problem::not_smtp:
        case Problem::line_too_long:
        case Problem::reply_too_long:
        case Problem::ehlo_refused:
        case Problem::starttls_missing:
        case Problem::starttls_refused:
        case Problem::data_before_tls:
        case Problem::handshake_failed:
        case Problem::certificate:
        case Problem::connection_lost:
            return Outcome::fail;
    }
    return Outcome::fail;
}

// A 4xx is "not now", which is no answer.
finding::Verdict verdict_of(const Combination& cell, relay::Verification verification) {
    // Postfix says it with a 421, and it will not pass by itself.
    if (wants_client_certificate(cell)) return finding::Verdict::bad;
    // What came after TLS does not make a bad certificate uncertain.
    if (cell.tls && cell.tls->status != net::CertificateStatus::ok && verification == relay::Verification::on)
        return finding::Verdict::bad;
    switch (cell.problem) {
        case Problem::none:
            return finding::Verdict::good;
        case Problem::skipped:
        case Problem::interrupted:
        case Problem::no_dns_answer:
        case Problem::connect_timeout:
        case Problem::no_route:
        case Problem::connect_failed:
        case Problem::no_greeting:
        case Problem::handshake_timeout:
        case Problem::reply_timeout:
            return finding::Verdict::unchecked;
        case Problem::greeting_refused:
        case Problem::ehlo_refused:
        case Problem::starttls_refused:
            return cell.reply_code / 100 == 4 ? finding::Verdict::unchecked : finding::Verdict::bad;
        case Problem::no_address:
        case Problem::closed:
        case Problem::implicit_tls_port:
        case Problem::plain_port:
        case Problem::closed_early:
        case Problem::not_smtp:
        case Problem::line_too_long:
        case Problem::reply_too_long:
        case Problem::starttls_missing:
        case Problem::data_before_tls:
        case Problem::handshake_failed:
        case Problem::certificate:
        case Problem::connection_lost:
            return finding::Verdict::bad;
    }
    return finding::Verdict::bad;
}

}  // namespace

void judge_combinations(std::vector<Combination>& combinations, relay::Verification verification) {
    for (auto& cell : combinations) {
        explain_by_the_port(cell, combinations);
        cell.reason = reason_of(cell);
        cell.outcome = outcome_of(cell, verification);
        cell.verdict = verdict_of(cell, verification);
    }
}

bool cannot_send_login(const ProbeReport& report) {
    const auto& target = report.target;
    return !target.user.empty() && !target.dialogue_is_tried && target.own &&
           target.configured == target.own && target.own->security == Security::none;
}

std::string_view no_way_in(const std::vector<Combination>& combinations) {
    const bool works_in_clear = std::any_of(combinations.begin(), combinations.end(), [](const auto& cell) {
        return cell.verdict == finding::Verdict::good;
    });
    return works_in_clear ? "no way in with TLS works" : "no way in works";
}

finding::Verdict overall_verdict(const ProbeReport& report) {
    if (report.configured) {
        const auto verdict = report.combinations[*report.configured].verdict;
        const bool works = verdict == finding::Verdict::good;
        return works && cannot_send_login(report) ? finding::Verdict::bad : verdict;
    }
    const auto& all = report.combinations;
    const auto has_tls = [](const Combination& cell) { return cell.endpoint.security != Security::none; };
    const bool tls_was_asked_for = std::any_of(all.begin(), all.end(), has_tls);
    bool unchecked = false;
    for (const auto& cell : all) {
        if (cell.verdict == finding::Verdict::good && (has_tls(cell) || !tls_was_asked_for))
            return finding::Verdict::good;
        unchecked = unchecked || cell.verdict == finding::Verdict::unchecked;
    }
    return unchecked ? finding::Verdict::unchecked : finding::Verdict::bad;
}

}  // namespace app
