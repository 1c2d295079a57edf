"""Decode the bytes of a file as text: UTF-8, UTF-16, or the charset that its bytes show."""

from __future__ import annotations

import codecs

from crawler.charset_detection import decode_bytes
from crawler.errors import InputError

_GZIP = b"\x1f\x8b"
MAX_TEXT_BYTES = 10_000_000
MAX_TABLE_BYTES = 20_000_000
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
    _check_size(name, data, limit)
    return _checked_text(name, _decoded(name, data))


def decode_any_charset(name: str, data: bytes, limit: int = MAX_TEXT_BYTES) -> str:
    """Return `data` as text in any charset: its bytes decide, then what its markup declares.

    Old bookmark files and tables of Excel are not UTF-8. `name` is the file name for messages.
    Raises InputError for more than `limit` bytes, and for a binary file.
    """
    _check_size(name, data, limit)
    if not data.startswith(tuple(_BOMS)) and b"\0" in data:
        raise _binary_file(name, data.index(b"\0"))
    return _checked_text(name, decode_bytes(data))


def decode_table(name: str, data: bytes) -> str:
    """Return the CSV file `data` as text in any charset, as Excel saves it for example.

    `name` is the file name for messages. Raises InputError for more than `MAX_TABLE_BYTES`, and
    for a binary file.
    """
    return decode_any_charset(name, data, MAX_TABLE_BYTES)


def _check_size(name: str, data: bytes, limit: int) -> None:
    if len(data) > limit:
        size, most = f"{len(data) / 1e6:.1f} MB", f"{limit / 1e6:.0f} MB"
        message = f"{name} has {size}; {most} is the most that is read at once."
        raise InputError(message, "Split it into smaller files.")


def _checked_text(name: str, text: str) -> str:
    if "\0" in text:
        raise _binary_file(name, text.index("\0"))
    return text


def _binary_file(name: str, position: int) -> InputError:
    message = f"{name} is a binary file (a zero at character {position})."
    return InputError(message, "Import the text, or name its format with --format.")


def _decoded(name: str, data: bytes) -> str:
    if data.startswith(_GZIP):
        message = f"{name} is compressed with gzip."
        raise InputError(message, "Decompress it, for example with gunzip, and import the result.")
    bom = next((bom for bom in _BOMS if data.startswith(bom)), b"")
    try:
        return data.removeprefix(bom).decode(_BOMS.get(bom, "utf-8"))
    except UnicodeDecodeError as error:
        hint = "Save it as UTF-8 text, or name its format with --format."
        raise InputError(f"{name} is not UTF-8 text (byte {error.start}).", hint) from None
