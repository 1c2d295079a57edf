"""`hashtrail import`: files to posts, shown (`--preview`) or kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from crawler import importers
from crawler.cli.common import json_option, workspace, write_json_line
from crawler.errors import InputError, UsageError
from crawler.model import Post

_MAX_FILE_BYTES = 512_000_000


@click.command("import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "file_format", help=f"What the files are ({', '.join(importers.FORMATS)}); found by looking when absent.")
@click.option("--preview", is_flag=True, help="Show how the files split into posts, with line numbers, and keep nothing.")
@json_option
@click.pass_context
def import_(context: click.Context, files: tuple[Path, ...], file_format: str | None, preview: bool, as_json: bool) -> None:
    """Read posts from FILES and keep them; importing the same file twice adds nothing."""
    if not files:
        raise UsageError("Which file? None was named.", "For example: hashtrail import data/inbox/sample.txt --preview")
    now = datetime.now(UTC)
    read = {path: importers.read(path.name, _bytes(path), file_format, importers.Options(seen_at=now)) for path in files}
    if preview:
        _show([post for posts in read.values() for post in posts], as_json)
    else:
        _keep(context, read, now, as_json)


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


def _keep(context: click.Context, read: dict[Path, tuple[Post, ...]], now: datetime, as_json: bool) -> None:
    from crawler.store.database import open_store
    from crawler.store.posts import keep_posts

    db = open_store(workspace(context).database)
    for path, posts in read.items():
        kept = keep_posts(db, f"import:{path.name}", posts, now)
        if as_json:
            write_json_line({"file": str(path), "new": kept.new, "changed": kept.changed, "same": kept.same})
        else:
            click.echo(f"{path}: {kept.new} new, {kept.changed} changed, {kept.same} known already.")
