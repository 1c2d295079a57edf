"""Erase authors, posts and URLs permanently: store tombstones, then delete all matching rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from crawler.consent.urls_in_text import replace_url
from crawler.store.article_identity import IdentityLedger
from crawler.store.authors import delete_authors_without_posts
from crawler.store.database import database_path, transaction
from crawler.store.differential_backup import whole_databases
from crawler.store.erased_identifiers import identifiers_of
from crawler.store.erasure_matches import matching_rows
from crawler.store.similarity_keys import delete_unused_keys
from crawler.store.sql_values import to_json
from crawler.store.tombstones import (
    REMOVED,
    Tombstones,
    add_tombstones,
    load_tombstones,
)
from crawler.store.withheld_authors import (
    posts_that_may_name,
    save_text_and_links,
)
from crawler.utc_times import iso

_TABLE_NAMES = "SELECT name FROM sqlite_master WHERE type = 'table'"
_FORMER_TABLE = "forgotten"
"""The name of the table `tombstones` in databases of an older schema."""


@dataclass(frozen=True, slots=True)
class ErasedRows:
    """The number of erased rows of each kind; all are 0 if nothing was stored.

    `mentions`: posts of others that named an erased author. `archived` has the places (segment,
    offset) of the archive records to erase.
    """

    authors: int = 0
    posts: int = 0
    articles: int = 0
    links: int = 0
    mentions: int = 0
    archived: tuple[tuple[str, int], ...] = ()


def forget(
    db: Database, ledger: IdentityLedger, who_or_what: str, reason: str, now: datetime
) -> ErasedRows:
    """Erase an author, a post or an article; it is never stored again.

    `who_or_what` is `network:handle`, a handle, the URL of a profile, or the URL of a post or
    article. `reason` is stored in the log, which does not name the erased subject. Returns the
    number of erased rows. Raises InputError for other words.
    """
    erased = erase(db, identifiers_of(db, ledger, who_or_what), reason, now)
    vacuum_database(db)
    return erased


def erase(
    db: Database, words: Collection[str], reason: str, now: datetime, *, logged: bool = True
) -> ErasedRows:
    """Erase everything that `words` identify, with a tombstone for each, in one transaction.

    `reason` is stored with each tombstone. `logged` writes a line to the curation log. Call
    `vacuum_database` afterwards: until then, free pages of the file still contain the erased
    values. Returns the number of erased rows.
    """
    with transaction(db):
        add_tombstones(db, words, now, reason)
        if logged:
            values = [iso(now), "curator", "forget", "on request", reason]
            db.conn.execute(
                "INSERT INTO curation_log (at, who, action, subject, reason) "
                "VALUES (?, ?, ?, ?, ?)",
                values,
            )
        return delete_matching(db)


def delete_matching(db: Database) -> ErasedRows:
    """Erase everything that a tombstone matches; returns the number of erased rows.

    These are authors with their posts and the articles that only they shared, posts, articles
    with all their URLs, and links.
    """
    forgotten = load_tombstones(db)
    with transaction(db):
        matches = matching_rows(db, forgotten)
        posts, articles = set(matches.posts), set(matches.articles)
        _erase_links(db, matches.links, set(matches.named_articles))
        mentions = _mentions(db, forgotten)
        archived = _fetches(db, posts, articles)
        _decisions(db, forgotten)
        _picks(db, forgotten, set(matches.named_articles))
        if db.table("item_failures").exists():  # not in backups of an older schema
            # Their messages may name a forgotten subject.
            db.conn.execute("DELETE FROM item_failures")
        if db.table("incidents").exists():
            db.conn.execute("UPDATE incidents SET message = '', hint = ''")
        lonely = _authors_of(db, posts)
        _erase_posts(db, posts)
        delete_authors_without_posts(db, lonely)
        _erase(
            db,
            "DELETE FROM authors WHERE id IN (SELECT value FROM json_each(?))",
            set(matches.authors),
        )
        _erase_articles(db, articles)
        if db.table("text_keys").exists():
            delete_unused_keys(db)
    return ErasedRows(
        len(matches.authors),
        len(matches.posts),
        len(matches.articles),
        len(matches.links),
        mentions,
        archived,
    )


def vacuum_database(db: Database) -> None:
    """Remove deleted values from free pages and the log. Copies the database."""
    db.conn.execute("VACUUM")
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def import_tombstones(db: Database, others: Iterable[Path]) -> int:
    """Import the tombstones of `others` and erase what they match. Return how many are new.

    A restore needs those that are newer than the backup.
    """
    folder = database_path(db).parent  # that of the backups may be read-only
    rows = {row for path in whole_databases(others, folder) for row in _tombstones(path)}
    with transaction(db):
        before = db.table("tombstones").count
        db.conn.executemany(
            "INSERT INTO tombstones (digest, at, reason) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            sorted(rows),
        )
        new = db.table("tombstones").count - before
        if new:
            delete_matching(db)
    if new:
        vacuum_database(db)
    return new


def _erase_links(db: Database, links: Iterable[int], articles: set[int]) -> None:
    """Remove links from the posts with them: the link, its card, and the URL in the text."""
    ids = to_json(list(links))
    rows = db.execute(
        "SELECT url, post_id FROM links WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        [ids],
    ).fetchall()
    for url, post_id in sorted(rows, key=lambda row: len(row[0]), reverse=True):
        ((text,),) = db.execute("SELECT text FROM posts WHERE id = ?", [post_id])
        db.conn.execute(
            "UPDATE posts SET text = ?, content_hash = '' WHERE id = ?",
            [replace_url(text, url, REMOVED), post_id],
        )
    db.conn.execute("DELETE FROM links WHERE id IN (SELECT value FROM json_each(?))", [ids])
    _erase(db, "DELETE FROM cards WHERE article_id IN (SELECT value FROM json_each(?))", articles)


def _authors_of(db: Database, posts: set[int]) -> set[int]:
    rows = db.execute(
        "SELECT DISTINCT author_id FROM posts WHERE author_id IS NOT NULL "
        "AND id IN (SELECT value FROM json_each(?))",
        [to_json(sorted(posts))],
    )
    return {author_id for (author_id,) in rows}


def _mentions(db: Database, forgotten: Tombstones) -> int:
    """Remove the names of forgotten authors from the posts of others; return their number."""
    changed = 0
    if not forgotten.digests:
        return changed
    for (network,) in db.execute("SELECT DISTINCT network FROM posts").fetchall():
        for post in posts_that_may_name(db, network):
            cleared = forgotten.cleared(post)
            if cleared != post:
                save_text_and_links(db, cleared, forgotten.cleared)
                changed += 1
    return changed


def _fetches(db: Database, posts: set[int], articles: set[int]) -> tuple[tuple[str, int], ...]:
    """Erase the records of the exchanges that returned these posts and articles.

    Returns the places of their answers in the archive.
    """
    rows = db.execute(
        """SELECT f.id, f.archive_file, f.archive_offset FROM fetches f JOIN (
               SELECT url FROM aliases WHERE article_id IN (SELECT value FROM json_each(:articles))
               UNION SELECT json_extract(provenance, '$.request') FROM posts
               WHERE id IN (SELECT value FROM json_each(:posts))
               UNION SELECT url FROM posts WHERE id IN (SELECT value FROM json_each(:posts))
               AND url <> ''
           ) gone ON gone.url IN (f.url, f.final_url)""",
        {"articles": to_json(sorted(articles)), "posts": to_json(sorted(posts))},
    ).fetchall()
    _erase(
        db,
        "DELETE FROM fetches WHERE id IN (SELECT value FROM json_each(?))",
        {row[0] for row in rows},
    )
    return tuple(sorted({(file, offset) for _, file, offset in rows if file is not None}))


def _decisions(db: Database, forgotten: Tombstones) -> None:
    """Delete the curator's decisions about forgotten subjects, and erase their names in the log."""
    for mark in [
        row
        for row in db.execute("SELECT action, subject, object FROM curation_decisions")
        if forgotten.has(row[1]) or forgotten.has(row[2])
    ]:
        db.conn.execute(
            "DELETE FROM curation_decisions WHERE (action, subject, object) = (?, ?, ?)", mark
        )
    logged = [
        row_id
        for row_id, subject in db.execute("SELECT id, subject FROM curation_log")
        if forgotten.has(subject)
    ]
    _erase(
        db,
        "UPDATE curation_log SET subject = 'erased', reason = '' WHERE id IN (SELECT value "
        "FROM json_each(?))",
        set(logged),
    )


def _picks(db: Database, forgotten: Tombstones, articles: set[int]) -> None:
    """Delete the picks of reading lists that are forgotten."""
    if not db.table("reading_list").exists():  # not in backups of an older schema
        return
    rows = db.execute("SELECT url, article_id FROM reading_list").fetchall()
    urls = {url for url, article_id in rows if article_id in articles or forgotten.has_url(url)}
    db.conn.executemany("DELETE FROM reading_list WHERE url = ?", [(url,) for url in urls])


def _erase_posts(db: Database, posts: set[int]) -> None:
    _erase(
        db,
        "UPDATE posts SET similar_to = NULL WHERE similar_to IN (SELECT value FROM json_each(?))",
        posts,
    )
    _erase(
        db,
        "DELETE FROM taggings WHERE subject_kind = 'post' AND subject_id IN (SELECT value "
        "FROM json_each(?))",
        posts,
    )
    _erase(db, "DELETE FROM posts WHERE id IN (SELECT value FROM json_each(?))", posts)


def _erase_articles(db: Database, articles: set[int]) -> None:
    addresses = "SELECT url FROM aliases WHERE article_id IN (SELECT value FROM json_each(?))"
    _erase(db, f"DELETE FROM article_links WHERE url IN ({addresses})", articles)  # noqa: S608
    _erase(db, f"DELETE FROM not_merged WHERE url IN ({addresses})", articles)  # noqa: S608
    _erase(db, f"DELETE FROM not_merged WHERE other_url IN ({addresses})", articles)  # noqa: S608
    _erase(
        db,
        "UPDATE links SET article_id = NULL WHERE article_id IN (SELECT value FROM json_each(?))",
        articles,
    )
    _erase(
        db,
        "UPDATE cards SET article_id = NULL WHERE article_id IN (SELECT value FROM json_each(?))",
        articles,
    )
    _erase(
        db,
        "DELETE FROM taggings WHERE subject_kind = 'article' AND subject_id IN (SELECT value "
        "FROM json_each(?))",
        articles,
    )
    led = "SELECT id FROM stories WHERE lead_article_id IN (SELECT value FROM json_each(?))"
    _erase(db, f"UPDATE articles SET story_id = NULL WHERE story_id IN ({led})", articles)  # noqa: S608
    _erase(db, f"DELETE FROM stories WHERE id IN ({led})", articles)  # noqa: S608
    _erase(db, "DELETE FROM articles WHERE id IN (SELECT value FROM json_each(?))", articles)


def _erase(db: Database, statement: str, ids: set[int]) -> None:
    db.conn.execute(statement, [to_json(sorted(ids))])


def _tombstones(path: Path) -> list[tuple[str, str, str]]:
    """Return the tombstones of a database file; nothing if the file cannot be read."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            tables = {name for (name,) in connection.execute(_TABLE_NAMES)}
            table = "tombstones" if "tombstones" in tables else _FORMER_TABLE
            return connection.execute(f"SELECT digest, at, reason FROM {table}").fetchall()  # noqa: S608
    except sqlite3.DatabaseError:
        return []
