"""Sniffing of media types: by the bytes, and by the Content-Type where the bytes do not decide."""

from __future__ import annotations

import re

# The first bytes of files that are not HTML or text (WHATWG MIME Sniffing, sections 6 and 7).
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
_TAGS = (
    rb"!doctype\s+html|html|head|body|meta|title|script|style|link|header|article|main|section|div"
    rb"|table|h1|p|a|br|b|ul|!--"
)
_HTML = re.compile(rb"<(?:" + _TAGS + rb")[\s>/]", re.IGNORECASE)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|opml|urlset|sitemapindex|svg)[\s>]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SNIFFED = 2048


def sniff_media_type(body: bytes, content_type: str = "") -> str:
    """Return the kind of file that `body` is.

    `html`, `pdf`, `json` and `text` can be extracted. Other results are names such as `image`,
    `video`, `zip`, `feed` or `binary`. `content_type` is the value of the Content-Type header.
    """
    start = body[:_SNIFFED].lstrip(b"\xef\xbb\xbf \t\r\n\x0c")
    for signature, kind in SIGNATURES:
        if start.startswith(signature):
            return kind
    if _is_media_container(start):
        return "image" if start[8:12] in (b"WEBP", b"avif", b"heic") else "video"
    if b"%PDF-" in body[:1024]:
        return "pdf"
    if start.startswith(_UTF16):
        return "html"
    return _sniff_text(start, content_type.partition(";")[0].strip().lower())


def _is_media_container(start: bytes) -> bool:
    """Whether a file is RIFF or ISO base media (MP4, AVIF, HEIC)."""
    is_riff = start[:4] == b"RIFF" and start[8:12] in (b"WEBP", b"AVI ", b"WAVE")
    return is_riff or start[4:8] == b"ftyp"


def _sniff_text(start: bytes, media_type: str) -> str:
    if start.count(b"\x00") * 10 > len(start):
        return "binary"
    if _FEED.search(start) and not _HTML.match(start):
        return "feed"
    has_html = _HTML.search(start) is not None
    if start[:1] in b"{[" and ("json" in media_type or not has_html):
        return "json"
    if has_html or "html" in media_type:
        return "html"
    is_text = not media_type or media_type.startswith("text/")
    return "text" if is_text else media_type.partition("/")[0]
