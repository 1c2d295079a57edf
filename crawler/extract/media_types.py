"""What kind of document some bytes are: told by the bytes themselves, by the Content-Type only
where bytes cannot tell.
"""

from __future__ import annotations

import re

# the first bytes of what is not a page to read (WHATWG MIME Sniffing, sections 6 and 7)
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"GIF8", "image"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"\x00\x00\x01\x00", "image"),
    (b"\x1a\x45\xdf\xa3", "video"),
    (b"ID3", "audio"),
    (b"OggS", "audio"),
    (b"fLaC", "audio"),
    (b"wOF2", "font"),
    (b"wOFF", "font"),
    (b"\x7fELF", "program"),
    (b"\x00asm", "program"),
    (b"SQLite format 3\x00", "database"),
)
_TAGS = rb"!doctype\s+html|html|head|body|meta|title|script|style|link|header|article|main|section|div|table|h1|p|a|br|b|ul|!--"
_HTML = re.compile(rb"<(?:" + _TAGS + rb")[\s>/]", re.IGNORECASE)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|opml|urlset|sitemapindex|svg)[\s>]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SNIFFED = 2048


def sniff_media_type(body: bytes, content_type: str = "") -> str:
    """`html`, `pdf`, `json` or `text` (which can be read), or a word for what cannot: `image`,
    `video`, `zip`, `feed`, `binary` …
    """
    head = body[:_SNIFFED].lstrip(b"\xef\xbb\xbf \t\r\n\x0c")
    signed = next((kind for signature, kind in SIGNATURES if head.startswith(signature)), None)
    if (
        signed
        or head[4:8] == b"ftyp"
        or (head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"AVI ", b"WAVE"))
    ):
        return signed or ("image" if head[8:12] in (b"WEBP", b"avif", b"heic") else "video")
    if b"%PDF-" in body[:1024]:
        return "pdf"
    if head.startswith(_UTF16):
        return "html"
    return _sniff_text(head, content_type.partition(";")[0].strip().lower())


def _sniff_text(head: bytes, media_type: str) -> str:
    if b"\x00" in head and head.count(b"\x00") * 10 > len(head):
        return "binary"
    if _FEED.search(head) and not _HTML.match(head):
        return "feed"
    if head[:1] in b"{[" and ("json" in media_type or not _HTML.search(head)):
        return "json"
    if _HTML.search(head) or "html" in media_type:
        return "html"
    return (
        "text" if not media_type or media_type.startswith("text/") else media_type.partition("/")[0]
    )
