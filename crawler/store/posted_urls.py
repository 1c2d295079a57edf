"""Attach many posted URLs to their articles at once, with one lookup per kind of evidence.

Callers hold the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlite_utils import Database

from crawler.models.articles import AliasReason
from crawler.store.sql_values import to_json
from crawler.store.url_aliases import Keyed, add_aliases, insert_article, set_article_url
from crawler.url_secrets import without_secrets

_CURATED = """
SELECT url, article_id FROM aliases WHERE reason = 'curator'
AND url IN (SELECT value FROM json_each(?))
"""
_BY_KEY = "SELECT key, id FROM articles WHERE key IN (SELECT value FROM json_each(?))"
_BY_ALIAS = """
SELECT key, MIN(article_id) FROM aliases WHERE reason <> 'curator'
AND key IN (SELECT value FROM json_each(?)) GROUP BY key
"""
_UNREAD = """
SELECT id, url FROM articles WHERE state = 'new' AND key IN (SELECT value FROM json_each(?))
"""


def attach_posted_urls(
    db: Database,
    posted: Sequence[tuple[str, Keyed]],
    key: Callable[[str], Keyed],
    now: datetime,
) -> list[int]:
    """Return the article of each of `posted`, pairs of a URL and its key; some are new.

    `key` normalizes a URL. A decision of the curator on this exact spelling has precedence over
    the key. Until an article is fetched, its URL is the plainest posted one.
    """
    articles = _Articles(db, posted, key, now)
    article_ids = [articles.attach(url, keyed) for url, keyed in posted]
    add_aliases(db, articles.aliases, now)
    return article_ids


class _Articles:
    """The stored articles of a list of URLs, and the aliases to add."""

    def __init__(
        self,
        db: Database,
        posted: Iterable[tuple[str, Keyed]],
        key: Callable[[str], Keyed],
        now: datetime,
    ) -> None:
        self._plain = {url: without_secrets(url) for url, _ in posted}
        urls = to_json(list(self._plain.values()))
        keys = to_json([keyed.key for _, keyed in posted])
        self.aliases: list[tuple[str, str, int, str, str]] = []
        self._db, self._key, self._now = db, key, now
        self._curated: dict[str, int] = dict(db.execute(_CURATED, [urls]).fetchall())
        by_alias: dict[str, int] = dict(db.execute(_BY_ALIAS, [keys]).fetchall())
        self._with_key: dict[str, int] = dict(db.execute(_BY_KEY, [keys]).fetchall())
        self._by_key = by_alias | self._with_key
        self._unread: dict[int, str] = dict(db.execute(_UNREAD, [keys]).fetchall())

    def attach(self, url: str, keyed: Keyed) -> int:
        """Return the article of `url`, and note the aliases with the key `keyed`."""
        plain = self._plain[url]
        article_id = self._curated.get(plain) or self._by_key.get(keyed.key)
        if article_id is None:
            article_id = insert_article(self._db, url, keyed.key, self._now)
            self._by_key[keyed.key] = self._with_key[keyed.key] = article_id
            self._unread[article_id] = plain
        elif self._unread.get(article_id, plain) != plain:
            self._prefer_plain(article_id, plain, keyed)
        self.aliases.append((plain, keyed.key, article_id, AliasReason.AS_POSTED, ""))
        for rule in keyed.rules:
            self.aliases.append((plain, keyed.key, article_id, f"rule:{rule}", keyed.key))
        return article_id

    def _prefer_plain(self, article_id: int, url: str, keyed: Keyed) -> None:
        """Use the plainest posted URL until the article is fetched, in any order of arrival."""
        stored = self._unread[article_id]
        if self._with_key.get(keyed.key) == article_id and (len(keyed.rules), len(url), url) < (
            len(self._key(stored).rules),
            len(stored),
            stored,
        ):
            set_article_url(self._db, article_id, url, keyed.key)
            self._unread[article_id] = url
