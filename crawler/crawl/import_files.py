"""Import files: parse each in a child process with limits, and store its contents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from sqlite_utils import Database

from crawler.errors import InputError
from crawler.importers.record_types import ImportResult
from crawler.importers.sandboxed_import import (
    ImportFile,
    display_name,
    parse_import_file,
    parse_subscription_file,
)
from crawler.links.article_key import normalize_url
from crawler.links.rules import VERSION
from crawler.models.outcomes import Failure
from crawler.store.article_identity import IdentityLedger
from crawler.store.import_articles import import_articles
from crawler.store.posts import SavedPosts, save_posts

if TYPE_CHECKING:
    from crawler.parallel.killable_workers import KillablePool

IMPORT_SECONDS = 120.0
T = TypeVar("T")
PRELOAD = ("crawler.importers.sandboxed_import",)


async def read_file_in_child(pool: KillablePool, file: ImportFile) -> ImportResult:
    """Return the contents of `file`, parsed in a child process of the `pool`.

    Raises InputError for a file that cannot be parsed within the deadline and memory limit.
    """
    return await _in_child(pool, parse_import_file, file)


async def read_feeds_in_child(pool: KillablePool, file: ImportFile) -> tuple[tuple[str, str], ...]:
    """Return the feeds of `file`, parsed in a child process of the `pool`.

    Raises InputError for a file that cannot be parsed within the deadline and memory limit.
    """
    return await _in_child(pool, parse_subscription_file, file)


async def _in_child(pool: KillablePool, read: Callable[[ImportFile], T], file: ImportFile) -> T:
    name = display_name(file.path)
    result = await pool.call(read, file, IMPORT_SECONDS, url=name, stage="import")
    if isinstance(result, Failure):
        reason = f"{name} cannot be imported: {result.message}."
        raise InputError(reason, "Split it into smaller files.")
    return result


def save_imported(db: Database, name: str, imported: ImportResult, now: datetime) -> SavedPosts:
    """Store the `imported` posts and articles of the file `name`. Return the counts.

    An article that was fetched keeps the fetched text.
    """
    saved = save_posts(db, f"inbox/{name}", imported.posts, now, normalize_url)
    if imported.articles:
        ledger = IdentityLedger(db, normalize_url, VERSION)
        import_articles(db, ledger, imported.articles, now)
        ledger.attach_links(now)
    return saved
