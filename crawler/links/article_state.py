"""The state of an article's URL over time. Pure functions.

One failed check rarely proves that an article is unavailable. The state changes to moved, blocked,
gone, parked, hijacked, changed, unreachable or unreadable only after the number of agreeing checks
in `CHECKS_NEEDED`. It returns to `ok` at the first check that finds the article.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crawler.links.content_drift import DriftSignal
from crawler.models.articles import ArticleState
from crawler.models.outcomes import Outcome

CHECKS_NEEDED = {
    ArticleState.MOVED: 2,
    ArticleState.PARKED: 2,
    ArticleState.HIJACKED: 2,
    ArticleState.CHANGED: 2,
    ArticleState.GONE: 3,
    ArticleState.BLOCKED: 3,
    ArticleState.UNREACHABLE: 5,
    ArticleState.UNREADABLE: 3,
}
"""How many checks must agree before the state changes."""

MIN_CHECK_INTERVAL = timedelta(hours=20)
"""Checks within this time of the last one that counted do not count."""

_CYCLE_DAYS = 30
_MIN_FAILED_HOSTS = 5
# Knuth's multiplicative hash spreads consecutive ids over distant days.
_MULTIPLIER = 2654435761
_NETWORK_FAILURES = frozenset({Outcome.DNS, Outcome.CONNECT, Outcome.TLS, Outcome.TIMEOUT})


@dataclass(frozen=True, slots=True)
class StateRecord:
    """The current state, and the other state that checks since `counted_at` agree on, if any."""

    state: ArticleState = ArticleState.NEW
    suspected: ArticleState | None = None
    agreeing: int = 0
    counted_at: datetime | None = None


def next_state(record: StateRecord, signal: DriftSignal | None, now: datetime) -> StateRecord:
    """Return the record after one more check.

    `record` is the record before the check. `signal` is the result of the check, or None if it
    gives no information on the article, for example during a local network outage.
    """
    if signal is None:
        return record
    if signal.state in (ArticleState.OK, record.state):
        return StateRecord(signal.state)
    agreeing = 1
    if record.suspected is signal.state and record.counted_at:
        # A clock that was ahead may have written a time in the future, which delays nothing.
        if timedelta() <= now - record.counted_at < MIN_CHECK_INTERVAL:
            return record
        agreeing = record.agreeing + 1
    if agreeing >= CHECKS_NEEDED[signal.state]:
        return StateRecord(signal.state)
    return StateRecord(record.state, signal.state, agreeing, now)


def is_local_outage(checks: Iterable[tuple[str, Outcome]]) -> bool:
    """Whether the checks of one night fail as they do in a local network outage.

    `checks` are pairs of host and outcome. In an outage more than half of the hosts, and at least
    five, cannot be reached. The failures of that night do not count for the articles.
    """
    failures: dict[str, set[bool]] = defaultdict(set)
    for host, outcome in checks:
        failures[host].add(outcome in _NETWORK_FAILURES)
    unreachable = sum(failed == {True} for failed in failures.values())
    return unreachable >= _MIN_FAILED_HOSTS and unreachable > len(failures) / 2


def check_day(article_id: int, cycle_days: int = _CYCLE_DAYS) -> int:
    """Return the day of the cycle, 0 to `cycle_days` - 1, on which an article is checked.

    The day depends on `article_id` alone, and all days have about the same number of articles.
    """
    return (article_id * _MULTIPLIER % 2**32) * cycle_days // 2**32


def next_check_time(article_id: int, now: datetime, cycle_days: int = _CYCLE_DAYS) -> datetime:
    """Return the time of the next check after today: midnight UTC of the article's day.

    A cycle of `cycle_days` days checks each article once. `article_id` determines the day.
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    days_ahead = (check_day(article_id, cycle_days) - today.toordinal()) % cycle_days
    return today + timedelta(days=days_ahead or cycle_days)
