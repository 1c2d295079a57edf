"""Store the record of runs: start, end, counts, and the result of each source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlite_utils import Database

from crawler.models.outcomes import Outcome
from crawler.store.database import insert_row, transaction
from crawler.utc_times import iso

_DELETE_RESULTS = """
DELETE FROM run_sources WHERE run_id IN (SELECT id FROM runs WHERE started < :before)
AND (source, run_id) NOT IN (
    SELECT source, MAX(run_id) FROM run_sources WHERE posts_new > 0 GROUP BY source
    UNION ALL
    SELECT f.source, MIN(f.run_id) FROM run_sources f JOIN sources s ON s.name = f.source
    JOIN runs r ON r.id = f.run_id AND r.started > COALESCE(s.last_ok, '') GROUP BY f.source)
"""
_DELETE_MEASURES = """
DELETE FROM run_measures WHERE run_id IN (SELECT id FROM runs WHERE started < :before)
"""


@dataclass(frozen=True, slots=True)
class SourceRun:
    """The result of one source in one run."""

    source: str
    outcome: Outcome
    posts_seen: int = 0
    posts_new: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `finished` and `outcome` are None while it runs or if it was killed."""

    id: int
    command: str
    started: datetime
    finished: datetime | None
    outcome: str | None
    counts: Mapping[str, Any]
    message: str
    sources: tuple[SourceRun, ...] = ()


def start_run(db: Database, command: str, now: datetime) -> int:
    """Store that a run of `command` starts and return its id."""
    return insert_row(db, "runs", {"command": command, "started": iso(now)})


def save_source_run(db: Database, run_id: int, result: SourceRun) -> None:
    """Store the `result` of a source; repeated polls are summed, and the last outcome counts."""
    db.execute(
        "INSERT INTO run_sources (run_id, source, outcome, posts_seen, posts_new, message) "
        "VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (run_id, source) DO UPDATE SET outcome = excluded.outcome, message = "
        "excluded.message, "
        "posts_seen = posts_seen + excluded.posts_seen, posts_new = posts_new + excluded.posts_new",
        [
            run_id,
            result.source,
            result.outcome.value,
            result.posts_seen,
            result.posts_new,
            result.message,
        ],
    )


def finish_run(
    db: Database,
    run_id: int,
    outcome: str,
    counts: Mapping[str, Any],
    now: datetime,
    message: str = "",
) -> None:
    """Store the `outcome` of a run (`ok`, `degraded` or `failed`), with `counts` for each stage.

    `message` is the reason in words, empty for a good run.
    """
    values = [
        iso(now),
        outcome,
        msgspec.json.encode(counts, order="sorted").decode(),
        message,
        run_id,
    ]
    with transaction(db):
        db.execute(
            "UPDATE runs SET finished = ?, outcome = ?, counts = ?, message = ? WHERE id = ?",
            values,
        )


def broken_crawl_before(db: Database, run_id: int) -> datetime | None:
    """Return the start of the first crawl since the last good one that failed or was killed.

    None if every crawl before `run_id` ended well.
    """
    row = db.execute(
        """SELECT MIN(started) FROM runs
           WHERE id < :run AND command IN ('crawl', 'nightly') AND id > COALESCE((
               SELECT MAX(id) FROM runs WHERE id < :run AND command IN ('crawl', 'nightly')
               AND outcome IN ('ok', 'degraded')), 0)""",
        {"run": run_id},
    ).fetchone()
    return datetime.fromisoformat(row[0]) if row[0] else None


def delete_old_results(db: Database, results_before: datetime, measures_before: datetime) -> int:
    """Delete the results of sources and the measures of old runs. Return how many results.

    Runs before `results_before` lose the results of their sources, those before `measures_before`
    their measures. Of each source two results stay, whatever their age: the newest one with new
    posts, and the first one after the last success. They date the last post and the first failure.
    """
    with transaction(db):
        db.conn.execute(_DELETE_MEASURES, {"before": iso(measures_before)})
        deleted: int = db.conn.execute(_DELETE_RESULTS, {"before": iso(results_before)}).rowcount
    return deleted


def last_runs(db: Database, limit: int = 10) -> list[Run]:
    """Return at most `limit` runs, newest first, each with its sources sorted by name."""
    return [
        _run(db, row)
        for row in db.execute("SELECT * FROM runs ORDER BY id DESC LIMIT ?", [limit]).fetchall()
    ]


def _run(db: Database, row: tuple[Any, ...]) -> Run:
    run_id, command, started, finished, outcome, counts, message = row
    sources = db.execute(
        "SELECT source, outcome, posts_seen, posts_new, message FROM run_sources WHERE run_id = ? "
        "ORDER BY source",
        [run_id],
    )
    return Run(
        run_id,
        command,
        datetime.fromisoformat(started),
        datetime.fromisoformat(finished) if finished else None,
        outcome,
        msgspec.json.decode(counts),
        message,
        tuple(
            SourceRun(source, Outcome(ended), posts_seen, posts_new, source_message)
            for source, ended, posts_seen, posts_new, source_message in sources
        ),
    )
