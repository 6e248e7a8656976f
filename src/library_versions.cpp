#include "library_versions.hpp"

#include <CLI/Version.hpp>
#include <boost/version.hpp>
#include <fmt/format.h>
#include <idn2.h>
#include <libpsl.h>
#include <libsmartcols/libsmartcols.h>
#include <nlohmann/detail/abi_macros.hpp>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stringprep.h>
#include <unistring/version.h>

#include "http/curl_library.hpp"

// Last: it defines bool where stdbool.h was not seen.
#include <ldns/ldns.h>

std::vector<std::string> library_versions() {
    const char* smartcols = "";
    scols_get_library_version(&smartcols);
    const std::string_view psl = psl_get_version();
    const auto curl = http::load_curl();
    return {
        fmt::format("Boost {}.{}.{}", BOOST_VERSION / 100'000, BOOST_VERSION / 100 % 1000,
                    BOOST_VERSION % 100),
        fmt::format("CLI11 {}", CLI11_VERSION),
        curl ? fmt::format("libcurl {}", curl->version_info(CURLVERSION_NOW)->version)
             : "libcurl not installed",
        fmt::format("fmt {}.{}.{}", FMT_VERSION / 10'000, FMT_VERSION / 100 % 100, FMT_VERSION % 100),
        fmt::format("ldns {}", ldns_version()),
        fmt::format("libidn {}", stringprep_check_version(nullptr)),
        fmt::format("libidn2 {}", idn2_check_version(nullptr)),
        fmt::format("libpsl {}", psl.substr(0, psl.find(' '))),  // then what it is built with
        fmt::format("libsmartcols {}", smartcols),
        fmt::format("libunistring {}.{}.{}", _libunistring_version >> 16, _libunistring_version >> 8 & 0xff,
                    _libunistring_version & 0xff),
        fmt::format("nlohmann-json {}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                    NLOHMANN_JSON_VERSION_PATCH),
        fmt::format("OpenSSL {}", OpenSSL_version(OPENSSL_VERSION_STRING)),
        fmt::format("SQLite {}", sqlite3_libversion()),
    };
}
