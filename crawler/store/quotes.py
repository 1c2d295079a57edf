"""Whether every quote given as evidence can be found where it is said to stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

import msgspec
from sqlite_utils import Database

from crawler.store.speaking import EVERY_POST, FIELD
from crawler.store.taggings import CURATOR

_EVIDENCE = """SELECT t.subject_kind, t.subject_id, t.topic, e.field, e.quote FROM taggings t JOIN evidence e ON e.tagging_id = t.id
    WHERE t.tagger <> ? ORDER BY t.subject_kind, t.subject_id"""
_ARTICLE_TAGS = """SELECT h.shown FROM post_hashtags h JOIN links l ON l.post_id = h.post_id WHERE l.article_id = :id
    UNION SELECT h.shown FROM post_hashtags h JOIN cards c ON c.post_id = h.post_id WHERE c.article_id = :id"""


def misquoted(db: Database) -> Iterator[tuple[str, str]]:
    """(subject, what is wrong) of each quote that its field does not hold; white space is compared folded."""
    for (kind, subject_id), group in groupby(db.execute(_EVIDENCE, [CURATOR]), key=lambda row: (row[0], row[1])):
        fields = {name: _folded(text) for name, text in (_article(db, subject_id) if kind == "article" else _post(db, subject_id)).items()}
        for _, _, topic, field, quote in group:
            if field not in fields:
                yield f"{kind} {subject_id}: {topic}", f"the evidence names a field that does not exist: {field}"
            elif _folded(quote) not in fields[field]:
                yield f"{kind} {subject_id}: {topic}", f"{quote!r} does not occur in its {field}"


def _article(db: Database, article_id: int) -> Mapping[str, str]:
    """Its own fields, and what the posts that share it say."""
    row = db.execute(f"SELECT title, text, headings, summary, url, {EVERY_POST} FROM articles a WHERE id = ?", [article_id]).fetchone()  # noqa: S608 (ours)
    if row is None:
        return {}
    title, text, headings, summary, url, post = row
    tags = [shown for (shown,) in db.execute(_ARTICLE_TAGS, {"id": article_id})]
    told = {"title": title, "text": text or summary, "headings": "\n".join(msgspec.json.decode(headings)), "summary": summary, "url": url}
    return {**told, FIELD: post or "", **_tags(tags)}


def _post(db: Database, post_id: int) -> Mapping[str, str]:
    """A card's title is the title of a post without words of its own."""
    row = db.execute("SELECT text, url FROM posts WHERE id = ?", [post_id]).fetchone()
    if row is None:
        return {}
    titles = [title for (title,) in db.execute("SELECT title FROM cards WHERE post_id = ?", [post_id])]
    tags = [shown for (shown,) in db.execute("SELECT shown FROM post_hashtags WHERE post_id = ?", [post_id])]
    return {"title": "\n".join(titles), "text": row[0], "url": row[1], **_tags(tags)}


def _tags(shown: list[str]) -> Mapping[str, str]:
    return {"hashtags": " ".join(f"#{tag}" for tag in shown)}


def _folded(text: str) -> str:
    return " ".join(text.split())
