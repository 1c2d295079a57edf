"""Dates as pages write them: ISO, RFC 2822, day and month names of seven languages, and the day inside a URL."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from crawler.text import plausible_date

# the first letters that tell a month apart, per month, in English, German, French, Spanish, Italian, Dutch and Portuguese
MONTH_NAMES: tuple[tuple[str, ...], ...] = (
    ("jan", "jän", "ene", "gen"),
    ("feb", "fév", "fev", "févr"),
    ("mar", "mär", "mrz", "maa"),
    ("apr", "avr", "abr"),
    ("may", "mai", "mag", "mei"),
    ("jun", "juin", "giu"),
    ("jul", "juil", "lug"),
    ("aug", "aoû", "aou", "ago"),
    ("sep", "set"),
    ("oct", "okt", "ott", "out"),
    ("nov",),
    ("dec", "dez", "déc", "dic"),
)
_MONTH = {name: number for number, names in enumerate(MONTH_NAMES, 1) for name in names}
_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_YEAR = re.compile(r"(?:19|20)\d\d")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d?)-(\d\d?)(?:[T ]+(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?", re.IGNORECASE)
_BASIC = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)(?:\D|$|\d{6})")
_SLASHED = re.compile(r"(?<!\d)((?:19|20)\d\d)/(\d\d?)/(\d\d?)(?!\d)")
_DAY_MONTH = re.compile(rf"(?<!\d)(\d\d?)(?:st|nd|rd|th|\.|º|er)?\s+(?:de\s+)?({_NAMES})[a-zà-ÿ]*\.?,?\s+(?:de\s+|del\s+)?((?:19|20)\d\d)", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"\b({_NAMES})[a-z]*\.?\s+(\d\d?)(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)", re.IGNORECASE)
_DOTTED = re.compile(r"(?<!\d)(\d\d?)\.\s?(\d\d?)\.\s?((?:19|20)\d\d)(?!\d)")
_LOCAL_SLASHED = re.compile(r"(?<!\d)\d\d?/\d\d?/(?:19|20)\d\d(?!\d)")
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?:[/.-]|$)|[/_-]((?:19|20)\d\d)-?([01]\d)-?([0-3]\d)(?=[/._-]|$)")


def read_date(value: str, seen: datetime) -> datetime | None:
    """The first date in a text as plausible UTC time, None when there is none.

    The calendar day that the publisher wrote is kept: a time that falls on another day in UTC becomes the nearest moment of its own day.
    """
    value = value[:200]
    if match := _ISO.search(value):
        return _zoned(match, seen)
    if match := _BASIC.match(value):
        return _day(match[1], match[2], match[3], seen)
    return _rfc(value, seen) or read_day(value, seen)


def read_day(text: str, seen: datetime) -> datetime | None:
    """The first calendar day written in words or with dots in a text: `26 September 2014`, `Sept. 26, 2014`, `26.09.2014`."""
    if not _YEAR.search(text):
        return None
    if match := _DAY_MONTH.search(text):
        return _day(match[3], _MONTH[match[2].lower()], match[1], seen)
    if match := _MONTH_DAY.search(text):
        return _day(match[3], _MONTH[match[1].lower()], match[2], seen)
    if match := _ISO.search(text) or _SLASHED.search(text):
        return _day(match[1], match[2], match[3], seen)
    match = _DOTTED.search(text)
    return _day(match[3], match[2], match[1], seen) if match else None


def without_dates(text: str) -> str:
    """A text with a line break in place of every day in it."""
    if not _YEAR.search(text):
        return text
    for pattern in (_DAY_MONTH, _MONTH_DAY, _ISO, _SLASHED, _DOTTED, _LOCAL_SLASHED):
        text = pattern.sub("\n", text)
    return text


def url_date(url: str, seen: datetime) -> datetime | None:
    """The day in the path of an address: `/2014/09/26/`, `/2014-09-26-title`."""
    match = _URL_DAY.search(url.partition("?")[0])
    return _day(match[1] or match[4], match[2] or match[5], match[3] or match[6], seen) if match else None


def _day(year: str, month: str | int, day: str, seen: datetime) -> datetime | None:
    try:
        return plausible_date(datetime(int(year), int(month), int(day), tzinfo=UTC), seen)
    except ValueError:
        return None


def _zoned(match: re.Match[str], seen: datetime) -> datetime | None:
    day = _day(match[1], match[2], match[3], seen)
    if day is None or match[4] is None:
        return day
    zone = match[7] or ""
    shift = timedelta(hours=int(zone[:3]), minutes=int(zone[0] + zone[-2:])) if zone[:1] in ("+", "-") else timedelta()
    try:
        moment = day.replace(hour=int(match[4]), minute=int(match[5]), second=int(match[6] or 0)) - shift
    except (ValueError, OverflowError):
        return day
    return plausible_date(max(day, min(moment, day + timedelta(hours=23, minutes=59, seconds=59))), seen)


def _rfc(value: str, seen: datetime) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    return plausible_date(moment, seen)
