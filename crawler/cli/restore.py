"""`restore`: replace the database with a backup, and apply later erasures and withdrawals to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import json_option, workspace, write_json_line
from crawler.errors import UsageError
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from sqlite_utils import Database


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--confirm", is_flag=True, help="Publish the restored posts that are held back.")
@json_option
@click.pass_context
def restore(context: click.Context, file: Path | None, confirm: bool, as_json: bool) -> None:
    """Replace the database with the backup FILE, after checking it.

    The old database is renamed. Erasures and withdrawals since the backup stay in force: deleted
    posts, opt-outs, content warnings, renamed accounts, and robots directives such as noindex. If
    the old database does not confirm a restored post, the post is held back until a crawl finds it
    at its network, or until --confirm.
    """
    from crawler.run_lock import run_lock

    if (file is None) is not confirm:
        raise UsageError(
            "Name a backup to restore, or use --confirm alone.", "See: hashtrail restore --help"
        )
    here = workspace(context)
    now = datetime.now(UTC)
    with run_lock(here.lock, "restore", now):
        report = _restore(here, file, now) if file else _confirm(here)
    if as_json:
        write_json_line(report)
        return
    for line in _report_lines(report, file):
        click.echo(line)
    click.echo("Publish the restored database with: hashtrail build", err=True)


def _confirm(here: Workspace) -> dict[str, Any]:
    from crawler.store.database import open_existing
    from crawler.store.restore_withdrawals import confirm_restored_posts

    return {"confirmed": confirm_restored_posts(open_existing(here.database))}


def _restore(here: Workspace, file: Path, now: datetime) -> dict[str, Any]:
    """Restore `file`. Erasures and withdrawals are applied before it replaces the database."""
    from crawler.store.backup import restore_backup

    report: dict[str, Any] = {}

    def prepare(db: Database) -> None:
        report.update(_reapply(here, file, db))

    replaced = restore_backup(file, here.database, now, prepare)
    return {
        "database": str(here.database),
        "replaced": str(replaced) if replaced else None,
        **report,
    }


def _reapply(here: Workspace, file: Path, db: Database) -> dict[str, Any]:
    """Apply erasures and withdrawals since the backup `file` to its copy `db`."""
    from crawler.erasure.erase_database_text import erase_restored_text
    from crawler.store.database_files import backup_files
    from crawler.store.erase_rows import import_tombstones, vacuum_database
    from crawler.store.restore_directives import reapply_directives
    from crawler.store.restore_withdrawals import reapply_withdrawals

    current = here.database if here.database.exists() else None
    replaced = [current] if current else []
    backups = backup_files(here.backups)[::-1]
    newer = [path for path in backups if path.stem > file.stem]
    erased = import_tombstones(db, [*replaced, *backups])
    if erased and erase_restored_text(db):
        vacuum_database(db)
    reapply_directives(db, [*replaced, *newer])
    withdrawals = reapply_withdrawals(db, current, newer)
    return {"forgotten_again": erased, "withdrawn_again": asdict(withdrawals)}


def _report_lines(report: dict[str, Any], file: Path | None) -> Iterator[str]:
    if "confirmed" in report:
        yield f"Confirmed {report['confirmed']} restored posts."
        return
    yield f"Restored {report['database']} from {file}."
    if report["replaced"]:
        yield f"The old one is {report['replaced']}."

    withdrawals = report["withdrawn_again"]
    if withdrawals["unconfirmed"]:
        yield (
            f"Held back {withdrawals['unconfirmed']} posts: the replaced database does not "
            "confirm them, so withdrawals since the backup are unknown. A crawl releases the "
            "posts that it finds at their networks; hashtrail restore --confirm releases all."
        )
    counts = [f"{withdrawals[name]} {name}" for name in ("posts", "authors") if withdrawals[name]]
    if counts:
        yield f"Withdrawn since the backup and withdrawn again: {', '.join(counts)}."
