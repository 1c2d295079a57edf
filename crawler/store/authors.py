"""Store authors and their consent, and narrow all posts of an author."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlite_utils import Database

from crawler.consent.levels import is_narrower
from crawler.models.posts import Author, Consent, Post
from crawler.store.article_card_fields import withdraw_card_fields
from crawler.store.database import insert_values
from crawler.store.sql_values import to_json
from crawler.store.withheld_authors import (
    pseudonym,
    record_withheld_author,
    record_withheld_posts,
    redact_stored_posts,
    withheld_authors,
)
from crawler.text_cleaning import fold, person_name

# Networks that report accounts themselves, so that a file does not change a name.
_ACCOUNT_NETWORKS = (
    "bluesky",
    "devto",
    "github",
    "hackernews",
    "lemmy",
    "mastodon",
    "misskey",
    "reddit",
    "stackexchange",
)
_COLUMNS = ("network", "handle", "name", "url", "consent")
_RENAMED = """
ON CONFLICT (network, handle) DO UPDATE
SET name = excluded.name, url = excluded.url, consent = excluded.consent
WHERE (name, url, consent) IS NOT (excluded.name, excluded.url, excluded.consent)
"""
_RENAMED_BY_FILE = f"{_RENAMED} AND network NOT IN {_ACCOUNT_NETWORKS}"

_AUTHOR_IDS = """
SELECT a.network, a.handle, a.id FROM json_each(?) account CROSS JOIN authors a
    ON a.network = json_extract(account.value, '$[0]')
    AND a.handle = json_extract(account.value, '$[1]')
"""


def upsert_authors(db: Database, authors: Iterable[tuple[Author, bool]]) -> None:
    """Store `authors` who may be named.

    Each author comes with a flag: whether the network itself reports the account now. A file may be
    older than the stored account. On networks that report accounts, a file adds authors and renames
    none.
    """
    latest = {
        (author.network, author.handle): (author, is_answer)
        for author, is_answer in authors
        if author.handle
    }
    for answered, on_conflict in ((True, _RENAMED), (False, _RENAMED_BY_FILE)):
        rows = [
            (
                author.network,
                author.handle,
                person_name(author.name),  # a mail address is never a name
                author.url,
                Consent.FULL.value,
            )
            for author, is_answer in latest.values()
            if is_answer is answered
        ]
        insert_values(db, "authors", _COLUMNS, rows, on_conflict)


def save_other_names(db: Database, authors: Iterable[Author]) -> None:
    """Store the aliases of those of `authors` who are stored under their handle."""
    db.conn.executemany(
        "INSERT INTO author_names (author_id, name) "
        "SELECT id, ? FROM authors WHERE network = ? AND handle = ? ON CONFLICT DO NOTHING",
        [
            (name, author.network, author.handle)
            for author in dict.fromkeys(authors)
            for name in author.aliases
        ],
    )


def other_names(db: Database) -> Iterator[tuple[int, str, str, str]]:
    """Yield the id, the network and the handle of an author, and one of the other names, folded.

    A backup of an older version has none.
    """
    if not db.table("author_names").exists():
        return
    rows = db.execute(
        "SELECT a.id, a.network, a.handle, n.name FROM author_names n "
        "JOIN authors a ON a.id = n.author_id"
    )
    for author_id, network, handle, name in rows:
        yield author_id, network, handle, fold(name)


def withhold_authors(db: Database, posts: Iterable[Post], source: str, at: datetime) -> None:
    """Put the authors of these `posts` under a pseudonym and narrow all their stored data.

    `source` reported the withdrawal at the time `at` (aware UTC). Authors who are withheld at that
    level, or at a narrower one, do not change.
    """
    named = {_key(post.author): post for post in posts if post.author and post.author.handle}
    if not named:
        return
    remembered = withheld_authors(db, [post.author for post in named.values() if post.author])
    new = []
    for key, post in named.items():
        author = post.author
        assert author
        if key in remembered and not is_narrower(author.consent, remembered[key].level):
            continue
        _withhold(db, author, source, at, "; ".join(post.reasons))
        new.append(author)
    redact_stored_posts(db, new)


def release_author(db: Database, author: Author) -> None:
    """Store a withheld author under the real handle again: the network reports a new consent.

    The author's posts are widened one by one, as the network answers for them.
    """
    hidden = author_id(db, author.network, pseudonym(author.network, author.handle))
    db.conn.execute("DELETE FROM withheld_names WHERE author_id = ?", [hidden])
    db.conn.execute("DELETE FROM withheld_authors WHERE author_id = ?", [hidden])
    db.conn.execute(
        "UPDATE authors SET handle = ?, name = ?, url = ?, consent = 'full' WHERE id = ?",
        [author.handle, author.name, author.url, hidden],
    )


def rename_author(db: Database, old_id: int, network: str, handle: str) -> None:
    """Give the account with the id `old_id` a new `handle` on its `network`.

    If that handle is stored already, both accounts become one.
    """
    new_id = author_id(db, network, handle)
    if new_id is None:
        db.conn.execute("UPDATE authors SET handle = ? WHERE id = ?", [handle, old_id])
        return
    db.conn.execute("UPDATE posts SET author_id = ? WHERE author_id = ?", [new_id, old_id])
    db.conn.execute("DELETE FROM authors WHERE id = ?", [old_id])


def author_id(db: Database, network: str, handle: str) -> int | None:
    """Return the id of the author stored under a handle or pseudonym on `network`.

    Returns None if no author has that `handle`.
    """
    row = db.execute(
        "SELECT id FROM authors WHERE network = ? AND handle = ?", [network, handle]
    ).fetchone()
    return int(row[0]) if row else None


def stored_account(author: Author) -> tuple[str, str]:
    """Return the network and the handle or pseudonym under which `author` is stored."""
    may_be_named = author.consent is Consent.FULL
    handle = author.handle if may_be_named else pseudonym(author.network, author.handle)
    return author.network, handle


def author_ids(db: Database, accounts: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return the ids of those of `accounts`, pairs of network and handle, that are stored."""
    rows = db.execute(_AUTHOR_IDS, [to_json(list(accounts))])
    return {(network, handle): int(row_id) for network, handle, row_id in rows}


def find_authors(db: Database, named: str) -> dict[int, tuple[str, str, str]]:
    """Return the authors called `named`: a handle, `network:handle` or the URL of a profile.

    Returns network, handle and profile URL by id. A stored alias counts as a handle. Letter case
    and a leading @ do not matter. A withheld author, who is stored under a pseudonym, is found by
    `network:handle` only. An empty name is the name of nobody.
    """
    wanted = fold(named).strip().lstrip("@")
    if not wanted:
        return {}
    network, _, handle = wanted.partition(":")
    withheld = pseudonym(network, handle.lstrip("@"))
    by_other_name = {
        author_id
        for author_id, network, _, name in other_names(db)
        if wanted in (name, f"{network}:{name}")
    }
    rows = db.execute("SELECT id, network, handle, url FROM authors").fetchall()
    return {
        author_id: (network, handle, url)
        for author_id, network, handle, url in rows
        if handle == withheld
        or author_id in by_other_name
        or wanted in (fold(handle).lstrip("@"), fold(f"{network}:{handle}"), fold(url))
    }


def withdraw_posts(db: Database, post_ids: Iterable[int], level: Consent = Consent.NONE) -> None:
    """Remove from the posts `post_ids` all data that `level` does not allow.

    `crawler.consent.levels` describes the levels. The links stay, even at the level `none`: they
    show that a deleted post shared an article.
    """
    keeps_reference = level is Consent.REFERENCE
    for post_id in post_ids:
        db.execute(
            "UPDATE posts SET text = '', url = CASE WHEN ? THEN url ELSE '' END, language = '', "
            "author_id = CASE WHEN ? THEN author_id END, thread_key = NULL, "
            "thread_position = NULL, counts = '{}', "
            "content_hash = '', similar_to = NULL, consent = ? WHERE id = ?",
            [keeps_reference, level is not Consent.NONE, level, post_id],
        )
        db.execute("UPDATE posts SET similar_to = NULL WHERE similar_to = ?", [post_id])
        db.execute("UPDATE links SET shown = '' WHERE post_id = ?", [post_id])
        db.execute("DELETE FROM taggings WHERE subject_kind = 'post' AND subject_id = ?", [post_id])
        withdraw_card_fields(db, [post_id])
        db.execute("DELETE FROM cards WHERE post_id = ?", [post_id])
        if not keeps_reference:
            db.execute("DELETE FROM post_hashtags WHERE post_id = ?", [post_id])


def delete_authors_without_posts(db: Database, author_ids: Iterable[int]) -> None:
    """Delete the authors among `author_ids` without stored posts; withheld ones are kept."""
    db.conn.executemany(
        "DELETE FROM authors WHERE id = ? AND consent = 'full' "
        "AND NOT EXISTS (SELECT 1 FROM posts WHERE author_id = authors.id)",
        [(author_id,) for author_id in author_ids],
    )


def _withhold(db: Database, author: Author, source: str, at: datetime, reasons: str) -> None:
    hidden = pseudonym(author.network, author.handle)
    stored = author_id(db, author.network, author.handle)
    if stored is None:
        db.conn.execute(
            "INSERT INTO authors (network, handle, consent) VALUES (?, ?, ?) "
            "ON CONFLICT (network, handle) DO UPDATE SET consent = excluded.consent",
            [author.network, hidden, author.consent],
        )
        stored = author_id(db, author.network, hidden)
        assert stored is not None
    db.conn.execute(
        "UPDATE authors SET handle = ?, name = '', url = '', consent = ? WHERE id = ?",
        [hidden, author.consent, stored],
    )
    db.conn.execute("DELETE FROM author_names WHERE author_id = ?", [stored])
    record_withheld_author(db, stored, author, source, at, reasons)
    rows = db.execute("SELECT id, consent FROM posts WHERE author_id = ?", [stored]).fetchall()
    wider = [post_id for post_id, level in rows if is_narrower(author.consent, Consent(level))]
    withdraw_posts(db, wider, author.consent)
    record_withheld_posts(db, wider, source, at, reasons)


def _key(author: Author | None) -> tuple[str, str]:
    return (author.network, author.handle) if author else ("", "")
