"""Publish the built site to the configured target, and record the result as a run of `publish`.

A failure never ends a night: it is recorded and reported, and the next night tries again.
"""

from __future__ import annotations

from dataclasses import replace

from sqlite_utils import Database

from crawler.errors import HashtrailError, PublishError
from crawler.nightly.run_report import Clock, CurrentRun, RunReport
from crawler.publishing.publish_settings import PublishSettings
from crawler.publishing.publish_site import (
    PublishOptions,
    PublishReport,
    failed_report,
    publish_site,
)
from crawler.run_lock import run_lock
from crawler.run_telemetry import RunLog
from crawler.store import runs
from crawler.store.database import open_store
from crawler.workspace import Workspace

COMMAND = "publish"


def publish_to_target(run: CurrentRun, report: RunReport, settings: PublishSettings) -> RunReport:
    """Publish the site that `run` built, if `settings` name a target.

    Return `report` with the result, which contains the error if there was one.
    """
    if not settings.target:
        return report
    run_id = runs.start_run(run.db, COMMAND, run.now())
    published = _attempted(run.workspace, settings, run.run_log, PublishOptions())
    _record(run.db, run_id, published, run.now)
    return replace(report, finished=run.now(), target=published)


def run_publish(
    workspace: Workspace,
    settings: PublishSettings,
    run_log: RunLog,
    now: Clock,
    options: PublishOptions,
) -> PublishReport:
    """Publish the newest build to the target of `settings` under the lock and return the report.

    `run_log` receives the progress. A dry run of `options` takes no lock and records nothing.
    Raises ConfigurationError for wrong settings and LockHeldError when another run holds the lock.
    An error of the target is in the report.
    """
    if options.dry_run:
        return publish_site(workspace, settings, run_log, options)
    with run_lock(workspace.lock, COMMAND, now()):
        db = open_store(workspace.database)
        try:
            run_id = runs.start_run(db, COMMAND, now())
            published = _attempted(workspace, settings, run_log, options)
            _record(db, run_id, published, now)
            return published
        finally:
            db.close()


def _attempted(
    workspace: Workspace, settings: PublishSettings, run_log: RunLog, options: PublishOptions
) -> PublishReport:
    try:
        published = publish_site(workspace, settings, run_log, options)
    except HashtrailError as error:
        published = failed_report(settings, error)
    except Exception as error:  # a bug in a target must not cost the night
        message = f"Unexpected error: {type(error).__name__}: {error}"
        unexpected = PublishError(message, "See the cause with: hashtrail --debug publish")
        published = failed_report(settings, unexpected)
    run_log.event("published", **_counts(published), error=published.message)
    return published


def _record(db: Database, run_id: int, published: PublishReport, now: Clock) -> None:
    outcome = "failed" if published.outcome == "failed" else "ok"
    message = f"{published.message} {published.hint}".strip()
    runs.finish_run(db, run_id, outcome, _counts(published), now(), message)


def _counts(published: PublishReport) -> dict[str, int]:
    return {
        "files_uploaded": published.uploaded,
        "files_deleted": published.deleted,
        "files_unchanged": published.unchanged,
        "bytes_uploaded": published.bytes,
    }
