"""Measure for the status page: free disk, newest backup, last publication, limits of silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crawler.monitoring.facts import machine_state, silence_limits_of
from crawler.nightly.run_report import CurrentRun, RunReport
from crawler.store import machine_measures as names
from crawler.store.operating_facts import publication_state
from crawler.store.run_measures import RunMeasure, save_measures


def measure_machine(run: CurrentRun, report: RunReport) -> RunReport:
    """Store the state of the machine of `run` for the status page. Return `report` with it."""
    measures = tuple(_measures(run))
    save_measures(run.db, run.run_id, measures)
    return replace(report, measures=report.measures + measures)


def _measures(run: CurrentRun) -> Iterator[RunMeasure]:
    machine = machine_state(run.workspace, run.now())
    limits = silence_limits_of(run.workspace.settings)
    yield RunMeasure("silence", "gaps", limits.gaps)
    yield RunMeasure("silence", "days", limits.days)
    yield _measure(names.FREE_MB, machine.free_mb)
    if machine.newest_backup:
        yield _measure(names.NEWEST_BACKUP, machine.newest_backup.timestamp())
    publication = publication_state(run.db.conn) if machine.target else None
    if publication and publication.last_ok:
        yield _measure(names.PUBLISHED, publication.last_ok.timestamp())
    if publication and publication.failing_since:
        yield _measure(names.PUBLISH_FAILING_SINCE, publication.failing_since.timestamp())


def _measure(subject: str, value: float) -> RunMeasure:
    return RunMeasure(names.MEASURE, subject, float(value))
