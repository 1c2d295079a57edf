"""Keeping what was understood: kinds, excerpts, entities, stories, relations, ranks; and which rows still wait to be understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlite_utils import Database

from crawler.model import Directives, Item, Mention, Relation, Story, SubjectKind
from crawler.store.database import transaction
from crawler.store.speaking import FIRST_POST

_CHUNK = 500
_BY = "understood"  # the note of the version by which everything is understood
_WAITS = f"(understood = '' OR NOT EXISTS (SELECT 1 FROM versions WHERE name = '{_BY}' AND value = :version))"  # noqa: S608 (our own name)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article or a post whose text is new, or one of all while the library is understood by another version; `understood` says by which version
    kinds, excerpts and mentions were decided, empty when by none."""

    kind: SubjectKind
    id: int
    item: Item
    understood: str = ""
    description: str = ""
    directives: Directives = Directives()


@dataclass(frozen=True, slots=True)
class Understood:
    """What one article turned out to be."""

    id: int
    kind: str
    kind_reason: str
    summary: str
    summary_source: str
    mentions: tuple[Mention, ...]


def waiting_articles(db: Database, version: str) -> Iterator[list[Waiting]]:
    """The articles that `version` has not understood yet, or all of them when everything is to be tagged again, in chunks.

    For one that has not been read yet the first post that shares it speaks.
    """
    return _waiting(
        db,
        f"""SELECT id, url, title, text, headings, summary, summary_source, directives, understood,
            CASE WHEN text = '' AND summary = '' THEN {FIRST_POST} END AS post FROM articles a WHERE {_WAITS} AND id > :last ORDER BY id LIMIT {_CHUNK}""",  # noqa: S608 (ours)
        version,
        _article,
    )


def waiting_posts(db: Database, version: str) -> Iterator[list[Waiting]]:
    """The same for posts. A card is part of what a post without words of its own says."""
    return _waiting(
        db,
        "SELECT id, CASE WHEN text = '' THEN (SELECT title FROM cards WHERE post_id = p.id) END AS title, text, "  # noqa: S608 (our own names)
        "(SELECT json_group_array(shown) FROM post_hashtags WHERE post_id = p.id) AS hashtags, understood FROM posts p "
        f"WHERE {_WAITS} AND id > :last ORDER BY id LIMIT {_CHUNK}",
        version,
        _post,
    )


def count_waiting(db: Database, version: str) -> int:
    """How many articles and posts wait for `version`."""
    counted: int = db.execute(
        f"SELECT (SELECT count(*) FROM articles WHERE {_WAITS}) + (SELECT count(*) FROM posts WHERE {_WAITS})", {"version": version}  # noqa: S608 (ours)
    ).fetchone()[0]
    return counted


def begin_again(db: Database) -> None:
    """Forget by which version everything is understood: a run that is cut short is known by that, and no article is written for it."""
    with transaction(db):
        db.execute("DELETE FROM versions WHERE name = ?", [_BY])


def end_again(db: Database, version: str) -> None:
    """Note that everything is understood by `version`."""
    with transaction(db):
        db.execute(
            "INSERT INTO versions (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value", [_BY, version]
        )


def keep_understood(db: Database, results: Iterable[Understood]) -> None:
    """Write kinds, excerpts and mentions of some articles; what is the same already is not written."""
    with transaction(db):
        for result in results:
            values = [result.kind, result.kind_reason, result.summary, result.summary_source]
            db.conn.execute(
                "UPDATE articles SET kind = ?, kind_reason = ?, summary = ?, summary_source = ? WHERE id = ? "
                "AND (kind, kind_reason, summary, summary_source) IS NOT (?, ?, ?, ?)",
                [*values, result.id, *values],
            )
            _keep_mentions(db, result.id, result.mentions)


def mark_understood(db: Database, table: str, ids: Iterable[int], version: str) -> None:
    """Note that `version` has understood these rows of `articles` or `posts`, which are new or have new kinds, excerpts and mentions."""
    with transaction(db):
        db.conn.executemany(f"UPDATE {table} SET understood = :v WHERE id = :id AND understood <> :v", [{"v": version, "id": each} for each in ids])  # noqa: S608 (one of our two tables)


def keep_relations(db: Database, relations: Iterable[Relation]) -> None:
    """Make the table `related` hold just these relations."""
    wanted = {(each.article_id, each.other_id): (each.score, each.reason) for each in relations}
    known = {(one, other): (score, reason) for one, other, score, reason in db.execute("SELECT article_id, other_id, score, reason FROM related").fetchall()}
    with transaction(db):
        db.conn.executemany("DELETE FROM related WHERE article_id = ? AND other_id = ?", known.keys() - wanted.keys())
        db.conn.executemany(
            "INSERT INTO related (article_id, other_id, score, reason) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET score = excluded.score, reason = excluded.reason",
            [(*pair, *value) for pair, value in sorted(wanted.items()) if known.get(pair) != value],
        )


def keep_stories(db: Database, stories: Iterable[Story]) -> None:
    """Make `clusters` hold just these stories. A story keeps its id while it keeps its lead."""
    wanted = {story.lead: story for story in stories}
    with transaction(db):
        known = dict(db.execute("SELECT lead_article_id, id FROM clusters").fetchall())
        for lead in sorted(wanted.keys() - known.keys()):
            db.conn.execute("INSERT INTO clusters (lead_article_id, reason) VALUES (?, '')", [lead])
        ids = dict(db.execute("SELECT lead_article_id, id FROM clusters").fetchall())
        members = {member: ids[story.lead] for story in wanted.values() for member in story.members}
        _point(db, "articles", "cluster_id", members)
        db.conn.executemany("UPDATE clusters SET reason = ? WHERE id = ? AND reason <> ?", [(s.reason, ids[lead], s.reason) for lead, s in wanted.items()])
        db.conn.executemany("DELETE FROM clusters WHERE lead_article_id = ?", [(lead,) for lead in known.keys() - wanted.keys()])


def keep_ranks(db: Database, ranks: Mapping[int, float]) -> None:
    """Write the rank of every article where it differs."""
    with transaction(db):
        db.conn.executemany("UPDATE articles SET rank = ? WHERE id = ? AND rank <> ?", [(value, article, value) for article, value in ranks.items()])


def keep_similar(db: Database, repeats: Mapping[int, int]) -> None:
    """Make the posts say which earlier post each one repeats; those that `repeats` does not hold repeat none."""
    with transaction(db):
        _point(db, "posts", "similar_to", repeats)


def _waiting(db: Database, sql: str, version: str, read: Any) -> Iterator[list[Waiting]]:
    last = 0
    while rows := list(db.query(sql, {"version": version, "last": last})):
        last = rows[-1]["id"]
        yield [read(row) for row in rows]


def _article(row: dict[str, Any]) -> Waiting:
    text = row["text"] or row["summary"]
    item = Item(title=row["title"], text=text, url=row["url"], headings=tuple(msgspec.json.decode(row["headings"])), post=row["post"] or "")
    written = row["summary"] if row["summary_source"] != "text" else ""
    return Waiting("article", row["id"], item, row["understood"], written, msgspec.json.decode(row["directives"], type=Directives))


def _post(row: dict[str, Any]) -> Waiting:
    item = Item(title=row["title"] or "", text=row["text"], hashtags=tuple(msgspec.json.decode(row["hashtags"])))
    return Waiting("post", row["id"], item, row["understood"])


def _keep_mentions(db: Database, article_id: int, mentions: tuple[Mention, ...]) -> None:
    wanted = {each.slug: (each.sentence, each.start) for each in mentions}
    known = {
        slug: (sentence, start)
        for slug, sentence, start in db.execute(
            "SELECT e.slug, m.sentence, m.start FROM article_entities m JOIN entities e ON e.id = m.entity_id WHERE m.article_id = ?", [article_id]
        ).fetchall()
    }
    if wanted == known:
        return
    db.conn.executemany("INSERT INTO entities (slug, name, kind) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", [(m.slug, m.name, m.kind) for m in mentions])
    db.conn.execute("DELETE FROM article_entities WHERE article_id = ?", [article_id])
    db.conn.executemany(
        "INSERT INTO article_entities (article_id, entity_id, sentence, start) VALUES (?, (SELECT id FROM entities WHERE slug = ?), ?, ?)",
        [(article_id, slug, sentence, start) for slug, (sentence, start) in sorted(wanted.items())],
    )


def _point(db: Database, table: str, column: str, wanted: Mapping[int, int]) -> None:
    """Make `column` of every row hold what `wanted` says for its id, or nothing; rows that do already are not written."""
    known = dict(db.execute(f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL").fetchall())  # noqa: S608 (our own names)
    changes = [(wanted.get(row), row) for row in sorted(known.keys() | wanted.keys()) if known.get(row) != wanted.get(row)]
    db.conn.executemany(f"UPDATE {table} SET {column} = ? WHERE id = ?", changes)  # noqa: S608 (our own names)
