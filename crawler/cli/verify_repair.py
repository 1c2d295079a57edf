"""The repair of `verify --repair`: rebuild derived data, and report each finding."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import click

from crawler.cli.common import write_json_line
from crawler.counted_nouns import counted_noun
from crawler.errors import HashtrailError
from crawler.workspace import BUILDS, Workspace

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.store.verify_database import Finding

_ERASED_BY_FORGET = ("forgotten", "posts-without-consent")


@dataclass(frozen=True, slots=True)
class _Repair:
    """The result of a repair. `problems` are the steps of the run that failed, in words."""

    repaired: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    problems: tuple[str, ...] = ()


def repair_and_report(here: Workspace, as_json: bool, *, lost_archive: bool = False) -> int:
    """Repair derived data under the lock, print the result, and return the exit code.

    With `lost_archive`, first delete the references to archive segments that do not exist.
    """
    from crawler.run_lock import run_lock

    with run_lock(here.lock, "verify --repair", _now()):
        if lost_archive:
            _delete_lost_references(here)
        repair = _repair(here)
    if as_json:
        write_json_line(_as_json(here, repair))
    else:
        _print_repair(here, repair)
    return int(bool(repair.remaining or repair.problems))


def remedy(here: Workspace, finding: Finding) -> str:
    """Return the command that solves a `finding`."""
    from crawler.store.database_files import timed_backups
    from crawler.store.repair_derived import is_repairable

    if finding.check.startswith("snapshot"):
        return "hashtrail build"
    if is_repairable(finding):
        return "hashtrail verify --repair"
    if finding.check in _ERASED_BY_FORGET:
        return f"hashtrail forget {shlex.quote(finding.subject)}"
    backups = timed_backups(here.database, datetime.now(UTC))
    return f"hashtrail restore {shlex.quote(str(backups[-1]))}" if backups else "hashtrail restore"


def _repair(here: Workspace) -> _Repair:
    """Rebuild derived data that has findings, and check again."""
    from crawler.cli.verify_site import SITE_CHECK
    from crawler.sitegen.output_directory import MANIFEST
    from crawler.sitegen.published_changes import compare_again
    from crawler.store.database import open_existing
    from crawler.store.item_annotations import count_pending
    from crawler.store.repair_derived import repair_findings

    with closing(open_existing(here.database)) as db:
        before = _find(here, db)
        repair_findings(db, before)
        if any(finding.check == SITE_CHECK for finding in before):
            compare_again(here.public.parent / BUILDS / MANIFEST)
        intact = not _has_basic_finding(db)
        waiting = intact and bool(count_pending(db))
    if not before and not waiting:
        return _Repair((), ())
    problems = _derive_again(here) if intact else ()
    with closing(open_existing(here.database)) as db:
        after = _find(here, db)
    repaired = tuple(finding for finding in before if finding not in after)
    return _Repair(repaired, tuple(after), problems)


def _delete_lost_references(here: Workspace) -> None:
    from crawler.archive_storage import list_segments
    from crawler.store.archive_records import delete_segment_references, places_by_segment
    from crawler.store.database import open_existing

    stored = {path.name for path in list_segments(here.archive)}
    with closing(open_existing(here.database)) as db:
        lost = places_by_segment(db).keys() - stored
        delete_segment_references(db, lost)
    files = counted_noun(len(lost), "lost archive file is", "lost archive files are")
    click.echo(f"{files} not referred to any more.", err=True)


def _find(here: Workspace, db: Database) -> list[Finding]:
    from crawler.cli.verify import check_everything

    return [finding for result in check_everything(here, db) for finding in result.findings]


def _has_basic_finding(db: Database) -> bool:
    from crawler.store.verify_database import PLANNED_CHECKS, run_check

    return any(run_check(db, check).findings for check in PLANNED_CHECKS if check.basic)


def _derive_again(here: Workspace) -> tuple[str, ...]:
    """Annotate the waiting items, then publish again, if there is a site. Return the problems."""
    from crawler.nightly.run_command import run_command_locked
    from crawler.run_telemetry import RunLog

    commands: list[Literal["retag", "build"]] = ["retag"]
    if here.public_database.exists() or here.public.exists():
        commands.append("build")
    for command in commands:
        try:
            with RunLog(here.logs, command, _now) as run_log:
                run_command_locked(here, command, run_log, _now)
        except HashtrailError as error:
            return (f"hashtrail {command} failed: {error.message} {error.hint}",)
    return ()


def _as_json(here: Workspace, repair: _Repair) -> dict[str, object]:
    remaining = [asdict(finding) | {"fix": remedy(here, finding)} for finding in repair.remaining]
    return {"repaired": list(repair.repaired), "remaining": remaining, "problems": repair.problems}


def _print_repair(here: Workspace, repair: _Repair) -> None:
    _print_findings("repaired", repair.repaired)
    _print_findings("remains", repair.remaining)
    for command in dict.fromkeys(remedy(here, finding) for finding in repair.remaining):
        click.echo(f"{'':<12}{command}")
    for problem in repair.problems:
        click.echo(f"Problem: {problem}", err=True)
    if repair.repaired or repair.remaining:
        counts = f"{len(repair.repaired):,} repaired, {len(repair.remaining):,} remain"
        click.echo(f"{counts}.", err=True)
    elif not repair.problems:
        click.echo("Nothing to repair.", err=True)


def _print_findings(outcome: str, findings: Sequence[Finding]) -> None:
    from crawler.terminal_streams import one_line

    for finding in findings:
        subject, message = one_line(finding.subject), one_line(finding.message)
        click.echo(f"{outcome:<11} {finding.check:<26} {subject}: {message}")


def _now() -> datetime:
    return datetime.now(UTC)
