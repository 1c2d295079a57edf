"""`hashtrail import`: files to posts, shown (`--preview`) or kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler import importers
from crawler.cli.common import json_option, workspace, write_json_line
from crawler.errors import ConfigurationError, InputError, UsageError
from crawler.model import Post
from crawler.workspace import CrawlSettings, Workspace

if TYPE_CHECKING:
    from crawler.importers.jsonl import Corpus

_MAX_FILE_BYTES = 512_000_000


@click.command("import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "file_format", help=f"What the files are ({', '.join(sorted(importers.FORMATS))}); found by looking when absent.")
@click.option("--all", "everything", is_flag=True, help="Of an archive of all that a person wrote, also what carries none of our hashtags.")
@click.option("--preview", is_flag=True, help="Show how the files split into posts, with line numbers, and keep nothing.")
@json_option
@click.pass_context
def import_(context: click.Context, files: tuple[Path, ...], file_format: str | None, everything: bool, preview: bool, as_json: bool) -> None:
    """Read posts from FILES and keep them; importing the same file twice adds nothing."""
    if not files:
        raise UsageError("Which file? None was named.", "For example: hashtrail import data/inbox/sample.txt --preview")
    options = importers.Options(datetime.now(UTC), () if everything else _hashtags(context, preview))
    if preview:
        _show([post for path in files for post in importers.read(path.name, _bytes(path), file_format, options)], as_json)
    else:
        _keep(workspace(context), files, file_format, options, as_json)


def _hashtags(context: click.Context, preview: bool) -> tuple[str, ...]:
    """The hashtags of the workspace; a preview needs none and falls back to the usual ones."""
    try:
        return workspace(context).settings.crawl.hashtags
    except ConfigurationError:
        if preview:
            return CrawlSettings().hashtags
        raise


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise InputError(f"{path} has more than {_MAX_FILE_BYTES // 1_000_000} MB.", "Take the file with the posts out of it and import that.")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}.", "Check the name and the permissions of the file.") from None


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
        "cards": [{"title": c.title, "description": c.description, "site_name": c.site_name, "link": c.link} for c in post.cards],
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
    return [*([" ".join(shown.split())] if shown else []), *position, *tags, *(f"link: {link.url}" for link in post.links), *cards]


def _keep(here: Workspace, files: tuple[Path, ...], file_format: str | None, options: importers.Options, as_json: bool) -> None:
    """Read all files before anything is kept, so that a broken one changes nothing."""
    from crawler.crawl.corpus import keep_corpus
    from crawler.store.database import open_store

    read = {path: _read(path, file_format, options) for path in files}
    db = open_store(here.database)
    for path, corpus in read.items():
        kept = keep_corpus(db, f"inbox/{path.name}", corpus, options.seen_at)
        if as_json:
            write_json_line({"file": str(path), "new": kept.new, "changed": kept.changed, "same": kept.same, "articles": len(corpus.articles)})
        else:
            articles = f" {len(corpus.articles)} articles." if corpus.articles else ""
            click.echo(f"{path}: {kept.new} new, {kept.changed} changed, {kept.same} known already.{articles}")


def _read(path: Path, file_format: str | None, options: importers.Options) -> Corpus:
    from crawler.importers.jsonl import Corpus, read_corpus

    data = _bytes(path)
    if importers.format_of(path.name, data, file_format) == "jsonl":
        return read_corpus(path.name, data, options)
    return Corpus(importers.read(path.name, data, file_format, options), ())
