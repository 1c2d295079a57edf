"""`hashtrail import`: files to posts, shown (`--preview`) or kept."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler import importers
from crawler.cli.common import json_option, progress, workspace, write_json_line
from crawler.errors import ConfigurationError, UsageError
from crawler.importers import Imported
from crawler.models.posts import Post
from crawler.workspace import CrawlSettings, EngineSettings, Workspace

if TYPE_CHECKING:
    from sqlite_utils import Database


@click.command("import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "file_format",
    help=f"Format of the files: {', '.join(sorted(importers.FORMATS))}. Default: by content.",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Import all posts of a personal archive, also those without our hashtags.",
)
@click.option(
    "--preview", is_flag=True, help="Show how the files split into posts, and store nothing."
)
@json_option
@click.pass_context
def import_(
    context: click.Context,
    files: tuple[Path, ...],
    file_format: str | None,
    everything: bool,
    preview: bool,
    as_json: bool,
) -> None:
    """Import posts from FILES. Importing the same file twice adds nothing."""
    if not files:
        hint = "For example: hashtrail import data/inbox/sample.txt --preview"
        raise UsageError("Which file? None was named.", hint)
    hashtags = () if everything else _hashtags(context, preview)
    options = importers.Options(datetime.now(UTC), hashtags)
    engine = EngineSettings() if preview else workspace(context).settings.engine
    # All files are read before anything is stored, so that a broken one changes nothing.
    read = _read(files, file_format, options, engine)
    if preview:
        _show([post for imported in read.values() for post in imported.posts], as_json)
    else:
        _keep(workspace(context), read, options.seen_at, as_json)
    for imported in read.values():
        for failure in imported.failures:
            click.echo(f"hashtrail: {failure.message}", err=True)


def _read(
    files: tuple[Path, ...],
    file_format: str | None,
    options: importers.Options,
    engine: EngineSettings,
) -> dict[Path, Imported]:
    """The contents of the files, each read in a child process."""
    from crawler.crawl.import_files import PRELOAD, read_file_in_child
    from crawler.importers.import_file import open_file
    from crawler.parallel.killable_workers import KillablePool

    async def read_all() -> dict[Path, Imported]:
        opened = {path: open_file(path, file_format, options) for path in files}
        read = {}
        async with KillablePool(processes=1, memory_mb=engine.memory_mb, preload=PRELOAD) as pool:
            for number, (path, file) in enumerate(opened.items(), 1):
                with progress(f"Reading {path.name}, file {number} of {len(opened)}"):
                    read[path] = await read_file_in_child(pool, file)
        return read

    return asyncio.run(read_all())


def _hashtags(context: click.Context, preview: bool) -> tuple[str, ...]:
    """The hashtags of the workspace; a preview needs none and falls back to the usual ones."""
    try:
        return workspace(context).settings.crawl.hashtags
    except ConfigurationError:
        if preview:
            return CrawlSettings().hashtags
        raise


def _show(posts: list[Post], as_json: bool) -> None:
    if as_json:
        write_json_line({"posts": [_public(post) for post in posts]})
        return
    for number, post in enumerate(posts, 1):
        click.echo(_heading(number, post))
        for line in _details(post):
            click.echo(f"    {line}")


def _public(post: Post) -> dict[str, Any]:
    return {
        "text": post.text,
        "hashtags": list(post.hashtags),
        "links": [{"url": link.url} for link in post.links],
        "cards": [
            {
                "title": c.title,
                "description": c.description,
                "site_name": c.site_name,
                "link": c.link,
            }
            for c in post.cards
        ],
        "thread_position": post.thread_position,
        "lines": list(post.provenance.lines or ()),
    }


def _heading(number: int, post: Post) -> str:
    lines = post.provenance.lines
    where = f"lines {lines[0]}-{lines[1]}" if lines else post.uri
    return f"{number}. {'post' if post.text or not post.cards else 'card without a post'}, {where}"


def _details(post: Post) -> list[str]:
    shown = post.text if len(post.text) <= 100 else f"{post.text[:60]} … {post.text[-30:]}"
    position = [f"position {post.thread_position} of a thread"] if post.thread_position else []
    tags = [" ".join(f"#{tag}" for tag in post.hashtags)] if post.hashtags else []
    cards = [f"card: {card.title} ({card.site_name})" for card in post.cards]
    return [
        *([" ".join(shown.split())] if shown else []),
        *position,
        *tags,
        *(f"link: {link.url}" for link in post.links),
        *cards,
    ]


def _keep(here: Workspace, read: dict[Path, Imported], seen_at: datetime, as_json: bool) -> None:
    """Store what was read, under the lock: a restore or a `forget` must not run meanwhile."""
    from crawler.run_lock import run_lock
    from crawler.store.database import open_store

    with run_lock(here.lock, "import", seen_at):
        db = open_store(here.database)
        try:
            for path, imported in read.items():
                _keep_file(db, path, imported, seen_at, as_json)
        finally:
            db.close()


def _keep_file(
    db: Database, path: Path, imported: Imported, seen_at: datetime, as_json: bool
) -> None:
    from crawler.crawl.import_files import save_imported
    from crawler.importers.import_file import shown_name

    with progress(f"Storing {len(imported.posts)} posts of {path.name}"):
        kept = save_imported(db, shown_name(path), imported, seen_at)
    failed = len(imported.failures) + len(kept.failures)
    for failure in kept.failures:
        click.echo(f"hashtrail: {failure.message}", err=True)
    counts = {"new": kept.new, "changed": kept.changed, "same": kept.same}
    if as_json:
        more = {"articles": len(imported.articles), "failed": failed}
        file = os.fsencode(path).decode("utf-8", "backslashreplace")
        write_json_line({"file": file, **counts, **more})
        return
    articles = f" {len(imported.articles)} articles." if imported.articles else ""
    failures = f" {failed} records failed." if failed else ""
    counted = f"{kept.new} new, {kept.changed} changed, {kept.same} known already."
    click.echo(f"{path}: {counted}{articles}{failures}")
