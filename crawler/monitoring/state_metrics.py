"""The state of a workspace as metrics for Prometheus. Their names and labels are stable."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from crawler.archive_storage import segment_sizes
from crawler.monitoring.facts import MonitoringFacts
from crawler.monitoring.failure_causes import all_causes, group_failures
from crawler.monitoring.problem_codes import PROBLEM_CODES
from crawler.monitoring.problems import Assessment
from crawler.prometheus_textfile import Metric
from crawler.store.incidents import channel_states
from crawler.workspace import Workspace

# name -> help text and labels. Metrics with a time are absent until the event has happened.
STATE_METRICS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "hashtrail_archive_bytes": ("Size of the archived responses.", ()),
    "hashtrail_backlog_items": ("Due items that the last night did not reach.", ()),
    "hashtrail_backup_invalid": ("1 if the last check of a backup failed.", ()),
    "hashtrail_backup_timestamp_seconds": ("Time of the newest backup.", ()),
    "hashtrail_database_bytes": ("Size of the database.", ()),
    "hashtrail_disk_free_bytes": ("Free space on the disk of the workspace.", ()),
    "hashtrail_downloaded_bytes": ("Downloaded bytes of the last night.", ("purpose",)),
    "hashtrail_failing_sources": ("Failing sources.", ("cause",)),
    "hashtrail_last_night_outcome": ("1 for the outcome of the last night.", ("outcome",)),
    "hashtrail_last_night_timestamp_seconds": ("End of the last night, with any outcome.", ()),
    "hashtrail_last_success_timestamp_seconds": ("End of the last night that did not fail.", ()),
    "hashtrail_message_failures": (
        "Failed deliveries since the last successful one.",
        ("channel",),
    ),
    "hashtrail_problems": ("Current problems.", ("code",)),
    "hashtrail_publish_failed": ("1 if the last publication failed.", ()),
    "hashtrail_publish_success_timestamp_seconds": ("End of the last good publication.", ()),
    "hashtrail_readable_pages_ratio": ("Readable pages of the last 7 days, from 0 to 1.", ()),
    "hashtrail_sources": ("Sources.", ("state",)),
    "hashtrail_sources_failed_ratio": ("Failed sources of the last night, from 0 to 1.", ()),
    "hashtrail_step_seconds": ("Duration of each step of the last measured night.", ("step",)),
}
_OUTCOMES = ("ok", "degraded", "failed")
_MEASURES = """
SELECT measure, subject, value FROM run_measures WHERE measure IN ('bytes', 'step_seconds')
AND run_id = (SELECT MAX(m.run_id) FROM run_measures m JOIN runs r ON r.id = m.run_id
              WHERE r.command = 'nightly' AND m.measure = 'step_seconds')
"""
_MEASURED = {"bytes": "hashtrail_downloaded_bytes", "step_seconds": "hashtrail_step_seconds"}

_Values = Mapping[tuple[str, ...], float]


def state_metrics(
    db: sqlite3.Connection, workspace: Workspace, facts: MonitoringFacts, assessment: Assessment
) -> tuple[Metric, ...]:
    """Return the metrics of `facts`, their `assessment`, and the files of the workspace."""
    values: dict[str, _Values] = {
        **dict(_of_nights(facts)),
        **dict(_of_sources(facts)),
        **dict(_of_machine(facts, workspace)),
        **dict(_of_measures(db)),
        "hashtrail_problems": _problem_counts(assessment),
        "hashtrail_message_failures": _by_label(
            {state.channel: state.failures for state in channel_states(db)}
        ),
    }
    return tuple(
        Metric(name, *STATE_METRICS[name], numbers) for name, numbers in values.items() if numbers
    )


def _of_nights(facts: MonitoringFacts) -> Iterator[tuple[str, _Values]]:
    last, good = facts.nights.last, facts.nights.last_good
    yield "hashtrail_last_success_timestamp_seconds", _time(good.finished if good else None)
    if last:
        yield "hashtrail_last_night_timestamp_seconds", _time(last.finished)
        outcomes = {name: float(name == last.outcome) for name in _OUTCOMES}
        yield "hashtrail_last_night_outcome", _by_label(outcomes)
        if last.polled:
            yield "hashtrail_sources_failed_ratio", {(): last.failed / last.polled}
    if facts.backlog:
        yield "hashtrail_backlog_items", {(): float(facts.backlog[-1])}
    for pages in facts.pages:
        if not pages.source:
            yield "hashtrail_readable_pages_ratio", {(): pages.share_recent}


def _of_sources(facts: MonitoringFacts) -> Iterator[tuple[str, _Values]]:
    nights = facts.nights
    states = {
        "enabled": nights.enabled,
        "failing": len(nights.failing),
        "silent": len(nights.silent),
        "changed": len(nights.changed),
    }
    yield "hashtrail_sources", _by_label(states)
    counts = {cause.code: 0.0 for cause in all_causes()}
    for group in group_failures(nights.failing, nights.enabled):
        counts[group.cause.code] = float(len(group.sources))
    yield "hashtrail_failing_sources", _by_label(counts)


def _of_machine(facts: MonitoringFacts, workspace: Workspace) -> Iterator[tuple[str, _Values]]:
    machine, publication = facts.machine, facts.publication
    if machine:
        yield "hashtrail_disk_free_bytes", {(): machine.free_mb * 1e6}
        yield "hashtrail_backup_timestamp_seconds", _time(machine.newest_backup)
        yield "hashtrail_backup_invalid", {(): float(bool(machine.backup_problem))}
    if publication and machine and machine.target:
        yield "hashtrail_publish_success_timestamp_seconds", _time(publication.last_ok)
        yield "hashtrail_publish_failed", {(): float(bool(publication.failing_since))}
    yield "hashtrail_database_bytes", {(): _size([workspace.database])}
    yield "hashtrail_archive_bytes", {(): float(sum(segment_sizes(workspace.archive).values()))}


def _of_measures(db: sqlite3.Connection) -> Iterator[tuple[str, _Values]]:
    numbers: dict[str, dict[str, float]] = {}
    for measure, subject, value in map(tuple, db.execute(_MEASURES)):
        numbers.setdefault(_MEASURED[measure], {})[subject] = value
    yield from ((name, _by_label(values)) for name, values in numbers.items())


def _problem_counts(assessment: Assessment) -> _Values:
    counts = {code.code: 0.0 for code in PROBLEM_CODES}
    for problem in assessment.problems:
        counts[problem.code] = counts.get(problem.code, 0.0) + 1
    return _by_label(counts)


def _by_label(numbers: Mapping[str, float]) -> _Values:
    """The values of a metric with one label."""
    return {(label,): float(number) for label, number in numbers.items()}


def _time(at: datetime | None) -> _Values:
    return {(): at.timestamp()} if at else {}


def _size(paths: Iterator[Path] | list[Path]) -> float:
    return float(sum(path.stat().st_size for path in paths if path.is_file()))
