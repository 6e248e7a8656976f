#include "app/probe_again.hpp"

#include <algorithm>
#include <utility>

#include "app/probe_certificate.hpp"
#include "app/probe_wait.hpp"
#include "net/run_each.hpp"
#include "smtp/diagnosis.hpp"

namespace app {

namespace {

using relay::Security;

constexpr int service_closing = 421;
constexpr Milliseconds first_pause{100};  // until the server has seen that the others are gone
constexpr Milliseconds long_pause{1000};

bool says_so(const Combination& cell, const std::vector<Combination>& all) {
    if (wants_client_certificate(cell)) return false;  // Postfix says it with a 421
    if (cell.reply_code != 0) {
        const auto reply = smtp::read_reply_text(cell.observed);
        if (reply && smtp::diagnose(*reply, smtp::Stage::greeting) == "smtp-too-many-connections")
            return true;
        // Without a reason it is one only where somebody else was served (RFC 5321 section 3.8).
        return cell.reply_code == service_closing &&
               std::any_of(all.begin(), all.end(), [](const Combination& other) {
                   return other.before_tls.has_value() || other.after_tls.has_value();
               });
    }
    // Some say it in clear on a port for TLS, before the handshake.
    return cell.problem == Problem::plain_port && cell.observed.find("\"421") != std::string::npos;
}

bool was_dropped(const Combination& cell) {
    const auto says = [&](std::string_view words) { return cell.observed.find(words) != std::string::npos; };
    if (cell.problem == Problem::handshake_failed && (says("closed") || says("reset"))) return true;
    return cell.problem == Problem::closed || cell.problem == Problem::closed_early ||
           cell.problem == Problem::connection_lost;
}

// A port that is spoken to in the wrong way ends the connection too.
bool speaks_otherwise(const Combination& cell, const Combination& sibling) {
    return cell.endpoint.security == Security::ssl
               ? !sibling.greeting.empty()
               : sibling.endpoint.security == Security::ssl && sibling.tls;
}

}  // namespace

bool was_turned_away(const Combination& cell, const std::vector<Combination>& all) {
    if (all.size() < 2) return false;
    if (says_so(cell, all)) return true;
    if (!was_dropped(cell)) return false;
    bool others_were_open = false;
    for (const auto& other : all) {
        if (other.endpoint.port != cell.endpoint.port || other.endpoint == cell.endpoint) continue;
        if (cell.problem != Problem::closed && speaks_otherwise(cell, other)) return false;
        others_were_open = others_were_open || (other.times.connect && !was_dropped(other));
    }
    return others_were_open;
}

net::Task<void> try_again_alone(ProbeRun& run, std::vector<Combination>& cells,
                                std::optional<std::size_t> configured) {
    std::vector<std::size_t> turned_away;
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (was_turned_away(cells[i], cells)) turned_away.push_back(i);
    // What decides comes first; then TLS from the first byte, which explains the silence of a port to others.
    std::stable_sort(turned_away.begin(), turned_away.end(), [&](std::size_t a, std::size_t b) {
        const auto rank = [&](std::size_t i) {
            return i == configured ? 0 : cells[i].endpoint.security == Security::ssl ? 1 : 2;
        };
        return rank(a) < rank(b);
    });
    auto pause = first_pause;
    for (const auto i : turned_away) {
        Combination again;
        for (bool goes_on = true; goes_on;) {
            const auto now = std::chrono::steady_clock::now();
            if (now + pause >= run.latest) co_return;
            const bool waited = co_await pause_until(now + pause);
            if (!waited) co_return;
            again = Combination{.endpoint = cells[i].endpoint};
            co_await probe_combination(run, again, i == configured ? Patience::patient : Patience::usual);
            const bool cancelled = co_await net::is_cancelled();
            if (cancelled) co_return;
            // Once a longer pause; a server to which that makes no difference counts something else.
            goes_on = was_turned_away(again, cells) && std::exchange(pause, long_pause) == first_pause;
        }
        if (was_turned_away(again, cells)) co_return;
        pause = first_pause;
        again.turned_away = cells[i].observed;
        cells[i] = std::move(again);
    }
}

}  // namespace app
