"""Bytes of a file to text, or an InputError that names the file and says what to do."""

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
    """UTF-8 text (or UTF-16 with a byte order mark, as Windows saves it) of at most `limit` bytes."""
    if len(data) > limit:
        raise InputError(
            f"{name} has {len(data) / 1e6:.1f} MB; {limit / 1e6:.0f} MB is the most that is read at once.",
            "Split it into smaller files.",
        )
    bom = next((bom for bom in _BOMS if data.startswith(bom)), b"")
    try:
        text = data.removeprefix(bom).decode(_BOMS.get(bom, "utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not UTF-8 text (byte {error.start}).",
            "Save it as UTF-8 text, or name its format with --format.",
        ) from None
    if "\0" in text:
        raise InputError(
            f"{name} is a binary file (a zero at character {text.index(chr(0))}).",
            "Import the text, or name its format with --format.",
        )
    return text
