"""The shared objects of one crawl: workspace, database, fetch backend, clock and run record."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlite_utils import Database

from crawler.archive_storage import upload_segments
from crawler.crawl.fetch_backend import FetchBackend, open_backend
from crawler.crawl.run_budget import RunBudget
from crawler.crawl.topic_filter import TopicFilter
from crawler.errors import StoreError
from crawler.fetch.robots_policy import RobotsCopy
from crawler.links.article_key import normalize_url
from crawler.links.rules import VERSION
from crawler.models.outcomes import Failure
from crawler.run_telemetry import RunLog
from crawler.store.article_identity import IdentityLedger
from crawler.store.item_failures import record_failures
from crawler.store.robots_cache import load_robots, save_robots
from crawler.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CrawlContext:
    """One crawl in progress. `now` is the clock (aware UTC); `budget` limits its requests.

    `notes` receives sentences for the report of the run.
    """

    workspace: Workspace
    db: Database
    run_id: int
    backend: FetchBackend
    run_log: RunLog
    now: Callable[[], datetime]
    budget: RunBudget
    topic_filter: TopicFilter = field(default_factory=TopicFilter)
    notes: list[str] = field(default_factory=list)

    def is_late(self) -> bool:
        """Whether the current step has used up its share of a budget."""
        return self.budget.is_used_up()

    def record(self, failures: Iterable[Failure]) -> None:
        """Record the `failures` of single items in the database, for the report, and in the log."""
        skipped = list(failures)
        record_failures(self.db, self.run_id, skipped, self.now())
        for failure in skipped:
            self.run_log.event(
                "item_failed", kind=failure.stage, subject=failure.url, message=failure.message
            )


@asynccontextmanager
async def open_crawl_context(
    workspace: Workspace, db: Database, run_id: int, run_log: RunLog, now: Callable[[], datetime]
) -> AsyncIterator[CrawlContext]:
    """Yield the context of the run `run_id`, and close all of its parts at the end.

    The run writes to `run_log` and works in `workspace`.
    """
    budget = RunBudget(workspace.settings.budget, workspace.state, now)
    memory = DatabaseRobotsCache(db)
    async with open_backend(workspace.settings, workspace.archive, memory, now, budget) as backend:
        yield CrawlContext(workspace, db, run_id, backend, run_log, now, budget)
    try:
        upload_segments(workspace.archive)
    except StoreError as error:  # the next run uploads them
        run_log.event("archive_not_uploaded", message=error.message)


def open_ledger(db: Database) -> IdentityLedger:
    """Return the identity ledger of a database under the current URL rules."""
    return IdentityLedger(db, normalize_url, VERSION)


class DatabaseRobotsCache:
    """A cache of robots.txt files in the database, shared by all runs."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def load(self, authority: str) -> RobotsCopy | None:
        """Return the stored robots.txt file of `authority`, or None."""
        row = load_robots(self._db, authority)
        return RobotsCopy(*row) if row else None

    def save(self, authority: str, copy: RobotsCopy) -> None:
        """Store a `copy` of the robots.txt file of `authority`."""
        save_robots(self._db, authority, copy.fetched_at, copy.body)
