"""Reconciling every layer of the database with the one under it: each thing that does not add up is a finding."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from crawler.store.quotes import misquoted
from crawler.store.schema import SEARCHED
from crawler.store.tombstones import author_words, read_forgotten
from crawler.store.views import LEVELS, SHOWS


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not add up: which check found it, in what, and what is wrong."""

    check: str
    subject: str
    message: str


# check -> (what is wrong, a query whose first column names the subject); sorted by layer, from posts up
_CHECKS: dict[str, tuple[str, str]] = {
    "posts-without-consent": (
        "keeps words of somebody who did not agree, or who deleted them",
        "SELECT uri FROM posts WHERE (consent = 'none' OR deleted_at IS NOT NULL) AND (text <> '' OR author_id IS NOT NULL)",
    ),
    "posts-of-runs": (
        "the run counted another number of new posts than are kept from it",
        # Posts that were forgotten since are missing rightly.
        """SELECT source || ' in run ' || run_id FROM (
               SELECT s.source, s.run_id, s.posts_new,
                      (SELECT count(*) FROM posts p WHERE p.source = s.source AND p.seen_at BETWEEN r.started AND r.finished) AS kept
               FROM run_sources s JOIN runs r ON r.id = s.run_id WHERE r.finished IS NOT NULL
           ) WHERE kept > posts_new OR (kept < posts_new AND NOT EXISTS (SELECT 1 FROM forgotten))""",
    ),
    "cards-of-other-posts": (
        "hangs on a link of another post",
        "SELECT 'card ' || c.id FROM cards c JOIN links l ON l.id = c.link_id WHERE l.post_id <> c.post_id",
    ),
    "links-without-alias": (
        "is attached to an article that does not know this address",
        """SELECT l.url FROM links l WHERE l.article_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM aliases a WHERE a.article_id = l.article_id AND a.url = l.url)""",
    ),
    "articles-without-alias": (
        "has no address on record that led to it",
        "SELECT 'article ' || id || ': ' || url FROM articles a WHERE NOT EXISTS (SELECT 1 FROM aliases WHERE article_id = a.id)",
    ),
    "articles-half-read": (
        "is said to be read but holds nothing that was",
        "SELECT 'article ' || id || ': ' || url FROM articles WHERE content_hash = '' AND (text <> '' OR extractor <> '' OR state = 'ok')",
    ),
    "clusters-without-lead": (
        "is led by an article that is not part of it",
        "SELECT 'cluster ' || c.id FROM clusters c JOIN articles a ON a.id = c.lead_article_id WHERE a.cluster_id IS NOT c.id",
    ),
    "taggings-without-evidence": (
        "was given without a reason",
        "SELECT subject_kind || ' ' || subject_id || ': ' || topic FROM taggings t WHERE NOT EXISTS (SELECT 1 FROM evidence WHERE tagging_id = t.id)",
    ),
    "taggings-without-subject": (
        "tags something that is not there",
        """SELECT subject_kind || ' ' || subject_id || ': ' || topic FROM taggings WHERE subject_id NOT IN (
               SELECT id FROM articles WHERE subject_kind = 'article' UNION ALL SELECT id FROM posts WHERE subject_kind = 'post')""",
    ),
    "entities-misquoted": (
        "the sentence that names it does not occur in the article",
        """SELECT 'article ' || e.article_id || ', ' || n.slug
           FROM article_entities e JOIN articles a ON a.id = e.article_id JOIN entities n ON n.id = e.entity_id
           WHERE instr(a.text, e.sentence) = 0 AND instr(a.title, e.sentence) = 0 AND instr(a.summary, e.sentence) = 0""",
    ),
}


# (kind, id, level) of everything that may be shown, by the one definition in the schema
_PUBLISHABLE = """SELECT 'article', id, shows FROM publishable_articles
    UNION ALL SELECT 'post', id, level FROM publishable_posts
    UNION ALL SELECT 'author', id, 'full' FROM publishable_authors"""
_WIDTH = {level: width for levels in (LEVELS, SHOWS) for width, level in enumerate(levels)}
_NAMES = {
    "article": "SELECT url FROM articles WHERE id = ?",
    "author": "SELECT network || ':' || handle FROM authors WHERE id = ?",
    "post": "SELECT uri FROM posts WHERE id = ?",
}


def verify(db: Database) -> list[Finding]:
    """Every finding, from the file up to the evidence; an empty list means that all layers agree. When the file itself is damaged, nothing above is asked."""
    damaged = list(_file(db))
    if damaged:
        return damaged
    return [*_search(db), *_told(db), *_forgotten(db), *(Finding("evidence-misquoted", subject, message) for subject, message in misquoted(db))]


def verify_snapshot(db: Database, public: Path) -> list[Finding]:
    """Everything that the snapshot shows, or shows more of, than may be shown now.

    Compares the snapshot at `public` with the database by the views of the schema; the next
    build removes what is found. Returns nothing when there is no snapshot.
    """
    if not public.is_file():
        return []
    allowed = {(kind, row_id): _WIDTH[level] for kind, row_id, level in db.execute(_PUBLISHABLE)}
    try:
        with closing(sqlite3.connect(f"{public.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            shown = copy.execute(_PUBLISHABLE).fetchall()
    except sqlite3.DatabaseError as error:
        return [Finding("snapshot", public.name, f"{error}; run: hashtrail build")]
    return [
        Finding("snapshot-ahead", _name(db, kind, row_id), f"is public {_excess(level)}; run: hashtrail build")
        for kind, row_id, level in shown
        if _WIDTH[level] > allowed.get((kind, row_id), 0)
    ]


def _name(db: Database, kind: str, row_id: int) -> str:
    row = db.execute(_NAMES[kind], [row_id]).fetchone()
    return row[0] if row else f"{kind} {row_id}"


def _excess(level: str) -> str:
    return f"as {level!r}, but must be shown less or not at all"


def _file(db: Database) -> Iterator[Finding]:
    try:
        for (told,) in db.execute("PRAGMA integrity_check(10)"):
            if told != "ok":
                yield Finding("integrity", "database", told)
        for table, row_id, parent, _ in db.execute("PRAGMA foreign_key_check"):
            yield Finding("references", f"{table} {row_id}", f"refers to a row of {parent} that is not there")
    except sqlite3.DatabaseError as error:
        yield Finding("integrity", "database", str(error))


def _search(db: Database) -> Iterator[Finding]:
    """FTS5's own check, with rank 1: the index against the rows that it indexes (https://www.sqlite.org/fts5.html#the_integrity_check_command)."""
    for table in SEARCHED:
        try:
            db.conn.execute(f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES ('integrity-check', 1)")  # noqa: S608 (our own table names)
        except sqlite3.DatabaseError:
            yield Finding("search-index", f"{table}_fts", f"does not say what {table} says; a restore or a new index is needed")


def _told(db: Database) -> Iterator[Finding]:
    for check, (message, query) in _CHECKS.items():
        for row in db.execute(query):
            yield Finding(check, row[0], message)


def _forgotten(db: Database) -> Iterator[Finding]:
    """Nothing that was forgotten has come back."""
    forgotten = read_forgotten(db)
    if not forgotten.digests:
        return
    for (words,) in db.execute(
        "SELECT uri FROM posts UNION SELECT url FROM posts UNION SELECT url FROM links UNION SELECT url FROM aliases UNION SELECT key FROM articles"
    ):
        if forgotten.has(words):
            yield Finding("forgotten", words, "was forgotten and is back")
    for network, handle in db.execute("SELECT network, handle FROM authors"):
        if forgotten.has(author_words(network, handle)):
            yield Finding("forgotten", f"{network}:{handle}", "was forgotten and is back")
