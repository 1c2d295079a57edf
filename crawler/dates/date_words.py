"""Reader of a date with names of months and weekdays, or of three numbers, in any order."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from crawler.dates.calendar_names import ALL_WEEKDAYS, month_number
from crawler.dates.clock_times import find_clock_time, separate_time
from crawler.dates.day_order import ReadingContext, make_day, read_numeric_day
from crawler.dates.time_zones import zone_offset

# Words that a date may contain besides names, sorted: articles, prepositions, endings of ordinal
# numbers, and words for year, day and hour.
_FILLERS = frozenset((
    "a", "alle", "am", "an", "at", "av", "d", "de", "del", "dem", "den", "der", "di", "dia", "dne",
    "do", "el", "er", "god", "h", "il", "klo", "kl", "la", "las", "le", "lo", "los", "m", "nap",
    "nd", "ngày", "o", "ob", "of", "om", "on", "ore", "os", "rd", "rok", "roku", "st", "t", "th",
    "the", "u", "uhr", "um", "v", "van", "às", "à", "año", "στις", "в", "г", "го", "год", "года",
    "д", "о", "р", "року", "у",
))  # fmt: skip
_ZONE_LIKE = re.compile(r"\b[A-Z][A-Za-z_-]+(?:/[A-Z][\w+-]+)+")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+")
_THREE_NUMBERS = re.compile(
    r"(?P<a>\d{1,4})(?:\s?(?P<s>[./-])\s?|(?P<b>\s))(?P<c>\d\d?)(?:\s?(?P=s)\s?|(?P=b))(?P<e>\d{1,4})"
)
_ALLOWED = re.compile(r"[\s\w.,،;:/'’׳|·•*@–—-]*")
_COMMENT = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_EAST_ASIAN_DAY = re.compile(r"(\d{4})\s?[年년]\s?(\d\d?)\s?[月월]\s?(\d\d?)\s?[日日号일]?")
_EAST_ASIAN_MONTH = re.compile(r"(?<!\d)(\d\d?)[\s,]+(\d\d?)\s?[月월],?\s+(?=\d{4})")
_EAST_ASIAN_WEEKDAY = re.compile(
    r"(?:星期|週|周|礼拜|禮拜)[一二三四五六日天]|[月火水木金土日]曜日?|[월화수목금토일]요일"
    r"|(?<![^\W\d_])[月火水木金土日월화수목금토일](?![^\W\d_])"
)
_VIETNAMESE_MONTHS = (
    "một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai",
)  # fmt: skip
_VIETNAMESE_MONTH = re.compile(
    rf"\btháng ({'|'.join(reversed(_VIETNAMESE_MONTHS))})(?![^\W\d_])", re.IGNORECASE
)
_VIETNAMESE_DAY = re.compile(
    r"(?<!\d)(\d\d?)(?:[\s,-]*(?:tháng|thang|thg)\.?\s*|\s+th(?=\d))(\d\d?)[\s,-]*(?:năm\s*)?"
    r"(\d{4})(?!\d)",
    re.IGNORECASE,
)
_VIETNAMESE_MONTH_FIRST = re.compile(
    r"\b(?:tháng|thang|thg)\.?\s*(\d\d?)[\s,]+(\d\d?),?\s+(\d{4})(?!\d)", re.IGNORECASE
)
_VIETNAMESE_WEEKDAY = re.compile(
    r"\b(?:CN|T[2-7]|Th ?[2-7]|chủ nhật|thứ (?:hai|ba|tư|năm|sáu|bảy))(?![^\W_])", re.IGNORECASE
)
# The offset after the year, as git writes dates: `10:00:00 2026 +0100`.
_OFFSET_AFTER_YEAR = re.compile(r"(\d\d:\d\d(?::\d\d)?)\s+(\d{4})\s+([+-]\d\d:?\d\d)(?=$|\s)")
# 5/Jan/2026:10:00:00 of web servers and 2026:01:05 10:00:00 of cameras
_YEAR_AND_COLON = re.compile(r"(\d{4}):(?=\d\d:\d\d)")
_CAMERA_DAY = re.compile(r"^(\d{4}):(\d\d):(\d\d)(?=\s)")
_GO_CLOCK_READING = re.compile(r"\sm=[+-][\d.]+$")
_TUESDAY_OR_MARCH = "mar"  # French and Spanish; English and others
_DASHES = str.maketrans("\u2010\u2012\u2013\u2212", "----")


_ADJACENT = re.compile(r"\W*([^\W\d_]{1,5})\b")
_SOME_DAY = datetime.fromisoformat("2000-01-01")


@dataclass(frozen=True, slots=True)
class DateWords:
    """The parts of a date: the day, the time, and the offset or the name of its zone."""

    day: date
    since_midnight: timedelta = timedelta()
    offset: timedelta | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True)
class _Names:
    """The names in a date: the number of the month (0 for none) and the zone as written."""

    month: int
    zone: str


def read_words(text: str, context: ReadingContext) -> DateWords | None:
    """Return the parts of the date that a text consists of, or None if it has another word.

    `context` decides between two readings.
    """
    plain = separate_time(_normalized(text))
    clock = find_clock_time(plain)
    if clock is None:
        return None
    before, after = plain[: clock.start], plain[clock.end :]
    names = _read_names(_COMMENT.sub(" ", before), _COMMENT.sub(" ", after), context.language)
    if names and not names.zone and clock.offset is None:
        names = _with_comment(names, f"{before} {after}", context.language)
    if names is None or (names.zone and not clock.is_written):
        return None
    if clock.has_latin_half and not context.order:
        context = replace(context, order="month")
    day = _read_day(_COMMENT.sub(" ", f"{before} | {after}"), names.month, context)
    return DateWords(day, clock.since_midnight, clock.offset, names.zone) if day else None


def _normalized(text: str) -> str:
    """Return a text in NFKC with ASCII digits and hyphens, without format characters.

    Days in characters of East Asia and Vietnam become numbers, and their weekdays are removed.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_DASHES)
        text = "".join(map(_plain_character, text))
        text = _EAST_ASIAN_DAY.sub(r"\1-\2-\3 ", text)
        text = _EAST_ASIAN_MONTH.sub(r"\1.\2.", text)
        text = _EAST_ASIAN_WEEKDAY.sub(" ", text)
    text = _without_vietnamese_words(text)
    text = _OFFSET_AFTER_YEAR.sub(r"\1 \3 \2", text)
    text = _CAMERA_DAY.sub(r"\1-\2-\3", _GO_CLOCK_READING.sub("", text))
    return _YEAR_AND_COLON.sub(r"\1 ", text)


def _without_vietnamese_words(text: str) -> str:
    """Return a text with a Vietnamese day as numbers, and without the weekday before it."""
    numbered = _VIETNAMESE_MONTH.sub(_numbered_month, text)
    dated = _VIETNAMESE_DAY.sub(r"\3-\2-\1 ", numbered)
    dated = _VIETNAMESE_MONTH_FIRST.sub(r"\3-\1-\2 ", dated)
    return text if dated == numbered else _VIETNAMESE_WEEKDAY.sub(" ", dated)


def _numbered_month(match: re.Match[str]) -> str:
    return f"tháng {_VIETNAMESE_MONTHS.index(match[1].lower()) + 1}"


def _plain_character(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return "" if unicodedata.category(character) == "Cf" else character


def _with_comment(names: _Names, text: str, language: str) -> _Names | None:
    """Return the names with the zone of a comment such as `(CET)`; None for other words there."""
    comment = " ".join(part for parts in _COMMENT.findall(text) for part in parts)
    commented = _read_names("", comment, language) if comment else names
    if commented is None or (comment and commented.month):
        return None
    return replace(names, zone=commented.zone)


def _read_names(before: str, after: str, language: str) -> _Names | None:
    """Return the month and the zone among the words before and after a time.

    Returns None if there is another word or more than one month.
    """
    zone = next(iter(_ZONE_LIKE.findall(after)), "")
    after = _ZONE_LIKE.sub(" ", after)
    adjacent = _ADJACENT.match(after)
    if adjacent and not zone and _is_zone(adjacent[1], language, adjacent=True):
        zone, after = adjacent[1], after[adjacent.end() :]
    months = []
    for word in _WORD.findall(f"{before} {after}"):
        name = word.lower()
        if month_number(name, language):
            months.append(name)
        elif name not in ALL_WEEKDAYS and name not in _FILLERS:
            if not _is_zone(word, language, adjacent=False):
                return None
            zone = zone or word
    if len(months) > 1 and _TUESDAY_OR_MARCH in months:
        months.remove(_TUESDAY_OR_MARCH)
    numbers = {month_number(name, language) for name in months}
    return _Names(max(numbers, default=0), zone) if len(numbers) <= 1 else None


def _is_zone(word: str, language: str, adjacent: bool) -> bool:
    """Whether a word is the name of a zone; in lower case only if it is `adjacent` to a time."""
    if not word.isupper():
        name = word.lower()
        is_other_word = name in ALL_WEEKDAYS or name in _FILLERS or month_number(name, language)
        if not adjacent or is_other_word:
            return False
    return zone_offset(word, _SOME_DAY, language) is not None


def _read_day(text: str, month: int, context: ReadingContext) -> date | None:
    """Return the day in a text without its time; `month` is the month by name, 0 for none."""
    text = _ZONE_LIKE.sub(" ", text)
    numbers = _NUMBER.findall(text)
    if not _ALLOWED.fullmatch(text):
        return None
    if month:
        return _day_of_named_month(numbers, month) if len(numbers) == 2 else None
    match = _THREE_NUMBERS.search(text)
    if not match or len(numbers) != 3:
        return None
    return read_numeric_day((match["a"], match["c"], match["e"]), match["s"] or " ", context)


def _day_of_named_month(numbers: list[str], month: int) -> date | None:
    """Return the day of a month by name: the year has four digits or is the last number."""
    day, year = numbers
    if len(day) == 4:
        day, year = year, day
    return make_day(year, month, day)
