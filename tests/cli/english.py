"""Finds English that a reader of another language gets to see."""

import errno
import os
import re

# What stays as it is in any language: names in quotes, commands with their options, records, what the system says.
COMMANDS = r"(?:config|dkim|domain)(?: region)? [a-z-]+|[a-z]+"
KEPT = [
    re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`|\'[^\']*\''),
    re.compile(rf"\b(?:relayctl|chmod|openssl|sendmail) (?:{COMMANDS})(?: [a-z]+(?= --))?(?: (?:--?[a-zA-Z-]+(?:[= ][\w@.:/-]+)?|[A-Z@|:]+|\S*[\d@.:/]\S*))*"),
    re.compile(r"\bIN (?:TXT|MX|A|CNAME|PTR|TLSA) .*|\bv=\w+\b.*|\b[2-5]\d\d[ -](?:\d\.\d+\.\d+ )?.*"),
    re.compile(r"\bconfig region [a-z]+"),
    # The C library, and libidn2.
    re.compile("|".join([re.escape(os.strerror(number)) for number in sorted(errno.errorcode)] +
                        ["string contains a disallowed character"])),
]
# Three plain words in a row: one or two may be a value (`none`, `pass`), a field or a file.
ENGLISH = re.compile(r"(?<![\w./@:=<\\-])[A-Za-z]?[a-z']+(?: (?:a|[a-z][a-z'-]+)){2,}(?![\w./@:=-])")


def english_left(text, known=()):
    """The lines with English sentences in them, each with what was found. `known` are texts of the test's own."""
    found = []
    for line in text.splitlines():
        rest = line
        for words in known:
            rest = rest.replace(words, "…")
        for pattern in KEPT:
            rest = pattern.sub("…", rest)
        if match := ENGLISH.search(rest):
            found.append(f"{match[0]!r} in: {line}")
    return found
