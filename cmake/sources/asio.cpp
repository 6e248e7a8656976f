// Asio's own sources (BOOST_ASIO_SEPARATE_COMPILATION). Its TLS is not among them: net/tls.cpp drives OpenSSL itself.
#include <boost/asio/impl/src.hpp>
