"""The two spellings of almost all dates in feeds, read without the rules for other spellings."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

# RFC 3339 and RFC 5322 section 3.3.
_INTERNET_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-](?:0\d|1[0-4]):(?:00|15|30|45))", re.ASCII
)
_MAIL_TIME = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d\d?) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) "
    r"(?:GMT|UTC|Z|([+-])(0\d|1[0-4])(00|15|30|45))",
    re.ASCII,
)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}


def read_common_spelling(written: str) -> datetime | None:
    """Return the time in UTC of a date in a common spelling.

    The result is None for a `written` text in another spelling or with an impossible number.
    """
    try:
        if _INTERNET_TIME.fullmatch(written):
            return datetime.fromisoformat(written).astimezone(UTC)
        match = _MAIL_TIME.fullmatch(written)
        return _mail_time(match) if match else None
    except (ValueError, OverflowError, KeyError):
        return None


def _mail_time(match: re.Match[str]) -> datetime:
    day, name, year, hour, minute, second, direction, hours, minutes = match.groups()
    local = datetime(
        int(year), _MONTHS[name], int(day), int(hour), int(minute), int(second), tzinfo=UTC
    )
    if not direction:
        return local
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return local - offset if direction == "+" else local + offset
