"""The versions of the items of a snapshot: a digest of all rows that pages show of each item.

Two snapshots are compared by their versions, whatever happened between them. The digest of an item
is the sum of the digests of its rows, so that it does not depend on their order.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b

import msgspec

WHOLE_SNAPSHOT = ("snapshot", "")
"""Kind and id of the version of the whole snapshot."""

_BYTES = 16
_MODULUS = 1 << (8 * _BYTES)

_ARTICLES = """
SELECT id, url, key, host, title, site_name, authors, published, language, kind, kind_reason,
    summary, summary_source, text, word_count, state, state_since, state_evidence, first_seen,
    last_checked, last_outcome, last_status, content_hash, directives, media_type, story_id, rank,
    hidden
FROM articles
"""
# Pages name the archived copy of an article only while the article is not available.
_ARCHIVED_COPIES = """
SELECT id, archive_file, archive_offset, archive_at FROM articles
WHERE archive_file IS NOT NULL AND state <> 'ok'
"""
_POST = """
p.id, p.source, p.network, p.uri, p.url, p.author_id, p.published, p.seen_at, p.language, p.text,
    p.thread_key, p.thread_position, p.visibility, p.consent, p.sensitive, p.counts, p.similar_to,
    p.deleted_at, p.hidden, a.handle, a.name, a.url, a.consent
"""
_SHARED_POSTS = f"""
SELECT s.article_id, {_POST} FROM shares s JOIN posts p ON p.id = s.post_id
LEFT JOIN authors a ON a.id = p.author_id WHERE s.article_id IS NOT NULL
"""  # noqa: S608
_THREADS = f"""
SELECT s.article_id, {_POST} FROM shares s JOIN posts o ON o.id = s.post_id
JOIN posts p INDEXED BY posts_thread ON p.thread_key = o.thread_key AND p.id <> o.id
LEFT JOIN authors a ON a.id = p.author_id
WHERE s.article_id IS NOT NULL
"""  # noqa: S608
_NOTES = f"""
SELECT {_POST} FROM posts p LEFT JOIN authors a ON a.id = p.author_id
WHERE p.id NOT IN (SELECT post_id FROM shares)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class VersionedRows:
    """Rows that pages show of items of one `kind`: `query` returns the item's id first.

    `table` distinguishes rows of different tables with equal values.
    """

    kind: str
    table: str
    query: str


# Surrogate keys of rows without a page are left out: a tag that is decided again is the same tag.
ROWS = (
    VersionedRows("article", "articles", _ARTICLES),
    VersionedRows("article", "archived copies", _ARCHIVED_COPIES),
    VersionedRows("article", "article_list", "SELECT * FROM article_list"),
    VersionedRows(
        "article", "aliases", "SELECT article_id, url, reason, evidence, added_at FROM aliases"
    ),
    VersionedRows(
        "article", "article_changes", "SELECT article_id, at, change, detail FROM article_changes"
    ),
    VersionedRows(
        "article",
        "article_entities",
        """SELECT m.article_id, m.sentence, m.start, e.slug, e.name, e.kind, e.note
        FROM article_entities m JOIN entities e ON e.id = m.entity_id""",
    ),
    VersionedRows(
        "article", "article_links", "SELECT article_id, url, target_id FROM article_links"
    ),
    VersionedRows(
        "article",
        "cards",
        """SELECT article_id, post_id, title, description, site_name, published, score FROM cards
        WHERE article_id IS NOT NULL""",
    ),
    VersionedRows("article", "article_words", "SELECT article_id, words FROM article_words"),
    VersionedRows(
        "article", "published_entries", "SELECT article_id, changed FROM published_entries"
    ),
    VersionedRows(
        "article",
        "reading_list",
        """SELECT article_id, topic, position, title, authors, year, kind, why, listed_in
        FROM reading_list WHERE article_id IS NOT NULL""",
    ),
    VersionedRows(
        "article",
        "related_articles",
        "SELECT article_id, other_id, score, reason FROM related_articles",
    ),
    VersionedRows(
        "article",
        "taggings",
        """SELECT subject_id, topic, score, confidence, tagger, taxonomy_version FROM taggings
        WHERE subject_kind = 'article'""",
    ),
    VersionedRows(
        "article",
        "evidence",
        """SELECT t.subject_id, t.topic, e.field, e.quote, e.start, e.rule, e.weight, e.times,
        e.sentence FROM evidence e JOIN taggings t ON t.id = e.tagging_id
        WHERE t.subject_kind = 'article'""",
    ),
    VersionedRows(
        "article",
        "curation_decisions",
        """SELECT article_id, action, subject, object, reason, who, since FROM curation_decisions
        WHERE article_id IS NOT NULL""",
    ),
    VersionedRows("article", "shares", "SELECT * FROM shares WHERE article_id IS NOT NULL"),
    VersionedRows(
        "article",
        "posts",
        _SHARED_POSTS,
    ),
    VersionedRows(
        "article",
        "threads",
        _THREADS,
    ),
    VersionedRows(
        "author", "authors", "SELECT id, network, handle, name, url, consent FROM authors"
    ),
    VersionedRows("entity", "entities", "SELECT id, slug, name, kind, note FROM entities"),
    VersionedRows(
        "post",
        "posts",
        _NOTES,
    ),
    VersionedRows(
        "post",
        "cards",
        """SELECT post_id, id, title, description FROM cards WHERE article_id IS NULL
        AND post_id NOT IN (SELECT post_id FROM shares)""",
    ),
    VersionedRows(
        "post",
        "taggings",
        """SELECT subject_id, topic, score, confidence FROM taggings WHERE subject_kind = 'post'
        AND subject_id NOT IN (SELECT post_id FROM shares)""",
    ),
    VersionedRows(
        "post",
        "evidence",
        """SELECT t.subject_id, t.topic, e.field, e.quote, e.start, e.rule, e.weight, e.times,
        e.sentence FROM evidence e JOIN taggings t ON t.id = e.tagging_id
        WHERE t.subject_kind = 'post' AND t.subject_id NOT IN (SELECT post_id FROM shares)""",
    ),
    VersionedRows("story", "stories", "SELECT id, lead_article_id, reason FROM stories"),
    VersionedRows("topic", "topics", "SELECT * FROM topics"),
)
"""The rows of each kind of item."""

TABLES = (
    "curation_decisions",
    "curation_log",
    "derivation_versions",
    "reading_list",
    "run_measures",
    "run_sources",
    "runs",
    "sources",
    "topics",
)
"""Tables that pages show as a whole: each has one version, of the kind `table`."""

# Every page may name topics. Their other columns are in the version of each topic.
_COLUMNS = {"topics": "slug, label, broader, related, formerly"}


ChangedRows = tuple[Collection[tuple[object, ...]], Collection[tuple[object, ...]]]
"""The deleted and the inserted rows of a table."""

_STORED = "SELECT version FROM item_versions WHERE kind = ? AND id = ?"
_REPLACE = "REPLACE INTO item_versions (kind, id, version) VALUES (?, ?, ?)"


def store_item_versions(copy: sqlite3.Connection) -> None:
    """Fill `item_versions` of the snapshot `copy`, whose other rows are complete."""
    copy.execute("DELETE FROM item_versions")
    total = 0
    for kind, versions in _all_versions(copy):
        for item in sorted(versions):
            row = (kind, item, versions[item].to_bytes(_BYTES))
            copy.execute(_REPLACE, row)
            total += _row_digest("item", row)
    copy.execute(_REPLACE, (*WHOLE_SNAPSHOT, (total % _MODULUS).to_bytes(_BYTES)))


def update_item_versions(
    snapshot: sqlite3.Connection,
    items: Mapping[str, Collection[int]],
    tables: Iterable[str],
    changed_rows: Mapping[str, ChangedRows],
) -> None:
    """Recompute the versions of `items` (ids by kind) and `tables` of `snapshot`.

    The versions of tables in `changed_rows` are updated by the rows that changed.
    """
    total = int.from_bytes(snapshot_version(snapshot))
    changed: dict[str, dict[int | str, int | None]] = {}
    for kind, ids in items.items():
        changed[kind] = {**dict.fromkeys(ids), **_versions(snapshot, kind, ids)}
    changed["table"] = {table: _table_version(snapshot, table) for table in tables}
    for table, rows in changed_rows.items():
        changed["table"][table] = _updated_table_version(snapshot, table, rows)
    for kind, versions in changed.items():
        for item, version in versions.items():
            total += _replace_version(snapshot, kind, item, version)
    snapshot.execute(_REPLACE, (*WHOLE_SNAPSHOT, (total % _MODULUS).to_bytes(_BYTES)))


def _replace_version(
    snapshot: sqlite3.Connection, kind: str, item: int | str, version: int | None
) -> int:
    """Replace the version of an item; None deletes it. Return what it adds to the total."""
    old = snapshot.execute(_STORED, (kind, item)).fetchone()
    added = -_row_digest("item", (kind, item, old[0])) if old else 0
    if version is not None:
        new = (kind, item, version.to_bytes(_BYTES))
        snapshot.execute(_REPLACE, new)
        return added + _row_digest("item", new)
    if old:
        snapshot.execute("DELETE FROM item_versions WHERE kind = ? AND id = ?", (kind, item))
    return added


def _updated_table_version(snapshot: sqlite3.Connection, table: str, rows: ChangedRows) -> int:
    (stored,) = snapshot.execute(_STORED, ("table", table)).fetchone()
    deleted, inserted = rows
    version = int.from_bytes(stored) + sum(_row_digest(table, row) for row in inserted)
    return (version - sum(_row_digest(table, row) for row in deleted)) % _MODULUS


def snapshot_version(snapshot: sqlite3.Connection) -> bytes:
    """Return the version of everything in `snapshot`; empty if it has no versions."""
    row = snapshot.execute(_STORED, WHOLE_SNAPSHOT).fetchone()
    return bytes(row[0]) if row else b""


def _all_versions(copy: sqlite3.Connection) -> Iterator[tuple[str, dict[int | str, int]]]:
    """Yield the versions of all items of each kind, as numbers."""
    for kind in sorted({rows.kind for rows in ROWS}):
        yield kind, _versions(copy, kind)
    yield "table", {table: _table_version(copy, table) for table in TABLES}


def _versions(
    snapshot: sqlite3.Connection, kind: str, ids: Collection[int] | None = None
) -> dict[int | str, int]:
    """Return the versions of the items of a `kind`, as numbers: of all, or of those with `ids`."""
    sums: defaultdict[int | str, int] = defaultdict(int)
    for versioned in ROWS:
        if versioned.kind == kind:
            for row in _rows(snapshot, versioned.query, ids):
                sums[row[0]] += _row_digest(versioned.table, row)
    return {item: value % _MODULUS for item, value in sums.items()}


def _rows(snapshot: sqlite3.Connection, query: str, ids: Collection[int] | None) -> sqlite3.Cursor:
    """Return the rows of a `query`: all, or those whose first column is one of `ids`."""
    if ids is None:
        return snapshot.execute(query)
    column = snapshot.execute(f"{query} LIMIT 0").description[0][0]
    parameter = msgspec.json.encode(sorted(ids)).decode()
    return snapshot.execute(
        f"SELECT * FROM ({query}) WHERE {column} IN (SELECT value FROM json_each(?))",  # noqa: S608
        [parameter],
    )


def _table_version(copy: sqlite3.Connection, table: str) -> int:
    rows = copy.execute(f"SELECT {_COLUMNS.get(table, '*')} FROM {table}")  # noqa: S608
    return sum(_row_digest(table, row) for row in rows) % _MODULUS


def _row_digest(table: str, row: tuple[object, ...]) -> int:
    digest = blake2b(msgspec.msgpack.encode(row), digest_size=_BYTES, person=table.encode()[:16])
    return int.from_bytes(digest.digest())
