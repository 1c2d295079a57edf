"""A feed and its entries, independent of the format: RSS, RDF, Atom or JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from crawler.sources.protocol import PollingHints

MAX_ENTRIES = 500
MAX_SUMMARY = 2_000
T = TypeVar("T")
_OLDEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as plain text.

    `authors` are its own, or those of the feed that it is from. `url` is its own page, and `about`
    the page of another site that it is about (link blogs). `discussion` is the page with
    comments. `copied_from` is the title of the feed that it was copied from. `stated` is the date
    of an entry whose `published` was corrected.
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
    stated: datetime | None = None


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
    hints: PollingHints = field(default_factory=PollingHints)


def newest_items(items: Sequence[T], published: Callable[[T], datetime | None]) -> list[T]:
    """Return the newest 500 of `items`, in the order of the feed, before they are parsed in full.

    `published` returns the date of an item; items without a date count as old.
    """
    if len(items) <= MAX_ENTRIES:
        return list(items)
    dates = [published(item) or _OLDEST for item in items]
    ranked = sorted(range(len(items)), key=lambda at: (dates[at], -at), reverse=True)
    return [items[at] for at in sorted(ranked[:MAX_ENTRIES])]
