# Warnings, sanitizers and the compiler cache, as one INTERFACE target every room links.
add_library(relayctl_options INTERFACE)
target_compile_options(relayctl_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                                  $<$<BOOL:${RELAYCTL_WERROR}>:-Werror>)
if(RELAYCTL_SANITIZE)
  # Not optimised, and line numbers only: it compiles in a third of the time, and the tests wait for other things.
  # Without the checks of UBSan at every use of a pointer, which are a quarter of that time: a null one is a crash that
  # ASan reports.
  target_compile_options(relayctl_options INTERFACE -fsanitize=address,undefined -fno-sanitize=null,alignment
                                                    -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  target_link_options(relayctl_options INTERFACE -fsanitize=address,undefined)
endif()
# What Debian asks of programs that read what others send: a smashed stack or an overrun buffer ends the program, and
# nothing that the loader has filled in can be written again.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-fstack-protector-strong -D_FORTIFY_SOURCE=2)
  add_link_options(LINKER:-z,relro,-z,now)
endif()
# False alarms of g++ 12: the frame allocator of Asio's coroutines as a mismatched pair, and overlapping or endless
# copies in `"text" + std::string` (its bug 105651); where it optimises, members of a variant that holds another one,
# and short texts in place.
target_compile_options(relayctl_options INTERFACE -Wno-mismatched-new-delete -Wno-restrict -Wno-stringop-overflow
                                                  "$<$<CONFIG:Release>:-Wno-array-bounds;-Wno-maybe-uninitialized;-Wno-stringop-overread>")
target_include_directories(relayctl_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(relayctl_options INTERFACE RELAYCTL_VERSION="${PROJECT_VERSION}")

# The headers that cost most to read, read once: a clean build takes two thirds of the time. The first target makes
# them, the others reuse it.
set(RELAYCTL_PRECOMPILED <algorithm> <array> <chrono> <functional> <map> <memory> <optional> <span> <string>
                         <string_view> <variant> <vector> <boost/asio/awaitable.hpp>
                         <boost/container/small_vector.hpp> <fmt/format.h>)
function(relayctl_precompile target)
  get_property(first GLOBAL PROPERTY RELAYCTL_PRECOMPILED_BY)
  if(first)
    target_precompile_headers(${target} REUSE_FROM ${first})
  else()
    target_precompile_headers(${target} PRIVATE ${RELAYCTL_PRECOMPILED})
    set_property(GLOBAL PROPERTY RELAYCTL_PRECOMPILED_BY ${target})
  endif()
endfunction()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # What ccache's manual asks for with precompiled headers of gcc.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  target_compile_options(relayctl_options INTERFACE -fpch-preprocess)
endif()
