"""Groups of near-duplicate posts after changes are those that a comparison of all posts gives."""

from __future__ import annotations

import random

import pytest
from sqlite_utils import Database

from crawler.crawl.similar_posts import update_similar_posts
from crawler.links.near_duplicate_posts import ComparedPost
from crawler.store.changed_items import changed_ids, mark_everything_changed
from crawler.store.database import open_memory, transaction
from tests.links.group_near_duplicates import group_near_duplicates

_BEGINNINGS = [" ".join(f"word{subject}x{number}" for number in range(14)) for subject in range(6)]


def _text(chance: random.Random) -> str:
    """One of few texts, with some words replaced."""
    words = chance.choice(_BEGINNINGS).split()
    for _ in range(chance.randint(0, 2)):
        words[chance.randrange(len(words))] = f"other{chance.randrange(50)}"
    return " ".join(words)


def _insert(db: Database, chance: random.Random) -> None:
    number = db.execute("SELECT count(*) FROM posts").fetchone()[0] + chance.randrange(10**6)
    day = chance.randint(1, 28)
    post = db.execute(
        "INSERT OR IGNORE INTO posts (source, network, uri, seen_at, text) "
        "VALUES ('s', 'mastodon', ?, ?, ?)",
        [f"https://a.example/{number}", f"2026-06-{day:02}T00:00:00Z", _text(chance)],
    ).lastrowid
    db.execute("INSERT OR IGNORE INTO post_hashtags VALUES (?, 'raft', 'raft')", [post])


def _change(db: Database, chance: random.Random) -> None:
    ids = [post for (post,) in db.execute("SELECT id FROM posts")]
    chosen = chance.choice(ids)
    match chance.randrange(4):
        case 0:
            db.execute("UPDATE posts SET text = ? WHERE id = ?", [_text(chance), chosen])
        case 1:
            db.execute("UPDATE posts SET similar_to = NULL WHERE similar_to = ?", [chosen])
            db.execute("DELETE FROM posts WHERE id = ?", [chosen])
        case 2:
            db.execute("UPDATE posts SET published = '2026-05-01' WHERE id = ?", [chosen])
        case _:
            _insert(db, chance)


def _stored_groups(db: Database) -> dict[int, int]:
    rows = db.execute("SELECT id, similar_to FROM posts WHERE similar_to IS NOT NULL")
    return dict(rows.fetchall())


def _derived_groups(db: Database) -> dict[int, int]:
    rows = db.execute("SELECT id, text FROM posts ORDER BY COALESCE(published, seen_at), id")
    return group_near_duplicates([ComparedPost(post, text) for post, text in rows])


@pytest.mark.parametrize("seed", range(8))
def test_changed_posts_give_the_groups_of_a_comparison_of_all_posts(seed: int) -> None:
    chance = random.Random(seed)
    db = open_memory()
    for _ in range(40):
        _insert(db, chance)
    update_similar_posts(db)
    assert _stored_groups(db) == _derived_groups(db) != {}

    for _ in range(6):
        with transaction(db):
            for _ in range(3):
                _change(db, chance)
        update_similar_posts(db)
        assert _stored_groups(db) == _derived_groups(db)
        assert changed_ids(db, "post") == []

    mark_everything_changed(db, "post")
    stored = _stored_groups(db)
    update_similar_posts(db)
    assert _stored_groups(db) == stored
