"""`forget`: erase an author, a post or an article from every file, on request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from crawler.cli.common import (
    echo_table,
    is_interactive,
    json_option,
    workspace,
    write_json_line,
)
from crawler.counted_nouns import counted_noun

if TYPE_CHECKING:
    from crawler.erasure.erase_workspace import Erasure
    from crawler.nightly.forget_subject import ForgetResult

_COUNTS = ("authors", "posts", "articles", "links")


@click.command()
@click.argument("who_or_what", metavar="URL|AUTHOR")
@click.option(
    "--reason",
    default="on request",
    show_default=True,
    help="Reason. It is published in the log, so do not write names.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be erased, and change nothing.")
@click.option("--yes", is_flag=True, help="Erase without a question.")
@json_option
@click.pass_context
def forget(
    context: click.Context,
    who_or_what: str,
    reason: str,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Erase an author (network:handle, @handle or a profile URL), a post or an article everywhere.

    Erases it from the database, the archive, logs, backups, the snapshot and every build of the
    site, and never stores it again. With an author, all posts of the author are erased, and the
    articles that no other post leads to. With a post, only such articles. Other articles stay. With
    an article, the posts of others that share it keep their text without the link.

    On a terminal the command shows what it found and asks; exit code 1 if the answer is no. Without
    a terminal, or with --yes, it erases at once. A backup that cannot be rewritten is deleted. If
    the command is interrupted, run it again. Prove the result with `hashtrail verify --forgotten`.
    """
    from crawler.nightly.forget_subject import forget_subject

    if dry_run:
        _show_preview(context, who_or_what, as_json)
        return
    if is_interactive() and not yes and not _is_confirmed(context, who_or_what):
        click.echo("Nothing was erased.", err=True)
        context.exit(1)
    result = forget_subject(workspace(context), who_or_what, reason, _now)
    if as_json:
        write_json_line(_report(result))
    else:
        _print_report(result)
    context.exit(1 if result.problems else 0)


def _show_preview(context: click.Context, who_or_what: str, as_json: bool) -> None:
    from crawler.cli.forget_preview import preview_document, preview_lines
    from crawler.nightly.forget_subject import preview_subject

    preview = preview_subject(workspace(context), who_or_what)
    if as_json:
        write_json_line(preview_document(preview))
    else:
        click.echo("\n".join(preview_lines(preview)))
        click.echo("Nothing was changed. The erasure also covers archive, logs, backups and site.")


def _is_confirmed(context: click.Context, who_or_what: str) -> bool:
    """Whether the person at the terminal wants to erase the found rows. Ctrl-C is a no."""
    from crawler.cli.forget_preview import preview_lines
    from crawler.nightly.forget_subject import preview_subject

    preview = preview_subject(workspace(context), who_or_what)
    click.echo("\n".join(preview_lines(preview)), err=True)
    try:
        return click.confirm("Erase this everywhere? It cannot be undone.", err=True)
    except click.Abort:
        click.echo(err=True)
        return False


def _report(result: ForgetResult) -> dict[str, object]:
    """Return the JSON document of the command."""
    erasure = result.erasure
    return {
        **{name: getattr(erasure.rows, name) for name in _COUNTS},
        "mentions": erasure.mentions,
        "archived": erasure.records,
        "log_lines": erasure.log_lines,
        "backups": erasure.backups,
        "backups_deleted": erasure.deleted,
        "published": result.removed_builds is not None,
        "builds_removed": result.removed_builds or 0,
        "problems": result.problems,
        "left_in": erasure.authored,
        "former_targets": [str(folder) for folder in result.former_targets],
    }


def _print_report(result: ForgetResult) -> None:
    erasure = result.erasure
    rows = ", ".join(
        counted_noun(getattr(erasure.rows, name), name.removesuffix("s")) for name in _COUNTS
    )
    mentions = counted_noun(erasure.mentions, "other mention")
    echo_table(
        [
            ("database", f"{rows}, {mentions}"),
            ("archive", counted_noun(erasure.records, "record")),
            ("logs", counted_noun(erasure.log_lines, "line")),
            ("backups", _backups_text(erasure)),
            ("site", _site_text(result)),
        ]
    )
    if not _found_anything(erasure):
        click.echo("It was not stored. It is refused from now on.")
    for problem in result.problems:
        click.echo(f"Problem: {problem}.", err=True)
    for folder in result.former_targets:
        kind = folder.name.rpartition("-")[0]
        click.echo(
            f"A former target ({kind}) may still show it: delete the site there, then {folder}.",
            err=True,
        )
    for path in erasure.authored:
        click.echo(f"{path} still names it: edit that file.", err=True)


def _found_anything(erasure: Erasure) -> bool:
    rows = [getattr(erasure.rows, name) for name in _COUNTS]
    others = (erasure.mentions, erasure.records, erasure.log_lines)
    return any((*rows, *others, *erasure.backups.values(), *erasure.deleted))


def _backups_text(erasure: Erasure) -> str:
    rewritten = ", ".join(
        f"{name} ({counted_noun(count, 'row')})" for name, count in erasure.backups.items()
    )
    deleted = ", ".join(erasure.deleted)
    return f"rewritten: {rewritten or 'none'}; deleted: {deleted or 'none'}"


def _site_text(result: ForgetResult) -> str:
    if result.removed_builds is None:
        return "not published again, see below" if result.problems else "no site yet"
    older = counted_noun(result.removed_builds, "older build")
    return f"snapshot and site published again, {older} removed"


def _now() -> datetime:
    return datetime.now(UTC)
