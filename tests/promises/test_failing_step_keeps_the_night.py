"""A step over all items that fails is reported; its stored results and the other steps stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.crawl import rank_and_relate
from crawler.store.changed_items import mark_everything_changed
from crawler.store.database import open_store
from tests.store.conftest import fill


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    found = fill(open_store(tmp_path / "hashtrail.db"))
    yield found
    found.close()


def _fail(*_: object) -> object:
    raise ValueError("no such week")


def test_failing_ranks_are_reported_and_the_other_steps_run(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rank_and_relate.rank_and_relate(db) == []
    ranks = db.execute("SELECT id, rank FROM articles ORDER BY id").fetchall()
    relations = db.execute("SELECT count(*) FROM related_articles").fetchone()
    db.execute("DELETE FROM related_articles")
    mark_everything_changed(db, "article")
    monkeypatch.setattr(rank_and_relate, "rank_article", _fail)

    (failure,) = rank_and_relate.rank_and_relate(db)

    assert failure.message.startswith("Cannot process the step ranks: ValueError: no such week")
    assert db.execute("SELECT id, rank FROM articles ORDER BY id").fetchall() == ranks
    assert db.execute("SELECT count(*) FROM related_articles").fetchone() == relations
