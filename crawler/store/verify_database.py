"""Consistency checks of the database, from the file up to the evidence, and of the snapshot."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from crawler.store.consistency_checks import CHECKS, ConsistencyCheck
from crawler.store.schema_views import LEVELS, SHOWS
from crawler.store.search_indexes import (
    INDEXES,
    has_rows,
    index_of,
    names_index,
    unreadable_indexes,
)
from crawler.store.tombstones import load_tombstones
from crawler.store.unenforced_constraints import invalid_values, missing_schema_objects
from crawler.store.verify_quotes import misquoted_entities, misquoted_evidence


@dataclass(frozen=True, slots=True)
class Finding:
    """One inconsistency: the name of the check, the subject, and the problem in words."""

    check: str
    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """A check that can be run: its name, and what it checks in one phrase.

    `table` names the rows that it checks, of which `count` returns the number. The later checks
    rely on a `basic` one.
    """

    name: str
    description: str
    table: str
    count: Callable[[Database], int]
    find: Callable[[Database], Iterable[Finding]]
    basic: bool = False


@dataclass(frozen=True, slots=True)
class ConsistencyResult:
    """The result of one check: what it checked, how many rows of which table, the findings."""

    check: str
    description: str
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
_PublishableRow = tuple[str, int, str]


def find_inconsistencies(db: Database) -> list[Finding]:
    """Return all findings of `run_checks`; an empty list means that the database is consistent."""
    return [finding for result in run_checks(db) for finding in result.findings]


def run_checks(db: Database) -> Iterator[ConsistencyResult]:
    """Run every check, from the file up to the evidence. Yields the result of each.

    Stops after the first finding in the file, the schema or the values, since the later checks
    rely on them. The cost is linear in the size of the database.
    """
    for check in PLANNED_CHECKS:
        result = run_check(db, check)
        yield result
        if check.basic and result.findings:
            return


def run_check(db: Database, check: PlannedCheck) -> ConsistencyResult:
    """Run one planned `check` and return its result."""
    findings = tuple(check.find(db))
    return ConsistencyResult(check.name, check.description, check.count(db), check.table, findings)


def _rows_of(table: str) -> Callable[[Database], int]:
    return lambda db: int(db.table(table).count)


def _query_check(check: ConsistencyCheck) -> PlannedCheck:
    def find(db: Database) -> Iterator[Finding]:
        for row in db.execute(check.query):
            yield Finding(check.name, row[0], check.message)

    return PlannedCheck(check.name, check.description, check.counted, _rows_of(check.counted), find)


def _quote_check(
    name: str,
    description: str,
    table: str,
    misquoted: Callable[[Database], Iterator[tuple[str, str]]],
) -> PlannedCheck:
    def find(db: Database) -> Iterator[Finding]:
        for problem in misquoted(db):
            yield Finding(name, *problem)

    return PlannedCheck(name, description, table, _rows_of(table), find)


def verify_snapshot(db: Database, public: Path) -> list[Finding]:
    """Return everything that the snapshot shows, or shows more of, than may be shown now.

    Compares the snapshot at `public` with the database by the views of the schema. The next build
    removes the findings. Returns an empty list when there is no snapshot.
    """
    if not public.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{public.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            damage = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
            shown = copy.execute(_PUBLISHABLE).fetchall()
            with_texts = copy.execute(_WITH_TEXTS).fetchall()
    except sqlite3.DatabaseError as error:
        return [Finding("snapshot", public.name, f"{error}; run: hashtrail build")]
    if damage != "ok":
        return [Finding("snapshot", public.name, f"is damaged: {damage}; run: hashtrail build")]
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
    """Yield the damage of the file. SQLite 3.44 also names search indexes, which follow later."""
    try:
        for (message,) in db.execute("PRAGMA integrity_check(10)"):
            if message != "ok" and not names_index(message):
                yield Finding("integrity", "database", message)
    except sqlite3.DatabaseError as error:
        if not names_index(str(error)):
            yield Finding("integrity", "database", str(error))


def _check_references(db: Database) -> Iterator[Finding]:
    for table, row_id, parent, _ in db.execute("PRAGMA foreign_key_check"):
        subject = table if row_id is None else f"{table} {row_id}"
        yield Finding("references", subject, f"refers to a row of {parent} that is not there")


def _check_schema(db: Database) -> Iterator[Finding]:
    for subject, problem in missing_schema_objects(db):
        if not index_of(subject):
            yield Finding("schema", subject, f"{problem}; restore a backup")


def _check_values(db: Database) -> Iterator[Finding]:
    for subject, problem in invalid_values(db):
        yield Finding("values", subject, problem)


def _check_search(db: Database) -> Iterator[Finding]:
    """Yield the search indexes that are incomplete, unreadable or filled."""
    incomplete = {index_of(subject) for subject, _ in missing_schema_objects(db)}
    unreadable = incomplete | set(unreadable_indexes(db))
    for index in INDEXES:
        if index in unreadable:
            yield Finding("search-index", index, "is damaged; no collected row is affected")
        elif has_rows(db, index):
            yield Finding("search-index", index, "has rows; only that of the snapshot may have any")


def _find_erased(db: Database) -> Iterator[Finding]:
    """Yield the URLs and authors that were erased and are stored again."""
    tombstones = load_tombstones(db)
    if not tombstones.digests:
        return
    problem = "was forgotten and is back"
    for (identifier,) in db.execute(FORGETTABLE):
        if tombstones.has_url(identifier):
            yield Finding("forgotten", identifier, problem)
    for network, handle, url in db.execute("SELECT network, handle, url FROM authors"):
        if tombstones.has_author(network, handle, url):
            yield Finding("forgotten", f"{network}:{handle}", problem)


def _table_count(db: Database) -> int:
    return len(db.table_names())


PLANNED_CHECKS = (
    PlannedCheck(
        "integrity", "the file is not damaged", "tables", _table_count, _check_file, basic=True
    ),
    PlannedCheck(
        "references",
        "each referenced row exists",
        "tables",
        _table_count,
        _check_references,
        basic=True,
    ),
    PlannedCheck(
        "schema",
        "each table, column, view, index and trigger exists",
        "tables",
        _table_count,
        _check_schema,
        basic=True,
    ),
    PlannedCheck(
        "values",
        "each value has the type and the format of its column",
        "tables",
        _table_count,
        _check_values,
        basic=True,
    ),
    PlannedCheck(
        "search-index",
        "each search index can be read and is empty",
        "indexes",
        lambda db: len(INDEXES),
        _check_search,
    ),
    *map(_query_check, CHECKS),
    PlannedCheck(
        "forgotten",
        "nothing that was forgotten is stored",
        "digests",
        _rows_of("tombstones"),
        _find_erased,
    ),
    _quote_check(
        "entities-misquoted",
        "each sentence that names an entity occurs in its article",
        "article_entities",
        misquoted_entities,
    ),
    _quote_check(
        "evidence-misquoted",
        "each quote of evidence occurs in its text",
        "evidence",
        misquoted_evidence,
    ),
)
"""All checks of the database, in the order in which they run."""
