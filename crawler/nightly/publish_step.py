"""The step of a run that publishes: write the public snapshot and build the site from it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sqlite_utils import Database

from crawler.crawl.list_sources import list_sources_before_first_crawl
from crawler.errors import StoreError
from crawler.explorer.plain_metadata import publish_snapshot
from crawler.nightly.run_report import CurrentRun, RunReport
from crawler.run_telemetry import RunLog
from crawler.settings.site import SiteSettings
from crawler.sitegen.build_progress import BuildProgress
from crawler.sitegen.build_site import BuildResult, build_site
from crawler.store.item_failures import failures_of, record_failures
from crawler.store.published_entries import record_changed_entries, stored_feed_authority
from crawler.store.snapshot_changes import changes_since
from crawler.terminal_streams import one_line
from crawler.workspace import bundled_path


def publish_site(run: CurrentRun, report: RunReport) -> RunReport:
    """Write the public snapshot of `run`, then build and publish the site from it.

    Return `report` with the site and its front page.
    """
    workspace = run.workspace
    run_log = run.run_log
    with run_log.step("build"):
        with run_log.stage("snapshot", 1) as stage:
            list_sources_before_first_crawl(run.db, workspace)
            if changes := changes_since(run.db, workspace.public_database):
                record_changed_entries(run.db, run.now(), changes)
            publish_snapshot(run.db, workspace, partial(_log_failed_update, run_log))
            stage.advance()
        with run_log.stage("build") as stage:
            progress = BuildProgress(stage.advance)
            stage.estimate = lambda: progress.remaining_seconds(stage.seconds)
            site = _build_site(run, progress)
        if progress.restart:
            run_log.event("build_restarted", reason=progress.restart)
        if progress.damaged_file:
            run_log.event("published_files_changed", file=progress.damaged_file)
        if progress.continued:
            run_log.event("build_continued", groups=progress.groups, made_before=progress.continued)
        record_failures(run.db, run.run_id, site.withheld, run.now())
    return replace(
        report,
        finished=run.now(),
        failures=failures_of(run.db, run.run_id),
        site=site,
        page=workspace.public / "index.html",
        notes=report.notes + _notes(progress),
    )


def _notes(progress: BuildProgress) -> tuple[str, ...]:
    """The sentence about published files that somebody changed, if there are any."""
    if not progress.damaged_file:
        return ()
    changed = "Somebody changed, added or removed published files, for example"
    return (f"{changed} {one_line(progress.damaged_file)}. Every page was made again.",)


def _log_failed_update(run_log: RunLog, error: StoreError) -> None:
    run_log.event("snapshot_update_failed", message=error.message)


def _build_site(run: CurrentRun, progress: BuildProgress) -> BuildResult:
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
        progress=progress,
        engine=workspace.settings.engine,
    )


def _identified(db: Database, site: SiteSettings) -> SiteSettings:
    """Return the settings of the site with the authority of its feeds, which never changes."""
    authority = site.feed_authority or stored_feed_authority(db, site.title)
    return replace(site, feed_authority=authority)
