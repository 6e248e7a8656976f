#include "dns/cache.hpp"

#include "base/text.hpp"

namespace dns {

namespace {

constexpr std::chrono::seconds longest = std::chrono::days(1);

}  // namespace

std::string cache_key(const Question& question) {
    std::string key;
    key.reserve(64);
    for (const auto& label : question.name.labels()) {
        key += static_cast<char>(label.size());
        for (const char c : label)
            key += base::to_lower(c);
    }
    const auto type = static_cast<std::uint16_t>(question.type);
    key += '\0';
    key += static_cast<char>(type >> 8);
    key += static_cast<char>(type & 0xff);
    return key;
}

const Answer* Cache::find(const std::string& key, net::Deadline now) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    const auto entry = found->second;
    if (entry->expires <= now) {
        index_.erase(found);
        entries_.erase(entry);
        return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    return &entry->answer;
}

void Cache::insert(const std::string& key, const Answer& answer, std::chrono::seconds lifetime,
                   net::Deadline now) {
    if (lifetime <= std::chrono::seconds(0) || capacity_ == 0) return;
    if (const auto found = index_.find(key); found != index_.end()) {
        const auto entry = found->second;
        index_.erase(found);
        entries_.erase(entry);
    }
    if (entries_.size() >= capacity_) {
        index_.erase(entries_.back().key);
        entries_.pop_back();
    }
    entries_.push_front({key, answer, now + std::min(lifetime, longest)});
    index_.emplace(entries_.front().key, entries_.begin());
}

}  // namespace dns
