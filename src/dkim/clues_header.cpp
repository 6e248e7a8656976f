#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dkim/clues.hpp"

namespace dkim {

namespace {

constexpr std::size_t most_trials = 200;
constexpr std::size_t longest_tried = 64 * 1024;
constexpr std::array<std::string_view, 4> originals_of_from = {"X-Original-From", "Original-From", "X-From",
                                                               "Reply-To"};
constexpr std::array<std::string_view, 5> encodings = {"7bit", "8bit", "quoted-printable", "base64",
                                                       "binary"};

Canonicalization other(Canonicalization canonicalization) {
    return canonicalization == Canonicalization::simple ? Canonicalization::relaxed
                                                        : Canonicalization::simple;
}

// The fields that a signature signs, as hashes over them want them, and changes to one of them undone.
class SignedHeader {
  public:
    SignedHeader(const SignedMessage& message, std::size_t index)
        : header_(message.header()),
          signature_(message.signatures()[index].signature),
          own_field_(message.signatures()[index].field),
          fields_(select_fields(header_, signature_.names, own_field_)) {}

    // `place` in h=: the field there is `raw`, or none; any place beyond: nothing is changed.
    base::Bytes hash(Canonicalization canonicalization, std::size_t place = SIZE_MAX,
                     std::string_view raw = {}) const {
        crypto::Sha256 hash;
        std::string canonical;
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            const auto text = i == place ? raw : fields_[i] ? header_[*fields_[i]].raw : std::string_view();
            if (text.empty()) continue;
            canonical.clear();
            append_canonical_field(canonical, text, canonicalization);
            hash.update(canonical);
        }
        canonical.clear();
        append_canonical_signature(canonical, header_[own_field_].raw, canonicalization);
        hash.update(canonical);
        return hash.digest();
    }

    std::size_t size() const {
        std::size_t octets = header_[own_field_].raw.size();
        for (const auto& field : fields_)
            octets += field ? header_[*field].raw.size() : 0;
        return octets;
    }
    const mail::Header& header() const { return header_; }
    Canonicalization canonicalization() const { return signature_.canonical.header; }
    std::size_t places() const { return fields_.size(); }
    std::optional<mail::Field> field(std::size_t place) const {
        if (!fields_[place]) return std::nullopt;
        return header_[*fields_[place]];
    }

  private:
    const mail::Header& header_;
    const Signature& signature_;
    std::size_t own_field_;
    std::vector<std::optional<std::size_t>> fields_;
};

class HeaderTrials {
  public:
    HeaderTrials(const SignedHeader& signed_header, const FitsHash& fits)
        : header_(signed_header), fits_(fits) {}

    std::vector<std::string> run() {
        if (header_.size() > longest_tried) return {};
        const auto changed = other(header_.canonicalization());
        if (fits_(header_.hash(changed)))
            return {
                fmt::format("the signature fits the {} form: c= was changed, or white space in the header",
                            to_string(changed))};
        for (std::size_t place = 0; place < header_.places() && clue_.empty(); ++place)
            if (const auto field = header_.field(place)) try_field(place, *field);
        if (clue_.empty()) return {};
        return {clue_};
    }

  private:
    void attempt(std::size_t place, const std::string& raw, const std::string& clue) {
        if (!clue_.empty() || trials_ == most_trials) return;
        ++trials_;
        if (fits_(header_.hash(header_.canonicalization(), place, raw))) clue_ = clue;
    }

    void try_field(std::size_t place, const mail::Field& field) {
        const auto named = [&](std::string_view name) {
            return base::equals_ignoring_case(field.name, name);
        };
        if (named("Subject")) try_subject(place, field);
        if (named("From")) try_from(place, field);
        if (named("Content-Transfer-Encoding")) try_encodings(place, field);
        if (header_.canonicalization() == Canonicalization::simple) try_folding(place, field);
        attempt(place, "",
                fmt::format("without {} the header is as it was signed: the field was added or replaced",
                            name(field)));
    }

    static std::string name(const mail::Field& field) { return std::string(field.name.substr(0, 60)); }

    // "[list] Re: hello", "***SPAM*** hello", "EXTERNAL: hello": what stands in front goes, up to some words.
    void try_subject(std::size_t place, const mail::Field& field) {
        constexpr std::size_t most_words = 6;
        const auto value = base::trim(field.value);
        const auto begin = static_cast<std::size_t>(value.data() - field.value.data());
        const std::string front = std::string(field.raw.substr(0, field.raw.find(':') + 1)) +
                                  std::string(field.value.substr(0, begin));
        std::size_t word = 0;
        for (std::size_t at = value.find(' '); at != std::string_view::npos && word < most_words;
             at = value.find(' ', at + 1), ++word) {
            const auto added = value.substr(0, at);
            const auto rest = value.substr(at + 1);
            const auto clue = [&](std::string_view text) {
                return fmt::format(
                    "without {} in the Subject the header is as it was signed: a list or a filter put it "
                    "there",
                    base::quoted(text));
            };
            attempt(place, front + std::string(rest) + "\r\n", clue(added));
            // "Re: [list] hello"
            const auto colon = added.find(": ");
            if (colon != std::string_view::npos)
                attempt(place, front + std::string(added.substr(0, colon + 2)) + std::string(rest) + "\r\n",
                        clue(added.substr(colon + 2)));
        }
    }

    void try_from(std::size_t place, const mail::Field& field) {
        const auto& header = header_.header();
        constexpr std::size_t most_fields = 1000;
        for (std::size_t i = 0; i < std::min(header.size(), most_fields); ++i)
            for (const auto original : originals_of_from)
                if (base::equals_ignoring_case(header[i].name, original))
                    attempt(place,
                            std::string(field.raw.substr(0, field.raw.find(':') + 1)) +
                                std::string(header[i].value) + "\r\n",
                            fmt::format(
                                "with what is now in {} the header is as it was signed: From was rewritten",
                                original));
    }

    void try_encodings(std::size_t place, const mail::Field& field) {
        for (const auto encoding : encodings)
            attempt(place, fmt::format("{}: {}\r\n", field.name, encoding),
                    fmt::format("with Content-Transfer-Encoding {} the header is as it was signed: the mail "
                                "was encoded anew",
                                encoding));
    }

    // c=simple signs the folds as they are.
    void try_folding(std::size_t place, const mail::Field& field) {
        std::string flat, tabs, blanks;
        const auto raw = field.raw.substr(0, field.raw.size() - 2);
        for (std::size_t i = 0; i < raw.size(); ++i) {
            const bool fold = raw.substr(i).starts_with("\r\n");
            if (!fold) {
                for (auto* text : {&flat, &tabs, &blanks})
                    *text += raw[i];
                continue;
            }
            tabs += "\r\n\t";
            blanks += "\r\n ";
            flat += ' ';
            i += 2;
        }
        for (const auto& text : {flat, tabs, blanks})
            if (text != raw)
                attempt(place, text + "\r\n",
                        fmt::format("with other folding of {} the header is as it was signed", name(field)));
    }

    const SignedHeader& header_;
    const FitsHash& fits_;
    std::string clue_;
    std::size_t trials_ = 0;
};

}  // namespace

std::vector<std::string> header_clues(const SignedMessage& message, std::size_t index, const FitsHash& fits) {
    const SignedHeader header(message, index);
    return HeaderTrials(header, fits).run();
}

base::Bytes header_hash(const SignedMessage& message, std::size_t index) {
    const SignedHeader header(message, index);
    return header.hash(header.canonicalization());
}

}  // namespace dkim
