// Answers kept for their TTL. Those used longest ago go when there is no more room.
#pragma once

#include <list>
#include <optional>
#include <string_view>

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include "dns/resolver.hpp"

namespace dns {

// Name and type as one text, the same for any case of the name, and its hash.
struct CacheKey {
    explicit CacheKey(const Question& question);

    std::string_view view() const { return {text.data(), text.size()}; }

    boost::container::small_vector<char, 48> text;
    std::size_t hash;
};

// A key that stands elsewhere.
struct CacheKeyView {
    CacheKeyView(const CacheKey& key) : text(key.view()), hash(key.hash) {}
    bool operator==(const CacheKeyView& other) const { return text == other.text; }

    std::string_view text;
    std::size_t hash;
    struct Hash {
        std::size_t operator()(const CacheKeyView& key) const { return key.hash; }
    };
};

class Cache {
  public:
    // At most so many answers, and so many octets of memory, about.
    explicit Cache(std::size_t capacity = 10'000, std::size_t octets = 32 << 20)
        : capacity_(capacity), most_octets_(octets) {}

    // Null when there is none, or its time is over. Valid until the next call.
    const Answer* find(const CacheKey& key, net::Deadline now);
    // Nothing is kept for a lifetime of 0. At most a day (RFC 8767 section 4 advises a cap).
    void insert(const CacheKey& key, const Answer& answer, std::chrono::seconds lifetime, net::Deadline now);
    // When an answer of this lifetime goes.
    static net::Deadline expiry(std::chrono::seconds lifetime, net::Deadline now);
    std::size_t size() const { return entries_.size(); }
    std::size_t octets() const { return octets_; }

  private:
    struct Entry {
        CacheKey key;
        Answer answer;
        net::Deadline expires;
        std::size_t octets;
    };
    void erase(std::list<Entry>::iterator entry);

    std::size_t capacity_;
    std::size_t most_octets_;
    std::size_t octets_ = 0;
    std::list<Entry> entries_;  // the latest used first
    // The keys stand in the entries.
    boost::unordered_flat_map<CacheKeyView, std::list<Entry>::iterator, CacheKeyView::Hash> index_;
};

}  // namespace dns
