"""One shape for every feed and its entries, whether RSS, RDF, Atom or JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from crawler.html_text import html_to_text
from crawler.sources.protocol import PollingHints
from crawler.text_cleaning import clean_line

MAX_ENTRIES = 500
MAX_SUMMARY = 2_000
T = TypeVar("T")
_OLDEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as plain text: its own page, the page elsewhere that it is about (linked blogs),
    the page where it is discussed.
    """

    id: str
    url: str
    title: str
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    summary: str = ""
    tags: tuple[str, ...] = ()
    about: str = ""
    discussion: str = ""
    copied_from: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with at most 500 entries, in its own order.

    `format` is rss, rss1 (RDF), atom, cdf or json_feed.
    """

    format: str
    title: str
    home: str
    entries: tuple[Entry, ...]
    language: str = ""
    authors: tuple[str, ...] = ()
    hints: PollingHints = field(default_factory=PollingHints)


def newest_items(items: Sequence[T], published: Callable[[T], datetime | None]) -> list[T]:
    """At most 500 items, before they are read in full: the newest, in the order of the feed.

    Undated ones count as old.
    """
    if len(items) <= MAX_ENTRIES:
        return list(items)
    dates = [published(item) or _OLDEST for item in items]
    ranked = sorted(range(len(items)), key=lambda at: (dates[at], -at), reverse=True)
    return [items[at] for at in sorted(ranked[:MAX_ENTRIES])]


def summary_of(html: str, base: str) -> str:
    """The start of an entry's HTML as one line of text."""
    return clean_line(html_to_text(html, base).text, MAX_SUMMARY)
