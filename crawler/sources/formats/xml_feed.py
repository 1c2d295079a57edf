"""RSS, RDF and Atom, parsed by feedparser from bytes in memory.

feedparser cleans neither titles nor URLs and guesses dates; this module reads them itself.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from crawler.dates.parse_date import parse_past_time
from crawler.html_text_and_links import absolute_web_url, strip_tags
from crawler.sources.formats.bounded_feedparser import parse_bounded
from crawler.sources.formats.feed_model import Entry, Feed, newest_items, summary_of
from crawler.sources.protocol import PollingHints
from crawler.text_cleaning import clean_line, person_name

_FORMATS = {"rss10": "rss1", "rss090": "rss1", "cdf": "cdf"}
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}
_SKIPPED = re.compile(rb"<skip(hours|days)>(.{0,2000}?)</skip", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*<", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s*([a-z]{6,9})\s*<", re.IGNORECASE)
_DAYS = {
    "monday": 0,
    "tuesday": 1,
    "wednesday": 2,
    "thursday": 3,
    "friday": 4,
    "saturday": 5,
    "sunday": 6,
}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_HEAD = 65_536


def parse_xml_feed(data: bytes, content_type: str, base: str, seen_at: datetime) -> Feed | str:
    """Return the feed in `data`, or the reason why it is not a feed.

    `content_type` may name the charset. `base` is the URL of the feed. Dates later than one day
    after `seen_at` are ignored.
    """
    try:
        parsed = parse_bounded(data, _headers(content_type, base))
        if not parsed.get("version"):
            return "Not a feed: neither RSS, RDF, Atom nor JSON Feed."
        return _feed(parsed, data, base, seen_at)
    except Exception as error:  # feedparser raises errors of many types on hostile input
        return f"The feed cannot be parsed: {type(error).__name__}: {clean_line(str(error))}"


def _headers(content_type: str, base: str) -> dict[str, str]:
    # RFC 7303 section 3: XML without a charset declares its encoding itself, even as text/*.
    charset = _CHARSET.search(content_type)
    return {
        "content-type": f"application/xml; charset={charset[1]}" if charset else "application/xml",
        "content-location": base,
    }


def _feed(parsed: Any, data: bytes, base: str, seen_at: datetime) -> Feed:
    head = _Element(parsed.feed)
    base = base or absolute_web_url(head.get("link"))
    language = clean_line(head.get("language"), 20)
    newest = newest_items(
        parsed.entries, lambda entry: _published(_Element(entry), seen_at, language)
    )
    return Feed(
        format=_FORMATS.get(parsed.version, parsed.version[:4].rstrip("0123456789")),
        title=clean_line(strip_tags(head.get("title"))),
        home=absolute_web_url(head.get("link"), base),
        entries=tuple(_entry(entry, base, seen_at, language) for entry in newest),
        language=language,
        authors=_authors(head),
        hints=_hints(head, data[:_HEAD]),
    )


class _Element:
    """One element as feedparser returns it; in an unusual document any key has any type."""

    def __init__(self, element: Any) -> None:
        self._element = element if isinstance(element, dict) else {}

    def get(self, key: str, default: str = "") -> str:
        """Return the text under `key`, `default` if there is none."""
        value = self._element.get(key)
        return value if isinstance(value, str) else default

    def part(self, key: str) -> _Element:
        """Return the element under `key`; an empty one if there is none."""
        return _Element(self._element.get(key))

    def parts(self, key: str) -> list[_Element]:
        """Return the elements of the list under `key`."""
        value = self._element.get(key)
        return [_Element(part) for part in value if part] if isinstance(value, list) else []


def _entry(element: Any, base: str, seen_at: datetime, language: str) -> Entry:
    entry = _Element(element)
    return Entry(
        id=clean_line(entry.get("id"), 1000),
        url=_entry_url(entry, base),
        title=clean_line(strip_tags(entry.get("title"))),
        published=_published(entry, seen_at, language),
        updated=_date(entry, "updated", seen_at, language),
        authors=_authors(entry),
        summary=summary_of(_entry_html(entry), base),
        tags=_tags(entry),
        discussion=absolute_web_url(entry.get("comments"), base),
        copied_from=clean_line(strip_tags(entry.part("source").get("title"))),
    )


def _entry_url(entry: _Element, base: str) -> str:
    original = absolute_web_url(entry.get("feedburner_origlink"), base)
    return original or absolute_web_url(entry.get("link"), base)


def _entry_html(entry: _Element) -> str:
    contents = (part.get("value") for part in entry.parts("content"))
    return entry.get("summary") or next((content for content in contents if content), "")


def _tags(entry: _Element) -> tuple[str, ...]:
    terms = (clean_line(strip_tags(tag.get("term")), 100) for tag in entry.parts("tags"))
    return tuple(dict.fromkeys(term for term in terms if term))


def _authors(element: _Element) -> tuple[str, ...]:
    """Return the names of the authors without mail addresses, which RSS 2.0 asks for."""
    names = [author.get("name") for author in element.parts("authors")]
    authors = (person_name(strip_tags(name)) for name in names or [element.get("author")])
    return tuple(dict.fromkeys(name for name in authors if name))


def _published(entry: _Element, seen_at: datetime, language: str) -> datetime | None:
    published = _date(entry, "published", seen_at, language)
    return published or _date(entry, "updated", seen_at, language)


def _date(entry: _Element, field: str, seen_at: datetime, language: str) -> datetime | None:
    return parse_past_time(entry.get(field), seen_at, language)


def _hints(head: _Element, start: bytes) -> PollingHints:
    """Return the polling hints of RSS 2.0: `ttl`, `skipHours`, `skipDays` (English names, GMT).

    `start` is the beginning of the document.
    """
    blocks = {kind.lower(): block for kind, block in reversed(_SKIPPED.findall(start))}
    hours = {int(hour) % 24 for hour in _HOUR.findall(blocks.get(b"hours", b""))}
    names = (day.decode().lower() for day in _DAY.findall(blocks.get(b"days", b"")))
    days = {_DAYS[name] for name in names if name in _DAYS}
    return PollingHints(_interval(head), tuple(sorted(hours)), tuple(sorted(days)))


def _interval(head: _Element) -> timedelta | None:
    """Return the time between polls, at most 31 days; None if the feed does not state it.

    RSS states `ttl` in minutes, the syndication module a period and a frequency.
    """
    minutes = _digits(head.get("ttl"), 8)
    if not minutes:
        hours = _PERIODS.get(head.get("sy_updateperiod").strip().lower(), 0)
        frequency = _digits(head.get("sy_updatefrequency", "1"), 4) or 1
        minutes = hours * 60 // frequency
    return timedelta(minutes=min(minutes, 31 * 24 * 60)) if minutes else None


def _digits(text: str, most: int) -> int:
    """Return the number in a text of at most `most` ASCII digits, else 0."""
    digits = text.strip()
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= most
    return int(digits) if is_number else 0
