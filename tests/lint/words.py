"""Tracked files name no folder of one developer's machine, and nothing beside the checkout (but .ci may)."""

import re
import subprocess
import sys

import common

FOLDERS = ("work", "root", "farm")
ABSOLUTE = re.compile(rb"(?<![\w.~$}/-])/(?:" + "|".join(FOLDERS).encode() + rb")/")
OUTSIDE = re.compile(rb"\.\./" + rb"shared")


def faults_in(path, content):
    if b"\0" in content:
        return []
    faults = []
    for number, line in enumerate(content.split(b"\n"), 1):
        if ABSOLUTE.search(line):
            faults.append(f"{path}:{number}: an absolute path of one machine")
        if OUTSIDE.search(line) and not path.startswith(".ci/"):
            faults.append(f"{path}:{number}: names a folder outside the project")
    return faults


def self_test():
    slash = b"/"

    def count(path, content):
        return len(faults_in(path, content))

    return common.prove([
        ("a checkout", 1, count("a", b"cd " + slash + b"work/x\n")),
        ("in quotes", 1, count("a", b'path = "' + slash + b'root/y"\n')),
        ("an option", 1, count("a", b"--dir=" + slash + b"farm/z\n")),
        ("a path within another", 0, count("a", b"https://example.com" + slash + b"work/x src" + slash + b"root/x ." + slash + b"work/\n")),
        ("a folder beside", 1, count("scripts/x", b"ls .." + slash + b"shared\n")),
        ("a folder beside, in .ci", 0, count(".ci/run", b"ls .." + slash + b"shared\n")),
        ("a binary file", 0, count("a", b"\0 " + slash + b"work/x")),
    ])


def main():
    options = common.arguments(__doc__)
    if options.self_test:
        return self_test()
    try:
        listing = subprocess.run(["git", "-C", str(options.root), "-c", "safe.directory=*", "ls-files", "-z"],
                                 capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        print("no git checkout: skipped")
        return common.SKIPPED
    faults = []
    for name in filter(None, listing.stdout.decode().split("\0")):
        path = options.root / name
        if path.is_file():
            faults += faults_in(name, path.read_bytes())
    return common.report(faults)


if __name__ == "__main__":
    sys.exit(main())
