// One GET over libcurl: prepared and read on the loop's thread, performed on another.
#pragma once

#include <array>
#include <atomic>
#include <memory>

#include "http/curl_library.hpp"
#include "http/fetcher.hpp"

namespace http {

class CurlTransfer {
  public:
    CurlTransfer(const CurlLibrary& curl, Request request);
    CurlTransfer(const CurlTransfer&) = delete;
    CurlTransfer& operator=(const CurlTransfer&) = delete;
    ~CurlTransfer();

    base::Result<void> prepare();  // first of all. Errors: unavailable (no memory, libcurl is too old)
    void perform();                // blocks until the response, a fault, the deadline, or stop()
    void stop();                   // from any thread, at any time after prepare()
    // After perform(). Errors: usage (the CA file cannot be read), interrupted.
    base::Result<Response> take_response();

  private:
    static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t take_header(char* data, std::size_t size, std::size_t count, void* self);
    bool set_options(long milliseconds);
    Response fault(Fault kind, std::string reason) const;
    Response connection_fault() const;
    Response timeout_fault() const;
    Response certificate_fault() const;
    std::string leaf_names() const;
    std::string text_of(CURLINFO info) const;
    long number_of(CURLINFO info) const;

    const CurlLibrary& curl_;
    Request request_;
    CURL* easy_ = nullptr;
    CURLM* multi_ = nullptr;
    curl_slist* resolve_ = nullptr;
    std::array<char, CURL_ERROR_SIZE> words_{};
    std::atomic<bool> stopped_ = false;
    CURLcode result_ = CURLE_FAILED_INIT;
    bool too_large_ = false;
    std::size_t header_size_ = 0;
    std::string body_;
};

}  // namespace http
