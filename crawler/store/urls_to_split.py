"""Which URLs of an article belong together: by key, by evidence and by decisions of the curator."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from crawler.models.articles import AliasReason
from crawler.store.url_aliases import has_alias
from crawler.store.url_groups import MergeEvidence, group_urls


def urls_of_article(db: Database, article_id: int) -> set[str]:
    """Return all URLs of an article."""
    rows = db.execute("SELECT url FROM aliases WHERE article_id = ?", [article_id])
    return {url for (url,) in rows}


def urls_to_split(db: Database, article_id: int, url: str, key: str) -> set[str]:
    """Return the URLs that a split of `url` includes: those with the same `key`.

    Only `url` itself is returned if all URLs of the article have that key.
    """
    rows = db.execute("SELECT url FROM aliases WHERE article_id = ? AND key = ?", [article_id, key])
    same_key = {same for (same,) in rows} | {url}
    return same_key if urls_of_article(db, article_id) - same_key else {url}


def is_split_url(db: Database, article_id: int, url: str) -> bool:
    """Whether the curator split `url` from another article."""
    return has_alias(db, article_id, url, (AliasReason.CURATOR,), joined_to="")


def groups_without_curator(db: Database, article_id: int) -> list[list[str]]:
    """Return the URLs of an article, grouped by every evidence except merges by the curator."""
    rows = db.execute(
        "SELECT url, key, reason, joined_to FROM aliases WHERE article_id = ?", [article_id]
    ).fetchall()
    evidence = [
        MergeEvidence(url, joined_to, reason)
        for url, _, reason, joined_to in rows
        if reason != AliasReason.CURATOR
    ]
    return group_urls({url: key for url, key, *_ in rows}, evidence, ())


def curator_merged_url(db: Database, article_id: int, urls: Iterable[str]) -> str:
    """Return the URL among `urls` under which the curator merged an article into this one.

    The result is empty if the curator merged none of them.
    """
    query = "SELECT url FROM aliases WHERE article_id = ? AND reason = ? AND joined_to <> ''"
    merged = {url for (url,) in db.execute(query, [article_id, AliasReason.CURATOR])}
    return min(merged & set(urls), default="")
