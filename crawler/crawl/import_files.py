"""Import files: parse each in a child process with limits, part by part, and store the parts."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from sqlite_utils import Database

from crawler.crawl.import_part import EncodedPart, KeyedPart, parse_keyed_part
from crawler.errors import InputError
from crawler.importers.file_parts import PartStart
from crawler.importers.parse_file import REPEATED
from crawler.importers.record_types import MAX_FAILURES, LeftOut
from crawler.importers.sandboxed_import import (
    ImportFile,
    display_name,
    parse_subscription_file,
)
from crawler.links.rules import VERSION
from crawler.models.outcomes import Failure
from crawler.paused_collector import paused_collector
from crawler.store.article_identity import IdentityLedger
from crawler.store.database import transaction
from crawler.store.import_articles import import_articles
from crawler.store.posts import SavedPosts, save_posts

if TYPE_CHECKING:
    from crawler.importers.opml import Subscription
    from crawler.parallel.killable_workers import KillablePool

IMPORT_SECONDS = 120.0
_MAX_URIS = 200_000
_PARTS_AHEAD = 4  # of 2 MB: parts with articles are stored faster than parsed, others slower
A = TypeVar("A")
T = TypeVar("T")
_ERASED = "posts that were erased, or whose authors were"
PRELOAD = ("crawler.crawl.import_part",)


async def read_first_part(pool: KillablePool, file: ImportFile) -> EncodedPart:
    """Return the first part of `file`, parsed in a child process of the `pool`.

    Raises InputError as `read_parts_in_child`.
    """
    return await _part(pool, file, PartStart())


async def read_parts_in_child(
    pool: KillablePool, file: ImportFile, first: EncodedPart | None = None
) -> AsyncGenerator[KeyedPart, None]:
    """Yield the content of `file` in parts, each parsed in a child process of the `pool`.

    `first` is the first part if it was read already. While the caller stores a part, the child
    parses the next ones. Raises InputError for a file or part that cannot be parsed within the
    deadline and memory limit.
    """
    part = first or await read_first_part(pool, file)
    starts = iter(part.following)
    earlier: set[int] = set()
    ahead: deque[asyncio.Task[EncodedPart]] = deque()
    try:
        while True:
            content = _without_repeated(part.decoded(), earlier)
            file = replace(file, format=content.result.format)
            for start in islice(starts, _PARTS_AHEAD - len(ahead)):
                ahead.append(asyncio.create_task(_part(pool, file, start)))
            await asyncio.sleep(0)  # starts the calls
            yield content
            if not ahead:
                return
            part = await ahead.popleft()
    finally:
        for call in ahead:
            call.cancel()
        await asyncio.gather(*ahead, return_exceptions=True)


def _without_repeated(part: KeyedPart, earlier: set[int]) -> KeyedPart:
    """Return a part without the posts of `earlier` parts, and add its posts to them.

    The hashes of `_MAX_URIS` URIs are compared, so that the memory has a limit.
    """
    hashes = [hash(prepared.uri) for prepared in part.posts]
    pairs = zip(part.posts, hashes, strict=True)
    posts = tuple(prepared for prepared, number in pairs if number not in earlier)
    if len(earlier) < _MAX_URIS:
        earlier.update(hashes)
    repeated = len(part.posts) - len(posts)
    if not repeated:
        return part
    left_out = (*part.result.left_out, LeftOut(REPEATED, repeated))
    return replace(part, posts=posts, result=replace(part.result, left_out=left_out))


async def read_feeds_in_child(pool: KillablePool, file: ImportFile) -> tuple[Subscription, ...]:
    """Return the feeds of `file`, parsed in a child process of the `pool`.

    Raises InputError for a file that cannot be parsed within the deadline and memory limit.
    """
    return await _in_child(pool, parse_subscription_file, file, display_name(file.path))


async def _part(pool: KillablePool, file: ImportFile, start: PartStart) -> EncodedPart:
    name = file.name or display_name(file.path)
    place = f", line {start.line} and later," if start.offset else ""
    return await _in_child(pool, parse_keyed_part, (file, start), f"{name}{place}")


async def _in_child(pool: KillablePool, read: Callable[[A], T], argument: A, name: str) -> T:
    result = await pool.call(read, argument, IMPORT_SECONDS, url=name, stage="import")
    if isinstance(result, Failure):
        reason = f"{name} cannot be imported: {result.message}."
        raise InputError(reason, "Split it into smaller files.")
    return result


@dataclass(slots=True)
class ImportTotals:
    """Counts of the content of a file so far, and of its stored posts.

    `failed` counts the failed records, of which `failures` has at most `MAX_FAILURES`. `left_out`
    counts the records that are left out, by reason.
    """

    format: str = ""
    posts: int = 0
    articles: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    failed: int = 0
    failures: list[Failure] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, part: KeyedPart, saved: SavedPosts | None = None) -> None:
        """Add a `part` of the file, and if it was stored the counts `saved`."""
        result = part.result
        self.format = result.format
        self.posts += len(part.posts)
        self.articles += len(result.articles)
        self.failed += result.failed
        self._add_failures(result.failures)
        for left_out in result.left_out:
            self.left_out[left_out.reason] += left_out.count
        if saved:
            self.new, self.changed = self.new + saved.new, self.changed + saved.changed
            self.same += saved.same
            if saved.refused:
                self.left_out[_ERASED] += saved.refused
            self.failed += len(saved.failures)
            self._add_failures(saved.failures)

    def check(self) -> None:
        """Raise InputError with the first failure if every record of the file failed."""
        if self.failures and not (self.posts or self.articles):
            hint = "Correct the file, or name its format with --format."
            raise InputError(self.failures[0].message, hint)

    def _add_failures(self, failures: tuple[Failure, ...]) -> None:
        self.failures += failures[: MAX_FAILURES - len(self.failures)]


def save_part(
    db: Database, name: str, part: KeyedPart, totals: ImportTotals, now: datetime
) -> None:
    """Store a `part` of the file `name` in one transaction, and add it to the `totals` of the file.

    An article that was fetched keeps the fetched text. The links of posts are attached to articles
    at once if the file has articles; otherwise the next crawl does it.
    """
    source, posts = f"inbox/{name}", part.posts
    # A part has many objects, and none of them is garbage.
    with paused_collector(), transaction(db):
        if not totals.articles and not part.result.articles:
            saved = save_posts(db, source, posts, now, part.key)
        else:
            ledger = IdentityLedger(db, part.key, VERSION)
            import_articles(db, ledger, part.result.articles, now)
            if not totals.articles:
                ledger.attach_links(now)  # of the posts before the first article
            saved = save_posts(db, source, posts, now, part.key, partial(ledger.attach, now=now))
            if saved.changed:
                ledger.attach_links(now)
    totals.add(part, saved)
