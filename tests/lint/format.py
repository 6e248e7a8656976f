"""The sources are as clang-format 14 writes them."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import common

PROGRAMS = ("clang-format-14", "clang-format")


def unformatted(program, files, root):
    """clang-format's words about the files, or ""."""
    result = subprocess.run([program, "--dry-run", "-Werror", "--style=file", "--ferror-limit=1", *map(str, files)],
                            cwd=root, capture_output=True, text=True, check=False)
    return result.stderr if result.returncode != 0 else ""


def self_test(program):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / ".clang-format").write_text("BasedOnStyle: Google\n")
        (root / "good.cpp").write_text("int f() { return 1; }\n")
        (root / "bad.cpp").write_text("int  f( ){return 1 ;}\n")
        return common.prove([
            ("a formatted file", False, bool(unformatted(program, [root / "good.cpp"], root))),
            ("an unformatted file", True, bool(unformatted(program, [root / "bad.cpp"], root))),
        ])


def main():
    options = common.arguments(__doc__)
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not program:
        print("clang-format is not installed: skipped")
        return common.SKIPPED
    if options.self_test:
        return self_test(program)
    words = unformatted(program, common.sources(options.root, "src", "tests"), options.root)
    return common.report([words] if words else [])


if __name__ == "__main__":
    sys.exit(main())
