"""The nights of the last 30 days for the status page: good, degraded, failed or missing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from crawler.sitegen.run_reports import run_report_paths

NIGHTS = 30
_NIGHTLY = """
SELECT id, started, finished, outcome, counts FROM runs
WHERE command = 'nightly' AND started >= ? ORDER BY id
"""
# Not the latest start, which a clock that was ahead may have written.
_NEWEST = "SELECT (SELECT started FROM runs ORDER BY id DESC LIMIT 1)"
_FIRST = "SELECT MIN(started) FROM runs WHERE command = 'nightly'"


@dataclass(frozen=True, slots=True)
class DayState:
    """How a night can end: a code, a symbol and a letter, a label, and a class of the style."""

    code: str
    symbol: str
    label: str
    style: str


GOOD = DayState("good", "✓", "good", "ok")
DEGRADED = DayState("degraded", "!", "degraded: too many sources failed", "warn")
FAILED = DayState("failed", "✗", "failed: the site was not renewed", "bad")
MISSING = DayState("missing", "–", "no night ran", "missing")
STATES = (GOOD, DEGRADED, FAILED, MISSING)
_BY_OUTCOME = {"ok": GOOD, "degraded": DEGRADED}


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the strip: its date, the state of its last nightly run, and its report.

    `path` is empty without a report. Times are ISO 8601 in UTC, empty without a run.
    """

    day: str
    state: DayState
    path: str = ""
    started: str = ""
    finished: str = ""
    counts: Mapping[str, Any] | None = None

    def count(self, name: str) -> int:
        """Return the counter `name` of the night; 0 if it has none."""
        number = (self.counts or {}).get(name, 0)
        return number if isinstance(number, int) else 0

    @property
    def minutes(self) -> int | None:
        """Return the duration in whole minutes, None if the night did not end."""
        if not (self.started and self.finished):
            return None
        span = datetime.fromisoformat(self.finished) - datetime.fromisoformat(self.started)
        return round(span.total_seconds() / 60)


def read_day_strip(db: sqlite3.Connection) -> tuple[DayCell, ...]:
    """Return the days until the newest run, at most 30, oldest first; none before the first night.

    The last nightly run of a day (UTC) decides its state. A run without an end was killed.
    """
    newest, first = db.execute(_NEWEST).fetchone()[0], db.execute(_FIRST).fetchone()[0]
    if not (newest and first):
        return ()
    last_day = datetime.fromisoformat(newest).date()
    start = max(last_day - timedelta(days=NIGHTS - 1), datetime.fromisoformat(first).date())
    paths = run_report_paths(db)
    rows = db.execute(_NIGHTLY, (f"{start.isoformat()}T00:00:00Z",))
    cells = {cell.day: cell for cell in (_cell(row, paths) for row in map(tuple, rows))}
    return tuple(cells.get(day, DayCell(day, MISSING)) for day in _days(start, last_day))


def _days(start: date, last: date) -> list[str]:
    return [(start + timedelta(days=n)).isoformat() for n in range((last - start).days + 1)]


def _cell(row: tuple[Any, ...], paths: Mapping[int, str]) -> DayCell:
    run_id, started, finished, outcome, counts = row
    state = _BY_OUTCOME.get(outcome or "", FAILED)
    day = started[:10]
    return DayCell(day, state, paths.get(run_id, ""), started, finished or "", json.loads(counts))


def strip_as_json(cells: tuple[DayCell, ...]) -> list[dict[str, Any]]:
    """Return `cells` as a list of JSON objects."""
    return [
        {
            "day": cell.day,
            "state": cell.state.code,
            "started": cell.started or None,
            "finished": cell.finished or None,
            "report": cell.path or None,
        }
        for cell in cells
    ]
