"""Measures of runs: stored once per subject, and public when their run is no longer the newest."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from crawler.store.database import open_memory
from crawler.store.public_snapshot import write_snapshot
from crawler.store.run_measures import RunMeasure, load_measures, save_measures
from crawler.store.runs import finish_run, start_run

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


def night(db: Database) -> int:
    """Store a nightly run that measured one step before its build and one after."""
    run_id = start_run(db, "nightly", NOW)
    finish_run(db, run_id, "ok", {}, NOW)
    save_measures(db, run_id, [RunMeasure("step_seconds", "fetch", 4.0)])
    save_measures(db, run_id, [RunMeasure("step_seconds", "build", 2.0)], after_build=True)
    return run_id


def public_steps(db: Database, folder: Path) -> list[tuple[int, str]]:
    """Return the run and the step of every public measure."""
    path = write_snapshot(db, folder / "public.db")
    with sqlite3.connect(path) as snapshot:
        return snapshot.execute("SELECT run_id, subject FROM run_measures ORDER BY 1, 2").fetchall()


def test_repeated_measure_replaces_the_value() -> None:
    db = open_memory()
    run_id = night(db)
    save_measures(db, run_id, [RunMeasure("step_seconds", "fetch", 5.0)])
    assert load_measures(db, run_id) == (
        RunMeasure("step_seconds", "build", 2.0),
        RunMeasure("step_seconds", "fetch", 5.0),
    )


def test_snapshot_of_the_newest_run_lacks_what_followed_its_build(tmp_path: Path) -> None:
    db = open_memory()
    first = night(db)
    assert public_steps(db, tmp_path) == [(first, "fetch")]
    second = night(db)
    assert public_steps(db, tmp_path) == [(first, "build"), (first, "fetch"), (second, "fetch")]


def test_build_between_two_nights_changes_no_measure(tmp_path: Path) -> None:
    db = open_memory()
    night(db)
    before = public_steps(db, tmp_path)
    start_run(db, "build", NOW)
    assert public_steps(db, tmp_path) == before
