// What a dialogue said, line by line, for those who want to see it. Secrets never pass.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"

namespace smtp {

enum class Direction : std::uint8_t { sent, received };

// Hears a line without its line end, raw (escape it before a terminal sees it), at most 4096 octets of it.
using Trace = std::function<void(Direction direction, std::string_view line)>;

inline constexpr std::string_view hidden = "***";
// A shorter secret is not looked for: it stands in too many words by chance.
inline constexpr std::size_t min_hidden_octets = 4;

// The text with every occurrence of the secrets replaced by "***". Servers repeat what they do not
// understand.
std::string hide_secrets(std::string text, const std::vector<base::Secret>& secrets);

// Cuts the octets of a dialogue into lines for a Trace.
class Tracer {
  public:
    void set(Trace trace) { trace_ = std::move(trace); }
    void sent(std::string_view line);
    void received(std::string_view octets);  // in any chunking
    void end_received();                     // tells what is left of a line that did not end

    // Until show_all(): these octets are hidden in every line, and so is the payload of each 334, with which
    // a listener could try passwords.
    void hide(std::vector<base::Secret> secrets);
    void show_all();
    bool is_hiding() const { return hides_challenges_; }

  private:
    void tell_received();

    Trace trace_;
    std::string line_;
    std::vector<base::Secret> secrets_;
    bool hides_challenges_ = false;
};

}  // namespace smtp
