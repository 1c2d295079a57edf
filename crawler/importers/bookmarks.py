"""Bookmarks in the Netscape format, which every browser and bookmark service exports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml import etree

from crawler.html_text_and_links import absolute_web_url
from crawler.importers.click_tracking import bookmark_target
from crawler.importers.decode_text import decode_text
from crawler.importers.record_types import MAX_TEXT, ImportOptions, Record, parse_records
from crawler.models.posts import Card, Link, Post, Provenance
from crawler.text_cleaning import clean, clean_line, join_paragraphs
from crawler.utc_times import plausible_date

PRIORITY = 40
HAS_ALL_POSTS = False

_MAX_BOOKMARKS = 50_000


# Exporters put private notes into the description between these marks (linkding).
_PRIVATE_NOTES = re.compile(
    r"\[linkding-notes\].*?(?:\[/linkding-notes\]|\Z)", re.IGNORECASE | re.DOTALL
)
# Tags that are states of the bookmark, `linkding:bookmarks.archived` for example.
_STATE_TAGS = ("linkding:",)
_TRUE = ("1", "true", "yes")


@dataclass(slots=True)
class _Bookmark:
    url: str
    attributes: dict[str, str]
    title: list[str] = field(default_factory=list)
    description: list[str] = field(default_factory=list)


def matches(name: str, data: bytes) -> bool:
    """Return whether `data` has the doctype that every exporter writes. `name` is not used."""
    return b"netscape-bookmark-file" in data[:1000].lower()


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Yield one post per bookmark of a web page: the page as link and card, its time and tags.

    Private notes are left out, and links that identify their reader are unwrapped or left out.
    `data` is the file, `name` its name; `options` has the time of the import.
    """
    collector = _BookmarkCollector()
    parser = etree.HTMLParser(target=collector, huge_tree=True, recover=True, encoding="utf-8")
    etree.fromstring(clean(decode_text(name, data)).encode(), parser)
    labelled = (
        (f"bookmark {number}", bookmark) for number, bookmark in enumerate(collector.bookmarks, 1)
    )
    yield from parse_records(name, labelled, lambda bookmark: _post(bookmark, name, options))


def _post(bookmark: _Bookmark, name: str, options: ImportOptions) -> Post | None:
    url = bookmark_target(bookmark.url)
    if not url:
        return None
    title = clean_line("".join(bookmark.title)) or url
    description = clean_line(_PRIVATE_NOTES.sub("", "".join(bookmark.description)[:MAX_TEXT]))
    attributes = bookmark.attributes
    return Post(
        network="bookmarks",
        uri=f"bookmark:{url}",
        text=join_paragraphs(title, description),
        published=_date(attributes.get("add_date", ""), options.seen_at),
        hashtags=_hashtags(attributes.get("tags", "")),
        links=(Link(url, title),),
        cards=(Card(title, description, link=url),),
        visibility="private" if _is_private(bookmark) else "public",
        provenance=Provenance(file=name),
    )


def _is_private(bookmark: _Bookmark) -> bool:
    return bookmark.attributes.get("private", "").strip().lower() in _TRUE


def _hashtags(tags: str) -> tuple[str, ...]:
    joined = ("".join(tag.split()) for tag in clean(tags[:MAX_TEXT]).split(","))
    named = (tag for tag in joined if tag and not tag.lower().startswith(_STATE_TAGS))
    return tuple(dict.fromkeys(named))


def _date(seconds: str, seen_at: datetime) -> datetime | None:
    """Return the time of ADD_DATE: seconds since 1970, or milli- or microseconds."""
    if not seconds.isascii() or not seconds.isdigit() or len(seconds) > 16:
        return None
    value = int(seconds)
    while value > 1 << 33:
        value //= 1000
    return plausible_date(datetime.fromtimestamp(value, UTC), seen_at)


class _BookmarkCollector:
    """Collects bookmarks from parser events.

    An `A` element contains the title, the `DD` element after it the description.
    """

    def __init__(self) -> None:
        self.bookmarks: list[_Bookmark] = []
        self._last: _Bookmark | None = None
        self._field = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "a":
            self._last, self._field = self._bookmark(attributes), "title"
        elif tag in ("dt", "dl", "h3"):
            self._field = ""
        elif tag == "dd":
            self._field = "description"

    def end(self, tag: str) -> None:
        if tag == "a":
            self._field = ""

    def data(self, text: str) -> None:
        if self._last and self._field == "title":
            self._last.title.append(text)
        elif self._last and self._field == "description":
            self._last.description.append(text)

    def _bookmark(self, attributes: dict[str, str]) -> _Bookmark | None:
        url = absolute_web_url(attributes.get("href"))
        if not url or len(self.bookmarks) >= _MAX_BOOKMARKS:
            return None
        self.bookmarks.append(_Bookmark(url, attributes))
        return self.bookmarks[-1]

    def close(self) -> None:
        return None
