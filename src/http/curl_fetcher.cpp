#include "http/curl_fetcher.hpp"

#include <optional>

#include "http/curl_library.hpp"
#include "http/curl_transfer.hpp"
#include "net/blocking.hpp"

namespace http {

namespace {

class CurlFetcher final : public Fetcher {
  public:
    net::Task<base::Result<Response>> get(Request request) override {
        if (request.addresses.empty()) {
            Response nowhere;
            nowhere.fault = Fault::unreachable;
            nowhere.reason = "the host has no address";
            co_return nowhere;
        }
        if (!library_) library_ = load_curl();
        if (library_->has_error()) co_return library_->error();
        CurlTransfer transfer(**library_, std::move(request));
        CO_TRY_VOID(transfer.prepare());
        const std::function<void()> work = [&transfer] { transfer.perform(); };
        const std::function<void()> stop = [&transfer] { transfer.stop(); };
        co_await net::run_blocking(work, stop);
        co_return transfer.take_response();
    }

  private:
    std::optional<base::Result<CurlLibrary>> library_;
};

}  // namespace

std::unique_ptr<Fetcher> make_curl_fetcher() {
    return std::make_unique<CurlFetcher>();
}

}  // namespace http
