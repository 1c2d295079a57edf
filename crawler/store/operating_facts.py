"""Read from the runs what monitoring needs: publications, backlog, readable pages, nights."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.models.outcomes import Outcome
from crawler.utc_times import iso

RECENT = timedelta(days=7)  # the newest period of readable pages
BEFORE = timedelta(days=28)  # the period before it

# Outcomes of a page whose response had status 200, and whose text could not be read.
_UNREADABLE = (
    Outcome.BAD_CONTENT,
    Outcome.BAD_ENCODING,
    Outcome.CHALLENGE,
    Outcome.CONSENT_WALL,
    Outcome.CRASHED,
    Outcome.EMPTY,
    Outcome.LOGIN_WALL,
    Outcome.SOFT_NOT_FOUND,
)
_READ_OR_NOT = ", ".join(f"'{outcome.value}'" for outcome in (Outcome.OK, *_UNREADABLE))
_PUBLICATIONS = """
SELECT started, outcome, message FROM runs
WHERE command = 'publish' AND finished IS NOT NULL ORDER BY id DESC
"""
_LAST_GOOD_PUBLICATION = """
SELECT finished FROM runs WHERE command = 'publish' AND outcome = 'ok' ORDER BY id DESC LIMIT 1
"""
_PAGES = f"""
SELECT at >= :recent, count(*), sum(outcome = 'ok') FROM fetches
WHERE purpose = 'page' AND at >= :start AND outcome IN ({_READ_OR_NOT}) GROUP BY 1
"""  # noqa: S608
_PAGES_BY_SOURCE = f"""
SELECT p.source, f.at >= :recent, count(DISTINCT f.id),
    count(DISTINCT CASE WHEN f.outcome = 'ok' THEN f.id END)
FROM fetches f CROSS JOIN aliases a ON a.url = f.url CROSS JOIN links l
    ON l.article_id = a.article_id CROSS JOIN posts p ON p.id = l.post_id
CROSS JOIN sources s ON s.name = p.source AND s.enabled = 1
WHERE f.purpose = 'page' AND f.at >= :start AND f.outcome IN ({_READ_OR_NOT}) GROUP BY 1, 2
"""  # noqa: S608
# CROSS JOIN keeps the order: the planner begins with all posts otherwise.
_BACKLOG = """
SELECT CAST(sum(m.value) AS INTEGER) FROM runs r
JOIN run_measures m ON m.run_id = r.id AND m.measure = 'backlog'
WHERE r.command = 'nightly' GROUP BY r.id ORDER BY r.id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class PublicationState:
    """The last publications to the target of `[publish]`.

    `failing_since` is the start of the first failure after the last success, None after a success.
    `last_ok` is the end of the last success, None if there was none. `message` is the last error.
    """

    failing_since: datetime | None
    last_ok: datetime | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class PageCount:
    """The pages of a source in a period (recent or not): fetched ones and readable ones.

    `source` is empty for the pages of all sources.
    """

    source: str
    is_recent: bool
    fetched: int
    readable: int


def publication_state(db: sqlite3.Connection) -> PublicationState | None:
    """Return the state of publications, or None if nothing was ever published."""
    rows = db.execute(_PUBLICATIONS).fetchall()
    if not rows:
        return None
    failing_since, message = None, tuple(rows[0])[2]
    for started, outcome, _ in map(tuple, rows):
        if outcome != "failed":
            break
        failing_since = datetime.fromisoformat(started)
    good = db.execute(_LAST_GOOD_PUBLICATION).fetchone()
    last_ok = datetime.fromisoformat(good[0]) if good else None
    return PublicationState(failing_since, last_ok, message if failing_since else "")


def page_counts(db: sqlite3.Connection, now: datetime) -> tuple[PageCount, ...]:
    """Return the fetched and readable pages of all sources, and of each enabled source."""
    times = {"recent": iso(now - RECENT), "start": iso(now - RECENT - BEFORE)}
    total = [PageCount("", bool(row[0]), row[1], row[2]) for row in db.execute(_PAGES, times)]
    rows = map(tuple, db.execute(_PAGES_BY_SOURCE, times))
    by_source = [PageCount(row[0], bool(row[1]), row[2], row[3]) for row in rows]
    return (*total, *by_source)


def backlog_of_nights(db: sqlite3.Connection, count: int) -> tuple[int, ...]:
    """Return the due items that each of the last `count` nights did not reach, oldest first."""
    rows = db.execute(_BACKLOG, (count,)).fetchall()
    return tuple(row[0] for row in rows)[::-1]
