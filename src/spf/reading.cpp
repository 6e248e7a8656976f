#include "spf/reading.hpp"

#include "spf/node.hpp"

namespace spf {

Reading read_record(std::string text, Place place) {
    Reading reading;
    reading.text = std::move(text);
    Inspection inspection = inspect(reading.text, {}, place);
    reading.findings = std::move(inspection.findings);
    reading.faulty = inspection.faulty;
    std::vector<std::string_view> texts;
    for (auto& placed : inspection.terms) {
        reading.record.terms.push_back(std::move(placed.term));
        texts.push_back(placed.text);
    }
    reading.nodes = make_nodes(reading.record, texts, Outcome::none);
    return reading;
}

std::size_t Readings::Hash::operator()(const Key& key) const {
    return std::hash<std::string_view>()(key.text) + static_cast<std::size_t>(key.place);
}

std::shared_ptr<const Reading> Readings::read(std::string text, Place place) {
    if (const auto found = by_text_.find({text, place}); found != by_text_.end()) {
        recent_.splice(recent_.begin(), recent_, found->second);
        return recent_.front().second;
    }
    auto reading = std::make_shared<const Reading>(read_record(std::move(text), place));
    const Key key{reading->text, place};
    recent_.emplace_front(key, reading);
    by_text_.emplace(key, recent_.begin());
    if (recent_.size() > most_) {
        by_text_.erase(recent_.back().first);
        recent_.pop_back();
    }
    return reading;
}

}  // namespace spf
