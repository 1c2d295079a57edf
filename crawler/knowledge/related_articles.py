"""Related articles: shared topics, shared entities, shared telling words, each weighted by how rare
it is; with the reason in words.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from crawler.knowledge.key_terms import terms
from crawler.models.relations import Relation

Feature = tuple[str, str]  # its kind (topic, entity, word) and its name
MOST = 5
LEAST_SCORE = 0.18
_WEIGHTS = {"topic": 1.0, "entity": 0.8, "word": 0.6}
_LOOKED_AT = 400  # a feature that more articles share than this says too little to be followed


@dataclass(frozen=True, slots=True)
class Profile:
    """What an article is about: topics and entities by their labels, and its title with summary."""

    article_id: int
    topics: frozenset[str]
    entities: frozenset[str]
    words: str


def relate_by_features(profiles: Iterable[Profile]) -> list[Relation]:
    """At most MOST relations an article, best first: the cosine of their weighted features
    (Salton's vector space model).
    """
    library = _FeatureIndex(profiles)
    return [
        relation for place in range(len(library.articles)) for relation in _nearest(place, library)
    ]


def _features(profile: Profile) -> frozenset[Feature]:
    return frozenset(
        {("topic", topic) for topic in profile.topics}
        | {("entity", name) for name in profile.entities}
        | {("word", word) for word in terms(profile.words)}
    )


class _FeatureIndex:
    """All articles and features by number: an article by its place among the ids, a feature by its
    place among the names, so that both sort as those do.
    """

    def __init__(self, profiles: Iterable[Profile]) -> None:
        met: dict[Feature, int] = {}
        found = {
            profile.article_id: [
                met.setdefault(feature, len(met)) for feature in _features(profile)
            ]
            for profile in profiles
        }
        self.articles = sorted(found)
        self.names = sorted(met)
        place = dict(zip(map(met.__getitem__, self.names), range(len(met)), strict=True))
        self.features = [
            tuple(sorted(map(place.__getitem__, found.pop(article)))) for article in self.articles
        ]
        count = Counter(feature for each in self.features for feature in each)
        self.weights = [
            _WEIGHTS[kind] * math.log(1 + len(self.articles) / count[number])
            for number, (kind, _) in enumerate(self.names)
        ]
        self.worth = [weight**2 for weight in self.weights]
        self.norms = [
            math.sqrt(math.fsum(map(self.worth.__getitem__, each))) or 1.0 for each in self.features
        ]
        self.index = self._followed(count)
        self.least_norms = {
            feature: min(map(self.norms.__getitem__, sharing))
            for feature, sharing in self.index.items()
        }

    def _followed(self, count: Mapping[int, int]) -> dict[int, set[int]]:
        """For each feature that few share: the articles that do."""
        index: dict[int, set[int]] = {
            feature: set() for feature, number in count.items() if 1 < number <= _LOOKED_AT
        }
        for place, features in enumerate(self.features):
            for feature in index.keys() & features:
                index[feature].add(place)
        return index


def _nearest(place: int, library: _FeatureIndex) -> Iterator[Relation]:
    mine, norms = set(library.features[place]), library.norms
    least = LEAST_SCORE * norms[place]
    dots = _dots(place, library, least)
    scored = sorted(
        (-dot / norms[other], other) for other, dot in dots.items() if dot >= least * norms[other]
    )
    enough = (
        (-share / norms[place], other, shared)
        for share, other in scored
        if _says_enough(shared := mine.intersection(library.features[other]), library)
    )
    for score, other, shared in islice(enough, MOST):
        yield Relation(
            library.articles[place],
            library.articles[other],
            round(score, 4),
            _reason(shared, library),
        )


def _dots(place: int, library: _FeatureIndex, least: float) -> dict[int, float]:
    """The dot products with all articles that can be near enough; each is summed in the order of
    the features, so that it is one number on either side.
    """
    followed = [feature for feature in library.features[place] if feature in library.index]
    dots = dict.fromkeys(_candidates(followed, library, least), 0.0)
    dots.pop(place, None)
    for feature in followed:
        for other in dots.keys() & library.index[feature]:
            dots[other] += library.worth[feature]
    return dots


def _candidates(followed: Iterable[int], library: _FeatureIndex, least: float) -> set[int]:
    """The articles that share two features that are followed, or one that is enough alone: most
    share one, and are told apart by whole sets at a time.
    """
    once: set[int] = set()
    found: set[int] = set()
    for feature in followed:
        sharing, worth = library.index[feature], library.worth[feature]
        found |= once & sharing
        once |= sharing
        if worth >= least * library.least_norms[feature]:
            found.update(other for other in sharing if worth >= least * library.norms[other])
    return found


def _says_enough(shared: Collection[int], library: _FeatureIndex) -> bool:
    """One shared word is chance; two, or a topic or entity, are a reason."""
    return len(shared) > 1 or any(library.names[feature][0] != "word" for feature in shared)


def _reason(shared: Iterable[int], library: _FeatureIndex) -> str:
    """For example: `both about caching and pub-sub; both name Redis`."""
    told = [
        library.names[feature]
        for feature in sorted(shared, key=lambda feature: (-library.weights[feature], feature))
    ]
    named = {
        kind: [name for found, name in told if found == kind][:3]
        for kind in ("topic", "entity", "word")
    }
    parts = [
        f"{phrase} {_listed(named[kind])}"
        for kind, phrase in (("topic", "both about"), ("entity", "both name"))
        if named[kind]
    ]
    return "; ".join(parts or [f"both say {_listed(named['word'])}"])


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
