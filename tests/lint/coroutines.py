"""g++ 12 miscompiles some co_await expressions (double free, use after free). No braces and no capturing lambda
may stand in the full expression that holds a co_await: name the value first, then await the name."""

import re
import sys

import common
import cpp

CONTROL = {"if", "while", "for", "switch"}


def full_expression(tokens, i):
    """The first and last+1 token of the statement or condition that holds token i."""
    place = i
    while True:
        parent = tokens[place].parent
        if parent < 0:
            start, end = 0, len(tokens)
            break
        is_condition = tokens[parent].text == "(" and parent > 0 and (
            tokens[parent - 1].text in CONTROL or
            (tokens[parent - 1].text == "constexpr" and tokens[parent - 2].text == "if"))
        is_block = tokens[parent].text == "{" and tokens[parent].kind != "init"
        if is_condition or is_block:
            start = parent + 1
            end = tokens[parent].partner if tokens[parent].partner >= 0 else len(tokens)
            break
        place = parent
    # `place` is at the level of the statement: cut at the semicolons and blocks around it.
    j = place - 1
    while j >= start:
        text = tokens[j].text
        if text == ";":
            break
        if text in (")", "]", "}") and tokens[j].partner >= start:
            if text == "}" and tokens[tokens[j].partner].kind != "init" and not ends_lambda(tokens, tokens[j].partner):
                break
            j = tokens[j].partner
        j -= 1
    first = skip_control(tokens, j + 1, place)
    j = place
    while j < end and tokens[j].text != ";":
        partner = tokens[j].partner
        if tokens[j].text == "{" and tokens[j].kind != "init" and not ends_lambda(tokens, j):
            break
        j = partner if tokens[j].text in ("(", "[", "{") and partner > j else j
        j += 1
    return first, j


def ends_lambda(tokens, brace):
    """Whether the block that begins at this brace is a lambda's body."""
    j = brace - 1
    while j >= 0 and tokens[j].text not in (";", "{", "}"):
        if tokens[j].text == "]":
            return tokens[j].partner >= 0 and tokens[tokens[j].partner].kind == "lambda"
        if tokens[j].text == ")" and tokens[j].partner >= 0:
            j = tokens[j].partner
        j -= 1
    return False


def skip_control(tokens, first, place):
    """Steps over `if (...)`, `else`, `for (...)` and labels before the statement proper."""
    while first < place:
        text = tokens[first].text
        if text in ("else", "do"):
            first += 1
        elif text in CONTROL:
            opening = first + (2 if tokens[first + 1].text == "constexpr" else 1)
            if tokens[opening].text != "(" or not opening < tokens[opening].partner < place:
                return first
            first = tokens[opening].partner + 1
        else:
            return first
    return first


def faults_in(text):
    """[(line, what)], one a full expression at most for each kind."""
    tokens = cpp.parse(text)
    found = []
    for i, token in enumerate(tokens):
        if token.text != "co_await" or (i > 0 and tokens[i - 1].text == "operator"):
            continue
        first, end = full_expression(tokens, i)
        j = first
        while j < end:
            if tokens[j].text == "{":
                if tokens[j].kind == "init":
                    found.append((common.line_of(text, tokens[j].offset), "braces"))
                else:
                    j = max(tokens[j].partner, j)  # a lambda's body is expressions of its own
            elif tokens[j].kind == "lambda":
                if tokens[j].partner > j + 1:
                    found.append((common.line_of(text, tokens[j].offset), "a capturing lambda"))
                j = max(tokens[j].partner, j)
            j += 1
    return sorted(set(found))


def self_test():
    """samples/coroutines.cpp marks the lines that must be found with `// fault`."""
    cases = []
    path = common.pathlib.Path(__file__).parent / "samples" / "coroutines.cpp"
    text = path.read_text(encoding="utf-8")
    expected = {n for n, line in enumerate(text.splitlines(), 1) if re.search(r"// fault\b", line)}
    actual = {line for line, _ in faults_in(text)}
    for line in sorted(expected | actual):
        cases.append((f"{path.name}:{line}", line in expected, line in actual))
    cases.append(("faults in the sample", True, len(expected) >= 20))
    return common.prove(cases)


def main():
    options = common.arguments(__doc__)
    if options.self_test:
        return self_test()
    faults = []
    for path in common.sources(options.root, "src", "tests"):
        for line, what in faults_in(path.read_text(encoding="utf-8")):
            name = path.relative_to(options.root).as_posix()
            faults.append(f"{name}:{line}: {what} in a co_await expression: name it first, then await it")
    return common.report(faults)


if __name__ == "__main__":
    sys.exit(main())
