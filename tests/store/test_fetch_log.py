"""Retention deletes the old fetch records that it would find by reading all of them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlite_utils import Database

from crawler.store.database import open_memory, transaction
from crawler.store.fetch_log import delete_old_fetches
from crawler.utc_times import iso

NOW = datetime(2026, 11, 22, tzinfo=UTC)
OLD = """
SELECT id FROM fetches f WHERE at < ? AND archive_file IS NULL AND EXISTS (
    SELECT 1 FROM fetches n WHERE n.url = f.url AND n.purpose = f.purpose AND n.id > f.id)
"""


def _change(db: Database, dice: random.Random, day: datetime) -> None:
    """Store a record, or change stored ones as redaction, pruning and erasure do."""
    some = f"id % 7 = {dice.randrange(7)}"
    row = {
        "url": f"https://a.example/{dice.randrange(4)}",
        "purpose": dice.choice(("page", "robots")),
        "at": iso(day - timedelta(days=dice.choice((0, 0, 0, 40)))),
        "outcome": "ok",
        "archive_file": dice.choice((None, None, "segment")),
    }
    changes = (
        f"UPDATE fetches SET archive_file = NULL, archive_offset = NULL WHERE {some}",
        f"UPDATE fetches SET url = 'https://a.example/1' WHERE {some}",
        f"UPDATE fetches SET at = '2026-01-01T00:00:00Z' WHERE {some}",
        f"DELETE FROM fetches WHERE {some}",
    )
    with transaction(db):
        if dice.random() < 0.8:
            db.table("fetches").insert(row)
        else:
            db.conn.execute(dice.choice(changes))


@pytest.mark.parametrize("seed", range(5))
def test_deleted_records_are_those_that_are_old_superseded_and_not_archived(seed: int) -> None:
    db, dice = open_memory(), random.Random(seed)
    deleted = 0
    for night in range(60):
        day = NOW + timedelta(days=night)
        for _ in range(4):
            _change(db, dice, day)
        before = day - timedelta(days=20)
        expected = len(db.execute(OLD, [iso(before)]).fetchall())
        assert delete_old_fetches(db, before) == expected
        assert db.execute(OLD, [iso(before)]).fetchall() == []
        deleted += expected
    assert deleted > 20
