"""Messages in every corner of canonicalisation (RFC 6376 section 3.4), from a seeded generator: the same each time.

    for message in dkim_corpus.messages():
        message.name, message.octets, message.oddities

Octets end their lines in CRLF unless the oddities say otherwise. Every message has one From, so it can be signed.
Oddities, by which a test leaves out what a program under test does not take:

    bare-lf, bare-cr   a line end that is none, in the header or the body
    nul, nul-header    a NUL in the body, in the header
    no-body            no empty line behind the header
    utf8-header        raw UTF-8 in the header (SMTPUTF8, RFC 6532)
    long-line          a line of more than 998 octets
    space-colon        white space before the colon of a field (RFC 5322 section 4.5)
    blank-fold         a folded line of white space alone (obs-FWS, RFC 5322 section 4.2)
"""

import collections
import random

Message = collections.namedtuple("Message", "name octets oddities")

START = [b"From: Joe SixPack <joe@example.com>", b"To: Suzie Q <suzie@shopping.example.net>",
         b"Subject: Is dinner ready?", b"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)",
         b"Message-ID: <20030712040037.46341.5F8J@example.com>"]
TEXT = b"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"


def message(fields=None, body=TEXT):
    return b"".join(field + b"\r\n" for field in (START if fields is None else fields)) + b"\r\n" + body


def bodies():
    """name: (body, oddities)"""
    return {
        "empty": (b"", ()),
        "one-empty-line": (b"\r\n", ()),
        "empty-lines": (b"\r\n" * 5, ()),
        "blank-lines": (b" \r\n\t\r\n \t \r\n", ()),
        "blank-then-empty": (b"x\r\n \r\n\r\n", ()),
        "no-final-crlf": (b"x", ()),
        "no-final-crlf-blank": (b"x \t", ()),
        "no-final-crlf-after-line": (b"x\r\ny", ()),
        "trailing-empty-lines": (TEXT + b"\r\n" * 20, ()),
        "trailing-empty-lines-many": (TEXT + b"\r\n" * 40000, ()),
        "trailing-blank-lines": (TEXT + b" \t \r\n" * 20, ()),
        "leading-empty-lines": (b"\r\n\r\n\r\n" + TEXT, ()),
        "inner-empty-lines": (b"a\r\n\r\n\r\n\r\nb\r\n", ()),
        "tabs": (b"\ta\tb\t\tc\t\r\n\t\r\n", ()),
        "runs-of-blanks": (b"a  b   c \t d\t \te\r\n   f\r\n", ()),
        "blank-at-line-ends": (b"a \r\nb\t\r\nc \t \r\n", ()),
        "only-a-dot": (b".\r\n", ()),
        "dots": (b".a\r\n..\r\n.\r\nb\r\n", ()),
        "from-line": (b"From me to you\r\n>From me\r\n", ()),
        "8-bit-utf8": ("Grüße aus Köln, 東京\r\n".encode(), ()),
        "8-bit-latin1": (b"Gr\xfc\xdfe\r\n", ()),
        "every-octet": (bytes(octet for octet in range(1, 256) if octet not in (10, 13)) + b"\r\n", ()),
        "controls": (b"a\x0bb\x0cc\x1bd\x7fe\r\n\x0b\r\n", ()),
        "nbsp": (b"a\xc2\xa0 \xc2\xa0b \xa0\r\n", ()),
        "line-of-998": (b"x" * 998 + b"\r\n", ()),
        "line-of-10000": (b"y" * 10000 + b"\r\n" + b"z " * 5000 + b"\r\n", ("long-line",)),
        "blanks-of-10000": (b"a" + b" " * 10000 + b"b\r\n" + b"\t" * 10000 + b"\r\n", ("long-line",)),
        "long-line-without-end": (b"x" * 70000, ("long-line",)),
        "chunk-edges": (b"".join(b"%d \r\n" % i for i in range(20000)), ()),
        "looks-like-header": (b"From: other@example.net\r\nSubject: no\r\n\r\n", ()),
        "mime": (b"--b\r\nContent-Type: text/plain\r\n\r\nx \r\n--b--\r\n", ()),
        "quoted-printable": (b"a=20\r\nb=\r\nc=09=\r\n\r\n", ()),
        "base64": (b"\r\n".join([b"QUJD" * 19] * 50) + b"\r\n", ()),
        "bare-lf": (b"a\nb \nc\r\n\n\n", ("bare-lf",)),
        "bare-lf-at-end": (b"a\r\n\n", ("bare-lf",)),
        "bare-cr": (b"a\rb \rc\r\n\r", ("bare-cr",)),
        "cr-cr-lf": (b"a\r\r\nb \r\r\n", ("bare-cr",)),
        "bare-both": (b"a\n\rb\r\n\r\n\n\r\r", ("bare-lf", "bare-cr")),
        "nul": (b"a\0b\r\n\0\r\n", ("nul",)),
        "nul-at-end": (b"a\r\n\0", ("nul",)),
    }


def headers():
    """name: (fields, oddities)"""
    return {
        "folded": (START[:2] + [b"Subject: a\r\n b\r\n\tc", *START[3:]], ()),
        "folded-at-once": (START[:2] + [b"Subject:\r\n a", *START[3:]], ()),
        "folded-with-blanks": (START[:2] + [b"Subject: a  \r\n \t b \t\r\n  c  ", *START[3:]], ()),
        "folded-blank-line": (START[:2] + [b"Subject: a\r\n \r\n b", *START[3:]], ("blank-fold",)),
        "folded-blank-end": (START[:2] + [b"Subject: a\r\n \t", *START[3:]], ("blank-fold",)),
        "no-blank-behind-colon": ([field.replace(b": ", b":", 1) for field in START], ()),
        "blanks-behind-colon": ([field.replace(b": ", b": \t ", 1) for field in START], ()),
        "blank-before-colon": ([field.replace(b":", b" \t:", 1) for field in START], ("space-colon",)),
        "upper-case": ([field.partition(b":")[0].upper() + b":" + field.partition(b":")[2] for field in START], ()),
        "lower-case": ([field.partition(b":")[0].lower() + b":" + field.partition(b":")[2] for field in START], ()),
        "empty-subject": (START[:2] + [b"Subject:", *START[3:]], ()),
        "blank-subject": (START[:2] + [b"Subject: \t ", *START[3:]], ()),
        "trailing-blanks": ([field + b" \t" for field in START], ()),
        "only-from": (START[:1], ()),
        "from-last": (START[1:] + START[:1], ()),
        "two-subjects": (START + [b"Subject: another"], ()),
        "three-to": (START + [b"To: a@example.net", b"to: b@example.net"], ()),
        "received": ([b"Received: from a by b; Fri, 11 Jul 2003 21:00:37 -0700",
                      b"Received: from c\r\n\tby d\r\n\tid 1; Fri, 11 Jul 2003 21:00:36 -0700"] + START, ()),
        "mime": (START + [b"MIME-Version: 1.0", b"Content-Type: multipart/mixed;\r\n boundary=\"b\"",
                          b"Content-Transfer-Encoding: 8bit"], ()),
        "list": (START + [b"List-Id: News <news.example.com>", b"List-Unsubscribe: <https://example.com/u?a=1>,\r\n"
                          b"\t<mailto:u@example.com>", b"List-Unsubscribe-Post: List-Unsubscribe=One-Click",
                          b"Precedence: bulk"], ()),
        "resent": ([b"Resent-From: moved@example.com", b"Resent-To: x@example.net",
                    b"Resent-Date: Sat, 12 Jul 2003 21:00:37 -0700", b"Resent-Message-ID: <r@example.com>"] + START, ()),
        "reply": (START + [b"Reply-To: \"Doe, Jane\" <jane@example.com>", b"In-Reply-To: <a@b>",
                           b"References: <a@b>\r\n <c@d>\r\n <e@f>", b"Cc: undisclosed-recipients:;"], ()),
        "encoded-words": (START[:2] + [b"Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n =?UTF-8?Q?_aus_K=C3=B6ln?="] + START[3:],
                          ()),
        "utf8": (START[:2] + ["Subject: Grüße aus 東京".encode()] + START[3:], ("utf8-header",)),
        "utf8-from": (["From: Jörg <jörg@example.com>".encode()] + START[1:], ("utf8-header",)),
        "latin1": (START[:2] + [b"Subject: Gr\xfc\xdfe"] + START[3:], ("utf8-header",)),
        "semicolons": (START[:2] + [b"Subject: a; b=c; d=e; bh=f"] + START[3:], ()),
        "colons": (START[:2] + [b"Subject: a: b : c::"] + START[3:], ()),
        "field-of-998": (START + [b"References: " + b" ".join(b"<%d@example.com>" % i for i in range(50))], ()),
        "field-of-10000": (START[:2] + [b"Subject: " + b"x" * 10000] + START[3:], ("long-line",)),
        "folds-of-1000": (START[:2] + [b"Subject: a" + b"\r\n b" * 1000] + START[3:], ()),
        "fields-of-300": ([b"X-%d: %d" % (i, i) for i in range(300)] + START, ()),
        "odd-names": (START + [b"X_y.z!#$%&'*+-/=?^`{|}~: 1", b"A:", b"1: 2"], ()),
        "signed-before": ([b"DKIM-Signature: v=1; a=rsa-sha256; d=other.example; s=x; h=from; bh=; b=AAAA"] + START, ()),
        "bare-lf": ([START[0] + b"\nX-a: b\nX-c: d", *START[1:]], ("bare-lf",)),
        "bare-cr": ([START[0], b"X-a: b\rX-c: d", *START[1:]], ("bare-cr",)),
        "nul": ([*START, b"X-a: b\0c"], ("nul-header",)),
        "controls": ([*START[:2], b"Subject: a\x0bb\x0c \x1b[31mc\x7f", *START[3:]], ()),
    }


def random_text(source, length, alphabet):
    result = bytearray()
    while len(result) < length:
        run = source.choice((1, 1, 1, 2, 3, source.randrange(1, 90)))
        result += source.choice(alphabet) * run
    return bytes(result)


def random_fields(source):
    blank = [b" ", b"\t", b"  ", b" \t"]
    fields = []
    for field in START[:1] + source.sample(START[1:], source.randrange(len(START))):
        name, _, value = field.partition(b":")
        words = value.split(b" ")
        joined = words[0]
        for word in words[1:]:
            joined += source.choice([b" ", b" ", b"\t", b"\r\n ", b"\r\n\t", b" \r\n "]) + word
        case = source.choice([bytes, bytes.upper, bytes.lower, bytes.title])
        fields.append(case(name) + b":" + source.choice([b"", *blank]) + joined.strip() + source.choice([b"", *blank]))
    for _ in range(source.randrange(4)):
        fields.append(source.choice([b"Subject: again", b"X-Mailer: t\tt", b"Cc: c@example.net", b"Received: by x",
                                     b"Content-Type: text/plain;\r\n\tcharset=utf-8", b"MIME-Version: 1.0"]))
    source.shuffle(fields)
    return fields


def messages(seed=6376, count=260):
    """At least `count`: every body and every header once, then mixtures of random ones."""
    result = []
    for name, (body, oddities) in bodies().items():
        result.append(Message("body-" + name, message(body=body), frozenset(oddities)))
    for name, (fields, oddities) in headers().items():
        result.append(Message("header-" + name, message(fields), frozenset(oddities)))
    no_body = b"\r\n".join(START) + b"\r\n"
    result.append(Message("no-empty-line", no_body, frozenset({"no-body"})))
    result.append(Message("no-last-line-end", no_body[:-2], frozenset({"no-body"})))
    result.append(Message("unix", message().replace(b"\r\n", b"\n"), frozenset({"bare-lf"})))
    result.append(Message("megabyte", message(body=TEXT * 18000), frozenset()))
    source = random.Random(seed)
    alphabet = [b"a", b"Z", b" ", b"\t", b"\r\n", b"\r\n", b" \r\n", b".", b"\xc3\xa4", b"=20"]
    while len(result) < count:
        body = random_text(source, source.choice((0, 5, 50, 500, 5000)), alphabet)
        # Not all signers take the end of the last line to be there where it is not.
        if body and source.random() < 0.9:
            body += b"\r\n"
        result.append(Message(f"random-{len(result)}", message(random_fields(source), body), frozenset()))
    return result
