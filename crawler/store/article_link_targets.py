"""The articles that the links in the texts of articles lead to.

Callers hold the transaction.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

from crawler.store.url_aliases import Keyed

# The same precedence as `crawler.store.url_aliases.find_article`. A link to the own article has no
# target.
_TARGETS = """
UPDATE article_links SET target_id = resolved.target_id FROM (
    SELECT article_id, url, NULLIF(COALESCE(
        (SELECT x.article_id FROM aliases x WHERE x.url = l.url AND x.reason = 'curator'),
        (SELECT a.id FROM articles a WHERE a.key = l.key),
        (SELECT MIN(x.article_id) FROM aliases x WHERE x.key = l.key AND x.reason <> 'curator')
    ), article_id) AS target_id
    FROM article_links l WHERE l.key <> ''
) resolved
WHERE article_links.article_id = resolved.article_id AND article_links.url = resolved.url
    AND article_links.target_id IS NOT resolved.target_id
"""


def update_link_targets(db: Database, key: Callable[[str], Keyed]) -> int:
    """Give every link in a text the stored article at its URL; return how many changed.

    `key` computes the article keys of links that have none yet. An article that is stored later
    becomes the target at the next call, and so does the result of a merge or split.
    """
    rows = db.execute("SELECT article_id, url FROM article_links WHERE key IS NULL").fetchall()
    db.conn.executemany(
        "UPDATE article_links SET key = ? WHERE article_id = ? AND url = ?",
        ((key(url).key, article_id, url) for article_id, url in rows),
    )
    return db.conn.execute(_TARGETS).rowcount


def forget_link_keys(db: Database) -> None:
    """Delete the keys of all links, because the rules for keys changed."""
    db.execute("UPDATE article_links SET key = NULL")
