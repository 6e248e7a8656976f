#include "cli/message_batch.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/text.hpp"

namespace cli {

namespace {

namespace fs = std::filesystem;
using Kind = mail::MboxSplitter::Kind;

constexpr std::size_t chunk_size = 65536;

bool is_trashed(std::string_view name) {
    const auto flags = name.rfind(":2,");
    return flags != std::string_view::npos && name.substr(flags).find('T') != std::string_view::npos;
}

template <class Take>
base::Result<void> add_files(std::vector<std::string>& files, const fs::path& folder, std::string_view prefix,
                             Take take) {
    std::error_code error;
    for (fs::directory_iterator each(folder, error), end; !error && each != end; each.increment(error)) {
        auto name = each->path().filename().string();
        std::error_code unknown;
        if (name.starts_with('.') || !take(name) || !each->is_regular_file(unknown)) continue;
        files.push_back(prefix.empty() ? std::move(name) : fmt::format("{}/{}", prefix, name));
    }
    if (error)
        return base::usage_error(
            fmt::format("cannot read the directory {}: {}", base::quoted(folder.string()), error.message()));
    return {};
}

}  // namespace

base::Result<std::vector<std::string>> MessageBatch::list(const std::string& path) {
    std::vector<std::string> files;
    bool is_maildir = false;
    for (const std::string_view part : {"cur", "new"}) {
        std::error_code error;
        if (!fs::is_directory(fs::path(path) / part, error)) continue;
        is_maildir = true;
        TRY_VOID(add_files(files, fs::path(path) / part, part,
                           [](const auto& name) { return !is_trashed(name); }));
    }
    if (!is_maildir) {
        TRY_VOID(
            add_files(files, path, "", [](const auto& name) { return base::lower(name).ends_with(".eml"); }));
        if (files.empty())
            return base::usage_error(
                fmt::format("{} is no Maildir and has no .eml file", base::quoted(path)),
                "--batch takes an mbox, a Maildir, or a directory of files that end in .eml");
    }
    std::sort(files.begin(), files.end());
    return files;
}

base::Result<MessageBatch> MessageBatch::open(const std::string& path) {
    std::error_code error;
    if (path != "-" && fs::is_directory(path, error)) {
        TRY(auto files, list(path));
        return MessageBatch(path, std::move(files));
    }
    MessageBatch batch(path, {});
    TRY(auto input, MessageInput::open(path));
    batch.input_.emplace(std::move(input));
    batch.mbox_.emplace();
    return batch;
}

base::Result<std::string_view> MessageBatch::read_chunk() {
    buffer_.resize(chunk_size);
    TRY(const auto count, input_->read(buffer_));
    return std::string_view(buffer_).substr(0, count);
}

base::Result<mail::MboxSplitter::Piece> MessageBatch::next_piece() {
    for (;;) {
        const auto piece = mbox_->next();
        if (piece.kind != Kind::hungry) return piece;
        TRY(const auto chunk, read_chunk());
        octets_ += chunk.size();
        mbox_->feed(chunk);
        if (chunk.empty()) mbox_->end();
    }
}

base::Result<std::optional<std::string>> MessageBatch::next_in_mbox() {
    while (!at_message_) {
        TRY(const auto piece, next_piece());
        if (piece.kind == Kind::end) return std::optional<std::string>();
        if (piece.kind == Kind::foreign)
            return base::usage_error(
                fmt::format("{} is no mbox: it does not begin with a line \"From ADDRESS DATE\"",
                            input_->name()),
                path_ == "-" ? "a single message is sent without --batch"
                             : "a single message is sent with --file");
        at_message_ = piece.kind == Kind::message;
    }
    at_message_ = false;
    return std::optional(fmt::format("{}:{}", path_, ++number_));
}

base::Result<std::optional<std::string>> MessageBatch::next() {
    if (mbox_) return next_in_mbox();
    input_.reset();
    if (next_file_ == files_.size()) return std::optional<std::string>();
    return std::optional(files_[next_file_++]);
}

base::Result<std::string_view> MessageBatch::read() {
    if (!mbox_) {
        if (!input_) {
            TRY(auto input, MessageInput::open(fmt::format("{}/{}", path_, files_[next_file_ - 1])));
            input_.emplace(std::move(input));
        }
        return read_chunk();
    }
    if (at_message_) return std::string_view();
    TRY(const auto piece, next_piece());
    if (piece.kind == Kind::text) return piece.text;
    at_message_ = piece.kind == Kind::message;
    return std::string_view();
}

std::optional<double> MessageBatch::share() const {
    if (!mbox_)
        return files_.empty() ? 1 : static_cast<double>(next_file_) / static_cast<double>(files_.size());
    const auto size = input_->size();
    if (!size || *size == 0) return std::nullopt;
    return std::min(1.0, static_cast<double>(octets_) / static_cast<double>(*size));
}

}  // namespace cli
