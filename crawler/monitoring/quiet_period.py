"""Decide until when messages wait: quiet hours of the day, and the least time between two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def waits_until(
    now: datetime, quiet_hours: str, quiet_minutes: float, last_sent: datetime | None
) -> datetime | None:
    """Return the time until which messages wait, or None if one may be sent at `now`.

    `quiet_hours` are the first hour and the hour after the last one, in UTC: `22-7` lasts from
    22:00 to 06:59. `quiet_minutes` is the least time since the message at `last_sent`. A time in
    the future, from a wrong clock, does not hold messages back.
    """
    ends = [_end_of_quiet_hours(now, quiet_hours)]
    if last_sent and last_sent <= now:
        ends.append(last_sent + timedelta(minutes=quiet_minutes))
    return max((end for end in ends if end and end > now), default=None)


def _end_of_quiet_hours(now: datetime, quiet_hours: str) -> datetime | None:
    if not quiet_hours:
        return None
    first, end = map(int, quiet_hours.split("-"))
    utc = now.astimezone(UTC)
    length, passed = (end - first) % 24, (utc.hour - first) % 24
    if passed >= length:
        return None
    whole_hour = utc.replace(minute=0, second=0, microsecond=0)
    return whole_hour + timedelta(hours=length - passed)
