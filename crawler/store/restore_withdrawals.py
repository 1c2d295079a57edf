"""What a restore carries over from the replaced database: everything withdrawn since the backup.

The replaced database is newer than the backup, so whatever it withholds stays withheld. If it
cannot be read, the restored posts wait until their networks confirm them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from crawler.consent.levels import is_narrower
from crawler.models.posts import Consent, Post
from crawler.store.authors import author_id, withdraw_posts
from crawler.store.database import transaction
from crawler.store.posts import mark_deleted
from crawler.store.withheld_authors import is_pseudonym, pseudonym, without_withheld_names

_WITHDRAWN = """
SELECT p.uri, p.consent, p.deleted_at, p.sensitive, p.visibility, a.network, a.handle, a.name, a.url
FROM posts p LEFT JOIN authors a ON a.id = p.author_id
"""
_OPEN = ("public", "unlisted")


@dataclass(frozen=True, slots=True)
class ReappliedWithdrawals:
    """How many posts and authors were narrowed; `unconfirmed` posts are held back."""

    posts: int = 0
    authors: int = 0
    unconfirmed: int = 0


def reapply_withdrawals(
    db: Database, replaced: Path | None, newer: Sequence[Path] = ()
) -> ReappliedWithdrawals:
    """Apply what was withdrawn in the replaced database to the restored one.

    If there is no replaced database, or if it is damaged, the backups that are newer than the
    restored one (newest first) tell some of it, and every post is held back as well.
    """
    is_known = replaced is not None and _is_intact(replaced)
    others = [replaced] if replaced and is_known else [*reversed(newer)]
    posts = authors = 0
    for path in filter(_is_intact, others):
        with closing(_read_only(path)) as old, transaction(db):
            authors += _carry_authors(db, old)
            posts += sum(_carry_post(db, row) for row in old.execute(_WITHDRAWN))
    with transaction(db):
        _hide_names(db)
    return ReappliedWithdrawals(posts, authors, 0 if is_known else _hold_back(db))


def confirm_restored_posts(db: Database) -> int:
    """Release every post that a restore held back. Returns how many there were."""
    with transaction(db):
        return db.conn.execute("DELETE FROM unconfirmed_posts").rowcount


def _is_intact(path: Path) -> bool:
    try:
        with closing(_read_only(path)) as old:
            found = old.execute("PRAGMA quick_check(1)").fetchone()[0]
            old.execute("SELECT count(*) FROM posts").fetchone()
        return bool(found == "ok")
    except sqlite3.DatabaseError:
        return False


def _read_only(path: Path) -> sqlite3.Connection:
    old = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    old.row_factory = sqlite3.Row
    return old


def _hold_back(db: Database) -> int:
    with transaction(db):
        return db.conn.execute(
            "INSERT OR IGNORE INTO unconfirmed_posts (post_id) "
            "SELECT id FROM posts WHERE deleted_at IS NULL AND consent <> 'none'"
        ).rowcount


def _carry_authors(db: Database, old: sqlite3.Connection) -> int:
    """Put the authors under a pseudonym who are under one in the replaced database."""
    withheld = old.execute("SELECT * FROM authors WHERE consent <> 'full'").fetchall()
    by_pseudonym = {
        (network, pseudonym(network, handle)): number
        for number, network, handle in db.execute("SELECT id, network, handle FROM authors")
        if not is_pseudonym(handle)
    }
    carried = 0
    for row in withheld:
        here = by_pseudonym.get((row["network"], row["handle"]))
        here = here or author_id(db, row["network"], row["handle"])
        if here is None:
            here = _insert_author(db, row)
        carried += _narrow_author(db, here, row)
        _carry_memory(db, old, row["id"], here)
    return carried


def _insert_author(db: Database, row: sqlite3.Row) -> int:
    db.conn.execute(
        "INSERT INTO authors (network, handle, consent) VALUES (?, ?, 'full')",
        [row["network"], row["handle"]],
    )
    return author_id(db, row["network"], row["handle"]) or 0


def _narrow_author(db: Database, here: int, row: sqlite3.Row) -> int:
    level = Consent(row["consent"])
    (before,) = db.execute("SELECT consent FROM authors WHERE id = ?", [here]).fetchone()
    if not is_narrower(level, Consent(before)):
        return 0
    db.conn.execute(
        "UPDATE authors SET handle = ?, name = '', url = '', consent = ? WHERE id = ?",
        [row["handle"], level, here],
    )
    posts = db.execute("SELECT id, consent FROM posts WHERE author_id = ?", [here]).fetchall()
    withdraw_posts(db, [each for each, now in posts if is_narrower(level, Consent(now))], level)
    return 1


def _carry_memory(db: Database, old: sqlite3.Connection, there: int, here: int) -> None:
    """Copy who reported the withdrawal and the digests of the names; older schemas have none."""
    if not _has_table(old, "withheld_authors"):
        return
    for row in old.execute("SELECT * FROM withheld_authors WHERE author_id = ?", [there]):
        db.conn.execute(
            "INSERT OR REPLACE INTO withheld_authors (author_id, source, at, reasons) "
            "VALUES (?, ?, ?, ?)",
            [here, row["source"], row["at"], row["reasons"]],
        )
    names = old.execute("SELECT digest FROM withheld_names WHERE author_id = ?", [there])
    db.conn.executemany(
        "INSERT OR IGNORE INTO withheld_names (digest, author_id) VALUES (?, ?)",
        [(digest, here) for (digest,) in names],
    )


def _carry_post(db: Database, row: sqlite3.Row) -> int:
    """Narrow one restored post to what the replaced database allows; 1 if anything changed."""
    here = db.execute(
        "SELECT id, consent, deleted_at, sensitive, visibility, author_id FROM posts WHERE uri = ?",
        [row["uri"]],
    ).fetchone()
    if here is None:
        return 0
    post_id, consent, deleted_at, sensitive, visibility, author = here
    _carry_name(db, post_id, author, row)
    level, changed = Consent(row["consent"]), 0
    if row["deleted_at"] and not deleted_at:
        mark_deleted(db, [row["uri"]], datetime.fromisoformat(row["deleted_at"]))
        changed = 1
    if is_narrower(level, Consent(consent)):
        withdraw_posts(db, [post_id], level)
        changed = 1
    narrower = row["visibility"] not in _OPEN and visibility in _OPEN
    if narrower or (row["sensitive"] and not sensitive):
        db.conn.execute(
            "UPDATE posts SET sensitive = MAX(sensitive, ?), visibility = ? WHERE id = ?",
            [row["sensitive"], row["visibility"] if narrower else visibility, post_id],
        )
        changed = 1
    return changed


def _carry_name(db: Database, post_id: int, author: int | None, row: sqlite3.Row) -> None:
    """Take over the newer name and handle of an author who was renamed since the backup."""
    if author is None or not row["handle"] or is_pseudonym(row["handle"]):
        return
    newer = [row["network"], row["handle"], row["name"], row["url"]]
    db.conn.execute(
        "INSERT INTO authors (network, handle, name, url) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (network, handle) DO UPDATE SET name = excluded.name, url = excluded.url "
        "WHERE consent = 'full'",
        newer,
    )
    now = author_id(db, row["network"], row["handle"])
    if now != author:
        db.conn.execute("UPDATE posts SET author_id = ? WHERE id = ?", [now, post_id])
        db.conn.execute(
            "DELETE FROM authors WHERE id = ? AND consent = 'full' "
            "AND NOT EXISTS (SELECT 1 FROM posts WHERE author_id = authors.id)",
            [author],
        )


def _hide_names(db: Database) -> None:
    """Remove the names of withheld authors from the texts that the backup brings back."""
    rows = db.execute(
        "SELECT uri, network, text FROM posts WHERE text LIKE '%@%' OR text LIKE '%/users/%' "
        "OR text LIKE '%/profile/%'"
    )
    posts = {uri: Post(network, uri, text) for uri, network, text in rows}
    db.conn.executemany(
        "UPDATE posts SET text = ?, content_hash = '' WHERE uri = ?",
        [
            (post.text, uri)
            for uri, post in without_withheld_names(db, posts).items()
            if post.text != posts[uri].text
        ],
    )


def _has_table(old: sqlite3.Connection, name: str) -> bool:
    sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return old.execute(sql, [name]).fetchone() is not None
