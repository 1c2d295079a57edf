"""Reconciling every layer of the database with the one under it: each thing that does not add up is
a finding.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from crawler.store.consistency_checks import CHECKS
from crawler.store.schema import SEARCHED
from crawler.store.schema_constraints import invalid_values, missing_schema_objects
from crawler.store.schema_views import LEVELS, SHOWS
from crawler.store.tombstones import author_identifier, load_tombstones
from crawler.store.verify_quotes import misquoted_entities, misquoted_evidence


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not add up: which check found it, in what, and what is wrong."""

    check: str
    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class ConsistencyResult:
    """The result of one check: its name, how many rows of which table it checked, the findings."""

    check: str
    rows: int
    table: str
    findings: tuple[Finding, ...] = ()


# (kind, id, level) of everything that may be shown, by the one definition in the schema
_PUBLISHABLE = """SELECT 'article', id, shows FROM publishable_articles
    UNION ALL SELECT 'post', id, level FROM publishable_posts
    UNION ALL SELECT 'author', id, 'full' FROM publishable_authors"""
_WITH_TEXTS = """SELECT url FROM articles JOIN publishable_articles USING (id)
    WHERE text <> '' OR headings <> '[]' OR (shows = 'title' AND summary <> '')"""
_WIDTH = {level: width for levels in (LEVELS, SHOWS) for width, level in enumerate(levels)}
_NAMES = {
    "article": "SELECT url FROM articles WHERE id = ?",
    "author": "SELECT network || ':' || handle FROM authors WHERE id = ?",
    "post": "SELECT uri FROM posts WHERE id = ?",
}


FORGETTABLE = """SELECT uri FROM posts UNION SELECT url FROM posts UNION SELECT url FROM links
    UNION SELECT url FROM aliases UNION SELECT key FROM articles"""
_QUOTES: tuple[tuple[str, str, Callable[[Database], Iterator[tuple[str, str]]]], ...] = (
    ("entities-misquoted", "article_entities", misquoted_entities),
    ("evidence-misquoted", "evidence", misquoted_evidence),
)


def find_inconsistencies(db: Database) -> list[Finding]:
    """All findings of `run_checks`; an empty list means that the database is consistent."""
    return [finding for checked in run_checks(db) for finding in checked.findings]


def run_checks(db: Database) -> Iterator[ConsistencyResult]:
    """Run every check, from the file up to the evidence.

    Stop after the first finding in the file, the schema or the values, since the later checks
    rely on them. The cost is linear in the size of the database.
    """
    for name, find in _FORM:
        damaged = tuple(find(db))
        yield ConsistencyResult(name, len(db.table_names()), "tables", damaged)
        if damaged:
            return
    yield ConsistencyResult("search-index", len(SEARCHED), "indexes", tuple(_search(db)))
    for check in CHECKS:
        found = tuple(Finding(check.name, row[0], check.message) for row in db.execute(check.query))
        yield ConsistencyResult(check.name, db.table(check.counted).count, check.counted, found)
    yield ConsistencyResult(
        "forgotten", db.table("tombstones").count, "digests", tuple(_forgotten(db))
    )
    for name, table, quotes in _QUOTES:
        found = tuple(Finding(name, *problem) for problem in quotes(db))
        yield ConsistencyResult(name, db.table(table).count, table, found)


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
            with_texts = copy.execute(_WITH_TEXTS).fetchall()
    except sqlite3.DatabaseError as error:
        return [Finding("snapshot", public.name, f"{error}; run: hashtrail build")]
    texts = [
        Finding("snapshot-texts", url, "has its text in the snapshot; run: hashtrail build")
        for (url,) in with_texts
    ]
    return texts + [
        Finding(
            "snapshot-ahead",
            _name(db, kind, row_id),
            f"is public {_excess(level)}; run: hashtrail build",
        )
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
            yield Finding(
                "references", f"{table} {row_id}", f"refers to a row of {parent} that is not there"
            )
    except sqlite3.DatabaseError as error:
        yield Finding("integrity", "database", str(error))


def _schema(db: Database) -> Iterator[Finding]:
    for subject, problem in missing_schema_objects(db):
        yield Finding("schema", subject, f"{problem}; restore a backup")


def _values(db: Database) -> Iterator[Finding]:
    for subject, problem in invalid_values(db):
        yield Finding("values", subject, problem)


_FORM: tuple[tuple[str, Callable[[Database], Iterator[Finding]]], ...] = (
    ("integrity", _file),
    ("schema", _schema),
    ("values", _values),
)


def _search(db: Database) -> Iterator[Finding]:
    """FTS5's own check, with rank 1: the index against the rows that it indexes
    (https://www.sqlite.org/fts5.html#the_integrity_check_command).
    """
    for table in SEARCHED:
        try:
            db.conn.execute(
                f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES ('integrity-check', 1)"  # noqa: S608
            )
        except sqlite3.DatabaseError:
            yield Finding(
                "search-index",
                f"{table}_fts",
                f"does not say what {table} says; a restore or a new index is needed",
            )


def _forgotten(db: Database) -> Iterator[Finding]:
    """Nothing that was forgotten has come back."""
    forgotten = load_tombstones(db)
    if not forgotten.digests:
        return
    for (words,) in db.execute(FORGETTABLE):
        if forgotten.has(words):
            yield Finding("forgotten", words, "was forgotten and is back")
    for network, handle in db.execute("SELECT network, handle FROM authors"):
        if forgotten.has(author_identifier(network, handle)):
            yield Finding("forgotten", f"{network}:{handle}", "was forgotten and is back")
