"""`backup`, `restore` and `verify`: keeping what was collected."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import echo_table, json_option, workspace, write_json_line
from crawler.errors import UsageError
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.store.verify import Checked


@click.command()
@json_option
@click.pass_context
def backup(context: click.Context, as_json: bool) -> None:
    """Copy the database to data/state/backups/, check the copy, keep seven days and four weeks."""
    from crawler.store import backup as backups
    from crawler.store.database import open_existing

    here = workspace(context)
    made = backups.backup(open_existing(here.database), here.backups, datetime.now(UTC))
    if as_json:
        write_json_line({"backup": str(made), "bytes": made.stat().st_size})
    else:
        click.echo(str(made))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_context
def restore(context: click.Context, file: Path, as_json: bool) -> None:
    """Put the backup FILE in place of the database, after checking it; the old file is put aside.

    What was forgotten since is forgotten again, and what pages withdrew since stays withdrawn.
    """
    from crawler.lock import run_lock
    from crawler.store import backup as backups
    from crawler.store.carry_directives import carry_directives
    from crawler.store.database import open_store
    from crawler.store.forget import carry_over

    here = workspace(context)
    now = datetime.now(UTC)
    with run_lock(here.lock, "restore", now):
        aside = backups.restore(file, here.database, now)
        db = open_store(here.database)
        replaced = [aside] if aside else []
        kept = sorted(here.backups.glob("*.db"))
        forgotten = carry_over(db, [*replaced, *kept])
        carry_directives(db, [*replaced, *(path for path in reversed(kept) if path.name > file.name)])
    if as_json:
        write_json_line({"database": str(here.database), "replaced": str(aside) if aside else None, "forgotten_again": forgotten})
        return
    click.echo(f"Restored {here.database} from {file}.")
    if aside:
        click.echo(f"The old one is {aside}.")
    click.echo("Publish what it holds with: hashtrail build", err=True)


@click.command()
@click.argument("words", nargs=-1, metavar="[WORDS]...")
@click.option("--forgotten", is_flag=True, help="Search the bytes of every place for what was forgotten.")
@json_option
@click.pass_context
def verify(context: click.Context, words: tuple[str, ...], forgotten: bool, as_json: bool) -> None:
    """Check that the database is consistent, and that the snapshot shows only what may be shown.

    Prints the findings, then one line for each check with the number of rows checked. Exit code 1
    if there are findings. With --forgotten, search database, snapshot, backups, archive, logs and
    site for everything that was forgotten, compared by digest, and for WORDS (URLs or
    NETWORK:HANDLE) if you name them.
    """
    from crawler.store import verify as checks
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
        results.append(checks.Checked("snapshot", int(here.public_database.is_file()), "files", tuple(found)))
    if as_json:
        write_json_line({"findings": found})
    else:
        echo_table((finding.check, finding.subject, finding.message) for finding in found)
        echo_table((_verdict(each), each.check, f"{each.rows:,} {each.table}") for each in results)
        click.echo(f"{len(found)} findings." if found else "The database is consistent.", err=True)
    context.exit(1 if found else 0)


def _verdict(checked: Checked) -> str:
    return f"{len(checked.findings):,} findings" if checked.findings else "ok"


def _search_forgotten(
    here: Workspace, db: Database, words: tuple[str, ...], as_json: bool
) -> int:
    """Search every place and print what was searched; returns the exit code."""
    from crawler.erasure.search import is_proof, search
    from crawler.erasure.traces import Traces
    from crawler.store.tombstones import NETWORKS, read_forgotten

    networks = {row[0] for row in db.execute("SELECT DISTINCT network FROM posts")}
    digests = read_forgotten(db).digests
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    traces = Traces(frozenset(words), digests, tuple(sorted(networks.union(NETWORKS))))
    places = search(here, traces)
    if as_json:
        write_json_line({"tombstones": len(digests), "places": places})
        return 0 if is_proof(places) else 1
    echo_table(
        (each.place, f"{each.files} files", f"{each.bytes:,} bytes", f"{len(each.found)} found")
        for each in places
    )
    for each in places:
        for path, trace in each.found:
            click.echo(f"{path}: {trace}", err=True)
    click.echo(f"Compared with {len(digests)} tombstones and {len(words)} words.", err=True)
    return 0 if is_proof(places) else 1
