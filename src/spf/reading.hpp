// What the text of an SPF record says by itself, and a memory of it: the records of large providers stand
// below many domains, and are read once.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "spf/inspect.hpp"
#include "spf/record.hpp"
#include "spf/tree.hpp"

namespace spf {

struct Reading {
    std::string text;
    Record record;            // of the terms that are right: who repairs the others wants to know them
    std::vector<Node> nodes;  // one for each of these terms
    bool faulty = false;      // a term is not right
    std::vector<finding::Finding> findings;  // of inspect(); their subject is for the reader to set
};

// Pure. `text` begins with the version.
Reading read_record(std::string text, Place place);

// The readings of late, at most `most` of them. For one thread.
class Readings {
  public:
    explicit Readings(std::size_t most = 4096) : most_(most) {}
    Readings(const Readings&) = delete;
    Readings& operator=(const Readings&) = delete;

    std::shared_ptr<const Reading> read(std::string text, Place place);

  private:
    struct Key {
        std::string_view text;  // the reading's own
        Place place;
        bool operator==(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const;
    };
    using Recent = std::list<std::pair<Key, std::shared_ptr<const Reading>>>;

    std::size_t most_;
    Recent recent_;  // the latest first
    std::unordered_map<Key, Recent::iterator, Hash> by_text_;
};

}  // namespace spf
