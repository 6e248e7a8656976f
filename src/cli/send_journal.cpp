#include "cli/send_journal.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace cli {

namespace {

constexpr std::string_view begun_word = "begun", unsent_word = "not_sent", put_off_word = "put_off";
constexpr std::size_t digest_size = 16;  // octets of it that are noted
constexpr std::size_t longest_name = 1000;

// Was the message taken by a server, or may it have been.
bool counts_as_sent(relay::LogResult result) {
    return result == relay::LogResult::accepted || result == relay::LogResult::unknown;
}

std::string key_of(const base::Bytes& digest) {
    return base::to_hex(base::Bytes(digest.begin(), digest.begin() + digest_size));
}

std::string note(std::string_view word, const base::Bytes& digest, std::string_view name) {
    auto shown = base::printable(name);
    if (shown.size() > longest_name) shown.resize(longest_name);
    return fmt::format("{} {} {}\n", word, key_of(digest), shown);
}

}  // namespace

base::Result<std::unique_ptr<SendJournal>> SendJournal::open(const std::filesystem::path& path,
                                                             std::string_view recipients) {
    TRY(auto file, JournalFile::open(path, "send", recipients));
    std::unique_ptr<SendJournal> journal(new SendJournal(std::move(file)));
    TRY_VOID(journal->load());
    return journal;
}

bool SendJournal::read_note(std::string_view line) {
    const auto fields = base::split(line, ' ');
    if (fields.size() < 3 || fields[1].size() != 2 * digest_size) return false;
    auto& notes = notes_[std::string(fields[1])];
    if (fields[0] == begun_word) {
        ++notes.begun;
        // take() had given it out.
        notes.resumed.clear();
        if (!notes.partly.empty()) {
            notes.resumed = std::move(notes.partly.back());
            notes.partly.pop_back();
        }
        return true;
    }
    if (notes.begun == 0) return false;
    if (fields[0] == put_off_word) {
        notes.named.emplace_back(line.substr(put_off_word.size() + 2 * digest_size + 2));
        return true;
    }
    const auto result = relay::parse_log_result(fields[0]);
    if (result.has_error() && fields[0] != unsent_word) return false;
    --notes.begun;
    auto put_off = std::exchange(notes.named, {});
    const bool counts = result.has_value() && counts_as_sent(*result);
    // Whoever took it in an earlier run is not to get it again.
    if (!counts) put_off = std::move(notes.resumed);
    if (!put_off.empty())
        notes.partly.push_back(std::move(put_off));
    else if (counts)
        ++(*result == relay::LogResult::accepted ? notes.sent : notes.unknown);
    return true;
}

// A note that cannot be read could be one of a message that was sent: then nothing goes on.
base::Result<void> SendJournal::load() {
    std::uint64_t number = 1;
    auto whole = file_.offset();
    while (const auto line = file_.next()) {
        ++number;
        if (!read_note(*line))
            return base::usage_error(
                fmt::format("line {} of the journal {} is damaged", number, file_.path()),
                "what it notes as sent would be sent again: mend the line, or take it out");
        whole = file_.offset();
    }
    TRY(const auto size, file_.size());
    // The run that wrote it was killed within a note: before the message left, or before its result was
    // noted.
    return size > whole ? file_.cut(whole) : base::Result<void>();
}

SendJournal::Past SendJournal::take(const base::Bytes& digest) {
    const auto found = notes_.find(key_of(digest));
    if (found == notes_.end()) return {};
    auto& notes = found->second;
    if (notes.sent > 0) {
        --notes.sent;
        return {.before = Before::sent};
    }
    if (!notes.partly.empty()) {
        Past past{.before = Before::partly, .put_off = std::move(notes.partly.back())};
        notes.partly.pop_back();
        return past;
    }
    if (notes.unknown > 0) {
        --notes.unknown;
        return {.before = Before::unknown};
    }
    if (notes.begun == 0) return {};
    --notes.begun;
    return {.before = Before::cut_off};
}

base::Result<void> SendJournal::begin(const base::Bytes& digest, std::string_view name) {
    TRY_VOID(file_.write(note(begun_word, digest, name)));
    return file_.sync();
}

base::Result<void> SendJournal::finish(const base::Bytes& digest, std::string_view name,
                                       std::optional<relay::LogResult> result,
                                       const std::vector<std::string>& put_off) {
    std::string notes;
    for (const auto& recipient : put_off)
        notes += note(put_off_word, digest, recipient);
    return file_.write(notes + note(result ? relay::to_string(*result) : unsent_word, digest, name));
}

}  // namespace cli
