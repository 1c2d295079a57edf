"""What goes into every reader of this room, and how one says that a page cannot be read."""

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
    """What a server sent: the address it was read at, the decoded body, its Content-Type and its
    other headers (names in lower case).

    `fetched_at` is when it was fetched (None: now); no date on the page can be later. A body of more than
    `max_bytes` is refused.
    """

    url: str
    body: bytes
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    fetched_at: datetime | None = None
    max_bytes: int = MAX_BYTES


PageExtractor = Callable[[PageInput], Article | Failure]


def extraction_failure(page: PageInput, outcome: Outcome, message: str) -> Failure:
    """A Failure of this stage for this page."""
    return Failure(page.url, "extract", outcome, message)


def content_hash(text: str) -> str:
    """SHA-256 of the folded words of a text: equal for two copies that differ in white space, case
    or compatibility characters.
    """
    return hashlib.sha256(" ".join(fold(text).split()).encode()).hexdigest()
