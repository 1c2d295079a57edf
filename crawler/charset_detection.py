"""Character encoding of pages, feeds and files: the bytes decide, then what is declared.

The order is that of WHATWG HTML 13.2.3 (byte order mark, Content-Type, declaration in the document,
detection), with one exception: bytes that are UTF-8 except for a few are UTF-8.
"""

from __future__ import annotations

import codecs
import re

from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

from crawler.short_text_encodings import guess_short_encoding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first two characters of UTF-16 documents without a byte order mark.
_UTF16_STARTS = (
    (re.compile(rb"[<{\[]\x00[\x01-\x7f]\x00"), "utf-16-le"),
    (re.compile(rb"\x00[<{\[]\x00[\x01-\x7f]"), "utf-16-be"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META = re.compile(
    rb"<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*[\"']?\s*([\w.:-]+)",
    re.IGNORECASE,
)
_PRESCAN = 4096
_SAMPLE = 64 * 1024
# Spellings of code pages outside https://encoding.spec.whatwg.org/#names-and-labels.
_CODE_PAGE = re.compile(
    r"(?:x[-_]?)?(?:cp|win|windows|ms|ansi)[-_]?(125\d|874|866|932|936|949|950)"
)
# Labels that other software means in a wider sense than the name states.
_WIDER = {
    "big5": "big5hkscs",
    "cp932": "cp932",
    "cp936": "gb18030",
    "cp949": "cp949",
    "cp950": "big5hkscs",
    "euc_kr": "cp949",
    "gbk": "gb18030",
    "iso8859-11": "cp874",
    "shift_jis": "cp932",
}
_WESTERN = frozenset({"cp1252", "iso8859-15", "mac-roman"})
# Names that the detector also returns for texts that it does not know.
_UNLIKELY = _WESTERN | {"iso8859-7", "mac-cyrillic", "utf-8"}
_LATIN_2 = ("iso8859-2", "iso-8859-2")
_C1_CONTROL = re.compile(rb"[\x80-\x9f]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_HIGH = re.compile("[^\x00-\x7f]")
_STRAY = re.compile("[\udc80-\udcff]+")
# The first bytes of a UTF-8 character whose last bytes are missing.
_CUT = re.compile("[\udcc2-\udcf4][\udc80-\udcbf]+")
_CUT_AT_END = re.compile("[\udcc2-\udcf4][\udc80-\udcbf]{0,2}\\Z")


def decode_bytes(data: bytes, content_type: str = "") -> str:
    """Return the text of a document, decoded by its bytes and its declared encoding.

    `content_type` is the value of the Content-Type header. Invalid bytes become U+FFFD and NUL
    bytes are removed.
    """
    return _decode(data, content_type).replace("\x00", "")


def _decode(data: bytes, content_type: str) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    for start, name in _UTF16_STARTS:
        if start.match(data):
            return data.decode(name, "replace")
    if b"\x1b$" in data[:_SAMPLE] and (text := _try_decode(data, "iso-2022-jp")):
        return text
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_nearly_utf8(data) or _decode_declared(data, content_type)


def _decode_nearly_utf8(data: bytes) -> str | None:
    """Return text that is UTF-8 except for a few stray bytes, else None.

    A few are one in a hundred characters, or one in eight of those outside ASCII. A document of
    another encoding has more stray bytes than characters that are valid in UTF-8. The bytes of a
    character that was cut at the end of the document do not count if others are valid.
    """
    text = data.decode("utf-8", "surrogateescape")
    strays = sum(map(len, _STRAY.findall(text)))
    valid = len(_HIGH.findall(text)) - strays
    if valid and (cut := _CUT_AT_END.search(text)):
        strays -= len(cut[0])
    are_few = strays * 8 <= valid or (strays < valid and strays * 100 <= len(text))
    return _STRAY.sub(_stray_characters, text) if are_few else None


def _stray_characters(stray: re.Match[str]) -> str:
    """Return the windows-1252 characters of stray bytes, or U+FFFD for a character that was cut.

    One byte that begins a character and follows a character outside ASCII is a cut one, too.
    """
    before = stray.string[stray.start() - 1 : stray.start()]
    is_single_cut = "\udcc2" <= stray[0] <= "\udcf4" and not before.isascii()
    if is_single_cut or _CUT.fullmatch(stray[0]) or stray.end() == len(stray.string):
        return "\ufffd"
    return stray[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _decode_declared(data: bytes, content_type: str) -> str:
    """Decode with the first encoding that leaves at most one invalid character in a hundred.

    The declared encodings are tried first, then the detected one. Servers declare UTF-8 and
    ISO-8859-1 for documents that they do not know: the first yields to another declaration, and the
    second is ignored where most letters are not ASCII.
    """
    has_long_runs = _has_long_high_runs(data)
    detected = _detect(data, has_long_runs)
    declared = sorted(_declared(data, content_type), key=lambda name: _python_name(name) == "utf-8")
    ignored = _WESTERN if has_long_runs else frozenset()
    for name in (*declared, detected, "windows-1252"):
        text = None if _python_name(name) in ignored else _try_decode(data, name)
        if text is not None and text.count("\ufffd") * 100 <= len(text):
            return text
    return _try_decode(data, detected) or data.decode("cp1252", "replace")


def _detect(data: bytes, has_long_runs: bool) -> str:
    """Return the name of the encoding by the bytes alone; it may be wrong.

    `has_long_runs` states that the text is not in a language of western Europe.
    """
    detected = detect_encoding(data, _SAMPLE, html5_compatible=False) or ""
    if has_long_runs and (not detected or _python_name(detected) in _UNLIKELY):
        start = data if len(data) <= _SAMPLE else data[:_SAMPLE].rpartition(b"<")[0]
        return guess_short_encoding(start) or detected
    is_windows = detected.lower() in _LATIN_2 and _C1_CONTROL.search(data)
    return "cp1250" if is_windows else detected


def _has_long_high_runs(data: bytes) -> bool:
    """Whether bytes outside ASCII come in runs, as in no language of western Europe."""
    runs = _HIGH_RUN.findall(data[:_SAMPLE])
    return sum(map(len, runs)) >= 3 * len(runs)


def _declared(data: bytes, content_type: str) -> tuple[str, ...]:
    header = _HEADER.search(content_type)
    meta = _META.search(data[:_PRESCAN]) or _META.search(data)
    names = (header[1] if header else "", meta[1].decode("ascii", "replace") if meta else "")
    return tuple(name for name in names if name)


def _try_decode(data: bytes, name: str) -> str | None:
    encoding = _python_name(name)
    if encoding.startswith(("utf-16", "utf-32")) and b"<\x00" not in data and b"\x00<" not in data:
        return None
    try:
        if encoding == "utf-8":
            return _decode_with_few_strays(data)
        return data.decode(encoding, "replace")
    except (LookupError, UnicodeError):
        return None


def _decode_with_few_strays(data: bytes) -> str | None:
    text = data.decode("utf-8", "surrogateescape")
    strays = sum(map(len, _STRAY.findall(text)))
    return _STRAY.sub(_stray_characters, text) if strays * 100 <= len(text) else None


def _python_name(label: str) -> str:
    """Return Python's name of the encoding that documents with this label use."""
    label = label.strip().lower()
    code_page = _CODE_PAGE.fullmatch(label)
    name = f"cp{code_page[1]}" if code_page else map_encoding_to_html5(label, fallback_utf8=False)
    return _WIDER.get(name or label, name or label)
