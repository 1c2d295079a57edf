"""The events of a simulated year: the failures and their nights."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

_FUTURE = timedelta(days=400)
_PAST = timedelta(days=-10, hours=-2)
_IMPOSSIBLE = timedelta(days=-20_000)
_SEED = 7


@dataclass(frozen=True, slots=True)
class YearPlan:
    """The nights with an event, numbered from 0; the other nights are ordinary.

    `killed` has the share of a night after which its process is killed, `clock` the error of the
    clock. On `moved` one feed starts to redirect (301), and on `old_url_gone` its old URL ends.
    From `stopped` on, another feed answers 410. Articles disappear `article_days` after their
    publication, one in ten.
    """

    days: int
    offline: frozenset[int]
    server_errors: frozenset[int]
    nearly_full: frozenset[int]
    full_disk: frozenset[int]
    killed: Mapping[int, float]
    clock: Mapping[int, timedelta]
    moved: int
    old_url_gone: int
    stopped: int
    article_days: int

    def event(self, day: int) -> str:
        """Return the event of the night `day` in one word; empty for an ordinary night."""
        named = {
            "offline": self.offline,
            "nearly full": self.nearly_full,
            "full disk": self.full_disk,
            "killed": self.killed,
            "clock": self.clock,
            "server errors": self.server_errors,
        }
        return next((name for name, nights in named.items() if day in nights), "")


def plan_of(days: int) -> YearPlan:
    """Return the events of `days` nights, at least 12; their number grows with `days`."""

    def at(share: float) -> int:
        return round(share * days)

    def several(share: float, count: int) -> frozenset[int]:
        return frozenset(range(at(share), at(share) + count))

    moments = random.Random(_SEED)
    offline = several(0.1, 1 + days // 90) | several(0.6, 1 + days // 45)
    full = several(0.3, 2)
    clock = {at(0.45) + 1: _FUTURE, at(0.75): _PAST, at(0.85): _IMPOSSIBLE}
    taken = offline | full | set(clock) | {0, days - 1}
    candidates = [day for day in range(2, days - 2) if day not in taken]
    nights = moments.sample(candidates, max(1, days // 18))
    errors = [day for day in range(3, days - 3, 9) if day not in taken and day not in nights]
    return YearPlan(
        days=days,
        offline=offline,
        server_errors=frozenset(errors),
        nearly_full=frozenset({min(full)}),
        full_disk=frozenset({max(full)}),
        killed={day: moments.uniform(0.02, 0.98) for day in nights},
        clock=clock,
        moved=at(0.2),
        old_url_gone=at(0.8),
        stopped=at(0.25),
        article_days=max(3, days // 6),
    )
