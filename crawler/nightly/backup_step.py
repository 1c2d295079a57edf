"""The step of a night that checks the new backup, once in seven days."""

from __future__ import annotations

from crawler.errors import HashtrailError
from crawler.nightly.run_report import CurrentRun
from crawler.store.backup_checks import is_check_due, save_verification
from crawler.store.database_files import timed_backups
from crawler.store.verify_backup import verify_backup


def check_newest_backup(run: CurrentRun) -> str:
    """Restore the newest backup of `run` into a scratch folder and record the result.

    Does nothing if a check passed in the last seven days. Returns the problem in one sentence, or
    "". The snapshot is left out: the run has just written it from the same rows.
    """
    workspace = run.workspace
    if not is_check_due(workspace.backups, run.now()):
        return ""
    newest = timed_backups(workspace.database, run.now())[-1]
    try:
        verification = verify_backup(newest, workspace.state, run.now(), with_snapshot=False)
    except HashtrailError as error:
        return f"{error.message} {error.hint}"
    save_verification(workspace.backups, verification)
    return verification.problem
