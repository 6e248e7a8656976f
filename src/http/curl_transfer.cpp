#include "http/curl_transfer.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>

#include <fmt/format.h>

#include "base/text.hpp"
#include "net/network_error.hpp"

namespace http {

namespace {

constexpr std::size_t maximum_addresses = 8;
constexpr std::size_t maximum_header = 65'536;
constexpr std::size_t maximum_names = 5;

// The numbers of OpenSSL's verdicts (X509_V_ERR_*), which CURLINFO_SSL_VERIFYRESULT hands on.
constexpr long not_yet_valid = 9;
constexpr long has_expired = 10;
constexpr long self_signed = 18;
constexpr long self_signed_in_chain = 19;
constexpr long no_issuer_here = 20;
constexpr long cannot_verify_leaf = 21;
constexpr long revoked = 23;

base::Error no_transfer(std::string why) {
    return {.kind = base::ErrorKind::unavailable, .message = "libcurl: " + std::move(why)};
}

// "host:443:192.0.2.1,[2001:db8::1]": what CURLOPT_RESOLVE wants.
std::string resolve_entry(const Request& request) {
    std::vector<std::string> addresses;
    for (const auto& address : request.addresses) {
        if (addresses.size() == maximum_addresses) break;
        addresses.push_back(address.is_v4() ? address.to_string() : "[" + address.to_string() + "]");
    }
    return fmt::format("{}:{}:{}", request.host, request.port, base::join(addresses, ","));
}

}  // namespace

CurlTransfer::CurlTransfer(const CurlLibrary& curl, Request request)
    : curl_(curl), request_(std::move(request)) {}

CurlTransfer::~CurlTransfer() {
    if (easy_ != nullptr && multi_ != nullptr) curl_.multi_remove_handle(multi_, easy_);
    if (multi_ != nullptr) curl_.multi_cleanup(multi_);
    if (easy_ != nullptr) curl_.easy_cleanup(easy_);
    curl_.slist_free_all(resolve_);
}

base::Result<void> CurlTransfer::prepare() {
    easy_ = curl_.easy_init();
    multi_ = curl_.multi_init();
    resolve_ = curl_.slist_append(nullptr, resolve_entry(request_).c_str());
    if (easy_ == nullptr || multi_ == nullptr || resolve_ == nullptr) return no_transfer("no memory");
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(request_.deadline -
                                                                            net::Deadline::clock::now());
    const long milliseconds =
        static_cast<long>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 3'600'000));
    if (milliseconds == 0) {
        result_ = CURLE_OPERATION_TIMEDOUT;
        stopped_ = true;
        return {};
    }
    if (!set_options(milliseconds)) return no_transfer("it is too old, or lacks TLS");
    if (curl_.multi_add_handle(multi_, easy_) != CURLM_OK) return no_transfer("no memory");
    return {};
}

bool CurlTransfer::set_options(long milliseconds) {
    bool done = true;
    const auto set = [&](CURLoption option, auto value) {
        done = done && curl_.easy_setopt(easy_, option, value) == CURLE_OK;
    };
    const std::string url = fmt::format("https://{}:{}{}", request_.host, request_.port, request_.path);
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "https");
    set(CURLOPT_HTTPGET, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_PROXY, "");  // the environment's is not looked at
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_RESOLVE, resolve_);
    set(CURLOPT_USERAGENT, "relayctl");
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_CERTINFO, 1L);
    if (!request_.ca_file.empty()) {
        set(CURLOPT_CAINFO, request_.ca_file.c_str());
        set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
    }
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TIMEOUT_MS, milliseconds);
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
    set(CURLOPT_ERRORBUFFER, words_.data());
    set(CURLOPT_WRITEFUNCTION, &CurlTransfer::take_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, &CurlTransfer::take_header);
    set(CURLOPT_HEADERDATA, this);
    return done;
}

// Fewer octets taken than given end the transfer.
std::size_t CurlTransfer::take_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    const std::size_t octets = size * count;
    if (octets > transfer.request_.limit - transfer.body_.size()) {
        transfer.too_large_ = true;
        return 0;
    }
    transfer.body_.append(data, octets);
    return octets;
}

std::size_t CurlTransfer::take_header(char*, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    transfer.header_size_ += size * count;
    if (transfer.header_size_ <= maximum_header) return size * count;
    transfer.too_large_ = true;
    return 0;
}

void CurlTransfer::perform() {
    int running = 1;
    while (!stopped_ && running != 0) {
        if (curl_.multi_perform(multi_, &running) != CURLM_OK) return;
        if (running != 0 && curl_.multi_poll(multi_, nullptr, 0, 1000, nullptr) != CURLM_OK) return;
    }
    int left = 0;
    while (const CURLMsg* message = curl_.multi_info_read(multi_, &left))
        if (message->msg == CURLMSG_DONE) result_ = message->data.result;
}

void CurlTransfer::stop() {
    stopped_ = true;
    curl_.multi_wakeup(multi_);
}

base::Result<Response> CurlTransfer::take_response() {
    if (too_large_)
        return fault(Fault::too_large, header_size_ > maximum_header
                                           ? "the header fields have more than 65536 octets"
                                           : fmt::format("the body has more than {} octets", request_.limit));
    switch (result_) {
        case CURLE_OK:
            break;
        case CURLE_OPERATION_TIMEDOUT:
            return timeout_fault();
        case CURLE_COULDNT_CONNECT:
            return connection_fault();
        case CURLE_PEER_FAILED_VERIFICATION:
            return certificate_fault();
        case CURLE_SSL_CACERT_BADFILE:
            return base::usage_error("cannot read the CA file " + base::quoted(request_.ca_file));
        case CURLE_GOT_NOTHING:
        case CURLE_PARTIAL_FILE:
            return fault(Fault::refused, "the server closed the connection before the end of its answer");
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_WEIRD_SERVER_REPLY:
            return fault(Fault::refused, "the server does not speak HTTP");
        case CURLE_FAILED_INIT:
            return base::Error{.kind = base::ErrorKind::interrupted, .message = "interrupted"};
        default:
            return fault(Fault::refused, words_[0] != '\0' ? words_.data() : curl_.easy_strerror(result_));
    }
    if (leaf_names().empty())
        return fault(Fault::certificate, "the certificate has no DNS name, only a common name");
    Response response;
    response.status = static_cast<unsigned>(number_of(CURLINFO_RESPONSE_CODE));
    response.content_type = text_of(CURLINFO_CONTENT_TYPE);
    response.location = text_of(CURLINFO_REDIRECT_URL);
    response.body = std::move(body_);
    return response;
}

Response CurlTransfer::fault(Fault kind, std::string reason) const {
    Response response;
    response.fault = kind;
    response.reason = std::move(reason);
    return response;
}

Response CurlTransfer::connection_fault() const {
    const long number = number_of(CURLINFO_OS_ERRNO);
    if (number == 0) return fault(Fault::unreachable, words_.data());
    const bool refused = number == ECONNREFUSED || number == ECONNRESET;
    return fault(number == ETIMEDOUT ? Fault::timeout : (refused ? Fault::refused : Fault::unreachable),
                 net::describe_errno(static_cast<int>(number)));
}

Response CurlTransfer::timeout_fault() const {
    curl_off_t encrypted = 0;
    curl_.easy_getinfo(easy_, CURLINFO_APPCONNECT_TIME_T, &encrypted);
    if (encrypted == 0) return fault(Fault::timeout, "timed out before TLS was set up");
    return fault(Fault::timeout, "timed out: the server did not finish its answer");
}

Response CurlTransfer::certificate_fault() const {
    const auto say = [&](std::string reason) { return fault(Fault::certificate, std::move(reason)); };
    switch (number_of(CURLINFO_SSL_VERIFYRESULT)) {
        case not_yet_valid:
            return say("the certificate is not valid yet");
        case has_expired:
            return say("the certificate has expired");
        case self_signed:
            return say("the certificate is self-signed");
        case self_signed_in_chain:
            return say("the chain ends in an authority that is not trusted here");
        case no_issuer_here:
        case cannot_verify_leaf:
            return say(
                "the issuer of the certificate is not known here, or an intermediate certificate is missing");
        case revoked:
            return say("the certificate is revoked");
        default:
            break;
    }
    // The chain is good, so it is the name.
    if (const std::string names = leaf_names(); !names.empty())
        return say(fmt::format("the certificate is for {}, not for {}", names, request_.host));
    return say(words_[0] != '\0' ? words_.data() : curl_.easy_strerror(result_));
}

// The DNS names of the server's certificate, "a.example, b.example and 3 more"; empty = it has none.
std::string CurlTransfer::leaf_names() const {
    curl_certinfo* chain = nullptr;
    if (curl_.easy_getinfo(easy_, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr ||
        chain->num_of_certs < 1)
        return {};
    constexpr std::string_view field = "X509v3 Subject Alternative Name:";
    std::vector<std::string> names;
    std::size_t count = 0;
    for (const curl_slist* line = chain->certinfo[0]; line != nullptr; line = line->next) {
        const std::string_view text = line->data;
        if (!text.starts_with(field)) continue;
        for (const auto piece : base::split(text.substr(field.size()), ',')) {
            const auto name = base::trim(piece);
            if (!name.starts_with("DNS:")) continue;
            if (++count <= maximum_names) names.emplace_back(name.substr(4, 253));
        }
    }
    std::string result = base::join(names, ", ");
    if (count > maximum_names) result += fmt::format(" and {} more", count - maximum_names);
    return result;
}

std::string CurlTransfer::text_of(CURLINFO info) const {
    const char* text = nullptr;
    const bool known = curl_.easy_getinfo(easy_, info, &text) == CURLE_OK && text != nullptr;
    return known ? std::string(text) : std::string();
}

long CurlTransfer::number_of(CURLINFO info) const {
    long number = 0;
    curl_.easy_getinfo(easy_, info, &number);
    return number;
}

}  // namespace http
