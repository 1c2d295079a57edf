"""One run from lock to report: crawl, publish, back up.

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

from crawler.crawl.annotate_pending import AnnotationReport, annotate_pending, retag
from crawler.crawl.collect_posts import CollectReport, collect_posts
from crawler.crawl.crawl_context import open_crawl_context
from crawler.crawl.data_retention import apply_retention, erase_unlisted_records
from crawler.crawl.fetch_articles import FetchReport, fetch_articles
from crawler.crawl.recheck_posts import RecheckReport, recheck_posts
from crawler.crawl.reextract_articles import reextract_outdated
from crawler.erasure.erase_crawl_archive import erase_arrived
from crawler.erasure.erase_workspace import interrupted
from crawler.errors import DiskFullError, HashtrailError, StoreError, is_disk_full
from crawler.links.article_key import normalize_url
from crawler.run_lock import run_lock
from crawler.run_log import RunLog
from crawler.sitegen.build_site import BuildResult, build_site
from crawler.store import runs
from crawler.store.backup import remove_draft
from crawler.store.clock_check import check_clock, correct_future_times
from crawler.store.database import check_intact, open_store
from crawler.store.item_failures import ITEMS, ItemFailure, failures_of, record_failures
from crawler.store.public_snapshot import write_snapshot
from crawler.store.retag_diff import Change, changes_of
from crawler.store.run_monitoring import is_degraded
from crawler.workspace import Workspace, bundled

Command = Literal["crawl", "build", "nightly", "retag"]
Clock = Callable[[], datetime]
Crawled = tuple[CollectReport, RecheckReport, FetchReport, AnnotationReport]
GRACE_SECONDS = 900.0  # after the time budget, for what is under way; then the run is stopped
LEAST_FREE_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did, for people and for machines. `outcome`: ok or degraded.

    `failures`: the single items that were skipped, each with its reason.
    """

    command: Command
    started: datetime
    finished: datetime
    outcome: str
    counts: dict[str, int] = field(default_factory=dict)
    failing_sources: tuple[tuple[str, str, str], ...] = ()
    unread: tuple[tuple[str, int], ...] = ()
    retagged: tuple[Change, ...] = ()
    failures: tuple[ItemFailure, ...] = ()
    unresolved: tuple[str, ...] = ()
    redone: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    site: BuildResult | None = None
    page: Path | None = None


def run_command(
    workspace: Workspace, command: Command, run_log: RunLog, now: Clock, *, force: bool = False
) -> RunReport:
    """Run one command under the lock.

    Raises LockHeldError when another run is at work, and other HashtrailErrors with the published
    site untouched.
    """
    try:
        return _locked(workspace, command, run_log, now, force)
    except OSError as error:
        if not is_disk_full(error):
            raise
        raise DiskFullError(error.filename or str(workspace.root)) from error


def _locked(
    workspace: Workspace, command: Command, run_log: RunLog, now: Clock, force: bool
) -> RunReport:
    check_clock(now())
    with run_lock(workspace.lock, command, now()):
        _check_space(workspace)
        return run_command_locked(workspace, command, run_log, now, force=force)


def run_command_locked(
    workspace: Workspace, command: Command, run_log: RunLog, now: Clock, *, force: bool = False
) -> RunReport:
    """The same for a caller that holds the lock already, because it did something before.

    It runs with little free space too: publishing after an erasure must at least be tried.
    """
    remove_draft(workspace.database)
    db = open_store(workspace.database)
    try:
        check_intact(db)
        return _run(workspace, db, command, run_log, now, force)
    finally:
        db.close()


def _run(
    workspace: Workspace, db: Database, command: Command, run_log: RunLog, now: Clock, force: bool
) -> RunReport:
    started = now()
    run_id = runs.start(db, command, started)
    report = RunReport(command, started, started, "ok")
    try:
        report = _crawled(workspace, db, run_id, command, run_log, now, report)
        failures = failures_of(db, run_id)
        counts = report.counts | {"items_skipped": sum(each.kind in ITEMS for each in failures)}
        report = replace(report, finished=now(), failures=failures, counts=counts)
        runs.finish(db, run_id, report.outcome, report.counts, report.finished)
        if command in ("build", "nightly"):
            report = _published(workspace, db, run_id, report, run_log, now, force)
        if command == "nightly":
            notes = [*apply_retention(db, workspace, now()), interrupted(workspace)]
            report = replace(report, notes=tuple(filter(None, notes)))
    except BaseException as error:
        outcome, told = _ended(error)
        with suppress(DiskFullError):  # then the record of this run stays open, as after a kill
            runs.finish(db, run_id, outcome, report.counts, now(), told)
        raise
    return report


def _ended(error: BaseException) -> tuple[str, str]:
    """How a run is recorded that did not come to its end: the outcome, and why in words."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", "stopped by Ctrl-C; what was finished is kept"
    return "failed", error.message if isinstance(
        error, HashtrailError
    ) else f"{type(error).__name__}: {error}"


def _crawled(
    workspace: Workspace,
    db: Database,
    run_id: int,
    command: Command,
    run_log: RunLog,
    now: Clock,
    report: RunReport,
) -> RunReport:
    if command == "build":
        return report
    if command == "retag":
        understood = retag(db, workspace, run_log, now())
        record_failures(db, run_id, understood.failures, now())
        changes = changes_of(db, understood.diff)
        for each in changes:
            run_log.event("retagged", **asdict(each))
        return replace(
            report,
            counts=_understood(understood),
            retagged=changes,
            unresolved=_lines(understood),
            redone=understood.redone,
        )
    collected, rechecked, seen, understood = asyncio.run(
        _crawl(workspace, db, run_id, run_log, now)
    )
    return replace(
        report,
        outcome=_outcome(collected, workspace.settings.crawl.degraded_share),
        counts=_counts(collected, rechecked, seen) | _understood(understood),
        failing_sources=tuple(
            (source.source, source.outcome.value, source.message) for source in collected.failed
        ),
        unread=tuple(Counter(seen.failures).most_common()),
        unresolved=_lines(understood),
        redone=understood.redone,
    )


async def _crawl(
    workspace: Workspace, db: Database, run_id: int, run_log: RunLog, now: Clock
) -> Crawled:
    seconds = workspace.settings.crawl.budget_hours * 3600 + GRACE_SECONDS
    try:
        async with asyncio.timeout(seconds) as budget:
            return await _crawl_in_time(workspace, db, run_id, run_log, now)
    except TimeoutError:
        if not budget.expired():
            raise
        message = (
            f"The run did not end within its time budget of {seconds / 3600:.1f} h and was stopped."
        )
        raise HashtrailError(
            message, "What was finished is kept. Run the same command again."
        ) from None


async def _crawl_in_time(
    workspace: Workspace, db: Database, run_id: int, run_log: RunLog, now: Clock
) -> Crawled:
    started = now()
    correct_future_times(db, started)
    erase_unlisted_records(db, workspace.archive, run_id)
    async with open_crawl_context(workspace, db, run_id, run_log, now) as tonight:
        collected = await collect_posts(tonight)
        rechecked = await recheck_posts(tonight, {each.source for each in collected.sources})
        reread = await reextract_outdated(db, workspace, run_log)
        seen = await fetch_articles(tonight)
        understood = annotate_pending(db, workspace, run_log, now())
        tonight.record(understood.failures)
    erase_arrived(db, workspace, run_id, started)
    if reread.read:
        understood = replace(understood, redone={**understood.redone, "text": reread.read})
    return collected, rechecked, seen, understood


def _published(
    workspace: Workspace,
    db: Database,
    run_id: int,
    report: RunReport,
    run_log: RunLog,
    now: Clock,
    force: bool,
) -> RunReport:
    with run_log.stage("publish", 2) as stage:
        write_snapshot(db, workspace.public_database, lambda url: normalize_url(url).key)
        stage.advance()
        templates, assets = bundled("templates"), bundled("site", "assets")
        built = build_site(
            workspace.public_database,
            workspace.public,
            workspace.settings.site,
            now(),
            templates,
            assets,
            force=force,
        )
        stage.advance()
        record_failures(db, run_id, built.withheld, now())
    page = workspace.public / "index.html"
    failures = failures_of(db, run_id)
    return replace(report, finished=now(), failures=failures, site=built, page=page)


def _outcome(collected: CollectReport, share: float) -> str:
    failed = len(collected.sources_failed)
    return "degraded" if is_degraded(failed, len(collected.sources_polled), share) else "ok"


def _counts(
    collected: CollectReport, rechecked: RecheckReport, seen: FetchReport
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
        "articles_new": seen.new,
        "articles_read": seen.read,
        "articles_changed": seen.changed,
        "articles_unchanged": seen.unchanged,
        "articles_failed": sum(seen.failures.values()),
    }


def _lines(report: AnnotationReport) -> tuple[str, ...]:
    """The curator's decisions that do not match exactly one subject, each in one line."""
    return tuple(map(str, report.unresolved))


def _understood(report: AnnotationReport) -> dict[str, int]:
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
            f"Disk full: only {free // 1_000_000} MB are free on the disk of {workspace.state}; a run needs {LEAST_FREE_BYTES // 1_000_000} MB.",
            "Free some space, or lower archive.keep_days. Nothing was changed, and the published site stays.",
        )


def report_as_json(report: RunReport) -> dict[str, Any]:
    """The report as one document, versioned."""
    return {
        "schema_version": 1,
        **asdict(report),
        "page": str(report.page) if report.page else None,
    }
