"""clang-tidy 14 has nothing to say about the sources (checks: .clang-tidy). A file that was clean, with the same
headers of ours, is not read again: the build directory keeps a mark for each."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import common

PROGRAMS = ("clang-tidy-14", "clang-tidy")
# The precompiled header is gcc's, which clang cannot read; every file includes what it needs.
PRECOMPILED = re.compile(r" -Winvalid-pch| -fpch-preprocess| -include \S+cmake_pch\.hxx")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.M)


def tidy(program, path, *options):
    """clang-tidy's words about the file; "" when there are none."""
    result = subprocess.run([program, "--quiet", str(path), *options],
                            capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return ""
    return result.stdout or result.stderr


def fingerprint(path, source_root, salt, seen=None):
    """A digest of the file and of all our headers it reaches."""
    own = seen is None
    seen = {} if own else seen
    text = path.read_text(encoding="utf-8")
    seen[str(path)] = text
    for name in INCLUDE.findall(text):
        header = source_root / name
        if str(header) not in seen and header.is_file():
            fingerprint(header, source_root, salt, seen)
    if not own:
        return ""
    digest = hashlib.sha256(salt.encode())
    for name in sorted(seen):
        digest.update(f"\0{name}\0{seen[name]}".encode())
    return digest.hexdigest()


def self_test(program, root):
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        shutil.copy(root / ".clang-tidy", place)
        start = "#include <string>\n#include <utility>\nvoid take(std::string);\n"
        (place / "good.cpp").write_text(start + "void f(std::string s) { take(std::move(s)); }\n")
        (place / "bad.cpp").write_text(start + "void f(std::string s) { take(std::move(s)); take(s); }\n")
        words = {name: tidy(program, place / name, "--", "-std=c++20") for name in ("good.cpp", "bad.cpp")}
        (place / "a.cpp").write_text('#include "b.hpp"\n')
        (place / "b.hpp").write_text("int b();\n")
        before = fingerprint(place / "a.cpp", place, "")
        same = fingerprint(place / "a.cpp", place, "")
        (place / "b.hpp").write_text("long b();\n")
        return common.prove([
            ("a clean file", "", words["good.cpp"]),
            ("a use after a move", True, "bugprone-use-after-move" in words["bad.cpp"]),
            ("nothing changed", True, before == same),
            ("a header changed", False, before == fingerprint(place / "a.cpp", place, "")),
        ])


def main():
    options = common.arguments(__doc__, build="the build directory, with its compile_commands.json")
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not program:
        print("clang-tidy is not installed: skipped")
        return common.SKIPPED
    if options.self_test:
        return self_test(program, options.root)
    if not options.build:
        common.fail_for_usage("--build is missing")
    build = pathlib.Path(options.build)
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    files = sorted({pathlib.Path(entry["directory"], entry["file"]) for entry in commands})
    marks = build / "tidy-clean"
    marks.mkdir(exist_ok=True)
    for entry in commands:
        entry["command"] = PRECOMPILED.sub("", entry["command"])
    (marks / "compile_commands.json").write_text(json.dumps(commands), encoding="utf-8")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    salt = version + (options.root / ".clang-tidy").read_text(encoding="utf-8")

    def examine(path):
        name = path.relative_to(options.root).as_posix()
        mark = marks / name.replace("/", "-")
        digest = fingerprint(path, options.root / "src", salt)
        if mark.is_file() and mark.read_text(encoding="utf-8") == digest:
            return ""
        words = tidy(program, path, f"-p={marks}")
        if not words:
            mark.write_text(digest, encoding="utf-8")
        return words

    wanted = [path for path in files if path.is_file() and options.root / "src" in path.parents]
    clean = True
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for words in filter(None, pool.map(examine, wanted)):
            print(words, flush=True)
            clean = False
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
