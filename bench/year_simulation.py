"""Run the nights of a simulated year, measure each, and collect what is not as promised."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.year_checks import end_problems
from bench.year_night import kill_night, run_night
from bench.year_plan import YearPlan, plan_of
from bench.year_workspace import NightMeasures, YearWorkspace
from bench.year_world import YearWorld, serve_world
from crawler.errors import DiskFullError, HashtrailError, StoreError, is_disk_full

START = datetime(2025, 1, 1, 3, 15, tzinfo=UTC)
_DISK_MB = 900
_NEARLY_FULL = 100_000_000  # bytes, less than a run needs to begin
_OLDEST_CLOCK = timedelta(days=-10_000)  # an earlier clock cannot be right
_FULL = 300_000
_KILL_BASE_SECONDS = 2.0  # of a child until its first night, if no night was measured yet


@dataclass(slots=True)
class Year:
    """A simulated year: its plan, its workspace, and the measures of each night so far."""

    plan: YearPlan
    home: YearWorkspace
    is_small_disk: bool
    series: Path | None = None
    nights: list[NightMeasures] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _messages: dict[int, str] = field(default_factory=dict)

    def run(self) -> None:
        """Run all nights. Problems are collected, so that one does not hide the others."""
        for day in range(self.plan.days):
            self.home.world.day = day
            self._night(day)
            if self.series:
                write_series(self.nights, self.series)
            self.problems += [f"night {day}: {fault}" for fault in self.home.faults()]
        self.problems += end_problems(self.home, self.nights)

    def _night(self, day: int) -> None:
        event = self.plan.event(day)
        is_full = day in self.plan.full_disk
        self.home.configure(connected=day not in self.plan.offline, checks_space=not is_full)
        began = time.monotonic()
        outcome, steps = self._outcome(day, event)
        steps["total"] = time.monotonic() - began
        self.nights.append(self.home.measures(day, event, outcome, steps))
        if outcome not in self._expected(event, day):
            message = self._messages.get(day, "")
            self.problems.append(f"night {day} ({event or 'ordinary'}): {outcome} {message}")

    def _expected(self, event: str, day: int) -> tuple[str, ...]:
        """Return the outcomes that a night with an event may have."""
        if event == "clock":
            is_possible = self.plan.clock[day] > _OLDEST_CLOCK
            return ("ok", "degraded") if is_possible else (HashtrailError.__name__,)
        full = {"nearly full": StoreError, "full disk": DiskFullError}
        if event in full and self.is_small_disk:
            return (full[event].__name__,)
        outcomes = {
            "killed": ("killed", "ok"),
            "offline": ("degraded",),
            "server errors": ("ok", "degraded"),
        }
        return outcomes.get(event, ("ok",))

    def _outcome(self, day: int, event: str) -> tuple[str, dict[str, float]]:
        at = START + timedelta(days=day) + self.plan.clock.get(day, timedelta())
        try:
            if event == "killed":
                usual = self.nights[-1].seconds if self.nights else _KILL_BASE_SECONDS
                was_killed = kill_night(self.home.folder, at, self.plan.killed[day] * usual)
                return ("killed" if was_killed else "ok"), {}
            if event == "nearly full" and self.is_small_disk:
                with self.home.filled_disk(_NEARLY_FULL):
                    report = run_night(self.home.folder, at)
            elif event == "full disk" and self.is_small_disk:
                with self.home.filled_disk(_FULL):
                    report = run_night(self.home.folder, at)
            else:
                report = run_night(self.home.folder, at)
        except HashtrailError as error:
            self._messages[day] = error.message
            return type(error).__name__, {}
        except OSError as error:
            if not is_disk_full(error):
                raise
            return DiskFullError.__name__, {}
        steps = {row.subject: row.value for row in report.measures if row.measure == "step_seconds"}
        return report.outcome, steps


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a small disk on `folder` until the block ends; yield False if that is not allowed."""
    options = ["-t", "tmpfs", "-o", f"size={_DISK_MB}m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(["mount", *options], capture_output=True).returncode == 0
    except OSError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def simulate(
    days: int, folder: Path, *, is_small_disk: bool = False, series: Path | None = None
) -> Year:
    """Return the simulated year of `days` nights in an empty `folder`.

    With `is_small_disk` the disk of `folder` may be filled. The file `series` receives the measures
    after each night.
    """
    plan = plan_of(days)
    with serve_world(YearWorld(plan, START)) as world:
        home = YearWorkspace(folder / "ws", world)
        home.prepare()
        year = Year(plan, home, is_small_disk, series)
        year.run()
    return year


def write_series(nights: list[NightMeasures], path: Path) -> None:
    """Write one line for each of the `nights`."""
    names = [field.name for field in fields(NightMeasures)]
    lines = ["\t".join(names), *("\t".join(map(str, astuple(night))) for night in nights)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
