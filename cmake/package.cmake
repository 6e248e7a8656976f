# The Debian package: cpack -G DEB, in the build directory of the release preset.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME relayctl)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "relayctl maintainers <maintainers@relayctl.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "look after outbound mail relays, DKIM keys and mail authentication")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"relayctl keeps the relay servers an organisation's mail goes out through,
makes DKIM keys and prints their DNS records, probes ports 25, 465 and 587
with and without TLS, verifies SPF, DKIM and DMARC by DNS, predicts whether
mail sent through a relay will authenticate, and sends it through the right
one.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded when they are needed: libcurl4 for MTA-STS, the list of public suffixes for verify --psl.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, libcurl4, publicsuffix")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/package_files.cmake)
set(CPACK_DEBIAN_CONTROL_STRICT_PERMISSION ON)
include(CPack)
