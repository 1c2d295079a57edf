"""`hashtrail status`: how the last runs went, how old the site is, which sources fail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import echo_table, json_option, workspace, write_json_line

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.store.runs import Run

TOO_OLD = timedelta(hours=26)
_SHOWN = 15
_GOOD = ("ok", "degraded")


@click.command()
@click.option("--check", is_flag=True, help="Exit with 1 when no run has succeeded within 26 hours; for cron and monitors.")
@json_option
@click.pass_context
def status(context: click.Context, check: bool, as_json: bool) -> int:
    """Show the last runs, the age of what is published, and the sources that fail."""
    from crawler.store.database import open_existing
    from crawler.store.runs import last_runs

    here = workspace(context)
    db = open_existing(here.database)
    runs, failing = last_runs(db, 10), _failing(db)
    good = next((run for run in runs if run.outcome in _GOOD and run.command == "nightly"), None)
    age = datetime.now(UTC) - good.finished if good and good.finished else None
    fresh = age is not None and age <= TOO_OLD
    if as_json:
        write_json_line({"fresh": fresh, "age_hours": round(age.total_seconds() / 3600, 1) if age else None, "runs": runs, "failing_sources": failing})
    else:
        _show(runs, failing, age)
    return int(check and not fresh)


def _show(runs: list[Run], failing: list[dict[str, Any]], age: timedelta | None) -> None:
    if age is None:
        click.echo("No nightly run has succeeded yet. Start one with: hashtrail nightly")
    else:
        click.echo(f"The last good night ended {age.total_seconds() / 3600:.1f} hours ago." + ("" if age <= TOO_OLD else " That is too long."))
    echo_table([(f"{run.started:%d %b %H:%M}", run.command, run.outcome or "unfinished", _notes(run)) for run in runs])
    if failing:
        click.echo("Failing sources:")
        rows = [(f"  {row['name']}", row["last_outcome"] or "", f"{row['failures']} in a row", f"last good {row['last_ok'] or 'never'}") for row in failing]
        echo_table(rows[:_SHOWN])
        if len(rows) > _SHOWN:
            click.echo(f"  … and {len(rows) - _SHOWN} more: hashtrail status --json")


def _notes(run: Run) -> str:
    """Why a run ended as it did, and how many posts it found deleted."""
    deleted = run.counts.get("posts_deleted", 0)
    return "; ".join(part for part in (run.message, f"{deleted:,} deleted posts emptied" if deleted else "") if part)


def _failing(db: Database) -> list[dict[str, Any]]:
    sql = "SELECT name, last_outcome, last_message, failures, last_ok FROM sources WHERE enabled = 1 AND failures > 0 ORDER BY failures DESC, name"
    return [dict(row) for row in db.query(sql)]
