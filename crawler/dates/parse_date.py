"""Dates of feeds, imports and pages as times in UTC, if they are plausible."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from crawler.dates.common_spellings import read_common_spelling
from crawler.dates.day_order import DayOrder, ReadingContext, day_order_of
from crawler.dates.days_in_text import find_dates
from crawler.dates.written_date import WrittenDate, read_date
from crawler.utc_times import plausible_date

_MONTH = re.compile(r"\s*([12]\d{3}-\d\d)\s*")
_ISO_PART = re.compile(
    r"(?<!\d)(?:19|20)\d\d-\d\d?-\d\d?(?:[T ]+\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:Z|UTC|GMT"
    r"|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)
_LAST_SECOND = timedelta(hours=23, minutes=59, seconds=59)


def parse_time(written: str, seen_at: datetime, language: str = "") -> datetime | None:
    """Return the time in UTC that a text consists of, or None if there is none or it is unclear.

    The text `written` is a date of a feed, an import or a card. Times before 1990 or more than a
    day after `seen_at` are not plausible. `language` is the tag of the text's language; it decides
    05/06/2026. The month `2026-11` is its first day (W3C note on date and time formats).
    """
    common = read_common_spelling(written)
    if common:
        return plausible_date(common, seen_at)
    month = _MONTH.fullmatch(written)
    context = ReadingContext(day_order_of(language), language, seen_at.year)
    dated = read_date(f"{month[1]}-01" if month else written, context)
    return plausible_date(_moment(dated), seen_at) if dated else None


def parse_date(value: str, fetched_at: datetime, month_first: bool = False) -> datetime | None:
    """Return the date of a page, or None if there is no plausible date.

    The `value` is metadata or a short text with a date in it. Dates of more than a day after
    `fetched_at` are not plausible. `month_first` is the order of 3/5/2024. The calendar day of the
    publisher is kept: a time that is on another day in UTC becomes the nearest time on the
    publisher's day.
    """
    value = value[:200]
    order: DayOrder = "month" if month_first else "day"
    context = ReadingContext(order, "", fetched_at.year)
    dated = read_date(value, context)
    part = None if dated else _ISO_PART.search(value)
    if part:
        dated = read_date(part[0], context)
    if dated:
        return plausible_date(_on_own_day(dated), fetched_at)
    if part:
        return None
    return next((day for day, _ in find_dates(value, fetched_at, month_first)), None)


def _moment(dated: WrittenDate) -> datetime | None:
    try:
        return dated.moment()
    except OverflowError:
        return None


def _on_own_day(dated: WrittenDate) -> datetime:
    """Return a time in UTC, moved to the nearest time on the day that was written."""
    day = dated.local.replace(hour=0, minute=0, second=0, tzinfo=UTC)
    moment = _moment(dated) or day
    return max(day, min(moment, day + _LAST_SECOND))
