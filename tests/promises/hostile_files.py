"""Files that are hostile to importers; each holds one good record if its format has several."""

from __future__ import annotations

import json

POST = {"type": "post", "uri": "u:1", "network": "x", "text": "Good record"}
GOOD_LINE = json.dumps(POST).encode()
_LETTER = b"Subject: Good record\n\nhttps://two.example/good-page\n"
_FROM = b"From x Thu Nov 19 08:00:00 2026\n"


def _nested_letter(depth: int) -> bytes:
    parts = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(depth)
    )
    return b"From: a@b.example\nSubject: x\n" + parts + b"\n\nhttps://deep.example/x\n"


def _tweets(*hostile: bytes) -> bytes:
    good = b'{"tweet":{"id_str":"1","full_text":"Good record"}}'
    return b"window.YTD.tweets.part0 = [" + b",".join([good, *hostile]) + b"]"


def _amplifying_tweet() -> bytes:
    entity = {"url": "https://t.co/a", "expanded_url": "https://h.example/" + "h" * 1_900}
    text = "https://t.co/a " * 6_000
    tweet = {"id_str": "2", "full_text": text, "entities": {"urls": [entity] * 3}}
    return json.dumps({"tweet": tweet}).encode()


# file name -> content, and the record that the error names (empty: all records are imported)
FILES: dict[str, tuple[bytes, str]] = {
    "amplifying.js": (_tweets(_amplifying_tweet()), ""),
    "broken.jsonl": (GOOD_LINE + b"\n{broken\n", "broken.jsonl, line 2"),
    "deep.js": (_tweets(b"[" * 5_000 + b"]" * 5_000), "deep.js, tweet 2"),
    "deep.jsonl": (GOOD_LINE + b'\n{"a":' + b"[" * 200_000, "deep.jsonl, line 2"),
    "long.jsonl": (
        b'{"text":"' + b"a" * 6_000_000 + b'"}\n' + GOOD_LINE,
        "long.jsonl, line 1",
    ),
    "nested.mbox": (
        _FROM + _nested_letter(1_000) + b"\n\n" + _FROM + _LETTER,
        "nested.mbox, message 1",
    ),
    "parentheses.mbox": (
        _FROM + b"From: " + b"(" * 1_000 + b"\nMessage-ID: " + b"(" * 1_000 + b"\n" + _LETTER,
        "",
    ),
    "quotes.mbox": (_FROM + b"From: " + b'"' * 16_000 + b"\n" + _LETTER, ""),
    "surrogate.js": (
        _tweets(b'{"tweet":{"id_str":"2","full_text":"a\\ud800b"}}'),
        "",
    ),
    "surrogate.jsonl": (
        GOOD_LINE + b'\n{"type":"post","uri":"u:2","network":"x","text":"a\\ud800b"}',
        "",
    ),
    "userinfo.mbox": (
        _FROM + b"From: a@b.example\nSubject: Good record\nContent-Type: text/html\n\n"
        b'<a href="https://a[b@e.example/x">x</a><a href="https://c.example/good-page">y</a>\n',
        "",
    ),
}
