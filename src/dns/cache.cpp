#include "dns/cache.hpp"

#include "base/text.hpp"

namespace dns {

namespace {

constexpr std::chrono::seconds longest = std::chrono::days(1);

std::size_t octets_of(const std::string& text) {
    return sizeof(std::string) + (text.capacity() > 15 ? text.capacity() + 16 : 0);  // 15 fit in place
}

std::size_t octets_of(const Name& name) {
    return sizeof name + (name.wire().size() > Name::in_place ? name.wire().size() + 16 : 0);
}

std::size_t octets_of(const Record& record) {
    std::size_t sum = sizeof record + octets_of(record.owner);
    if (const auto* txt = std::get_if<Txt>(&record.data))
        for (const auto& string : txt->strings)
            sum += octets_of(string);
    if (const auto* raw = std::get_if<Raw>(&record.data)) sum += octets_of(raw->rdata);
    if (const auto* name = std::get_if<Name>(&record.data)) sum += octets_of(*name);
    if (const auto* mx = std::get_if<Mx>(&record.data)) sum += octets_of(mx->exchange);
    return sum;
}

std::size_t octets_of(const Answer& answer) {
    std::size_t sum = sizeof answer + octets_of(answer.detail);
    for (const auto& record : answer.records)
        sum += octets_of(record);
    for (const auto& alias : answer.aliases)
        sum += octets_of(alias);
    return sum;
}

}  // namespace

CacheKey::CacheKey(const Question& question) {
    const auto wire = question.name.wire();
    const auto type = static_cast<std::uint16_t>(question.type);
    text.assign(wire.begin(), wire.end());
    for (char& c : text)
        c = base::to_lower(c);
    for (const char c : {'\0', static_cast<char>(type >> 8), static_cast<char>(type & 0xff)})
        text.push_back(c);
    hash = std::hash<std::string_view>()(view());
}

const Answer* Cache::find(const CacheKey& key, net::Deadline now) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    const auto entry = found->second;
    if (entry->expires <= now) {
        erase(entry);
        return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    return &entry->answer;
}

void Cache::insert(const CacheKey& key, const Answer& answer, std::chrono::seconds lifetime,
                   net::Deadline now) {
    constexpr std::size_t bookkeeping = 160;  // nodes of the list and the index
    const std::size_t octets = bookkeeping + key.text.size() + octets_of(answer);
    if (lifetime <= std::chrono::seconds(0) || capacity_ == 0 || octets > most_octets_) return;
    if (const auto found = index_.find(key); found != index_.end()) erase(found->second);
    while (entries_.size() >= capacity_ || octets_ + octets > most_octets_)
        erase(std::prev(entries_.end()));
    entries_.push_front({key, answer, expiry(lifetime, now), octets});
    index_.emplace(entries_.front().key, entries_.begin());
    octets_ += octets;
}

net::Deadline Cache::expiry(std::chrono::seconds lifetime, net::Deadline now) {
    return now + std::min(lifetime, longest);
}

void Cache::erase(std::list<Entry>::iterator entry) {
    octets_ -= entry->octets;
    index_.erase(entry->key);
    entries_.erase(entry);
}

}  // namespace dns
