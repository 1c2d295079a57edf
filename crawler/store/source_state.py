"""Store the polling state of each source: cursor, validators, next poll and failures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlite_utils import Database

from crawler.models.outcomes import Failure, Outcome
from crawler.store.database import transaction
from crawler.store.due_queries import SOURCE_IS_DUE, due_values
from crawler.store.sql_values import parse_time
from crawler.url_secrets import without_secrets
from crawler.utc_times import iso

_DUE = f"""
SELECT name, cursor, etag, last_modified, failures, next_check FROM sources
WHERE enabled = 1 AND (next_check IS NULL OR {SOURCE_IS_DUE}) ORDER BY name
"""  # noqa: S608
_SUCCESS = """
UPDATE sources SET last_ok = :now, last_attempt = :now, last_outcome = :ok, last_message = '',
    failures = 0, next_check = :next_check, cursor = COALESCE(:cursor, cursor), etag = :etag,
    last_modified = :last_modified
WHERE name = :name
"""


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A source as data/sources.toml defines it."""

    name: str
    kind: str
    url: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class SourceState:
    """The polling state of a source; it may be polled at any time if `next_check` is None."""

    name: str
    cursor: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    failures: int = 0
    next_check: datetime | None = None


def sync_sources(db: Database, listed: Iterable[ListedSource]) -> None:
    """Write the sources of the configuration (`listed`) to the table.

    A source that is no longer listed is disabled; its state is kept in case it is added again.
    """
    rows = [
        (source.name, source.kind, without_secrets(source.url), int(source.enabled))
        for source in listed
    ]
    names = msgspec.json.encode([row[0] for row in rows]).decode()
    with transaction(db):
        db.execute(
            "UPDATE sources SET enabled = 0 WHERE enabled = 1 AND name NOT IN (SELECT value "
            "FROM json_each(?))",
            [names],
        )
        db.conn.executemany(
            "INSERT INTO sources (name, kind, url, enabled) VALUES (?, ?, ?, ?) ON CONFLICT (name) "
            "DO UPDATE SET "
            "cursor = CASE WHEN (kind, url) IS (excluded.kind, excluded.url) THEN cursor END, "
            "etag = CASE WHEN (kind, url) IS (excluded.kind, excluded.url) THEN etag END, "
            "last_modified = CASE WHEN (kind, url) IS (excluded.kind, excluded.url) "
            "THEN last_modified END, "
            "kind = excluded.kind, url = excluded.url, enabled = excluded.enabled "
            "WHERE (kind, url, enabled) IS NOT (excluded.kind, excluded.url, excluded.enabled)",
            rows,
        )


def due_sources(db: Database, now: datetime) -> list[SourceState]:
    """Return the enabled sources that are due at `now`, sorted by name."""
    rows = db.execute(_DUE, due_values(now)).fetchall()
    return [
        SourceState(name, cursor, etag, modified, failed, parse_time(check))
        for name, cursor, etag, modified, failed, check in rows
    ]


def save_poll_success(
    db: Database,
    name: str,
    now: datetime,
    next_check: datetime | None,
    cursor: str | None = None,
    etag: str | None = None,
    last_modified: str | None = None,
) -> None:
    """Store a successful poll of the source `name`, with `etag` and `last_modified`.

    A `cursor` of None keeps the stored one, as after an empty answer. `next_check` is the time of
    the next poll.
    """
    values = {
        "name": name,
        "now": iso(now),
        "ok": Outcome.OK.value,
        "next_check": iso(next_check),
        "cursor": cursor,
        "etag": etag,
        "last_modified": last_modified,
    }
    db.conn.execute(_SUCCESS, values)


def save_poll_failure(
    db: Database,
    name: str,
    failure: Failure,
    now: datetime,
    next_check: datetime | None,
) -> None:
    """Count a `failure` of the source `name`, and poll it again at `next_check`."""
    db.conn.execute(
        "UPDATE sources SET last_attempt = ?, last_outcome = ?, last_message = ?, "
        "failures = failures + 1, next_check = ? WHERE name = ?",
        [iso(now), failure.outcome.value, failure.message, iso(next_check), name],
    )


def poll_soon(db: Database, names: Iterable[str], next_check: datetime) -> None:
    """Poll the sources `names` at `next_check` at the latest: they failed for a local reason."""
    rows = [(iso(next_check), name) for name in names]
    sql = "UPDATE sources SET next_check = MIN(next_check, ?) WHERE name = ?"
    db.conn.executemany(sql, rows)
