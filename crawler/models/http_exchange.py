"""HTTP requests, responses and redirect hops."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Purpose = Literal["page", "feed", "api", "robots"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a source asks of a server. `body` makes it a POST of that JSON text."""

    url: str
    accept: str = "*/*"
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    purpose: Purpose = "api"


@dataclass(frozen=True, slots=True)
class FetchTask:
    """One URL wanted, why, and what we remember of it.

    `archived`: file and offset of its last record.
    """

    url: str
    purpose: Purpose = "page"
    accept: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    archived: tuple[str, int] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect on the way: the address that answered, and with which status."""

    url: str
    status: int


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered, decoded. `headers` keep their order; names are lower case."""

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    hops: tuple[Hop, ...] = ()
    wire_bytes: int = 0
    waited_ms: int = 0
    elapsed_ms: int = 0
    robots_rule: str | None = None
    archive_file: str | None = None
    archive_offset: int | None = None
    archive_original: str | None = None

    def header(self, name: str) -> str:
        """The first value of a header, or an empty string."""
        return next((value for key, value in self.headers if key == name.lower()), "")
