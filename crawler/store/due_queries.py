"""When sources, articles and posts are due: one rule in SQL, robust against a wrong clock.

A row is due when the time of its next check has come. It is also due when a clock that was ahead
wrote its times: its next check is later than any planned check, or its last attempt lies in the
future. Otherwise the row would not be checked until that time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from crawler.store.database import transaction
from crawler.utc_times import CLOCK_TOLERANCE, iso

LONGEST_PLAN = timedelta(days=40)  # more than any interval that crawl.schedule plans

_RULE = "(next_check <= :now OR next_check > :furthest OR {attempt} > :ahead)"
SOURCE_IS_DUE = _RULE.format(attempt="MAX(COALESCE(last_ok, ''), COALESCE(last_attempt, ''))")
POST_ATTEMPTED_AHEAD = "MAX(COALESCE(last_checked, ''), COALESCE(last_attempt, '')) > :ahead"
"""The part of the rule for posts that were checked in the future."""

_IS_PICK = "EXISTS (SELECT 1 FROM reading_list WHERE article_id = articles.id)"
_IS_SHARED = "EXISTS (SELECT 1 FROM links WHERE article_id = articles.id)"
# The same rule as a union, of which each part reads an index.
_DUE_IDS = """
    SELECT id FROM articles WHERE next_check IS NULL AND state = 'new'
    UNION SELECT id FROM articles WHERE next_check <= :now
    UNION SELECT id FROM articles WHERE next_check > :furthest
    UNION SELECT id FROM articles WHERE last_checked > :ahead
"""
_DUE = f"({_DUE_IDS}) CROSS JOIN articles USING (id) WHERE hidden = 0"
_COMPARED_RUNS = 60  # of the last runs; an article that waits longer counts as waiting for 60
DUE_ARTICLES = f"""
WITH ended AS MATERIALIZED (
    SELECT finished FROM runs WHERE command IN ('crawl', 'nightly') AND finished IS NOT NULL
    ORDER BY id DESC LIMIT {_COMPARED_RUNS}
)
SELECT id, url, CASE WHEN content_hash <> '' THEN etag END,
       CASE WHEN content_hash <> '' THEN last_modified END
FROM (
    SELECT id, url, content_hash, etag, last_modified, state <> 'new' AS known,
           state = 'new' AND {_IS_PICK} AND NOT {_IS_SHARED} AS unshared_pick,
           COALESCE(next_check, '') AS since,
           (SELECT count(*) FROM ended
            WHERE finished >= COALESCE(next_check, first_seen)) AS missed_runs,
           row_number() OVER (PARTITION BY host, state <> 'new' ORDER BY next_check, id) AS turn
    FROM {_DUE}
) ORDER BY missed_runs DESC, known, unshared_pick, turn, since, id LIMIT :limit
"""  # noqa: S608
"""The due articles, at most `:limit`, in the order in which they are fetched.

Articles that earlier runs did not reach come first, those that more runs missed before others.
"""
COUNT_DUE_ARTICLES = f"SELECT count(*) FROM {_DUE}"  # noqa: S608


def due_values(now: datetime, longest_plan: timedelta = LONGEST_PLAN) -> dict[str, str | None]:
    """Return the values that the rule needs at `now` (aware UTC): `now`, `ahead`, `furthest`.

    `longest_plan` is the longest interval that is planned between two checks.
    """
    return {
        "now": iso(now),
        "ahead": iso(now + CLOCK_TOLERANCE),
        "furthest": iso(now + longest_plan),
    }


def mark_everything_due(db: Database, now: datetime) -> None:
    """Make every source, every article and every recheck of a post due at `now` (aware UTC)."""
    with transaction(db):
        for table in ("sources", "articles", "posts"):
            db.conn.execute(f"UPDATE {table} SET next_check = ?", [iso(now)])  # noqa: S608
