"""`verify`: check the database and the snapshot, or prove that an erasure is complete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import echo_table, json_option, workspace, write_json_line
from crawler.errors import UsageError
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.erasure.match_traces import Traces
    from crawler.erasure.verify_erased import PlaceSearch
    from crawler.store.verify_database import ConsistencyResult, Finding


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
    from crawler.store.database import open_existing

    here = workspace(context)
    db = open_existing(here.database)
    if words and not forgotten:
        raise UsageError("WORDS are searched for with --forgotten only.", "Add --forgotten.")
    if forgotten:
        context.exit(_search_forgotten(here, db, words, as_json))
    context.exit(_check_consistency(here, db, as_json))


def _check_consistency(here: Workspace, db: Database, as_json: bool) -> int:
    """Run all checks, print the findings, and return the exit code."""
    results = _run_checks(here, db)
    findings = [finding for result in results for finding in result.findings]
    if as_json:
        write_json_line({"findings": findings})
    else:
        _print_results(results, findings)
    return 1 if findings else 0


def _run_checks(here: Workspace, db: Database) -> list[ConsistencyResult]:
    """Run all checks. The snapshot is checked only against a consistent database."""
    from crawler.store.verify_database import ConsistencyResult, run_checks, verify_snapshot

    results = list(run_checks(db))
    if not any(result.findings for result in results):
        findings = tuple(verify_snapshot(db, here.public_database))
        files = int(here.public_database.is_file())
        results.append(ConsistencyResult("snapshot", files, "files", findings))
    return results


def _print_results(results: Sequence[ConsistencyResult], findings: Sequence[Finding]) -> None:
    echo_table((finding.check, finding.subject, finding.message) for finding in findings)
    echo_table(
        (_status(result), result.check, f"{result.rows:,} {result.table}") for result in results
    )
    summary = f"{len(findings)} findings." if findings else "The database is consistent."
    click.echo(summary, err=True)


def _status(result: ConsistencyResult) -> str:
    return f"{len(result.findings):,} findings" if result.findings else "ok"


def _search_forgotten(here: Workspace, db: Database, words: tuple[str, ...], as_json: bool) -> int:
    """Search every place, print the result, and return the exit code."""
    from crawler.erasure.erase_refetched_records import forgotten_traces
    from crawler.erasure.verify_erased import is_erased, search_workspace

    traces = forgotten_traces(db, words)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    places = search_workspace(here, traces)
    if as_json:
        documents = [_place_json(place) for place in places]
        write_json_line({"tombstones": len(traces.digests), "places": documents})
    else:
        _print_places(places, traces, len(words))
    return 0 if is_erased(places) else 1


def _place_json(place: PlaceSearch) -> dict[str, Any]:
    return {
        "place": place.place,
        "files": place.files,
        "bytes": place.bytes,
        "found": place.traces,
    }


def _print_places(places: Sequence[PlaceSearch], traces: Traces, words: int) -> None:
    echo_table(
        (
            place.place,
            f"{place.files} files",
            f"{place.bytes:,} bytes",
            f"{len(place.traces)} found",
        )
        for place in places
    )
    for place in places:
        for path, trace in place.traces:
            click.echo(f"{path}: {trace}", err=True)
    click.echo(f"Compared with {len(traces.digests)} tombstones and {words} words.", err=True)
