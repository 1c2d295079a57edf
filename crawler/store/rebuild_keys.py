"""Rebuild all keys and articles from the ledger after the rules for keys changed.

Callers hold the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.models.articles import AliasReason
from crawler.store.article_link_targets import forget_link_keys
from crawler.store.match_candidates import follow_links
from crawler.store.merge_split_articles import merge_rows, restore_title
from crawler.store.url_aliases import Keyed, insert_article, record_rules
from crawler.store.url_groups import MergeEvidence, group_urls


@dataclass(frozen=True, slots=True)
class RekeyResult:
    """The effect of new rules: how many articles were merged (`joined`) and split."""

    joined: int = 0
    split: int = 0


def rebuild_keys(db: Database, key: Callable[[str], Keyed], now: datetime) -> RekeyResult:
    """Rebuild every `key`, then the articles by keys, evidence and decisions of the curator.

    An article keeps the id of its URL. Returns how many articles were merged and split.
    """
    rows = db.execute("SELECT url, reason, joined_to FROM aliases ORDER BY id").fetchall()
    keyed = {url: key(url) for url, _, _ in rows}
    keys = {url: keyed_url.key for url, keyed_url in keyed.items()}
    edges = [MergeEvidence(url, joined_to, reason) for url, reason, joined_to in rows]
    homes: dict[str, list[int]] = {}  # rules about secrets can make two URLs equal
    for url, article_id in db.execute("SELECT url, id FROM articles").fetchall():
        homes.setdefault(url, []).append(article_id)
    joined = split = 0
    for urls in group_urls(
        keys, edges, db.execute("SELECT url, other_url FROM not_merged").fetchall()
    ):
        here = sorted({article_id for url in urls for article_id in homes.get(url, ())})
        keeper = here[0] if here else _restored(db, _plainest(urls, keyed), keys[urls[0]], now)
        joined, split = joined + len(here[1:]), split + (not here)
        _move_in(db, keeper, urls)
        for loser in here[1:]:
            merge_rows(db, keeper, loser)
    _write_keys(db, keys)
    forget_link_keys(db)
    _renew_rules(db, keyed, now)
    follow_links(db)
    return RekeyResult(joined, split)


def _restored(db: Database, url: str, key: str, now: datetime) -> int:
    """Insert the article of a URL that is no longer merged, with the title it had."""
    article_id = insert_article(db, url, key, now)
    restore_title(db, article_id, url)
    return article_id


def _plainest(urls: Sequence[str], keyed: Mapping[str, Keyed]) -> str:
    return min(urls, key=lambda url: (len(keyed[url].rules), len(url), url))


def _move_in(db: Database, article_id: int, urls: Sequence[str]) -> None:
    for url in urls:
        db.conn.execute(
            "UPDATE OR IGNORE aliases SET article_id = ? WHERE url = ? AND article_id <> ?",
            [article_id, url, article_id],
        )
        db.conn.execute("DELETE FROM aliases WHERE url = ? AND article_id <> ?", [url, article_id])
        db.conn.execute(
            "UPDATE links SET article_id = ? WHERE url = ? AND article_id IS NOT NULL "
            "AND article_id <> ?",
            [article_id, url, article_id],
        )


def _write_keys(db: Database, keys: Mapping[str, str]) -> None:
    """Write all keys; of two split articles with one key, the later gets its URL as key."""
    db.conn.executemany(
        "UPDATE aliases SET key = ? WHERE url = ?", [(new, url) for url, new in keys.items()]
    )
    articles = db.execute("SELECT id, url, key FROM articles ORDER BY id").fetchall()
    db.conn.execute("UPDATE articles SET key = 'article ' || id")
    taken: set[str] = set()
    for article_id, url, old in articles:
        wanted = keys.get(url, old)
        unique = url if wanted in taken else wanted
        taken.add(unique)
        db.conn.execute("UPDATE articles SET key = ? WHERE id = ?", [unique, article_id])


def _renew_rules(db: Database, keyed: Mapping[str, Keyed], now: datetime) -> None:
    """Replace the aliases that name old rules by those of the new rules."""
    db.conn.execute("DELETE FROM aliases WHERE reason LIKE 'rule:%'")
    for article_id, url in db.execute(
        "SELECT article_id, url FROM aliases WHERE reason = ? ORDER BY id", [AliasReason.AS_POSTED]
    ).fetchall():
        record_rules(db, article_id, url, keyed[url], now)
