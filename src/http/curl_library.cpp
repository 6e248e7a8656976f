#include "http/curl_library.hpp"

#include <string>

#include <dlfcn.h>

namespace http {

namespace {

base::Error not_usable(std::string why) {
    return {.kind = base::ErrorKind::unavailable,
            .message = "HTTPS needs libcurl: " + std::move(why),
            .hint = "apt-get install libcurl4"};
}

template <class Function>
bool find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

}  // namespace

base::Result<CurlLibrary> load_curl(const char* file) {
    void* library = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        const char* why = ::dlerror();
        return not_usable(why != nullptr ? why : file);
    }
    CurlLibrary curl;
    decltype(&::curl_global_init) initialise = nullptr;
    const bool complete = find(library, "curl_global_init", initialise) &&
                          find(library, "curl_easy_init", curl.easy_init) &&
                          find(library, "curl_easy_cleanup", curl.easy_cleanup) &&
                          find(library, "curl_easy_setopt", curl.easy_setopt) &&
                          find(library, "curl_easy_getinfo", curl.easy_getinfo) &&
                          find(library, "curl_easy_strerror", curl.easy_strerror) &&
                          find(library, "curl_multi_init", curl.multi_init) &&
                          find(library, "curl_multi_cleanup", curl.multi_cleanup) &&
                          find(library, "curl_multi_add_handle", curl.multi_add_handle) &&
                          find(library, "curl_multi_remove_handle", curl.multi_remove_handle) &&
                          find(library, "curl_multi_perform", curl.multi_perform) &&
                          find(library, "curl_multi_poll", curl.multi_poll) &&
                          find(library, "curl_multi_wakeup", curl.multi_wakeup) &&
                          find(library, "curl_multi_info_read", curl.multi_info_read) &&
                          find(library, "curl_multi_strerror", curl.multi_strerror) &&
                          find(library, "curl_slist_append", curl.slist_append) &&
                          find(library, "curl_slist_free_all", curl.slist_free_all) &&
                          find(library, "curl_version_info", curl.version_info);
    if (!complete) return not_usable(std::string(file) + " is too old");
    if (initialise(CURL_GLOBAL_DEFAULT) != CURLE_OK) return not_usable(std::string(file) + " does not start");
    return curl;
}

}  // namespace http
