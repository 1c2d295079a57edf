"""The items that a run could not process, with reasons; kept for thirty runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.models.outcomes import Failure
from crawler.store.database import transaction
from crawler.text_cleaning import clean_line
from crawler.url_secrets import text_without_secrets
from crawler.utc_times import iso

RUNS_KEPT = 30
# The kinds that count as skipped items; files and sources are counted and named on their own.
ITEMS = frozenset({"article", "link", "page", "post", "step"})
_LONGEST_SUBJECT = 2_000


@dataclass(frozen=True, slots=True)
class ItemFailure:
    """One item that a run skipped.

    `kind` is `article`, `file`, `link`, `page`, `post`, `source` or `step`; `subject` its URL, URI,
    path or name; `outcome` a word for machines, `message` a sentence for people.
    """

    kind: str
    subject: str
    outcome: str
    message: str


def record_failures(db: Database, run_id: int, failures: Iterable[Failure], now: datetime) -> None:
    """Record failures of single items. `stage` is the kind of item; a repeated one replaces.

    The secrets of URLs are removed.
    """
    rows = [(run_id, *_columns(failure), iso(now)) for failure in failures]
    if not rows:
        return
    with transaction(db):
        db.conn.executemany("INSERT OR REPLACE INTO item_failures VALUES (?, ?, ?, ?, ?, ?)", rows)
        db.conn.execute("DELETE FROM item_failures WHERE run_id <= ?", [run_id - RUNS_KEPT])


def failures_of(db: Database, run_id: int) -> tuple[ItemFailure, ...]:
    """Return the recorded failures of one run, by kind and subject."""
    columns = "SELECT kind, subject, outcome, message FROM item_failures WHERE run_id = ? "
    rows = db.execute(columns + "ORDER BY kind, subject", [run_id])
    return tuple(ItemFailure(*row) for row in rows.fetchall())


def _columns(failure: Failure) -> tuple[str, str, str, str]:
    subject = clean_line(text_without_secrets(failure.url), _LONGEST_SUBJECT)
    return failure.stage, subject, failure.outcome.value, text_without_secrets(failure.message)
