// A Resolver before another: one TXT record as it would be, everything else as it is.
#pragma once

#include <string>
#include <string_view>

#include "dns/resolver.hpp"

namespace dns {

class Overlay final : public Resolver {
  public:
    // `text` stands at `name` beside the TXT records there that `is_replaced` is false for. `below` outlives
    // it.
    Overlay(Resolver& below, Name name, std::string text, bool (*is_replaced)(std::string_view text))
        : below_(below), name_(std::move(name)), text_(std::move(text)), is_replaced_(is_replaced) {}

    net::Task<Answer> query(Question question) override;

  private:
    Resolver& below_;
    Name name_;
    std::string text_;
    bool (*is_replaced_)(std::string_view text);
};

}  // namespace dns
