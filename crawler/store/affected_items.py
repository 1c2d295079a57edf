"""Find the articles, posts and other items whose published rows follow from changed rows.

A changed post changes the articles that it shares, the posts of its thread and the copies of it. An
article that may no longer be quoted changes the posts that share it and the articles that are
related to it. Both the private database and the published snapshot know such a neighbour: one of
them may not have it any more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from crawler.store.snapshot_changes import SnapshotChanges

# CROSS JOIN keeps the order of the tables: the planner begins with the largest one otherwise.
_TABLES = """
CREATE TEMP TABLE changed_articles (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE changed_posts (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE seeds (id INTEGER PRIMARY KEY);
"""
_ARTICLE = "INSERT OR IGNORE INTO temp.changed_articles "
_POST = "INSERT OR IGNORE INTO temp.changed_posts "
_IDS = "SELECT value FROM json_each(?)"

_CHANGED = {
    "article": (_ARTICLE + _IDS,),
    "author": (
        f"{_POST} SELECT id FROM private.posts WHERE author_id IN ({_IDS})",  # noqa: S608
        f"{_POST} SELECT id FROM public.posts WHERE author_id IN ({_IDS})",  # noqa: S608
    ),
    "entity": (
        f"{_ARTICLE} SELECT article_id FROM private.article_entities WHERE entity_id IN ({_IDS})",  # noqa: S608
        f"{_ARTICLE} SELECT article_id FROM public.article_entities WHERE entity_id IN ({_IDS})",  # noqa: S608
    ),
    "post": (_POST + _IDS,),
    "tagging": tuple(
        f"{insert} SELECT t.subject_id FROM json_each(?) c CROSS JOIN private.taggings t "  # noqa: S608
        f"ON t.id = c.value WHERE t.subject_kind = '{kind}'"
        for kind, insert in (("article", _ARTICLE), ("post", _POST))
    ),
}
"""The statements that insert the changed articles and posts, by the kind of a recorded change."""

# Articles that were quoted and may not be any more, or the other way round.
_SHOWN_DIFFERENTLY = """
INSERT INTO temp.seeds
    SELECT c.id FROM temp.changed_articles c
    CROSS JOIN private.publishable_articles n ON n.id = c.id
    WHERE EXISTS (SELECT 1 FROM public.articles WHERE id = c.id)
    AND (n.shows = 'title') <> EXISTS (SELECT 1 FROM public.unquotable_articles WHERE id = c.id);
INSERT OR IGNORE INTO temp.changed_articles
    SELECT article_id FROM private.related_articles WHERE other_id IN (SELECT id FROM temp.seeds);
INSERT OR IGNORE INTO temp.changed_posts
    SELECT post_id FROM private.links WHERE article_id IN (SELECT id FROM temp.seeds)
    UNION SELECT post_id FROM private.cards WHERE article_id IN (SELECT id FROM temp.seeds);
DELETE FROM temp.seeds;
"""
_NEIGHBOURS = """
INSERT INTO temp.seeds SELECT id FROM temp.changed_posts;
INSERT OR IGNORE INTO temp.changed_posts
    SELECT id FROM private.posts
    WHERE similar_to IS NOT NULL AND similar_to IN (SELECT id FROM temp.seeds)
    UNION SELECT id FROM public.posts
    WHERE similar_to IS NOT NULL AND similar_to IN (SELECT id FROM temp.seeds);
INSERT OR IGNORE INTO temp.seeds SELECT id FROM temp.changed_posts;
INSERT OR IGNORE INTO temp.changed_posts
    SELECT o.id FROM private.posts p JOIN private.posts o ON o.thread_key = p.thread_key
    WHERE p.id IN (SELECT id FROM temp.seeds)
    UNION SELECT o.id FROM public.posts p JOIN public.posts o ON o.thread_key = p.thread_key
    WHERE p.id IN (SELECT id FROM temp.seeds);
INSERT OR IGNORE INTO temp.changed_articles
    SELECT article_id FROM (
        SELECT article_id, post_id FROM private.links
        UNION ALL SELECT article_id, post_id FROM private.cards
        UNION ALL SELECT article_id, post_id FROM public.links
        UNION ALL SELECT article_id, post_id FROM public.cards
        UNION ALL SELECT article_id, post_id FROM public.shares
    ) WHERE post_id IN (SELECT id FROM temp.changed_posts) AND article_id IS NOT NULL;
INSERT OR IGNORE INTO temp.changed_posts
    SELECT post_id FROM private.links WHERE article_id IN (SELECT id FROM temp.changed_articles)
    UNION
    SELECT post_id FROM private.cards WHERE article_id IN (SELECT id FROM temp.changed_articles);
"""
_AUTHORS = """
SELECT author_id FROM private.posts WHERE id IN (SELECT id FROM temp.changed_posts)
UNION SELECT author_id FROM public.posts WHERE id IN (SELECT id FROM temp.changed_posts)
"""
_ENTITIES = """
SELECT entity_id FROM private.article_entities
WHERE article_id IN (SELECT id FROM temp.changed_articles)
UNION SELECT entity_id FROM public.article_entities
WHERE article_id IN (SELECT id FROM temp.changed_articles)
"""


@dataclass(frozen=True, slots=True)
class AffectedItems:
    """The ids of the items whose rows the snapshot must replace."""

    articles: tuple[int, ...]
    posts: tuple[int, ...]
    authors: tuple[int, ...]
    entities: tuple[int, ...]
    stories: tuple[int, ...]


def find_affected_items(copy: sqlite3.Connection, changes: SnapshotChanges) -> AffectedItems:
    """Return the items that `changes` affect.

    `copy` has the databases `private` and `public` attached. Afterwards it has the temporary tables
    `changed_articles` and `changed_posts`.
    """
    copy.executescript(f"BEGIN; {_TABLES} COMMIT;")
    copy.execute("BEGIN")
    for kind in _CHANGED.keys() & changes.ids.keys():
        for statement in _CHANGED[kind]:
            copy.execute(statement, [_json(changes.of(kind))])
    copy.execute("COMMIT")
    copy.executescript(f"BEGIN; {_SHOWN_DIFFERENTLY} {_NEIGHBOURS} COMMIT;")
    return AffectedItems(
        _ids(copy, "SELECT id FROM temp.changed_articles"),
        _ids(copy, "SELECT id FROM temp.changed_posts"),
        _ids(copy, _AUTHORS, changes.of("author")),
        _ids(copy, _ENTITIES, changes.of("entity")),
        changes.of("story"),
    )


def _ids(copy: sqlite3.Connection, query: str, others: Iterable[int] = ()) -> tuple[int, ...]:
    ids = {row[0] for row in copy.execute(query) if row[0] is not None}
    return tuple(sorted(ids.union(others)))


def _json(ids: Iterable[int]) -> str:
    return msgspec.json.encode(tuple(ids)).decode()
