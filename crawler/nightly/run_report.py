"""The values of a run: its command, options and report, and the run in progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Database

from crawler.publishing.publish_site import PublishReport
from crawler.run_telemetry import RunLog
from crawler.sitegen.build_site import BuildResult
from crawler.store.item_failures import ItemFailure
from crawler.store.retag_diff import TaggingChange
from crawler.store.run_measures import RunMeasure, by_measure
from crawler.workspace import Workspace

Command = Literal["crawl", "build", "nightly", "retag"]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class RunReport:
    """The result of a run, for people and for machines.

    `outcome` is "ok" or "degraded". `failures` are the skipped items, each with its reason.
    `target` is the result of publishing to the target of `[publish]`. `measures` are the numbers
    by subject that the database stores for the page of the run.
    """

    command: Command
    started: datetime
    finished: datetime
    outcome: str
    counts: dict[str, int] = field(default_factory=dict)
    failing_sources: tuple[tuple[str, str, str], ...] = ()
    unread: tuple[tuple[str, int], ...] = ()
    retagged: tuple[TaggingChange, ...] = ()
    failures: tuple[ItemFailure, ...] = ()
    unresolved: tuple[str, ...] = ()
    redone: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    measures: tuple[RunMeasure, ...] = ()
    site: BuildResult | None = None
    page: Path | None = None
    target: PublishReport | None = None


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of the command line for a run.

    `force` publishes although a gate would stop it, and has `retag` tag every text. `due_now`
    treats every source, article and post recheck as due.
    """

    force: bool = False
    due_now: bool = False


@dataclass(frozen=True, slots=True)
class CurrentRun:
    """One run in progress: its workspace, database, record, command, log, clock and options."""

    workspace: Workspace
    db: Database
    run_id: int
    command: Command
    run_log: RunLog
    now: Clock
    options: RunOptions


def report_as_json(report: RunReport) -> dict[str, Any]:
    """Return the `report` of a run as one JSON document with a schema version."""
    return {
        "schema_version": 1,
        **asdict(report),
        "measures": by_measure(report.measures),
        "page": str(report.page) if report.page else None,
    }
