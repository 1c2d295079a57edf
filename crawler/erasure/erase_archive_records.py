"""Erasing archive records that contain a trace, and damaged parts of archive segments."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.archive_storage import ArchiveFolder, Segment, list_segments
from crawler.erasure.match_traces import Traces, decoded_views
from crawler.fetch.erase_warc_records import empty_member

_CHUNK = 65_536
_GZIP = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class GzipMember:
    """One gzip member of a segment: its offsets in bytes and its decompressed data.

    `data` is None for bytes that cannot be read.
    """

    start: int
    end: int
    data: bytes | None


@dataclass(frozen=True, slots=True)
class SegmentErasure:
    """The (file name, offset) of erased records, and the removed damages in words."""

    places: tuple[tuple[str, int], ...] = ()
    damages: tuple[str, ...] = ()


def gzip_members(data: bytes) -> Iterator[GzipMember]:
    """Yield every gzip member of a segment, and the bytes between them that cannot be read."""
    offset = 0
    while offset < len(data):
        member = _read_member(data, offset)
        if member.data is None:
            member = GzipMember(offset, _next_readable(data, offset + 1), None)
        yield member
        offset = member.end


def erase_from_segments(
    folder: ArchiveFolder, traces: Traces, places: Collection[tuple[str, int]], since: str = ""
) -> SegmentErasure:
    """Erase the records at `places`, and every record that contains one of `traces`.

    `folder` contains the segments. Segments whose name sorts before `since` are left out; a name
    begins with the time of its run. Bytes that cannot be read may contain a trace, so they are
    erased as well. A segment that cannot be written is deleted.

    Returns the erased records and the damages.
    """
    erased: list[tuple[str, int]] = []
    damages: list[str] = []
    for path in list_segments(folder):
        if path.name < since:
            continue
        offsets = {offset for name, offset in places if Path(name).name == path.name}
        erased += _erase_or_delete(path, traces, offsets, damages)
    return SegmentErasure(tuple(erased), tuple(damages))


def traces_in_bytes(traces: Traces, data: bytes) -> set[str]:
    """Return those of `traces` in the bytes of a record or page, in any encoding of its text."""
    text = data.decode("utf-8", "replace")
    spellings = {trace for view in decoded_views(text) for trace in traces.in_text(view)}
    if b"\0" in data[:4096]:
        spellings |= traces.in_text(data.replace(b"\0", b"").decode("latin-1"))  # UTF-16
    return spellings


def _erase_or_delete(
    path: Segment, traces: Traces, offsets: Collection[int], damages: list[str]
) -> list[tuple[str, int]]:
    """Erase from one segment, or delete it if it cannot be written.

    Return the (file name, offset) of erased records, and append to `damages`.
    """
    try:
        starts = list(_erase_from_segment(path, traces, offsets, damages))
    except OSError as error:
        damages.append(f"{path.name}: {error.strerror}; {_delete_segment(path)}")
        return []
    name = path.name.encode("utf-8", "replace").decode()  # SQLite stores no other text
    return [(name, start) for start in starts]


def _erase_from_segment(
    path: Segment, traces: Traces, offsets: Collection[int], damages: list[str]
) -> Iterator[int]:
    """Erase from one segment. Yield the offset of each erased member, and append to `damages`."""
    data = path.read_bytes()
    for member in gzip_members(data):
        if member.data is None:
            damages.append(_damage(path, member))
        elif member.start not in offsets and not traces_in_bytes(traces, member.data):
            continue
        _overwrite(path, member, len(data))
        yield member.start


def _overwrite(path: Segment, member: GzipMember, size: int) -> None:
    """Replace a member by empty records; cut an unreadable end off the segment."""
    with path.open("r+b") as segment:
        if member.data is None and member.end == size:
            segment.truncate(member.start)
        else:
            segment.seek(member.start)
            segment.write(empty_member(member.end - member.start))


def _damage(path: Segment, member: GzipMember) -> str:
    place = f"bytes {member.start} to {member.end}"
    return f"{path.name}: {place} could not be read and were removed"


def _read_member(data: bytes, start: int) -> GzipMember:
    """Decompress the member at `start`; its end is `start` if it is not gzip data."""
    unpacker, parts, offset = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS), [], start
    try:
        while not unpacker.eof and offset < len(data):
            parts.append(unpacker.decompress(data[offset : offset + _CHUNK]))
            offset += _CHUNK
    except zlib.error:
        return GzipMember(start, start, None)
    if not unpacker.eof:
        return GzipMember(start, len(data), None)
    end = min(offset, len(data)) - len(unpacker.unused_data)
    return GzipMember(start, end, b"".join(parts))


def _next_readable(data: bytes, start: int) -> int:
    """Return the offset of the next readable member, or the end of the data."""
    while (start := data.find(_GZIP, start)) >= 0:
        if _read_member(data, start).data is not None:
            return start
        start += 1
    return len(data)


def _delete_segment(path: Segment) -> str:
    """Delete a segment; return the result in words."""
    try:
        path.unlink()
    except OSError:
        return "it could not be deleted either: delete it by hand"
    return "the segment was deleted"
