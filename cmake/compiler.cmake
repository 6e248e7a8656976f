# Warnings, sanitizers and the compiler cache, as one INTERFACE target every room links.
add_library(relayctl_options INTERFACE)
target_compile_options(relayctl_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                                  $<$<BOOL:${RELAYCTL_WERROR}>:-Werror>)
if(RELAYCTL_SANITIZE)
  # Not optimised, and line numbers only: it compiles in a third of the time, and the tests wait for other things.
  target_compile_options(relayctl_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
                                                    -fno-omit-frame-pointer -g1)
  target_link_options(relayctl_options INTERFACE -fsanitize=address,undefined)
endif()
# False alarms of g++ 12: the frame allocator of Asio's coroutines as a mismatched pair, and overlapping copies in
# `"text" + std::string` (its bug 105651).
target_compile_options(relayctl_options INTERFACE -Wno-mismatched-new-delete -Wno-restrict)
target_include_directories(relayctl_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(relayctl_options INTERFACE RELAYCTL_VERSION="${PROJECT_VERSION}"
                           BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
