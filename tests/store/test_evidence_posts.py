"""The first posts that share an article are evidence of its topics, read or not, as long as they
are public.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlite_utils import Database

from crawler.links.article_key import normalize_url
from crawler.models.posts import Consent, Link, Post
from crawler.models.topics import Topic
from crawler.store.article_identity import IdentityLedger
from crawler.store.database import open_memory
from crawler.store.item_annotations import mark_annotated, pending_articles
from crawler.store.posts import mark_deleted, save_posts
from crawler.store.taggings import save_taggings, save_topics
from crawler.store.verify_database import find_inconsistencies
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy
from tests.store.conftest import ARTICLE, NOW, POST, read_article

SHORT = "https://bit.ly/3xYz"
TOPICS = (
    Topic("caching", "Caching", "d", strong=("cache stampede", "cache")),
    Topic("queues", "Queues", "d", strong=("message queue",), hashtags=("Queues",)),
)
TAGGER = Tagger(make_taxonomy(TOPICS), LearnedWeights())
STAMPEDE = replace(
    POST,
    uri="1",
    text=f"How to survive a cache stampede. {SHORT} #Queues#MessageQueue",
    hashtags=("Queues",),
    links=(Link(SHORT),),
    cards=(),
)


def keep(db: Database, *posts: Post) -> None:
    save_posts(db, "trail", posts, NOW)
    IdentityLedger(db, normalize_url, "1").attach_links(NOW)


def understand(db: Database) -> int:
    """Tag what waits, as the nightly run does; how many articles that were."""
    waiting = [each for chunk in pending_articles(db) for each in chunk]
    save_taggings(
        db, [(("article", each.id), TAGGER.tag(each.item)) for each in waiting], TAGGER.name, "v"
    )
    mark_annotated(db, "articles", [each.id for each in waiting])
    return len(waiting)


def told(db: Database) -> list[tuple[str, str, str, str]]:
    return db.execute(
        "SELECT t.topic, t.confidence, e.field, e.quote FROM taggings t "
        "JOIN evidence e ON e.tagging_id = t.id WHERE t.subject_kind = 'article'"
    ).fetchall()


@pytest.fixture
def db() -> Database:
    """Return a database with an article behind a short URL, tagged by the post that shares it."""
    db = open_memory()
    save_topics(db, TOPICS)
    keep(db, STAMPEDE)
    assert understand(db) == 1
    return db


def test_article_is_tagged_by_the_text_of_the_post_and_not_by_hashtags(db: Database) -> None:
    assert told(db) == [("caching", "likely", "post", "cache stampede")]
    assert find_inconsistencies(db) == []


def test_night_without_new_posts_annotates_nothing(db: Database) -> None:
    keep(db, STAMPEDE)
    assert understand(db) == 0


@pytest.mark.parametrize(
    "unquotable",
    [
        {"consent": Consent.LINK_ONLY},
        {"consent": Consent.NONE},
        {"sensitive": True},
        {"visibility": "private"},
    ],
)
def test_only_public_posts_are_evidence(unquotable: dict[str, object]) -> None:
    db = open_memory()
    save_topics(db, TOPICS)
    keep(db, replace(STAMPEDE, **unquotable))  # type: ignore[arg-type]
    understand(db)
    assert told(db) == []


def test_further_post_is_evidence_after_the_next_annotation(db: Database) -> None:
    earlier = replace(
        STAMPEDE,
        uri="2",
        text="A message queue that never fills.",
        published=NOW - timedelta(days=9),
    )
    keep(db, earlier)
    assert find_inconsistencies(db) == []
    assert understand(db) == 1
    assert sorted(told(db)) == [
        ("caching", "likely", "post", "cache stampede"),
        ("queues", "likely", "post", "message queue"),
    ]
    assert find_inconsistencies(db) == []


def test_only_the_first_three_posts_count(db: Database) -> None:
    keep(
        db,
        *(replace(STAMPEDE, uri=f"e{n}", text="Read this.", published=NOW - timedelta(days=n))
          for n in range(1, 4)),
    )  # fmt: skip
    assert understand(db) == 1
    assert told(db) == []


def take_back(db: Database) -> None:
    mark_deleted(db, ["1"], NOW)


def hide(db: Database) -> None:
    db.execute("UPDATE posts SET hidden = 1")


def erase(db: Database) -> None:
    db.execute("DELETE FROM posts")


def allow_the_link_only(db: Database) -> None:
    keep(db, replace(STAMPEDE, consent=Consent.LINK_ONLY))


def link_elsewhere(db: Database) -> None:
    keep(db, replace(STAMPEDE, links=(Link("https://other.example/"),)))


@pytest.mark.parametrize("silence", [take_back, hide, erase, allow_the_link_only, link_elsewhere])
def test_withdrawn_post_is_no_longer_quoted(
    db: Database, silence: Callable[[Database], None]
) -> None:
    silence(db)
    assert db.execute(
        "SELECT count(*) FROM evidence WHERE quote = 'cache stampede'"
    ).fetchone() == (0,)
    assert find_inconsistencies(db) == []


def test_edited_post_is_annotated_again(db: Database) -> None:
    keep(db, replace(STAMPEDE, text="How to fill a message queue."))
    assert told(db) == []
    assert understand(db) == 1
    assert told(db) == [("queues", "likely", "post", "message queue")]
    assert find_inconsistencies(db) == []


def read(db: Database, title: str, text: str) -> None:
    read_article(db, 1, replace(ARTICLE, url=SHORT, title=title, text=text))
    assert understand(db) == 1


def test_an_article_that_was_read_keeps_the_evidence_of_its_post(db: Database) -> None:
    read(db, "A message queue", "Nothing of the other matter.")
    assert sorted((topic, level, field) for topic, level, field, _ in told(db)) == [
        ("caching", "weak", "post"),
        ("queues", "likely", "title"),
    ]
    assert find_inconsistencies(db) == []


def test_a_topic_named_twice_by_the_posts_of_a_read_article_is_likely(db: Database) -> None:
    keep(db, replace(STAMPEDE, uri="2", text="Every cache needs this."))
    read(db, "Untitled", "Nothing of the matter.")
    assert {(topic, level) for topic, level, *_ in told(db)} == {("caching", "likely")}


def test_further_post_marks_a_fetched_article_as_due_once(db: Database) -> None:
    read(db, "A message queue", "Nothing of the other matter.")
    keep(db, replace(STAMPEDE, uri="3"))
    assert understand(db) == 1
    keep(db, replace(STAMPEDE, uri="3"))
    assert understand(db) == 0


@pytest.mark.parametrize("silence", [take_back, hide, erase, allow_the_link_only, link_elsewhere])
def test_topic_in_the_article_text_stays_after_its_post_is_deleted(
    db: Database, silence: Callable[[Database], None]
) -> None:
    read(db, "How a cache works", "A cache keeps copies.")
    assert {field for _, _, field, _ in told(db)} == {"post", "title", "text"}
    silence(db)
    assert {(topic, field) for topic, _, field, _ in told(db)} == {
        ("caching", "title"),
        ("caching", "text"),
    }
    assert find_inconsistencies(db) == []


def test_a_quote_that_is_not_in_the_post_is_found(db: Database) -> None:
    db.execute("UPDATE evidence SET quote = 'cache hit'")
    assert [finding.check for finding in find_inconsistencies(db)] == ["evidence-misquoted"]
