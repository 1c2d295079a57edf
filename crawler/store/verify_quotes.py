"""Whether every quotation (the evidence of topics, the sentence of an entity) is in the text that
it is from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

import msgspec
from sqlite_utils import Database

from crawler.store.evidence_posts import EVERY_POST, FIELD
from crawler.store.taggings import CURATOR
from crawler.text_cleaning import clean_line

EVIDENCE = """SELECT t.subject_kind, t.subject_id, t.topic, e.field, e.quote, e.sentence
    FROM taggings t JOIN evidence e ON e.tagging_id = t.id
    WHERE t.tagger <> ? ORDER BY t.subject_kind, t.subject_id"""
SENTENCES = """SELECT m.article_id, n.slug, m.sentence, a.title, a.text, a.summary
    FROM article_entities m JOIN articles a ON a.id = m.article_id
    JOIN entities n ON n.id = m.entity_id ORDER BY m.article_id, m.entity_id"""
ARTICLE = f"""SELECT title, text, headings, summary, url, {EVERY_POST}
    FROM articles a WHERE id = ?"""  # noqa: S608
ARTICLE_TAGS = """SELECT h.shown FROM post_hashtags h JOIN links l ON l.post_id = h.post_id
    WHERE l.article_id = :id
    UNION SELECT h.shown FROM post_hashtags h JOIN cards c ON c.post_id = h.post_id
    WHERE c.article_id = :id"""
_ANY_LENGTH = 1 << 62


def misquoted_evidence(db: Database) -> Iterator[tuple[str, str]]:
    """(subject, problem) of each evidence quote that its field does not contain.

    White space is compared folded.
    """
    rows = db.execute(EVIDENCE, [CURATOR])
    for (kind, subject_id), group in groupby(rows, key=lambda row: (row[0], row[1])):
        found = _article(db, subject_id) if kind == "article" else _post(db, subject_id)
        fields = {name: _folded(text) for name, text in found.items()}
        for _, _, topic, field, quote, sentence in group:
            subject = f"{kind} {subject_id}: {topic}"
            if field not in fields:
                yield subject, f"the evidence names a field that does not exist: {field}"
            elif _folded(quote) not in fields[field]:
                yield subject, f"{quote!r} does not occur in its {field}"
            elif sentence.strip("…") not in fields[field]:
                yield subject, f"the sentence with {quote!r} does not occur in its {field}"


def misquoted_entities(db: Database) -> Iterator[tuple[str, str]]:
    """(subject, problem) of each entity whose sentence its article does not contain.

    Sentences are stored as one clean line that may be cut, so the text is cleaned the same way.
    """
    for article_id, group in groupby(db.execute(SENTENCES), key=lambda row: row[0]):
        rows = list(group)
        fields = [clean_line(text, _ANY_LENGTH) for text in rows[0][3:]]
        for _, entity, sentence, *_ in rows:
            if not any(_holds(text, sentence) for text in fields):
                problem = "the sentence that names it does not occur in the article"
                yield f"article {article_id}, {entity}", problem


def _holds(text: str, sentence: str) -> bool:
    """Whether the text has the sentence, which may end in the ellipsis of a cut."""
    return sentence in text or (sentence.endswith("…") and sentence[:-1] in text)


def _article(db: Database, article_id: int) -> Mapping[str, str]:
    """Its own fields, and the texts and hashtags of the posts that share it."""
    row = db.execute(ARTICLE, [article_id]).fetchone()
    if row is None:
        return {}
    title, text, headings, summary, url, post = row
    tags = [shown for (shown,) in db.execute(ARTICLE_TAGS, {"id": article_id})]
    own = {
        "title": title,
        "text": text or summary,
        "headings": "\n".join(msgspec.json.decode(headings)),
        "summary": summary,
        "url": url,
    }
    return {**own, FIELD: post or "", **_tags(tags)}


def _post(db: Database, post_id: int) -> Mapping[str, str]:
    """A card's title is the title of a post without text."""
    row = db.execute("SELECT text, url FROM posts WHERE id = ?", [post_id]).fetchone()
    if row is None:
        return {}
    titles = _column(db, "SELECT title FROM cards WHERE post_id = ?", post_id)
    tags = _column(db, "SELECT shown FROM post_hashtags WHERE post_id = ?", post_id)
    return {"title": "\n".join(titles), "text": row[0], "url": row[1], **_tags(tags)}


def _column(db: Database, query: str, post_id: int) -> list[str]:
    return [value for (value,) in db.execute(query, [post_id])]


def _tags(shown: list[str]) -> Mapping[str, str]:
    return {"hashtags": " ".join(f"#{tag}" for tag in shown)}


def _folded(text: str) -> str:
    return " ".join(text.split())
