"""`hashtrail status`: the last runs, the age of the last good night, failing and silent sources."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import echo_table, json_option, workspace, write_json_line
from crawler.cli.failing_source_lines import cause_lines
from crawler.cli.source_health import silence
from crawler.terminal_streams import one_line

if TYPE_CHECKING:
    from crawler.store.run_monitoring import (
        ChangedSource,
        FailingSource,
        NightlyRuns,
        Problem,
        SilentSource,
    )
    from crawler.store.runs import Run

_SHOWN_RUNS = 10
_SHOWN_SOURCES = 15


@click.command()
@click.option(
    "--check",
    is_flag=True,
    help="Exit with 1 if the last night was not good enough, and print the reasons.",
)
@json_option
@click.pass_context
def status(context: click.Context, check: bool, as_json: bool) -> int:
    """Show the last runs, the age of the last good night, and failing and silent sources.

    The last night is not good enough if it is older than 26 hours, is dated in the future, failed,
    or polled no source. It is not good enough either if more sources fail than
    `[crawl] degraded_share` allows.
    """
    from crawler.store.database import open_existing
    from crawler.store.run_monitoring import load_nightly_runs, problems
    from crawler.store.runs import last_runs

    here = workspace(context)
    db = open_existing(here.database)
    nights, runs, now = load_nightly_runs(db.conn), last_runs(db, _SHOWN_RUNS), datetime.now(UTC)
    night_problems = problems(nights, here.settings.crawl.degraded_share, now)
    if as_json:
        write_json_line(_document(nights, runs, night_problems, now))
    else:
        _show(nights, runs, night_problems, now)
    return int(check and bool(night_problems))


def _document(
    nights: NightlyRuns,
    runs: list[Run],
    night_problems: tuple[Problem, ...],
    now: datetime,
) -> dict[str, Any]:
    age = nights.age(now)
    aged = {"never", "clock", "old"} & {problem.code for problem in night_problems}
    return {
        "healthy": not night_problems,
        "fresh": not aged,
        "age_hours": round(age.total_seconds() / 3600, 1) if age is not None else None,
        "problems": [asdict(problem) for problem in night_problems],
        "runs": runs,
        "enabled_sources": nights.enabled,
        "failing_sources": [_failing_row(source) for source in nights.failing],
        "failures_by_cause": _by_cause(nights),
        "silent_sources": [asdict(source) for source in nights.silent],
        "changed_sources": [asdict(source) for source in nights.changed],
    }


def _failing_row(source: FailingSource) -> dict[str, Any]:
    from crawler.monitoring.failure_causes import cause_of

    return {
        "name": source.name,
        "last_outcome": source.outcome,
        "last_message": source.message,
        "failures": source.failures,
        "last_ok": source.last_ok or None,
        "since": source.since or None,
        "cause": cause_of(source.outcome).code,
    }


def _by_cause(nights: NightlyRuns) -> list[dict[str, Any]]:
    from crawler.monitoring.failure_causes import group_failures

    return [
        {
            "cause": group.cause.code,
            "sentence": group.cause.sentence,
            "meaning": group.cause.meaning,
            "action": group.cause.action,
            "since": group.since or None,
            "sources": [source.name for source in group.sources],
        }
        for group in group_failures(nights.failing, nights.enabled)
    ]


def _show(
    nights: NightlyRuns,
    runs: list[Run],
    night_problems: tuple[Problem, ...],
    now: datetime,
) -> None:
    from crawler.store.run_monitoring import format_hours

    age = nights.age(now)
    if not night_problems and age is not None:
        click.echo(f"The last good night ended {format_hours(age)} ago.")
    for problem in night_problems:
        click.echo(f"{one_line(problem.message)} {problem.hint}")
    echo_table(
        (f"{run.started:%d %b %H:%M}", run.command, run.outcome or "unfinished", _notes(run))
        for run in runs
    )
    _show_failing(nights)
    _show_silent(nights.silent)
    _show_changed(nights.changed)


def _show_failing(nights: NightlyRuns) -> None:
    from crawler.monitoring.failure_causes import group_failures

    if nights.failing:
        click.echo(f"Failing sources ({len(nights.failing):,} of {nights.enabled:,}):")
        for line in cause_lines(group_failures(nights.failing, nights.enabled)):
            click.echo(line)


def _show_silent(silent: tuple[SilentSource, ...]) -> None:
    if not silent:
        return
    click.echo("Silent sources (no post for 4 times their usual gap, or for 30 days):")
    rows = [(f"  {source.name}", silence(source)) for source in silent]
    echo_table(rows[:_SHOWN_SOURCES])
    _show_remaining(len(rows))


def _show_changed(changed: tuple[ChangedSource, ...]) -> None:
    if not changed:
        return
    click.echo("Changed sources:")
    rows = [(f"  {source.name}", "; ".join(source.sentences())) for source in changed]
    echo_table(rows[:_SHOWN_SOURCES])
    _show_remaining(len(rows))


def _show_remaining(count: int) -> None:
    if count > _SHOWN_SOURCES:
        click.echo(f"  … and {count - _SHOWN_SOURCES} more: hashtrail status --json")


def _notes(run: Run) -> str:
    """Why a run ended as it did, and how many posts it found deleted."""
    deleted = run.counts.get("posts_deleted", 0)
    emptied = f"{deleted:,} deleted posts emptied" if deleted else ""
    return "; ".join(part for part in (run.message, emptied) if part)
