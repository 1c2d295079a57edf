"""Attach many posted URLs to their articles at once, with one lookup per kind of evidence.

Callers hold the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlite_utils import Database

from crawler.models.articles import AliasReason
from crawler.store.database import insert_values
from crawler.store.sql_values import to_json
from crawler.store.url_aliases import Keyed, add_aliases, host_of, set_article_url
from crawler.utc_times import iso

_ARTICLE_COLUMNS = ("url", "key", "host", "state", "first_seen")
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
    """Return the article of each of `posted`, pairs of a URL without secrets and its key.

    Some of the articles are new. `key` normalizes a URL. A decision of the curator on this exact
    spelling has precedence over the key. Until an article is fetched, its URL is the plainest
    posted one.
    """
    articles = _Articles(db, posted)
    articles.insert_missing(posted, now)
    articles.prefer_plainer(posted, key)

    article_ids = [articles.find(url, keyed) for url, keyed in posted]
    aliases = []
    for (url, keyed), article_id in zip(posted, article_ids, strict=True):
        aliases.append((url, keyed.key, article_id, AliasReason.AS_POSTED.value, ""))
        aliases += [(url, keyed.key, article_id, f"rule:{rule}", keyed.key) for rule in keyed.rules]
    add_aliases(db, aliases, now)
    return article_ids


class _Articles:
    """The articles of a list of `posted` URLs."""

    def __init__(self, db: Database, posted: Sequence[tuple[str, Keyed]]) -> None:
        self._db = db
        keys = to_json([keyed.key for _, keyed in posted])
        urls = to_json([url for url, _ in posted])
        self._curated: dict[str, int] = dict(db.execute(_CURATED, [urls]).fetchall())
        self._by_alias: dict[str, int] = dict(db.execute(_BY_ALIAS, [keys]).fetchall())
        self._by_key: dict[str, int] = dict(db.execute(_BY_KEY, [keys]).fetchall())
        self._unread: dict[int, str] = dict(db.execute(_UNREAD, [keys]).fetchall())

    def find(self, url: str, keyed: Keyed) -> int:
        """Return the article of `url`. Raises KeyError if it has no article."""
        curated = self._curated.get(url) or self._by_key.get(keyed.key)
        return curated or self._by_alias[keyed.key]

    def insert_missing(self, posted: Sequence[tuple[str, Keyed]], now: datetime) -> None:
        """Insert an unread article for each key without one, with the plainest of its URLs."""
        plainest: dict[str, tuple[int, int, str]] = {}
        for url, keyed in posted:
            if keyed.key in self._by_key or keyed.key in self._by_alias or url in self._curated:
                continue
            plainness = _plainness(url, keyed)
            plainest[keyed.key] = min(plainest.get(keyed.key, plainness), plainness)

        first_seen = iso(now)
        rows = [
            (url, key, host_of(url, key), "new", first_seen) for key, (*_, url) in plainest.items()
        ]
        insert_values(self._db, "articles", _ARTICLE_COLUMNS, rows)
        self._by_key |= dict(self._db.execute(_BY_KEY, [to_json(list(plainest))]).fetchall())

    def prefer_plainer(
        self, posted: Sequence[tuple[str, Keyed]], key: Callable[[str], Keyed]
    ) -> None:
        """Use the plainest posted URL until the article is fetched, in any order of arrival."""
        for url, keyed in posted:
            article_id = self.find(url, keyed)
            stored = self._unread.get(article_id, url)
            if stored == url or self._by_key.get(keyed.key) != article_id:
                continue
            if _plainness(url, keyed) < _plainness(stored, key(stored)):
                set_article_url(self._db, article_id, url, keyed.key)
                self._unread[article_id] = url


def _plainness(url: str, keyed: Keyed) -> tuple[int, int, str]:
    return len(keyed.rules), len(url), url
