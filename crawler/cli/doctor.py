"""`doctor`: check that a workspace is ready for a nightly run, and name the fix of each problem."""

from __future__ import annotations

import os
import re
import shlex
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import click

from crawler.cli.common import json_option, workspace, write_json_line
from crawler.cli.diagnosis import configuration, machine, publication, stored_data
from crawler.cli.diagnosis.result import Check, Diagnosis, Level
from crawler.counted_nouns import counted_noun
from crawler.errors import HashtrailError
from crawler.workspace import Workspace

_ORDER: tuple[Level, ...] = ("FAIL", "warn", "pass")
_COMMAND = re.compile(r"(?<![\w/.])hashtrail (?=[a-z])")
_CHECKS: dict[str, Check] = (
    stored_data.CHECKS | machine.CHECKS | configuration.CHECKS | publication.CHECKS
)


class _NamedDiagnosis(NamedTuple):
    """A result and the name of its check."""

    check: str
    diagnosis: Diagnosis


@click.command()
@click.option(
    "--connect", "-c", is_flag=True, help="Also connect to the explorer and to the target."
)
@json_option
@click.pass_context
def doctor(context: click.Context, connect: bool, as_json: bool) -> int:
    """Check this workspace and its machine, and print the command that solves each problem.

    Failed checks come first, then warnings, then passed checks. Exit code 1 if a check fails; a
    warning does not change the exit code. The network is used with --connect only: it requests
    the explorer and plans a publication, which changes nothing.
    """
    here = workspace(context)
    checks = [*_CHECKS.items(), *(publication.CONNECTED_CHECKS.items() if connect else ())]
    results = [
        _NamedDiagnosis(name, _with_workspace(here, diagnosis))
        for name, check in checks
        for diagnosis in _run_check(check, here)
    ]
    results = list(_without_repeated(results))
    results.sort(key=lambda named: _ORDER.index(named.diagnosis.level))
    if as_json:
        write_json_line([_as_json(*named) for named in results])
    else:
        _print_diagnoses(results)
    return int(any(named.diagnosis.level == "FAIL" for named in results))


def _without_repeated(results: Iterable[_NamedDiagnosis]) -> Iterator[_NamedDiagnosis]:
    """Yield each problem once: many checks read the database, and fail if it cannot be opened."""
    reported = set()
    for named in results:
        if named.diagnosis not in reported:
            yield named
        if named.diagnosis.level == "FAIL":
            reported.add(named.diagnosis)


def _print_diagnoses(results: Sequence[_NamedDiagnosis]) -> None:
    for name, diagnosis in results:
        click.echo(f"{diagnosis.level:<4}  {name:<10} {diagnosis.message}")
        for line in diagnosis.fix.splitlines():
            click.echo(f"{'':<17}{line}")
    levels = Counter(named.diagnosis.level for named in results)
    failed, warned, passed = (levels[level] for level in _ORDER)
    click.echo(f"{failed} failed, {counted_noun(warned, 'warning')}, {passed} passed.", err=True)


def _as_json(name: str, diagnosis: Diagnosis) -> dict[str, object]:
    return {
        "check": name,
        "ok": diagnosis.level == "pass",
        "level": diagnosis.level.lower(),
        "message": diagnosis.message,
        "fix": diagnosis.fix,
    }


def _with_workspace(here: Workspace, diagnosis: Diagnosis) -> Diagnosis:
    """Name the workspace in the commands of the fix, unless it is the working directory."""
    if not diagnosis.fix or here.root == _working_directory():
        return diagnosis
    command = f"hashtrail --workspace {shlex.quote(str(here.root))} "
    return replace(diagnosis, fix=_COMMAND.sub(lambda match: command, diagnosis.fix))


def _working_directory() -> Path | None:
    try:
        return Path(os.path.realpath(os.getcwd()))
    except OSError:  # it was deleted
        return None


def _run_check(check: Check, here: Workspace) -> list[Diagnosis]:
    """Return the results of one check. An error becomes a failed check with its hint."""
    try:
        return list(check(here))
    except HashtrailError as error:
        return [Diagnosis("FAIL", " ".join(error.message.split()), error.hint)]
    except sqlite3.Error as error:
        message = f"The database cannot be read: {error}."
        return [Diagnosis("FAIL", message, "hashtrail verify")]
    except OSError as error:
        return [Diagnosis("FAIL", f"{error}.", "Check the path and the permissions.")]
