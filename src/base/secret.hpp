// A password or private key: wiped when it goes, cannot be formatted or compared by accident.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace base {

class Secret {
  public:
    Secret() = default;
    explicit Secret(const std::string& value) : value_(value) {}
    // Wipes what a move leaves behind: a short string is copied by it.
    explicit Secret(std::string&& value) : value_(std::move(value)) { wipe(value); }
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { wipe(other.value_); }
    Secret& operator=(const Secret& other) {
        if (this != &other) {
            wipe(value_);
            value_ = other.value_;
        }
        return *this;
    }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            wipe(value_);
            value_ = std::move(other.value_);
            wipe(other.value_);
        }
        return *this;
    }
    ~Secret() { wipe(value_); }

    // The one way to the value; never let it reach argv, environment, logs, JSON or error text.
    std::string_view reveal() const { return value_; }
    bool empty() const { return value_.empty(); }

    friend bool operator==(const Secret& a, const Secret& b);  // in constant time for equal lengths

  private:
    static void wipe(std::string& value) noexcept;
    std::string value_;
};

}  // namespace base
