"""Consistency checks of the database, from the file up to the evidence, and of the snapshot."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from crawler.store.consistency_checks import CHECKS
from crawler.store.schema import SEARCHED
from crawler.store.schema_views import LEVELS, SHOWS
from crawler.store.tombstones import author_identifier, load_tombstones
from crawler.store.unenforced_constraints import invalid_values, missing_schema_objects
from crawler.store.verify_quotes import misquoted_entities, misquoted_evidence


@dataclass(frozen=True, slots=True)
class Finding:
    """One inconsistency: the name of the check, the subject, and the problem in words."""

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

_PublishableRow = tuple[str, int, str]


def find_inconsistencies(db: Database) -> list[Finding]:
    """Return all findings of `run_checks`; an empty list means that the database is consistent."""
    return [finding for result in run_checks(db) for finding in result.findings]


def run_checks(db: Database) -> Iterator[ConsistencyResult]:
    """Run every check, from the file up to the evidence. Yields the result of each.

    Stops after the first finding in the file, the schema or the values, since the later checks
    rely on them. The cost is linear in the size of the database.
    """
    for name, find_damage in _BASIC_CHECKS:
        damage = tuple(find_damage(db))
        yield ConsistencyResult(name, len(db.table_names()), "tables", damage)
        if damage:
            return
    yield ConsistencyResult("search-index", len(SEARCHED), "indexes", tuple(_check_search(db)))
    yield from _run_queries(db)
    erased = tuple(_find_erased(db))
    yield ConsistencyResult("forgotten", db.table("tombstones").count, "digests", erased)
    yield from _check_quotes(db)


def _run_queries(db: Database) -> Iterator[ConsistencyResult]:
    for check in CHECKS:
        subjects = [row[0] for row in db.execute(check.query)]
        findings = tuple(Finding(check.name, subject, check.message) for subject in subjects)
        count = db.table(check.counted).count
        yield ConsistencyResult(check.name, count, check.counted, findings)


def _check_quotes(db: Database) -> Iterator[ConsistencyResult]:
    for name, table, misquoted in _QUOTES:
        findings = tuple(Finding(name, *problem) for problem in misquoted(db))
        yield ConsistencyResult(name, db.table(table).count, table, findings)


def verify_snapshot(db: Database, public: Path) -> list[Finding]:
    """Return everything that the snapshot shows, or shows more of, than may be shown now.

    Compares the snapshot at `public` with the database by the views of the schema. The next build
    removes the findings. Returns an empty list when there is no snapshot.
    """
    if not public.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{public.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            shown = copy.execute(_PUBLISHABLE).fetchall()
            with_texts = copy.execute(_WITH_TEXTS).fetchall()
    except sqlite3.DatabaseError as error:
        return [Finding("snapshot", public.name, f"{error}; run: hashtrail build")]
    problem = "has its text in the snapshot; run: hashtrail build"
    texts = [Finding("snapshot-texts", url, problem) for (url,) in with_texts]
    return [*texts, *_shown_too_widely(db, shown)]


def _shown_too_widely(db: Database, shown: list[_PublishableRow]) -> Iterator[Finding]:
    allowed = {(kind, row_id): _WIDTH[level] for kind, row_id, level in db.execute(_PUBLISHABLE)}
    for kind, row_id, level in shown:
        if _WIDTH[level] > allowed.get((kind, row_id), 0):
            message = f"is public as {level!r}, but must be shown less or not at all"
            name = _name(db, kind, row_id)
            yield Finding("snapshot-ahead", name, f"{message}; run: hashtrail build")


def _name(db: Database, kind: str, row_id: int) -> str:
    row = db.execute(_NAMES[kind], [row_id]).fetchone()
    return row[0] if row else f"{kind} {row_id}"


def _check_file(db: Database) -> Iterator[Finding]:
    try:
        for (message,) in db.execute("PRAGMA integrity_check(10)"):
            if message != "ok":
                yield Finding("integrity", "database", message)
        for table, row_id, parent, _ in db.execute("PRAGMA foreign_key_check"):
            problem = f"refers to a row of {parent} that is not there"
            yield Finding("references", f"{table} {row_id}", problem)
    except sqlite3.DatabaseError as error:
        yield Finding("integrity", "database", str(error))


def _check_schema(db: Database) -> Iterator[Finding]:
    for subject, problem in missing_schema_objects(db):
        yield Finding("schema", subject, f"{problem}; restore a backup")


def _check_values(db: Database) -> Iterator[Finding]:
    for subject, problem in invalid_values(db):
        yield Finding("values", subject, problem)


_BASIC_CHECKS: tuple[tuple[str, Callable[[Database], Iterator[Finding]]], ...] = (
    ("integrity", _check_file),
    ("schema", _check_schema),
    ("values", _check_values),
)


def _check_search(db: Database) -> Iterator[Finding]:
    """Compare each search index with its rows: FTS5's own check, with rank 1.

    Source: https://www.sqlite.org/fts5.html#the_integrity_check_command
    """
    for table in SEARCHED:
        index = f"{table}_fts"
        statement = f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)"  # noqa: S608
        try:
            db.conn.execute(statement)
        except sqlite3.DatabaseError:
            problem = f"does not match the rows of {table}; a restore or a new index is needed"
            yield Finding("search-index", index, problem)


def _find_erased(db: Database) -> Iterator[Finding]:
    """Yield the URLs and authors that were erased and are stored again."""
    tombstones = load_tombstones(db)
    if not tombstones.digests:
        return
    problem = "was forgotten and is back"
    for (identifier,) in db.execute(FORGETTABLE):
        if tombstones.has(identifier):
            yield Finding("forgotten", identifier, problem)
    for network, handle in db.execute("SELECT network, handle FROM authors"):
        if tombstones.has(author_identifier(network, handle)):
            yield Finding("forgotten", f"{network}:{handle}", problem)
