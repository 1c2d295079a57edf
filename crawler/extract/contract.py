"""What goes into every reader of this room, and how one says that a page cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crawler.model import Article, Failure, Outcome


@dataclass(frozen=True, slots=True)
class Page:
    """What a server sent: the address it was read at, the decoded body, its Content-Type and its other headers (names in lower case)."""

    url: str
    body: bytes
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()


Reader = Callable[[Page], Article | Failure]


def failure(page: Page, outcome: Outcome, message: str) -> Failure:
    """A Failure of this stage for this page."""
    return Failure(page.url, "extract", outcome, message)
