"""Publish the built site to the configured target, and record the result as a run of `publish`.

A failure never ends a night: it is recorded and reported, and the next night tries again.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import HashtrailError, PublishError
from crawler.nightly.run_report import Clock, CurrentRun, RunReport
from crawler.publishing.manifest import FileVersion
from crawler.publishing.publish_site import (
    PublishOptions,
    PublishReport,
    failed_report,
    publish_site,
)
from crawler.run_lock import run_lock
from crawler.run_telemetry import RunLog
from crawler.sitegen.output_directory import MANIFEST
from crawler.sitegen.published_files import published_digests
from crawler.store import runs
from crawler.store.database import open_store
from crawler.workspace import Workspace

COMMAND = "publish"


def publish_to_target(run: CurrentRun, report: RunReport) -> RunReport:
    """Publish the site that `run` built, if `[publish]` names a target.

    Return `report` with the result, which contains the error if there was one.
    """
    if not run.workspace.settings.publish.target:
        return report
    published = _recorded(run.db, run.workspace, run.run_log, run.now, PublishOptions())
    return replace(report, finished=run.now(), target=published)


def run_publish(
    workspace: Workspace, run_log: RunLog, now: Clock, options: PublishOptions
) -> PublishReport:
    """Publish the newest build under the lock and return the report.

    `run_log` receives the progress. A dry run of `options` takes no lock and records nothing; it
    raises PublishError. Raises LockHeldError when another run holds the lock. Other errors are in
    the report.
    """
    if options.dry_run:
        return publish_site(workspace, run_log, options, versions_of_build)
    with run_lock(workspace.lock, COMMAND, now()):
        db = open_store(workspace.database)
        try:
            return _recorded(db, workspace, run_log, now, options)
        finally:
            db.close()


def publish_after_erasure(workspace: Workspace, run_log: RunLog, now: Clock) -> str:
    """Publish again, for a caller that holds the lock, if `[publish]` names a target.

    `run_log` receives the progress. Return the problem in words, empty if there is none.
    """
    if not workspace.settings.publish.target:
        return ""
    db = open_store(workspace.database)
    try:
        options = PublishOptions(drop_history=True)
        published = _recorded(db, workspace, run_log, now, options)
    finally:
        db.close()
    return published.message.rstrip(".")


def _recorded(
    db: Database, workspace: Workspace, run_log: RunLog, now: Clock, options: PublishOptions
) -> PublishReport:
    """Publish, and record the start and the result as a run."""
    run_id = runs.start_run(db, COMMAND, now())
    try:
        published = _attempted(workspace, run_log, options)
    except KeyboardInterrupt:
        message = "stopped by Ctrl-C; the next publication continues"
        runs.finish_run(db, run_id, "interrupted", {}, now(), message)
        raise
    run_log.event("published", **_counts(published), error=published.message)
    _record(db, run_id, published, now)
    return published


def _attempted(workspace: Workspace, run_log: RunLog, options: PublishOptions) -> PublishReport:
    try:
        return publish_site(workspace, run_log, options, versions_of_build)
    except HashtrailError as error:
        return failed_report(workspace, error)
    except Exception as error:  # a bug in a target must not cost the night
        message = f"Unexpected error: {type(error).__name__}: {error}"
        hint = "Report it, with the output of: hashtrail --debug publish --dry-run"
        return failed_report(workspace, PublishError(message, hint))


def versions_of_build(build: Path) -> dict[str, FileVersion]:
    """Return the versions of the files of a `build`, which the builder recorded."""
    digests = published_digests(build.parent / MANIFEST, build.name)
    return {path: FileVersion(digest.hex(), size) for path, (digest, size) in digests.items()}


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
