"""Completing only what changed articles concern has the result of completing all of them."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.crawl.complete_articles import complete_articles
from crawler.store.changed_items import changed_ids, forget_changes, mark_everything_changed
from crawler.store.database import open_memory, transaction
from tests.store import random_changes

ROUNDS = 12
CHANGES = 6
ROWS = {
    "cards": "SELECT id, article_id, score FROM cards ORDER BY id",
    "articles": "SELECT id, title, site_name, published, summary FROM articles ORDER BY id",
    "article_links": "SELECT article_id, url, target_id FROM article_links ORDER BY 1, 2",
}


def _rows(db: Database) -> dict[str, list[Any]]:
    return {table: db.execute(query).fetchall() for table, query in ROWS.items()}


def _empty_some_fields(db: Database, dice: random.Random) -> None:
    for column in ("title", "summary", "site_name"):
        article = dice.randint(1, 40)
        db.execute(f"UPDATE articles SET {column} = '' WHERE id = ?", [article])
    db.execute("UPDATE cards SET link_id = NULL, article_id = NULL WHERE id % 5 = 0")


@pytest.mark.parametrize("seed", range(4))
def test_changed_articles_are_completed_as_all_would_be(seed: int) -> None:
    db, dice = open_memory(), random.Random(seed)
    db.execute("PRAGMA foreign_keys = OFF")
    random_changes.fill_library(db, dice, 12)
    completed = 0
    for _ in range(ROUNDS):
        with transaction(db):
            for _ in range(CHANGES):
                dice.choice(random_changes.CHANGES)(db, dice)
            _empty_some_fields(db, dice)
        before = _rows(db)
        complete_articles(db)
        result = _rows(db)
        completed += result != before
        mark_everything_changed(db, "article")
        mark_everything_changed(db, "card")
        complete_articles(db)
        assert _rows(db) == result
        forget_changes(db, "article", changed_ids(db, "article"))
    assert completed > 2
