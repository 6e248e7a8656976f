"""A room includes only the rooms that src/CMakeLists.txt allows it, and a library's headers stand only where
that library has its place."""

import re
import sys

import common

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)

# Headers of libraries: (header, where it may stand, in words). The first pattern that matches decides.
ANYWHERE = r".*"
LIBRARIES = [
    (r"fmt/.*", ANYWHERE, ""),
    (r"boost/system/.*", ANYWHERE, ""),
    (r"boost/asio/awaitable\.hpp", ANYWHERE, ""),
    # Slow to compile: 2 to 5 seconds a file. probe_wait.cpp joins two tasks with Asio's operators.
    (r"boost/asio/.*", r"src/(net|dns)/[^/]+\.cpp|src/app/probe_wait\.cpp", "the .cpp files of src/net and src/dns"),
    (r"boost/(container|unordered)/.*", r"src/dns/.*", "src/dns"),
    (r"CLI/.*", r"src/cli/.*", "src/cli"),
    (r"boost/version\.hpp|unistring/version\.h", r"src/library_versions\.cpp", "src/library_versions.cpp"),
    (r"ldns/.*", r"src/dns/(wire|update)\.cpp", "src/dns/wire.cpp and update.cpp"),
    (r"sqlite3\.h", r"src/store/.*", "src/store"),
    (r"nlohmann/.*", r"src/(input|output)/[^/]+\.cpp|src/sasl/token_error\.cpp",
     "the .cpp files of src/input and src/output and src/sasl/token_error.cpp"),
    (r"stringprep\.h", r"src/sasl/prepare\.cpp", "src/sasl/prepare.cpp"),
    (r"libsmartcols/.*", r"src/output/[^/]+\.cpp", "the .cpp files of src/output"),
    (r"uni(str|width|norm|case|gbrk|lbrk|type)\.h", r"src/output/[^/]+\.cpp|src/base/[^/]+\.cpp", "the .cpp files of src/output and src/base"),
    (r"openssl/.*", r"src/(crypto|net)/.*", "src/crypto and src/net"),
    (r"idn2\.h", r"src/base/[^/]+\.cpp", "the .cpp files of src/base"),
    (r"libpsl\.h", r"src/dmarc/[^/]+\.cpp", "the .cpp files of src/dmarc"),
    (r"libintl\.h", r"src/base/translation\.cpp", "src/base/translation.cpp"),
    (r"curl/.*", r"src/http/curl_[^/]+", "the curl_ files of src/http"),
]
# The system's own.
SYSTEM = re.compile(
    r"[a-z_]+"  # C++
    r"|(sys|netinet|arpa|net|linux)/[a-z_]+\.h"
    r"|(unistd|fcntl|termios|locale|langinfo|poll|pwd|netdb|signal|stdbool|stdlib|stdio|string|strings|time|errno|spawn|resolv|dlfcn|emmintrin)\.h")


def read_rooms(text):
    rooms = {}
    for line in text.splitlines():
        name, _, allowed = line.partition(":")
        if name.strip():
            rooms[name.strip()] = set(allowed.split())
    return rooms


def faults_in(path, text, rooms):
    """path: relative to the root, e.g. src/spf/record.cpp."""
    parts = path.split("/")
    room = parts[1] if len(parts) > 2 else None  # src/main.cpp is in no room and may enter all
    if room is not None and room not in rooms:
        return [f"{path}:1: the room {room} is not named in src/CMakeLists.txt"]
    faults = []
    clean = common.without_comments(text, keep_strings=True)
    for match in INCLUDE.finditer(clean):
        where = f"{path}:{common.line_of(clean, match.start())}"
        header = match.group(2)
        if match.group(1) == '"':
            target = header.split("/")[0]
            if room is None and header == "library_versions.hpp":
                continue
            if "/" not in header or target not in rooms:
                faults.append(f'{where}: "{header}" names no room: write "room/header.hpp"')
            elif room is not None and target != room and target not in rooms[room]:
                faults.append(f"{where}: {room} may not include {target} (see src/CMakeLists.txt)")
        elif not SYSTEM.fullmatch(header):
            for pattern, place, words in LIBRARIES:
                if re.fullmatch(pattern, header):
                    if not re.fullmatch(place, path) and path != "src/library_versions.cpp":
                        faults.append(f"{where}: <{header}> may stand only in {words}")
                    break
            else:
                faults.append(f"{where}: <{header}> is of no library this project uses")
    return faults


def self_test():
    rooms = read_rooms("base: \ndns: base net\nnet: base\noutput: base\nstore: base\ncli: output base\napp: base net\n")

    def count(path, text):
        return len(faults_in(path, text, rooms))

    return common.prove([
        ("own room", 0, count("src/dns/a.cpp", '#include "dns/b.hpp"\n')),
        ("allowed room", 0, count("src/dns/a.cpp", '#include "net/b.hpp"\n')),
        ("room below", 1, count("src/net/a.cpp", '#include "dns/b.hpp"\n')),
        ("room twice removed", 1, count("src/dns/a.cpp", '#include <string>\n  # include "store/b.hpp"\n')),
        ("folder in a room", 1, count("src/cli/commands/a.cpp", '#include "store/b.hpp"\n')),
        ("main enters all", 0, count("src/main.cpp", '#include "store/b.hpp"\n')),
        ("no room", 1, count("src/dns/a.cpp", '#include "b.hpp"\n')),
        ("unknown room", 1, count("src/attic/a.cpp", "")),
        ("in a comment", 0, count("src/net/a.cpp", '// x\n/*\n#include "dns/b.hpp"\n*/\n')),
        ("ldns at home", 0, count("src/dns/wire.cpp", "#include <ldns/ldns.h>\n")),
        ("ldns abroad", 1, count("src/dns/name.cpp", "#include <ldns/ldns.h>\n")),
        ("awaitable in a header", 0, count("src/app/a.hpp", "#include <boost/asio/awaitable.hpp>\n")),
        ("asio in a header", 1, count("src/net/a.hpp", "#include <boost/asio/io_context.hpp>\n")),
        ("asio in net", 0, count("src/net/a.cpp", "#include <boost/asio/io_context.hpp>\n")),
        ("asio in app", 1, count("src/app/a.cpp", "#include <boost/asio/io_context.hpp>\n")),
        ("containers in dns", 0, count("src/dns/a.hpp", "#include <boost/container/small_vector.hpp>\n")),
        ("containers in app", 1, count("src/app/a.cpp", "#include <boost/container/small_vector.hpp>\n")),
        ("the versions of all", 0, count("src/library_versions.cpp", "#include <sqlite3.h>\n#include <boost/version.hpp>\n")),
        ("sqlite abroad", 1, count("src/cli/a.cpp", "#include <sqlite3.h>\n")),
        ("json abroad", 1, count("src/cli/a.cpp", "#include <nlohmann/json.hpp>\n")),
        ("CLI11 abroad", 1, count("src/output/a.cpp", "#include <CLI/App.hpp>\n")),
        ("openssl abroad", 1, count("src/app/a.cpp", "#include <openssl/evp.h>\n")),
        ("unknown library", 1, count("src/net/a.cpp", "#include <boost/beast.hpp>\n")),
        ("the system", 0, count("src/net/a.cpp", "#include <sys/socket.h>\n#include <string_view>\n")),
    ])


def main():
    options = common.arguments(__doc__, rooms="the file rooms.txt that CMake writes")
    if options.self_test:
        return self_test()
    if not options.rooms:
        common.fail_for_usage("--rooms is missing")
    with open(options.rooms, encoding="utf-8") as file:
        rooms = read_rooms(file.read())
    faults = []
    for path in common.sources(options.root, "src"):
        faults += faults_in(path.relative_to(options.root).as_posix(), path.read_text(encoding="utf-8"), rooms)
    return common.report(faults)


if __name__ == "__main__":
    sys.exit(main())
