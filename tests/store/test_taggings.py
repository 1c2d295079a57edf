"""Taggings change row by row, the curator's stay, and each has its evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs
from sqlite_utils import Database

from crawler.errors import StoreError
from crawler.models.topics import Evidence, Topic, TopicScore
from crawler.store.taggings import TagDiff, save_taggings, save_topics

TOPICS = [
    Topic("leases", "Leases", "d", strong=("lease",), weak=("ttl",)),
    Topic("locks", "Locks", "d", related=("leases",)),
]
LEASES = TopicScore(
    "leases",
    2.5,
    "certain",
    (
        Evidence("title", "Leases", 0, "strong:leases", 2.0),
        Evidence("text", "lease", 9, "weak", 0.5),
    ),
)
LOCKS = TopicScore("locks", 1 / 3, "weak", (Evidence("text", "lock", 4, "weak", 1 / 3),))


@pytest.fixture
def tagged(db: Database) -> Database:
    save_topics(db, TOPICS)
    save_taggings(db, [(("article", 1), [LEASES, LOCKS])], "matcher", "v1")
    return db


def rows(db: Database) -> list[tuple[object, ...]]:
    question = (
        "SELECT t.*, e.* FROM taggings t JOIN evidence e ON e.tagging_id = t.id ORDER BY t.id, e.id"
    )
    return db.execute(question).fetchall()


def test_topics_follow_the_taxonomy_and_unchanged_ones_are_not_written(db: Database) -> None:
    measured = {"leases": {"precision": 0.97}}
    assert save_topics(db, TOPICS, measured) == 2
    assert save_topics(db, TOPICS, measured) == 0
    assert db.execute("SELECT aliases, measured FROM topics WHERE slug = 'leases'").fetchone() == (
        '["lease","ttl"]',
        '{"precision":0.97}',
    )
    assert save_topics(db, [replace(TOPICS[0], label="Leases!"), TOPICS[1]], measured) == 1


def test_removed_topic_loses_its_taggings(tagged: Database) -> None:
    save_topics(tagged, TOPICS[:1])
    assert tagged.execute("SELECT topic FROM taggings").fetchall() == [("leases",)]
    assert tagged.table("evidence").count == 2


def test_unchanged_scores_write_no_row_under_a_new_version(tagged: Database) -> None:
    before, writes = rows(tagged), tagged.conn.total_changes
    assert save_taggings(tagged, [(("article", 1), [LOCKS, LEASES])], "matcher", "v2") == TagDiff()
    assert (rows(tagged), tagged.conn.total_changes) == (before, writes)


def test_only_changed_taggings_are_written(tagged: Database) -> None:
    kept = tagged.execute("SELECT * FROM taggings WHERE topic = 'leases'").fetchall()
    stronger = structs.replace(
        LOCKS, score=0.9, evidence=(Evidence("title", "Lock", 0, "strong", 0.9),)
    )
    diff = save_taggings(tagged, [(("article", 1), [LEASES, stronger])], "matcher", "v2")
    assert diff == TagDiff(changed=(("article", 1, "locks"),))
    assert tagged.execute("SELECT * FROM taggings WHERE topic = 'leases'").fetchall() == kept
    question = (
        "SELECT taxonomy_version, quote FROM taggings t JOIN evidence e ON e.tagging_id = t.id "
        "WHERE topic = 'locks'"
    )
    assert tagged.execute(question).fetchall() == [("v2", "Lock")]


def test_removed_tagging_loses_its_evidence(tagged: Database) -> None:
    assert save_taggings(tagged, [(("article", 1), [LEASES])], "matcher", "v1") == TagDiff(
        lost=(("article", 1, "locks"),)
    )
    assert tagged.table("evidence").count == 2


def test_taggings_of_other_subjects_are_unchanged(tagged: Database) -> None:
    diff = save_taggings(tagged, [(("post", 1), [LOCKS]), (("article", 2), [])], "matcher", "v1")
    assert diff == TagDiff(gained=(("post", 1, "locks"),))
    assert tagged.table("taggings").count == 3


def test_tagger_keeps_taggings_of_the_curator(tagged: Database) -> None:
    tagged.execute("UPDATE taggings SET tagger = 'curator' WHERE topic = 'locks'")
    before = rows(tagged)
    assert save_taggings(tagged, [(("article", 1), [LEASES])], "matcher", "v1") == TagDiff()
    assert (
        save_taggings(
            tagged, [(("article", 1), [LEASES, structs.replace(LOCKS, score=9.0)])], "matcher", "v1"
        )
        == TagDiff()
    )
    assert rows(tagged) == before


def test_a_score_without_evidence_is_refused_and_nothing_is_written(tagged: Database) -> None:
    before = rows(tagged)
    with pytest.raises(StoreError, match="no evidence"):
        save_taggings(
            tagged, [(("article", 1), [structs.replace(LEASES, evidence=())])], "matcher", "v1"
        )
    assert rows(tagged) == before
