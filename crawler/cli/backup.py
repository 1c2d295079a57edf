"""`backup`: copy the database and check the copy, or check an earlier copy by restoring it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import echo_table, json_option, progress, workspace, write_json_line
from crawler.errors import UsageError

if TYPE_CHECKING:
    from crawler.store.backup_checks import BackupVerification
    from crawler.workspace import Workspace


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--verify", is_flag=True, help="Check the newest backup, or FILE, by restoring it.")
@json_option
@click.pass_context
def backup(context: click.Context, file: Path | None, verify: bool, as_json: bool) -> int:
    """Copy the database to data/state/backups/, check the copy, keep seven days and four weeks.

    The first backup of a week contains the whole database, the others the pages that changed since.
    With --verify, no copy is made. The newest backup, or FILE, is restored into a scratch folder
    and compared with the database at the time of the backup, by its manifest. Prints one line for
    each check. Exit code 1 if a check fails.
    """
    here = workspace(context)
    if verify:
        return _verify(here, file, as_json)
    if file:
        raise UsageError("FILE is the backup to check.", f"Run: hashtrail backup --verify {file}")
    _create(here, as_json)
    return 0


def _create(here: Workspace, as_json: bool) -> None:
    from crawler.store.backup import create_backup
    from crawler.store.database import open_existing

    path = create_backup(open_existing(here.database), here.backups, datetime.now(UTC))
    if as_json:
        write_json_line({"backup": str(path), "bytes": path.stat().st_size})
    else:
        click.echo(str(path))


def _verify(here: Workspace, file: Path | None, as_json: bool) -> int:
    """Check a backup, print and record the result, and return the exit code."""
    from crawler.run_lock import run_lock
    from crawler.store.backup_checks import save_verification
    from crawler.store.verify_backup import verify_backup

    now = datetime.now(UTC)
    chosen = file or _newest(here)
    with run_lock(here.lock, "backup --verify", now), progress(f"checking {chosen.name}"):
        verification = verify_backup(chosen, here.state, now)
        if chosen.resolve().parent == here.backups.resolve():
            save_verification(here.backups, verification)
    if as_json:
        _write_json(verification)
    else:
        _print_checks(verification)
    return int(bool(verification.failed))


def _newest(here: Workspace) -> Path:
    """Return the newest backup. Raises StoreError if there is none."""
    from crawler.errors import StoreError
    from crawler.store.database_files import timed_backups

    backups = timed_backups(here.database, datetime.now(UTC))
    if not backups:
        raise StoreError(f"{here.backups} contains no backup.", "Make one with: hashtrail backup")
    return backups[-1]


def _write_json(verification: BackupVerification) -> None:
    is_good = not verification.failed
    write_json_line(
        {"backup": verification.backup, "ok": is_good, "checks": list(verification.checks)}
    )


def _print_checks(verification: BackupVerification) -> None:
    echo_table((check.outcome, check.name, check.detail) for check in verification.checks)
    good = f"{verification.backup} can be restored."
    click.echo(verification.problem or good, err=True)
