"""The health of a source is that of its newest posts, whatever the order of their first sight."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlite_utils import Database

from crawler.crawl import update_source_health
from crawler.store.database import open_memory, transaction
from crawler.utc_times import iso

START = datetime(2026, 1, 1, tzinfo=UTC)
NEWEST = """
SELECT id FROM posts WHERE source = 's' AND deleted_at IS NULL
ORDER BY MIN(COALESCE(published, seen_at), seen_at) DESC, id DESC LIMIT 60
"""


@pytest.mark.parametrize("seed", range(5))
def test_newest_posts_are_those_of_a_sort_of_all_posts(seed: int) -> None:
    dice, db = random.Random(seed), open_memory()
    for number in range(400):
        seen = START + timedelta(days=number // dice.choice((1, 40)))
        published = seen + timedelta(days=dice.choice((-300, -30, -1, 0, 5)))
        row = {
            "source": "s",
            "network": "feed",
            "uri": f"{number}",
            "seen_at": iso(seen),
            "published": dice.choice((None, iso(published))),
            "deleted_at": dice.choice((None, None, None, "2026")),
        }
        db.table("posts").insert(row)
    expected = {post_id for (post_id,) in db.execute(NEWEST)}
    assert set(update_source_health._newest_posts(db, "s")) == expected
    assert update_source_health._newest_posts(db, "other") == []


HEALTH = "SELECT name, newest_post, usual_gap_days, changed FROM sources ORDER BY name"
MARK_ALL = "INSERT INTO changed_sources SELECT name FROM sources WHERE true ON CONFLICT DO NOTHING"
# Each statement changes what the health of a source is computed from.
CHANGES = (
    "INSERT INTO posts (source, network, uri, seen_at) VALUES ('a', 'feed', 'new', '2026-09-01')",
    "UPDATE posts SET deleted_at = '2026' WHERE id > 38",
    "UPDATE posts SET published = '2025-01-01T00:00:00Z' WHERE id % 2",
    "UPDATE posts SET seen_at = '2026-07-01T00:00:00Z' WHERE id = 2",
    "UPDATE posts SET language = 'de' WHERE id > 30",
    "UPDATE posts SET source = 'b' WHERE id % 3 = 0",
    "DELETE FROM posts WHERE id > 35",
    "UPDATE links SET article_id = 2 WHERE post_id > 30",
    "DELETE FROM links WHERE post_id < 20",
    "INSERT INTO links (post_id, url, origin, position, article_id) "
    "SELECT id, 'u', 'card', 1, 3 FROM posts WHERE id > 30",
    "UPDATE articles SET host = 'shop.example' WHERE id = 1",
    "DELETE FROM taggings WHERE subject_kind = 'article'",
    "UPDATE taggings SET confidence = 'weak' WHERE subject_kind = 'post'",
    "INSERT INTO taggings (subject_kind, subject_id, topic, score, confidence, tagger, "
    "taxonomy_version) VALUES ('article', 2, 'raft', 1, 'likely', 'phrases', 'v')",
    "INSERT INTO sources (name, kind) VALUES ('c', 'feed')",
    "DELETE FROM sources WHERE name = 'a'",
)


def _library() -> Database:
    """Return a database with two sources of 40 posts each about one of three articles."""
    db = open_memory()
    with transaction(db):
        db.conn.execute("INSERT INTO topics (slug, label, definition) VALUES ('raft', 'Raft', 'd')")
        for article, host in enumerate(("a.example", "b.example", "c.example"), 1):
            url = f"https://{host}/"
            row = {"id": article, "url": url, "key": host, "host": host, "first_seen": "2026"}
            db.table("articles").insert(row)
        for name in ("a", "b"):
            db.table("sources").insert({"name": name, "kind": "feed"})
        for post in range(1, 81):
            source = "ab"[post % 2]
            at = iso(START + timedelta(days=post))
            row = {"id": post, "source": source, "network": "feed", "uri": f"{post}", "seen_at": at}
            db.table("posts").insert({**row, "published": at, "language": "en"})
            link = {"post_id": post, "url": "u", "origin": "body", "position": 0, "article_id": 1}
            db.table("links").insert(link)
            _tag(db, "post", post)
        _tag(db, "article", 1)
    return db


def _tag(db: Database, kind: str, subject: int) -> None:
    row = {"subject_kind": kind, "subject_id": subject, "topic": "raft", "score": 1}
    more = {"confidence": "likely", "tagger": "phrases", "taxonomy_version": "v"}
    db.table("taggings").insert({**row, **more})


def _update(db: Database) -> list[tuple[object, ...]]:
    update_source_health.update_source_health(db)
    return db.execute(HEALTH).fetchall()


@pytest.mark.parametrize("seed", range(3))
def test_health_after_any_changes_is_that_of_all_sources_computed_again(seed: int) -> None:
    db, dice = _library(), random.Random(seed)
    _update(db)
    for change in dice.sample(CHANGES, len(CHANGES)):
        with transaction(db):
            db.conn.execute(change)
        updated = _update(db)
        db.conn.execute(MARK_ALL)
        assert updated == _update(db), change


def test_source_without_changes_is_not_computed_again() -> None:
    db = _library()
    _update(db)
    db.conn.execute("UPDATE sources SET changed = 'kept'")
    db.conn.execute("UPDATE posts SET text = 'edited'")
    assert {row[3] for row in _update(db)} == {"kept"}


def test_changed_rules_of_health_reach_every_source(monkeypatch: pytest.MonkeyPatch) -> None:
    db = _library()
    expected = _update(db)
    db.conn.execute("UPDATE sources SET changed = 'outdated'")
    monkeypatch.setattr(update_source_health, "VERSION", 0)
    assert _update(db) == expected


def test_source_that_is_enabled_later_gets_its_health() -> None:
    db = _library()
    db.conn.execute("UPDATE sources SET enabled = 0 WHERE name = 'a'")
    assert _update(db)[0][1] is None
    db.conn.execute("UPDATE sources SET enabled = 1")
    assert _update(db)[0][1] is not None
