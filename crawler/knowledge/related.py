"""Related articles: shared topics, shared entities, shared telling words, each weighted by how rare it is; with the reason in words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from crawler.knowledge.sentences import terms
from crawler.model import Relation

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


def related(profiles: Iterable[Profile]) -> list[Relation]:
    """At most MOST relations an article, best first: the cosine of their weighted features (Salton's vector space model)."""
    features = {profile.article_id: _features(profile) for profile in profiles}
    weights = _weights(features)
    norms = {article: math.sqrt(sum(weights[feature] ** 2 for feature in each)) or 1.0 for article, each in features.items()}
    index = _index(features)
    return [relation for article in sorted(features) for relation in _nearest(article, features, index, weights, norms)]


def _features(profile: Profile) -> frozenset[Feature]:
    return frozenset(
        {("topic", topic) for topic in profile.topics} | {("entity", name) for name in profile.entities} | {("word", word) for word in terms(profile.words)}
    )


def _nearest(
    article: int,
    features: Mapping[int, frozenset[Feature]],
    index: Mapping[Feature, Sequence[int]],
    weights: Mapping[Feature, float],
    norms: Mapping[int, float],
) -> list[Relation]:
    mine = features[article]
    dots: dict[int, float] = defaultdict(float)
    for feature in sorted(mine):
        if len(index[feature]) <= _LOOKED_AT:
            worth = weights[feature] ** 2
            for other in index[feature]:
                dots[other] += worth
    dots.pop(article, None)
    least = LEAST_SCORE * norms[article]
    scored = sorted(((-dot / norms[other], other) for other, dot in dots.items() if dot >= least * norms[other]))
    enough = ((-share / norms[article], other) for share, other in scored if _says_enough(mine & features[other]))
    return [Relation(article, other, round(score, 4), _reason(mine & features[other], weights)) for score, other in islice(enough, MOST)]


def _says_enough(shared: Collection[Feature]) -> bool:
    """One shared word is chance; two, or a topic or entity, are a reason."""
    return len(shared) > 1 or any(kind != "word" for kind, _ in shared)


def _weights(features: Mapping[int, frozenset[Feature]]) -> dict[Feature, float]:
    count = Counter(feature for each in features.values() for feature in each)
    return {feature: _WEIGHTS[feature[0]] * math.log(1 + len(features) / number) for feature, number in count.items()}


def _index(features: Mapping[int, frozenset[Feature]]) -> dict[Feature, list[int]]:
    index: dict[Feature, list[int]] = defaultdict(list)
    for article in sorted(features):
        for feature in features[article]:
            index[feature].append(article)
    return index


def _reason(shared: Iterable[Feature], weights: Mapping[Feature, float]) -> str:
    """For example: `both about caching and pub-sub; both name Redis`."""
    told = sorted(shared, key=lambda feature: (-weights[feature], feature))
    named = {kind: [name for found, name in told if found == kind][:3] for kind in ("topic", "entity", "word")}
    parts = [f"{phrase} {_listed(named[kind])}" for kind, phrase in (("topic", "both about"), ("entity", "both name")) if named[kind]]
    return "; ".join(parts or [f"both say {_listed(named['word'])}"])


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
