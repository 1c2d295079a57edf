"""The rows of the identity ledger: which URLs lead to which article, and why.

Callers hold the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from sqlite_utils import Database

from crawler import url_parser
from crawler.models.articles import AliasReason
from crawler.store.database import insert_values
from crawler.url_secrets import text_without_secrets, without_secrets
from crawler.utc_times import iso

_ALIAS_COLUMNS = ("url", "key", "article_id", "reason", "evidence", "added_at")


class Keyed(Protocol):
    """The result of the key function: the matching key and the rules that made it."""

    @property
    def key(self) -> str:
        """Return the matching key; empty for an invalid URL."""

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the names of the rules that made the key."""

    @property
    def stages(self) -> tuple[str, ...]:
        """Return other keys that earlier rules may have given to the URL."""


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
    """Store that `url` leads to the article, with its `key` and a `reason`.

    The same reason twice adds no row. `joined_to` is the URL from which the reason was derived, and
    `evidence` is the reason in detail.
    """
    url, joined_to = without_secrets(url), without_secrets(joined_to)
    evidence = text_without_secrets(evidence)
    db.conn.execute(
        "INSERT INTO aliases (url, key, article_id, reason, joined_to, evidence, added_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [url, key, article_id, reason, joined_to, evidence, iso(now)],
    )


def add_aliases(
    db: Database, aliases: Iterable[tuple[str, str, int, str, str]], now: datetime
) -> None:
    """Store `aliases`, rows of URL without secrets, key, article id, reason and evidence.

    The same reason twice adds no row.
    """
    added_at = iso(now)
    rows = [
        (url, key, article_id, reason, text_without_secrets(evidence), added_at)
        for url, key, article_id, reason, evidence in aliases
    ]
    insert_values(db, "aliases", _ALIAS_COLUMNS, rows, "ON CONFLICT DO NOTHING")


def record_rules(db: Database, article_id: int, url: str, keyed: Keyed, now: datetime) -> None:
    """Store the rules that made the key of `url`, from the result `keyed` of the key function."""
    for rule in keyed.rules:
        add_alias(db, article_id, url, keyed.key, f"rule:{rule}", now, evidence=keyed.key)


def find_article(db: Database, url: str, key: str) -> int | None:
    """Return the id of the article of `url`, or None.

    A decision of the curator on this exact spelling has precedence over the `key`.
    """
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
    """Insert a new, unread article with `url` and `key`, and return its id.

    If the curator split two URLs with one key, the key of the second article is its URL.
    """
    url = without_secrets(url)
    taken = db.execute("SELECT 1 FROM articles WHERE key = ?", [key]).fetchone()
    cursor = db.conn.execute(
        "INSERT INTO articles (url, key, host, state, first_seen) VALUES (?, ?, ?, 'new', ?)",
        [url, url if taken else key, host_of(url, key), iso(now)],
    )
    return int(cursor.lastrowid or 0)


def set_article_url(db: Database, article_id: int, url: str, key: str) -> None:
    """Set the `url` under which the article is fetched and shown, with its `key`."""
    url = without_secrets(url)
    db.conn.execute(
        "UPDATE articles SET url = ?, key = ?, host = ? WHERE id = ?",
        [url, key, host_of(url, key), article_id],
    )


def article_url(db: Database, article_id: int) -> str:
    """Return the URL under which an article is fetched and shown.

    Raises KeyError for an id that does not exist.
    """
    row = db.execute("SELECT url FROM articles WHERE id = ?", [article_id]).fetchone()
    if row is None:
        raise KeyError(article_id)
    return str(row[0])


def has_alias(
    db: Database, article_id: int, url: str, reasons: tuple[str, ...], joined_to: str | None = None
) -> bool:
    """Whether `url` is an alias of the article for one of the `reasons`.

    With `joined_to`, only aliases that were derived from that URL count.
    """
    rows = db.execute(
        "SELECT reason, joined_to FROM aliases WHERE article_id = ? AND url = ?", [article_id, url]
    )
    return any(reason in reasons and joined_to in (None, joined) for reason, joined in rows)


def host_of(url: str, key: str) -> str:
    """Return the host of `url` in lower case and without `www.`.

    If the URL has no valid host, the result is the host of `key`.
    """
    authority = key.split("/")[0]
    is_plain = url == f"https://{key}" and ":" not in authority
    host = authority if is_plain else url_parser.host_of(url) or authority
    return host.lower().removeprefix("www.")
