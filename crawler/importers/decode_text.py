"""Decode the bytes of a file as text: UTF-8, UTF-16, or the charset that markup declares."""

from __future__ import annotations

import codecs
import re

from crawler.errors import InputError

MAX_TEXT_BYTES = 10_000_000
MAX_TABLE_BYTES = 20_000_000
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_HEAD = 2_000
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE)
_UTF_8 = ("utf-8", "utf8")
_WINDOWS = "cp1252"
_WHATWG = {"ascii": _WINDOWS, "iso-8859-1": _WINDOWS, "latin1": _WINDOWS, "us-ascii": _WINDOWS}


def decode_text(name: str, data: bytes, limit: int = MAX_TEXT_BYTES) -> str:
    """Return `data` as text: UTF-8, or UTF-16 with a byte order mark as Windows saves it.

    `name` is the file name for messages. Raises InputError for more than `limit` bytes, and for
    bytes that are not text.
    """
    _check_size(name, data, limit)
    return _checked_text(name, _decoded(name, data))


def decode_markup(name: str, data: bytes, limit: int = MAX_TEXT_BYTES) -> str:
    """Return `data` as text, in the charset that its markup declares if it is not UTF-8.

    `name` is the file name for messages. A label that Python does not know, and ISO 8859-1, mean
    Windows-1252 as in browsers (WHATWG Encoding Standard). Raises InputError for more than `limit`
    bytes, and for a binary file.
    """
    _check_size(name, data, limit)
    declared = _CHARSET.search(data[:_HEAD])
    label = declared[1].decode("ascii", "replace").lower() if declared else ""
    return _checked_text(name, _lenient(data, label))


def decode_table(name: str, data: bytes, limit: int = MAX_TABLE_BYTES) -> str:
    """Return `data` as text: UTF-8, UTF-16, or Windows-1252 as Excel saves a CSV file.

    `name` is the file name for messages. Raises InputError for more than `limit` bytes, and for a
    binary file.
    """
    _check_size(name, data, limit)
    return _checked_text(name, _lenient(data, ""))


def _check_size(name: str, data: bytes, limit: int) -> None:
    if len(data) > limit:
        size, most = f"{len(data) / 1e6:.1f} MB", f"{limit / 1e6:.0f} MB"
        message = f"{name} has {size}; {most} is the most that is read at once."
        raise InputError(message, "Split it into smaller files.")


def _checked_text(name: str, text: str) -> str:
    if "\0" in text:
        message = f"{name} is a binary file (a zero at character {text.index(chr(0))})."
        raise InputError(message, "Import the text, or name its format with --format.")
    return text


def _decoded(name: str, data: bytes) -> str:
    bom = next((bom for bom in _BOMS if data.startswith(bom)), b"")
    try:
        return data.removeprefix(bom).decode(_BOMS.get(bom, "utf-8"))
    except UnicodeDecodeError as error:
        hint = "Save it as UTF-8 text, or name its format with --format."
        raise InputError(f"{name} is not UTF-8 text (byte {error.start}).", hint) from None


def _lenient(data: bytes, label: str) -> str:
    """Return bytes of any charset as text: `label` is the declared charset, or empty."""
    bom = next((bom for bom in _BOMS if data.startswith(bom)), b"")
    if bom:
        return data.removeprefix(bom).decode(_BOMS[bom], "replace")
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if label in _UTF_8 or damaged * 2 <= _non_ascii(text):  # UTF-8 with few damaged bytes
        return text
    try:
        return data.decode(_WHATWG.get(label, label or _WINDOWS), "replace")
    except LookupError:
        return data.decode(_WINDOWS, "replace")


def _non_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))
