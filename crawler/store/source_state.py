"""Store the polling state of each source: cursor, validators, next poll and failures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlite_utils import Database

from crawler.models.outcomes import Failure, Outcome
from crawler.models.polling_lifecycle import PollingLifecycle
from crawler.store.database import transaction
from crawler.store.due_queries import SOURCE_IS_DUE, due_values
from crawler.store.sql_values import parse_time
from crawler.url_secrets import without_secrets
from crawler.utc_times import iso

_DUE = f"""
SELECT name, cursor, etag, last_modified, failures, next_check,
    moving_to, moves, polled_url, not_found, unchanged, stopped FROM sources
WHERE enabled = 1 AND stopped IS NULL AND (next_check IS NULL OR {SOURCE_IS_DUE}) ORDER BY name
"""  # noqa: S608
_SUCCESS = """
UPDATE sources SET last_ok = :now, last_attempt = :now, last_outcome = :ok, last_message = '',
    failures = 0, next_check = :next_check, cursor = COALESCE(:cursor, cursor), etag = :etag,
    last_modified = :last_modified
WHERE name = :name
"""
_LIFECYCLE = """
UPDATE sources SET moving_to = ?, moves = ?, polled_url = ?, not_found = ?, unchanged = ?,
    stopped = ?
WHERE name = ?
"""
# Another kind or URL is another source: nothing that was stored for the former one applies to it.
_RESET = """
UPDATE sources SET cursor = NULL, etag = NULL, last_modified = NULL, moving_to = '', moves = 0,
    polled_url = '', not_found = 0, unchanged = 0, stopped = NULL, next_check = NULL
WHERE name = ? AND (kind, url) IS NOT (?, ?)
"""
_UPSERT = """
INSERT INTO sources (name, kind, url, enabled) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE
SET kind = excluded.kind, url = excluded.url, enabled = excluded.enabled
WHERE (kind, url, enabled) IS NOT (excluded.kind, excluded.url, excluded.enabled)
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
    """The polling state of a source; it may be polled at any time if `next_check` is None.

    `lifecycle` is what its earlier polls have shown.
    """

    name: str
    cursor: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    failures: int = 0
    next_check: datetime | None = None
    lifecycle: PollingLifecycle = field(default_factory=PollingLifecycle)


class _DueRow(NamedTuple):
    """A source that is due, as the columns of its row."""

    name: str
    cursor: str | None
    etag: str | None
    last_modified: str | None
    failures: int
    next_check: str | None
    moving_to: str
    moves: int
    polled_url: str
    not_found: int
    unchanged: int
    stopped: str | None

    def state(self) -> SourceState:
        """Return the row as a value."""
        lifecycle = PollingLifecycle(
            self.moving_to,
            self.moves,
            self.polled_url,
            self.not_found,
            self.unchanged,
            parse_time(self.stopped),
        )
        check = parse_time(self.next_check)
        validators = (self.etag, self.last_modified)
        return SourceState(self.name, self.cursor, *validators, self.failures, check, lifecycle)


def sync_sources(db: Database, listed: Iterable[ListedSource]) -> None:
    """Write the sources of the configuration (`listed`) to the table.

    A source that is no longer listed is disabled; its state is kept in case it is added again. The
    state of a source with another kind or URL is reset, and it is due at once.
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
        db.conn.executemany(_RESET, [(name, kind, url) for name, kind, url, _ in rows])
        db.conn.executemany(_UPSERT, rows)


def due_sources(db: Database, now: datetime) -> list[SourceState]:
    """Return the enabled sources that are due at `now`, sorted by name."""
    rows = db.execute(_DUE, due_values(now)).fetchall()
    return [_DueRow(*row).state() for row in rows]


def save_lifecycle(db: Database, name: str, lifecycle: PollingLifecycle) -> None:
    """Store the `lifecycle` of the source `name`."""
    values = (
        lifecycle.moving_to,
        lifecycle.moves,
        lifecycle.polled_url,
        lifecycle.not_found,
        lifecycle.unchanged,
        iso(lifecycle.stopped),
    )
    db.conn.execute(_LIFECYCLE, [*values, name])


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


def save_local_outage(db: Database, name: str, failure: Failure, now: datetime) -> None:
    """Store a `failure` of the source `name` that this machine caused. The source stays due."""
    db.conn.execute(
        "UPDATE sources SET last_attempt = ?, last_outcome = ?, last_message = ? WHERE name = ?",
        [iso(now), failure.outcome.value, failure.message, name],
    )
