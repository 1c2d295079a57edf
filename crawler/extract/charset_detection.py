"""Character encoding of a page, in the order of WHATWG HTML 13.2.3.

Byte order mark, Content-Type, meta declaration, then detection; each is checked against the bytes.
"""

from __future__ import annotations

import codecs
import re

from resiliparse.parse.encoding import detect_encoding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META = re.compile(
    rb"<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*[\"']?\s*([\w.:-]+)",
    re.IGNORECASE,
)
_PRESCAN = 4096
# Labels with another meaning on the web: https://encoding.spec.whatwg.org/#names-and-labels.
ENCODING_LABELS = {
    "ascii": "windows-1252",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "windows-1252",
    "iso-8859-9": "windows-1254",
    "ks_c_5601-1987": "cp949",
    "latin1": "windows-1252",
    "shift-jis": "cp932",
    "shift_jis": "cp932",
    "tis-620": "cp874",
    "us-ascii": "windows-1252",
    "x-sjis": "cp932",
}


def decode_page(body: bytes, content_type: str = "") -> str:
    """Return the text of the page `body`, decoded by its byte order mark or declared encoding.

    `content_type` is the value of the Content-Type header. Invalid bytes become U+FFFD and NUL
    bytes are removed.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace").replace("\x00", "")
    try:
        return body.decode("utf-8").replace("\x00", "")
    except UnicodeDecodeError:
        return _decode_declared(body, content_type).replace("\x00", "")


def _decode_declared(body: bytes, content_type: str) -> str:
    """Decode with the first encoding that leaves at most one invalid character in a hundred.

    The declared encodings are tried first, then the detected one.
    """
    detected = detect_encoding(body[: 64 * 1024]) or ""
    for name in (*_declared(body, content_type), detected, "windows-1252"):
        text = _try_decode(body, name)
        if text is not None and text.count("\ufffd") * 100 <= len(text):
            return text
    return body.decode("utf-8", "replace")


def _declared(body: bytes, content_type: str) -> tuple[str, ...]:
    header = _HEADER.search(content_type)
    meta = _META.search(body[:_PRESCAN]) or _META.search(body)
    names = (header[1] if header else "", meta[1].decode("ascii", "replace") if meta else "")
    return tuple(name for name in names if name)


def _try_decode(body: bytes, name: str) -> str | None:
    label = name.strip().lower()
    if label.startswith("utf-16") and b"<\x00" not in body and b"\x00<" not in body:
        return None
    try:
        return body.decode(ENCODING_LABELS.get(label, label), "replace")
    except (LookupError, UnicodeError):
        return None
