"""The time of day in a written date, with AM or PM and the offset that follows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from crawler.dates.time_zones import numeric_offset

_AM = ("am", "a.m", "a m", "a. m", "πμ", "π.μ", "上午", "午前", "早上", "오전")
_PM = ("pm", "p.m", "p m", "p. m", "μμ", "μ.μ", "下午", "午後", "晚上", "오후")
_HALF = "|".join(re.escape(word) for word in (*_AM, *_PM))
_ZONE = r"(?:\s*,?\s*(?:GMT|UTC|UT)?\s*(?P<offset>[+-]\d{1,2}(?::?\d\d)?(?::00)?)(?![:\d]))?"
_SUFFIX = rf"(?:\s*(?P<after>{_HALF})\.?(?![^\W\d_]))?{_ZONE}"
_PREFIX = rf"(?:(?P<before>{_HALF})\s*)?"
_FRACTION = r"(?:[.,:]\d{1,9})?"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # 10:00, 10:00:30.5, 下午 3:04
        rf"{_PREFIX}(?<![\d:.])(?P<h>\d\d?):(?P<m>\d\d?)(?::(?P<s>\d\d?){_FRACTION})?(?![\d:]){_SUFFIX}",
        # 10h30, 18 h 05 min
        r"(?<![\d:.])(?P<h>\d\d?)\s?h\s?(?:(?P<m>\d\d)(?:\s?min)?)?(?![^\W_])",
        # 15時04分05秒, 오후 3시 4분
        rf"{_PREFIX}(?P<h>\d\d?)\s?[時时点點시]\s?(?:(?P<m>\d\d?)\s?[分분]\s?)?"
        r"(?:(?P<s>\d\d?)\s?[秒초])?",
        # kl. 18.05, alle 18.05
        r"\b(?:kl|klo|alle|ore|om|um|pukul)\b\.?\s*(?P<h>\d\d?)\.(?P<m>\d\d)(?!\d)",
        # 03.05.2026 18.05, 5 Jan 2026 18.05.30 GMT
        r"(?<=[.\s/-]\d{4}\s)(?P<h>\d\d?)\.(?P<m>\d\d)(?:\.(?P<s>\d\d))?\Z",
        r"(?<=\s\d{4}\s)(?P<h>\d\d?)\.(?P<m>\d\d)\.(?P<s>\d\d)(?![.\d])" + _ZONE,
        # 6 PM
        r"(?<![\d:.])(?P<h>\d\d?)\s?(?P<after>[ap]\.?\s?m)\b\.?" + _ZONE,
    )
)
# The `Z` of UTC and the separator `T` join the digits of a time, which no other letter does.
_JOINED = re.compile(r"(?<=\d)[Tt](?=\d)|(?<=\d)(?=[Zz]\b)")


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day since midnight and its offset from UTC, or None if none is written.

    `start` and `end` are its place in the text. `has_latin_half` is true for AM and PM.
    """

    start: int
    end: int
    since_midnight: timedelta = timedelta()
    offset: timedelta | None = None
    has_latin_half: bool = False

    @property
    def is_written(self) -> bool:
        """Whether the text contains a time."""
        return self.end > self.start


def separate_time(text: str) -> str:
    """Return a text with spaces around a time that `T` or `Z` joins to a date or a zone."""
    return _JOINED.sub(" ", text)


def find_clock_time(text: str) -> ClockTime | None:
    """Return the time of day in a text of one date; midnight at its end if it has no time.

    Returns None for a time that no clock shows, such as `25:00` or `13:00 AM`.
    """
    matches = (pattern.search(text) for pattern in _PATTERNS)
    match = next((match for match in matches if match), None)
    if match is None:
        return ClockTime(len(text), len(text))
    groups = match.groupdict()
    half = (groups.get("before") or groups.get("after") or "").lower()
    hour = _hour(int(groups["h"]), half)
    moment = time_of_day(hour, int(groups.get("m") or 0), int(groups.get("s") or 0))
    written = groups.get("offset")
    offset = numeric_offset(written) if written else None
    if moment is None or (written and offset is None):
        return None
    return ClockTime(match.start(), match.end(), moment, offset, half[:1] in ("a", "p"))


def time_of_day(hour: int, minute: int, second: int) -> timedelta | None:
    """Return the time since midnight, or None if no clock shows `hour`, `minute` and `second`.

    ISO 8601 ends a day at 24:00:00, and a leap second is 60.
    """
    if (hour, minute, second) == (24, 0, 0):
        return timedelta(days=1)
    is_leap_second = second == 60 and minute == 59
    if not (0 <= hour <= 23 and minute <= 59 and (second <= 59 or is_leap_second)):
        return None
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _hour(hour: int, half: str) -> int:
    """Return the hour of the day; -1 for a contradiction such as 13 AM.

    `half` is the word for the half of the day in lower case. 20:28 PM is a known error of
    programs and means 20:28.
    """
    if not half:
        return hour
    if half in _AM:
        return hour % 12 if hour <= 12 else -1
    if hour == 0:
        return -1
    return hour % 12 + 12 if hour <= 12 else hour
