#include "dns/tsig_key.hpp"

#include <doctest/doctest.h>

namespace {

base::Result<dns::TsigKey> parse(const std::string& text) {
    return dns::parse_tsig_key(base::Secret(text));
}

std::string fault(const std::string& text) {
    const auto key = parse(text);
    REQUIRE(key.has_error());
    CHECK(key.error().kind == base::ErrorKind::usage);
    CHECK(key.error().message.find("c2VjcmV0") == std::string::npos);
    return key.error().message;
}

}  // namespace

TEST_CASE("a key is read as tsig-keygen writes it") {
    const auto key =
        parse("key \"Mail.Example\" {\n\talgorithm hmac-sha256;\n\tsecret \"c2VjcmV0\";\n};\n").value();
    CHECK(key.name.to_string() == "Mail.Example");
    CHECK(key.algorithm == "hmac-sha256");
    CHECK(key.secret.reveal() == "c2VjcmV0");
}

TEST_CASE("comments, order, case of the algorithm and missing quotes do not matter") {
    const auto key =
        parse("# one\n// two\n/* three\n; */key a{secret c2VjcmV0;/*x*/algorithm HMAC-SHA512;}//end").value();
    CHECK(key.name.to_string() == "a");
    CHECK(key.algorithm == "hmac-sha512");
    CHECK(key.secret.reveal() == "c2VjcmV0");
}

TEST_CASE("what is no key, or not one key, is told without its text") {
    CHECK(fault("") == "not a TSIG key: it does not begin with the word key");
    CHECK(fault("c2VjcmV0") == "not a TSIG key: it does not begin with the word key");
    CHECK(fault("key \"\" {") == "not a TSIG key: its name is no DNS name");
    CHECK(fault("key \"c2VjcmV0").find("{ has to follow") != std::string::npos);
    CHECK(fault("key a;").find("{ has to follow") != std::string::npos);
    CHECK(fault("key a { algorithm hmac-md5; secret c2VjcmV0; };").find("\"hmac-md5\"") != std::string::npos);
    CHECK(fault("key a { algorithm c2VjcmV0; };").find("this is not an algorithm") != std::string::npos);
    CHECK(fault("key a { algorithm hmac-sha256 secret c2VjcmV0; };").find("; has to follow") !=
          std::string::npos);
    CHECK(fault("key a { algorithm hmac-sha256; };").find("no secret") != std::string::npos);
    CHECK(fault("key a { secret c2VjcmV0; };").find("no algorithm") != std::string::npos);
    CHECK(fault("key a { secret \"c2VjcmV0 \"; };").find("not base64") != std::string::npos);
    CHECK(fault("key a { algorithm hmac-sha1; secret c2VjcmV0; }; key b").find("behind the first") !=
          std::string::npos);
    CHECK(fault("key a { algorithm hmac-sha1; secret c2VjcmV0; ").find("stand algorithm and secret") !=
          std::string::npos);
    CHECK(fault("/*").find("the word key") != std::string::npos);
    CHECK(fault("/").find("the word key") != std::string::npos);
}
