"""RSS, RDF and Atom through feedparser, which is given bytes in memory and never a name it could
open.

feedparser cleans neither titles nor addresses and accepts impossible dates (RSS 2.0, Atom RFC
4287); that is done here.
"""

from __future__ import annotations

import re
from calendar import timegm
from datetime import UTC, date, datetime, timedelta
from time import struct_time
from typing import Any

from crawler.html_text import absolute_web_url, strip_tags
from crawler.sources.formats.bounded_feedparser import parse_bounded
from crawler.sources.formats.feed_entry import Entry, Feed, newest_items, summary_of
from crawler.sources.protocol import PollingHints
from crawler.text_cleaning import clean_line, person_name, plausible_date

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
# feedparser makes a date of every number: the day of an ISO date (RFC 3339, ISO 8601) is checked
# here.
_ISO_DAY = re.compile(r"\s*(\d{4})-?(\d\d)-?(\d\d)(?!\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?")
_NO_DAY = re.compile(
    r"\s*(?:-\d|\d{9}|\d{4}-?W|\d{4}-?\d{3}(?!\d))"
)  # negative years, epochs, weeks
_HEAD = 65_536


def parse_xml_feed(data: bytes, content_type: str, base: str, seen_at: datetime) -> Feed | str:
    """The feed, or the reason why these bytes are none."""
    try:
        parsed = parse_bounded(data, _headers(content_type, base))
        if not parsed.get("version"):
            return "Not a feed: neither RSS, RDF, Atom nor JSON Feed."
        return _feed(parsed, data, base, seen_at)
    except Exception as error:  # feedparser raises errors of many types on hostile input
        return f"The feed cannot be parsed: {type(error).__name__}: {clean_line(str(error))}"


def _headers(content_type: str, base: str) -> dict[str, str]:
    # RFC 7303 section 3: XML without a charset says its encoding itself, even as text/*.
    charset = _CHARSET.search(content_type)
    return {
        "content-type": f"application/xml; charset={charset[1]}" if charset else "application/xml",
        "content-location": base,
    }


def _feed(parsed: Any, data: bytes, base: str, seen_at: datetime) -> Feed:
    head = _Element(parsed.feed)
    base = base or absolute_web_url(head.get("link"))
    return Feed(
        format=_FORMATS.get(parsed.version, parsed.version[:4].rstrip("0123456789")),
        title=clean_line(strip_tags(head.get("title"))),
        home=absolute_web_url(head.get("link"), base),
        entries=tuple(
            _entry(entry, base, seen_at)
            for entry in newest_items(
                parsed.entries, lambda each: _published(_Element(each), seen_at)
            )
        ),
        language=clean_line(head.get("language"), 20),
        authors=_authors(head),
        hints=_hints(head, data[:_HEAD]),
    )


class _Element:
    """What feedparser made of one element. An odd document gives any type to any key."""

    def __init__(self, found: Any) -> None:
        self._found = found if isinstance(found, dict) else {}

    def get(self, key: str, default: str = "") -> str:
        """A text; `default` if there is no text under the key."""
        value = self._found.get(key)
        return value if isinstance(value, str) else default

    def time(self, key: str) -> struct_time | None:
        """A time that feedparser recognized."""
        value = self._found.get(key)
        return value if isinstance(value, struct_time) else None

    def part(self, key: str) -> _Element:
        """An element below this one; an empty one if there is none."""
        return _Element(self._found.get(key))

    def parts(self, key: str) -> list[_Element]:
        """The elements of a list."""
        value = self._found.get(key)
        return [_Element(each) for each in value if each] if isinstance(value, list) else []


def _entry(found: Any, base: str, seen_at: datetime) -> Entry:
    entry = _Element(found)
    html = entry.get("summary") or next(
        (part.get("value") for part in entry.parts("content") if part.get("value")), ""
    )
    return Entry(
        id=clean_line(entry.get("id"), 1000),
        url=absolute_web_url(entry.get("feedburner_origlink"), base)
        or absolute_web_url(entry.get("link"), base),
        title=clean_line(strip_tags(entry.get("title"))),
        published=_published(entry, seen_at),
        updated=_date(entry, "updated", seen_at),
        authors=_authors(entry),
        summary=summary_of(html, base),
        tags=tuple(
            dict.fromkeys(
                tag
                for each in entry.parts("tags")
                if (tag := clean_line(strip_tags(each.get("term")), 100))
            )
        ),
        discussion=absolute_web_url(entry.get("comments"), base),
        copied_from=clean_line(strip_tags(entry.part("source").get("title"))),
    )


def _authors(element: _Element) -> tuple[str, ...]:
    """The names of the authors; a mail address is never one (RSS 2.0 asks for it in `author`)."""
    names = [author.get("name") for author in element.parts("authors")]
    found = (person_name(strip_tags(each)) for each in names or [element.get("author")])
    return tuple(dict.fromkeys(name for name in found if name))


def _published(entry: _Element, seen_at: datetime) -> datetime | None:
    return _date(entry, "published", seen_at) or _date(entry, "updated", seen_at)


def _date(entry: _Element, field: str, seen_at: datetime) -> datetime | None:
    moment = entry.time(f"{field}_parsed")
    if not moment or not _is_possible(entry.get(field)):
        return None
    try:
        return plausible_date(datetime.fromtimestamp(timegm(moment), UTC), seen_at)
    except (ValueError, OverflowError, OSError):
        return None


def _is_possible(written: str) -> bool:
    """Whether a date is not a day that no calendar has, such as 31 November, or a 25th hour."""
    if _NO_DAY.match(written):
        return False
    found = _ISO_DAY.match(written)
    if not found:
        return True
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return (hour < 24 and minute < 60 and second <= 60) or (hour, minute, second) == (24, 0, 0)


def _hints(head: _Element, start: bytes) -> PollingHints:
    """How RSS 2.0 says a feed is to be polled: `ttl`, `skipHours` and `skipDays` (English names,
    GMT).
    """
    skipped = dict(reversed([(kind.lower(), block) for kind, block in _SKIPPED.findall(start)]))
    return PollingHints(
        min_interval=_interval(head),
        skip_hours=tuple(
            sorted({int(hour) % 24 for hour in _HOUR.findall(skipped.get(b"hours", b""))})
        ),
        skip_days=tuple(
            sorted(
                {
                    _DAYS[name]
                    for day in _DAY.findall(skipped.get(b"days", b""))
                    if (name := day.decode().lower()) in _DAYS
                }
            )
        ),
    )


def _interval(head: _Element) -> timedelta | None:
    """RSS `ttl` (minutes) or the syndication module's period and frequency, at most 31 days."""
    ttl = str(head.get("ttl", "")).strip()
    minutes = int(ttl) if ttl.isascii() and ttl.isdigit() and len(ttl) < 9 else 0
    frequency = str(head.get("sy_updatefrequency", "1")).strip()
    hours = _PERIODS.get(str(head.get("sy_updateperiod", "")).strip().lower(), 0)
    minutes = minutes or hours * 60 // (
        int(frequency)
        if frequency.isascii() and frequency.isdigit() and len(frequency) < 5 and int(frequency)
        else 1
    )
    return timedelta(minutes=min(minutes, 31 * 24 * 60)) if minutes else None
