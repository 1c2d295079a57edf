"""Erase archive records in place.

A gzip member of the same length replaces each record, so that other records keep their offsets.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import BinaryIO

from crawler.archive_storage import ArchiveFolder, Segment
from crawler.errors import InputError

_CHUNK = 65_536
_EMPTY_RECORD = b"WARC/1.1\r\nWARC-Type: metadata\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
# RFC 1952: magic, deflate, flag FCOMMENT, no time, no extra flags, unknown system; then the
# comment, of any length, which ends in a zero byte.
_HEADER = b"\x1f\x8b\x08\x10\0\0\0\0\0\xff"


def erase_records(folder: ArchiveFolder, places: Iterable[tuple[str, int]]) -> int:
    """Erase the records at these places (segment, offset) of the archive in `folder`.

    Returns the number of records whose segment exists. Raises InputError when a segment has no
    record at the place.
    """
    erased = 0
    for name, offset in places:
        path = folder / Path(name).name
        if path.is_file():
            with path.open("r+b") as segment:
                length = member_length(segment, offset)
                segment.seek(offset)
                segment.write(empty_member(length))
            erased += 1
    return erased


def erase_unreferenced_records(path: Segment, referenced: Collection[int]) -> int:
    """Erase the records of a segment whose offset is not in `referenced`; return how many.

    The first record, which describes the segment, stays. An incomplete last record is cut off.
    """
    erased, offset = 0, 0
    with path.open("r+b") as segment:
        size = segment.seek(0, io.SEEK_END)
        while offset < size:
            try:
                length = member_length(segment, offset)
            except InputError:
                segment.truncate(offset)
                return erased + 1
            if offset and offset not in referenced:
                segment.seek(offset)
                segment.write(empty_member(length))
                erased += 1
            offset += length
    return erased


def member_length(segment: BinaryIO, offset: int) -> int:
    """Return the length in bytes of the gzip member at `offset` of a segment.

    Raises InputError when there is no complete member.
    """
    segment.seek(offset)
    member, length = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS), 0
    try:
        while not member.eof:
            chunk = segment.read(_CHUNK)
            if not chunk:
                raise InputError(
                    f"{segment.name}: the record at byte {offset} is cut short.",
                    "It cannot be erased; delete the segment.",
                )
            member.decompress(chunk)
            length += len(chunk)
    except zlib.error as error:
        raise InputError(
            f"{segment.name} has no record at byte {offset}: {error}.",
            "It cannot be erased; delete the segment.",
        ) from None
    return length - len(member.unused_data)


def empty_member(length: int) -> bytes:
    """Return a gzip member of exactly `length` bytes with an empty record.

    The result is zeros when the length is too small.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(_EMPTY_RECORD) + packer.flush()
    body += struct.pack("<II", zlib.crc32(_EMPTY_RECORD), len(_EMPTY_RECORD))
    padding = length - len(_HEADER) - 1 - len(body)
    return _HEADER + b"-" * padding + b"\0" + body if padding >= 0 else bytes(length)
