"""What the lints share: which files there are, C++ text without comments and strings, and the report."""

import argparse
import pathlib
import re
import sys

SKIPPED = 77  # ctest's SKIP_RETURN_CODE


def arguments(description, **options):
    """The lint's arguments: --root, --self-test and the options named, all taking a value."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("--self-test", action="store_true")
    for name, text in options.items():
        parser.add_argument("--" + name, help=text)
    return parser.parse_args()


def sources(root, *folders):
    """The C++ files under the folders, sorted."""
    found = []
    for folder in folders:
        found += [p for p in (root / folder).rglob("*") if p.suffix in (".cpp", ".hpp")]
    return sorted(p for p in found if "samples" not in p.parts)


def report(faults):
    """Prints the faults and gives the exit code."""
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def prove(cases):
    """cases: (name, expected, actual). The exit code of a self-test."""
    wrong = [(name, expected, actual) for name, expected, actual in cases if expected != actual]
    for name, expected, actual in wrong:
        print(f"self-test: {name}: expected {expected!r}, got {actual!r}")
    print(f"self-test: {len(cases) - len(wrong)} of {len(cases)} as expected")
    return 1 if wrong else 0


LITERALS = re.compile(
    r"""//(?:[^\n\\]|\\.|\\\n)*                                # a line comment
      | /\*.*?\*/                                              # a block comment
      | (?:u8|[uUL])?R"(?P<tag>[^()\s\\"]{0,16})\(.*?\)(?P=tag)"   # a raw string
      | "(?:[^"\\\n]|\\.)*"                                    # a string
      | (?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+'                    # a character, not a digit separator
    """,
    re.DOTALL | re.VERBOSE)


def without_comments(text, keep_strings=False):
    """The text with comments (and what stands in strings) blanked; lines and offsets stay."""

    def blank(match):
        piece = match.group()
        if not piece.startswith("/"):
            if keep_strings:
                return piece
            opening = piece[: piece.index(piece[-1]) + 1]
            middle = piece[len(opening) : -1]
            return opening + re.sub(r"[^\n]", " ", middle) + piece[-1]
        return re.sub(r"[^\n]", " ", piece)

    return LITERALS.sub(blank, text)


def without_preprocessor(text):
    """The text with preprocessor lines blanked, continued ones too."""
    return re.sub(r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.M)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def fail_for_usage(message):
    print(message, file=sys.stderr)
    sys.exit(2)
