"""What goes into every reader of this room, and how one says that a page cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from crawler.model import Article, Failure, Outcome


@dataclass(frozen=True, slots=True)
class Page:
    """What a server sent: the address it was read at, the decoded body, its Content-Type and its other headers (names in lower case).

    `seen` is when it was fetched (None: now); no date on the page can be later.
    """

    url: str
    body: bytes
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    seen: datetime | None = None


Reader = Callable[[Page], Article | Failure]


def failure(page: Page, outcome: Outcome, message: str) -> Failure:
    """A Failure of this stage for this page."""
    return Failure(page.url, "extract", outcome, message)
