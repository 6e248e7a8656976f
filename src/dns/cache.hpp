// Answers kept for their TTL. Those used longest ago go when there is no more room.
#pragma once

#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "dns/resolver.hpp"

namespace dns {

// Name and type as one text, the same for any case of the name.
std::string cache_key(const Question& question);

class Cache {
  public:
    // At most so many answers, and so many octets of memory, about.
    explicit Cache(std::size_t capacity = 10'000, std::size_t octets = 32 << 20)
        : capacity_(capacity), most_octets_(octets) {}

    // Null when there is none, or its time is over. Valid until the next call.
    const Answer* find(const std::string& key, net::Deadline now);
    // Nothing is kept for a lifetime of 0. At most a day (RFC 8767 section 4 advises a cap).
    void insert(const std::string& key, const Answer& answer, std::chrono::seconds lifetime,
                net::Deadline now);
    std::size_t size() const { return entries_.size(); }
    std::size_t octets() const { return octets_; }

  private:
    struct Entry {
        std::string key;
        Answer answer;
        net::Deadline expires;
        std::size_t octets;
    };
    void erase(std::list<Entry>::iterator entry);

    std::size_t capacity_;
    std::size_t most_octets_;
    std::size_t octets_ = 0;
    std::list<Entry> entries_;                                                // the latest used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> index_;  // keys stand in the entries
};

}  // namespace dns
