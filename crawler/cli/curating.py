"""`forget` and `review`: what people ask of the curator, and what the machine asks."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import click

from crawler.cli.common import echo_table, json_option, workspace, write_json_line
from crawler.workspace import Workspace

_TEXT_FILES = {".csv", ".json", ".jsonl", ".md", ".toml", ".txt"}


@click.command()
@click.argument("who_or_what", metavar="URL|AUTHOR")
@click.option("--reason", default="on request", show_default=True, help="Why; it stands in the public log, so name nobody.")
@json_option
@click.pass_context
def forget(context: click.Context, who_or_what: str, reason: str, as_json: bool) -> None:
    """Erase an author (network:handle, @handle or a profile's address), a post or an article everywhere, for good.

    It goes from the database, its search index, the archive, the snapshot and the site, and is never kept again. Backups keep it until they are thinned
    out; restoring one forgets it again.
    """
    from crawler.fetch.erasing import erase
    from crawler.links.normalize import normalize
    from crawler.links.rules import VERSION
    from crawler.lock import run_lock
    from crawler.store import forget as forgetting
    from crawler.store.database import open_existing
    from crawler.store.identity import Ledger

    here, now = workspace(context), datetime.now(UTC)
    with run_lock(here.lock, "forget", now):
        db = open_existing(here.database)
        erased = forgetting.forget(db, Ledger(db, normalize, VERSION), who_or_what, reason, now)
        db.close()
        erase(here.archive, erased.archived)
    published = _publish_again(here)
    left = _files_that_name(here, who_or_what)
    if as_json:
        counts = {name: getattr(erased, name) for name in ("authors", "posts", "articles", "links")}
        write_json_line({**counts, "archived": len(erased.archived), "published": published, "left_in": left})
        return
    rows = f"{erased.authors} authors, {erased.posts} posts, {erased.articles} articles, {erased.links} links"
    click.echo(f"Erased: {rows}, {len(erased.archived)} archived answers.")
    for path in left:
        click.echo(f"{path} still names it: edit that file.", err=True)


@click.command()
@click.option("--each", default=10, show_default=True, help="How many of every kind to show.")
@json_option
@click.pass_context
def review(context: click.Context, each: int, as_json: bool) -> None:
    """List what waits for the curator: doubtful topics and joins, cards without an article, suspicious addresses, decisions that meet nothing."""
    from crawler.curation.decisions import read_decisions
    from crawler.links.normalize import normalize
    from crawler.links.rules import VERSION
    from crawler.store import review as reviewing
    from crawler.store.database import open_existing
    from crawler.store.identity import Ledger
    from crawler.store.unresolved import unresolved

    here = workspace(context)
    db = open_existing(here.database)
    found = unresolved(db, Ledger(db, normalize, VERSION), read_decisions(here.curation))
    questions, counts = reviewing.waiting(db, each, found), reviewing.count_waiting(db, found)
    if as_json:
        write_json_line({"counts": counts, "waiting": questions})
        return
    echo_table((question.kind, question.subject, question.message) for question in questions)
    total = ", ".join(f"{number} {kind}" for kind, number in counts.items())
    click.echo(f"{total}. Decide in data/curation/decisions.toml." if counts else "Nothing waits.", err=True)


def _publish_again(here: Workspace) -> bool:
    """Build the site anew when there is one, and remove the builds before it."""
    from crawler import nightly
    from crawler.journal import Journal
    from crawler.sitegen.tree import BUILDS

    if not here.public_database.exists():
        return False
    with Journal(here.logs, "build", lambda: datetime.now(UTC)) as journal:
        nightly.run(here, "build", journal, lambda: datetime.now(UTC), force=True)
    builds = here.public.parent / BUILDS
    for folder in builds.iterdir() if builds.is_dir() else ():
        if folder != here.public.resolve():
            shutil.rmtree(folder)
    return True


def _files_that_name(here: Workspace, words: str) -> list[str]:
    """The authored files that still hold it: nobody but their author edits those."""
    files = [path for folder in (here.inbox, here.curation, here.topics, here.data) for path in sorted(folder.glob("*")) if path.suffix in _TEXT_FILES]
    needle = words.rpartition(":")[2].lstrip("@/").casefold()
    return [str(path.relative_to(here.root)) for path in files if path.is_file() and needle in path.read_text("utf-8", "replace").casefold()]
