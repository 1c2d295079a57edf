"""The order of day, month and year in dates of three numbers, such as 05/06/2026."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

DayOrder = Literal["day", "month", "year", ""]
"""The part that comes first; empty if it is unknown."""

# Countries that write English and put the day before the month: Unicode CLDR, short dates of
# en-AU, en-GB and others.
DAY_FIRST = frozenset((
    "au", "gb", "gh", "hk", "ie", "in", "jm", "ke", "mt", "my", "ng", "nz", "pk", "sg", "tt", "ug",
    "uk", "za", "zw",
))  # fmt: skip
# Countries that put the month first: Unicode CLDR, short dates.
_MONTH_FIRST = frozenset(("as", "fm", "gu", "mh", "mp", "ph", "pr", "pw", "us", "vi"))
# Languages that put the day first in every country: Unicode CLDR, short dates.
_DAY_FIRST_LANGUAGES = frozenset((
    "ar", "bg", "ca", "cs", "da", "de", "el", "et", "fi", "gl", "he", "hr", "id", "is", "it", "nb",
    "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "tr", "uk", "vi",
))  # fmt: skip
# Languages that put the day first except in the countries of `_MONTH_FIRST`, and in Canada.
_MOSTLY_DAY_FIRST = frozenset(("es", "fr"))
_YEAR_FIRST_LANGUAGES = frozenset(("eu", "hu", "ja", "ko", "lt", "mn", "zh"))


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """The facts that decide between two readings of a date.

    `order` is the order of three numbers, `language` the tag of the text's language, and
    `latest_year` the year in which the date was seen.
    """

    order: DayOrder
    language: str
    latest_year: int


def writes_month_first(language: str, host: str) -> bool:
    """Whether 3/5/2024 on a page means 5 March.

    This is so for English pages, unless the region of the `language` tag or the country of the
    `host` puts the day first.
    """
    code, region = _code_and_region(language)
    country = host.rsplit(".", 1)[-1]
    return code == "en" and not {region, country} & DAY_FIRST


def day_order_of(language: str) -> DayOrder:
    """Return the order that a `language` tag states; English without a country states none."""
    code, region = _code_and_region(language)
    if code in _YEAR_FIRST_LANGUAGES:
        return "year"
    if code in ("en", "es") and region in _MONTH_FIRST:
        return "month"
    is_day_first = (
        code in _DAY_FIRST_LANGUAGES
        or (code in _MOSTLY_DAY_FIRST and region != "ca")
        or (code == "en" and region in DAY_FIRST)
    )
    return "day" if is_day_first else ""


def read_numeric_day(
    parts: tuple[str, str, str], separator: str, context: ReadingContext
) -> date | None:
    """Return the day of three numbers, or None if there is no or more than one reading.

    `parts` are the numbers as written, `separator` is the character between them, and `context`
    decides between two readings. A number above 12 is not a month. A year of two digits comes
    first only if it is not later than the year in which the date was seen.
    """
    first, second, third = parts
    if len(first) == 4:
        return make_day(first, second, third)
    readings: dict[DayOrder, date | None] = {
        "day": make_day(third, second, first),
        "month": make_day(third, first, second),
        "year": _year_first(parts, context.latest_year) if len(third) <= 2 else None,
    }
    preferred = readings.get(context.order)
    if preferred:
        return preferred
    if separator == "." and readings["day"]:
        return readings["day"]
    days = {day for day in readings.values() if day}
    return days.pop() if len(days) == 1 else None


def make_day(year: str, month: str | int, day: str) -> date | None:
    """Return a calendar day, or None if there is no such day.

    `year`, `month` and `day` are numbers. RFC 5322 section 4.3 reads a year of two digits.
    """
    if len(year) not in (2, 4) or len(day) > 2:
        return None
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 50 else 1900
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


def _year_first(parts: tuple[str, str, str], latest_year: int) -> date | None:
    day = make_day(*parts)
    return day if day and day.year <= latest_year else None


def _code_and_region(language: str) -> tuple[str, str]:
    code, _, subtags = language.strip().lower().replace("_", "-").partition("-")
    return code, subtags.rsplit("-", 1)[-1]
