"""The people who share articles, by article: only those who may be named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle

_SHARERS = """
SELECT DISTINCT s.article_id, s.author_id
FROM shares s JOIN publishable_authors a ON a.id = s.author_id
ORDER BY s.article_id, s.author_id
"""


@dataclass(frozen=True, slots=True)
class NamedSharer:
    """An author who may be named and has a page."""

    id: int
    name: str


def sharers_by_article(model: SiteModel) -> dict[int, list[NamedSharer]]:
    """Return article id -> the named authors who shared it; `model` has the snapshot."""
    people = {author_id: NamedSharer(author_id, name) for author_id, name in model.named.items()}
    sharers: dict[int, list[NamedSharer]] = {}
    for row in model.db.execute(_SHARERS):
        sharers.setdefault(row["article_id"], []).append(people[row["author_id"]])
    return sharers


def top_sharers(
    articles: Iterable[ListedArticle], sharers: Mapping[int, Sequence[NamedSharer]], limit: int
) -> list[tuple[NamedSharer, int]]:
    """Return at most `limit` people who shared most of the `articles`, with the number of articles.

    `sharers` has the people by article id. Only people with at least two of the articles count.
    """
    counts = Counter(person for article in articles for person in sharers.get(article.id, ()))
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].name.casefold()))
    return [(person, number) for person, number in ranked if number > 1][:limit]
