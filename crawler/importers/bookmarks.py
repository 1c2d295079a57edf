"""Bookmarks in the Netscape format, which every browser and bookmark service exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from crawler.importers import Options
from crawler.importers.decode import decode
from crawler.markup import web_url
from crawler.model import Card, Link, Post, Provenance
from crawler.text import clean, clean_line, plausible_date

_MAX_BOOKMARKS = 50_000


@dataclass(slots=True)
class _Bookmark:
    url: str
    added: str
    tags: str
    private: bool
    title: str = ""
    description: str = ""


def recognises(name: str, data: bytes) -> bool:
    """The doctype that every exporter writes."""
    return b"netscape-bookmark-file" in data[:1000].lower()


def read(name: str, data: bytes, options: Options) -> tuple[Post, ...]:
    """One post per bookmark on the web: the page as link and card, the time it was kept, its tags."""
    reader = _Reader()
    etree.fromstring(clean(decode(name, data)).encode(), etree.HTMLParser(target=reader, huge_tree=True, recover=True, encoding="utf-8"))
    return tuple(_post(bookmark, name, options) for bookmark in reader.found)


def _post(bookmark: _Bookmark, name: str, options: Options) -> Post:
    title, description = clean_line(bookmark.title) or bookmark.url, clean_line(bookmark.description)
    return Post(
        network="bookmarks",
        uri=f"bookmark:{bookmark.url}",
        text="\n\n".join(part for part in (title, description) if part),
        published=_date(bookmark.added, options.seen_at),
        hashtags=tuple(dict.fromkeys("".join(tag.split()) for tag in clean(bookmark.tags).split(",") if tag.strip())),
        links=(Link(bookmark.url, title),),
        cards=(Card(title, description, link=bookmark.url),),
        visibility="private" if bookmark.private else "public",
        provenance=Provenance(file=name),
    )


def _date(seconds: str, seen_at: datetime) -> datetime | None:
    """ADD_DATE: seconds since 1970, of which some exporters make milliseconds or microseconds."""
    if not seconds.isascii() or not seconds.isdigit() or len(seconds) > 16:
        return None
    value = int(seconds)
    while value > 1 << 33:
        value //= 1000
    return plausible_date(datetime.fromtimestamp(value, UTC), seen_at)


class _Reader:
    """Collects bookmarks from the events of the parser: `A` holds the title, the `DD` after it the description."""

    def __init__(self) -> None:
        self.found: list[_Bookmark] = []
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
            self._last.title += text
        elif self._last and self._field == "description":
            self._last.description += text

    def _bookmark(self, attributes: dict[str, str]) -> _Bookmark | None:
        url = web_url(attributes.get("href"))
        if not url or len(self.found) >= _MAX_BOOKMARKS:
            return None
        self.found.append(_Bookmark(url, attributes.get("add_date", ""), attributes.get("tags", ""), attributes.get("private") == "1"))
        return self.found[-1]

    def close(self) -> None:
        return None
