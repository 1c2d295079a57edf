"""Store the measures of a run: numbers by subject, such as the seconds of each step.

Measures are numbers only, so that a report neither names a person nor quotes a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlite_utils import Database

from crawler.store.database import transaction

_UPSERT = """
INSERT INTO run_measures (run_id, measure, subject, value, after_build) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (run_id, measure, subject)
DO UPDATE SET value = excluded.value, after_build = excluded.after_build
"""
_SELECT = "SELECT measure, subject, value FROM run_measures WHERE run_id = ? ORDER BY 1, 2"

MEASURES: Mapping[str, str] = {
    "backlog": "Due items that the run did not reach, by kind.",
    "budget_limit": "Budget of the run, by name; a budget without a row is not limited.",
    "budget_used": "Used part of each budget, by name.",
    "bytes": "Downloaded bytes, by purpose of the request.",
    "gate_refused": "Publish gates: 1 if the gate refused the site, 0 if it passed.",
    "items_skipped": "Items that were skipped because of an error, by kind.",
    "machine": "State of the machine: free disk space in MB, and times in Unix seconds.",
    "not_read": "Articles whose page was not read, by outcome.",
    "posts_deleted": "Posts that their authors deleted, by network.",
    "posts_new": "New posts, by network.",
    "requests": "Requests, by purpose.",
    "silence": "Limits after which a source counts as silent: usual gaps, and days.",
    "step_seconds": "Duration of each step in seconds.",
}
"""The measures and their meanings. A line adds one."""


class RunMeasure(NamedTuple):
    """The `value` of a measure for one subject, for example (`bytes`, `page`, 1200.0)."""

    measure: str
    subject: str
    value: float


def save_measures(
    db: Database, run_id: int, measures: Iterable[RunMeasure], *, after_build: bool = False
) -> None:
    """Store the `measures` of a run; a repeated one replaces.

    Those with `after_build` were measured after the site was built. The snapshot contains them when
    a newer run exists, so that a repeated build has the same bytes.
    """
    rows = [(run_id, *measure, int(after_build)) for measure in measures]
    with transaction(db):
        db.conn.executemany(_UPSERT, rows)


def load_measures(db: Database, run_id: int) -> tuple[RunMeasure, ...]:
    """Return the measures of a run, sorted by name and subject."""
    return tuple(RunMeasure(*row) for row in db.execute(_SELECT, [run_id]).fetchall())


def by_measure(measures: Iterable[RunMeasure]) -> dict[str, dict[str, float]]:
    """Return `measures` as a dictionary of each measure: the value of each subject."""
    grouped: dict[str, dict[str, float]] = {}
    for name, subject, value in measures:
        grouped.setdefault(name, {})[subject] = value
    return grouped
