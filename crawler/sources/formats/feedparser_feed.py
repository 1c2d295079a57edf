"""Feeds that are malformed or unusual, read by feedparser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawler.sources.formats.bounded_feedparser import parse_bounded
from crawler.sources.formats.entry_authors import written_person
from crawler.sources.formats.entry_links import relation_of
from crawler.sources.formats.entry_summaries import text_as_html
from crawler.sources.formats.written_feed import (
    WrittenEntry,
    WrittenFeed,
    WrittenLink,
    WrittenSource,
    WrittenText,
)
from crawler.text_cleaning import clean_line

_FORMATS = {"rss10": "rss1", "rss090": "rss1", "cdf": "cdf"}
_HEADERS = {"content-type": "application/xml; charset=utf-8"}


def read_with_feedparser(data: bytes) -> WrittenFeed | str:
    """Return the feed in the UTF-8 document `data`, or the reason why it is not a feed."""
    try:
        parsed = parse_bounded(data, _HEADERS)
        version = parsed.get("version")
        if not version:
            return "Not a feed: neither RSS, RDF, Atom nor JSON Feed."
        if parsed.get("bozo") and not parsed.entries:
            reason = clean_line(str(parsed.get("bozo_exception")))
            return f"The feed is malformed and has no readable entry: {reason}"
        return _feed(_FORMATS.get(version, version[:4].rstrip("0123456789")), parsed)
    except Exception as error:  # feedparser raises errors of many types on hostile input
        return f"The feed cannot be parsed: {type(error).__name__}: {clean_line(str(error))}"


def _feed(kind: str, parsed: Any) -> WrittenFeed:
    head = _Element(parsed.feed)
    return WrittenFeed(
        format=kind,
        title=_title(head),
        links=tuple(_links(head)),
        language=head.get("language"),
        authors=_authors(head),
        ttl=head.get("ttl"),
        update_period=head.get("sy_updateperiod"),
        update_frequency=head.get("sy_updatefrequency"),
        entries=tuple(_entry(_Element(entry)) for entry in parsed.entries),
    )


class _Element:
    """One element as feedparser returns it; in an unusual document any key has any type."""

    def __init__(self, element: Any) -> None:
        self._element = element if isinstance(element, dict) else {}

    def get(self, key: str, default: str = "") -> str:
        """Return the text under `key`, `default` if there is none."""
        value = self._element.get(key)
        return value if isinstance(value, str) else default

    def has(self, key: str) -> bool:
        """Return whether the value under `key` is true."""
        return bool(self._element.get(key))

    def part(self, key: str) -> _Element:
        """Return the element under `key`; an empty one if there is none."""
        return _Element(self._element.get(key))

    def parts(self, key: str) -> list[_Element]:
        """Return the elements of the list under `key`."""
        value = self._element.get(key)
        return [_Element(part) for part in value if part] if isinstance(value, list) else []


def _entry(entry: _Element) -> WrittenEntry:
    return WrittenEntry(
        id=entry.get("id"),
        title=_title(entry),
        links=tuple(_links(entry)),
        published=tuple(filter(None, [entry.get("published"), entry.get("created")])),
        updated=tuple(filter(None, [entry.get("updated")])),
        authors=_authors(entry),
        texts=tuple(_texts(entry)),
        tags=tuple(tag.get("term") for tag in entry.parts("tags")),
        comments=entry.get("comments"),
        source=_source(entry.part("source")),
    )


def _title(element: _Element) -> WrittenText:
    return WrittenText(element.get("title"))


def _links(element: _Element) -> Iterator[WrittenLink]:
    yield WrittenLink(element.get("feedburner_origlink"), "original")
    for link in element.parts("links"):
        yield WrittenLink(
            link.get("href"),
            relation_of(link.get("rel")),
            link.get("type"),
            link.get("hreflang"),
        )
    if not element.has("guidislink"):
        yield WrittenLink(element.get("link"), "")
    yield WrittenLink(element.get("link") if element.has("guidislink") else "", "permalink")


def _authors(element: _Element) -> tuple[str, ...]:
    persons = (
        written_person(author.get("name"), author.get("email"))
        for author in element.parts("authors")
    )
    return tuple(filter(None, persons)) or tuple(filter(None, [element.get("author")]))


def _source(source: _Element) -> WrittenSource:
    url = source.get("href") or source.get("url") or source.get("id")
    return WrittenSource(source.get("title"), url, _authors(source))


def _texts(entry: _Element) -> Iterator[str]:
    yield _as_html(entry.get("summary"), entry.part("summary_detail"))
    for content in entry.parts("content"):
        yield _as_html(content.get("value"), content)


def _as_html(text: str, detail: _Element) -> str:
    """Return a text as HTML. A `text/plain` may be the default of Atom, or declared."""
    return text_as_html(text, "" if detail.get("type") == "text/plain" else "html")
