"""The steps that only a night has; other commands do not load them."""

from __future__ import annotations

from dataclasses import replace

from crawler.crawl.data_retention import apply_retention
from crawler.erasure.erase_workspace import interrupted_erasure_message
from crawler.nightly.backup_step import check_newest_backup
from crawler.nightly.measure_machine import measure_machine
from crawler.nightly.measure_run import measure_publication
from crawler.nightly.notify_step import failure_notified, notify_after_night
from crawler.nightly.run_report import CurrentRun, RunReport
from crawler.nightly.target_step import publish_to_target

__all__ = ["failure_notified", "keep_house", "measure_machine", "publish_and_notify"]


def keep_house(run: CurrentRun, report: RunReport) -> RunReport:
    """Back up the database of `run`, and delete old files. Return `report` with the notes."""
    with run.run_log.step("backup"):
        notes = [
            *apply_retention(run.db, run.workspace, run.now()),
            check_newest_backup(run),
            interrupted_erasure_message(run.workspace),
        ]
    report = replace(report, notes=report.notes + tuple(filter(None, notes)))
    return measure_publication(run, report)


def publish_and_notify(run: CurrentRun, report: RunReport) -> RunReport:
    """Publish the site of `run` to its target, and notify the operator. Return the `report`."""
    with run.run_log.step("publish"):
        report = publish_to_target(run, report)
    return notify_after_night(run, measure_publication(run, report))
