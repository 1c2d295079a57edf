"""Run a command of the nightly job: take the lock, run its steps in order, record how it ended.

The published site changes in one step or not at all.
"""

from __future__ import annotations

import shutil
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from datetime import datetime

from crawler.errors import DiskFullError, HashtrailError, StoreError, is_disk_full
from crawler.nightly.measure_run import measure_crawl, measure_refusal
from crawler.nightly.publish_step import publish_site
from crawler.nightly.run_report import Clock, Command, CurrentRun, RunOptions, RunReport
from crawler.nightly.unapplied_input import unapplied_input_messages
from crawler.run_lock import run_lock
from crawler.run_telemetry import RunLog
from crawler.store import runs
from crawler.store.backup import remove_restore_draft
from crawler.store.clock_skew import require_plausible_clock
from crawler.store.database import check_intact, open_store
from crawler.store.item_failures import ITEMS, failures_of
from crawler.store.verify_backup import remove_scratch
from crawler.workspace import Workspace


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
        with (
            run_lock(workspace.lock, command, now()),
            _failure_notified(workspace, command, run_log, now),
        ):
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
    remove_scratch(workspace.state)
    db = open_store(workspace.database)
    try:
        check_intact(db)
        started = now()
        run_id = runs.start_run(db, command, started)
        run = CurrentRun(workspace, db, run_id, command, run_log, now, options)
        report = _recorded(run, started)
        return _publish_and_notify(run, report) if command == "nightly" else report
    finally:
        db.close()


def _recorded(run: CurrentRun, started: datetime) -> RunReport:
    """Run the steps of a command, and record how the run ended."""
    report = RunReport(run.command, started, started, "ok")
    try:
        report = _with_failures(run, _data_step(run, report))
        report = _measured(run, report)
        runs.finish_run(run.db, run.run_id, report.outcome, report.counts, report.finished)
        if run.command in ("build", "nightly"):
            report = publish_site(run, report)
        if run.command == "nightly":
            report = _keep_house(run, report)
    except BaseException as error:
        _record_failed_run(run, report, error)
        raise
    return report


def _record_failed_run(run: CurrentRun, report: RunReport, error: BaseException) -> None:
    outcome, message = _failed_outcome(error)
    with suppress(DiskFullError):  # then the record of this run stays open, as after a kill
        runs.finish_run(run.db, run.run_id, outcome, report.counts, run.now(), message)
        measure_refusal(run, report, error)


def _with_failures(run: CurrentRun, report: RunReport) -> RunReport:
    """The report with the items that were skipped."""
    failures = failures_of(run.db, run.run_id)
    skipped = sum(failure.kind in ITEMS for failure in failures)
    counts = report.counts | {"items_skipped": skipped}
    return replace(report, finished=run.now(), failures=failures, counts=counts)


def _failed_outcome(error: BaseException) -> tuple[str, str]:
    """The recorded outcome and message of a run that `error` ended."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", "stopped by Ctrl-C; what was finished is kept"
    if isinstance(error, HashtrailError):
        return "failed", error.message
    return "failed", f"{type(error).__name__}: {error}"


def _data_step(run: CurrentRun, report: RunReport) -> RunReport:
    """Collect, fetch and annotate, as the command requires."""
    if run.command == "build":
        return replace(report, notes=unapplied_input_messages(run))
    from crawler.nightly import crawl_step

    if run.command == "retag":
        return crawl_step.retag_stored(run, report)
    return crawl_step.crawl_sources(run, report)


def _measured(run: CurrentRun, report: RunReport) -> RunReport:
    """Measure a crawl, and in a night also the machine."""
    if run.command in ("crawl", "nightly"):
        report = measure_crawl(run, report)
    if run.command == "nightly":
        from crawler.nightly import nightly_steps

        report = nightly_steps.measure_machine(run, report)
    return report


def _keep_house(run: CurrentRun, report: RunReport) -> RunReport:
    from crawler.nightly import nightly_steps

    return nightly_steps.keep_house(run, report)


def _publish_and_notify(run: CurrentRun, report: RunReport) -> RunReport:
    from crawler.nightly import nightly_steps

    return nightly_steps.publish_and_notify(run, report)


def _failure_notified(
    workspace: Workspace, command: Command, run_log: RunLog, now: Clock
) -> AbstractContextManager[None]:
    """Notify the operator of an error that ends a night in the block."""
    if command != "nightly":
        return nullcontext()
    from crawler.nightly import nightly_steps

    return nightly_steps.failure_notified(workspace, run_log, now)


def _check_space(workspace: Workspace) -> None:
    workspace.state.mkdir(parents=True, exist_ok=True)
    free_mb = shutil.disk_usage(workspace.state).free // 1_000_000
    least_mb = workspace.settings.budget.free_mb
    if free_mb < least_mb:
        raise StoreError(
            f"Disk full: only {free_mb:,} MB are free on the disk of {workspace.state}; "
            f"a run needs {least_mb:,} MB ([budget] free_mb).",
            "Free some space, or lower archive.keep_days. "
            "Nothing was changed, and the published site stays.",
        )
