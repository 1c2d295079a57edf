"""Stored incidents: messages of removed channels, old incidents, erased texts, the snapshot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.store.database import open_memory, open_store
from crawler.store.erase_rows import delete_matching
from crawler.store.incidents import (
    Incident,
    IncidentUpdate,
    adopt_incident,
    open_incidents,
    pending_messages,
    save_delivery,
    save_update,
)
from crawler.store.public_snapshot import write_snapshot

NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)
DAY = timedelta(days=1)
BEGAN = IncidentUpdate(began=(("failed", "", "Cannot read https://a.example/x.", "Run it."),))


@pytest.fixture
def db() -> Database:
    return open_memory()


def test_messages_of_a_removed_channel_are_deleted_and_sent_ones_stay(db: Database) -> None:
    save_update(db, BEGAN, ["command", "webhook"], (), NOW)
    save_delivery(db, "webhook", pending_messages(db.conn, "webhook"), NOW)
    save_update(db, IncidentUpdate(), ["webhook"], (), NOW + DAY)
    assert pending_messages(db.conn, "command") == ()
    save_update(db, IncidentUpdate(ended=(1,)), ["webhook"], (), NOW + 2 * DAY)
    assert [message.event for message in pending_messages(db.conn, "webhook")] == ["ended"]


def test_incident_that_ended_long_ago_is_deleted_with_its_messages(db: Database) -> None:
    save_update(db, BEGAN, ["command"], (), NOW)
    save_update(db, IncidentUpdate(ended=(1,)), ["command"], (), NOW + DAY)
    save_update(db, IncidentUpdate(), ["command"], (), NOW + 402 * DAY)
    assert db.table("incidents").count == db.table("incident_messages").count == 0


def test_incident_is_open_once_for_each_code_and_subject(db: Database) -> None:
    save_update(db, BEGAN, ["command"], (), NOW)
    again = Incident(0, "failed", "", "2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z", None, "", "")
    adopt_incident(db, again, ["webhook"])
    assert len(open_incidents(db.conn)) == 1
    assert pending_messages(db.conn, "webhook") == ()


def test_erasure_empties_the_texts_of_incidents(db: Database) -> None:
    save_update(db, BEGAN, ["command"], (), NOW)
    delete_matching(db)
    (incident,) = open_incidents(db.conn)
    assert (incident.code, incident.message, incident.hint) == ("failed", "", "")


def test_snapshot_contains_no_incident_and_no_message(tmp_path: Path) -> None:
    db = open_store(tmp_path / "hashtrail.db")
    save_update(db, BEGAN, ["command"], (), NOW)
    copy = Database(write_snapshot(db, tmp_path / "public.db"))
    private = {"incidents", "incident_messages", "message_channels"}
    assert private.isdisjoint(copy.table_names())
