"""Check that quotations occur in their texts: evidence of topics, and sentences of entities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

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


class _EvidenceRow(NamedTuple):
    kind: str
    item_id: int
    topic: str
    field: str
    quote: str
    sentence: str


class _SentenceRow(NamedTuple):
    article_id: int
    entity: str
    sentence: str
    title: str
    text: str
    summary: str


class _ArticleRow(NamedTuple):
    title: str
    text: str
    headings: str
    summary: str
    url: str
    posts: str | None


def misquoted_evidence(db: Database) -> Iterator[tuple[str, str]]:
    """Yield (subject, problem) of each evidence quote that its field does not contain.

    Runs of white space count as one space.
    """
    rows = (_EvidenceRow(*row) for row in db.execute(EVIDENCE, [CURATOR]))
    for (kind, item_id), group in groupby(rows, key=lambda row: (row.kind, row.item_id)):
        fields = _folded_fields(db, kind, item_id)
        for row in group:
            problem = _quote_problem(fields, row)
            if problem:
                yield f"{kind} {item_id}: {row.topic}", problem


def _folded_fields(db: Database, kind: str, item_id: int) -> Mapping[str, str]:
    fields = _article(db, item_id) if kind == "article" else _post(db, item_id)
    return {name: _folded(text) for name, text in fields.items()}


def _quote_problem(fields: Mapping[str, str], row: _EvidenceRow) -> str:
    """Return the problem of one quote in words; "" if its field contains it."""
    text = fields.get(row.field)
    if text is None:
        return f"the evidence names a field that does not exist: {row.field}"
    if _folded(row.quote) not in text:
        return f"{row.quote!r} does not occur in its {row.field}"
    if row.sentence.strip("…") not in text:
        return f"the sentence with {row.quote!r} does not occur in its {row.field}"
    return ""


def misquoted_entities(db: Database) -> Iterator[tuple[str, str]]:
    """Yield (subject, problem) of each entity whose sentence its article does not contain.

    Sentences are stored as one clean line that may be cut, so the text is cleaned the same way.
    """
    sentences = (_SentenceRow(*row) for row in db.execute(SENTENCES))
    for article_id, group in groupby(sentences, key=lambda row: row.article_id):
        for entity in _misquoted_in_article(list(group)):
            problem = "the sentence that names it does not occur in the article"
            yield f"article {article_id}, {entity}", problem


def _misquoted_in_article(rows: Sequence[_SentenceRow]) -> Iterator[str]:
    """Yield the entities whose sentence does not occur in their article."""
    texts = rows[0].title, rows[0].text, rows[0].summary
    fields = [clean_line(text, _ANY_LENGTH) for text in texts]
    for row in rows:
        if not any(_contains(field, row.sentence) for field in fields):
            yield row.entity


def _contains(text: str, sentence: str) -> bool:
    """Whether the text contains the sentence, which may end in the ellipsis of a cut."""
    return sentence in text or (sentence.endswith("…") and sentence[:-1] in text)


def _article(db: Database, article_id: int) -> Mapping[str, str]:
    """Return the fields of an article, and the texts and hashtags of the posts that share it."""
    values = db.execute(ARTICLE, [article_id]).fetchone()
    if values is None:
        return {}
    row = _ArticleRow(*values)
    hashtags = db.execute(ARTICLE_TAGS, {"id": article_id})
    return {
        "title": row.title,
        "text": row.text or row.summary,
        "headings": "\n".join(msgspec.json.decode(row.headings)),
        "summary": row.summary,
        "url": row.url,
        FIELD: row.posts or "",
        "hashtags": _hashtag_text(hashtags),
    }


def _post(db: Database, post_id: int) -> Mapping[str, str]:
    """Return the fields of a post. The title of a card is the title of a post without text."""
    row = db.execute("SELECT text, url FROM posts WHERE id = ?", [post_id]).fetchone()
    if row is None:
        return {}
    titles = db.execute("SELECT title FROM cards WHERE post_id = ?", [post_id])
    hashtags = db.execute("SELECT shown FROM post_hashtags WHERE post_id = ?", [post_id])
    return {
        "title": "\n".join(title for (title,) in titles),
        "text": row[0],
        "url": row[1],
        "hashtags": _hashtag_text(hashtags),
    }


def _hashtag_text(rows: Iterable[tuple[str]]) -> str:
    return " ".join(f"#{hashtag}" for (hashtag,) in rows)


def _folded(text: str) -> str:
    return " ".join(text.split())
