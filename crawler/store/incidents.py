"""Store incidents, and the messages about them that a channel has not delivered yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from sqlite_utils import Database

from crawler.store.database import transaction
from crawler.utc_times import iso

Event = Literal["began", "ended"]

_DAYS_KEPT = timedelta(days=400)
_COLUMNS = "i.id, i.code, i.subject, i.began, i.last_at, i.ended, i.message, i.hint"
_OPEN = f"SELECT {_COLUMNS} FROM incidents i WHERE i.ended IS NULL ORDER BY i.id"  # noqa: S608
_PENDING = f"""
SELECT m.event, {_COLUMNS} FROM incident_messages m JOIN incidents i ON i.id = m.incident_id
WHERE m.channel = ? AND m.sent IS NULL ORDER BY i.id, m.event
"""  # noqa: S608
_BEGIN = """
INSERT INTO incidents (code, subject, began, last_at, message, hint) VALUES (?, ?, ?, ?, ?, ?)
"""
_CONTINUE = "UPDATE incidents SET last_at = ?, message = ?, hint = ? WHERE id = ?"
_MESSAGE_OF_BEGIN = """
INSERT OR IGNORE INTO incident_messages (incident_id, event, channel, created)
SELECT id, 'began', ?, ? FROM incidents WHERE ended IS NULL AND code NOT IN (
    SELECT value FROM json_each(?))
"""
_MESSAGE_OF_END = """
INSERT OR IGNORE INTO incident_messages (incident_id, event, channel, created)
SELECT incident_id, 'ended', channel, ? FROM incident_messages m
JOIN incidents i ON i.id = m.incident_id AND i.ended IS NOT NULL
WHERE m.event = 'began' AND m.channel = ?
"""
_DELIVERY = """
INSERT INTO message_channels (channel, last_attempt, last_success, failures, error)
VALUES (:channel, :now, :success, :failed, :error)
ON CONFLICT (channel) DO UPDATE SET last_attempt = :now,
    last_success = COALESCE(:success, last_success),
    failures = CASE WHEN :failed THEN failures + 1 ELSE 0 END, error = :error
"""


@dataclass(frozen=True, slots=True)
class Incident:
    """A problem from its first to its last night. Times are ISO 8601 in UTC.

    `ended` is None while the problem lasts. `message` and `hint` are those of its last night.
    """

    id: int
    code: str
    subject: str
    began: str
    last_at: str
    ended: str | None
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class IncidentUpdate:
    """The changes that an assessment makes: new problems, lasting incidents, and ids of ended ones.

    `began` are (code, subject, message, hint), `lasting` (id, message, hint).
    """

    began: tuple[tuple[str, str, str, str], ...] = ()
    lasting: tuple[tuple[int, str, str], ...] = ()
    ended: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PendingMessage:
    """The begin or the end of an incident, about which a channel has not delivered a message."""

    event: Event
    incident: Incident


@dataclass(frozen=True, slots=True)
class ChannelState:
    """The last deliveries of a channel. Times are ISO 8601 in UTC, empty for never.

    `failures` counts the failed attempts since the last success, and `error` is the last one.
    """

    channel: str
    last_attempt: str
    last_success: str
    failures: int
    error: str


def open_incidents(db: sqlite3.Connection) -> tuple[Incident, ...]:
    """Return the incidents that have not ended, oldest first."""
    return tuple(Incident(*row) for row in map(tuple, db.execute(_OPEN)))


def save_update(
    db: Database,
    update: IncidentUpdate,
    channels: Collection[str],
    silent_codes: Sequence[str],
    now: datetime,
) -> None:
    """Store an `update` of incidents, and the messages that `channels` have to deliver.

    All of this is one transaction, so that a kill neither loses nor repeats a message. No message
    is made about incidents with `silent_codes`. Messages of removed channels are deleted.
    """
    at = iso(now)
    with transaction(db):
        db.conn.executemany(
            _BEGIN, [(code, subject, at, at, *texts) for code, subject, *texts in update.began]
        )
        db.conn.executemany(_CONTINUE, [(at, *texts, row) for row, *texts in update.lasting])
        db.conn.executemany(
            "UPDATE incidents SET ended = ? WHERE id = ?", [(at, row) for row in update.ended]
        )
        _create_messages(db, channels, silent_codes, at or "")
        db.conn.execute("DELETE FROM incidents WHERE ended < ?", [iso(now - _DAYS_KEPT)])


def _create_messages(
    db: Database, channels: Collection[str], silent_codes: Sequence[str], at: str
) -> None:
    for channel in sorted(channels):
        db.conn.execute(_MESSAGE_OF_BEGIN, [channel, at, _json(silent_codes)])
        db.conn.execute(_MESSAGE_OF_END, [at, channel])
    db.conn.execute(
        "DELETE FROM incident_messages WHERE sent IS NULL "
        "AND channel NOT IN (SELECT value FROM json_each(?))",
        [_json(sorted(channels))],
    )


def adopt_incident(db: Database, incident: Incident, channels: Collection[str]) -> None:
    """Store an open `incident` about which `channels` have delivered a message already.

    Nothing changes if an incident with its code and subject is open.
    """
    values = (incident.code, incident.subject, incident.began, incident.last_at)
    with transaction(db):
        stored = db.conn.execute(
            _BEGIN.replace("INSERT", "INSERT OR IGNORE"), [*values, incident.message, incident.hint]
        )
        if stored.rowcount > 0:
            db.conn.executemany(
                "INSERT INTO incident_messages VALUES (?, 'began', ?, ?, ?)",
                [
                    (stored.lastrowid, channel, incident.began, incident.began)
                    for channel in channels
                ],
            )


def pending_messages(db: sqlite3.Connection, channel: str) -> tuple[PendingMessage, ...]:
    """Return what a `channel` has to deliver, oldest incident first, its begin before its end."""
    rows = map(tuple, db.execute(_PENDING, [channel]))
    return tuple(PendingMessage(event, Incident(*row)) for event, *row in rows)


def save_delivery(
    db: Database, channel: str, messages: Iterable[PendingMessage], now: datetime
) -> None:
    """Store that a `channel` has delivered `messages` at `now`."""
    at = iso(now)
    with transaction(db):
        db.conn.executemany(
            "UPDATE incident_messages SET sent = ? "
            "WHERE incident_id = ? AND event = ? AND channel = ?",
            [(at, message.incident.id, message.event, channel) for message in messages],
        )
        _save_attempt(db, channel, now, "")


def save_attempt(db: Database, channel: str, now: datetime, error: str) -> None:
    """Store that a `channel` was used at `now`; `error` is empty after a success."""
    with transaction(db):
        _save_attempt(db, channel, now, error)


def channel_states(db: sqlite3.Connection) -> tuple[ChannelState, ...]:
    """Return the state of every channel that was used, sorted by name."""
    sql = (
        "SELECT channel, last_attempt, COALESCE(last_success, ''), failures, error "
        "FROM message_channels ORDER BY channel"
    )
    return tuple(ChannelState(*row) for row in map(tuple, db.execute(sql)))


def _save_attempt(db: Database, channel: str, now: datetime, error: str) -> None:
    success = None if error else iso(now)
    values = {
        "channel": channel,
        "now": iso(now),
        "success": success,
        "failed": int(bool(error)),
        "error": error,
    }
    db.conn.execute(_DELIVERY, values)


def _json(names: Sequence[str]) -> str:
    return msgspec.json.encode(list(names)).decode()
