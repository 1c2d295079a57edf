"""`verify`: check the database and the snapshot, and repair derived data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from crawler.cli.common import json_option, progress, workspace, write_json_line
from crawler.counted_nouns import counted_noun
from crawler.errors import UsageError
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.store.verify_database import ConsistencyResult, Finding

_WIDTHS = (11, 26, 26)  # of the outcome, the name and the number of rows


@click.command()
@click.argument("words", nargs=-1, metavar="[WORDS]...")
@click.option("--forgotten", is_flag=True, help="Search the bytes of all files for erased content.")
@click.option("--repair", is_flag=True, help="Rebuild inconsistent derived data.")
@click.option(
    "--lost-archive",
    is_flag=True,
    help="With --repair: delete references to archive files that do not exist any more.",
)
@json_option
@click.pass_context
def verify(
    context: click.Context,
    words: tuple[str, ...],
    forgotten: bool,
    repair: bool,
    lost_archive: bool,
    as_json: bool,
) -> None:
    """Check that the database is consistent, and that the snapshot shows only what may be shown.

    The files of the published site must be those that the last build made.

    Prints one line for each check: the outcome, the name, the number of rows and the condition
    that it checks. Its findings follow. Exit code 1 if there are findings.

    With --repair, rebuild the derived data that has findings: topics, entities, stories,
    relations, counts, search indexes, snapshot and site. Collected data never changes. Prints for
    each finding whether it was repaired, or else the command that solves it. Exit code 1 if
    findings remain.

    With --forgotten, search database, snapshot, backups, archive, logs and site for everything
    that was forgotten, compared by digest, and for WORDS (URLs or NETWORK:HANDLE) if you name them.
    """
    from crawler.cli.verify_forgotten import search_forgotten
    from crawler.cli.verify_repair import repair_and_report
    from crawler.store.database import open_existing

    here = workspace(context)
    if words and not forgotten:
        raise UsageError("WORDS are searched for with --forgotten only.", "Add --forgotten.")
    if forgotten and repair:
        raise UsageError("--forgotten and --repair exclude each other.", "Use one of them.")
    if lost_archive and not repair:
        raise UsageError("--lost-archive needs --repair.", "Add --repair.")
    if repair:
        context.exit(repair_and_report(here, as_json, lost_archive=lost_archive))
    db = open_existing(here.database)
    try:
        if forgotten:
            context.exit(search_forgotten(here, db, words, as_json))
        context.exit(_check_consistency(here, db, as_json))
    finally:
        db.close()


def check_everything(here: Workspace, db: Database) -> Iterator[ConsistencyResult]:
    """Run all checks, with the running one on a terminal. Yields the result of each.

    The snapshot is compared with a consistent database only.
    """
    from crawler.cli.verify_site import check_site
    from crawler.crawl.verify_entities import ENTITIES_CHECK
    from crawler.store.verify_database import (
        PLANNED_CHECKS,
        ConsistencyResult,
        run_check,
        verify_snapshot,
    )

    is_consistent = True
    for check in (*PLANNED_CHECKS, ENTITIES_CHECK):
        with progress(f"{check.name}: {check.description}"):
            result = run_check(db, check)
        yield result
        is_consistent &= not result.findings
        if check.basic and result.findings:
            break
    if is_consistent:
        with progress("snapshot: compared with the database"):
            findings = tuple(verify_snapshot(db, here.public_database))
        files = int(here.public_database.is_file())
        condition = "the snapshot shows only what may be shown"
        yield ConsistencyResult("snapshot", condition, files, "files", findings)
    with progress("site: compared with its last build"):
        yield check_site(here)


def _check_consistency(here: Workspace, db: Database, as_json: bool) -> int:
    """Run all checks, print the results, and return the exit code."""
    findings: list[Finding] = []
    results = []
    for result in check_everything(here, db):
        results.append(result)
        findings += result.findings
        if not as_json:
            _print_result(result)
    if as_json:
        write_json_line({"findings": findings, "checks": [_as_json(result) for result in results]})
    else:
        _print_summary(findings)
    return int(bool(findings))


def _as_json(result: ConsistencyResult) -> dict[str, object]:
    return {
        "check": result.check,
        "description": result.description,
        "rows": result.rows,
        "table": result.table,
        "findings": len(result.findings),
    }


def _print_result(result: ConsistencyResult) -> None:
    count = len(result.findings)
    outcome = f"{count:,} found" if count else "ok"
    cells = (outcome, result.check, f"{result.rows:,} {result.table}")
    columns = [cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True)]
    click.echo(" ".join((*columns, result.description)))
    for finding in result.findings:
        click.echo(finding_line(finding))


def finding_line(finding: Finding) -> str:
    """Return the subject and the problem of a `finding` as one indented line."""
    from crawler.terminal_streams import one_line

    return f"{'':<12}{one_line(finding.subject)}: {one_line(finding.message)}"


def _print_summary(findings: list[Finding]) -> None:
    from crawler.store.repair_derived import is_repairable

    repairable = sum(map(is_repairable, findings))
    if not findings:
        click.echo("The database is consistent.", err=True)
        return
    click.echo(
        f"{counted_noun(len(findings), 'finding')}, {repairable:,} in derived data.", err=True
    )
    click.echo("Rebuild derived data with: hashtrail verify --repair", err=True)
