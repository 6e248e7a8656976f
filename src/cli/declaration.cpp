#include "cli/declaration.hpp"

#include <fmt/format.h>

#include "app/dkim_import.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "cli/declaration_relay.hpp"
#include "cli/key_file.hpp"
#include "output/json.hpp"
#include "output/toml.hpp"
#include "relay/setting.hpp"

namespace cli {

namespace {

using output::Value;

template <class Set, class Print>
Value list_of(const Set& values, Print print) {
    Value list = Value::array();
    for (const auto& value : values)
        list.push_back(print(value));
    return list;
}

Value key_value(const app::DeclaredKey& declared) {
    const auto& key = declared.key;
    const auto time = [](const std::optional<base::Time>& at) {
        return at ? Value(base::to_rfc3339(*at)) : Value();
    };
    Value value = Value::object({{"algorithm", relay::to_string(key.algorithm)},
                                 {"bits", key.bits},
                                 {"public_key", key.public_key},
                                 {"note", key.note.empty() ? Value() : Value(key.note)},
                                 {"state", relay::to_string(key.life.state)},
                                 {"created_at", base::to_rfc3339(key.created_at)},
                                 {"activated_at", time(key.life.activated_at)},
                                 {"retiring_at", time(key.life.retiring_at)},
                                 {"retires_at", time(key.life.retires_at)}});
    if (declared.private_key) value.set("private_key", declared.private_key->reveal());
    return value;
}

Value region_value(const relay::Region& region) {
    const auto same = [](const std::string& name) { return name; };
    const auto print = [](const base::IpPrefix& network) { return network.to_string(); };
    return Value::object({{"spf", list_of(region.spf, same)}, {"networks", list_of(region.networks, print)}});
}

// Null members say nothing.
Value without_nulls(Value value) {
    const auto* members = std::get_if<Value::Object>(&value.data());
    if (members == nullptr) return value;
    Value clean = Value::object();
    for (const auto& [name, member] : *members)
        if (!member.is_null()) clean.set(name, without_nulls(member));
    return clean;
}

// A DKIM key while its members are read.
struct KeyDraft {
    std::filesystem::path folder;
    relay::DkimKey key;
    std::optional<base::Secret> private_key = {};
    bool has_public_key = false;
};

base::Result<void> take_private_key(const base::Secret& text, KeyDraft& draft) {
    if (draft.private_key) return base::usage_error("the private key is given twice");
    TRY(auto pair, app::read_key_pair(text));
    if (draft.has_public_key && draft.key.public_key != pair.public_key)
        return base::usage_error("the private key does not belong to the public key");
    draft.key.algorithm = pair.algorithm;
    draft.key.bits = pair.bits;
    draft.key.public_key = std::move(pair.public_key);
    draft.has_public_key = true;
    draft.private_key = std::move(pair.private_key);
    return {};
}

base::Result<void> take_public_key(const Placed& place, KeyDraft& draft) {
    TRY(auto text, text_of(place));
    if (text.empty() || text.size() > 16384 || !base::decode_base64(text))
        return base::usage_error("not a public key in base64");
    if (draft.has_public_key && draft.key.public_key != text)
        return base::usage_error("the private key does not belong to the public key");
    draft.key.public_key = std::move(text);
    draft.has_public_key = true;
    return {};
}

base::Result<void> take_private_key_file(const Placed& place, KeyDraft& draft) {
    TRY(const auto name, text_of(place));
    const auto path = (draft.folder / name).string();
    TRY(const auto file, read_key_file(path, app::longest_key_file));
    if (file.others_read)
        return base::usage_error(fmt::format("key file {} can be read by others", base::quoted(path)),
                                 "chmod 600 " + base::shell_word(path));
    return take_private_key(file.text, draft);
}

base::Result<std::uint32_t> parse_bits(std::string_view text) {
    if (const auto bits = base::parse_decimal(text, 65536); bits && *bits > 0)
        return static_cast<std::uint32_t>(*bits);
    return base::usage_error("not a size of a key");
}

constexpr Field<KeyDraft> key_fields[] = {
    {"algorithm",
     [](const Placed& p, KeyDraft& d) { return take_text(p, relay::parse_key_algorithm, d.key.algorithm); }},
    {"bits", [](const Placed& p, KeyDraft& d) { return take_number(p, parse_bits, d.key.bits); }},
    {"public_key", take_public_key},
    {"note", [](const Placed& p, KeyDraft& d) { return take_text(p, relay::parse_note, d.key.note); }},
    {"state",
     [](const Placed& p, KeyDraft& d) { return take_text(p, relay::parse_dkim_state, d.key.life.state); }},
    {"created_at",
     [](const Placed& p, KeyDraft& d) { return take_text(p, base::parse_rfc3339, d.key.created_at); }},
    {"activated_at",
     [](const Placed& p, KeyDraft& d) { return take_text(p, base::parse_rfc3339, d.key.life.activated_at); }},
    {"retiring_at",
     [](const Placed& p, KeyDraft& d) { return take_text(p, base::parse_rfc3339, d.key.life.retiring_at); }},
    {"retires_at",
     [](const Placed& p, KeyDraft& d) { return take_text(p, base::parse_rfc3339, d.key.life.retires_at); }},
    {"private_key",
     [](const Placed& p, KeyDraft& d) -> base::Result<void> {
         TRY(auto text, text_of(p));
         return take_private_key(base::Secret(std::move(text)), d);
     }},
    {"private_key_file", take_private_key_file},
};

base::Result<app::DeclaredKey> parse_key(const std::string& name, const Placed& place,
                                         const std::filesystem::path& folder) {
    const auto at_sign = name.find('@');
    if (at_sign == std::string::npos)
        return at(place, base::usage_error("not the name of a DKIM key: it is SELECTOR@DOMAIN"));
    auto selector = relay::parse_selector(std::string_view(name).substr(0, at_sign));
    if (selector.has_error()) return at(place, std::move(selector).error());
    auto domain = base::DomainName::parse(std::string_view(name).substr(at_sign + 1));
    if (domain.has_error()) return at(place, std::move(domain).error());
    KeyDraft draft{.folder = folder,
                   .key = {.domain = std::move(*domain), .selector = std::move(*selector), .public_key = {}}};
    TRY_VOID(take_fields<KeyDraft>(place, key_fields, draft));
    if (!draft.has_public_key)
        return at(place, base::usage_error("a DKIM key needs public_key, private_key or private_key_file",
                                           fmt::format("relayctl dkim generate {} --selector {}",
                                                       draft.key.domain.ascii(), draft.key.selector)));
    if (draft.key.bits == 0) return at(place, base::usage_error("a DKIM key that has public_key needs bits"));
    return app::DeclaredKey{.key = std::move(draft.key), .private_key = std::move(draft.private_key)};
}

constexpr Field<relay::Region> region_fields[] = {
    {"spf",
     [](const Placed& p, relay::Region& region) { return take_texts(p, relay::parse_spf_name, region.spf); }},
    {"networks",
     [](const Placed& p, relay::Region& region) {
         return take_texts(p, relay::parse_region_network, region.networks);
     }},
};

// Calls each(name, place) for the members of a table.
template <class Each>
base::Result<void> for_each_member(const Placed& place, Each each) {
    TRY(const auto* object, object_of(place));
    for (const auto& [name, node] : *object)
        TRY_VOID(each(name, Placed{node, place.path + "." + name}));
    return {};
}

// What is read, and the folder that the files which it names are relative to.
struct Draft {
    std::filesystem::path folder;
    app::Declaration declaration = {};
};

base::Result<void> take_settings(const Placed& place, Draft& draft) {
    auto& declaration = draft.declaration;
    declaration.settings.emplace();
    return for_each_member(place, [&](const std::string& name, const Placed& member) -> base::Result<void> {
        auto setting = relay::find_setting(name);
        if (setting.has_error()) return at(member, std::move(setting).error());
        std::string value;
        auto taken = take_text(member, (*setting)->parse, value);
        if (taken.has_error()) return at(member, std::move(taken).error());
        declaration.settings->emplace(name, std::move(value));
        return {};
    });
}

base::Result<void> take_domains(const Placed& place, Draft& draft) {
    auto& declaration = draft.declaration;
    declaration.domains.emplace();
    return take_texts(
        place, [](const std::string& text) { return base::DomainName::parse(text); }, *declaration.domains);
}

base::Result<void> take_regions(const Placed& place, Draft& draft) {
    auto& declaration = draft.declaration;
    declaration.regions.emplace();
    return for_each_member(place, [&](const std::string& name, const Placed& member) -> base::Result<void> {
        auto parsed = relay::parse_region_name(name);
        if (parsed.has_error()) return at(member, std::move(parsed).error());
        relay::Region region{.name = std::move(*parsed)};
        TRY_VOID(take_fields<relay::Region>(member, region_fields, region));
        if (region.spf.empty() && region.networks.empty())
            return at(member, base::usage_error(fmt::format("region {} would have no source", region.name),
                                                "give spf or networks"));
        declaration.regions->push_back(std::move(region));
        return {};
    });
}

base::Result<void> take_keys(const Placed& place, Draft& draft) {
    auto& declaration = draft.declaration;
    declaration.keys.emplace();
    std::set<std::string> seen;
    return for_each_member(place, [&](const std::string& name, const Placed& member) -> base::Result<void> {
        TRY(auto key, parse_key(name, member, draft.folder));
        if (!seen.insert(relay::name_of(key.key)).second)
            return at(member, base::usage_error("the same key stands twice"));
        declaration.keys->push_back(std::move(key));
        return {};
    });
}

base::Result<void> take_relays(const Placed& place, Draft& draft) {
    auto& declaration = draft.declaration;
    declaration.relays.emplace();
    return for_each_member(place, [&](const std::string& name, const Placed& member) -> base::Result<void> {
        TRY(auto relay, parse_declared_relay(name, member, draft.folder));
        declaration.relays->push_back(std::move(relay));
        return {};
    });
}

constexpr Field<Draft> parts[] = {
    {"schema",
     [](const Placed& place, Draft&) -> base::Result<void> {
         TRY(const auto schema, text_of(place));
         if (schema == declaration_schema) return {};
         return base::usage_error("not a declaration of a store: it is " + std::string(declaration_schema));
     }},
    {"settings", take_settings},
    {"domains", take_domains},
    {"regions", take_regions},
    {"dkim_keys", take_keys},
    {"relays", take_relays},
};

}  // namespace

std::string write_declaration(const app::Declaration& declaration, input::Syntax syntax) {
    Value document = Value::object({{"schema", declaration_schema}});
    if (declaration.settings) {
        Value settings = Value::object();
        for (const auto& [name, value] : *declaration.settings)
            settings.set(name, value);
        document.set("settings", std::move(settings));
    }
    if (declaration.domains)
        document.set("domains", list_of(*declaration.domains,
                                        [](const base::DomainName& name) { return name.ascii(); }));
    const auto set_things = [&](const char* part, const auto& things, auto name, auto print) {
        if (!things) return;
        Value::Object members;
        for (const auto& thing : *things)
            members.emplace_back(name(thing), without_nulls(print(thing)));
        document.set(std::string(part), Value::from_members(std::move(members)));
    };
    set_things(
        "regions", declaration.regions, [](const auto& each) { return each.name; }, region_value);
    set_things(
        "dkim_keys", declaration.keys, [](const auto& each) { return relay::name_of(each.key); }, key_value);
    set_things(
        "relays", declaration.relays, [](const auto& each) { return each.relay.name; }, declared_relay_value);
    return syntax == input::Syntax::json ? output::render_json(document) : output::render_toml(document);
}

base::Result<app::Declaration> parse_declaration(const input::Node& document,
                                                 const std::filesystem::path& folder) {
    Draft draft{.folder = folder};
    TRY_VOID(take_fields<Draft>({document, ""}, parts, draft));
    return std::move(draft.declaration);
}

}  // namespace cli
