"""The facts from which monitoring decides: nights, sources, pages, publications, machine."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.monitoring.readable_share import ReadablePages, compare_periods
from crawler.settings.all_settings import Settings
from crawler.store.backup_checks import load_verification
from crawler.store.database_files import BACKUP_STAMP, timed_backups
from crawler.store.operating_facts import (
    PublicationState,
    backlog_of_nights,
    page_counts,
    publication_state,
)
from crawler.store.run_monitoring import NightlyRuns, SilenceLimits, load_nightly_runs
from crawler.utc_times import CLOCK_TOLERANCE
from crawler.workspace import Workspace

_BACKLOG_NIGHTS = 31  # the largest value of [monitor] backlog_nights, and the night before


@dataclass(frozen=True, slots=True)
class MachineState:
    """The state of this machine: free disk space, the newest backup, and the last check of one.

    `backup_problem` is the result of the last check in one sentence, empty if it passed. `target`
    is the kind of the target of `[publish]`, empty if the site is not published.
    """

    free_mb: int
    newest_backup: datetime | None
    backup_problem: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class MonitoringFacts:
    """Everything that monitoring decides from.

    `backlog` has the number of due items that each of the last nights did not reach, oldest first.
    `machine` is None if the facts come from a snapshot.
    """

    nights: NightlyRuns
    backlog: tuple[int, ...] = ()
    pages: tuple[ReadablePages, ...] = ()
    publication: PublicationState | None = None
    machine: MachineState | None = None


def load_facts(
    db: sqlite3.Connection, workspace: Workspace | None = None, now: datetime | None = None
) -> MonitoringFacts:
    """Return the facts in a database, and those of the machine with the `workspace` at `now`."""
    limits = silence_limits_of(workspace.settings) if workspace else None
    nights = load_nightly_runs(db, limits)
    pages = page_counts(db, nights.last.started) if nights.last else ()
    return MonitoringFacts(
        nights=nights,
        backlog=backlog_of_nights(db, _BACKLOG_NIGHTS),
        pages=compare_periods(pages),
        publication=publication_state(db),
        machine=machine_state(workspace, now) if workspace and now else None,
    )


def silence_limits_of(settings: Settings) -> SilenceLimits:
    """Return the limits after which a source counts as silent, from `[monitor]`."""
    return SilenceLimits(settings.monitor.silent_gaps, settings.monitor.silent_days)


def machine_state(workspace: Workspace, now: datetime) -> MachineState:
    """Return the state of the machine that has the `workspace` at the time `now`."""
    checked = load_verification(workspace.backups)
    return MachineState(
        free_mb=shutil.disk_usage(workspace.state).free // 1_000_000,
        newest_backup=newest_backup(workspace.database, now),
        backup_problem=checked.problem if checked else "",
        target=workspace.settings.publish.target,
    )


def newest_backup(database: Path, now: datetime) -> datetime | None:
    """Return the time of the newest backup of the file `database`, None if there is none.

    Backups later than `now` were made under a wrong clock and do not count.
    """
    times = filter(None, (_time(path.stem) for path in timed_backups(database)))
    return max((time for time in times if time <= now + CLOCK_TOLERANCE), default=None)


def _time(name: str) -> datetime | None:
    try:
        return datetime.strptime(name.rpartition("-")[2], BACKUP_STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
