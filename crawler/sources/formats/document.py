"""One shape for every feed: RSS, RDF, Atom or JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from crawler.markup import read_html, web_url
from crawler.model import Failure, Outcome, Response
from crawler.sources.contract import Hints
from crawler.text import clean_line

MAX_ENTRIES = 500
MAX_SUMMARY = 2_000
_OLDEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as plain text: its own page, the page elsewhere that it is about (linked blogs), the page where it is discussed."""

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
    """A feed with at most 500 entries, in its own order. `format` is rss, rss1 (RDF), atom, cdf or json_feed."""

    format: str
    title: str
    home: str
    entries: tuple[Entry, ...]
    language: str = ""
    authors: tuple[str, ...] = ()
    hints: Hints = field(default_factory=Hints)


def read_feed(response: Response) -> Feed | Failure:
    """The feed in an answer, or a `bad_feed` failure; dates later than a day after `fetched_at` are not believed."""
    from crawler.sources.formats import json_feed, xml_feed

    base = response.final_url or response.url
    reader = json_feed.read if response.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[", b"null")) else xml_feed.read
    found = reader(response.body, response.header("content-type"), web_url(base), response.fetched_at)
    return Failure(response.url, "collect", Outcome.BAD_FEED, found, status=response.status) if isinstance(found, str) else found


def newest(entries: list[Entry]) -> tuple[Entry, ...]:
    """At most 500 entries: the newest, in the order of the feed; undated ones count as old."""
    if len(entries) <= MAX_ENTRIES:
        return tuple(entries)
    ranked = sorted(range(len(entries)), key=lambda at: (entries[at].published or _OLDEST, -at), reverse=True)
    return tuple(entries[at] for at in sorted(ranked[:MAX_ENTRIES]))


def summary_of(html: str, base: str) -> str:
    """The start of an entry's HTML as one line of text."""
    return clean_line(read_html(html, base).text, MAX_SUMMARY)
