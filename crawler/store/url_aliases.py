"""The rows of the identity ledger: which addresses lead to which article, and why.

Callers hold the transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlite_utils import Database

from crawler import url_parser
from crawler.models.articles import AliasReason
from crawler.url_secrets import text_without_secrets, without_secrets
from crawler.utc_times import iso


class Keyed(Protocol):
    """What the key function answers: the matching key (empty when the URL is none) and the rules
    that made it.
    """

    @property
    def key(self) -> str: ...
    @property
    def rules(self) -> tuple[str, ...]: ...


def add_alias(
    db: Database,
    article_id: int,
    url: str,
    key: str,
    reason: str,
    now: datetime,
    *,
    joined_to: str = "",
    evidence: str = "",
) -> None:
    """Write why `url` is an address of the article; the same reason twice adds nothing.

    `joined_to` is the address that led there.
    """
    url, joined_to = without_secrets(url), without_secrets(joined_to)
    evidence = text_without_secrets(evidence)
    db.conn.execute(
        "INSERT INTO aliases (url, key, article_id, reason, joined_to, evidence, added_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [url, key, article_id, reason, joined_to, evidence, iso(now)],
    )


def record_rules(db: Database, article_id: int, url: str, keyed: Keyed, now: datetime) -> None:
    """Write which rules made the key of an address."""
    for rule in keyed.rules:
        add_alias(db, article_id, url, keyed.key, f"rule:{rule}", now, evidence=keyed.key)


def find_article(db: Database, url: str, key: str) -> int | None:
    """The article of an address: by the curator's word on this very spelling, else by its key."""
    url = without_secrets(url)
    row = db.execute(
        "SELECT article_id FROM aliases WHERE url = ? AND reason = ?", [url, AliasReason.CURATOR]
    ).fetchone()
    row = row or db.execute("SELECT id FROM articles WHERE key = ?", [key]).fetchone()
    row = (
        row
        or db.execute(
            "SELECT MIN(article_id) FROM aliases WHERE key = ? AND reason <> ?",
            [key, AliasReason.CURATOR],
        ).fetchone()
    )
    return row[0] if row else None


def insert_article(db: Database, url: str, key: str, now: datetime) -> int:
    """A new, unread article.

    When the curator keeps two addresses of one key apart, the second is known by its URL instead.
    """
    url = without_secrets(url)
    taken = db.execute("SELECT 1 FROM articles WHERE key = ?", [key]).fetchone()
    cursor = db.conn.execute(
        "INSERT INTO articles (url, key, host, state, first_seen) VALUES (?, ?, ?, 'new', ?)",
        [url, url if taken else key, host_of(url, key), iso(now)],
    )
    return int(cursor.lastrowid or 0)


def set_article_url(db: Database, article_id: int, url: str, key: str) -> None:
    """Make `url` the address under which the article is fetched and shown."""
    url = without_secrets(url)
    db.conn.execute(
        "UPDATE articles SET url = ?, key = ?, host = ? WHERE id = ?",
        [url, key, host_of(url, key), article_id],
    )


def article_url(db: Database, article_id: int) -> str:
    """The address under which an article is fetched and shown.

    Raises KeyError for an id that does not exist.
    """
    row = db.execute("SELECT url FROM articles WHERE id = ?", [article_id]).fetchone()
    if row is None:
        raise KeyError(article_id)
    return str(row[0])


def has_alias(
    db: Database, article_id: int, url: str, reasons: tuple[str, ...], joined_to: str | None = None
) -> bool:
    """Whether the ledger says for one of these reasons that `url` is the article's (optionally:
    because of one address).
    """
    rows = db.execute(
        "SELECT reason, joined_to FROM aliases WHERE article_id = ? AND url = ?", [article_id, url]
    )
    return any(reason in reasons and joined_to in (None, joined) for reason, joined in rows)


def host_of(url: str, key: str) -> str:
    """The host of an address as people know it, in lower case and without `www.`; that of the key
    when the URL is odd.
    """
    host = url_parser.host_of(url) or key.split("/")[0]
    return host.lower().removeprefix("www.")
