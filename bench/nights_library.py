"""Libraries for `bench.nights`: settled ones of any size, and the news of one night.

Their articles have short texts and one post each, to save time and space. No relations are derived:
the generated ones stay. A library of 100,000 articles takes 2.3 GB with its snapshot and backup.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from bench.explorer_library import create_library
from bench.explorer_words import TextSource
from crawler.crawl import rank_and_relate, relate_all
from crawler.crawl.annotation_versions import current_versions
from crawler.crawl.crawl_context import open_ledger
from crawler.crawl.list_sources import list_sources
from crawler.crawl.retag_selection import save_taxonomy
from crawler.extract import extraction_version
from crawler.store import item_annotations
from crawler.store.article_profiles import save_counts
from crawler.store.changed_items import changed_ids, forget_changes
from crawler.store.database import open_store, transaction
from crawler.store.reading_lists import attach_picks
from crawler.topics.changed_phrases import phrase_table
from crawler.topics.tagger import Tagger
from crawler.workspace import SETTINGS_FILE, Workspace, open_workspace

FIRST_NIGHT = datetime(2026, 12, 1, 3, tzinfo=UTC)  # a Tuesday: Monday makes a full backup
SOURCES = 300
_WORDS = 90
_POSTS_PER_ARTICLE = 1
_POSTS_PER_NEW_ARTICLE = 3
_UNMATCHED_CARDS = 20
_NOT_DUE = "2026-12-20T00:00:00Z"
_MOST_PICKS = 10_000


def create_settled_library(folder: Path, articles: int) -> None:
    """Make a workspace in `folder` with so many `articles`, of which nothing is due or pending."""
    workspace = create_library(folder, articles, words=_WORDS, posts=_POSTS_PER_ARTICLE)
    workspace.sources.write_text("".join(_sources()), encoding="utf-8")
    settings = "[fetch]\ncontact = 'https://hashtrail.example'\ndelay_seconds = 0\n"
    (folder / SETTINGS_FILE).write_text(settings, encoding="utf-8")
    db = open_store(workspace.database)
    with transaction(db):
        attach_picks(open_ledger(db), FIRST_NIGHT, _MOST_PICKS)
        list_sources(db, workspace)
        _set_not_due(db)
        _add_unmatched_cards(db)
    _save_versions(db, workspace)
    _derive(db)
    db.close()


def _sources() -> Iterator[str]:
    """Yield feeds and, as every third source, a timeline whose posts are checked again."""
    for number in range(SOURCES):
        if number % 3:
            address = f'kind = "feed"\nurl = "https://blog{number}.example.net/feed.xml"'
        else:
            server = f"social{number}.example.net"
            address = f'kind = "mastodon"\nserver = "{server}"\nhashtag = "raft"'
        yield f'[[source]]\nname = "Source {number}"\n{address}\n\n'


def _set_not_due(db: Database) -> None:
    db.conn.execute(
        "UPDATE articles SET annotated = 'yes', next_check = ?, directives = CASE WHEN id = 1 "
        "THEN '{\"noarchive\":true}' ELSE directives END",
        [_NOT_DUE],
    )
    db.conn.execute(
        "UPDATE posts SET annotated = 'yes', next_check = ?, last_checked = seen_at, "
        "last_attempt = seen_at",
        [_NOT_DUE],
    )
    db.conn.execute("UPDATE sources SET etag = '\"known\"', cursor = '{}'")


def _add_unmatched_cards(db: Database) -> None:
    db.conn.executemany(
        "INSERT INTO cards (post_id, title) VALUES (?, ?)",
        [(post, f"Card {post} about unknown things") for post in range(1, _UNMATCHED_CARDS + 1)],
    )


def _save_versions(db: Database, workspace: Workspace) -> None:
    """Store that every text was extracted, annotated and related by the current code."""
    tagger = Tagger.load(workspace.topics)
    versions = current_versions(tagger, "")
    save_taxonomy(db, phrase_table(tagger), versions["topics"])
    current = {**versions, "text": extraction_version.version()}
    item_annotations.save_annotation_versions(db, current)


def _derive(db: Database) -> None:
    """Derive ranks, stories and features, by which a night relates changed articles."""
    rank_and_relate._update_ranks(db)
    relate_all.group_all(db)
    with transaction(db):
        relate_all._save_features(db)
        save_counts(db, "library", relate_all.count_articles(db), {})
        forget_changes(db, "article", changed_ids(db, "article"))


def make_sources_due(folder: Path) -> None:
    """Make every source of the workspace in `folder` due at once."""
    db = open_store(open_workspace(folder, {}).database)
    with transaction(db):
        db.conn.execute("UPDATE sources SET next_check = NULL")
    db.close()


def count_nights(folder: Path) -> int:
    """Return the number of nights that were measured in the workspace `folder`."""
    db = open_store(open_workspace(folder, {}).database)
    count = db.execute("SELECT count(*) FROM runs WHERE started >= '2026-12-01'").fetchone()[0]
    db.close()
    return int(count)


def add_articles(folder: Path, count: int, number: int) -> None:
    """Store `count` articles of night `number` and their posts, as a crawl leaves them."""
    db = open_store(open_workspace(folder, {}).database)
    words = replace(TextSource.create(random.Random(16)), dice=random.Random(f"{number}"))
    seen = (FIRST_NIGHT + timedelta(days=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
    first = db.execute("SELECT max(id) + 1 FROM articles").fetchone()[0]
    post = db.execute("SELECT max(id) + 1 FROM posts").fetchone()[0]
    authors = db.execute("SELECT max(id) FROM authors").fetchone()[0]
    with transaction(db):
        for article in range(first, first + count):
            url = _add_article(db, article, words, seen)
            for _ in range(_POSTS_PER_NEW_ARTICLE):
                _add_post(db, post, 1 + post % authors, (article, url), words, seen)
                post += 1
    db.close()


def _add_article(db: Database, article: int, words: TextSource, seen: str) -> str:
    url = f"https://new{article % 97}.example.net/{article}"
    row: dict[str, Any] = {
        "id": article,
        "url": url,
        "key": url[8:],
        "host": url.split("/")[2],
        "title": words.title("en", ()),
        "text": words.text(600, ()),
        "word_count": 600,
        "state": "ok",
        "first_seen": seen,
        "last_checked": seen,
        "next_check": _NOT_DUE,
        "content_hash": "digest",
        "media_type": "text/html",
        "summary_source": "text",
    }
    _insert(db, "articles", row)
    alias = {"url": url, "key": url[8:], "article_id": article, "reason": "as-posted"}
    _insert(db, "aliases", {**alias, "added_at": seen})
    return url


def _add_post(
    db: Database, post: int, author: int, article: tuple[int, str], words: TextSource, seen: str
) -> None:
    uri = f"https://new.example/{post}"
    row = {
        "id": post,
        "source": f"Source {post % SOURCES}",
        "network": "mastodon",
        "uri": uri,
        "url": uri,
        "author_id": author,
        "published": seen,
        "seen_at": seen,
        "text": words.sentence(25, ()),
        "content_hash": f"digest {post}",
        "next_check": _NOT_DUE,
    }
    _insert(db, "posts", row)
    link = {"post_id": post, "url": article[1], "shown": article[1], "article_id": article[0]}
    _insert(db, "links", {**link, "origin": "body", "position": 0})


def _insert(db: Database, table: str, row: dict[str, Any]) -> None:
    places = ", ".join(f":{name}" for name in row)
    db.conn.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", row)
