"""clang-tidy 22 has nothing to say about the sources (checks: .clang-tidy). It is the first that passes over what
system headers declare, and takes a third of the time for it. A file that was clean, with the same headers of ours, is
not read again: the build directory keeps a mark for each."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import common

PROGRAM = "clang-tidy-22"
COMPILER = "clang++-22"
# The build's precompiled header is gcc's, which clang cannot read: it gets one of its own.
PRECOMPILED = re.compile(r" -Winvalid-pch| -fpch-preprocess| -include \S+cmake_pch\.hxx")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.M)


def tidy(path, *options):
    """clang-tidy's words about the file; "" when there are none."""
    result = subprocess.run([PROGRAM, "--quiet", str(path), *options],
                            capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return ""
    return result.stdout or result.stderr


def precompile(commands, folder):
    """The headers that gcc reads precompiled, once more for clang."""
    entry = next(entry for entry in commands if entry["file"].endswith("cmake_pch.hxx.cxx"))
    header = folder / "precompiled.hpp"
    includes = [line for line in pathlib.Path(entry["file"][:-len(".cxx")]).read_text(encoding="utf-8").splitlines()
                if line.startswith("#include")]
    header.write_text("\n".join(includes) + "\n", encoding="utf-8")
    flags = [word for word in shlex.split(entry["command"]) if re.match("-[DIO]|-isystem|-std=|-fstack-", word)]
    made = folder / "precompiled.pch"
    subprocess.run([COMPILER, *flags, "-x", "c++-header", str(header), "-o", str(made)], check=True)
    return made


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


def self_test(root):
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        shutil.copy(root / ".clang-tidy", place)
        start = "#include <string>\n#include <utility>\nvoid take(std::string);\n"
        (place / "good.cpp").write_text(start + "void f(std::string s) { take(std::move(s)); }\n")
        (place / "bad.cpp").write_text(start + "void f(std::string s) { take(std::move(s)); take(s); }\n")
        words = {name: tidy(place / name, "--", "-std=c++20") for name in ("good.cpp", "bad.cpp")}
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
    if not shutil.which(PROGRAM):
        print(f"{PROGRAM} is not installed: skipped")
        return common.SKIPPED
    if options.self_test:
        return self_test(options.root)
    if not options.build:
        common.fail_for_usage("--build is missing")
    root = options.root.resolve()
    build = pathlib.Path(options.build).resolve()
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    files = sorted({pathlib.Path(entry["directory"], entry["file"]) for entry in commands})
    marks = build / "tidy-clean"
    marks.mkdir(exist_ok=True)
    precompiled = precompile(commands, marks)
    for entry in commands:
        entry["command"] = PRECOMPILED.sub("", entry["command"]) + f" -include-pch {precompiled}"
    (marks / "compile_commands.json").write_text(json.dumps(commands), encoding="utf-8")
    version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout
    salt = version + (root / ".clang-tidy").read_text(encoding="utf-8")

    def examine(path):
        name = path.relative_to(root).as_posix()
        mark = marks / name.replace("/", "-")
        digest = fingerprint(path, root / "src", salt)
        if mark.is_file() and mark.read_text(encoding="utf-8") == digest:
            return ""
        words = tidy(path, f"-p={marks}")
        if not words:
            mark.write_text(digest, encoding="utf-8")
        return words

    wanted = [path for path in files if path.is_file() and root / "src" in path.parents]
    if not wanted:
        common.fail_for_usage(f"{build} builds nothing of {root}")
    clean = True
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for words in filter(None, pool.map(examine, wanted)):
            print(words, flush=True)
            clean = False
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
