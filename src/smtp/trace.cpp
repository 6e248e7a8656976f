#include "smtp/trace.hpp"

#include <algorithm>

namespace smtp {

namespace {

constexpr std::size_t max_traced_octets = 4096;
constexpr std::size_t max_gathered_octets = 16UL * 1024;  // a secret must not hide behind a cut

}  // namespace

std::string hide_secrets(std::string text, const std::vector<base::Secret>& secrets) {
    for (const auto& secret : secrets) {
        const auto octets = secret.reveal();
        if (octets.size() < min_hidden_octets) continue;
        for (std::size_t at = text.find(octets); at != std::string::npos;
             at = text.find(octets, at + hidden.size()))
            text.replace(at, octets.size(), hidden);
    }
    return text;
}

void Tracer::sent(std::string_view line) {
    if (!trace_) return;
    const std::string shown = hide_secrets(std::string(line), secrets_);
    trace_(Direction::sent, std::string_view(shown).substr(0, max_traced_octets));
}

void Tracer::received(std::string_view octets) {
    if (!trace_) return;
    while (!octets.empty()) {
        const std::size_t end = octets.find('\n');
        const auto piece = octets.substr(0, end);
        line_.append(piece.substr(0, max_gathered_octets - std::min(line_.size(), max_gathered_octets)));
        if (end == std::string_view::npos) return;
        octets.remove_prefix(end + 1);
        tell_received();
    }
}

void Tracer::end_received() {
    if (trace_ && !line_.empty()) tell_received();
}

void Tracer::tell_received() {
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();
    std::string line;
    line.swap(line_);
    if (hides_challenges_ && line.compare(0, 3, "334") == 0 && line.size() > 4)
        line.replace(4, line.npos, hidden);
    line = hide_secrets(std::move(line), secrets_);
    trace_(Direction::received, std::string_view(line).substr(0, max_traced_octets));
}

void Tracer::hide(std::vector<base::Secret> secrets) {
    secrets_ = std::move(secrets);
    hides_challenges_ = true;
}

void Tracer::show_all() {
    secrets_.clear();
    hides_challenges_ = false;
}

}  // namespace smtp
