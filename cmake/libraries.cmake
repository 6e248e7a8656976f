# Every third-party library, under one name each. RELAYCTL_STATIC takes the archive where Debian ships one
# (libsmartcols has none) and leaves libc shared: getaddrinfo and NSS need that.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)

function(relayctl_library name)
  add_library(${name} INTERFACE)
  foreach(library IN LISTS ARGN)
    if(RELAYCTL_STATIC AND NOT library STREQUAL "smartcols")
      find_library(${library}_PATH NAMES lib${library}.a REQUIRED)
    else()
      find_library(${library}_PATH NAMES ${library} REQUIRED)
    endif()
    target_link_libraries(${name} INTERFACE ${${library}_PATH})
  endforeach()
endfunction()

relayctl_library(lib_openssl ssl crypto)
target_link_libraries(lib_openssl INTERFACE Threads::Threads ${CMAKE_DL_LIBS})
relayctl_library(lib_ldns ldns)
target_link_libraries(lib_ldns INTERFACE lib_openssl)
relayctl_library(lib_sqlite sqlite3)
if(RELAYCTL_STATIC)
  target_link_libraries(lib_sqlite INTERFACE m ${CMAKE_DL_LIBS} Threads::Threads)
endif()
relayctl_library(lib_smartcols smartcols)
relayctl_library(lib_idn2 idn2 unistring)
relayctl_library(lib_idn idn)
relayctl_library(lib_unistring unistring)
relayctl_library(lib_psl psl)
target_link_libraries(lib_psl INTERFACE lib_idn2)

# Two libraries whose own sources are compiled here, once: Debian has no archive of fmt, and Asio has only headers.
add_library(lib_fmt STATIC ${CMAKE_CURRENT_LIST_DIR}/sources/fmt.cpp)
target_include_directories(lib_fmt SYSTEM PUBLIC $<TARGET_PROPERTY:fmt::fmt,INTERFACE_INCLUDE_DIRECTORIES>)
add_library(lib_asio STATIC ${CMAKE_CURRENT_LIST_DIR}/sources/asio.cpp)
target_link_libraries(lib_asio PUBLIC Boost::headers Threads::Threads)
target_compile_definitions(lib_asio PUBLIC BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION
  # Blocks over 1 kB, frames of coroutines among them, are not recycled; glibc is slow where alignment is asked for.
  BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC)
if(RELAYCTL_SANITIZE)
  target_compile_options(lib_fmt PRIVATE -fsanitize=address,undefined)
  target_compile_options(lib_asio PRIVATE -fsanitize=address,undefined)
endif()

# The loader spends a third of the start-up on libstdc++'s symbols: what is shipped carries it, and links the
# libraries that get security updates.
if(RELAYCTL_STATIC OR CMAKE_BUILD_TYPE STREQUAL "Release")
  add_link_options(-static-libstdc++ -static-libgcc)
endif()
if(RELAYCTL_STATIC)
  # At a fixed address there is nothing to relocate: what the static build is for is a quick start.
  add_link_options(-no-pie)
endif()
