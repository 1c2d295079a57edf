"""The health of an article's address over the years: looks that agree change its state, one that
finds the article clears it. Pure.

ok -> moved, blocked, gone, parked, hijacked, changed, unreachable, unreadable     after as many
agreeing looks as NEEDED says
anything -> ok                                                         at the first look that finds
the article again
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crawler.links.content_drift import DriftSignal
from crawler.models.articles import ArticleState
from crawler.models.outcomes import Outcome

# Looks that must agree, at least APART from each other, before the state changes.
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
MIN_CHECK_INTERVAL = timedelta(hours=20)
_EVERY_DAYS = 30
_FEWEST_HOSTS = 5
_SPREAD = 2654435761  # Knuth's multiplicative hash: neighbouring ids land on distant days
_NETWORK = frozenset({Outcome.DNS, Outcome.CONNECT, Outcome.TLS, Outcome.TIMEOUT})


@dataclass(frozen=True, slots=True)
class StateRecord:
    """The state we show, and the state that looks since `counted_at` agree on, if another."""

    state: ArticleState = ArticleState.NEW
    suspected: ArticleState | None = None
    agreeing: int = 0
    counted_at: datetime | None = None


def next_state(health: StateRecord, sign: DriftSignal | None, now: datetime) -> StateRecord:
    """The health after one more look.

    No sign (nothing said, or our own outage) changes nothing; looks closer than APART count once.
    """
    if sign is None:
        return health
    if sign.state in (ArticleState.OK, health.state):
        return StateRecord(sign.state)
    agreeing = 1
    if health.suspected is sign.state and health.counted_at:
        if now - health.counted_at < MIN_CHECK_INTERVAL:
            return health
        agreeing = health.agreeing + 1
    if agreeing >= CHECKS_NEEDED[sign.state]:
        return StateRecord(sign.state)
    return StateRecord(health.state, sign.state, agreeing, now)


def is_local_outage(looks: Iterable[tuple[str, Outcome]]) -> bool:
    """Whether one night's looks (host, outcome) fail as if our own line were down: most hosts
    unreachable, and more than a handful.

    Then no failure of that night says anything about an address.
    """
    hosts: dict[str, set[bool]] = defaultdict(set)
    for host, outcome in looks:
        hosts[host].add(outcome in _NETWORK)
    down = sum(failed == {True} for failed in hosts.values())
    return down >= _FEWEST_HOSTS and down > len(hosts) / 2


def check_day(article_id: int, every_days: int = _EVERY_DAYS) -> int:
    """On which day of a round (0 to `every_days` - 1) an article is looked at: fixed by its number,
    the days equally full.
    """
    return (article_id * _SPREAD % 2**32) * every_days // 2**32


def next_check_time(article_id: int, now: datetime, every_days: int = _EVERY_DAYS) -> datetime:
    """The next look after today: midnight UTC of the article's day in the round, so that a round
    sees every article once.
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    ahead = (check_day(article_id, every_days) - today.toordinal()) % every_days
    return today + timedelta(days=ahead or every_days)
