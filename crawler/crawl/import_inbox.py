"""Import the files of the inbox, each on its own."""

from __future__ import annotations

import os
from contextlib import aclosing
from pathlib import Path

from crawler.crawl.crawl_context import CrawlContext
from crawler.crawl.import_files import ImportTotals, read_parts_in_child, save_part
from crawler.error_isolation import concerns_item, item_failure
from crawler.errors import InputError
from crawler.importers.record_types import ImportOptions
from crawler.importers.sandboxed_import import display_name, open_file
from crawler.models.outcomes import Outcome
from crawler.store.database import bulk_writes
from crawler.store.runs import SourceRun
from crawler.text_cleaning import clean_line

INBOX = "inbox"
"""Files of the inbox are named `inbox/<file>` in reports."""


def inbox_files(context: CrawlContext) -> list[Path]:
    """Return the files of the inbox, sorted by name; hidden files are left out."""
    paths = context.workspace.inbox.glob("*")
    return sorted(path for path in paths if path.is_file() and not path.name.startswith("."))


async def import_inbox_file(context: CrawlContext, path: Path) -> SourceRun:
    """Import the file `path` of the inbox and return its result.

    A record that fails never holds up the others.
    """
    shown = display_name(path)
    name = f"{INBOX}/{shown}"
    totals = ImportTotals()
    try:
        await _read_and_store(context, path, shown, totals)
    except Exception as error:
        if not concerns_item(error):
            raise
        failure = item_failure("file", name, error)
        context.record([*totals.failures, failure])
        message = failure.message
        return SourceRun(name, Outcome.BAD_CONTENT, totals.posts, totals.new, message)

    context.record(totals.failures)
    message = clean_line(" ".join(failure.message for failure in totals.failures))
    return SourceRun(name, Outcome.OK, totals.posts, totals.new, message)


async def _read_and_store(
    context: CrawlContext, path: Path, shown: str, totals: ImportTotals
) -> None:
    _require_inside(path)
    options = ImportOptions(context.now(), context.workspace.settings.crawl.hashtags)
    parts = read_parts_in_child(context.backend.pool, open_file(path, None, options))
    with bulk_writes(context.db):
        async with aclosing(parts):
            async for part in parts:
                save_part(context.db, shown, part, totals, context.now())
    totals.check()


def _require_inside(path: Path) -> None:
    """Raise InputError if the file `path` of the inbox is a link to one elsewhere.

    Such a file was not written for the site: every text of the inbox can become a post.
    """
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(os.path.realpath(path.parent)):
        raise InputError(f"{display_name(path)} is a link out of the inbox.", "Copy the file.")
