"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), with the deviations that publishers have."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from crawler.charset_detection import decode_bytes
from crawler.dates.parse_date import parse_time
from crawler.html_text_and_links import absolute_web_url
from crawler.sources.formats.cut_feed import close_cut_json
from crawler.sources.formats.entry_links import resolve_link
from crawler.sources.formats.entry_summaries import summary_of
from crawler.sources.formats.entry_titles import plain_title
from crawler.sources.formats.feed_model import MAX_SUMMARY, Entry, Feed, newest_items
from crawler.text_cleaning import clean_line, person_name
from crawler.tolerant_json import decode_json

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/", re.IGNORECASE)


def parse_json_feed(data: bytes, content_type: str, base: str, seen_at: datetime) -> Feed | str:
    """Return the feed in `data`, or the reason why it is not a feed.

    JSON is UTF-8 (RFC 8259); for other bytes, `content_type` may name the charset. `base` is the
    URL of the feed. Dates later than one day after `seen_at` are ignored.
    """
    try:
        feed = _decode(data, content_type)
    except ValueError as error:
        return f"Not a feed: broken JSON: {clean_line(str(error))}"
    if not isinstance(feed, dict) or not _has_version(feed):
        return "Not a feed: JSON without the version of JSON Feed."
    language = _line(feed, "language")
    return Feed(
        format="json_feed",
        title=_line(feed, "title"),
        home=absolute_web_url(_text(feed, "home_page_url"), base),
        entries=_entries(feed, base, seen_at, language),
        language=language,
    )


def _decode(data: bytes, content_type: str) -> Any:
    """Decode JSON as UTF-8, and only if that fails, in another encoding. Raises ValueError."""
    try:
        return decode_json(data.removeprefix(b"\xef\xbb\xbf"))
    except ValueError:
        return _decode_damaged(decode_bytes(data, content_type).encode("utf-8", "surrogatepass"))


def _decode_damaged(data: bytes) -> Any:
    """Decode JSON, or its items up to the first that is damaged. Raises ValueError without any."""
    try:
        return decode_json(data)
    except ValueError:
        feed = decode_json(close_cut_json(data))
        if not isinstance(feed, dict) or not feed.get("items"):
            raise
        return feed


def _entries(
    feed: dict[str, Any], base: str, seen_at: datetime, language: str
) -> tuple[Entry, ...]:
    items = [item for item in _list(feed, "items") if isinstance(item, dict)]
    newest = newest_items(items, lambda item: _published(item, seen_at, language))
    entries = tuple(_entry(item, base, seen_at, language) for item in newest)
    return tuple(
        entry if entry.authors else replace(entry, authors=_inherited_authors(feed, item))
        for entry, item in zip(entries, newest, strict=True)
    )


def _has_version(feed: dict[str, Any]) -> bool:
    return _VERSION.match(str(feed.get("version", ""))) is not None


def _entry(item: dict[str, Any], base: str, seen_at: datetime, language: str) -> Entry:
    url = resolve_link(_text(item, "url"), base)
    external = resolve_link(_text(item, "external_url"), base)
    identity = clean_line(_text(item, "id"), 1000)
    return Entry(
        id=identity,
        url=url or external or absolute_web_url(identity),
        title=_line(item, "title"),
        published=_published(item, seen_at, language),
        updated=parse_time(_text(item, "date_modified"), seen_at, language),
        authors=_authors(item),
        summary=_summary(item),
        tags=_tags(item),
        about=external,
    )


def _tags(item: dict[str, Any]) -> tuple[str, ...]:
    written = item.get("tags")
    listed = written.split(",") if isinstance(written, str) else _list(item, "tags")
    tags = (clean_line(tag, 100) for tag in listed if isinstance(tag, str))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _published(item: dict[str, Any], seen_at: datetime, language: str) -> datetime | None:
    dates = (_text(item, "date_published"), _text(item, "date_modified"))
    times = (parse_time(date, seen_at, language) for date in dates)
    return next((time for time in times if time), None)


def _summary(item: dict[str, Any]) -> str:
    text = _text(item, "summary") or _text(item, "content_text")
    return clean_line(text, MAX_SUMMARY) if text else summary_of(_text(item, "content_html"))


def _authors(element: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of the authors: objects by the specification, but also plain names."""
    written = _written_authors(element)
    names = (_line(author, "name") if isinstance(author, dict) else author for author in written)
    persons = (person_name(plain_title(name)) for name in names if isinstance(name, str))
    return tuple(dict.fromkeys(name for name in persons if name))


def _inherited_authors(feed: dict[str, Any], item: dict[str, Any]) -> tuple[str, ...]:
    """Return the authors of the feed, for an item that does not state another person.

    The authors of the feed are those of an item without authors (JSON Feed 1.1, `authors`).
    """
    own, of_feed = _author_urls(item), _author_urls(feed)
    is_other = own and of_feed and own.isdisjoint(of_feed)
    return () if is_other else _authors(feed)


def _author_urls(element: dict[str, Any]) -> set[str]:
    authors = _written_authors(element)
    return {_text(author, "url") for author in authors if isinstance(author, dict)} - {""}


def _written_authors(element: dict[str, Any]) -> list[Any]:
    return [*_list(element, "authors"), element.get("authors"), element.get("author")]


def _list(element: dict[str, Any], key: str) -> list[Any]:
    value = element.get(key)
    return value if isinstance(value, list) else []


def _text(element: dict[str, Any], key: str) -> str:
    """Return a string; JSON Feed 1.1 asks readers to accept numbers as ids."""
    value = element.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def _line(element: dict[str, Any], key: str) -> str:
    return plain_title(_text(element, key))
