"""Polling hints: `ttl`, `skipHours` and `skipDays` of RSS 2.0, and the syndication module."""

from __future__ import annotations

import re
from datetime import timedelta

from crawler.sources.formats.written_feed import WrittenFeed
from crawler.sources.protocol import PollingHints

_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}
_DAYS = {
    "monday": 0,
    "tuesday": 1,
    "wednesday": 2,
    "thursday": 3,
    "friday": 4,
    "saturday": 5,
    "sunday": 6,
}
_NUMBER = re.compile(r"\d{1,2}", re.ASCII)
_MAX_MINUTES = 31 * 24 * 60


def polling_hints(feed: WrittenFeed) -> PollingHints:
    """Return the polling hints of `feed`; days have English names and hours are in GMT."""
    hours = {_digits(hour, 2) % 24 for hour in feed.skip_hours if _NUMBER.fullmatch(hour.strip())}
    names = (day.strip().lower() for day in feed.skip_days)
    days = {_DAYS[name] for name in names if name in _DAYS}
    return PollingHints(_interval(feed), tuple(sorted(hours)), tuple(sorted(days)))


def _interval(feed: WrittenFeed) -> timedelta | None:
    """Return the time between polls, at most 31 days; None if the feed does not state it.

    RSS states `ttl` in minutes, the syndication module a period and a frequency.
    """
    minutes = _digits(feed.ttl, 8)
    if not minutes:
        hours = _PERIODS.get(feed.update_period.strip().lower(), 0)
        minutes = hours * 60 // (_digits(feed.update_frequency or "1", 4) or 1)
    return timedelta(minutes=min(minutes, _MAX_MINUTES)) if minutes else None


def _digits(text: str, most: int) -> int:
    """Return the number in a text of at most `most` ASCII digits, else 0."""
    digits = text.strip()
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= most
    return int(digits) if is_number else 0
