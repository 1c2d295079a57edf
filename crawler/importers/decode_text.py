"""Decode the bytes of a file as text."""

from __future__ import annotations

import codecs

from crawler.errors import InputError

MAX_TEXT_BYTES = 10_000_000
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


def decode_text(name: str, data: bytes, limit: int = MAX_TEXT_BYTES) -> str:
    """Return `data` as text: UTF-8, or UTF-16 with a byte order mark as Windows saves it.

    `name` is the file name for messages. Raises InputError for more than `limit` bytes, and for
    bytes that are not text.
    """
    if len(data) > limit:
        size, most = f"{len(data) / 1e6:.1f} MB", f"{limit / 1e6:.0f} MB"
        message = f"{name} has {size}; {most} is the most that is read at once."
        raise InputError(message, "Split it into smaller files.")
    text = _decoded(name, data)
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
