"""Relations, stories and ranks after changes of some articles are those of a full derivation."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.crawl import rank_and_relate as steps
from crawler.crawl import relate_all
from crawler.crawl.compared_values import load_headlines, load_profiles
from crawler.knowledge.related_articles import Weights, most_similar
from crawler.knowledge.stories import TitleWeights, find_stories
from crawler.models.relations import Relation, Story
from crawler.store.article_profiles import counted
from crawler.store.changed_items import changed_ids
from crawler.store.database import open_memory, open_store, transaction
from tests.knowledge.relations_in_memory import FeatureIndex

_WORDS = [f"word{number}" for number in range(120)]
_TOPICS = [f"topic-{number}" for number in range(12)]
_ENTITIES = [f"entity{number}" for number in range(20)]


@pytest.fixture
def db(monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A library that counts as a large one."""
    monkeypatch.setattr("crawler.crawl.update_relations.FEW_ARTICLES", 20)
    db = open_memory()
    _add_subjects(db)
    yield db
    db.close()


def _add_subjects(db: Database) -> None:
    for topic in _TOPICS:
        db.execute(
            "INSERT INTO topics (slug, label, definition) VALUES (?, ?, '')",
            [topic, topic.capitalize()],
        )
    for number, name in enumerate(_ENTITIES, 1):
        db.execute(
            "INSERT INTO entities (id, slug, name, kind) VALUES (?, ?, ?, 'system')",
            [number, name, name],
        )


def _title(chance: random.Random) -> str:
    first = chance.randrange(20)
    return " ".join([*_WORDS[first : first + 4], *chance.choices(_WORDS, k=chance.randint(0, 3))])


def _insert_article(db: Database, chance: random.Random) -> None:
    key = f"a.example/{chance.randrange(10**9)}"
    article = db.execute(
        "INSERT INTO articles (url, key, host, title, summary, published, first_seen) "
        "VALUES (?, ?, 'a.example', ?, ?, ?, '2026-06-01T00:00:00Z')",
        [key, key, _title(chance), " ".join(chance.choices(_WORDS, k=5)), _day(chance)],
    ).lastrowid
    _insert_post(db, chance, article)
    for entity in chance.sample(range(1, 21), k=chance.randint(0, 2)):
        db.execute("INSERT INTO article_entities VALUES (?, ?, '', 0)", [article, entity])
    _tag(db, chance, article)


def _day(chance: random.Random) -> str:
    return f"2026-0{chance.randint(5, 6)}-{chance.randint(1, 28):02}T00:00:00Z"


def _insert_post(db: Database, chance: random.Random, article: int | None) -> None:
    post = db.execute(
        "INSERT INTO posts (source, network, uri, seen_at) VALUES ('s', 'mastodon', ?, ?)",
        [f"https://a.example/@a/{chance.randrange(10**9)}", _day(chance)],
    ).lastrowid
    db.execute(
        "INSERT INTO links (post_id, url, origin, position, article_id) VALUES (?, 'u', 'b', 0, ?)",
        [post, article],
    )


def _tag(db: Database, chance: random.Random, article: int | None) -> None:
    db.execute("DELETE FROM taggings WHERE subject_id = ?", [article])
    for topic in chance.sample(_TOPICS, k=chance.randint(0, 2)):
        db.execute(
            "INSERT INTO taggings (subject_kind, subject_id, topic, score, confidence, tagger, "
            "taxonomy_version) VALUES ('article', ?, ?, 1, 'likely', 't', '1')",
            [article, topic],
        )


def _change(db: Database, chance: random.Random) -> None:
    article = chance.choice([row[0] for row in db.execute("SELECT id FROM articles")])
    match chance.randrange(7):
        case 0:
            db.execute("UPDATE articles SET title = ? WHERE id = ?", [_title(chance), article])
        case 1:
            db.execute("UPDATE articles SET hidden = 1 - hidden WHERE id = ?", [article])
        case 2:
            _tag(db, chance, article)
        case 3:
            _insert_post(db, chance, article)
        case 4:
            _delete_article(db, article)
        case 5:
            day = _day(chance)
            db.execute("UPDATE articles SET published = ? WHERE id = ?", [day, article])
        case _:
            _insert_article(db, chance)


def _delete_article(db: Database, article: int) -> None:
    led = "SELECT id FROM stories WHERE lead_article_id = ?"
    db.execute(f"UPDATE articles SET story_id = NULL WHERE story_id IN ({led})", [article])
    db.execute("DELETE FROM stories WHERE lead_article_id = ?", [article])
    db.execute("UPDATE links SET article_id = NULL WHERE article_id = ?", [article])
    db.execute("DELETE FROM taggings WHERE subject_id = ?", [article])
    db.execute("DELETE FROM articles WHERE id = ?", [article])


def _derived_relations(db: Database) -> list[Relation]:
    counts = dict(db.execute("SELECT feature, articles FROM feature_counts").fetchall())
    weights = Weights(counted(db, "articles"), counts)
    profiles = load_profiles(db)
    index = FeatureIndex(profiles, weights)
    relations = [relation for profile in profiles for relation in most_similar(profile, index)]
    return sorted(relations, key=lambda relation: (relation.article_id, relation.other_id))


def _stored_relations(db: Database) -> list[Relation]:
    rows = db.execute(
        "SELECT article_id, other_id, score, reason FROM related_articles ORDER BY 1, 2"
    )
    return [Relation(*row) for row in rows]


def _derived_stories(db: Database) -> dict[int, tuple[set[int], str]]:
    counts = dict(db.execute("SELECT feature, articles FROM feature_counts").fetchall())
    weights = TitleWeights(counted(db, "titles"), counts)
    return _by_lead(find_stories(load_headlines(db), weights))


def _by_lead(stories: list[Story]) -> dict[int, tuple[set[int], str]]:
    return {story.lead: (set(story.members), story.reason) for story in stories}


def _stored_stories(db: Database) -> dict[int, tuple[set[int], str]]:
    rows = db.execute("SELECT id, lead_article_id, reason FROM stories").fetchall()
    members = "SELECT id FROM articles WHERE story_id = ?"
    return {
        lead: ({row[0] for row in db.execute(members, [story])}, reason)
        for story, lead, reason in rows
    }


@pytest.mark.parametrize("seed", range(6))
def test_changed_articles_give_the_results_of_a_full_derivation(
    db: Database, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    for _ in range(120):
        _insert_article(db, chance)
    assert steps.rank_and_relate(db) == []
    assert _stored_relations(db) == _derived_relations(db) != []
    assert _stored_stories(db) == _derived_stories(db) != {}

    monkeypatch.setattr(steps, "_derive_all", lambda *_: 1 / 0)
    for _ in range(8):
        with transaction(db):
            for _ in range(5):
                _change(db, chance)
        assert steps.rank_and_relate(db) == []
        assert _stored_relations(db) == _derived_relations(db)
        assert _stored_stories(db) == _derived_stories(db)
        assert list(steps._changed_ranks(db, [*range(200)])) == []
        assert changed_ids(db, "article") == []


def test_full_derivation_works_while_another_program_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(1)
    with (
        closing(open_store(tmp_path / "hashtrail.db")) as db,
        closing(sqlite3.connect(tmp_path / "hashtrail.db", isolation_level=None)) as other,
    ):
        _add_subjects(db)
        for _ in range(60):
            _insert_article(db, chance)

        def save(*parts: Any) -> None:
            if not db.conn.in_transaction:
                other.execute("UPDATE articles SET summary = summary || ' more' WHERE id = 1")
            save_stories(*parts)

        save_stories = relate_all._save_stories
        monkeypatch.setattr(relate_all, "_save_stories", save)
        assert steps.rank_and_relate(db) == []
        assert _stored_stories(db) == _derived_stories(db) != {}
