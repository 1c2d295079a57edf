"""Calendar days in the text and the URL of a page.

A day is written as ISO 8601, as numbers in the order of the page's country, or with a month name
in 34 languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from crawler.dates.calendar_names import MONTHS, WEEKDAYS
from crawler.utc_times import plausible_date

_HEBREW_IN = "ב"
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
# Words between a day and its month.
_WORDS_BETWEEN = frozenset(("", "d", "de", "of")) | WEEKDAYS
_YEAR = r"(?P<y>(?:19|20)\d\d)(?!\d)"
_NAME = r"(?P<n>[^\W\d_]{3,14})"
_TH = r"(?:st|nd|rd|th|er|º|ª)?"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
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
        # 5 Mar '24, Mar 5, '24, 5-Mar-24
        rf"(?<!\d)(?P<d>\d\d?){_TH}[.,]?[\s-]+{_NAME}\.?,?\s+['’](?P<y>\d\d)(?!\d)",
        rf"(?<![^\W\d_]){_NAME}\.?\s+(?P<d>\d\d?){_TH},?\s+['’](?P<y>\d\d)(?!\d)",
        rf"(?<![\d-])(?P<d>\d\d?)-{_NAME}-(?P<y>\d\d)(?![\d-])",
        r"(?<![\d/])(?P<a>\d\d?)/(?P<b>\d\d?)/(?P<y>\d\d)(?![\d/])",  # 3/5/24
        rf"(?<!\d){_YEAR}\.\s+gada\s+(?P<d>\d\d?)\.\s*{_NAME}",  # 2024. gada 5. marts
        r"(?P<e>令和|平成)\s?(?P<y>\d\d?)\s?年\s?(?P<m>\d\d?)\s?月\s?(?P<d>\d\d?)\s?日",
        rf"(?<!\d)(?P<d>\d\d?)\s+tháng\s+(?P<m>\d\d?),?\s+(?:năm\s+)?{_YEAR}",  # 5 tháng 3, 2024
    )
)
# Every date has these parts. They are searched first, because most texts have no date.
_HINTS = (
    re.compile(r"(?:19|20)\d\d|\d\.\d\d\.\d\d|['’/]\d\d|[^\W\d_]-\d\d|令和|平成"),
    re.compile(r"(?<!\d)\d\d?(?!\d)"),
)
# Years before the first year of an era (Japanese calendar).
_ERAS = {"令和": 2018, "平成": 1988}
_URL_DAY = re.compile(
    r"/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?:[/.-]|$)|[/_-]((?:19"
    r"|20)\d\d)-?([01]\d)-?([0-3]\d)(?=[/._-]|$)"
)
_URL_NAME = re.compile(r"/((?:19|20)\d\d)/([a-z]{3,9})/(\d\d?)(?=[/.-]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A calendar day that a text contains from `start` to `end`."""

    start: int
    end: int
    year: int
    month: int
    day: int


def find_dates(
    text: str, fetched_at: datetime, month_first: bool = False
) -> Iterator[tuple[datetime, str]]:
    """Yield the plausible calendar days in a short text, each with the text before it.

    Days of more than a day after `fetched_at` are left out. `month_first` is the order of
    3/5/2024.
    """
    end = 0
    for written in _written_days(text, month_first):
        day = _plausible_day(written.year, written.month, written.day, fetched_at)
        if day:
            yield day, text[end : written.start]
        end = written.end


def contains_date(text: str) -> bool:
    """Whether a text contains a calendar day."""
    return next(_written_days(text), None) is not None


def remove_dates(text: str, replacement: str = "\n") -> str:
    """Return a text with `replacement` in place of every calendar day."""
    parts = []
    end = 0
    for written in _written_days(text):
        parts.append(text[end : written.start])
        end = written.end
    return replacement.join((*parts, text[end:]))


def date_in_url(url: str, fetched_at: datetime) -> datetime | None:
    """Return the day in the path of a URL, or None.

    It may be written as `/2014/09/26/`, `/2014-09-26-title` or `/2014/sep/26/`. Days of more than
    a day after `fetched_at` are ignored.
    """
    path = url.partition("?")[0]
    numeric = _URL_DAY.search(path)
    if numeric:
        year, month, day = (numeric[at] or numeric[at + 3] for at in (1, 2, 3))
        return _plausible_day(year, month, day, fetched_at)
    named = _URL_NAME.search(path)
    if not named:
        return None
    return _plausible_day(named[1], MONTHS.get(named[2].lower(), 0), named[3], fetched_at)


def _written_days(text: str, month_first: bool = False) -> Iterator[WrittenDay]:
    """Yield the days in a text that do not overlap, the leftmost first."""
    end = 0
    for match in _pattern_matches(text):
        written = _resolve_match(match, month_first) if match.start() >= end else None
        if written:
            yield written
            end = written.end


@lru_cache(maxsize=2_000)
def _pattern_matches(text: str) -> tuple[re.Match[str], ...]:
    """Return the matches of all date patterns in a text, the leftmost and longest first.

    They are cached, because the searches for title, byline and date use the same blocks.
    """
    if not text.isascii():
        text = _OTHER_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text)
    if not all(hint.search(text) for hint in _HINTS):
        return ()
    matches = (match for pattern in _PATTERNS for match in pattern.finditer(text))
    return tuple(sorted(matches, key=lambda match: (match.start(), -match.end())))


def _resolve_match(match: re.Match[str], month_first: bool) -> WrittenDay | None:
    """Return the day of a match, or None if it has no month name or is not a calendar day."""
    groups = match.groupdict()
    if (groups.get("w") or "").lower() not in _WORDS_BETWEEN:
        return None
    day, month = _day_and_month(groups, month_first)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    year = int(groups["y"])
    if year < 100:
        year += _ERAS[groups["e"]] if groups.get("e") else 2000
    return WrittenDay(*match.span(), year, month, day)


def _day_and_month(groups: Mapping[str, str], month_first: bool) -> tuple[int, int]:
    """Return the day and the month of a match; a number above 12 is the day in every country."""
    if "a" not in groups:
        return int(groups["d"]), _written_month(groups)
    first = int(groups["a"])
    second = int(groups["b"])
    is_month_first = month_first and groups.get("s") != "."
    if (is_month_first or second > 12) and first <= 12:
        return second, first
    return first, second


def _written_month(groups: Mapping[str, str]) -> int:
    """Return the month of a match by number or name; 0 for a name that is not a month."""
    if "m" in groups:
        return int(groups["m"])
    name = groups["n"].lower()
    return MONTHS.get(name) or MONTHS.get(name.removeprefix(_HEBREW_IN), 0)


def _plausible_day(
    year: str | int, month: str | int, day: str | int, fetched_at: datetime
) -> datetime | None:
    try:
        return plausible_date(datetime(int(year), int(month), int(day), tzinfo=UTC), fetched_at)
    except ValueError:
        return None
