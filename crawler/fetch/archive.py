"""The archive: WARC segments (ISO 28500), one gzip member per record, written once and read by file and offset.

Bodies are stored decoded, so headers about the transfer are left out, and so are headers and URL
parameters that may be secrets. ISA-L compresses article pages four times as fast as level 1 of zlib,
to a smaller size.
"""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from uuid import uuid4

from isal import igzip
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler import __version__
from crawler.errors import InputError, StoreError
from crawler.fetch.stored_headers import stored_headers
from crawler.model import Response
from crawler.url_secrets import without_secrets

GZIP_LEVEL = 2
_STAMP = "%Y%m%dT%H%M%SZ"
_HEAD_BYTES = 65_536
_NOARCHIVE = re.compile(rb"<meta\s[^>]{0,500}noarchive", re.IGNORECASE)


class Archive:
    """The segments of one run and worker in `folder`; a new one begins when `segment_bytes` are reached. Close it, or use it as a context."""

    def __init__(self, folder: Path, started: datetime, *, worker: str = "main", segment_bytes: int = 256_000_000) -> None:
        self._folder = folder
        self._name = f"{started.astimezone(UTC).strftime(_STAMP)}-{worker}-{uuid4().hex[:8]}"
        self._segment_bytes = segment_bytes
        self._segments = 0
        self._segment: BinaryIO | None = None
        self._end = 0
        self._writer = WARCWriter(io.BytesIO(), gzip=False, warc_version="1.1")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the last segment."""
        if self._segment:
            self._segment.close()
            self._segment = None

    def keep(self, response: Response) -> Response:
        """File a response, unless its author forbids copies; the same response with its place. Raises StoreError when the disk does not take it."""
        if says_noarchive(response):
            return response
        try:
            segment = self._open()
            place = replace(response, archive_file=Path(segment.name).name, archive_offset=self._end)
            self._write(segment, _response_record(self._writer, response))
        except OSError as error:
            raise StoreError(f"{self._folder}: {error.strerror}.", "Check the free disk space and the permissions of that folder.") from None
        return place

    def read(self, file: str, offset: int) -> Response:
        """The response at a place that `keep` gave. Raises InputError when the segment is gone or is not readable there."""
        return read(self._folder, file, offset)

    def _write(self, segment: BinaryIO, record: ArcWarcRecord) -> None:
        """One gzip member, to the operating system at once: what was kept survives us."""
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
            self._write(self._segment, _info_record(self._writer, path.name))
        return self._segment


def read(folder: Path, file: str, offset: int) -> Response:
    """The response at one place of the archive in `folder`; `url` and `final_url` are both the address that answered."""
    try:
        with (folder / Path(file).name).open("rb") as segment:
            segment.seek(offset)
            return _response(next(iter(ArchiveIterator(segment))))
    except (OSError, StopIteration, ArchiveLoadFailed, ValueError, TypeError, AttributeError) as error:
        raise InputError(f"The archive has no readable record at {file}, byte {offset}: {error}.", "The segment may have been pruned.") from None


def prune(folder: Path, keep_days: int, now: datetime) -> tuple[Path, ...]:
    """Delete the segments of runs that started more than `keep_days` ago; the paths deleted."""
    oldest = now - timedelta(days=keep_days)
    expired = tuple(path for path in sorted(folder.glob("*.warc.gz")) if (started := _started(path)) and started < oldest)
    for path in expired:
        path.unlink()
    return expired


def says_noarchive(response: Response) -> bool:
    """Whether the author forbids copies, in X-Robots-Tag or in a robots meta tag near the top. When in doubt, it does."""
    tags = [value for name, value in response.headers if name == "x-robots-tag"]
    return any("noarchive" in tag.lower() for tag in tags) or bool(_NOARCHIVE.search(response.body, 0, _HEAD_BYTES))


def _started(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.name.split("-")[0], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _info_record(writer: WARCWriter, name: str) -> ArcWarcRecord:
    return writer.create_warcinfo_record(name, {"software": f"hashtrail/{__version__}", "format": "WARC File Format 1.1"})


def _response_record(writer: WARCWriter, response: Response) -> ArcWarcRecord:
    headers = stored_headers(response.headers)
    headers.append(("content-length", str(len(response.body))))
    status = StatusAndHeaders(f"{response.status} {_phrase(response.status)}", headers, protocol="HTTP/1.1")
    return writer.create_warc_record(
        without_secrets(response.final_url),
        "response",
        payload=io.BytesIO(response.body),
        length=len(response.body),
        http_headers=status,
        warc_headers_dict={"WARC-Date": response.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")},
    )


def _response(record: ArcWarcRecord) -> Response:
    url = record.rec_headers.get_header("WARC-Target-URI")
    headers = tuple((name.lower(), value) for name, value in record.http_headers.headers if name.lower() != "content-length")
    fetched_at = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
    body = record.content_stream().read()
    if len(body) != int(record.http_headers.get_header("content-length")):
        raise ValueError("the record is cut short")
    return Response(url, url, int(record.http_headers.get_statuscode()), headers, body, fetched_at)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
