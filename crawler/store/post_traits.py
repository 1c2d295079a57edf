"""Read which hosts posts link to, and which topics posts and the articles that they share have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlite_utils import Database

from crawler.store.sql_values import to_json

_GROUP = 60  # posts

# CROSS JOIN keeps the order: the planner begins with all articles otherwise.
_HOSTS = """
SELECT l.post_id, a.host FROM links l CROSS JOIN articles a ON a.id = l.article_id
WHERE l.post_id IN (SELECT value FROM json_each(:ids))
"""
_TOPICS = """
SELECT subject_id, topic FROM taggings WHERE subject_kind = 'post' AND confidence <> 'weak'
    AND subject_id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT l.post_id, t.topic FROM links l
CROSS JOIN taggings t ON t.subject_kind = 'article' AND t.subject_id = l.article_id
WHERE l.post_id IN (SELECT value FROM json_each(:ids)) AND t.confidence <> 'weak'
"""


class _Group:
    """Posts whose hosts, or topics, are read together when those of one post are needed."""

    def __init__(self, db: Database, ids: Sequence[int]) -> None:
        self._db = db
        self._ids = ids

    @cached_property
    def hosts(self) -> Mapping[int, frozenset[str]]:
        return self._read(_HOSTS)

    @cached_property
    def topics(self) -> Mapping[int, frozenset[str]]:
        return self._read(_TOPICS)

    def _read(self, query: str) -> Mapping[int, frozenset[str]]:
        values: defaultdict[int, set[str]] = defaultdict(set)
        for post_id, value in self._db.execute(query, {"ids": to_json(self._ids)}):
            values[post_id].add(value)
        return {post_id: frozenset(values[post_id]) for post_id in self._ids}


@dataclass(frozen=True, slots=True)
class StoredTraits:
    """The traits of a stored post; its hosts and topics are read when they are used."""

    post_id: int
    language: str
    group: _Group

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of the articles that the post links to."""
        return self.group.hosts[self.post_id]

    @property
    def languages(self) -> frozenset[str]:
        """The language of the post, if it is known."""
        return frozenset({self.language} - {""})

    @property
    def topics(self) -> frozenset[str]:
        """The topics of the post and of the articles that it links to."""
        return self.group.topics[self.post_id]


def stored_traits(db: Database, posts: Sequence[tuple[int, str]]) -> list[StoredTraits]:
    """Return the traits of `posts`, ids with a language, in the same order.

    Those of neighbours are read together, so that a caller that stops early reads few.
    """
    groups = [posts[start : start + _GROUP] for start in range(0, len(posts), _GROUP)]
    return [
        StoredTraits(post_id, language, group)
        for members in groups
        for group in (_Group(db, [post_id for post_id, _ in members]),)
        for post_id, language in members
    ]
