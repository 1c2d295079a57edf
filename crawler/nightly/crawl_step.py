"""The steps of a run that change data: crawl the sources, or tag the stored texts again."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import asdict, replace
from typing import NamedTuple

from crawler.archive_storage import ArchiveFolder
from crawler.counted_nouns import counted_noun
from crawler.crawl.annotate_and_rank import AnnotationReport, annotate_pending, retag
from crawler.crawl.collect_posts import CollectReport, collect_posts
from crawler.crawl.crawl_context import open_crawl_context, open_ledger
from crawler.crawl.data_retention import delete_unlisted_segments, erase_unlisted_records
from crawler.crawl.fetch_articles import FetchReport, fetch_articles
from crawler.crawl.recheck_posts import RecheckReport, recheck_posts
from crawler.crawl.reextract_articles import ReextractReport, reextract_outdated
from crawler.crawl.run_budget import COLLECT_SHARE, RECHECK_SHARE, WHOLE, RunBudget
from crawler.crawl.update_source_health import update_source_health
from crawler.erasure.erase_refetched_records import erase_crawled_records
from crawler.errors import HashtrailError
from crawler.monitoring.facts import silence_limits_of
from crawler.nightly.budget_report import Backlog, budget_measures, budget_notes
from crawler.nightly.run_counts import crawl_counts, health_counts, tagging_counts
from crawler.nightly.run_report import CurrentRun, RunReport
from crawler.store.clock_skew import correct_future_times
from crawler.store.due_queries import mark_everything_due
from crawler.store.item_failures import record_failures
from crawler.store.redact_stored_rows import redact_stored_rows
from crawler.store.retag_diff import tagging_changes
from crawler.store.run_monitoring import is_degraded

GRACE_SECONDS = 900.0  # after the time budget, for the steps in progress; then the run is stopped


class _Crawled(NamedTuple):
    """The reports of the steps of a crawl, and its budget."""

    collected: CollectReport
    rechecked: RecheckReport
    reextracted: ReextractReport
    fetched: FetchReport
    annotated: AnnotationReport
    budget: RunBudget


def retag_stored(run: CurrentRun, report: RunReport) -> RunReport:
    """Give new links their articles, and tag the stored texts of `run` again.

    Returns `report` with the changes.
    """
    ledger = open_ledger(run.db)
    ledger.rekey(run.now())
    record_failures(run.db, run.run_id, ledger.attach_links(run.now()).failures, run.now())
    annotated = retag(run.db, run.workspace, run.run_log, run.now(), every_text=run.options.force)
    record_failures(run.db, run.run_id, annotated.failures, run.now())
    changes = tagging_changes(run.db, annotated.diff)
    for change in changes:
        run.run_log.event("retagged", **asdict(change))
    return replace(
        report,
        counts=tagging_counts(annotated),
        retagged=changes,
        unresolved=_unresolved_lines(annotated),
        redone=annotated.redone,
    )


def crawl_sources(run: CurrentRun, report: RunReport) -> RunReport:
    """Collect, fetch and annotate for `run`. Return `report` with outcome, counts and failures."""
    crawled = asyncio.run(_crawl_with_timeout(run))
    collected, rechecked, reextracted, fetched, annotated, budget = crawled
    backlog = Backlog(fetched.backlog, rechecked.backlog, collected.backlog)
    failing = tuple(
        (source.source, source.outcome.value, source.message) for source in collected.failed
    )
    return replace(
        report,
        outcome=_outcome(collected, run.workspace.settings.crawl.degraded_share),
        counts=crawl_counts(collected, rechecked, fetched)
        | {"backlog": backlog.articles + backlog.posts}
        | health_counts(run.db.conn, silence_limits_of(run.workspace.settings))
        | tagging_counts(annotated),
        failing_sources=failing,
        unread=tuple(Counter(fetched.failures).most_common()),
        unresolved=_unresolved_lines(annotated),
        redone=annotated.redone,
        notes=(
            *collected.notes,
            *budget_notes(budget, backlog),
            *_unread_records_notes(reextracted, run.workspace.archive),
        ),
        measures=budget_measures(budget, backlog),
    )


async def _crawl_with_timeout(run: CurrentRun) -> _Crawled:
    """Crawl; a run that exceeds its time budget by the grace period is stopped."""
    seconds = run.workspace.settings.budget.hours * 3600 + GRACE_SECONDS
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


async def _crawl_steps(run: CurrentRun) -> _Crawled:
    db, workspace, run_log = run.db, run.workspace, run.run_log
    started = run.now()
    correct_future_times(db, started)
    if cleaned := redact_stored_rows(db):
        run_log.event("secrets_removed", rows=cleaned)
    if run.options.due_now:
        mark_everything_due(db, started)
    erase_unlisted_records(db, workspace.archive, run.run_id)

    async with open_crawl_context(workspace, db, run.run_id, run_log, run.now) as context:
        with run_log.step("collect"), context.budget.step(COLLECT_SHARE):
            collected = await collect_posts(context)
        with run_log.step("recheck"), context.budget.step(RECHECK_SHARE):
            polled = {source.source for source in collected.sources}
            rechecked = await recheck_posts(context, polled)
        with run_log.step("reextract"):
            reextracted = await reextract_outdated(db, workspace, run_log)
        with run_log.step("fetch"), context.budget.step(WHOLE):
            fetched = await fetch_articles(context)
        with run_log.step("annotate"):
            annotated = annotate_pending(db, workspace, run_log, run.now())
            context.record(annotated.failures)
            update_source_health(db)

    if workspace.settings.engine.name == "dask":
        delete_unlisted_segments(db, workspace.archive)
    erase_crawled_records(db, workspace, run.run_id, started)
    annotated = _with_reextracted(annotated, reextracted.read)
    return _Crawled(collected, rechecked, reextracted, fetched, annotated, context.budget)


def _with_reextracted(annotated: AnnotationReport, count: int) -> AnnotationReport:
    """Return the report with the number of articles that were extracted again, if any."""
    if not count:
        return annotated
    return replace(annotated, redone={**annotated.redone, "text": count})


def _unread_records_notes(reextracted: ReextractReport, archive: ArchiveFolder) -> tuple[str, ...]:
    """Return a sentence about archive records that could not be read, if there are any."""
    if not reextracted.missing:
        return ()
    missing = "archive record is", "archive records are"
    return (
        f"{counted_noun(reextracted.missing, *missing)} missing or cannot be read in {archive}. "
        "Their articles keep the texts of an earlier version. The next night tries again. If the "
        "records are lost, run: hashtrail verify --repair --lost-archive",
    )


def _outcome(collected: CollectReport, share: float) -> str:
    failed = len(collected.sources_failed)
    return "degraded" if is_degraded(failed, len(collected.sources_polled), share) else "ok"


def _unresolved_lines(report: AnnotationReport) -> tuple[str, ...]:
    """The curator's decisions that do not match exactly one subject, each in one line."""
    return tuple(map(str, report.unresolved))
