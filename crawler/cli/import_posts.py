"""`hashtrail import`: files and URLs of articles to posts, shown (`--preview`) or stored."""

from __future__ import annotations

import asyncio
import html
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import ExitStack, aclosing, closing, contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import json_option, progress, standard_input, workspace, write_json_line
from crawler.cli.import_preview import (
    JsonPreview,
    TextPreview,
    failed_and_left_out,
    left_out_and_failed,
)
from crawler.counted_nouns import counted_noun
from crawler.errors import ConfigurationError, UsageError
from crawler.importers.record_types import ImportOptions
from crawler.settings.crawl import CrawlSettings
from crawler.settings.engine import EngineSettings
from crawler.terminal_streams import one_line
from crawler.url_parser import InvalidUrl, parse_url
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from crawler.crawl.import_files import ImportTotals
    from crawler.crawl.import_part import EncodedPart, KeyedPart
    from crawler.importers.sandboxed_import import ImportFile

_STANDARD_INPUT = "-"
_OPEN_FILES = (Path("/dev/fd"), Path("/proc/self/fd"), Path("/dev"))
_STANDARD_INPUT_NAME = "standard input"
# The format of browsers; the link has no title, which the page itself has.
_BOOKMARK = '<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p>\n<DT><A HREF="{}"></A>\n</DL>\n'


class _FormatOption(click.Option):
    """The option `--format`, whose help lists the importers; only the help loads them."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        from crawler.importers.registry import format_names

        self.help = f"Format of the files: {', '.join(format_names())}. Default: by content."
        return super().get_help_record(ctx)


@click.command("import")
@click.argument("files", nargs=-1, type=click.Path(), metavar="[FILE|URL|-]...")
@click.option("--format", "file_format", cls=_FormatOption)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Import all posts of a personal archive, also those without our hashtags.",
)
@click.option(
    "--preview",
    is_flag=True,
    help="Show the posts of the files, their format and what is left out; store nothing.",
)
@json_option
@click.pass_context
def import_(
    context: click.Context,
    files: tuple[str, ...],
    file_format: str | None,
    everything: bool,
    preview: bool,
    as_json: bool,
) -> None:
    """Import posts from each FILE, or from standard input (`-`).

    A URL is imported as a bookmark of that article, which the next run fetches. Importing the same
    file or URL twice adds nothing.
    """
    if not files:
        hint = "For example: hashtrail import data/inbox/sample.txt --preview"
        raise UsageError("Which file? None was named.", hint)
    hashtags = () if everything else _hashtags(context, preview)
    options = ImportOptions(datetime.now(UTC), hashtags)
    with ExitStack() as opened:
        listed = [opened.enter_context(_opened(name, file_format, options)) for name in files]
        if preview:
            asyncio.run(_preview(listed, EngineSettings(), as_json))
        else:
            asyncio.run(_import(workspace(context), listed, options.seen_at, as_json))


@contextmanager
def _opened(
    name: str, file_format: str | None, options: ImportOptions
) -> Iterator[tuple[str, ImportFile]]:
    """Yield `name` and the file with that path; `-` means standard input, a URL a bookmark.

    The content of standard input and of an open pipe is copied to a temporary file, which the child
    process can read in parts.
    """
    from crawler.importers.sandboxed_import import copied_stream, open_file

    path = Path(name)
    if _is_article_url(name):
        stream = BytesIO(_BOOKMARK.format(html.escape(name)).encode())
        with copied_stream(stream, name, "bookmarks", options) as file:
            yield name, file
    elif name == _STANDARD_INPUT:
        with copied_stream(
            standard_input().buffer, _STANDARD_INPUT_NAME, file_format, options
        ) as file:
            yield "-", file
    elif _is_process_substitution(path):
        with path.open("rb") as pipe, copied_stream(pipe, path.name, file_format, options) as file:
            yield name, file
    else:
        yield name, open_file(path, file_format, options)


def _is_process_substitution(path: Path) -> bool:
    """Whether `path` is an open pipe of this process, as the shell writes it for `<(COMMAND)`."""
    try:
        return path.parent in _OPEN_FILES and path.is_fifo()
    except OSError:
        return False


def _is_article_url(name: str) -> bool:
    """Whether `name` is a web URL. Raises UsageError for one that cannot be an article."""
    if not name.lower().startswith(("http://", "https://")):
        return False
    if isinstance(parse_url(name), InvalidUrl) or not name.isprintable():
        raise UsageError(f"{one_line(name)} is not a valid URL.", "Copy it from the browser.")
    return True


async def _parts_of_files(
    listed: list[tuple[str, ImportFile]], engine: EngineSettings
) -> AsyncGenerator[tuple[str, ImportFile, AsyncGenerator[KeyedPart, None]], None]:
    """Yield each file with its parts, after the first part of every file was parsed.

    A file in no known format therefore ends the command before anything is stored.
    """
    from crawler.crawl.import_files import (
        IMPORT_SECONDS,
        PRELOAD,
        read_first_part,
        read_parts_in_child,
    )
    from crawler.parallel.killable_workers import KillablePool

    async with KillablePool(
        processes=1,
        memory_mb=engine.memory_mb,
        preload=PRELOAD,
        quick_seconds=IMPORT_SECONDS,  # no other call waits
    ) as pool:
        first_parts: deque[EncodedPart] = deque()
        for number, (name, file) in enumerate(listed, 1):
            with progress(f"Reading {name}, file {number} of {len(listed)}"):
                first_parts.append(await read_first_part(pool, file))
        for name, file in listed:
            async with aclosing(read_parts_in_child(pool, file, first_parts.popleft())) as parts:
                yield name, file, parts


async def _preview(
    listed: list[tuple[str, ImportFile]], engine: EngineSettings, as_json: bool
) -> None:
    from crawler.crawl.import_files import ImportTotals
    from crawler.importers.sandboxed_import import displayed

    preview = JsonPreview() if as_json else TextPreview()
    async for name, _, parts in _parts_of_files(listed, engine):
        totals = ImportTotals()
        async for part in parts:
            totals.add(part)
            preview.show(tuple(prepared.post for prepared in part.posts))
        totals.check()
        preview.end_file(displayed(name), totals)
        _print_failures(totals)
    preview.end()


async def _import(
    here: Workspace, listed: list[tuple[str, ImportFile]], seen_at: datetime, as_json: bool
) -> None:
    """Store the files under the lock: no restore and no `forget` may run meanwhile."""
    from crawler.crawl.import_files import ImportTotals, save_part
    from crawler.importers.sandboxed_import import display_name
    from crawler.run_lock import run_lock
    from crawler.store.database import bulk_writes, open_store

    new = 0
    with run_lock(here.lock, "import", seen_at), ExitStack() as opened:
        db = None
        async for name, file, parts in _parts_of_files(listed, here.settings.engine):
            if db is None:  # no database is made for a file that cannot be read
                db = opened.enter_context(closing(open_store(here.database)))
                opened.enter_context(bulk_writes(db))
            totals = ImportTotals()
            with progress(f"Storing the posts of {name}"):
                async for part in parts:
                    save_part(db, file.name or display_name(file.path), part, totals, seen_at)
            totals.check()
            _print_result(name, totals, as_json)
            _print_failures(totals)
            new += totals.new + totals.articles
    if new and not as_json:
        click.echo("Next: hashtrail retag && hashtrail build")


def _hashtags(context: click.Context, preview: bool) -> tuple[str, ...]:
    """Return the hashtags of the workspace; a preview outside of one uses the defaults."""
    try:
        return workspace(context).settings.crawl.hashtags
    except ConfigurationError:
        if preview:
            return CrawlSettings().hashtags
        raise


def _print_result(name: str, totals: ImportTotals, as_json: bool) -> None:
    from crawler.importers.sandboxed_import import displayed

    if as_json:
        counts = {"new": totals.new, "changed": totals.changed, "same": totals.same}
        counts |= {"articles": totals.articles}
        write_json_line(
            {
                "file": displayed(name),
                "format": totals.format,
                **counts,
                **left_out_and_failed(totals),
            }
        )
        return
    counted = f"{totals.new:,} new, {totals.changed:,} changed, {totals.same:,} known already."
    articles = f" {counted_noun(totals.articles, 'article')}." if totals.articles else ""
    click.echo(f"{displayed(name)}: {counted}{articles}{failed_and_left_out(totals)}")


def _print_failures(totals: ImportTotals) -> None:
    for failure in totals.failures:
        click.echo(f"hashtrail: {failure.message}", err=True)
    if totals.failed > len(totals.failures):
        more = counted_noun(totals.failed - len(totals.failures), "more record")
        click.echo(f"hashtrail: {more} failed.", err=True)
