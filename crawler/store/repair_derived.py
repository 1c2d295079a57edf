"""Delete or rebuild derived rows that are inconsistent, and mark their items to be derived again.

Collected data never changes: posts, articles, links, cards, aliases, runs and decisions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Literal

from sqlite_utils import Database

from crawler.store.changed_items import mark_everything_changed
from crawler.store.database import open_memory, transaction
from crawler.store.item_annotations import (
    delete_annotation_versions,
    mark_pending,
)
from crawler.store.rebuild_search_indexes import rebuild_index
from crawler.store.search_indexes import INDEXES
from crawler.store.sql_values import to_json
from crawler.store.verify_database import Finding

DERIVED_TABLES = (
    "article_entities",
    "article_vectors",
    "evidence",
    "related_articles",
    "taggings",
)
"""Tables with derived rows only. An item that misses some is derived again."""

_DERIVED_OBJECTS = ("index", "trigger", "view")
_OBJECTS = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
_REPAIRED_BY_A_RUN = (
    "decisions-not-applied",
    "snapshot",
    "snapshot-ahead",
    "snapshot-texts",
    "site",
)
_SUBJECT = re.compile(r"(article|post) (\d+)\b")
_RECOUNTED = """UPDATE run_sources SET posts_new = (
        SELECT count(*) FROM posts p JOIN runs r ON r.id = run_sources.run_id
        WHERE p.source = run_sources.source AND p.seen_at BETWEEN r.started AND r.finished)
    WHERE source || ' in run ' || run_id IN (SELECT value FROM json_each(?))"""
_NAMED_IN = """SELECT DISTINCT article_id FROM article_entities m
    JOIN entities e ON e.id = m.entity_id WHERE e.slug IN (SELECT value FROM json_each(?))"""
# An entity keeps its id. An empty name is derived again.
_DELETED_NAMES = "UPDATE entities SET name = '' WHERE slug IN (SELECT value FROM json_each(?))"
_FOREIGN_KEYS = (
    """SELECT "from", "table", COALESCE("to", 'rowid') FROM pragma_foreign_key_list(?)"""
)


def repair_findings(db: Database, findings: Collection[Finding]) -> None:
    """Repair the derived rows that `findings` name, each check in one transaction.

    A repair that is killed can be repeated: each transaction also marks the items whose derived
    rows are missing afterwards. The next run, or the caller, derives them again.
    """
    by_check: dict[str, list[Finding]] = {}
    for finding in findings:
        by_check.setdefault(finding.check, []).append(finding)
    for check, repair in _REPAIRS.items():
        if check in by_check:
            with transaction(db):
                repair(db, by_check[check])


def is_repairable(finding: Finding) -> bool:
    """Whether `finding` is about derived data, which can be derived again."""
    if finding.check == "integrity":
        return "index" in finding.message
    if finding.check == "schema":
        return any(f"this {kind} of" in finding.message for kind in _DERIVED_OBJECTS)
    if finding.check == "references":
        return finding.subject.split()[0] in DERIVED_TABLES
    return finding.check in _REPAIRS or finding.check in _REPAIRED_BY_A_RUN


def _rebuild_indexes(db: Database, findings: Iterable[Finding]) -> None:
    """Rebuild the indexes, if only they are damaged (https://www.sqlite.org/lang_reindex.html)."""
    if all("index" in finding.message for finding in findings):
        db.execute("REINDEX")


def _recreate_objects(db: Database, findings: Iterable[Finding]) -> None:
    """Create missing views, triggers and indexes again. A missing table or column stays missing."""
    missing = {finding.subject for finding in findings}
    new = open_memory()
    for kind, name, sql in new.execute(_OBJECTS).fetchall():
        if name in missing and kind in _DERIVED_OBJECTS:
            db.execute(sql)
    new.close()


def _rebuild_search(db: Database, findings: Iterable[Finding]) -> None:
    """Create the damaged indexes again, and index all rows."""
    damaged = {finding.subject for finding in findings}
    for index in sorted(damaged & set(INDEXES)):
        rebuild_index(db, index)


def _delete_orphans(db: Database, findings: Iterable[Finding]) -> None:
    """Delete derived rows that refer to missing rows, and derive all items again."""
    broken = {finding.subject.split()[0] for finding in findings}
    for table in DERIVED_TABLES:
        if table not in broken:
            continue
        for column, parent, key in db.execute(_FOREIGN_KEYS, [table]).fetchall():
            db.execute(
                f"DELETE FROM {table} WHERE {column} IS NOT NULL "  # noqa: S608
                f"AND {column} NOT IN (SELECT {key} FROM {parent})"
            )
        for items in ("articles", "posts"):
            mark_pending(db, items, [row_id for (row_id,) in db.execute(f"SELECT id FROM {items}")])  # noqa: S608
    _forget_inputs(db)


def _delete_taggings(db: Database, findings: Iterable[Finding]) -> None:
    """Delete the taggings of the items that findings name, and derive these items again."""
    for kind, row_id in _items(findings):
        db.execute("DELETE FROM taggings WHERE subject_kind = ? AND subject_id = ?", [kind, row_id])
        mark_pending(db, f"{kind}s", [row_id])


def _delete_orphaned_taggings(db: Database, findings: Iterable[Finding]) -> None:
    """Delete the taggings without an item, and tag all items again: one may have lost them."""
    for kind, row_id in _items(findings):
        db.execute("DELETE FROM taggings WHERE subject_kind = ? AND subject_id = ?", [kind, row_id])
    delete_annotation_versions(db, ["topics"])


def _delete_entities(db: Database, findings: Iterable[Finding]) -> None:
    """Delete the entities of the articles that findings name, and derive these articles again."""
    _delete_mentions(db, [row_id for _, row_id in _items(findings)])


def _derive_entities(db: Database, findings: list[Finding]) -> None:
    """Derive the entities of the articles, and the names of the entities, that findings name."""
    _delete_entities(db, findings)
    words = [finding.subject.split() for finding in findings]
    slugs = to_json([slug for kind, slug in words if kind == "entity"])
    _delete_mentions(db, [row_id for (row_id,) in db.execute(_NAMED_IN, [slugs]).fetchall()])
    db.execute(_DELETED_NAMES, [slugs])


def _delete_mentions(db: Database, article_ids: Collection[int]) -> None:
    ids = [(row_id,) for row_id in article_ids]
    db.conn.executemany("DELETE FROM article_entities WHERE article_id = ?", ids)
    mark_pending(db, "articles", article_ids)


def _forget_inputs(db: Database, findings: Iterable[Finding] = ()) -> None:
    """Have the next run derive stories and relations again, which read all articles."""
    mark_everything_changed(db, "article")


def _recount_posts(db: Database, findings: Iterable[Finding]) -> None:
    """Count the new posts of each run that findings name again."""
    subjects = to_json([finding.subject for finding in findings])
    db.execute(_RECOUNTED, [subjects])


def _items(findings: Iterable[Finding]) -> list[tuple[Literal["article", "post"], int]]:
    """Return the kind and the id of each item that the subjects of findings begin with."""
    matches = (_SUBJECT.match(finding.subject) for finding in findings)
    items = {(match[1], int(match[2])) for match in matches if match}
    return [("article" if kind == "article" else "post", row_id) for kind, row_id in sorted(items)]


_REPAIRS: Mapping[str, Callable[[Database, list[Finding]], None]] = {
    "integrity": _rebuild_indexes,
    "schema": _recreate_objects,
    "references": _delete_orphans,
    "search-index": _rebuild_search,
    "posts-of-runs": _recount_posts,
    "clusters-without-lead": _forget_inputs,
    "taggings-without-evidence": _delete_taggings,
    "taggings-without-subject": _delete_orphaned_taggings,
    "entities-misquoted": _delete_entities,
    "entities-not-derived": _derive_entities,
    "evidence-misquoted": _delete_taggings,
}
