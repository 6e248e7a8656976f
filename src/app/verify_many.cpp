#include "app/verify_many.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <unordered_map>

#include "net/event.hpp"
#include "net/run_each.hpp"

namespace app {

namespace {

class ManyTargets {
  public:
    ManyTargets(dns::Resolver& resolver, VerifyRequest common, NextTarget next, TakeVerified take,
                VerifyManyOptions options)
        : resolver_(resolver),
          common_(std::move(common)),
          next_(std::move(next)),
          take_(std::move(take)),
          options_(options) {
        for (auto& key : std::exchange(common_.keys, {}))
            keys_[key.domain.ascii()].push_back(std::move(key));
        common_.spf_memory = &spf_memory_;
        options_.window = std::max(options_.window, options_.concurrency);
    }

    net::Task<std::optional<net::Task<bool>>> take_one() {
        std::optional<net::Task<bool>> task;
        while (options_.order == Order::as_given && taken_ - handed_out_ >= options_.window) {
            net::Event moved;
            moved_ = &moved;
            const bool in_time = co_await moved.wait();
            moved_ = nullptr;
            if (!in_time) co_return task;
        }
        auto target = co_await next_();
        if (target) task.emplace(verify(taken_++, std::move(*target)));
        co_return task;
    }

  private:
    net::Task<bool> verify(std::uint64_t number, VerifyTarget target) {
        VerifiedTarget done;
        done.verification.domain = target.domain;
        done.verification.domain_fault = target.fault;
        if (target.fault.empty()) {
            try {
                done.verification = co_await verify_domain(resolver_, request_for(target));
            } catch (const std::exception& exception) {
                done.failure = exception.what();
            }
        }
        const bool cancelled = co_await net::is_cancelled();
        done.target = std::move(target);
        stopped_ = stopped_ || cancelled || !hand_out(number, std::move(done));
        co_return !stopped_;
    }

    VerifyRequest request_for(const VerifyTarget& target) const {
        VerifyRequest request = common_;
        request.domain = target.domain;
        if (!target.selectors.empty()) request.selectors = target.selectors;
        if (keys_.empty()) return request;
        const auto name = base::DomainName::parse(target.domain);
        if (name.has_error()) return request;
        if (const auto found = keys_.find(name->ascii()); found != keys_.end()) request.keys = found->second;
        return request;
    }

    bool hand_out(std::uint64_t number, VerifiedTarget done) {
        if (options_.order == Order::as_finished) return take_(std::move(done));
        early_.emplace(number, std::move(done));
        bool go_on = true;
        while (go_on && !early_.empty() && early_.begin()->first == handed_out_) {
            auto node = early_.extract(early_.begin());
            ++handed_out_;
            go_on = take_(std::move(node.mapped()));
        }
        if (moved_ != nullptr) std::exchange(moved_, nullptr)->set();
        return go_on;
    }

    dns::Resolver& resolver_;
    VerifyRequest common_;
    spf::Memory spf_memory_;
    NextTarget next_;
    TakeVerified take_;
    VerifyManyOptions options_;
    std::unordered_map<std::string, std::vector<relay::DkimKey>> keys_;  // by domain
    bool stopped_ = false;
    std::uint64_t taken_ = 0;
    std::uint64_t handed_out_ = 0;                   // as_given
    std::map<std::uint64_t, VerifiedTarget> early_;  // done before one that was given earlier
    net::Event* moved_ = nullptr;                    // waits until handed_out_ moves
};

}  // namespace

net::Task<void> verify_many(dns::Resolver& resolver, VerifyRequest common, NextTarget next, TakeVerified take,
                            VerifyManyOptions options) {
    ManyTargets targets(resolver, std::move(common), std::move(next), std::move(take), options);
    const std::function<net::Task<std::optional<net::Task<bool>>>()> take_one = [&targets] {
        return targets.take_one();
    };
    co_await net::run_each(options.concurrency, take_one);
}

}  // namespace app
