#include "suite_resolver.hpp"

#include "base/text.hpp"

namespace suite {

namespace {

dns::Name name_of(std::string text) {
    if (text.ends_with('.')) text.pop_back();
    std::vector<std::string> labels;
    if (!text.empty())
        for (const auto label : base::split(text, '.'))
            labels.emplace_back(label);
    return dns::Name::from_labels(std::move(labels)).value();
}

dns::Txt txt_of(const nlohmann::json& value) {
    dns::Txt txt;
    if (value.is_array())
        for (const auto& string : value)
            txt.strings.push_back(bytes(string));
    else
        txt.strings.push_back(bytes(value));
    return txt;
}

dns::Record record_of(const dns::Name& owner, const std::string& type, const nlohmann::json& value) {
    dns::Record record;
    record.owner = owner;
    if (type == "A" || type == "AAAA") {
        record.type = type == "A" ? dns::Type::a : dns::Type::aaaa;
        record.data = base::IpAddress::parse(bytes(value)).value();
    } else if (type == "MX") {
        record.type = dns::Type::mx;
        const auto preference = base::parse_decimal(bytes(value.at(0)), 65535).value();
        record.data = dns::Mx{static_cast<std::uint16_t>(preference), name_of(bytes(value.at(1)))};
    } else if (type == "PTR" || type == "CNAME") {
        record.type = type == "PTR" ? dns::Type::ptr : dns::Type::cname;
        record.data = name_of(bytes(value));
    } else if (type == "TXT" || type == "SPF") {
        record.type = type == "TXT" ? dns::Type::txt : dns::Type::spf;
        record.data = txt_of(value);
    } else {
        throw std::runtime_error("a record type the suite never had: " + type);
    }
    return record;
}

}  // namespace

std::string bytes(const nlohmann::json& text) {
    std::string result;
    const auto& utf8 = text.get_ref<const std::string&>();
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        if (lead >= 0x80) {  // code points 0x80 to 0xff: two bytes
            ++i;
            result += static_cast<char>((lead & 0x03) << 6 | (static_cast<unsigned char>(utf8[i]) & 0x3f));
        } else {
            result += static_cast<char>(lead);
        }
    }
    return result;
}

SuiteResolver::SuiteResolver(const nlohmann::json& zone) {
    for (const auto& [owner, items] : zone.items()) {
        const dns::Name name = name_of(owner);
        Entry& entry = entries_[name];
        bool has_txt = false;
        for (const auto& item : items) {
            if (item.is_string()) {
                entry.times_out = true;
                continue;
            }
            const auto& type = item.begin().key();
            if (type == "TXT") has_txt = true;
            if (type == "TXT" && item.begin().value() == "NONE") continue;
            entry.records.push_back(record_of(name, type, item.begin().value()));
        }
        if (has_txt) continue;
        const auto own = entry.records;
        for (const auto& record : own)
            if (record.type == dns::Type::spf) {
                entry.records.push_back(record);
                entry.records.back().type = dns::Type::txt;
            }
    }
}

net::Task<dns::Answer> SuiteResolver::query(dns::Question question) {
    co_return answer(question);
}

dns::Answer SuiteResolver::answer(const dns::Question& question) const {
    dns::Answer result;
    dns::Name name = question.name;
    for (int hop = 0; hop <= 10; ++hop) {
        const auto found = entries_.find(name);
        if (found == entries_.end()) {
            result.status = dns::Status::nxdomain;
            return result;
        }
        const dns::Name* alias = nullptr;
        for (const auto& record : found->second.records) {
            if (record.type == question.type) result.records.push_back(record);
            if (record.type == dns::Type::cname) alias = &std::get<dns::Name>(record.data);
        }
        if (!result.records.empty() || alias == nullptr) {
            result.status = !result.records.empty()   ? dns::Status::found
                            : found->second.times_out ? dns::Status::timeout
                                                      : dns::Status::no_data;
            return result;
        }
        name = *alias;
        result.aliases.push_back(name);
    }
    result.status = dns::Status::alias_loop;
    return result;
}

}  // namespace suite
