"""Prepare a feed for an XML parser: decode it, and repair what publishers often get wrong."""

from __future__ import annotations

import re
from html.entities import html5

from crawler.charset_detection import decode_bytes

_DECLARATION = re.compile(r"\s*<\?xml\b[^<>]{0,500}\?>\s*", re.IGNORECASE)
_DOCTYPE = re.compile(r"\s*<!DOCTYPE[^<>\[\]]{0,500}>\s*", re.IGNORECASE)
_ROOT = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_END = re.compile(r"</(?:\w{1,20}:)?(?:rss|feed|rdf)\s{0,9}>", re.IGNORECASE)
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CDATA_OR_REFERENCE = re.compile(
    r"<!\[CDATA\[(?:.*?\]\]>|.*\Z)|&(?:#(\d{1,9});|#[xX]([0-9a-fA-F]{1,8});|(\w{1,40});)?",
    re.DOTALL,
)
_CONTROL_REFERENCE = re.compile(rb"&#(?:0{0,5}(12[89]|1[345]\d)|[xX]0{0,5}([89][0-9a-fA-F]));")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_HEAD = 65_536


def with_windows_characters(data: bytes) -> bytes:
    """Return the document `data` with references to the characters that HTML reads in them.

    `&#146;` is a control character in XML, and an apostrophe of windows-1252 in HTML.
    """
    return _CONTROL_REFERENCE.sub(_windows_character, data) if b"&#" in data else data


def _windows_character(match: re.Match[bytes]) -> bytes:
    decimal, hexadecimal = match.groups()
    code = int(decimal) if decimal else int(hexadecimal, 16)
    character = bytes([code]).decode("cp1252", "replace")
    return match[0] if character == "\ufffd" else b"&#%d;" % ord(character)


def decode_xml(data: bytes, content_type: str = "") -> str:
    """Return the text of a document without its XML declaration and a DOCTYPE without entities.

    `content_type` is the value of the Content-Type header.
    """
    text = decode_bytes(data, content_type)
    start = _DECLARATION.match(text)
    text = text[start.end() :] if start else text
    doctype = _DOCTYPE.match(text)
    return text[doctype.end() :] if doctype else text


def repair_xml(text: str) -> str:
    """Return the document `text` with valid characters and references, and nothing around its root.

    An ampersand that begins no reference is escaped, and entities of HTML become their characters
    (XML 1.0 section 4.6 knows five). CDATA sections stay as written.
    """
    root = _ROOT.search(text, 0, _HEAD)
    text = text[root.start() :] if root else text
    ends = list(_END.finditer(text, max(0, len(text) - _HEAD)))
    text = text[: ends[-1].end()] if ends else text
    return _CDATA_OR_REFERENCE.sub(_repaired, _INVALID.sub("", text))


def _repaired(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if decimal or hexadecimal:
        code = int(decimal) if decimal else int(hexadecimal, 16)
        return match[0] if _is_character(code) else "\ufffd"
    if name and name not in _XML_ENTITIES:
        return _escaped(html5.get(f"{name};", match[0]))
    return "&amp;" if match[0] == "&" else match[0]


def _is_character(code: int) -> bool:
    """Whether XML 1.0 section 2.2 allows the character."""
    return code in (0x9, 0xA, 0xD) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
