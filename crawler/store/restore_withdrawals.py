"""Applying withdrawals since the backup to a restored database.

The replaced database is newer than the backup, so what it withholds stays withheld. Restored posts
that it does not confirm stay hidden until their networks confirm them: it cannot be read, does not
contain them, or holds them back itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from crawler.consent.levels import is_narrower
from crawler.consent.mentioned_people import names_in_post
from crawler.models.posts import Consent, Post
from crawler.store.authors import author_id, withdraw_posts
from crawler.store.database import database_path, transaction
from crawler.store.differential_backup import whole_databases
from crawler.store.posts import mark_deleted
from crawler.store.schema_due_indexes import TEXT_MAY_NAME
from crawler.store.withheld_authors import is_pseudonym, pseudonym, without_withheld_names

_OLD_POSTS = """
SELECT p.uri, p.consent, p.deleted_at, p.sensitive, p.visibility, a.network, a.handle, a.name, a.url
FROM posts p LEFT JOIN authors a ON a.id = p.author_id
"""
_RESTORED_POST = """
SELECT id, consent, deleted_at, sensitive, visibility, author_id FROM posts WHERE uri = ?
"""
_CONFIRMED_URIS = "CREATE TEMP TABLE confirmed_uris (uri TEXT PRIMARY KEY) WITHOUT ROWID"
_HOLD_BACK = """INSERT OR IGNORE INTO unconfirmed_posts (post_id)
    SELECT id FROM posts WHERE deleted_at IS NULL AND consent <> 'none'
        AND uri NOT IN (SELECT uri FROM confirmed_uris)"""
_ALL_URIS = "SELECT uri FROM posts"
# By the name of the table with the posts that a database holds back; the older name comes last.
_URIS_NOT_HELD_BACK = {
    table: f"SELECT uri FROM posts WHERE id NOT IN (SELECT post_id FROM {table})"  # noqa: S608
    for table in ("unconfirmed_posts", "unconfirmed")
}
_INSERT_AUTHOR = "INSERT INTO authors (network, handle, consent) VALUES (?, ?, 'full')"
_NARROW_AUTHOR = "UPDATE authors SET handle = ?, name = '', url = '', consent = ? WHERE id = ?"
_INSERT_WITHHELD = """INSERT OR REPLACE INTO withheld_authors (author_id, source, at, reasons)
    VALUES (?, ?, ?, ?)"""
_INSERT_NAME = "INSERT OR IGNORE INTO withheld_names (digest, author_id) VALUES (?, ?)"
_NARROW_POST = """UPDATE posts SET sensitive = MAX(sensitive, ?), visibility = ? WHERE id = ?"""
_SAVE_AUTHOR = """INSERT INTO authors (network, handle, name, url) VALUES (?, ?, ?, ?)
    ON CONFLICT (network, handle) DO UPDATE SET name = excluded.name, url = excluded.url
    WHERE consent = 'full'"""
_DELETE_AUTHOR_WITHOUT_POSTS = """DELETE FROM authors WHERE id = ? AND consent = 'full'
    AND NOT EXISTS (SELECT 1 FROM posts WHERE author_id = authors.id)"""
_MAY_NAME_AUTHOR = f"SELECT uri, network, text FROM posts WHERE {TEXT_MAY_NAME}"  # noqa: S608
_SET_TEXT = "UPDATE posts SET text = ?, content_hash = '' WHERE uri = ?"
_TABLE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
_OPEN = ("public", "unlisted")


@dataclass(frozen=True, slots=True)
class ReappliedWithdrawals:
    """How many posts and authors were narrowed; `unconfirmed` posts are held back."""

    posts: int = 0
    authors: int = 0
    unconfirmed: int = 0


class _RestoredPost(NamedTuple):
    """The fields of a restored post that a withdrawal may narrow."""

    post_id: int
    consent: str
    deleted_at: str | None
    sensitive: int
    visibility: str
    author_id: int | None


def reapply_withdrawals(
    db: Database, replaced: Path | None, newer: Sequence[Path] = ()
) -> ReappliedWithdrawals:
    """Apply the withdrawals in the replaced database to the restored database `db`.

    Posts that it does not confirm are held back; if it is None or damaged, these are all. The
    backups `newer` than the restored one (newest first) then contain some further withdrawals.
    Returns the numbers of changes.
    """
    readable = [replaced] if replaced and _is_intact(replaced) else []
    unconfirmed = _hold_back(db, readable)
    databases = [*reversed(newer), *readable] if unconfirmed else readable
    posts = authors = 0
    folder = database_path(db).parent  # that of the backups may be read-only
    for path in filter(_is_intact, whole_databases(databases, folder)):
        narrowed_posts, narrowed_authors = _reapply_from(db, path)
        posts += narrowed_posts
        authors += narrowed_authors
    with transaction(db):
        _hide_names(db)
    return ReappliedWithdrawals(posts, authors, unconfirmed)


def _reapply_from(db: Database, path: Path) -> tuple[int, int]:
    """Apply the withdrawals in one database; return the numbers of posts and authors narrowed."""
    with closing(_open_read_only(path)) as old, transaction(db):
        authors = _withdraw_authors(db, old)
        posts = sum(_withdraw_post(db, row) for row in old.execute(_OLD_POSTS))
    return posts, authors


def confirm_restored_posts(db: Database) -> int:
    """Release every post that a restore held back. Returns their number."""
    with transaction(db):
        return db.conn.execute("DELETE FROM unconfirmed_posts").rowcount


def _is_intact(path: Path) -> bool:
    try:
        with closing(_open_read_only(path)) as old:
            message = old.execute("PRAGMA quick_check(1)").fetchone()[0]
            old.execute("SELECT count(*) FROM posts").fetchone()
        return bool(message == "ok")
    except sqlite3.DatabaseError:
        return False


def _open_read_only(path: Path) -> sqlite3.Connection:
    old = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    old.row_factory = sqlite3.Row
    return old


def _hold_back(db: Database, readable: Sequence[Path]) -> int:
    """Hold back the posts that no database of `readable` confirms. Return their number."""
    with transaction(db):
        db.execute(_CONFIRMED_URIS)
        for path in readable:
            with closing(_open_read_only(path)) as old:
                db.conn.executemany(
                    "INSERT OR IGNORE INTO confirmed_uris VALUES (?)", _confirmed(old)
                )
        held_back = db.conn.execute(_HOLD_BACK).rowcount
        db.execute("DROP TABLE confirmed_uris")
        return held_back


def _confirmed(old: sqlite3.Connection) -> Iterable[sqlite3.Row]:
    """Return the URI of each post that a database does not hold back itself."""
    for table, statement in _URIS_NOT_HELD_BACK.items():
        if old.execute(_TABLE, [table]).fetchone():
            return old.execute(statement)
    return old.execute(_ALL_URIS)


def _withdraw_authors(db: Database, old: sqlite3.Connection) -> int:
    """Narrow the authors who are withheld in the replaced database; return their number."""
    withheld = old.execute("SELECT * FROM authors WHERE consent <> 'full'").fetchall()
    by_pseudonym = _authors_by_pseudonym(db)
    changed = 0
    for row in withheld:
        network, handle = row["network"], row["handle"]
        restored_id = by_pseudonym.get((network, handle)) or author_id(db, network, handle)
        if restored_id is None:
            restored_id = _insert_author(db, network, handle)
        changed += _narrow_author(db, restored_id, row)
        _copy_withholding(db, old, row["id"], restored_id)
    return changed


def _authors_by_pseudonym(db: Database) -> dict[tuple[str, str], int]:
    """Return the id of each author with a name by the (network, pseudonym) that is due to it."""
    return {
        (network, pseudonym(network, handle)): row_id
        for row_id, network, handle in db.execute("SELECT id, network, handle FROM authors")
        if not is_pseudonym(handle)
    }


def _insert_author(db: Database, network: str, handle: str) -> int:
    db.conn.execute(_INSERT_AUTHOR, [network, handle])
    return author_id(db, network, handle) or 0


def _narrow_author(db: Database, restored_id: int, row: sqlite3.Row) -> int:
    """Apply the consent level of a withheld author; 1 if it changed, otherwise 0."""
    level = Consent(row["consent"])
    query = "SELECT consent FROM authors WHERE id = ?"
    (before,) = db.execute(query, [restored_id]).fetchone()
    if not is_narrower(level, Consent(before)):
        return 0
    db.conn.execute(_NARROW_AUTHOR, [row["handle"], level, restored_id])
    withdraw_posts(db, _wider_posts(db, restored_id, level), level)
    return 1


def _wider_posts(db: Database, author: int, level: Consent) -> list[int]:
    """Return the posts of an author whose consent is wider than `level`."""
    query = "SELECT id, consent FROM posts WHERE author_id = ?"
    posts = db.execute(query, [author]).fetchall()
    return [post_id for post_id, consent in posts if is_narrower(level, Consent(consent))]


def _copy_withholding(db: Database, old: sqlite3.Connection, old_id: int, restored_id: int) -> None:
    """Copy the origin of a withdrawal and the digests of the names.

    Databases with an older schema do not contain them.
    """
    if old.execute(_TABLE, ["withheld_authors"]).fetchone() is None:
        return
    for row in old.execute("SELECT * FROM withheld_authors WHERE author_id = ?", [old_id]):
        values = [restored_id, row["source"], row["at"], row["reasons"]]
        db.conn.execute(_INSERT_WITHHELD, values)
    names = old.execute("SELECT digest FROM withheld_names WHERE author_id = ?", [old_id])
    db.conn.executemany(_INSERT_NAME, [(digest, restored_id) for (digest,) in names])


def _withdraw_post(db: Database, row: sqlite3.Row) -> bool:
    """Narrow one restored post to the limits of the replaced database; True if it changed."""
    values = db.execute(_RESTORED_POST, [row["uri"]]).fetchone()
    if values is None:
        return False
    restored = _RestoredPost(*values)
    _update_author(db, restored, row)
    changes = [
        _apply_deletion(db, restored, row),
        _apply_consent(db, restored, row),
        _apply_visibility(db, restored, row),
    ]
    return any(changes)


def _apply_deletion(db: Database, restored: _RestoredPost, row: sqlite3.Row) -> bool:
    if not row["deleted_at"] or restored.deleted_at:
        return False
    mark_deleted(db, [row["uri"]], datetime.fromisoformat(row["deleted_at"]))
    return True


def _apply_consent(db: Database, restored: _RestoredPost, row: sqlite3.Row) -> bool:
    level = Consent(row["consent"])
    if not is_narrower(level, Consent(restored.consent)):
        return False
    withdraw_posts(db, [restored.post_id], level)
    return True


def _apply_visibility(db: Database, restored: _RestoredPost, row: sqlite3.Row) -> bool:
    is_narrower_audience = row["visibility"] not in _OPEN and restored.visibility in _OPEN
    is_newly_sensitive = row["sensitive"] and not restored.sensitive
    if not is_narrower_audience and not is_newly_sensitive:
        return False
    visibility = row["visibility"] if is_narrower_audience else restored.visibility
    db.conn.execute(_NARROW_POST, [row["sensitive"], visibility, restored.post_id])
    return True


def _update_author(db: Database, restored: _RestoredPost, row: sqlite3.Row) -> None:
    """Apply the newer name and handle of an author who was renamed since the backup."""
    if restored.author_id is None or not row["handle"] or is_pseudonym(row["handle"]):
        return
    db.conn.execute(_SAVE_AUTHOR, [row["network"], row["handle"], row["name"], row["url"]])
    current_id = author_id(db, row["network"], row["handle"])
    if current_id != restored.author_id:
        query = "UPDATE posts SET author_id = ? WHERE id = ?"
        db.conn.execute(query, [current_id, restored.post_id])
        db.conn.execute(_DELETE_AUTHOR_WITHOUT_POSTS, [restored.author_id])


def _hide_names(db: Database) -> None:
    """Remove the names of withheld authors from the restored texts."""
    posts = {uri: Post(network, uri, text) for uri, network, text in db.execute(_MAY_NAME_AUTHOR)}
    named = {uri: names_in_post(post) for uri, post in posts.items()}
    redacted = without_withheld_names(db, posts, named).items()
    changed = [(post.text, uri) for uri, post in redacted if post.text != posts[uri].text]
    db.conn.executemany(_SET_TEXT, changed)
