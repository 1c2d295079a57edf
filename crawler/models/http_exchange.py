"""HTTP requests, responses and redirect hops."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Purpose = Literal["page", "feed", "api", "robots"]


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One URL to fetch, the purpose, and what an earlier answer left for revalidation.

    Sources, the crawl and the fetcher use this one value. `purpose` decides whether robots.txt
    applies, the largest body, the default `Accept` header and whether the answer is archived.
    A `body` makes the request a POST of that JSON text. `secrets` are pairs of a key and the name
    of a secret. The client adds key and value to the body, or to the query of a request without
    body, when it sends the request (`crawler/fetch/secrets.py`). `etag` and `last_modified` make
    it conditional (RFC 9110, 13.1). `archived` is the file and offset of the last archive record.
    """

    url: str
    purpose: Purpose
    accept: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: str | None = field(default=None, repr=False)
    secrets: tuple[tuple[str, str], ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    archived: tuple[str, int] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: the URL that answered and its HTTP status; 200 for a redirect in a page."""

    url: str
    status: int

    @property
    def evidence(self) -> str:
        """Return a phrase that names the redirect."""
        is_page = self.status == 200
        return (
            f"refresh by the page {self.url}" if is_page else f"HTTP {self.status} from {self.url}"
        )


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response with its content coding removed.

    `headers` keep their order; their names are lower case. `wire_bytes` counts the body as
    transferred. `is_cut`: the body is larger than the limit and ends there. `waited_ms` is the
    delay for politeness, `elapsed_ms` the time of the exchange.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    hops: tuple[Hop, ...] = ()
    wire_bytes: int = 0
    is_cut: bool = False
    waited_ms: int = 0
    elapsed_ms: int = 0
    robots_rule: str | None = None
    archive_file: str | None = None
    archive_offset: int | None = None
    archive_original: str | None = None

    def header(self, name: str) -> str:
        """Return the first value of the header `name` (any case), or an empty string."""
        return next((value for key, value in self.headers if key == name.lower()), "")
