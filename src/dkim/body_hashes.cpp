#include "dkim/body_hashes.hpp"

#include <algorithm>
#include <stdexcept>

namespace dkim {

namespace {

constexpr std::size_t tail_room = 64 * 1024;
constexpr std::uint64_t longest_for_comparison = 64'000'000;

}  // namespace

CanonicalBody::CanonicalBody(Canonicalization canonicalization)
    : canonicalizer_(canonicalization, [this](std::string_view piece) { take(piece); }) {}

void CanonicalBody::want(std::uint64_t limit) {
    const bool known = std::any_of(beginnings_.begin(), beginnings_.end(),
                                   [&](const Beginning& beginning) { return beginning.limit == limit; });
    if (!known) beginnings_.push_back({.limit = limit});
}

void CanonicalBody::take(std::string_view piece) {
    for (auto& beginning : beginnings_) {
        const auto part =
            piece.substr(0, std::min<std::uint64_t>(piece.size(), beginning.limit - beginning.hashed));
        beginning.hash.update(part);
        beginning.hashed += part.size();
    }
    tail_ += piece;
    if (tail_.size() <= 2 * tail_room) return;
    const std::size_t old = tail_.size() - tail_room;
    head_.update(std::string_view(tail_).substr(0, old));
    tail_.erase(0, old);
}

BodyHash CanonicalBody::hash(std::optional<std::uint64_t> limit) const {
    if (!limit) {
        crypto::Sha256 all(head_);
        all.update(tail_);
        return {.digest = all.digest(), .hashed = size(), .size = size()};
    }
    const auto found = std::find_if(beginnings_.begin(), beginnings_.end(),
                                    [&](const Beginning& beginning) { return beginning.limit == *limit; });
    if (found == beginnings_.end()) throw std::logic_error("a body hash that nobody wanted");
    return {.digest = found->hash.digest(), .hashed = found->hashed, .size = size()};
}

std::unique_ptr<CanonicalBody>& BodyHashes::slot(Canonicalization canonicalization) {
    return canonicalization == Canonicalization::simple ? simple_ : relaxed_;
}

void BodyHashes::want(Canonicalization canonicalization, std::optional<std::uint64_t> limit) {
    // The other form shows whether a change is one of white space only.
    for (const auto each : {Canonicalization::simple, Canonicalization::relaxed})
        if (!slot(each)) slot(each) = std::make_unique<CanonicalBody>(each);
    (canonicalization == Canonicalization::simple ? wanted_simple_ : wanted_relaxed_) = true;
    if (limit) slot(canonicalization)->want(*limit);
}

void BodyHashes::feed(std::string_view chunk) {
    size_ += chunk.size();
    if (size_ > longest_for_comparison) {
        if (!wanted_simple_) simple_.reset();
        if (!wanted_relaxed_) relaxed_.reset();
    }
    if (simple_) simple_->feed(chunk);
    if (relaxed_) relaxed_->feed(chunk);
}

void BodyHashes::finish() {
    if (simple_) simple_->finish();
    if (relaxed_) relaxed_->finish();
}

BodyHash BodyHashes::hash(Canonicalization canonicalization, std::optional<std::uint64_t> limit) const {
    const auto* wanted = body(canonicalization);
    if (wanted == nullptr) throw std::logic_error("a body hash that nobody wanted");
    return wanted->hash(limit);
}

const CanonicalBody* BodyHashes::body(Canonicalization canonicalization) const {
    return canonicalization == Canonicalization::simple ? simple_.get() : relaxed_.get();
}

}  // namespace dkim
