"""WARC records of HTTP responses: write and read them. WARC 1.1 (ISO 28500:2017).

A record is a `response` with its body, or a `revisit` without one, of the profile
identical-payload-digest (section 6.7.2). Besides the standard fields, a revisit has the segment
and offset of its original: `WARC-Refers-To-Filename` and `WARC-Refers-To-File-Offset`. So reading
needs no index.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler import __version__
from crawler.fetch.archived_headers import stored_headers
from crawler.models.http_exchange import Response
from crawler.url_secrets import without_secrets

_DATE = "%Y-%m-%dT%H:%M:%S.%fZ"
_FILE = "WARC-Refers-To-Filename"
_OFFSET = "WARC-Refers-To-File-Offset"


@dataclass(frozen=True, slots=True)
class Original:
    """The record with the body: segment and offset, URL, time of the fetch, and digest."""

    file: str
    offset: int
    url: str
    date: str
    digest: str


def info_record(writer: WARCWriter, name: str) -> ArcWarcRecord:
    """Return the first record of the segment `name`, made by `writer`."""
    software = {"software": f"hashtrail/{__version__}", "format": "WARC File Format 1.1"}
    return writer.create_warcinfo_record(name, software)


def response_record(writer: WARCWriter, response: Response) -> ArcWarcRecord:
    """Return the record of a response with its body, made by `writer`."""
    return writer.create_warc_record(
        without_secrets(response.final_url),
        "response",
        payload=io.BytesIO(response.body),
        length=len(response.body),
        http_headers=_http_headers(response),
        warc_headers_dict={"WARC-Date": _date(response)},
    )


def revisit_record(writer: WARCWriter, response: Response, original: Original) -> ArcWarcRecord:
    """Return the record of a response with the body of `original`, made by `writer`."""
    where = {
        "WARC-Date": _date(response),
        _FILE: original.file,
        _OFFSET: str(original.offset),
    }
    return writer.create_revisit_record(
        without_secrets(response.final_url),
        digest=original.digest,
        refers_to_uri=original.url,
        refers_to_date=original.date,
        http_headers=_http_headers(response),
        warc_headers_dict=where,
    )


def original_of(record: ArcWarcRecord, file: str, offset: int) -> Original:
    """Return the record with the body of a `record` at `offset` of the segment `file`.

    It is the record itself, or the original of a revisit. Raises ValueError or TypeError for a
    record that is neither a response nor a revisit of this archive.
    """
    headers = record.rec_headers
    url, date = headers.get_header("WARC-Target-URI"), headers.get_header("WARC-Date")
    if record.rec_type == "revisit":
        file, offset = headers.get_header(_FILE), int(headers.get_header(_OFFSET))
        url = headers.get_header("WARC-Refers-To-Target-URI")
        date = headers.get_header("WARC-Refers-To-Date")
    elif record.rec_type != "response":
        raise ValueError(f"a record of type {record.rec_type}")
    return Original(file, offset, url, date, headers.get_header("WARC-Payload-Digest"))


def read_response(record: ArcWarcRecord, body_of: Callable[[Original], bytes]) -> Response:
    """Return the response of a record; `body_of` reads the body of the original of a revisit.

    `url` and `final_url` are both the URL that responded. Raises ValueError for an incomplete
    record.
    """
    url = record.rec_headers.get_header("WARC-Target-URI")
    http = record.http_headers
    headers = tuple((k.lower(), v) for k, v in http.headers if k.lower() != "content-length")
    fetched_at = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
    is_revisit = record.rec_type == "revisit"
    body = body_of(original_of(record, "", 0)) if is_revisit else record.content_stream().read()
    if len(body) != int(http.get_header("content-length")):
        raise ValueError("the record is cut short")
    return Response(url, url, int(http.get_statuscode()), headers, body, fetched_at)


def payload_digest(body: bytes) -> str:
    """Return the digest of a body like warcio: SHA-1 in Base32 (WARC 1.1, section 5.9)."""
    digest = hashlib.sha1(body, usedforsecurity=False).digest()
    return f"sha1:{base64.b32encode(digest).decode()}"


def _http_headers(response: Response) -> StatusAndHeaders:
    headers = [*stored_headers(response.headers), ("content-length", str(len(response.body)))]
    status = f"{response.status} {_phrase(response.status)}"
    return StatusAndHeaders(status, headers, protocol="HTTP/1.1")


def _date(response: Response) -> str:
    return response.fetched_at.astimezone(UTC).strftime(_DATE)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
