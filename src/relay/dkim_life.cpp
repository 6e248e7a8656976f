#include "relay/dkim_life.hpp"

#include "base/text.hpp"

namespace relay {

std::string_view to_string(DkimState state) {
    switch (state) {
        case DkimState::pending:
            return "pending";
        case DkimState::active:
            return "active";
        case DkimState::retiring:
            return "retiring";
        case DkimState::retired:
            return "retired";
        case DkimState::revoked:
            return "revoked";
    }
    return "?";
}

base::Result<DkimState> parse_dkim_state(std::string_view text) {
    for (const auto state : all_dkim_states)
        if (to_string(state) == text) return state;
    return base::usage_error("not the state of a DKIM key: " + base::quoted(text));
}

std::optional<DkimState> next_state(DkimState state, DkimEvent event) {
    switch (event) {
        case DkimEvent::activate:
            // The record of a retired or revoked key is gone, or may go at any moment.
            if (!may_sign(state)) return std::nullopt;
            return DkimState::active;
        case DkimEvent::retire:
            if (state != DkimState::active && state != DkimState::retiring) return std::nullopt;
            return DkimState::retiring;
        case DkimEvent::revoke:
            return DkimState::revoked;
    }
    return std::nullopt;
}

DkimState state_at(const DkimLife& life, base::Time now) {
    const bool ended = life.state == DkimState::retiring && life.retires_at && now >= *life.retires_at;
    return ended ? DkimState::retired : life.state;
}

bool may_sign(DkimState state) {
    return state != DkimState::retired && state != DkimState::revoked;
}

}  // namespace relay
