"""`forget` and `review`: what people ask of the curator, and what the machine asks."""

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
    from crawler.erasure import erase_workspace
    from crawler.links.article_key import normalize_url
    from crawler.links.rules import VERSION
    from crawler.run_lock import run_lock
    from crawler.store.database import open_existing
    from crawler.store.erase_rows import identifiers_of
    from crawler.store.identity_ledger import IdentityLedger

    here = workspace(context)
    with run_lock(here.lock, "forget", _now()):
        db = open_existing(here.database)
        pending = erase_workspace.pending_words(here)
        try:
            words = (
                identifiers_of(db, IdentityLedger(db, normalize_url, VERSION), who_or_what)
                | pending
            )
            erase_workspace.save_pending_words(here, words)
            erasure = erase_workspace.erase_everywhere(here, db, words, reason, _now)
        finally:
            db.close()
        site, unpublished = _publish_again(here)
        problems = [*erasure.problems, *([unpublished] if unpublished else [])]
        if not unpublished:
            erase_workspace.remove_pending_words(here)
    _report(erasure, site, problems, as_json)
    context.exit(1 if problems else 0)


def _report(erasure: Erasure, site: int | None, problems: list[str], as_json: bool) -> None:
    rows = erasure.rows
    if as_json:
        counts = {name: getattr(rows, name) for name in ("authors", "posts", "articles", "links")}
        write_json_line(
            {
                **counts,
                "mentions": erasure.mentions,
                "archived": erasure.records,
                "log_lines": erasure.log_lines,
                "backups": erasure.backups,
                "backups_deleted": erasure.deleted,
                "published": site is not None,
                "builds_removed": site or 0,
                "problems": problems,
                "left_in": erasure.authored,
            }
        )
        return
    backups = ", ".join(f"{name} ({count} rows)" for name, count in erasure.backups.items())
    echo_table(
        [
            (
                "database",
                f"{rows.authors} authors, {rows.posts} posts, {rows.articles} articles, "
                f"{rows.links} links, {erasure.mentions} other mentions",
            ),
            ("archive", f"{erasure.records} records"),
            ("logs", f"{erasure.log_lines} lines"),
            (
                "backups",
                f"rewritten: {backups or 'none'}; deleted: {', '.join(erasure.deleted) or 'none'}",
            ),
            ("site", _site_line(site, problems)),
        ]
    )
    for problem in problems:
        click.echo(f"Problem: {problem}.", err=True)
    for path in erasure.authored:
        click.echo(f"{path} still names it: edit that file.", err=True)


def _site_line(site: int | None, problems: list[str]) -> str:
    if site is None:
        return "not published again, see below" if problems else "no site yet"
    return f"snapshot and site published again, {site} older builds removed"


@click.command()
@click.option("--each", default=10, show_default=True, help="Maximum number of each kind.")
@json_option
@click.pass_context
def review(context: click.Context, each: int, as_json: bool) -> None:
    """List open questions for the curator.

    Uncertain topics and merges, link previews without an article, URLs that look hijacked,
    quarantined sources, and decisions that match nothing or several things. Answer them in
    data/curation/decisions.toml.
    """
    from crawler.curation import review_queue as reviewing
    from crawler.curation.decision_files import read_decisions
    from crawler.curation.unresolved_decisions import find_unresolved_decisions
    from crawler.links.article_key import normalize_url
    from crawler.links.rules import VERSION
    from crawler.store.database import open_existing
    from crawler.store.identity_ledger import IdentityLedger

    here = workspace(context)
    db = open_existing(here.database)
    found = find_unresolved_decisions(
        db, IdentityLedger(db, normalize_url, VERSION), read_decisions(here.curation)
    )
    questions, counts = (
        reviewing.list_review_items(db, each, found),
        reviewing.count_review_items(db, found),
    )
    if as_json:
        write_json_line({"counts": counts, "waiting": questions})
        return
    echo_table((question.kind, question.subject, question.message) for question in questions)
    total = ", ".join(f"{number} {kind}" for kind, number in counts.items())
    click.echo(
        f"{total}. Decide in data/curation/decisions.toml." if counts else "Nothing to review.",
        err=True,
    )


def _publish_again(here: Workspace) -> tuple[int | None, str]:
    """Publish snapshot and site again, if there are any, and remove all older builds.

    The caller holds the lock. Returns the number of builds removed, None if nothing was published,
    and in words what went wrong: what was erased before stays erased.
    """
    from crawler import nightly
    from crawler.run_log import RunLog

    if not here.public_database.exists() and not here.public.exists():
        return None, ""
    try:
        with RunLog(here.logs, "build", _now) as run_log:
            nightly.run_command_locked(here, "build", run_log, _now, force=True)
        return _remove_older_builds(here), ""
    except Exception as error:  # whatever it is: the erasure before it is done and must be reported
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
