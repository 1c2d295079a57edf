"""`hashtrail import`: files to posts, shown (`--preview`) or stored."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import json_option, progress, workspace, write_json_line
from crawler.errors import ConfigurationError, UsageError
from crawler.importers.record_types import ImportOptions, ImportResult
from crawler.models.posts import Card, Post
from crawler.workspace import CrawlSettings, EngineSettings, Workspace

if TYPE_CHECKING:
    from sqlite_utils import Database


class _FormatOption(click.Option):
    """The option `--format`, whose help lists the importers; only the help loads them."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        from crawler.importers.registry import format_names

        self.help = f"Format of the files: {', '.join(format_names())}. Default: by content."
        return super().get_help_record(ctx)


@click.command("import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "file_format", cls=_FormatOption)
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
    options = ImportOptions(datetime.now(UTC), hashtags)
    engine = EngineSettings() if preview else workspace(context).settings.engine
    # All files are parsed before anything is stored, so that a broken one changes nothing.
    results = _parse_files(files, file_format, options, engine)
    if preview:
        _show([post for result in results.values() for post in result.posts], as_json)
    else:
        _store(workspace(context), results, options.seen_at, as_json)
    for result in results.values():
        for failure in result.failures:
            click.echo(f"hashtrail: {failure.message}", err=True)


def _parse_files(
    paths: tuple[Path, ...],
    file_format: str | None,
    options: ImportOptions,
    engine: EngineSettings,
) -> dict[Path, ImportResult]:
    """Return the contents of the files, each parsed in a child process."""
    from crawler.crawl.import_files import PRELOAD, read_file_in_child
    from crawler.importers.sandboxed_import import open_file
    from crawler.parallel.killable_workers import KillablePool

    async def parse_all() -> dict[Path, ImportResult]:
        files = {path: open_file(path, file_format, options) for path in paths}
        results = {}
        async with KillablePool(processes=1, memory_mb=engine.memory_mb, preload=PRELOAD) as pool:
            for number, (path, file) in enumerate(files.items(), 1):
                with progress(f"Reading {path.name}, file {number} of {len(files)}"):
                    results[path] = await read_file_in_child(pool, file)
        return results

    return asyncio.run(parse_all())


def _hashtags(context: click.Context, preview: bool) -> tuple[str, ...]:
    """Return the hashtags of the workspace; a preview outside of one uses the defaults."""
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
        "cards": [_public_card(card) for card in post.cards],
        "thread_position": post.thread_position,
        "lines": list(post.provenance.lines or ()),
    }


def _public_card(card: Card) -> dict[str, Any]:
    return {
        "title": card.title,
        "description": card.description,
        "site_name": card.site_name,
        "link": card.link,
    }


def _heading(number: int, post: Post) -> str:
    lines = post.provenance.lines
    place = f"lines {lines[0]}-{lines[1]}" if lines else post.uri
    is_post = bool(post.text or not post.cards)
    return f"{number}. {'post' if is_post else 'card without a post'}, {place}"


def _details(post: Post) -> list[str]:
    text = post.text if len(post.text) <= 100 else f"{post.text[:60]} … {post.text[-30:]}"
    lines = []
    if text:
        lines.append(" ".join(text.split()))
    if post.thread_position:
        lines.append(f"position {post.thread_position} of a thread")
    if post.hashtags:
        lines.append(" ".join(f"#{tag}" for tag in post.hashtags))
    lines += [f"link: {link.url}" for link in post.links]
    lines += [f"card: {card.title} ({card.site_name})" for card in post.cards]
    return lines


def _store(
    here: Workspace, results: Mapping[Path, ImportResult], seen_at: datetime, as_json: bool
) -> None:
    """Store the results under the lock: no restore and no `forget` may run meanwhile."""
    from crawler.run_lock import run_lock
    from crawler.store.database import open_store

    with run_lock(here.lock, "import", seen_at):
        db = open_store(here.database)
        try:
            for path, result in results.items():
                _store_file(db, path, result, seen_at, as_json)
        finally:
            db.close()


def _store_file(
    db: Database, path: Path, result: ImportResult, seen_at: datetime, as_json: bool
) -> None:
    from crawler.crawl.import_files import save_imported
    from crawler.importers.sandboxed_import import display_name

    with progress(f"Storing {len(result.posts)} posts of {path.name}"):
        stored = save_imported(db, display_name(path), result, seen_at)
    for failure in stored.failures:
        click.echo(f"hashtrail: {failure.message}", err=True)
    failed = len(result.failures) + len(stored.failures)
    if as_json:
        file = os.fsencode(path).decode("utf-8", "backslashreplace")
        counts = {"new": stored.new, "changed": stored.changed, "same": stored.same}
        more = {"articles": len(result.articles), "failed": failed}
        write_json_line({"file": file, **counts, **more})
        return
    articles = f" {len(result.articles)} articles." if result.articles else ""
    failures = f" {failed} {'record' if failed == 1 else 'records'} failed." if failed else ""
    counted = f"{stored.new} new, {stored.changed} changed, {stored.same} known already."
    click.echo(f"{path}: {counted}{articles}{failures}")
