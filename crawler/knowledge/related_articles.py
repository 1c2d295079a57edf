"""Related articles: by shared topics, entities and words, weighted by rarity, with the reason.

The score is the cosine of the weighted features of two articles (Salton's vector space model). The
weights are those of the time at which they were counted, so that a new article changes no score of
two others.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from crawler.knowledge.key_terms import terms
from crawler.models.relations import Relation

Feature = tuple[str, str]
"""The kind of a feature (topic, entity, word) and its name."""

MOST = 5
LEAST_SCORE = 0.18
_WEIGHTS = {"topic": 1.0, "entity": 0.8, "word": 0.6}
_KINDS = tuple(_WEIGHTS)
_FACTORS = tuple(_WEIGHTS.values())
_WORD = _KINDS.index("word")
_MAX_NAMED = 3
MAX_SHARING = 400
"""Features of more articles distinguish too little."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The topics and entities of an article by label, and `words`: its title with the summary."""

    article_id: int
    topics: frozenset[str]
    entities: frozenset[str]
    words: str


def features_of(profile: Profile) -> dict[int, Feature]:
    """Return the topics, entities and words of a `profile`, by number.

    A number is a checksum of the name, with the kind. Of a million names about a hundred pairs have
    the same number, which joins two rare features.
    """
    names = (profile.topics, profile.entities, terms(profile.words))
    return {
        zlib.crc32(name.encode()) << 2 | kind: (_KINDS[kind], name)
        for kind in range(len(_KINDS))
        for name in names[kind]
    }


class Weights:
    """The weight of each feature: that of its kind times its rarity among so many `articles`.

    `counts` has the number of articles of each feature that several articles have.
    """

    def __init__(self, articles: int, counts: Mapping[int, int]) -> None:
        self.articles = articles
        self.counts = counts
        self._squares: dict[int, float] = {}

    def weight(self, number: int) -> float:
        """Return the weight of the feature with this `number`."""
        rarity = math.log(1 + self.articles / self.counts.get(number, 1))
        return _FACTORS[number & 3] * rarity

    def square(self, number: int) -> float:
        """Return the square of the weight of the feature with this `number`."""
        square = self._squares.get(number)
        if square is None:
            square = self._squares[number] = self.weight(number) ** 2
        return square

    def forget(self) -> None:
        """Compute all weights again, because `counts` have changed."""
        self._squares.clear()

    def distinguishes(self, number: int) -> bool:
        """Whether few enough articles have the feature with this `number` to relate them."""
        return self.counts.get(number, 1) <= MAX_SHARING

    def norm(self, numbers: Iterable[int]) -> float:
        """Return the norm of an article that has the features `numbers`."""
        return math.sqrt(math.fsum(map(self.square, numbers))) or 1.0


class ProfileIndex(Protocol):
    """The features of all articles."""

    weights: Weights

    def dot_products(
        self, article_id: int, numbers: Sequence[int], min_dot: float
    ) -> Mapping[int, float]:
        """Return the dot products with the articles that may be similar enough.

        `numbers` are the features of the article `article_id`, in order. An article is similar
        enough if the product is at least `min_dot` times its norm.
        """

    def norm_of(self, article_id: int) -> float:
        """Return the norm of the article `article_id`."""

    def numbers_of(self, article_id: int) -> Collection[int]:
        """Return the features of the article `article_id`."""


def most_similar(profile: Profile, index: ProfileIndex) -> Iterator[Relation]:
    """Yield the relations of the article with this `profile` in the `index`, at most MOST."""
    own, article_id = features_of(profile), profile.article_id
    norm = index.weights.norm(sorted(own))
    count = 0
    for similarity, neighbour in scored_neighbours(article_id, sorted(own), index):
        if count == MOST:
            break
        shared = own.keys() & set(index.numbers_of(neighbour))
        if _is_sufficient(shared):
            count += 1
            reason = _reason({number: own[number] for number in shared}, index.weights)
            yield Relation(article_id, neighbour, round(similarity / norm, 4), reason)


def scored_neighbours(
    article_id: int, numbers: Sequence[int], index: ProfileIndex
) -> list[tuple[float, int]]:
    """Return the articles that are similar enough, by similarity, which is not normalized yet.

    `numbers` are the features of the article `article_id` in the `index`, in order.
    """
    min_dot = LEAST_SCORE * index.weights.norm(numbers)
    scored = sorted(
        (-dot / norm, neighbour)
        for neighbour, dot in index.dot_products(article_id, numbers, min_dot).items()
        if dot >= min_dot * (norm := index.norm_of(neighbour))
    )
    return [(-negative_score, neighbour) for negative_score, neighbour in scored]


def _is_sufficient(shared: Collection[int]) -> bool:
    """Whether the shared features are a reason: one word alone may be chance."""
    return len(shared) > 1 or any(number & 3 != _WORD for number in shared)


def _reason(shared: Mapping[int, Feature], weights: Weights) -> str:
    """Return for example `both about caching and pub-sub; both mention Redis`."""
    names = _heaviest_names(shared, weights)
    reasons = []
    if names["topic"]:
        reasons.append(f"both about {_listed(names['topic'])}")
    if names["entity"]:
        reasons.append(f"both mention {_listed(names['entity'])}")
    if not reasons:
        noun = "word" if len(names["word"]) == 1 else "words"
        reasons.append(f"shared {noun} {_listed(names['word'])}")
    return "; ".join(reasons)


def _heaviest_names(shared: Mapping[int, Feature], weights: Weights) -> dict[str, list[str]]:
    """Return the names of the features with the highest weights, by kind."""
    names: dict[str, list[str]] = {"topic": [], "entity": [], "word": []}
    for number in sorted(shared, key=lambda number: (-weights.weight(number), shared[number])):
        kind, name = shared[number]
        if len(names[kind]) < _MAX_NAMED:
            names[kind].append(name)
    return names


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
