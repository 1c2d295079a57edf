"""The age or date that a network prints at a post, such as `3d`, `hace 3 días` or `Nov 5`.

An age is relative to the time at which the page was copied. The date has the precision of the age.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache

from crawler.dates.calendar_names import month_number
from crawler.dates.parse_date import parse_time
from crawler.importers.platform_lines import Role, folded_line, roles_of, unit_words, words_with

_LONGEST_LINE = 200
_LONGEST_CLIENT = 30
_EDITED_MARKS = " *"  # Mastodon prints `2d*` for an edited post
_SEPARATOR = re.compile(r"\s*[•·・|]\s*")
_LENGTHS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
_OTHER_PARTS = frozenset({
    Role.ALT, Role.COUNTER, Role.DOT, Role.EDITED, Role.FOLLOW, Role.VERIFIED, Role.VISIBILITY,
})  # fmt: skip
# Months in the languages of the table, by their first letters.
_MONTH = (
    "jan|feb|mar|mär|mrz|apr|may|mai|jun|jul|aug|sep|okt|oct|nov|dez|dec|ene|abr|ago|set|dic|fev"
    "|fév|avr|juin|juil|aoû|aou|out|déc|mag|maio"
)
_WORDS = (
    rf"(?:{_MONTH})[^\W\d]{{0,8}}\.?|\d{{1,2}}(?:st|nd|rd|th|er|º|o|\.)?|(?:19|20)\d\d|de|del|do|le"
    r"|den|am|um|at|à|às|a las|alle|kl\.?|uhr|\d{1,2}[:h.]\d\d(?:[:.]\d\d)?"
    r"|(?:a|p)\.?\s?m\.?|vorm\.|nachm\.|,"
)
_WITH_MONTH = re.compile(rf"(?=.*(?:{_MONTH}))(?=.*\d)(?:(?:{_WORDS})[\s,]*){{2,9}}")
_DAY_AND_MONTH = re.compile(r"(\d{1,2})\.? ([^\W\d_]{3,12})\.?(?: ((?:19|20)\d\d))?")
_CJK_DATE = re.compile(r"(?:((?:19|20)\d\d)年)?(\d{1,2})月(\d{1,2})日(?:\s*\S{0,12})?")
_NUMERIC = re.compile(
    r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d"
)
_CLOCK = re.compile(
    r"(?:午前|午後)?\s*\d{1,2}[:.h時]\s?\d\d分?(?::\d\d)?\s*(?:[ap]\.?\s?m\.?|vorm\.|nachm\.|uhr)?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NO_YEAR = "{year}"
_BEFORE_CLOCK = re.compile(r"\s(?:at|um|à|às|a las|alle|kl\.?)\s|,?\s\d{1,2}[:h]\d\d")


@dataclass(frozen=True, slots=True)
class PostAge:
    """The time of a post and how exact it is: a name of `_LENGTHS`; None if it is not clear."""

    published: datetime | None
    precision: str
    is_relative: bool
    is_marked: bool  # the line has more than the age: a bullet, a word before or after the number


UNKNOWN_AGE = PostAge(None, "", True, True)
"""An age in words that the table lacks."""


@lru_cache(maxsize=20_000)
def read_age(text: str, seen_at: datetime) -> PostAge | None:
    """Return the time that the line `text` states, or None for a line with other words.

    `seen_at` is the time at which the page was copied.
    """
    if not text or len(text) > _LONGEST_LINE or not _may_be_age(text):
        return None
    ages: list[PostAge] = []
    unknown, others = 0, 0
    for part in filter(None, _SEPARATOR.split(text.rstrip(_EDITED_MARKS))):
        if age := _age_of(_without_edited(folded_line(part)), seen_at):
            ages.append(age)
        elif _OTHER_PARTS & roles_of(part):
            others += 1
        elif not _is_clock(part):
            unknown += 1
    is_marked_twice = bool(ages) and ages[0].is_relative and len(ages) + others > 1
    if not ages or unknown > (is_marked_twice or _has_client(text)):
        return None  # one part next to an age may be unknown, such as who sees the post
    is_marked = ages[0].is_marked or len(_SEPARATOR.findall(text)) > 0
    return PostAge(ages[0].published, ages[0].precision, ages[0].is_relative, is_marked)


def _has_client(text: str) -> bool:
    """Return whether a line has a time of day, and a short last part: the client of Mastodon."""
    parts = _SEPARATOR.split(text)
    is_short = len(parts) > 1 and len(parts[-1]) <= _LONGEST_CLIENT
    return is_short and _is_minute(folded_line(parts[0]))


def _is_minute(date: str) -> bool:
    return bool(_YEAR.search(date) and _BEFORE_CLOCK.search(date) and _calendar_date(date))


def _without_edited(part: str) -> str:
    """Return a part of a line without `Last edited` before the date."""
    words = (word for word in words_with(Role.EDITED) if part.startswith(f"{word} "))
    return part.removeprefix(max(words, key=len, default="")).strip()


def _is_clock(part: str) -> bool:
    return _CLOCK.fullmatch(_without_edited(folded_line(part))) is not None


def _may_be_age(text: str) -> bool:
    return any(map(str.isdigit, text)) or folded_line(text) in _words_without_number()


@cache
def _words_without_number() -> frozenset[str]:
    return words_with(Role.NOW) | words_with(Role.YESTERDAY)


def _age_of(part: str, seen_at: datetime) -> PostAge | None:
    if part in words_with(Role.NOW):
        return PostAge(_truncated(seen_at, "minute"), "minute", True, False)
    if part in words_with(Role.YESTERDAY):
        return PostAge(_truncated(seen_at - timedelta(days=1), "day"), "day", True, False)
    return _relative_age(part, seen_at) or _dated_age(part, seen_at)


def _relative_age(part: str, seen_at: datetime) -> PostAge | None:
    match = _relative().fullmatch(part)
    if not match:
        return None
    before, number, space, word, after = match.groups()
    unit = unit_words()[word]
    if word == "m" and space:  # minutes in English, months in Portuguese
        return PostAge(None, "", True, False)
    moment = seen_at - int(number) * _LENGTHS[unit]
    is_marked = bool(before or after) or len(word) > 3
    return PostAge(_truncated(moment, unit), unit, True, is_marked)


@cache
def _relative() -> re.Pattern[str]:
    """An age: a number with a unit, and words around it (`hace 3 días`, `3 days ago`)."""
    units, ago = _alternatives(frozenset(unit_words())), _alternatives(words_with(Role.AGO))
    return re.compile(rf"((?:{ago})\s?)*(\d{{1,3}})(\s?)({units})(\s?(?:{ago}))*")


def _alternatives(words: frozenset[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


def _dated_age(part: str, seen_at: datetime) -> PostAge | None:
    """Return the age of a calendar date. Of one without a year, the last such day is meant."""
    written = _calendar_date(part)
    if not written:
        return None
    for year in (seen_at.year, seen_at.year - 1):
        date = parse_time(written.replace(_NO_YEAR, str(year)), seen_at)
        if date and date <= seen_at + timedelta(days=1):
            return PostAge(_truncated(date, "day"), "day", False, True)
    return PostAge(None, "", False, True)


def _calendar_date(part: str) -> str:
    """Return the date in a part of a line without its time of day; empty if there is none.

    A year that is not written is `_NO_YEAR`.
    """
    if match := _CJK_DATE.fullmatch(part):
        year, month, day = match.groups()
        return f"{year or _NO_YEAR}-{int(month):02}-{int(day):02}"
    if _NUMERIC.fullmatch(part):
        return part
    if match := _DAY_AND_MONTH.fullmatch(part):
        day, name, year = match.groups()
        if month := month_number(name, ""):
            return f"{year or _NO_YEAR}-{month:02}-{int(day):02}"
    if not _WITH_MONTH.fullmatch(part):
        return ""
    date = _BEFORE_CLOCK.split(part)[0].strip(" ,")
    return date if _YEAR.search(date) else f"{date} {_NO_YEAR}"


def _truncated(moment: datetime, unit: str) -> datetime:
    """Return the start of the minute, hour, day, month or year of a time in UTC."""
    moment = moment.astimezone(UTC).replace(second=0, microsecond=0)
    if unit in ("second", "minute"):
        return moment
    moment = moment.replace(minute=0)
    if unit == "hour":
        return moment
    moment = moment.replace(hour=0)
    if unit in ("day", "week"):
        return moment
    return moment.replace(day=1) if unit == "month" else moment.replace(month=1, day=1)
