"""Times in UTC and durations: parse, check and format them. No I/O."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

CLOCK_TOLERANCE = timedelta(hours=2)  # clocks are set back by an hour or less every year
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def plausible_date(value: datetime | None, seen_at: datetime) -> datetime | None:
    """Return the date `value` in UTC when it is between 1990 and a day after `seen_at`, else None.

    A date without a time zone is treated as UTC.
    """
    if value is None:
        return None
    try:
        utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        return None
    return utc if _EARLIEST <= utc <= seen_at + timedelta(days=1) else None


def parse_iso_date(text: str | None, seen_at: datetime) -> datetime | None:
    """Return an ISO 8601 date or time as a UTC datetime.

    The result is None for other text and for dates that are not plausible at the time `seen_at`.
    """
    try:
        return plausible_date(datetime.fromisoformat((text or "").strip()), seen_at)
    except ValueError:
        return None


def iso(value: datetime | None) -> str | None:
    """Return the time `value` as stored in the database and in JSON: UTC, seconds, `Z`."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def format_duration(seconds: float) -> str:
    """Return `seconds` in the two largest units: `0.4 s`, `42 s`, `4 min 12 s`, `6 h 3 min`."""
    if seconds < 9.95:
        return f"{max(seconds, 0):.1f} s".replace(".0 s", " s")
    whole = round(seconds)
    minutes, hours = whole // 60, whole // 3600
    if hours:
        return f"{hours:,} h {minutes % 60} min" if minutes % 60 else f"{hours:,} h"
    if minutes:
        return f"{minutes} min {whole % 60} s" if whole % 60 else f"{minutes} min"
    return f"{whole} s"
