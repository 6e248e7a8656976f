"""Signs every file of a folder with python3-dkim, for Debian's own interpreter.

    python_dkim_sign.py SOURCE TARGET KEY DOMAIN SELECTOR HEADER/BODY ALGORITHM [l]

What python3-dkim does not sign gets no file in TARGET. KEY: PEM, or for Ed25519 the base64 text of the seed.
"""

import sys
from pathlib import Path

import dkim


def main(source, target, key, domain, selector, canonicalization, algorithm, *rest):
    pair = tuple(word.encode() for word in canonicalization.split("/"))
    private = Path(key).read_bytes()
    for path in sorted(Path(source).iterdir()):
        message = path.read_bytes()
        try:
            signature = dkim.sign(message, selector.encode(), domain.encode(), private, canonicalize=pair,
                                  signature_algorithm=algorithm.encode(), length="l" in rest)
        except (dkim.DKIMException, ValueError, IndexError):
            continue
        Path(target, path.name).write_bytes(signature + message)


if __name__ == "__main__":
    main(*sys.argv[1:])
