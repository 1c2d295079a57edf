"""Nights with outages, full disks, kills and wrong clocks need no intervention.

`python -m bench.year` runs the same for a whole year.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bench.year_checks import end_problems
from bench.year_plan import plan_of
from bench.year_simulation import simulate, small_disk

DAYS = 13


def test_thirteen_nights_with_every_event_end_like_undisturbed_ones(tmp_path: Path) -> None:
    events = {plan_of(DAYS).event(day) for day in range(DAYS)}
    assert events == {
        "",
        "clock",
        "full disk",
        "killed",
        "nearly full",
        "offline",
        "server errors",
    }
    with small_disk(tmp_path) as mounted:
        year = simulate(DAYS, tmp_path, is_small_disk=mounted)
        assert year.problems == []
        growing = [replace(year.nights[-1], run_sources=day + 1) for day in range(400)]
        assert list(end_problems(year.home, growing)) == ["end: run_sources grew from 154 to 380"]


def test_a_year_has_outages_of_days_and_many_kills() -> None:
    plan = plan_of(365)
    assert len(plan.offline) >= 12
    assert len(plan.killed) == 20
    assert {day + 1 for day in plan.offline} & plan.offline
    assert plan.event(0) == plan.event(364) == ""
