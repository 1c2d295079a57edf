"""Databases that the tests of the store share: an empty one in memory, and a small full one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlite_utils import Database

from crawler.models.articles import Article, ArticleState
from crawler.models.posts import Author, Card, Link, Post
from crawler.models.topics import Evidence, Topic, TopicScore
from crawler.store.articles import ArticleCheck, save_article
from crawler.store.database import open_memory
from crawler.store.posts import save_posts
from crawler.store.taggings import save_taggings, save_topics

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
TEXT = (
    "A lease expires by itself. A lock held by a dead client does not, "
    "and so leases suit distributed systems better."
)
ARTICLE = Article(
    "https://a.example/leases",
    "Leases beat locks",
    TEXT,
    authors=("Bo",),
    site_name="A",
    description="Why a lease is enough.",
    links=(Link("https://papers.example/leases", "the paper"),),
    content_hash="c1",
    word_count=21,
    field_sources=(("title", "og"),),
    extractor="test 1",
)
SCORE = TopicScore(
    "leases",
    2.5,
    "certain",
    (
        Evidence("title", "Leases", 0, "strong:leases", 2.0),
        Evidence("text", "lease expires", 2, "strong:lease", 0.5),
    ),
)
POST = Post(
    "mastodon",
    "https://trail.example/1",
    "Leases beat locks: https://a.example/leases #DistributedSystems",
    author=Author("mastodon", "anna@trail.example", "Anna", "https://trail.example/@anna"),
    published=NOW,
    hashtags=("DistributedSystems",),
    links=(Link("https://a.example/leases"),),
    cards=(Card("Leases, says the card", "Why", "A", "https://a.example/leases"),),
)


def add_article(
    db: Database, url: str = "https://a.example/leases", host: str = "a.example"
) -> int:
    """An article without a text, attached to the links that have its URL."""
    db.execute(
        "INSERT INTO articles (url, key, host, first_seen) "
        "VALUES (?, ?, ?, '2026-03-01T04:00:00Z')",
        [url, url, host],
    )
    article_id = int(db.execute("SELECT max(id) FROM articles").fetchone()[0])
    db.execute(
        "INSERT INTO aliases (url, key, article_id, reason, added_at) "
        "VALUES (?, ?, ?, 'as-posted', '2026-03-01T04:00:00Z')",
        [url, url, article_id],
    )
    db.execute("UPDATE links SET article_id = ? WHERE url = ?", [article_id, url])
    return article_id


def read_article(
    db: Database, article_id: int, article: Article = ARTICLE, at: datetime = NOW
) -> bool:
    check = ArticleCheck(article_id, at, None, ArticleState.OK, status=200, etag='"e1"')
    return save_article(db, check, article)


def fill(db: Database) -> Database:
    """One post by Anna, the article it links to, one topic with evidence on both."""
    save_posts(db, "trail", [POST], NOW)
    read_article(db, add_article(db))
    save_topics(db, [Topic("leases", "Leases", "Locks that end by themselves.")])
    save_taggings(db, [(("article", 1), [SCORE])], "matcher", "v1")
    save_taggings(
        db,
        [
            (
                ("post", 1),
                [
                    TopicScore(
                        "leases",
                        1.0,
                        "likely",
                        (Evidence("text", "Leases", 0, "strong:leases", 1.0),),
                    )
                ],
            )
        ],
        "matcher",
        "v1",
    )
    return db


@pytest.fixture
def db() -> Database:
    return open_memory()


@pytest.fixture
def full(db: Database) -> Database:
    return fill(db)
