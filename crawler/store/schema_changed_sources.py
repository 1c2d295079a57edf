"""The table and triggers that record which sources have changed posts (`changed_sources`)."""

from __future__ import annotations

from collections.abc import Iterable

_MARK = "INSERT INTO changed_sources (name) {names} ON CONFLICT DO NOTHING;"
_COMPARED = ("source", "published", "seen_at", "language", "deleted_at")


def _of(name: str) -> str:
    return _MARK.format(names=f"SELECT {name} WHERE true")


def _of_post(post: str) -> str:
    return _MARK.format(names=f"SELECT source FROM posts WHERE id = {post}")  # noqa: S608


def _of_article(article: str) -> str:
    posts = f"SELECT post_id FROM links WHERE article_id = {article}"  # noqa: S608
    return _MARK.format(names=f"SELECT DISTINCT source FROM posts WHERE id IN ({posts})")  # noqa: S608


def _of_tagged(row: str) -> str:
    """Return the statements for the post or article that a tagging is about."""
    posts = f"""SELECT {row}.subject_id WHERE {row}.subject_kind = 'post'
    UNION SELECT post_id FROM links
    WHERE {row}.subject_kind = 'article' AND article_id = {row}.subject_id"""  # noqa: S608
    return _MARK.format(names=f"SELECT DISTINCT source FROM posts WHERE id IN ({posts})")  # noqa: S608


def _differ(columns: Iterable[str]) -> str:
    return " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)


_TRIGGERS = {
    "source_inserted AFTER INSERT ON sources": _of("new.name"),
    "source_post_inserted AFTER INSERT ON posts": _of("new.source"),
    f"source_post_changed AFTER UPDATE OF {', '.join(_COMPARED)} ON posts "
    f"WHEN {_differ(_COMPARED)}": _of("old.source") + _of("new.source"),
    "source_post_deleted AFTER DELETE ON posts": _of("old.source"),
    "source_link_inserted AFTER INSERT ON links WHEN new.article_id IS NOT NULL": (
        _of_post("new.post_id")
    ),
    "source_link_changed AFTER UPDATE OF article_id, post_id ON links "
    f"WHEN {_differ(('article_id', 'post_id'))}": _of_post("old.post_id") + _of_post("new.post_id"),
    "source_link_deleted AFTER DELETE ON links": _of_post("old.post_id"),
    "source_host_changed AFTER UPDATE OF host ON articles WHEN old.host IS NOT new.host": (
        _of_article("new.id")
    ),
    "source_topic_inserted AFTER INSERT ON taggings": _of_tagged("new"),
    "source_topic_changed AFTER UPDATE OF topic, confidence, subject_id ON taggings "
    f"WHEN {_differ(('topic', 'confidence', 'subject_id'))}": _of_tagged("old") + _of_tagged("new"),
    "source_topic_deleted AFTER DELETE ON taggings": _of_tagged("old"),
}

CHANGED_SOURCES = "\n".join(
    (
        "CREATE TABLE changed_sources (name TEXT PRIMARY KEY) WITHOUT ROWID;",
        "INSERT INTO changed_sources (name) SELECT name FROM sources;",
        *(
            f"CREATE TRIGGER {event}\nBEGIN {statements} END;"
            for event, statements in _TRIGGERS.items()
        ),
    )
)
"""The statements that create table and triggers, with every source as changed."""
