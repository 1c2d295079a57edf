"""Related articles: by shared topics, entities and words, weighted by rarity, with the reason.

The score is the cosine of the weighted features of two articles (Salton's vector space model).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from crawler.knowledge.key_terms import terms
from crawler.models.relations import Relation

Feature = tuple[str, str]  # its kind (topic, entity, word) and its name
MOST = 5
LEAST_SCORE = 0.18
_WEIGHTS = {"topic": 1.0, "entity": 0.8, "word": 0.6}
_MAX_NAMED = 3
_MAX_SHARING = 400  # features of more articles distinguish too little


@dataclass(frozen=True, slots=True)
class Profile:
    """The topics and entities of an article by label, and `words`: its title with the summary."""

    article_id: int
    topics: frozenset[str]
    entities: frozenset[str]
    words: str


def relate_by_features(profiles: Iterable[Profile]) -> list[Relation]:
    """Return at most MOST relations for each article of `profiles`, highest score first."""
    index = FeatureIndex(profiles)
    return [
        relation
        for article in range(len(index.article_ids))
        for relation in most_similar(article, index)
    ]


class _Numbers(dict[str, int]):
    """The number of each feature of one `kind`, and all features in the order of their numbers."""

    def __init__(self, kind: str, features: list[Feature]) -> None:
        self._kind = kind
        self._features = features

    def __missing__(self, name: str) -> int:
        self._features.append((self._kind, name))
        number = self[name] = len(self._features) - 1
        return number


def _number_features(profiles: Iterable[Profile]) -> tuple[dict[int, set[int]], list[Feature]]:
    """Return the features of each article as numbers, and all features by number."""
    features: list[Feature] = []
    topics, entities, words = (_Numbers(kind, features) for kind in ("topic", "entity", "word"))
    features_by_id = {
        profile.article_id: {
            *map(topics.__getitem__, profile.topics),
            *map(entities.__getitem__, profile.entities),
            *map(words.__getitem__, terms(profile.words)),
        }
        for profile in profiles
    }
    return features_by_id, features


def features_of(profile: Profile) -> frozenset[Feature]:
    """Return the topics, entities and words of a `profile`."""
    topics = {("topic", topic) for topic in profile.topics}
    entities = {("entity", name) for name in profile.entities}
    words = {("word", word) for word in terms(profile.words)}
    return frozenset(topics | entities | words)


class FeatureIndex:
    """All articles and features by number, in the order of the ids and of the names.

    An article's number is its index in `article_ids`, a feature's its index in `names`.
    """

    def __init__(self, profiles: Iterable[Profile]) -> None:
        features_by_id, features = _number_features(profiles)
        self.article_ids = sorted(features_by_id)
        order = sorted(range(len(features)), key=features.__getitem__)
        self.names = [features[number] for number in order]
        renumbered = dict(zip(order, range(len(order)), strict=True))
        self.features = [
            tuple(sorted(map(renumbered.__getitem__, features_by_id.pop(article_id))))
            for article_id in self.article_ids
        ]

        counts = Counter(chain.from_iterable(self.features))
        self.weights = self._weights(counts)
        self.squares = [weight**2 for weight in self.weights]
        self.norms = [self._norm(features) for features in self.features]
        self.sharing = self._articles_by_feature(counts)
        self.min_norms = self._min_norms()

    def _min_norms(self) -> dict[int, float]:
        """Return the smallest norm of the articles that share each feature."""
        norm = self.norms.__getitem__
        return {feature: min(map(norm, articles)) for feature, articles in self.sharing.items()}

    def _weights(self, counts: Mapping[int, int]) -> list[float]:
        """Return the weight of each feature: that of its kind times its rarity."""
        articles = len(self.article_ids)
        return [
            _WEIGHTS[kind] * math.log(1 + articles / counts[number])
            for number, (kind, _) in enumerate(self.names)
        ]

    def _norm(self, features: Iterable[int]) -> float:
        return math.sqrt(math.fsum(map(self.squares.__getitem__, features))) or 1.0

    def _articles_by_feature(self, counts: Mapping[int, int]) -> dict[int, set[int]]:
        """Return the articles of each feature that several but not too many articles share."""
        articles: list[list[int]] = [[] for _ in self.names]
        for article, features in enumerate(self.features):
            for feature in features:
                articles[feature].append(article)
        return {
            feature: set(articles[feature])
            for feature, count in counts.items()
            if 1 < count <= _MAX_SHARING
        }


def most_similar(article: int, index: FeatureIndex) -> Iterator[Relation]:
    """Yield the relations of the `article` with this number in the `index`, at most MOST."""
    own_features = set(index.features[article])
    count = 0
    for similarity, neighbour in _scored_neighbours(article, index):
        if count == MOST:
            break
        shared = own_features.intersection(index.features[neighbour])
        if _is_sufficient(shared, index):
            count += 1
            ids = index.article_ids
            score = round(similarity / index.norms[article], 4)
            yield Relation(ids[article], ids[neighbour], score, _reason(shared, index))


def similar_enough(article: int, index: FeatureIndex) -> Iterator[int]:
    """Yield the numbers of the articles that may be related to an `article` of the `index`.

    Rounding may differ between the two directions of a pair, so the least score is a little lower.
    """
    min_dot = LEAST_SCORE * (1 - 1e-9) * index.norms[article]
    for neighbour, dot in _dot_products(article, index, min_dot).items():
        if dot >= min_dot * index.norms[neighbour]:
            yield neighbour


def _scored_neighbours(article: int, index: FeatureIndex) -> list[tuple[float, int]]:
    """Return the articles that are similar enough, by similarity; it is not normalized yet."""
    norms = index.norms
    min_dot = LEAST_SCORE * norms[article]
    scored = sorted(
        (-dot / norms[neighbour], neighbour)
        for neighbour, dot in _dot_products(article, index, min_dot).items()
        if dot >= min_dot * norms[neighbour]
    )
    return [(-negative_score, neighbour) for negative_score, neighbour in scored]


def _dot_products(article: int, index: FeatureIndex, min_dot: float) -> dict[int, float]:
    """Return the dot products with all articles that can be similar enough.

    Each is summed in the order of the features, so that it is the same number in both directions.
    """
    indexed = [feature for feature in index.features[article] if feature in index.sharing]
    dots = dict.fromkeys(_candidates(indexed, index, min_dot), 0.0)
    dots.pop(article, None)
    for feature in indexed:
        for neighbour in dots.keys() & index.sharing[feature]:
            dots[neighbour] += index.squares[feature]
    return dots


def _candidates(features: Iterable[int], index: FeatureIndex, min_dot: float) -> set[int]:
    """Return the articles that share two of the features, or one that is sufficient alone.

    Most articles share one feature only; set operations exclude them all at once.
    """
    sharing_one: set[int] = set()
    candidates: set[int] = set()
    for feature in features:
        articles, square = index.sharing[feature], index.squares[feature]
        candidates |= sharing_one & articles
        sharing_one |= articles
        if square >= min_dot * index.min_norms[feature]:
            candidates.update(
                article for article in articles if square >= min_dot * index.norms[article]
            )
    return candidates


def _is_sufficient(shared: Collection[int], index: FeatureIndex) -> bool:
    """Whether the shared features are a reason: one word alone may be chance."""
    return len(shared) > 1 or any(index.names[feature][0] != "word" for feature in shared)


def _reason(shared: Iterable[int], index: FeatureIndex) -> str:
    """Return for example `both about caching and pub-sub; both mention Redis`."""
    names = _heaviest_names(shared, index)
    reasons = []
    if names["topic"]:
        reasons.append(f"both about {_listed(names['topic'])}")
    if names["entity"]:
        reasons.append(f"both mention {_listed(names['entity'])}")
    if not reasons:
        noun = "word" if len(names["word"]) == 1 else "words"
        reasons.append(f"shared {noun} {_listed(names['word'])}")
    return "; ".join(reasons)


def _heaviest_names(shared: Iterable[int], index: FeatureIndex) -> dict[str, list[str]]:
    """Return the names of the features with the highest weights, by kind."""
    names: dict[str, list[str]] = {"topic": [], "entity": [], "word": []}
    for feature in sorted(shared, key=lambda feature: (-index.weights[feature], feature)):
        kind, name = index.names[feature]
        if len(names[kind]) < _MAX_NAMED:
            names[kind].append(name)
    return names


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
