"""Just enough of C++ for the lints: tokens, which bracket closes which, and what a brace is."""

import dataclasses
import re

import common

TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.']*|\"\s*\"|'\s*'|->|::|&&|[^\w\s]")

# A brace after one of these words opens a block.
BLOCK_WORDS = {"else", "do", "try", "const", "noexcept", "override", "final", "mutable", "volatile"}
TYPE_WORDS = {"struct", "class", "union", "enum", "namespace"}


@dataclasses.dataclass
class Token:
    text: str
    offset: int
    partner: int = -1  # of a bracket: the index of the other one
    parent: int = -1  # the index of the bracket that encloses it
    kind: str = ""  # of an opening brace: "block", "type" or "init"; of an opening square bracket: "lambda" or ""


def parse(text):
    """The tokens of a source file."""
    clean = common.without_preprocessor(common.without_comments(text))
    tokens = [Token(m.group(), m.start()) for m in TOKEN.finditer(clean)]
    open_brackets = []
    for i, token in enumerate(tokens):
        if token.text in (")", "]", "}") and open_brackets:
            partner = open_brackets.pop()
            token.partner = partner
            tokens[partner].partner = i
        token.parent = open_brackets[-1] if open_brackets else -1
        if token.text in ("(", "[", "{"):
            open_brackets.append(i)
    for i, token in enumerate(tokens):
        if token.text == "[":
            token.kind = "lambda" if begins_lambda(tokens, i) else ""
        if token.text == "{":
            token.kind = kind_of_brace(tokens, i)
    return tokens


def begins_lambda(tokens, i):
    if i + 1 < len(tokens) and tokens[i + 1].text == "[":
        return False  # an attribute
    if i == 0:
        return False
    before = tokens[i - 1].text
    if before == "[":
        return False
    if before in ("return", "co_return", "co_await", "co_yield"):
        return True
    return not (before in (")", "]") or re.match(r"[A-Za-z_]", before))


def kind_of_brace(tokens, i):
    if i == 0:
        return "block"
    before = tokens[i - 1]
    if before.text == "{":
        return "init" if before.kind == "init" else "block"
    if before.text in (";", "}", ":"):
        return "block"
    if before.text == ")":
        opening = before.partner
        return "init" if opening > 0 and tokens[opening - 1].text == "decltype" else "block"
    if before.text == "]":
        return "block" if before.partner >= 0 and tokens[before.partner].kind == "lambda" else "init"
    if before.text in BLOCK_WORDS or before.text.startswith('"'):
        return "block"
    # A type, or the type a function returns, stands before the brace.
    j = i - 1
    while j >= 0 and (tokens[j].text in ("::", "<", ">", ",", "&", "*", ":", "&&") or
                      re.match(r"[A-Za-z_\d]", tokens[j].text)):
        if tokens[j].text in TYPE_WORDS:
            return "type"
        if tokens[j].text in ("return", "co_return", "co_await", "case"):
            return "init"
        j -= 1
    return "block" if j >= 0 and tokens[j].text == "->" else "init"
