"""The people who share most articles of a topic: only those who may be named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.sitegen.article_store import ArticleList

_SHARERS = """
SELECT author_id, count(DISTINCT article_id) FROM shares
WHERE article_id IN (SELECT id FROM ({})) AND author_id IS NOT NULL
GROUP BY author_id HAVING count(DISTINCT article_id) > 1
"""


@dataclass(frozen=True, slots=True)
class NamedSharer:
    """An author who may be named and has a page."""

    id: int
    name: str


def top_sharers(
    articles: ArticleList, named: Mapping[int, str], limit: int
) -> list[tuple[NamedSharer, int]]:
    """Return at most `limit` people who shared most of the `articles`, with the number of articles.

    `named` has the names of the people who may be named, by id. Only people with at least two of
    the articles count.
    """
    if not named:
        return []
    counts = articles.rows(_SHARERS.format(articles.selected))
    ranked = [(NamedSharer(id, named[id]), number) for id, number in counts if id in named]
    ranked.sort(key=lambda pair: (-pair[1], pair[0].name.casefold(), pair[0].id))
    return ranked[:limit]
