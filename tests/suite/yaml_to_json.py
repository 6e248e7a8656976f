#!/usr/bin/python3
"""Turns the openspf test suite (YAML, several documents) into one JSON document for suite_spf.

Bytes travel as code points 0 to 255 (the suite writes them as \\xNN), so the reader maps each code point back
to one byte.
"""
import json
import sys

import yaml


class Loader(yaml.SafeLoader):
    """Keeps scalars that look like numbers or dates as text."""


Loader.yaml_implicit_resolvers = {
    first: [rule for rule in rules if rule[0] in ("tag:yaml.org,2002:merge", "tag:yaml.org,2002:null")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def main():
    with open(sys.argv[1], encoding="utf-8") as suite:
        documents = [document for document in yaml.load_all(suite, Loader) if document]
    json.dump(documents, sys.stdout, ensure_ascii=True)


if __name__ == "__main__":
    main()
