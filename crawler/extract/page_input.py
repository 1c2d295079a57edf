"""The input of all extractors of pages, and the values that they share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome
from crawler.text_cleaning import fold

MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class PageInput:
    """The response of a server: URL, decompressed body, Content-Type and other headers.

    The names of `headers` are in lower case. `fetched_at` is the time of the fetch (aware UTC), or
    None for now: later dates on the page are ignored. A body of more than `max_bytes` is refused.
    """

    url: str
    body: bytes
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    fetched_at: datetime | None = None
    max_bytes: int = MAX_BYTES


PageExtractor = Callable[[PageInput], Article | Failure]


def extraction_failure(page: PageInput, outcome: Outcome, message: str) -> Failure:
    """Return a Failure of the stage `extract` for a `page`, with its `outcome` and a `message`."""
    return Failure(page.url, "extract", outcome, message)


def content_hash(text: str) -> str:
    """Return the SHA-256 of the folded words of a text, in hexadecimal.

    It is equal for copies that differ only in white space, case or compatibility characters.
    """
    return hashlib.sha256(" ".join(fold(text).split()).encode()).hexdigest()
