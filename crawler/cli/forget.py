"""`forget`: erase an author, a post or an article from every file, on request."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from crawler.cli.common import echo_table, json_option, workspace, write_json_line
from crawler.errors import HashtrailError
from crawler.workspace import BUILDS, Workspace

if TYPE_CHECKING:
    from crawler.erasure.erase_workspace import Erasure

_COUNTS = ("authors", "posts", "articles", "links")


@click.command()
@click.argument("who_or_what", metavar="URL|AUTHOR")
@click.option(
    "--reason",
    default="on request",
    show_default=True,
    help="Reason. It is published in the log, so do not write names.",
)
@json_option
@click.pass_context
def forget(context: click.Context, who_or_what: str, reason: str, as_json: bool) -> None:
    """Erase an author (network:handle, @handle or a profile URL), a post or an article everywhere.

    Erases it from the database, the archive, logs, backups, the snapshot and every build of the
    site, and never stores it again. A backup that cannot be rewritten is deleted. If the command is
    interrupted, run it again. Prove the result with `hashtrail verify --forgotten`.
    """
    from crawler.erasure.erase_workspace import remove_pending_words
    from crawler.run_lock import run_lock

    here = workspace(context)
    with run_lock(here.lock, "forget", _now()):
        erasure = _erase(here, who_or_what, reason)
        removed_builds, publish_problem = _publish_again(here)
        if not publish_problem:
            remove_pending_words(here)
    problems = [*erasure.problems, *([publish_problem] if publish_problem else [])]
    if as_json:
        write_json_line(_report(erasure, removed_builds, problems))
    else:
        _print_report(erasure, removed_builds, problems)
    context.exit(1 if problems else 0)


def _erase(here: Workspace, who_or_what: str, reason: str) -> Erasure:
    """Erase what the argument names, and the words of an interrupted erasure."""
    from crawler.erasure import erase_workspace
    from crawler.links.article_key import normalize_url
    from crawler.links.rules import VERSION
    from crawler.store.article_identity import IdentityLedger
    from crawler.store.database import open_existing
    from crawler.store.erase_rows import identifiers_of

    db = open_existing(here.database)
    pending = erase_workspace.pending_words(here)
    try:
        ledger = IdentityLedger(db, normalize_url, VERSION)
        words = identifiers_of(db, ledger, who_or_what) | pending
        erase_workspace.save_pending_words(here, words)
        return erase_workspace.erase_everywhere(here, db, words, reason, _now)
    finally:
        db.close()


def _report(erasure: Erasure, removed_builds: int | None, problems: list[str]) -> dict[str, object]:
    """Return the JSON document of the command."""
    return {
        **{name: getattr(erasure.rows, name) for name in _COUNTS},
        "mentions": erasure.mentions,
        "archived": erasure.records,
        "log_lines": erasure.log_lines,
        "backups": erasure.backups,
        "backups_deleted": erasure.deleted,
        "published": removed_builds is not None,
        "builds_removed": removed_builds or 0,
        "problems": problems,
        "left_in": erasure.authored,
    }


def _print_report(erasure: Erasure, removed_builds: int | None, problems: list[str]) -> None:
    rows = ", ".join(f"{getattr(erasure.rows, name)} {name}" for name in _COUNTS)
    echo_table(
        [
            ("database", f"{rows}, {erasure.mentions} other mentions"),
            ("archive", f"{erasure.records} records"),
            ("logs", f"{erasure.log_lines} lines"),
            ("backups", _backups_text(erasure)),
            ("site", _site_text(removed_builds, problems)),
        ]
    )
    for problem in problems:
        click.echo(f"Problem: {problem}.", err=True)
    for path in erasure.authored:
        click.echo(f"{path} still names it: edit that file.", err=True)


def _backups_text(erasure: Erasure) -> str:
    rewritten = ", ".join(f"{name} ({count} rows)" for name, count in erasure.backups.items())
    deleted = ", ".join(erasure.deleted)
    return f"rewritten: {rewritten or 'none'}; deleted: {deleted or 'none'}"


def _site_text(removed_builds: int | None, problems: list[str]) -> str:
    if removed_builds is None:
        return "not published again, see below" if problems else "no site yet"
    return f"snapshot and site published again, {removed_builds} older builds removed"


def _publish_again(here: Workspace) -> tuple[int | None, str]:
    """Publish snapshot and site again, if there are any, and remove all older builds.

    The caller holds the lock. Returns the number of builds removed, None if nothing was published,
    and the problem in words. A problem does not undo the erasure.
    """
    from crawler.nightly import run_command
    from crawler.run_telemetry import RunLog

    if not here.public_database.exists() and not here.public.exists():
        return None, ""
    try:
        with RunLog(here.logs, "build", _now) as run_log:
            run_command.run_command_locked(here, "build", run_log, _now, force=True)
        return _remove_older_builds(here), ""
    except Exception as error:  # the erasure is done and must be reported after any error
        message = error.message if isinstance(error, HashtrailError) else repr(error)
        return None, (
            f"{message.rstrip('.')}; the erasure is done, but snapshot and site still show it: "
            "correct that and run the same command again"
        )


def _remove_older_builds(here: Workspace) -> int:
    builds = here.public.parent / BUILDS
    older = [folder for folder in builds.glob("*") if folder != here.public.resolve()]
    for folder in older:
        shutil.rmtree(folder)
    return len(older)


def _now() -> datetime:
    return datetime.now(UTC)
