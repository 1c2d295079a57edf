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

CHANGES_OF_URLS = (
    ("UPDATE aliases SET article_id = :one WHERE article_id = :other",),
    ("DELETE FROM aliases WHERE article_id = :one",),
    ("UPDATE OR IGNORE articles SET key = :key WHERE id = :one",),
    (
        "INSERT OR IGNORE INTO aliases (url, key, article_id, reason, added_at) "
        "VALUES (:url, :key, :one, :reason, '2026')",
    ),
    (
        "DELETE FROM article_links WHERE article_id = :one AND :one <> :other",
        "UPDATE article_links SET article_id = :one WHERE article_id = :other",
        "UPDATE aliases SET article_id = :one WHERE article_id = :other",
    ),
)


def _rows(db: Database) -> dict[str, list[Any]]:
    return {table: db.execute(query).fetchall() for table, query in ROWS.items()}


def _change_urls(db: Database, dice: random.Random) -> None:
    """Add links between articles, merge and split articles, and withdraw URLs."""
    ids = [row[0] for row in db.execute("SELECT id FROM articles")]
    for _ in range(4):
        number = dice.randint(1, max(ids) + 3)  # some are stored later
        db.execute(
            "INSERT OR IGNORE INTO article_links (article_id, url) VALUES (?, ?)",
            [dice.choice(ids), f"https://{dice.choice('abc')}.example/{number}"],
        )
    key = f"{dice.choice('abc')}.example/{dice.choice(ids)}"
    values = {
        "one": dice.choice(ids),
        "other": dice.choice(ids),
        "key": key,
        "url": f"https://{key}",
        "reason": dice.choice(("redirect", "curator")),
    }
    for statement in dice.choice(CHANGES_OF_URLS):
        db.execute(statement, values)


def _empty_some_fields(db: Database, dice: random.Random) -> None:
    for column in ("title", "summary", "site_name"):
        article = dice.randint(1, 40)
        db.execute(f"UPDATE articles SET {column} = '' WHERE id = ?", [article])
    db.execute("UPDATE cards SET link_id = NULL, article_id = NULL WHERE id % 5 = 0")


@pytest.mark.parametrize("seed", range(4))
def test_changed_articles_are_completed_as_all_would_be(seed: int) -> None:
    db, dice = open_memory(), random.Random(seed)
    random_changes.fill_library(db, dice, 12)
    completed = 0
    for _ in range(ROUNDS):
        with transaction(db):
            for _ in range(CHANGES):
                dice.choice(random_changes.CHANGES)(db, dice)
            _empty_some_fields(db, dice)
            _change_urls(db, dice)
        before = _rows(db)
        complete_articles(db)
        result = _rows(db)
        completed += result != before
        mark_everything_changed(db, "article")
        mark_everything_changed(db, "card")
        mark_everything_changed(db, "identity")
        complete_articles(db)
        assert _rows(db) == result
        forget_changes(db, "article", changed_ids(db, "article"))
    assert completed > 2
