"""Reader of one written date: ISO 8601, RFC 5322, the formats of programs, and 34 languages.

A date is read only if its text allows one reading: 05/06/2026 has two, unless a language decides.
A missing part is never filled in. `python-dateutil` and `dateparser` are not used, because both
guess: they fill missing parts from today, prefer one order and ignore unknown zones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import unquote

from crawler.dates.calendar_names import month_number
from crawler.dates.clock_times import time_of_day
from crawler.dates.date_words import read_words
from crawler.dates.day_order import ReadingContext, make_day
from crawler.dates.time_zones import numeric_offset, zone_offset

_MAX_CHARACTERS = 120
_ISO = re.compile(
    r"([12]\d{3})-(\d\d)-(\d\d)(?:(?:[Tt]|\s+)(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,12})?)?\s*"
    r"([Zz]|[+-]\d\d(?::?\d\d)?)?)?"
)
_RFC_5322 = re.compile(
    r"(?:[A-Za-z]{3},?\s+)?(\d\d?)\s+([A-Za-z]{3})\s+(\d{4})\s+(\d\d):(\d\d)(?::(\d\d))?\s+"
    r"(GMT|UTC|UT|Z|[+-]\d{4})"
)
# 20260105, 20260105T1000, 20260105100000
_BASIC = re.compile(
    r"([12]\d{3})(\d\d)(\d\d)(?:\s?[Tt]?\s?(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d{1,9})?)?\s*"
    r"([Zz]|GMT|UTC|[+-]\d\d(?::?\d\d)?)?)?"
)
_WEEK = re.compile(r"([12]\d{3})-?W(\d\d)-?([1-7])(?=$|[\sTt])")
_ORDINAL = re.compile(r"([12]\d{3})-?(\d{3})(?=$|[\sTt])")
_ZONED_DAY = re.compile(r"([12]\d{3}-\d\d-\d\d)\s?(?:Z|[+-]\d\d:?\d\d)")
_EPOCH = re.compile(r"(\d{10})(?:\.\d{1,9}|(\d{3}){0,3})")


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as written: the `local` time without a zone, and the `offset` of its zone from UTC.

    A date without a time is midnight in UTC. A time without a zone is in UTC.
    """

    local: datetime
    offset: timedelta = timedelta()

    def moment(self) -> datetime:
        """Return the time in UTC; raise OverflowError before the year 1 or after 9999."""
        return (self.local - self.offset).replace(tzinfo=UTC)


def read_date(written: str, context: ReadingContext) -> WrittenDate | None:
    """Return the date that a text consists of, or None if it has no or more than one reading.

    The text `written` is longer than a date if it has more than 120 characters. It may have the
    percent-encoding of URLs. `context` decides between two readings.
    """
    if len(written) > 4 * _MAX_CHARACTERS:
        return None
    text = unquote(written).strip()
    if not text or len(text) > _MAX_CHARACTERS:
        return None
    try:
        for pattern, read in _FORMATS:
            match = pattern.fullmatch(text)
            if match:
                return read(match)
        return _read_other(text, context)
    except (ValueError, OverflowError):
        return None


def _read_other(text: str, context: ReadingContext) -> WrittenDate | None:
    """Return a date with words, with three numbers, or with a week or a day of the year."""
    day = _leading_day(text)
    words = read_words(f"{day[0].isoformat()} {text[day[1] :]}" if day else text, context)
    if words is None:
        return None
    local = datetime.combine(words.day, time()) + words.since_midnight
    if words.zone:
        offset = zone_offset(words.zone, local, context.language)
        return None if offset is None else WrittenDate(local, offset)
    return WrittenDate(local, words.offset or timedelta())


def _leading_day(text: str) -> tuple[date, int] | None:
    """Return the day of an ISO week date or ordinal date, and where it ends."""
    match = _WEEK.match(text)
    if match:
        return date.fromisocalendar(int(match[1]), int(match[2]), int(match[3])), match.end()
    match = _ORDINAL.match(text)
    if not match:
        return None
    day = date(int(match[1]), 1, 1) + timedelta(days=int(match[2]) - 1)
    if str(day.year) != match[1]:
        raise ValueError(f"The year {match[1]} has no day {match[2]}.")
    return day, match.end()


def _read_iso(match: re.Match[str]) -> WrittenDate | None:
    return _combined(make_day(match[1], match[2], match[3]), match[4], match[5], match[6], match[7])


def _read_rfc_5322(match: re.Match[str]) -> WrittenDate | None:
    day = make_day(match[3], month_number(match[2].lower(), ""), match[1])
    return _combined(day, match[4], match[5], match[6], match[7])


def _read_zoned_day(match: re.Match[str]) -> WrittenDate | None:
    """Return the calendar day; the zone of XML Schema (`2026-01-05+01:00`) does not move it."""
    return WrittenDate(datetime.fromisoformat(match[1]))


def _read_epoch(match: re.Match[str]) -> WrittenDate | None:
    """Return the time of Unix seconds, milliseconds, microseconds or nanoseconds."""
    return WrittenDate(datetime.fromtimestamp(int(match[1]), UTC).replace(tzinfo=None))


def _combined(
    day: date | None, hour: str | None, minute: str | None, second: str | None, zone: str | None
) -> WrittenDate | None:
    if day is None:
        return None
    local = datetime.combine(day, time())
    if hour is None:
        return WrittenDate(local)
    clock = time_of_day(int(hour), int(minute or 0), int(second or 0))
    if clock is None:
        return None
    dated = WrittenDate(local + clock)
    if not zone or zone[0] not in "+-":
        return dated
    offset = numeric_offset(zone)
    return None if offset is None else replace(dated, offset=offset)


_FORMATS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], WrittenDate | None]], ...] = (
    (_ISO, _read_iso),
    (_RFC_5322, _read_rfc_5322),
    (_EPOCH, _read_epoch),
    (_BASIC, _read_iso),
    (_ZONED_DAY, _read_zoned_day),
)
