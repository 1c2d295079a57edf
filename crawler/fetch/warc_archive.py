"""The archive: WARC segments (ISO 28500) with one gzip member per record.

Records are written once and read by segment and offset. Bodies are stored decoded, so headers of
the transfer are omitted, and so are headers and URL parameters that may be secrets. A body that
the archive already has is stored as a revisit record. ISA-L compresses article pages four times
as fast as level 1 of zlib, to a smaller size.

The robots directives of a page decide whether it is archived, after it was read.
"""

from __future__ import annotations

import gzip
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from uuid import uuid4

from isal import igzip
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.warcwriter import WARCWriter

from crawler.archive_storage import ArchiveFolder, Segment, list_segments
from crawler.errors import InputError, store_error_from_os
from crawler.fetch.erase_warc_records import member_length
from crawler.fetch.warc_records import (
    Original,
    info_record,
    original_of,
    payload_digest,
    read_response,
    response_record,
    revisit_record,
)
from crawler.models.http_exchange import Response
from crawler.url_secrets import without_secrets

GZIP_LEVEL = 2
WORKER_MARK = "-worker-"
"""In names of segments that workers of a cluster write."""
_STAMP = "%Y%m%dT%H%M%SZ"
_UNREADABLE = (
    OSError,
    StopIteration,
    ArchiveLoadFailed,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
)
_MISSING_OR_DAMAGED = (FileNotFoundError, gzip.BadGzipFile)  # any other OSError may pass


class WarcArchive:
    """The segments of one run and worker in `folder`; use it as a context, or close it.

    A new segment begins after `segment_bytes`. After `revisit_days` a body is stored in full again,
    so that a segment can be pruned when its revisits are at most that old.
    """

    def __init__(
        self,
        folder: ArchiveFolder,
        started: datetime,
        *,
        worker: str = "main",
        segment_bytes: int = 256_000_000,
        revisit_days: float = 182,
    ) -> None:
        self._folder = folder
        self._oldest_original = started - timedelta(days=revisit_days)
        self._name = f"{started.astimezone(UTC).strftime(_STAMP)}-{worker}-{uuid4().hex[:8]}"
        self._segment_bytes = segment_bytes
        self._segments = 0
        self._segment: BinaryIO | None = None
        self._end = 0
        self._writer = WARCWriter(io.BytesIO(), gzip=False, warc_version="1.1")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the last segment."""
        if self._segment:
            self._segment.close()
            self._segment = None

    def store(self, response: Response, earlier: tuple[str, int] | None = None) -> Response:
        """Store a response and return it with its segment and offset.

        `earlier` is the place of an earlier record of the same page. A revisit record is written
        when that has the same URL and body. Raises StoreError when the disk cannot store it.
        """
        original = self._original(response, earlier)
        try:
            segment = self._open()
            place = replace(
                response,
                archive_file=Path(segment.name).name,
                archive_offset=self._end,
                archive_original=original.file if original else None,
            )
            if original:
                self._write(segment, revisit_record(self._writer, response, original))
            else:
                self._write(segment, response_record(self._writer, response))
        except OSError as error:
            raise store_error_from_os(error, self._folder) from None
        return place

    def read(self, file: str, offset: int) -> Response:
        """Return the response at `offset` of the segment `file`.

        Raises the errors of `read_archived_response`.
        """
        return read_archived_response(self._folder, file, offset)

    def _original(self, response: Response, earlier: tuple[str, int] | None) -> Original | None:
        """The record with the same body, if `earlier` names a readable one."""
        if earlier is None:
            return None
        try:
            original = original_of(_record(self._folder, *earlier), *earlier)
            same = (
                original.url == without_secrets(response.final_url)
                and original.digest == payload_digest(response.body)
                and datetime.fromisoformat(original.date) >= self._oldest_original
                and _body(self._folder, original) == response.body
            )
        except _UNREADABLE:
            return None
        return original if same else None

    def _write(self, segment: BinaryIO, record: ArcWarcRecord) -> None:
        """Write one gzip member and flush it, so that it persists beyond this process."""
        self._writer.out = io.BytesIO()
        self._writer.write_record(record)
        member = igzip.compress(self._writer.out.getbuffer(), GZIP_LEVEL, mtime=0)
        segment.write(member)
        segment.flush()
        self._end += len(member)

    def _open(self) -> BinaryIO:
        if self._segment and self._end >= self._segment_bytes:
            self.close()
        if not self._segment:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._segments += 1
            path = self._folder / f"{self._name}-{self._segments:04}.warc.gz"
            self._segment, self._end = path.open("xb"), 0
            self._write(self._segment, info_record(self._writer, path.name))
        return self._segment


def read_archived_response(folder: ArchiveFolder, file: str, offset: int) -> Response:
    """Return the response at `offset` of the segment `file` of the archive in `folder`.

    A revisit has the body of its original. `url` and `final_url` are both the URL that responded.
    Raises InputError if the record is missing or damaged, and StoreError if the storage does not
    answer.
    """
    try:
        return read_response(
            _record(folder, file, offset), lambda original: _body(folder, original)
        )
    except _UNREADABLE as error:
        if isinstance(error, OSError) and not isinstance(error, _MISSING_OR_DAMAGED):
            raise store_error_from_os(error, folder) from None
        reason = str(error) or type(error).__name__
        message = f"The archive has no readable record at {file}, byte {offset}: {reason}."
        raise InputError(message, "The segment may be pruned, erased or damaged.") from None


def has_record(folder: ArchiveFolder, file: str, offset: int) -> bool:
    """Whether the archive in `folder` has a complete record at `offset` of the segment `file`."""
    try:
        with (folder / Path(file).name).open("rb") as segment:
            return member_length(segment, offset) > 0
    except (InputError, OSError):
        return False


def expired_segments(folder: ArchiveFolder, keep_days: int, now: datetime) -> tuple[Segment, ...]:
    """Return the segments in `folder` of runs older than `keep_days`, oldest first."""
    oldest = now - timedelta(days=keep_days)
    return tuple(path for path in list_segments(folder) if _is_older(path, oldest))


def _record(folder: ArchiveFolder, file: str, offset: int) -> ArcWarcRecord:
    """The record at a place, in memory, so that its segment can be closed."""
    with (folder / Path(file).name).open("rb") as segment:
        segment.seek(offset)
        record = next(iter(ArchiveIterator(segment)))
        record.raw_stream = io.BytesIO(record.raw_stream.read())
    return record


def _body(folder: ArchiveFolder, original: Original) -> bytes:
    record = _record(folder, original.file, original.offset)
    if record.rec_type != "response":
        raise ValueError("the original of this revisit is erased")
    body: bytes = record.content_stream().read()
    if payload_digest(body) != original.digest:
        raise ValueError("the original of this revisit has another body")
    return body


def _is_older(path: Segment, oldest: datetime) -> bool:
    started = _started(path)
    return started is not None and started < oldest


def _started(path: Segment) -> datetime | None:
    try:
        return datetime.strptime(path.name.split("-")[0], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
