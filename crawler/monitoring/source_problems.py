"""Decide which single sources need attention: failing, silent, changed or unreadable. No I/O."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from crawler.monitoring.facts import MonitoringFacts
from crawler.monitoring.failure_causes import cause_of
from crawler.monitoring.problem import Problem
from crawler.monitoring.problem_codes import BY_CODE
from crawler.settings.monitor import MonitorSettings
from crawler.store.run_monitoring import ChangedSource, FailingSource, SilentSource


def source_problems(
    facts: MonitoringFacts, settings: MonitorSettings, now: datetime
) -> Iterator[Problem]:
    """Yield the problems of single sources in `facts` at `now`."""
    for failing in facts.nights.failing:
        if _has_failed_for(failing, timedelta(days=settings.failing_days), now):
            yield _failing(failing)
    for silent in facts.nights.silent:
        yield _silent(silent)
    for changed in facts.nights.changed:
        yield from _changed(changed)
    for pages in facts.pages:
        if pages.source and pages.fell_by(settings.extraction_drop):
            yield Problem(
                "source-unreadable",
                f"{pages.source}: {pages.share_recent:.0%} of its pages of the last 7 days are "
                f"readable. In the 28 days before, it was {pages.share_before:.0%}.",
                BY_CODE["source-unreadable"].action,
                pages.source,
            )


def _has_failed_for(source: FailingSource, span: timedelta, now: datetime) -> bool:
    since = source.since or source.last_ok
    return bool(since) and now - datetime.fromisoformat(since) >= span


def _failing(source: FailingSource) -> Problem:
    cause = cause_of(source.outcome)
    since = (source.since or source.last_ok)[:10]
    message = f"{source.name} has failed since {since}: {cause.sentence}"
    return Problem("source-failing", message, cause.action, source.name)


def _silent(source: SilentSource) -> Problem:
    last = f"its last post is of {source.last_new[:10]}" if source.last_new else "it has no posts"
    gap = source.usual_gap_days
    usual = f", and it usually has one every {gap:.0f} days" if gap and gap >= 1.5 else ""
    message = f"{source.name} has no new posts: {last}{usual}."
    return Problem("source-silent", message, BY_CODE["source-silent"].action, source.name)


def _changed(source: ChangedSource) -> Iterator[Problem]:
    """Yield the problem of a source that changed; HTTP 404 alone is a failure, not a change."""
    if source.stopped or source.polled_url or source.changed:
        message = f"{source.name}: {'; '.join(source.sentences())}."
        yield Problem("source-changed", message, BY_CODE["source-changed"].action, source.name)
