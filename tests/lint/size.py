"""Files stay readable in one sitting: none under src over 450 lines. Functions over 60 lines are named, not
counted as faults: a switch over many cases may be long and plain."""

import re
import sys

import common
import cpp

LONGEST_FILE = 450
LONG_FUNCTION = 60


def long_functions(text):
    """[(line, lines)] of functions at namespace or class level whose body is longer than LONG_FUNCTION."""
    tokens = cpp.parse(text)
    found = []
    for i, token in enumerate(tokens):
        if token.text != "{" or token.kind != "block" or token.partner < 0:
            continue
        parent = token.parent
        if parent >= 0 and not (tokens[parent].text == "{" and tokens[parent].kind == "type"):
            continue
        first, last = (common.line_of(text, tokens[j].offset) for j in (i, token.partner))
        if last - first + 1 > LONG_FUNCTION:
            found.append((first, last - first + 1))
    return found


def file_fault(path, text):
    lines = text.count("\n")
    return [f"{path}:{lines}: {lines} lines, more than {LONGEST_FILE}: split the file"] if lines > LONGEST_FILE else []


def self_test():
    body = "    go();\n" * 70
    return common.prove([
        ("a file of 450 lines", 0, len(file_fault("a", "\n" * 450))),
        ("a file of 451 lines", 1, len(file_fault("a", "\n" * 451))),
        ("a long function", [(2, 72)], long_functions("namespace a {\nint f(int i) {\n" + body + "}\n}\n")),
        ("a long method", [(2, 72)], long_functions("class A : B {\n  void f() const {\n" + body + "}\n};\n")),
        ("a short function", [], long_functions("int f() {\n    go();\n}\n")),
        ("a long table", [], long_functions("const int table[] = {\n" + "    1,\n" * 70 + "};\n")),
        ("a long namespace", [], long_functions("namespace {\n" + "int a();\n" * 70 + "}\n")),
    ])


def main():
    options = common.arguments(__doc__)
    if options.self_test:
        return self_test()
    faults = []
    for path in common.sources(options.root, "src"):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(options.root).as_posix()
        faults += file_fault(name, text)
        for line, lines in long_functions(text):
            print(f"{name}:{line}: note: a function of {lines} lines")
    return common.report(faults)


if __name__ == "__main__":
    sys.exit(main())
