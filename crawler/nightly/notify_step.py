"""The last step of a night: notify the operator of incidents, and ping after a good night.

No failure of a message ends a night or changes its outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime

from sqlite_utils import Database

from crawler.errors import CorruptStoreError, HashtrailError, LockHeldError
from crawler.monitoring.facts import load_facts
from crawler.monitoring.notify_operator import (
    Delivery,
    notify_operator,
    notify_without_database,
    ping_after_night,
)
from crawler.monitoring.problems import assess_workspace
from crawler.monitoring.state_metrics import state_metrics
from crawler.nightly.run_report import Clock, CurrentRun, RunReport
from crawler.run_telemetry import RunLog
from crawler.store.database import open_store
from crawler.workspace import Workspace


def notify_after_night(run: CurrentRun, report: RunReport) -> RunReport:
    """Send the messages of the ended `run`, then ping. Return `report` with failures as notes."""
    try:
        deliveries = _notify(run.db, run.workspace, run.run_log, run.now())
    except Exception as error:  # monitoring must never cost the night
        run.run_log.event("notify_failed", error=type(error).__name__)
        note = f"The operator could not be notified: {type(error).__name__}."
        return replace(report, notes=(*report.notes, note))
    _log(run.run_log, deliveries)
    return replace(report, notes=(*report.notes, *_notes(deliveries)))


@contextmanager
def failure_notified(workspace: Workspace, run_log: RunLog, now: Clock) -> Iterator[None]:
    """Notify the operator of an error that ends a night in the block, then raise it again.

    Yields nothing. `run_log` receives the result.
    """
    try:
        yield
    except Exception as error:
        if not isinstance(error, LockHeldError):
            _notify_of_failure(workspace, run_log, error, now())
        raise


def _notify_of_failure(
    workspace: Workspace, run_log: RunLog, error: Exception, now: datetime
) -> None:
    try:
        _log(run_log, _deliveries_of_failure(workspace, run_log, error, now))
    except Exception as failure:  # the error of the night is the one to raise
        run_log.event("notify_failed", error=type(failure).__name__)


def _deliveries_of_failure(
    workspace: Workspace, run_log: RunLog, error: Exception, now: datetime
) -> Iterable[Delivery]:
    if isinstance(error, CorruptStoreError):
        return _notify_without_database(workspace, error, now)
    if isinstance(error, HashtrailError) and not workspace.database.exists():
        return _notify_without_database(workspace, error, now)  # a refused run makes no database
    try:
        db = open_store(workspace.database)
        try:
            return _notify(db, workspace, run_log, now)
        finally:
            db.close()
    except HashtrailError as unusable:
        return _notify_without_database(workspace, unusable, now)


def _notify_without_database(
    workspace: Workspace, error: HashtrailError, now: datetime
) -> tuple[Delivery, ...]:
    deliveries = notify_without_database(workspace, error.message, error.hint, now)
    pinged = ping_after_night(None, workspace.settings.monitor, False, now)
    return (*deliveries, pinged) if pinged else deliveries


def _notify(
    db: Database, workspace: Workspace, run_log: RunLog, now: datetime
) -> tuple[Delivery, ...]:
    settings, facts = workspace.settings, load_facts(db.conn, workspace, now)
    assessment = assess_workspace(facts, settings, now)
    try:
        deliveries = notify_operator(db, workspace, assessment, now)
        pinged = ping_after_night(db, settings.monitor, not assessment.alarms, now)
    finally:
        run_log.state = state_metrics(db.conn, workspace, facts, assessment)
    return (*deliveries, pinged) if pinged else deliveries


def _log(run_log: RunLog, deliveries: Iterable[Delivery]) -> None:
    for delivery in deliveries:
        run_log.event("message", **asdict(delivery))


def _notes(deliveries: Iterable[Delivery]) -> Iterator[str]:
    for delivery in deliveries:
        if delivery.error:
            again = "" if delivery.channel == "ping" else " The next night tries again."
            yield f"A message was not delivered ({delivery.channel}): {delivery.error}.{again}"
