"""The history of articles: which changes are recorded, and which are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.models.topics import Evidence, Topic, TopicScore
from crawler.store.article_changes import record_changes
from crawler.store.database import open_memory
from crawler.store.erase_rows import delete_matching
from crawler.store.merge_split_articles import merge_rows, split_rows
from crawler.store.taggings import save_taggings, save_topics
from crawler.store.tombstones import add_tombstones
from crawler.store.url_aliases import insert_article

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def db() -> Database:
    db = open_memory()
    save_topics(db, [Topic("leases", "Leases", "d"), Topic("locks", "Locks", "d")])
    return db


def article(db: Database, name: str = "leases") -> int:
    """An article that was not fetched yet."""
    url = f"https://a.example/{name}"
    return insert_article(db, url, url, NOW)


def tag(db: Database, article_id: int, *topics: str, confidence: Any = "certain") -> None:
    """Give an article these topics and no others."""
    evidence = (Evidence("title", "Leases", 0, "strong", 1.0),)
    scores = [TopicScore(topic, 2.0, confidence, evidence) for topic in topics]
    save_taggings(db, [(("article", article_id), scores)], "test", "1")


def changes(db: Database) -> list[tuple[Any, ...]]:
    """The recorded changes, oldest first."""
    query = "SELECT article_id, change, detail, at FROM article_changes ORDER BY id"
    return db.execute(query).fetchall()


def test_topics_of_a_new_article_are_not_changes(db: Database) -> None:
    tag(db, article(db), "leases")
    record_changes(db, NOW)
    assert changes(db) == []


def test_added_and_removed_topics_are_recorded_once(db: Database) -> None:
    number = article(db)
    tag(db, number, "leases")
    record_changes(db, NOW)
    tag(db, number, "locks")
    assert record_changes(db, NOW + DAY) == 2
    assert record_changes(db, NOW + 2 * DAY) == 0
    at = "2026-11-21T03:00:00Z"
    assert changes(db) == [
        (number, "topic-added", "locks", at),
        (number, "topic-removed", "leases", at),
    ]


def test_first_topic_of_a_recorded_article_is_a_change(db: Database) -> None:
    number = article(db)
    record_changes(db, NOW)
    tag(db, number, "leases")
    record_changes(db, NOW + DAY)
    assert [row[1:3] for row in changes(db)] == [("topic-added", "leases")]


def test_topic_that_leaves_and_comes_back_in_one_run_is_not_a_change(db: Database) -> None:
    number = article(db)
    tag(db, number, "leases")
    record_changes(db, NOW)
    tag(db, number)
    tag(db, number, "leases")
    record_changes(db, NOW + DAY)
    assert changes(db) == []


def test_topic_that_becomes_weak_is_removed(db: Database) -> None:
    number = article(db)
    tag(db, number, "leases")
    record_changes(db, NOW)
    tag(db, number, "leases", confidence="weak")
    record_changes(db, NOW + DAY)
    assert [row[1:3] for row in changes(db)] == [("topic-removed", "leases")]


@pytest.mark.parametrize(
    ("states", "recorded"),
    [
        (["ok"], []),
        (["ok", "gone"], ["ok gone"]),
        (["ok", "gone", "ok"], ["ok gone", "gone ok"]),
        (["ok", "ok"], []),
        (["ok", "new"], []),
    ],
)
def test_changed_states_are_recorded_without_the_first(
    states: list[str], recorded: list[str], db: Database
) -> None:
    number = article(db)
    for state in states:
        db.table("articles").update(number, {"state": state, "state_since": "2026-11-19T00:00:00Z"})
    assert [row[2] for row in changes(db)] == recorded
    assert {row[3] for row in changes(db)} <= {"2026-11-19T00:00:00Z"}


def test_merge_of_recorded_articles_is_dated_by_the_next_recording(db: Database) -> None:
    winner, loser = article(db), article(db, "copy")
    record_changes(db, NOW)
    db.table("articles").update(loser, {"state": "ok", "state_since": "2026-11-20T04:00:00Z"})
    db.table("articles").update(loser, {"state": "gone", "state_since": "2026-11-20T05:00:00Z"})
    merge_rows(db, winner, loser)
    record_changes(db, NOW + DAY)
    assert changes(db) == [
        (winner, "state", "ok gone", "2026-11-20T05:00:00Z"),
        (winner, "merged", "", "2026-11-21T03:00:00Z"),
    ]


def test_merge_of_a_new_article_is_not_recorded(db: Database) -> None:
    winner = article(db)
    record_changes(db, NOW)
    merge_rows(db, winner, article(db, "copy"))
    record_changes(db, NOW + DAY)
    assert changes(db) == []


def test_split_is_recorded_at_the_new_article(db: Database) -> None:
    number = article(db)
    url = "https://b.example/other"
    made = split_rows(db, number, [url], url, url, NOW)
    record_changes(db, NOW)
    assert changes(db) == [(made, "split", "", "2026-11-20T03:00:00Z")]


def test_erased_article_leaves_no_change(db: Database) -> None:
    number = article(db)
    db.table("articles").update(number, {"state": "ok", "state_since": "2026-11-20T04:00:00Z"})
    db.table("articles").update(number, {"state": "gone", "state_since": "2026-11-20T05:00:00Z"})
    record_changes(db, NOW)
    add_tombstones(db, ["https://a.example/leases"], NOW, "on request")
    delete_matching(db)
    assert changes(db) == []
    assert db.table("recorded_topics").count == 0


def test_old_changes_are_deleted(db: Database) -> None:
    number = article(db)
    record_changes(db, NOW)
    tag(db, number, "leases")
    record_changes(db, NOW)
    record_changes(db, NOW + 399 * DAY)
    assert len(changes(db)) == 1
    record_changes(db, NOW + 401 * DAY)
    assert changes(db) == []
