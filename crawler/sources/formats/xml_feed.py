"""RSS, RDF and Atom: choose the reader and turn the written fields into plain text."""

from __future__ import annotations

from datetime import datetime

from crawler.dates.parse_date import parse_time
from crawler.sources.formats.cut_feed import without_cut_entry
from crawler.sources.formats.entry_authors import is_other_person
from crawler.sources.formats.entry_links import entry_page, own_url, resolve_link
from crawler.sources.formats.entry_summaries import summary_of
from crawler.sources.formats.entry_titles import plain_title
from crawler.sources.formats.feed_model import Entry, Feed, newest_items
from crawler.sources.formats.feedparser_feed import read_with_feedparser
from crawler.sources.formats.polling_hints import polling_hints
from crawler.sources.formats.tree_feed import read_tree
from crawler.sources.formats.written_feed import WrittenEntry, WrittenFeed, WrittenSource
from crawler.sources.formats.xml_repair import decode_xml, repair_xml, with_windows_characters
from crawler.text_cleaning import clean_line, person_name

_ESCAPE = b"\x1b"


def parse_xml_feed(data: bytes, content_type: str, base: str, seen_at: datetime) -> Feed | str:
    """Return the feed in `data`, or the reason why it is not a feed.

    `content_type` may name the charset. `base` is the URL of the feed. Dates later than one day
    after `seen_at` are ignored.
    """
    written = _read(data, content_type, base)
    return written if isinstance(written, str) else clean_feed(written, base, seen_at)


def clean_feed(written: WrittenFeed, base: str, seen_at: datetime) -> Feed:
    """Return the newest entries of a feed as plain text with absolute URLs and plausible dates.

    `written` is the feed as its publisher wrote it, and `base` its URL. Dates later than one day
    after `seen_at` are ignored.
    """
    return _Cleaner(written, base, seen_at).feed()


def _read(data: bytes, content_type: str, base: str) -> WrittenFeed | str:
    """Return the feed as written: by the fast reader, or by feedparser where that is not sure.

    A document that is valid in UTF-8 is UTF-8, so it needs no decoding. ISO-2022-JP, which begins
    its Japanese characters with an escape, is valid as well.
    """
    data = with_windows_characters(data)
    written = None if _ESCAPE in data else read_tree(data, base)
    return written or _read_text(decode_xml(data, content_type), base)


def _read_text(text: str, base: str) -> WrittenFeed | str:
    written = read_tree(text.encode(), base)
    if written is not None:
        return written
    repaired = repair_xml(text).encode()
    if written := read_tree(repaired, base):
        return written
    unusual = read_with_feedparser(repaired)
    return unusual if isinstance(unusual, str) else without_cut_entry(unusual, repaired)


class _Cleaner:
    """Cleaner of one feed: base URL, language and time apply to all its entries."""

    def __init__(self, written: WrittenFeed, base: str, seen_at: datetime) -> None:
        self._written = written
        self._base = base or own_url(written.links)
        self._seen_at = seen_at
        self._language = clean_line(written.language, 20)
        self._known_authors: dict[tuple[str, ...], tuple[str, ...]] = {}

    def feed(self) -> Feed:
        """Return the feed with its newest entries."""
        newest = newest_items(self._written.entries, self._published)
        return Feed(
            format=self._written.format,
            title=plain_title(self._written.title.value, self._written.title.type),
            home=entry_page(self._written.links, self._base, self._language),
            entries=tuple(map(self._entry, newest)),
            language=self._language,
            hints=polling_hints(self._written),
        )

    def _entry(self, entry: WrittenEntry) -> Entry:
        return Entry(
            id=clean_line(entry.id, 1000),
            url=entry_page(entry.links, self._base, self._language),
            title=plain_title(entry.title.value, entry.title.type),
            published=self._published(entry),
            updated=self._first_date(entry.updated),
            authors=self._authors(entry),
            summary=next(filter(None, map(summary_of, entry.texts)), ""),
            tags=_tags(entry.tags),
            discussion=resolve_link(entry.comments, self._base) if entry.comments else "",
            copied_from=plain_title(entry.source.title) if entry.source.title else "",
        )

    def _authors(self, entry: WrittenEntry) -> tuple[str, ...]:
        """Return the authors of an entry: its own, those of its source, or those of the feed."""
        own = entry.authors or entry.source.authors
        names = self._names(own)
        feed_authors = self._written.authors
        if names or not feed_authors or is_other_person(own, feed_authors):
            return names
        return () if self._is_copied(entry.source) else self._names(feed_authors)

    def _names(self, written: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of authors, who are mostly the same for all entries."""
        if written not in self._known_authors:
            self._known_authors[written] = _person_names(written)
        return self._known_authors[written]

    def _is_copied(self, source: WrittenSource) -> bool:
        """Return whether an entry is from another feed; some feeds name themselves as source."""
        title, url = plain_title(source.title), _without_scheme(source.url)
        if not title and not url:
            return False
        own_links = (link.href for link in self._written.links if link.relation == "self")
        is_own_url = url in map(_without_scheme, filter(None, (self._base, *own_links)))
        return not is_own_url and title != plain_title(self._written.title.value)

    def _published(self, entry: WrittenEntry) -> datetime | None:
        return self._first_date(entry.published) or self._first_date(entry.updated)

    def _first_date(self, dates: tuple[str, ...]) -> datetime | None:
        moments = (parse_time(date, self._seen_at, self._language) for date in dates)
        return next(filter(None, moments), None)


def _without_scheme(url: str) -> str:
    return url.strip().partition("://")[2].rstrip("/") or url.strip()


def _tags(written: tuple[str, ...]) -> tuple[str, ...]:
    tags = (plain_title(tag, limit=100) for tag in written)
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _person_names(written: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of persons without mail addresses, which RSS 2.0 asks for."""
    authors = (person_name(plain_title(name)) for name in written)
    return tuple(dict.fromkeys(name for name in authors if name))
