"""Run a command of the nightly job: take the lock, crawl, publish, back up, report.

The published site changes in one step or not at all.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Database

from crawler.crawl.annotate_and_rank import AnnotationReport, annotate_pending, retag
from crawler.crawl.collect_posts import (
    CollectReport,
    collect_posts,
    list_sources_before_first_crawl,
)
from crawler.crawl.crawl_context import open_crawl_context
from crawler.crawl.data_retention import apply_retention, erase_unlisted_records
from crawler.crawl.fetch_articles import FetchReport, fetch_articles
from crawler.crawl.recheck_posts import RecheckReport, recheck_posts
from crawler.crawl.reextract_articles import reextract_outdated
from crawler.crawl.update_source_health import update_source_health
from crawler.erasure.erase_refetched_records import erase_crawled_records
from crawler.erasure.erase_workspace import interrupted_erasure_message
from crawler.errors import DiskFullError, HashtrailError, StoreError, is_disk_full
from crawler.explorer.plain_metadata import publish_snapshot
from crawler.run_lock import run_lock
from crawler.run_telemetry import RunLog
from crawler.sitegen.build_site import BuildResult, build_site
from crawler.store import runs
from crawler.store.backup import remove_restore_draft
from crawler.store.clock_skew import correct_future_times, require_plausible_clock
from crawler.store.database import check_intact, open_store
from crawler.store.due_queries import mark_everything_due
from crawler.store.item_failures import ITEMS, ItemFailure, failures_of, record_failures
from crawler.store.published_entries import record_changed_entries, stored_feed_authority
from crawler.store.retag_diff import TaggingChange, tagging_changes
from crawler.store.run_monitoring import changed_sources, is_degraded, silent_sources
from crawler.workspace import SiteSettings, Workspace, bundled_path

Command = Literal["crawl", "build", "nightly", "retag"]
Clock = Callable[[], datetime]
Crawled = tuple[CollectReport, RecheckReport, FetchReport, AnnotationReport]
GRACE_SECONDS = 900.0  # after the time budget, for the steps in progress; then the run is stopped
LEAST_FREE_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class RunReport:
    """The result of a run, for people and for machines.

    `outcome` is "ok" or "degraded". `failures` are the skipped items, each with its reason.
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
    site: BuildResult | None = None
    page: Path | None = None


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of the command line for a run.

    `force` publishes although a gate would stop it, and has `retag` tag every text. `due_now`
    treats every source, article and post recheck as due.
    """

    force: bool = False
    due_now: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """One run in progress: its workspace, database, record, command, log, clock and options."""

    workspace: Workspace
    db: Database
    run_id: int
    command: Command
    run_log: RunLog
    now: Clock
    options: RunOptions


def run_command(
    workspace: Workspace,
    command: Command,
    run_log: RunLog,
    now: Clock,
    *,
    force: bool = False,
    due_now: bool = False,
) -> RunReport:
    """Run one command under the lock and return its report.

    `run_log` receives progress and events. See `RunOptions` for `force` and `due_now`. Raises
    LockHeldError when another run holds the lock, DiskFullError when the disk is full, and other
    HashtrailErrors; the published site is then unchanged.
    """
    options = RunOptions(force, due_now)
    try:
        require_plausible_clock(now())
        with run_lock(workspace.lock, command, now()):
            _check_space(workspace)
            return _run_in_store(workspace, command, run_log, now, options)
    except OSError as error:
        if not is_disk_full(error):
            raise
        raise DiskFullError(error.filename or str(workspace.root)) from error


def run_command_locked(
    workspace: Workspace, command: Command, run_log: RunLog, now: Clock, *, force: bool = False
) -> RunReport:
    """Run one command for a caller that holds the lock already. Return its report.

    `run_log` and `force` are those of `run_command`. The run starts with little free space too:
    publishing after an erasure must at least be tried.
    """
    return _run_in_store(workspace, command, run_log, now, RunOptions(force))


def _run_in_store(
    workspace: Workspace, command: Command, run_log: RunLog, now: Clock, options: RunOptions
) -> RunReport:
    remove_restore_draft(workspace.database)
    db = open_store(workspace.database)
    try:
        check_intact(db)
        started = now()
        run_id = runs.start_run(db, command, started)
        return _recorded(_Run(workspace, db, run_id, command, run_log, now, options), started)
    finally:
        db.close()


def _recorded(run: _Run, started: datetime) -> RunReport:
    """Run the steps of a command, and record how the run ended."""
    report = RunReport(run.command, started, started, "ok")
    try:
        report = _with_failures(run, _data_step(run, report))
        runs.finish_run(run.db, run.run_id, report.outcome, report.counts, report.finished)
        if run.command in ("build", "nightly"):
            report = _publish(run, report)
        if run.command == "nightly":
            report = _keep_house(run, report)
    except BaseException as error:
        _record_failed_run(run, report, error)
        raise
    return report


def _record_failed_run(run: _Run, report: RunReport, error: BaseException) -> None:
    outcome, message = _failed_outcome(error)
    with suppress(DiskFullError):  # then the record of this run stays open, as after a kill
        runs.finish_run(run.db, run.run_id, outcome, report.counts, run.now(), message)


def _with_failures(run: _Run, report: RunReport) -> RunReport:
    """The report with the items that were skipped."""
    failures = failures_of(run.db, run.run_id)
    skipped = sum(failure.kind in ITEMS for failure in failures)
    counts = report.counts | {"items_skipped": skipped}
    return replace(report, finished=run.now(), failures=failures, counts=counts)


def _keep_house(run: _Run, report: RunReport) -> RunReport:
    """Back up the database, delete old files, and note an interrupted erasure."""
    notes = [
        *apply_retention(run.db, run.workspace, run.now()),
        interrupted_erasure_message(run.workspace),
    ]
    return replace(report, notes=report.notes + tuple(filter(None, notes)))


def _failed_outcome(error: BaseException) -> tuple[str, str]:
    """The recorded outcome and message of a run that `error` ended."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", "stopped by Ctrl-C; what was finished is kept"
    if isinstance(error, HashtrailError):
        return "failed", error.message
    return "failed", f"{type(error).__name__}: {error}"


def _data_step(run: _Run, report: RunReport) -> RunReport:
    """Collect, fetch and annotate, as the command requires."""
    if run.command == "build":
        return report
    if run.command == "retag":
        return _retag(run, report)
    return _crawl(run, report)


def _retag(run: _Run, report: RunReport) -> RunReport:
    annotated = retag(run.db, run.workspace, run.run_log, run.now(), every_text=run.options.force)
    record_failures(run.db, run.run_id, annotated.failures, run.now())
    changes = tagging_changes(run.db, annotated.diff)
    for change in changes:
        run.run_log.event("retagged", **asdict(change))
    return replace(
        report,
        counts=_tagging_counts(annotated),
        retagged=changes,
        unresolved=_unresolved_lines(annotated),
        redone=annotated.redone,
    )


def _crawl(run: _Run, report: RunReport) -> RunReport:
    collected, rechecked, fetched, annotated = asyncio.run(_crawl_with_timeout(run))
    failing = tuple(
        (source.source, source.outcome.value, source.message) for source in collected.failed
    )
    return replace(
        report,
        outcome=_outcome(collected, run.workspace.settings.crawl.degraded_share),
        counts=_counts(collected, rechecked, fetched)
        | _health_counts(run.db)
        | _tagging_counts(annotated),
        failing_sources=failing,
        unread=tuple(Counter(fetched.failures).most_common()),
        unresolved=_unresolved_lines(annotated),
        redone=annotated.redone,
        notes=collected.notes,
    )


async def _crawl_with_timeout(run: _Run) -> Crawled:
    """Crawl; a run that exceeds its time budget by the grace period is stopped."""
    seconds = run.workspace.settings.crawl.budget_hours * 3600 + GRACE_SECONDS
    try:
        async with asyncio.timeout(seconds) as budget:
            return await _crawl_steps(run)
    except TimeoutError:
        if not budget.expired():
            raise
        hours = seconds / 3600
        message = f"The run did not end within its time budget of {hours:.1f} h and was stopped."
        advice = "Completed work is stored. Run the same command again."
        raise HashtrailError(message, advice) from None


async def _crawl_steps(run: _Run) -> Crawled:
    db, workspace, run_log = run.db, run.workspace, run.run_log
    started = run.now()
    correct_future_times(db, started)
    if run.options.due_now:
        mark_everything_due(db, started)
    erase_unlisted_records(db, workspace.archive, run.run_id)

    async with open_crawl_context(workspace, db, run.run_id, run_log, run.now) as context:
        collected = await collect_posts(context)
        polled = {source.source for source in collected.sources}
        rechecked = await recheck_posts(context, polled)
        reextracted = await reextract_outdated(db, workspace, run_log)
        fetched = await fetch_articles(context)
        annotated = annotate_pending(db, workspace, run_log, run.now())
        context.record(annotated.failures)
        update_source_health(db)

    erase_crawled_records(db, workspace, run.run_id, started)
    return collected, rechecked, fetched, _with_reextracted(annotated, reextracted.read)


def _with_reextracted(annotated: AnnotationReport, count: int) -> AnnotationReport:
    """Return the report with the number of articles that were extracted again, if any."""
    if not count:
        return annotated
    return replace(annotated, redone={**annotated.redone, "text": count})


def _publish(run: _Run, report: RunReport) -> RunReport:
    """Write the public snapshot, then build and publish the site from it."""
    workspace = run.workspace
    with run.run_log.stage("publish", 2) as stage:
        list_sources_before_first_crawl(run.db, workspace)
        record_changed_entries(run.db, run.now())
        publish_snapshot(run.db, workspace)
        stage.advance()
        site = _build_site(run)
        stage.advance()
        record_failures(run.db, run.run_id, site.withheld, run.now())
    return replace(
        report,
        finished=run.now(),
        failures=failures_of(run.db, run.run_id),
        site=site,
        page=workspace.public / "index.html",
    )


def _build_site(run: _Run) -> BuildResult:
    workspace = run.workspace
    return build_site(
        workspace.public_database,
        workspace.public,
        _identified(run.db, workspace.settings.site),
        run.now(),
        bundled_path("templates"),
        bundled_path("site", "assets"),
        force=run.options.force,
        overrides=workspace.root,
    )


def _identified(db: Database, site: SiteSettings) -> SiteSettings:
    """Return the settings of the site with the authority of its feeds, which never changes."""
    authority = site.feed_authority or stored_feed_authority(db, site.title)
    return replace(site, feed_authority=authority)


def _outcome(collected: CollectReport, share: float) -> str:
    failed = len(collected.sources_failed)
    return "degraded" if is_degraded(failed, len(collected.sources_polled), share) else "ok"


def _counts(
    collected: CollectReport, rechecked: RecheckReport, fetched: FetchReport
) -> dict[str, int]:
    return {
        "sources": len(collected.sources_polled),
        "sources_failed": len(collected.sources_failed),
        "inbox_files": len(collected.sources) - len(collected.sources_polled),
        "inbox_files_failed": len(collected.failed) - len(collected.sources_failed),
        "posts_seen": sum(source.posts_seen for source in collected.sources),
        "posts_new": collected.posts_new,
        "posts_rechecked": rechecked.asked,
        "posts_deleted": rechecked.deleted,
        "posts_edited": rechecked.edited,
        "posts_missing": rechecked.missing,
        "articles_new": fetched.new,
        "articles_read": fetched.read,
        "articles_changed": fetched.changed,
        "articles_unchanged": fetched.unchanged,
        "articles_failed": sum(fetched.failures.values()),
    }


def _health_counts(db: Database) -> dict[str, int]:
    """The numbers of silent sources, and of those that moved, are missing or gone, or changed."""
    return {
        "sources_silent": len(silent_sources(db.conn)),
        "sources_changed": len(changed_sources(db.conn)),
    }


def _unresolved_lines(report: AnnotationReport) -> tuple[str, ...]:
    """The curator's decisions that do not match exactly one subject, each in one line."""
    return tuple(map(str, report.unresolved))


def _tagging_counts(report: AnnotationReport) -> dict[str, int]:
    diff = report.diff
    return {
        "taggings_gained": len(diff.gained),
        "taggings_lost": len(diff.lost),
        "taggings_changed": len(diff.changed),
    }


def _check_space(workspace: Workspace) -> None:
    workspace.state.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(workspace.state).free
    if free < LEAST_FREE_BYTES:
        raise StoreError(
            f"Disk full: only {free // 1_000_000} MB are free on the disk of {workspace.state}; "
            f"a run needs {LEAST_FREE_BYTES // 1_000_000} MB.",
            "Free some space, or lower archive.keep_days. "
            "Nothing was changed, and the published site stays.",
        )


def report_as_json(report: RunReport) -> dict[str, Any]:
    """Return the `report` of a run as one JSON document with a schema version."""
    return {
        "schema_version": 1,
        **asdict(report),
        "page": str(report.page) if report.page else None,
    }
