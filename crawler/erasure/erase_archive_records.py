"""Erasing archive records that hold a trace, and the parts of damaged segments that cannot be read."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.erasure.match_traces import Traces, decoded_views
from crawler.fetch.erase_warc_records import empty_member

_CHUNK = 65_536
_GZIP = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class GzipMember:
    """One gzip member of a segment, `data` decompressed; without data if it cannot be read."""

    start: int
    end: int
    data: bytes | None


@dataclass(frozen=True, slots=True)
class SegmentErasure:
    """What was erased: the places of records, and in words every damage that was removed."""

    places: tuple[tuple[str, int], ...] = ()
    damages: tuple[str, ...] = ()


def gzip_members(data: bytes) -> Iterator[GzipMember]:
    """Every gzip member of a segment, and the stretches between them that cannot be read."""
    at = 0
    while at < len(data):
        found = _member(data, at)
        if found.data is None:
            found = GzipMember(at, _next_readable(data, at + 1), None)
        yield found
        at = found.end


def erase_from_segments(
    folder: Path, traces: Traces, places: Collection[tuple[str, int]], since: str = ""
) -> SegmentErasure:
    """Erase the records at `places`, and every record that holds a trace.

    `since`: leave out segments whose name sorts before it. Names begin with the time of the run.

    A stretch that cannot be read may hold one too, so it is erased as well. A segment that cannot
    be written is deleted.
    """
    erased: list[tuple[str, int]] = []
    damages: list[str] = []
    for path in sorted(folder.glob("*.warc.gz")):
        if path.name < since:
            continue
        known = {offset for name, offset in places if Path(name).name == path.name}
        try:
            erased += [(path.name, at) for at in _clear_segment(path, traces, known, damages)]
        except OSError as error:
            damages.append(f"{path.name}: {error.strerror}; {_removed(path)}")
    return SegmentErasure(tuple(erased), tuple(damages))


def traces_in_bytes(traces: Traces, data: bytes) -> set[str]:
    """The traces in the bytes of a record or page, whatever the encoding of its text."""
    text = data.decode("utf-8", "replace")
    found = {trace for view in decoded_views(text) for trace in traces.in_text(view)}
    if b"\0" in data[:4096]:
        found |= traces.in_text(data.replace(b"\0", b"").decode("latin-1"))  # UTF-16
    return found


def _clear_segment(
    path: Path, traces: Traces, known: Collection[int], damages: list[str]
) -> Iterator[int]:
    data = path.read_bytes()
    for member in gzip_members(data):
        if member.data is None:
            damages.append(
                f"{path.name}: bytes {member.start} to {member.end} could not be read and were removed"
            )
        elif member.start not in known and not traces_in_bytes(traces, member.data):
            continue
        with path.open("r+b") as segment:
            if member.data is None and member.end == len(data):
                segment.truncate(member.start)
            else:
                segment.seek(member.start)
                segment.write(empty_member(member.end - member.start))
        yield member.start


def _member(data: bytes, start: int) -> GzipMember:
    unpacker, parts, at = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS), [], start
    try:
        while not unpacker.eof and at < len(data):
            parts.append(unpacker.decompress(data[at : at + _CHUNK]))
            at += _CHUNK
    except zlib.error:
        return GzipMember(start, start, None)
    if not unpacker.eof:
        return GzipMember(start, len(data), None)
    return GzipMember(start, min(at, len(data)) - len(unpacker.unused_data), b"".join(parts))


def _next_readable(data: bytes, start: int) -> int:
    """Where the next member that can be read begins; the end of the data if there is none."""
    while (start := data.find(_GZIP, start)) >= 0:
        if _member(data, start).data is not None:
            return start
        start += 1
    return len(data)


def _removed(path: Path) -> str:
    try:
        path.unlink()
    except OSError:
        return "it could not be deleted either: delete it by hand"
    return "the segment was deleted"
