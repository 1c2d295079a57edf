"""Store when posts were rechecked, when the next recheck is due, and which posts are missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from sqlite_utils import Database

from crawler.models.posts import Consent, Post, Provenance
from crawler.store.database import transaction
from crawler.store.due_queries import POST_ATTEMPTED_AHEAD, due_values
from crawler.store.sql_values import parse_time
from crawler.utc_times import iso

# A post that was never rechecked is due some time after it was first seen, or at once if that is in
# the future. Each part of the union reads another range of an index; `+` keeps it from others.
_OF_SOURCE = "SELECT id FROM posts WHERE deleted_at IS NULL AND source = :source"
_DUE_IDS = f"""
    {_OF_SOURCE} AND next_check IS NULL AND (+seen_at <= :first OR +seen_at > :ahead)
    UNION {_OF_SOURCE} AND next_check <= :now
    UNION {_OF_SOURCE} AND next_check > :furthest
    UNION SELECT id FROM posts WHERE deleted_at IS NULL AND +source = :source
    AND next_check IS NOT NULL AND {POST_ATTEMPTED_AHEAD}
"""  # noqa: S608
_TOTAL = f"""
SELECT count(*), MIN(COALESCE(next_check, seen_at)) FROM ({_DUE_IDS}) CROSS JOIN posts USING (id)
"""  # noqa: S608
_DUE = f"""
SELECT network, uri, url, COALESCE(published, seen_at), edited, consent, thread_key,
thread_position,
       provenance, missing_since, counts, refusals
FROM ({_DUE_IDS}) CROSS JOIN posts USING (id)
ORDER BY COALESCE(next_check, seen_at), id LIMIT :most
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class DuePost:
    """A post that is due for a recheck, without its text.

    `published` is the time at which a post without a date was first stored.
    `missing_since` is set if its network did not return it the last time, before the deletion is
    confirmed. `refusals` counts the consecutive checks that its server refused.
    """

    post: Post
    published: datetime
    missing_since: datetime | None = None
    refusals: int = 0


@dataclass(frozen=True, slots=True)
class RecheckRecord:
    """The result of one recheck; `checked` None keeps the time of the last answer."""

    uri: str
    checked: datetime | None
    next_check: datetime
    missing_since: datetime | None = None
    refusals: int = 0


class _DueRow(NamedTuple):
    """The columns of a post that is due."""

    network: str
    uri: str
    url: str
    published: str
    edited: str | None
    consent: str
    thread_key: str | None
    thread_position: int | None
    provenance: str
    missing_since: str | None
    counts: str
    refusals: int


def due_posts(
    db: Database, source: str, now: datetime, first_check: timedelta, most: int
) -> list[DuePost]:
    """Return at most `most` due posts of a `source`, longest waiting first.

    A post without a recheck is due `first_check` after it was stored. Deleted posts are never
    due. Withheld posts are: their authors may allow more later.
    """
    values = due_values(now) | {"source": source, "first": iso(now - first_check), "most": most}
    return [_due(_DueRow(*row)) for row in db.execute(_DUE, values).fetchall()]


def due_posts_by_source(
    db: Database, sources: Collection[str], now: datetime, first_check: timedelta
) -> dict[str, tuple[int, str]]:
    """Return the number of due posts of each of the `sources`, and since when the first is due.

    `first_check` is that of `due_posts`. The time is ISO 8601 in UTC.
    """
    values = due_values(now) | {"first": iso(now - first_check)}
    totals = {
        source: db.execute(_TOTAL, values | {"source": source}).fetchone()
        for source in sorted(sources)
    }
    return {source: (number, since) for source, (number, since) in totals.items() if number}


def save_rechecks(db: Database, checks: Iterable[RecheckRecord], now: datetime) -> None:
    """Store the results of rechecks (`checks`); nothing else of the posts changes.

    A post that its network returned is confirmed if a restore held it back.
    """
    checks = list(checks)
    rows = [
        (
            iso(now),
            iso(check.checked),
            iso(check.next_check),
            iso(check.missing_since),
            check.refusals,
            check.uri,
        )
        for check in checks
    ]
    sql = (
        "UPDATE posts SET last_attempt = ?, last_checked = COALESCE(?, last_checked), "
        "next_check = ?, missing_since = ?, refusals = ? WHERE uri = ?"
    )
    answered = [check.uri for check in checks if check.checked and not check.missing_since]
    with transaction(db):
        db.conn.executemany(sql, rows)
        confirm_posts(db, answered)


def confirm_posts(db: Database, uris: Iterable[str]) -> None:
    """Release the posts with these `uris` that a restore held back: their network has them."""
    db.conn.executemany(
        "DELETE FROM unconfirmed_posts WHERE post_id = (SELECT id FROM posts WHERE uri = ?)",
        [(uri,) for uri in uris],
    )


def _due(row: _DueRow) -> DuePost:
    provenance = msgspec.json.decode(row.provenance)
    position = row.thread_position
    post = Post(
        row.network,
        row.uri,
        "",
        url=row.url,
        edited=parse_time(row.edited),
        thread_key=row.thread_key,
        thread_position=int(position) if position is not None else None,
        consent=Consent(row.consent),
        counts=tuple(msgspec.json.decode(row.counts).items()),
        provenance=Provenance(request=provenance.get("request"), id=provenance.get("id")),
    )
    published = datetime.fromisoformat(row.published)
    return DuePost(post, published, parse_time(row.missing_since), row.refusals)
