"""Relations after a small change: derived again only for the articles that the change concerns.

A changed topic, entity or word of an article changes the number of articles that share it, and so
its weight. All articles that have it are concerned, and so is each article related to one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from crawler.knowledge.related_articles import (
    Feature,
    FeatureIndex,
    Profile,
    features_of,
    most_similar,
    similar_enough,
)
from crawler.models.relations import Relation


class ChangedRelations(NamedTuple):
    """All relations of some articles, highest score first for each of them."""

    article_ids: frozenset[int]
    relations: list[Relation]


def relate_changed(
    before: Iterable[Profile], after: Sequence[Profile], related: Iterable[tuple[int, int]]
) -> ChangedRelations:
    """Return the relations of the articles that a change of profiles concerns.

    `before` and `after` are the profiles of the same articles, and `related` the ids of the pairs
    that are related before the change. All other articles keep their relations.
    """
    index = FeatureIndex(after)
    changed = frozenset(_concerned(before, after, index))
    numbers = set(changed)
    for article in changed:
        numbers.update(similar_enough(article, index))
    changed_ids = {index.article_ids[article] for article in changed}
    ids = {index.article_ids[article] for article in numbers}
    ids.update(article_id for article_id, other_id in related if other_id in changed_ids)
    return ChangedRelations(
        frozenset(ids),
        [
            relation
            for article, article_id in enumerate(index.article_ids)
            if article_id in ids
            for relation in most_similar(article, index)
        ],
    )


def _concerned(
    before: Iterable[Profile], after: Iterable[Profile], index: FeatureIndex
) -> Iterator[int]:
    """Yield the numbers of the articles with a changed profile or a feature whose count changed."""
    by_id = {profile.article_id: profile for profile in before}
    counts: Counter[Feature] = Counter()
    changed_ids = set()
    for profile in after:
        previous = by_id[profile.article_id]
        if profile != previous:
            changed_ids.add(profile.article_id)
            counts.update(features_of(profile))
            counts.subtract(features_of(previous))

    recounted = {number for number, name in enumerate(index.names) if counts[name]}
    for article, article_id in enumerate(index.article_ids):
        if article_id in changed_ids or not recounted.isdisjoint(index.features[article]):
            yield article
