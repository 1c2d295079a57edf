"""Store derived values: kinds, excerpts, entities, stories, relations and ranks.

Items wait to be annotated if their text is new or a derivation version changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import msgspec
from sqlite_utils import Database

from crawler.models.articles import Directives
from crawler.models.relations import Mention, Relation, Story
from crawler.models.topics import Item, SubjectKind
from crawler.store.database import transaction
from crawler.store.evidence_posts import FIRST_POSTS
from crawler.store.sql_values import to_json
from crawler.store.stored_versions import delete_versions, load_versions, save_versions

CHUNK = 500
_NOTE = "derived:"  # before the name of a part: the note of the version by which it was derived
_DONE, _TOPICS = "yes", "topics"
_WAITING = f"annotated IN ('', '{_TOPICS}')"
_ARTICLES = f"""
SELECT id, url, title, text, headings, summary, summary_source, directives, annotated,
       {FIRST_POSTS} AS post FROM articles a
"""  # noqa: S608
OF_ARTICLES = ("entities", "excerpts", "kinds", "topics")
OF_POSTS = ("topics",)
TABLES: Mapping[SubjectKind, str] = {"article": "articles", "post": "posts"}
"""The table of each kind of item, in the order in which they are annotated."""


@dataclass(frozen=True, slots=True)
class PendingItem:
    """An article or a post of which `parts` must be derived.

    They are all parts if its text is new. Else they are the parts whose version changed, and the
    topics if a phrase in the text changed.

    `summary` is the stored excerpt, and `description` the same if the author wrote it.
    """

    kind: SubjectKind
    id: int
    item: Item
    parts: tuple[str, ...]
    new: bool = True
    summary: str = ""
    description: str = ""
    directives: Directives = Directives()


@dataclass(frozen=True, slots=True)
class ArticleAnnotation:
    """The derived values of one article; None for a part that was not derived."""

    id: int
    kind: tuple[str, str] | None = None
    summary: tuple[str, str] | None = None
    mentions: tuple[Mention, ...] | None = None


def load_annotation_versions(db: Database) -> dict[str, str]:
    """Return the version by which each part of everything stored was derived.

    A part is missing if a run that derived it again was interrupted.
    """
    return load_versions(db, _NOTE)


def delete_annotation_versions(db: Database, parts: Iterable[str]) -> None:
    """Delete the versions of `parts`, so that an interrupted run derives them again."""
    delete_versions(db, parts, _NOTE)


def save_annotation_versions(db: Database, versions: Mapping[str, str]) -> None:
    """Store that everything stored was derived by `versions`: part -> version."""
    save_versions(db, versions, _NOTE)


def load_topic_phrases(db: Database) -> bytes | None:
    """Return the encoded phrases by which the topics of everything stored were derived.

    None if they are unknown, or if the run that derived the topics was interrupted.
    """
    version = load_annotation_versions(db).get("topics")
    row = db.execute("SELECT phrases FROM topic_phrases WHERE version = ?", [version]).fetchone()
    return row[0].encode() if row else None


def save_topic_phrases(db: Database, version: str, phrases: bytes) -> None:
    """Store the encoded `phrases` by which the topics of `version` were derived."""
    with transaction(db):
        db.conn.execute("DELETE FROM topic_phrases WHERE version <> ?", [version])
        db.conn.execute(
            "INSERT INTO topic_phrases (version, phrases) VALUES (?, ?) ON CONFLICT DO UPDATE "
            "SET phrases = excluded.phrases WHERE phrases <> excluded.phrases",
            [version, phrases.decode()],
        )


def pending_items(db: Database, stale: Collection[str] = ()) -> Iterator[list[PendingItem]]:
    """Yield the pending articles, then the posts, all of them if a part is `stale`, in batches."""
    yield from pending_articles(db, stale)
    yield from pending_posts(db, stale)


def pending_articles(db: Database, stale: Collection[str] = ()) -> Iterator[list[PendingItem]]:
    """Yield the articles with a new text, or all articles if a part is `stale`, in batches.

    The first posts that share an article are evidence of its topics.
    """
    parts = tuple(part for part in OF_ARTICLES if part in stale)
    return _waiting(
        db,
        f"{_ARTICLES} WHERE {_waits(parts)} AND id > :last ORDER BY id LIMIT {CHUNK}",
        partial(_article, parts),
    )


def article_item(db: Database, article_id: int) -> Item:
    """Return a stored article as it is tagged: by its text or, without a text, by its excerpt."""
    (row,) = db.query(f"{_ARTICLES} WHERE id = ?", [article_id])
    waiting = _article((), row)
    return replace(waiting.item, text=waiting.item.text or waiting.summary)


def annotated_items(db: Database, kind: SubjectKind) -> Iterator[tuple[int, Item]]:
    """Yield the id of each annotated article or post of a `kind`, and the item as it is tagged.

    Reading rows without their other columns takes a third of the time of `pending_articles`.
    """
    if kind == "post":
        for posts in pending_posts(db, OF_POSTS):
            yield from ((post.id, post.item) for post in posts if not post.new)
        return
    rows = db.execute(
        "SELECT id, title, CASE WHEN text = '' THEN summary ELSE text END, url, headings, "  # noqa: S608
        f"{FIRST_POSTS} FROM articles a WHERE annotated <> '' ORDER BY id"
    )
    for article_id, title, text, url, headings, post in rows:
        lines = () if headings == "[]" else tuple(msgspec.json.decode(headings))
        yield article_id, Item(title, text, (), url, lines, post or "")


def pending_posts(db: Database, stale: Collection[str] = ()) -> Iterator[list[PendingItem]]:
    """Yield the pending posts like `pending_articles`, all of them if a part is `stale`.

    A post without text has the title of its card.
    """
    parts = tuple(part for part in OF_POSTS if part in stale)
    return _waiting(
        db,
        "SELECT id, CASE WHEN text = '' THEN (SELECT title FROM cards WHERE post_id = p.id) END "  # noqa: S608
        "AS title, text, (SELECT json_group_array(shown) FROM post_hashtags WHERE post_id = p.id) "
        "AS hashtags, annotated FROM posts p "
        f"WHERE {_waits(parts)} AND id > :last ORDER BY id LIMIT {CHUNK}",
        partial(_post, parts),
    )


def count_pending(db: Database, stale: Collection[str] = ()) -> int:
    """Return how many items `pending_articles` and `pending_posts` yield for the parts `stale`."""
    articles = _waits([part for part in OF_ARTICLES if part in stale])
    posts = _waits([part for part in OF_POSTS if part in stale])
    counted: int = db.execute(
        f"SELECT (SELECT count(*) FROM articles WHERE {articles}) "  # noqa: S608
        f"+ (SELECT count(*) FROM posts WHERE {posts})"
    ).fetchone()[0]
    return counted


def save_annotations(db: Database, results: Iterable[ArticleAnnotation]) -> None:
    """Write the derived parts in `results`; unchanged values are not written."""
    with transaction(db):
        for result in results:
            _keep_pair(db, result.id, ("kind", "kind_reason"), result.kind)
            _keep_pair(db, result.id, ("summary", "summary_source"), result.summary)
            if result.mentions is not None:
                _keep_mentions(db, result.id, result.mentions)


def mark_annotated(db: Database, table: str, ids: Iterable[int]) -> None:
    """Mark every part of these rows (`ids`) of the `table` articles or posts as derived."""
    with transaction(db):
        db.conn.executemany(
            f"UPDATE {table} SET annotated = :done WHERE id = :id AND {_WAITING}",  # noqa: S608
            [{"done": _DONE, "id": row_id} for row_id in ids],
        )


def mark_pending(db: Database, table: str, ids: Iterable[int]) -> None:
    """Mark these rows (`ids`) of the `table` articles or posts to be annotated by the next run."""
    with transaction(db):
        statement = f"UPDATE {table} SET annotated = '' WHERE id = ?"  # noqa: S608
        db.conn.executemany(statement, [(row_id,) for row_id in ids])


def mark_topics_pending(db: Database, table: str, ids: Iterable[int]) -> None:
    """Mark these annotated rows (`ids`) of the `table` articles or posts to be tagged again."""
    with transaction(db):
        statement = f"UPDATE {table} SET annotated = ? WHERE id = ? AND annotated = ?"  # noqa: S608
        db.conn.executemany(statement, [(_TOPICS, row_id, _DONE) for row_id in ids])


def save_relations(
    db: Database, relations: Iterable[Relation], article_ids: Collection[int] | None = None
) -> None:
    """Replace the stored relations by `relations`: all, or those of `article_ids`."""
    wanted = {
        (relation.article_id, relation.other_id): (relation.score, relation.reason)
        for relation in relations
    }
    stored = {
        (article_id, other_id): (score, reason)
        for article_id, other_id, score, reason in db.execute(
            "SELECT article_id, other_id, score, reason FROM related_articles"  # noqa: S608
            f"{_among('article_id', article_ids)}"
        ).fetchall()
    }
    with transaction(db):
        db.conn.executemany(
            "DELETE FROM related_articles WHERE article_id = ? AND other_id = ?",
            stored.keys() - wanted.keys(),
        )
        db.conn.executemany(
            "INSERT INTO related_articles (article_id, other_id, score, reason) "
            "VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET score = excluded.score, reason = excluded.reason",
            [
                (*pair, *value)
                for pair, value in sorted(wanted.items())
                if stored.get(pair) != value
            ],
        )


def save_stories(
    db: Database, stories: Iterable[Story], article_ids: Collection[int] | None = None
) -> None:
    """Replace the stored `stories`: all, or those of `article_ids`.

    A story keeps its id while it keeps its lead.
    """
    wanted = {story.lead: story for story in stories}
    with transaction(db):
        old_ids = _stories_by_lead(db, article_ids)
        for lead in sorted(wanted.keys() - old_ids.keys()):
            db.conn.execute("INSERT INTO stories (lead_article_id, reason) VALUES (?, '')", [lead])
        ids = _stories_by_lead(db, article_ids)
        members = {member: ids[story.lead] for story in wanted.values() for member in story.members}
        _set_stories(db, members, article_ids)
        db.conn.executemany(
            "UPDATE stories SET reason = ? WHERE id = ? AND reason <> ?",
            [(s.reason, ids[lead], s.reason) for lead, s in wanted.items()],
        )
        db.conn.executemany(
            "DELETE FROM stories WHERE lead_article_id = ?",
            [(lead,) for lead in old_ids.keys() - wanted.keys()],
        )


def _stories_by_lead(db: Database, article_ids: Collection[int] | None) -> dict[int, int]:
    return dict(
        db.execute(
            f"SELECT lead_article_id, id FROM stories{_among('lead_article_id', article_ids)}"  # noqa: S608
        ).fetchall()
    )


def _among(column: str, ids: Collection[int] | None) -> str:
    """Return the condition on a column of ids; none for None."""
    if ids is None:
        return ""
    numbers = to_json(sorted(ids))
    return f" WHERE {column} IN (SELECT value FROM json_each('{numbers}'))"  # noqa: S608


def save_ranks(db: Database, ranks: Mapping[int, float]) -> None:
    """Write the rank of each article in `ranks` (id -> rank) where it differs."""
    with transaction(db):
        db.conn.executemany(
            "UPDATE articles SET rank = ? WHERE id = ? AND rank <> ?",
            [(value, article, value) for article, value in ranks.items()],
        )


def _waits(stale: Sequence[str]) -> str:
    """Return the condition on rows to derive: all, or by index those that wait."""
    return "true" if stale else _WAITING


def _waiting(
    db: Database, sql: str, read: Callable[[dict[str, Any]], PendingItem]
) -> Iterator[list[PendingItem]]:
    last = 0
    while rows := list(db.query(sql, {"last": last})):
        last = rows[-1]["id"]
        yield [read(row) for row in rows]


def _article(stale: tuple[str, ...], row: dict[str, Any]) -> PendingItem:
    item = Item(
        title=row["title"],
        text=row["text"],
        url=row["url"],
        headings=tuple(msgspec.json.decode(row["headings"])),
        post=row["post"] or "",
    )
    return PendingItem(
        "article",
        row["id"],
        item,
        _due_parts(row["annotated"], OF_ARTICLES, stale),
        not row["annotated"],
        row["summary"],
        row["summary"] if row["summary_source"] != "text" else "",
        msgspec.json.decode(row["directives"], type=Directives),
    )


def _post(stale: tuple[str, ...], row: dict[str, Any]) -> PendingItem:
    hashtags = tuple(msgspec.json.decode(row["hashtags"]))
    item = Item(title=row["title"] or "", text=row["text"], hashtags=hashtags)
    parts = _due_parts(row["annotated"], OF_POSTS, stale)
    return PendingItem("post", row["id"], item, parts, not row["annotated"])


def _due_parts(state: str, parts: tuple[str, ...], stale: tuple[str, ...]) -> tuple[str, ...]:
    """The parts to derive of an item in a state (the column `annotated`), in order."""
    if not state:
        return parts
    return tuple(part for part in parts if part in stale or part == state)


def _keep_pair(
    db: Database, article_id: int, columns: tuple[str, str], values: tuple[str, str] | None
) -> None:
    """Write two columns of an article where they differ; nothing for None."""
    if values is not None:
        first_column, second_column = columns
        db.conn.execute(
            f"UPDATE articles SET {first_column} = ?, {second_column} = ? WHERE id = ? "  # noqa: S608
            f"AND ({first_column}, {second_column}) IS NOT (?, ?)",
            [*values, article_id, *values],
        )


def _keep_mentions(db: Database, article_id: int, mentions: tuple[Mention, ...]) -> None:
    wanted = {mention.slug: (mention.sentence, mention.start) for mention in mentions}
    stored = {
        slug: (sentence, start)
        for slug, sentence, start in db.execute(
            "SELECT e.slug, m.sentence, m.start FROM article_entities m "
            "JOIN entities e ON e.id = m.entity_id WHERE m.article_id = ?",
            [article_id],
        ).fetchall()
    }
    if wanted == stored:
        return
    db.conn.executemany(  # by slug: the numbers must not tell the order of the text
        "INSERT INTO entities (slug, name, kind) VALUES (?, ?, ?) ON CONFLICT DO UPDATE "
        "SET name = excluded.name, kind = excluded.kind WHERE name = ''",
        sorted((m.slug, m.name, m.kind) for m in mentions),
    )
    db.conn.execute("DELETE FROM article_entities WHERE article_id = ?", [article_id])
    db.conn.executemany(
        "INSERT INTO article_entities (article_id, entity_id, sentence, start) "
        "VALUES (?, (SELECT id FROM entities WHERE slug = ?), ?, ?)",
        [(article_id, slug, sentence, start) for slug, (sentence, start) in sorted(wanted.items())],
    )


def _set_stories(
    db: Database, wanted: Mapping[int, int], article_ids: Collection[int] | None
) -> None:
    """Set the story of every article to the one in `wanted` for its id, otherwise to NULL."""
    rows = db.execute(f"SELECT id, story_id FROM articles{_among('id', article_ids)}")  # noqa: S608
    stored = {article_id: story for article_id, story in rows if story is not None}
    changes = [
        (wanted.get(row), row)
        for row in sorted(stored.keys() | wanted.keys())
        if stored.get(row) != wanted.get(row)
    ]
    db.conn.executemany("UPDATE articles SET story_id = ? WHERE id = ?", changes)
