"""Keeping what is remembered of each source: where we stopped, what to send back, when to ask again, how often it failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlite_utils import Database

from crawler.model import Failure, Outcome
from crawler.store.database import transaction
from crawler.text import iso
from crawler.url_secrets import without_secrets

_FURTHEST = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class Listed:
    """A source as `data/sources.toml` lists it."""

    name: str
    kind: str
    url: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class SourceMemory:
    """What is remembered of a source. `next_check` None means: at any time."""

    name: str
    cursor: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    failures: int = 0
    next_check: datetime | None = None


def sync_sources(db: Database, listed: Iterable[Listed]) -> None:
    """Make the table list what the file lists. A source that was taken out is off, but its place is remembered for when it comes back."""
    rows = [(each.name, each.kind, without_secrets(each.url), int(each.enabled)) for each in listed]
    names = msgspec.json.encode([row[0] for row in rows]).decode()
    with transaction(db):
        db.execute("UPDATE sources SET enabled = 0 WHERE enabled = 1 AND name NOT IN (SELECT value FROM json_each(?))", [names])
        db.conn.executemany(
            "INSERT INTO sources (name, kind, url, enabled) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
            "cursor = CASE WHEN (kind, url) IS (excluded.kind, excluded.url) THEN cursor END, "
            "etag = CASE WHEN (kind, url) IS (excluded.kind, excluded.url) THEN etag END, "
            "last_modified = CASE WHEN (kind, url) IS (excluded.kind, excluded.url) THEN last_modified END, "
            "kind = excluded.kind, url = excluded.url, enabled = excluded.enabled "
            "WHERE (kind, url, enabled) IS NOT (excluded.kind, excluded.url, excluded.enabled)",
            rows,
        )


def due_sources(db: Database, now: datetime) -> list[SourceMemory]:
    """The enabled sources whose time has come, in order of name. A check further ahead than we ever plan was planned under a wrong clock, and is due."""
    rows = db.execute(
        "SELECT name, cursor, etag, last_modified, failures, next_check FROM sources "
        "WHERE enabled = 1 AND (next_check IS NULL OR next_check NOT BETWEEN ? AND ?) ORDER BY name",
        [iso(now + timedelta(seconds=1)), iso(now + _FURTHEST)],
    )
    return [SourceMemory(name, cursor, etag, modified, failed, _time(check)) for name, cursor, etag, modified, failed, check in rows]


def keep_success(
    db: Database, name: str, now: datetime, next_check: datetime | None, cursor: str | None = None, etag: str | None = None, last_modified: str | None = None
) -> None:
    """A source answered: note where to go on. A cursor of None leaves the last one (an empty answer moves nothing)."""
    db.conn.execute(
        "UPDATE sources SET last_ok = ?, last_outcome = ?, last_message = '', failures = 0, next_check = ?, cursor = COALESCE(?, cursor), etag = ?, "
        "last_modified = ? WHERE name = ?",
        [iso(now), Outcome.OK.value, iso(next_check), cursor, etag, last_modified, name],
    )


def keep_failure(db: Database, name: str, failure: Failure, next_check: datetime | None) -> None:
    """A source failed: count it and note when to ask again; its cursor stays where it was."""
    db.conn.execute(
        "UPDATE sources SET last_outcome = ?, last_message = ?, failures = failures + 1, next_check = ? WHERE name = ?",
        [failure.outcome.value, failure.message, iso(next_check), name],
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
