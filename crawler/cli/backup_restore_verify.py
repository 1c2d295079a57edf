"""`backup`, `restore` and `verify`: keeping what was collected."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import echo_table, json_option, workspace, write_json_line
from crawler.errors import UsageError
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.store.verify_database import ConsistencyResult


@click.command()
@json_option
@click.pass_context
def backup(context: click.Context, as_json: bool) -> None:
    """Copy the database to data/state/backups/, check the copy, keep seven days and four weeks."""
    from crawler.store import backup as backups
    from crawler.store.database import open_existing

    here = workspace(context)
    made = backups.create_backup(open_existing(here.database), here.backups, datetime.now(UTC))
    if as_json:
        write_json_line({"backup": str(made), "bytes": made.stat().st_size})
    else:
        click.echo(str(made))


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--confirm", is_flag=True, help="Publish the restored posts that are held back.")
@json_option
@click.pass_context
def restore(context: click.Context, file: Path | None, confirm: bool, as_json: bool) -> None:
    """Replace the database with the backup FILE, after checking it.

    The old database is renamed. Erasures and withdrawals since the backup stay in force: deleted
    posts, opt-outs, content warnings, renamed accounts, and robots directives such as noindex. If
    the old database cannot be read, the restored posts are held back until a crawl finds them at
    their network, or until --confirm.
    """
    from crawler.run_lock import run_lock

    if (file is None) is not confirm:
        raise UsageError(
            "Name a backup to restore, or use --confirm alone.", "See: hashtrail restore --help"
        )
    here = workspace(context)
    now = datetime.now(UTC)
    with run_lock(here.lock, "restore", now):
        report = _restored(here, file, now) if file else _confirmed(here)
    if as_json:
        write_json_line(report)
        return
    for line in _restore_lines(report, file):
        click.echo(line)
    click.echo("Publish the restored database with: hashtrail build", err=True)


def _confirmed(here: Workspace) -> dict[str, Any]:
    from crawler.store.database import open_existing
    from crawler.store.restore_withdrawals import confirm_restored_posts

    return {"confirmed": confirm_restored_posts(open_existing(here.database))}


def _restored(here: Workspace, file: Path, now: datetime) -> dict[str, Any]:
    """Restore `file`. The withdrawals are carried over before the backup takes the place."""
    from crawler.store import backup as backups

    report: dict[str, Any] = {}

    def prepare(db: Database) -> None:
        report.update(_carried_over(here, file, db))

    aside = backups.restore_backup(file, here.database, now, prepare)
    replaced = str(aside) if aside else None
    return {"database": str(here.database), "replaced": replaced, **report}


def _carried_over(here: Workspace, file: Path, db: Database) -> dict[str, Any]:
    """Apply what was forgotten and withdrawn since the backup `file` to its copy `db`."""
    from crawler.store.erase_rows import import_tombstones
    from crawler.store.restore_directives import reapply_directives
    from crawler.store.restore_withdrawals import reapply_withdrawals

    current = here.database if here.database.exists() else None
    replaced = [current] if current else []
    kept = sorted(here.backups.glob("*.db"), reverse=True)
    forgotten = import_tombstones(db, [*replaced, *kept])
    newer = [path for path in kept if path.name > file.name]
    reapply_directives(db, [*replaced, *newer])
    carried = reapply_withdrawals(db, current, newer)
    return {"forgotten_again": forgotten, "withdrawn_again": asdict(carried)}


def _restore_lines(report: dict[str, Any], file: Path | None) -> list[str]:
    if "confirmed" in report:
        return [f"Confirmed {report['confirmed']} restored posts."]
    carried = report["withdrawn_again"]
    lines = [f"Restored {report['database']} from {file}."]
    if report["replaced"]:
        lines.append(f"The old one is {report['replaced']}.")
    if carried["unconfirmed"]:
        lines.append(
            f"Held back {carried['unconfirmed']} posts: the replaced database is missing or "
            "damaged, so it is unknown what was withdrawn since the backup. A crawl releases the "
            "posts that it finds at their networks; hashtrail restore --confirm releases all."
        )
    withdrawn = [f"{carried[name]} {name}" for name in ("posts", "authors") if carried[name]]
    if withdrawn:
        lines.append(f"Withdrawn since the backup and withdrawn again: {', '.join(withdrawn)}.")
    return lines


@click.command()
@click.argument("words", nargs=-1, metavar="[WORDS]...")
@click.option("--forgotten", is_flag=True, help="Search the bytes of all files for erased content.")
@json_option
@click.pass_context
def verify(context: click.Context, words: tuple[str, ...], forgotten: bool, as_json: bool) -> None:
    """Check that the database is consistent, and that the snapshot shows only what may be shown.

    Prints the findings, then one line for each check with the number of rows checked. Exit code 1
    if there are findings. With --forgotten, search database, snapshot, backups, archive, logs and
    site for everything that was forgotten, compared by digest, and for WORDS (URLs or
    NETWORK:HANDLE) if you name them.
    """
    from crawler.store import verify_database as checks
    from crawler.store.database import open_existing

    here = workspace(context)
    db = open_existing(here.database)
    if words and not forgotten:
        raise UsageError("WORDS are searched for with --forgotten only.", "Add --forgotten.")
    if forgotten:
        context.exit(_search_forgotten(here, db, words, as_json))
    results = list(checks.run_checks(db))
    found = [finding for checked in results for finding in checked.findings]
    if not found:
        found = checks.verify_snapshot(db, here.public_database)
        results.append(
            checks.ConsistencyResult(
                "snapshot", int(here.public_database.is_file()), "files", tuple(found)
            )
        )
    if as_json:
        write_json_line({"findings": found})
    else:
        echo_table((finding.check, finding.subject, finding.message) for finding in found)
        echo_table((_verdict(each), each.check, f"{each.rows:,} {each.table}") for each in results)
        click.echo(f"{len(found)} findings." if found else "The database is consistent.", err=True)
    context.exit(1 if found else 0)


def _verdict(checked: ConsistencyResult) -> str:
    return f"{len(checked.findings):,} findings" if checked.findings else "ok"


def _search_forgotten(here: Workspace, db: Database, words: tuple[str, ...], as_json: bool) -> int:
    """Search every place and print what was searched; returns the exit code."""
    from crawler.erasure.erase_crawl_archive import forgotten_traces
    from crawler.erasure.verify_erased import is_erased, search_workspace

    traces = forgotten_traces(db, words)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    places = search_workspace(here, traces)
    if as_json:
        write_json_line({"tombstones": len(traces.digests), "places": places})
        return 0 if is_erased(places) else 1
    echo_table(
        (each.place, f"{each.files} files", f"{each.bytes:,} bytes", f"{len(each.found)} found")
        for each in places
    )
    for each in places:
        for path, trace in each.found:
            click.echo(f"{path}: {trace}", err=True)
    click.echo(f"Compared with {len(traces.digests)} tombstones and {len(words)} words.", err=True)
    return 0 if is_erased(places) else 1
