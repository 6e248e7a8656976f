# The Debian package of the release build: made, checked by lintian, installed into a folder and used from there.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT RELAYCTL_STATIC)
  add_test(NAME package COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/package/package_test.py)
  set_tests_properties(package PROPERTIES
    LABELS package TIMEOUT 300 ENVIRONMENT "BUILD=${CMAKE_BINARY_DIR};CPACK=${CMAKE_CPACK_COMMAND};CMAKE=${CMAKE_COMMAND}")
endif()
