"""Relations by features of articles in memory: what the stored features must give too."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain

from crawler.knowledge.related_articles import Profile, Weights, features_of, most_similar
from crawler.models.relations import Relation


def count_features(profiles: Iterable[Profile]) -> Weights:
    """Return the weights of features by the number of `profiles` that have them."""
    articles = 0
    counts: Counter[int] = Counter()
    for profile in profiles:
        articles += 1
        counts.update(features_of(profile).keys())
    return Weights(articles, {number: count for number, count in counts.items() if count > 1})


def relate_by_features(profiles: Collection[Profile]) -> list[Relation]:
    """Return at most MOST relations for each article of `profiles`, highest score first."""
    by_id = sorted(profiles, key=lambda profile: profile.article_id)
    index = FeatureIndex(by_id, count_features(by_id))
    return [relation for profile in by_id for relation in most_similar(profile, index)]


class FeatureIndex:
    """The features of all `profiles`, in memory."""

    def __init__(self, profiles: Iterable[Profile], weights: Weights) -> None:
        self.weights = weights
        self._numbers = {
            profile.article_id: tuple(sorted(features_of(profile))) for profile in profiles
        }
        self._norms = {article: weights.norm(own) for article, own in self._numbers.items()}
        self._sharing = self._articles_by_feature()
        norm = self._norms.__getitem__
        self._min_norms = {number: min(map(norm, ids)) for number, ids in self._sharing.items()}

    def _articles_by_feature(self) -> dict[int, set[int]]:
        """Return the articles of each feature that several but not too many articles share."""
        counts = Counter(chain.from_iterable(self._numbers.values()))
        sharing: dict[int, set[int]] = defaultdict(set)
        for article, numbers in self._numbers.items():
            for number in numbers:
                if counts[number] > 1 and self.weights.distinguishes(number):
                    sharing[number].add(article)
        return sharing

    def norm_of(self, article_id: int) -> float:
        """Return the norm of the article `article_id`."""
        return self._norms[article_id]

    def numbers_of(self, article_id: int) -> Collection[int]:
        """Return the features of the article `article_id`."""
        return self._numbers[article_id]

    def dot_products(
        self, article_id: int, numbers: Sequence[int], min_dot: float
    ) -> Mapping[int, float]:
        """Return the dot products of the article `article_id` that may be similar enough.

        `numbers` are its features. Products below `min_dot` times a norm are not needed.
        """
        indexed = [number for number in numbers if number in self._sharing]
        dots = dict.fromkeys(self._candidates(indexed, min_dot), 0.0)
        dots.pop(article_id, None)
        for number in indexed:
            for neighbour in dots.keys() & self._sharing[number]:
                dots[neighbour] += self.weights.square(number)
        return dots

    def _candidates(self, numbers: Iterable[int], min_dot: float) -> set[int]:
        """Return the articles that share two of the features, or one that is sufficient alone.

        Most articles share one feature only; set operations exclude them all at once.
        """
        sharing_one: set[int] = set()
        candidates: set[int] = set()
        for number in numbers:
            articles, square = self._sharing[number], self.weights.square(number)
            candidates |= sharing_one & articles
            sharing_one |= articles
            if square >= min_dot * self._min_norms[number]:
                candidates.update(
                    article for article in articles if square >= min_dot * self._norms[article]
                )
        return candidates
