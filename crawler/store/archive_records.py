"""The archive record that each article was read from, and the records that must be erased.

`articles.archive_file` and `archive_offset` name the record of the stored reading. Only the code
that stores an article sets them. `fetches` names the record of every exchange, so that all can be
erased.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import msgspec
from sqlite_utils import Database

from crawler.store.database import transaction
from crawler.url_secrets import without_secrets

Place = tuple[str, int]

_ANY_NOARCHIVE = "SELECT EXISTS (SELECT 1 FROM articles WHERE instr(directives, 'noarchive') > 0)"

_IS_LISTED = """SELECT EXISTS (SELECT 1 FROM fetches WHERE archive_file = :name)
    OR EXISTS (SELECT 1 FROM articles WHERE archive_file = :name)"""


@dataclass(frozen=True, slots=True)
class ArchivedArticle:
    """An article and the archive record that it was read from: segment and offset."""

    article_id: int
    url: str
    file: str
    offset: int


def mark_for_extraction(db: Database) -> None:
    """Record that every article with an archive record must be extracted again."""
    with transaction(db):
        db.conn.execute(
            "INSERT INTO changed_items (change, id) SELECT 'extraction', id FROM articles "
            "WHERE archive_file IS NOT NULL ON CONFLICT DO NOTHING"
        )


def articles_to_extract(db: Database) -> list[ArchivedArticle]:
    """Return the articles that must be extracted again and still have an archive record.

    The articles are in the order of the archive, so that it can be read from front to back.
    """
    rows = db.execute(
        "SELECT a.id, a.url, a.archive_file, a.archive_offset FROM changed_items c "
        "CROSS JOIN articles a ON a.id = c.id "
        "WHERE c.change = 'extraction' AND a.archive_file IS NOT NULL "
        "ORDER BY a.archive_file, a.archive_offset, a.id"
    )
    return [ArchivedArticle(*row) for row in rows]


def count_unarchived(db: Database) -> int:
    """Return the number of articles with a text and without an archive record.

    These articles cannot be extracted again.
    """
    query = "SELECT count(*) FROM articles WHERE content_hash <> '' AND archive_file IS NULL"
    return int(db.execute(query).fetchone()[0])


def last_record(db: Database, url: str) -> Place | None:
    """Return the newest archive record of a URL: a new answer is compared with it.

    Returns None if no answer of the URL is archived.
    """
    row = db.execute(
        "SELECT archive_file, archive_offset FROM fetches "
        "WHERE url = ? AND archive_file IS NOT NULL ORDER BY id DESC LIMIT 1",
        [without_secrets(url)],
    ).fetchone()
    return (str(row[0]), int(row[1])) if row else None


def withdrawn_records(db: Database) -> list[Place]:
    """Return the records of every article with the directive noarchive, under any of its URLs."""
    if not db.execute(_ANY_NOARCHIVE).fetchone()[0]:
        return []
    return db.execute(
        """WITH withdrawn AS MATERIALIZED (
               SELECT id, archive_file, archive_offset FROM articles
               WHERE instr(directives, 'noarchive') > 0
               AND json_extract(directives, '$.noarchive')),
           urls AS MATERIALIZED (
               SELECT DISTINCT x.url FROM withdrawn w CROSS JOIN aliases x ON x.article_id = w.id)
           SELECT f.archive_file, f.archive_offset FROM urls u CROSS JOIN fetches f ON f.url = u.url
           WHERE f.purpose = 'page' AND f.archive_file IS NOT NULL
           UNION
           SELECT f.archive_file, f.archive_offset
           FROM urls u CROSS JOIN fetches f ON f.final_url = u.url AND f.final_url <> f.url
           WHERE f.purpose = 'page' AND f.archive_file IS NOT NULL
           UNION
           SELECT archive_file, archive_offset FROM withdrawn WHERE archive_file IS NOT NULL"""
    ).fetchall()


def delete_record_references(db: Database, places: Iterable[Place]) -> None:
    """Remove every reference to archive records, after they were erased from the archive.

    `places` are the segment and offset of each record.
    """
    wanted = [(file, offset) for file, offset in places]
    with transaction(db):
        for table in ("fetches", "articles"):
            db.conn.executemany(
                f"UPDATE {table} SET archive_file = NULL, archive_offset = NULL "  # noqa: S608
                "WHERE (archive_file, archive_offset) = (?, ?)",
                wanted,
            )


def delete_segment_references(db: Database, names: Collection[str]) -> None:
    """Remove every reference to archive segments, before they are pruned.

    `names` are the names of the segments.
    """
    if not names:
        return
    listed = msgspec.json.encode(sorted(names)).decode()
    with transaction(db):
        for table in ("fetches", "articles"):
            db.conn.execute(
                f"UPDATE {table} SET archive_file = NULL, archive_offset = NULL "  # noqa: S608
                "WHERE archive_file IN (SELECT value FROM json_each(?))",
                [listed],
            )


def segments_of_originals(db: Database, besides: Collection[str]) -> set[str]:
    """Return the segments with the originals of revisits in segments other than `besides`."""
    rows = db.execute(
        "SELECT DISTINCT archive_file, archive_original FROM fetches "
        "WHERE archive_file IS NOT NULL AND archive_original IS NOT NULL"
    )
    return {original for file, original in rows if file not in besides}


def revisits(db: Database, segments: Collection[str], originals: Collection[str]) -> list[Place]:
    """Return the revisit records in `segments` whose original is in the segments `originals`."""
    rows = db.execute(
        "SELECT archive_file, archive_offset, archive_original FROM fetches "
        "WHERE archive_file IS NOT NULL AND archive_original IS NOT NULL"
    )
    return [
        (file, offset)
        for file, offset, original in rows
        if file in segments and original in originals
    ]


def listed_segments(db: Database, names: Iterable[str]) -> set[str]:
    """Return which of the segments `names` have a record that the database knows."""
    return {name for name in names if db.execute(_IS_LISTED, {"name": name}).fetchone()[0]}


def places_by_segment(
    db: Database, names: Collection[str] | None = None
) -> dict[str, frozenset[int]]:
    """Return the offsets of every record that the database knows, by segment.

    With `names`, only records of these segments are read.
    """
    condition = "archive_file IS NOT NULL"
    if names is not None:
        condition = "archive_file IN (SELECT value FROM json_each(:names))"
    rows = db.execute(
        f"SELECT archive_file, archive_offset FROM fetches WHERE {condition} UNION "  # noqa: S608
        f"SELECT archive_file, archive_offset FROM articles WHERE {condition}",
        {"names": msgspec.json.encode(sorted(names or ())).decode()},
    )
    offsets_by_segment: dict[str, set[int]] = {}
    for file, offset in rows:
        offsets_by_segment.setdefault(file, set()).add(offset)
    return {file: frozenset(offsets) for file, offsets in offsets_by_segment.items()}


def last_places(db: Database) -> dict[str, int]:
    """Return the offset of the last record that the database knows, by segment."""
    return {file: max(offsets) for file, offsets in places_by_segment(db).items()}
