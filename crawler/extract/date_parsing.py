"""Dates as pages write them: ISO, RFC 2822, numbers in the order of the page's country, names of
months in many languages, and the day inside a URL.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from importlib.resources import files

from crawler.text_cleaning import plausible_date

_CALENDAR: dict[str, list[str]] = tomllib.loads(
    files("crawler.extract").joinpath("calendar.toml").read_text(encoding="utf-8")
)
WEEKDAYS = frozenset(_CALENDAR.pop("weekdays"))
MONTHS = {name: number for number, names in enumerate(_CALENDAR.values(), 1) for name in names}
# countries that write English and put the day before the month (Unicode CLDR, the short date of
# en-AU, en-GB …)
DAY_FIRST = frozenset(
    (
        "au",
        "gb",
        "gh",
        "hk",
        "ie",
        "in",
        "jm",
        "ke",
        "mt",
        "my",
        "ng",
        "nz",
        "pk",
        "sg",
        "tt",
        "ug",
        "uk",
        "za",
        "zw",
    )
)
# words that may stand between a day and its month besides weekdays
_BETWEEN = frozenset(("", "d", "de", "of"))
_YEAR = r"(?P<y>(?:19|20)\d\d)(?!\d)"
_NAME = r"(?P<n>[^\W\d_]{3,14})"
_TH = r"(?:st|nd|rd|th|er|º|ª)?"
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        # 5. März 2024
        rf"(?<!\d)(?P<d>\d\d?){_TH}[.,]?[\s/-]*(?:(?P<w>[^\W\d_]{{1,14}})(?:[.,]?\s+"
        rf"|['’]))?{_NAME}[.,]?[\s/-]*(?:del?\s+)?{_YEAR}",
        # March 5th, 2024
        rf"(?<![^\W\d_]){_NAME}\.?[\s-]*(?P<d>\d\d?){_TH}(?:\s*,\s*|\.?[\s-]+){_YEAR}",
        # 2024. március 5.
        rf"(?<!\d){_YEAR}\.?,?[\s-]*(?:m\.\s*)?{_NAME}\.?[\s-]*(?P<d>\d\d?)(?!\d)",
        rf"(?<![\d.]){_YEAR}(?P<s>[./-])\s?(?P<m>\d\d?)(?P=s)\s?(?P<d>\d\d?)(?!\d)",  # 2024-03-05
        rf"(?<!\d){_YEAR}\s?[年년]\s?(?P<m>\d\d?)\s?[月월]\s?(?P<d>\d\d?)\s?[日일]",  # 2024年3月5日
        # 05.03.2024, 3/5/2024
        rf"(?<![\d.])(?P<a>\d\d?)(?P<s>[./-])\s?(?P<b>\d\d?)(?P=s)\s?{_YEAR}(?!\.\d)",
        r"(?<![\d.])(?P<a>\d\d)\.(?P<b>\d\d)\.(?P<y>\d\d)(?![\d.])",  # 05.03.24
        rf"(?<!\d)(?P<d>\d\d?)\s+tháng\s+(?P<m>\d\d?),?\s+(?:năm\s+)?{_YEAR}",  # 5 tháng 3, 2024
    )
)
# what every day has, looked for first because most texts have none
_HINTS = re.compile(r"(?:19|20)\d\d|\d\.\d\d\.\d\d"), re.compile(r"(?<!\d)\d\d?(?!\d)")
_RFC = re.compile(r"[A-Za-z]{3}.*\d:\d")
_ISO = re.compile(
    r"(?<!\d)((?:19|20)\d\d)-(\d\d?)-(\d\d?)(?:[T ]+(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z"
    r"|UTC|GMT|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)
_BASIC = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)(?:\D|$|\d{6})")
_URL_DAY = re.compile(
    r"/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?:[/.-]|$)|[/_-]((?:19"
    r"|20)\d\d)-?([01]\d)-?([0-3]\d)(?=[/._-]|$)"
)
_URL_NAME = re.compile(r"/((?:19|20)\d\d)/([a-z]{3,9})/(\d\d?)(?=[/.-]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DateMatch:
    """A calendar day written in a text from `start` to `end`."""

    start: int
    end: int
    year: int
    month: int
    day: int


def writes_month_first(language: str, host: str) -> bool:
    """Whether a page writes 3/5/2024 for the fifth of March: one in English that is not of a
    country that puts the day first.
    """
    code, _, region = language.strip().lower().replace("_", "-").partition("-")
    return code == "en" and not {region, host.rsplit(".", 1)[-1]} & DAY_FIRST


def parse_date(value: str, seen: datetime, month_first: bool = False) -> datetime | None:
    """The first date in a text as plausible UTC time, None when there is none.

    The calendar day that the publisher wrote is kept: a time that falls on another day in UTC
    becomes the nearest moment of its own day.
    """
    value = value[:200]
    if match := _ISO.search(value):
        return _iso_moment(match, seen)
    if match := _BASIC.match(value):
        return _plausible_day(match[1], match[2], match[3], seen)
    return _parse_rfc_2822(value, seen) or next(
        (day for day, _ in find_dates(value, seen, month_first)), None
    )


def find_dates(
    text: str, seen: datetime, month_first: bool = False
) -> Iterator[tuple[datetime, str]]:
    """The calendar days written in a short text, in order, each with the words between the one
    before and it: `26 September 2014`, `26.09.2014`.
    """
    end = 0
    for written in _date_matches(text, month_first):
        if day := _plausible_day(written.year, written.month, written.day, seen):
            yield day, text[end : written.start]
        end = written.end


def contains_date(text: str) -> bool:
    """Whether a day is written in a text."""
    return next(_date_matches(text), None) is not None


def remove_dates(text: str, mark: str = "\n") -> str:
    """A text with a line break, or another mark, in place of every day in it."""
    kept, end = [], 0
    for written in _date_matches(text):
        kept.append(text[end : written.start])
        end = written.end
    return mark.join((*kept, text[end:]))


def date_in_url(url: str, seen: datetime) -> datetime | None:
    """The day in the path of an address: `/2014/09/26/`, `/2014-09-26-title`, `/2014/sep/26/`."""
    path = url.partition("?")[0]
    if match := _URL_DAY.search(path):
        return _plausible_day(
            match[1] or match[4], match[2] or match[5], match[3] or match[6], seen
        )
    match = _URL_NAME.search(path)
    return (
        _plausible_day(match[1], MONTHS.get(match[2].lower(), 0), match[3], seen) if match else None
    )


def _date_matches(text: str, month_first: bool = False) -> Iterator[DateMatch]:
    """The days in a text that do not overlap, the leftmost first."""
    end = 0
    for match in _pattern_matches(text):
        written = _resolve_match(match, month_first) if match.start() >= end else None
        if written:
            yield written
            end = written.end


@lru_cache(maxsize=2_000)
def _pattern_matches(text: str) -> tuple[re.Match[str], ...]:
    """What has the shape of a day in a text, the leftmost and longest first.

    Remembered, because title, byline and date ask it of the same blocks.
    """
    if not all(hint.search(text) for hint in _HINTS):
        return ()
    return tuple(
        sorted(
            (match for shape in _SHAPES for match in shape.finditer(text)),
            key=lambda match: (match.start(), -match.end()),
        )
    )


def _resolve_match(match: re.Match[str], month_first: bool) -> DateMatch | None:
    """What a match of one of the shapes says; None when the word in it is no month or no such month
    exists.
    """
    said = match.groupdict()
    if (said.get("w") or "").lower() not in _BETWEEN | WEEKDAYS:
        return None
    if "a" in said:
        day, month = _day_and_month(
            int(said["a"]), int(said["b"]), month_first and said.get("s") != "."
        )
    else:
        day, month = (
            int(said["d"]),
            int(said["m"]) if "m" in said else MONTHS.get(said["n"].lower(), 0),
        )
    year = int(said["y"])
    return (
        DateMatch(*match.span(), year if year > 99 else 2000 + year, month, day)
        if 1 <= month <= 12 and 1 <= day <= 31
        else None
    )


def _day_and_month(first: int, second: int, month_first: bool) -> tuple[int, int]:
    """Day and month; a number above 12 is the day whatever the country."""
    return (second, first) if (month_first or second > 12) and first <= 12 else (first, second)


def _plausible_day(
    year: str | int, month: str | int, day: str | int, seen: datetime
) -> datetime | None:
    try:
        return plausible_date(datetime(int(year), int(month), int(day), tzinfo=UTC), seen)
    except ValueError:
        return None


def _iso_moment(match: re.Match[str], seen: datetime) -> datetime | None:
    day = _plausible_day(match[1], match[2], match[3], seen)
    if day is None or match[4] is None:
        return day
    zone = match[7] or ""
    shift = (
        timedelta(hours=int(zone[:3]), minutes=int(zone[0] + zone[-2:]))
        if zone[:1] in ("+", "-")
        else timedelta()
    )
    try:
        moment = (
            day.replace(hour=int(match[4]), minute=int(match[5]), second=int(match[6] or 0)) - shift
        )
    except (ValueError, OverflowError):
        return day
    return plausible_date(
        max(day, min(moment, day + timedelta(hours=23, minutes=59, seconds=59))), seen
    )


def _parse_rfc_2822(value: str, seen: datetime) -> datetime | None:
    if not _RFC.search(value):
        return None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    return plausible_date(moment, seen)
