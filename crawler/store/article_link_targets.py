"""The articles that the links in the texts of articles lead to.

Callers hold the transaction. The keys of links are stored as numbers (`link_keys`), so that the
links to an article with another URL or key are found without reading all links.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator

from sqlite_utils import Database

from crawler.models.articles import AliasReason
from crawler.store.changed_items import (
    EVERYTHING,
    changed_ids,
    forget_changes,
    mark_everything_changed,
)
from crawler.store.sql_values import batches, to_json
from crawler.store.url_aliases import Keyed

_Link = tuple[int, str]
_MOST_LINKS = 50_000  # for more, all links are resolved at once
_BATCH = 500

# The same precedence as `crawler.store.url_aliases.find_article`. A link to the own article has no
# target.
_TARGETS = """
UPDATE article_links SET target_id = resolved.target_id FROM (
    SELECT article_id, url, NULLIF(COALESCE(
        (SELECT x.article_id FROM aliases x WHERE x.url = l.url AND x.reason = 'curator'),
        (SELECT a.id FROM articles a WHERE a.key = l.key),
        (SELECT MIN(x.article_id) FROM aliases x WHERE x.key = l.key AND x.reason <> 'curator')
    ), article_id) AS target_id
    FROM {links} WHERE l.key <> ''
) resolved
WHERE article_links.article_id = resolved.article_id AND article_links.url = resolved.url
    AND article_links.target_id IS NOT resolved.target_id
"""
_ALL_LINKS = "article_links l"
_THESE_LINKS = """json_each(:links) j CROSS JOIN article_links l
    ON l.article_id = json_extract(j.value, '$[0]') AND l.url = json_extract(j.value, '$[1]')"""
_OF_ARTICLES = """
SELECT article_id, url, key FROM article_links
WHERE article_id IN (SELECT value FROM json_each(:articles))
UNION SELECT article_id, url, key FROM article_links
WHERE target_id IN (SELECT value FROM json_each(:articles))
"""
_KEYS = """
SELECT key, '' FROM articles WHERE id IN (SELECT value FROM json_each(:articles))
UNION SELECT key, CASE WHEN reason = :curator THEN url ELSE '' END FROM aliases
WHERE article_id IN (SELECT value FROM json_each(:articles))
"""
_WITH_KEY = """
SELECT l.article_id, l.url FROM link_keys k CROSS JOIN article_links l
    ON l.article_id = k.article_id AND l.key = :key WHERE k.key = :number
"""
_ADD = "INSERT INTO link_keys (key, article_id) VALUES (?, ?) ON CONFLICT DO NOTHING"


def update_link_targets(db: Database, key: Callable[[str], Keyed]) -> int:
    """Give every link in a text the stored article at its URL; return how many changed.

    `key` computes the article keys of links that have none yet. Only new links and those that
    concern articles with changed URLs are read. An article that is stored later becomes the target
    at the next call, and so does the result of a merge or split.
    """
    changed = changed_ids(db, "identity")
    links = set(_add_keys(db, key))
    if EVERYTHING in changed or len(links) > _MOST_LINKS:
        if EVERYTHING in changed:
            _renew_numbers(db)
        count = db.conn.execute(_TARGETS.format(links=_ALL_LINKS)).rowcount
    else:
        links.update(_concerned(db, key, changed))
        count = _resolve(db, links)
    forget_changes(db, "identity", changed)
    return count


def forget_link_keys(db: Database) -> None:
    """Delete the keys of all links, because the rules for keys changed."""
    db.execute("UPDATE article_links SET key = NULL")
    mark_everything_changed(db, "identity")


def _add_keys(db: Database, key: Callable[[str], Keyed]) -> Iterator[_Link]:
    """Store the keys of links that have none, and yield these links."""
    rows = db.execute("SELECT article_id, url FROM article_links WHERE key IS NULL").fetchall()
    for article_id, url in rows:
        own_key = key(url).key
        db.conn.execute(
            "UPDATE article_links SET key = ? WHERE article_id = ? AND url = ?",
            [own_key, article_id, url],
        )
        db.conn.execute(_ADD, [_number(own_key), article_id])
        yield article_id, url


def _concerned(
    db: Database, key: Callable[[str], Keyed], article_ids: Collection[int]
) -> Iterator[_Link]:
    """Yield the links in the texts of these articles, and those that led or may lead to them."""
    for part in batches(article_ids, _BATCH):
        values = {"articles": to_json(part), "curator": AliasReason.CURATOR}
        for article_id, url, own_key in db.execute(_OF_ARTICLES, values).fetchall():
            db.conn.execute(_ADD, [_number(own_key), article_id])  # a merge moves links
            yield article_id, url
        for article_key, curated_url in db.execute(_KEYS, values).fetchall():
            yield from _links_with_key(db, article_key)
            if curated_url:
                yield from _links_with_key(db, key(curated_url).key)


def _links_with_key(db: Database, key: str) -> Iterable[_Link]:
    return db.execute(_WITH_KEY, {"key": key, "number": _number(key)}).fetchall()


def _resolve(db: Database, links: Iterable[_Link]) -> int:
    query = _TARGETS.format(links=_THESE_LINKS)
    return sum(
        db.conn.execute(query, {"links": to_json(part)}).rowcount
        for part in batches(sorted(links), _BATCH)
    )


def _renew_numbers(db: Database) -> None:
    db.execute("DELETE FROM link_keys")
    rows = db.execute("SELECT key, article_id FROM article_links WHERE key <> ''").fetchall()
    db.conn.executemany(_ADD, ((_number(key), article_id) for key, article_id in rows))


def _number(key: str) -> int:
    """Return a number for a key; different keys may rarely have the same one."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=6).digest())
