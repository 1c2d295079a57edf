"""Related articles: by rare shared topics, entities and words, with the reason."""

from __future__ import annotations

import math
import random
from collections import Counter

from crawler.knowledge.related_articles import (
    _WEIGHTS,
    LEAST_SCORE,
    MAX_SHARING,
    MOST,
    Profile,
    features_of,
)
from tests.knowledge.relations_in_memory import relate_by_features

NONE: frozenset[str] = frozenset()
FILLER = [
    Profile(
        number,
        frozenset({"Distributed systems"}),
        NONE,
        f"note {number} about thing{number} other{number}",
    )
    for number in range(10, 60)
]


def test_reason_names_shared_topics_entities_and_words() -> None:
    one = Profile(
        1,
        frozenset({"Caching", "Distributed systems"}),
        frozenset({"Redis"}),
        "Stampedes and locks",
    )
    two = Profile(
        2, frozenset({"Caching", "Distributed systems"}), frozenset({"Redis"}), "Locks for hot keys"
    )
    found = {
        (each.article_id, each.other_id): each.reason
        for each in relate_by_features([one, two, *FILLER])
    }
    assert found[1, 2] == found[2, 1]
    assert found[1, 2].startswith("both about Caching")
    assert found[1, 2].endswith("both mention Redis")


def test_feature_common_to_all_articles_gives_no_relation() -> None:
    assert relate_by_features(FILLER) == []


def test_article_has_at_most_five_relations() -> None:
    alike = [
        Profile(number, frozenset({"Sagas"}), frozenset({"Temporal"}), "compensating transactions")
        for number in range(20)
    ]
    found = relate_by_features(alike)
    assert max(sum(each.article_id == number for each in found) for number in range(20)) == MOST


def test_index_finds_the_same_as_comparing_all_pairs() -> None:
    profiles = _made_up_profiles(450)
    assert [
        (each.article_id, each.other_id, each.score) for each in relate_by_features(profiles)
    ] == _by_all_pairs(profiles)


def _made_up_profiles(count: int) -> list[Profile]:
    """Articles with rare words and common ones; the topic "Everywhere" is shared by more than are
    followed; some titles say next to nothing.
    """
    source = random.Random(5)
    return [
        Profile(
            number,
            frozenset(
                {"Everywhere"}
                | set(
                    source.choices(["Caching", "Sagas", "Raft", "Clocks"], k=source.randint(0, 2))
                )
            ),
            frozenset(
                source.choices(
                    ["Redis", "Kafka", "Temporal", "etcd", "Spanner"], k=source.randint(0, 2)
                )
            ),
            " ".join(
                f"word{int(source.paretovariate(0.4)) % 900}"
                for _ in range(source.choice([1, 2, 6, 25]))
            ),
        )
        for number in source.sample(range(1, 10 * count), count)
    ]


def _by_all_pairs(profiles: list[Profile]) -> list[tuple[int, int, float]]:
    features = {each.article_id: frozenset(features_of(each).items()) for each in profiles}
    count = Counter(feature for each in features.values() for feature in each)
    weights = {
        feature: _WEIGHTS[feature[1][0]] * math.log(1 + len(profiles) / number)
        for feature, number in count.items()
    }
    norms = {
        article: math.sqrt(math.fsum(weights[feature] ** 2 for feature in each)) or 1.0
        for article, each in features.items()
    }
    found = []
    for one in sorted(features):
        near = []
        for other in sorted(features.keys() - {one}):
            shared = features[one] & features[other]
            dot = 0.0
            for feature in sorted(shared):
                dot += weights[feature] ** 2 if count[feature] <= MAX_SHARING else 0.0
            if (
                dot >= LEAST_SCORE * norms[one] * norms[other]
                and dot
                and (len(shared) > 1 or any(kind != "word" for _, (kind, _) in shared))
            ):
                near.append((-dot / norms[other], other))
        found += [
            (one, other, round(-share / norms[one], 4)) for share, other in sorted(near)[:MOST]
        ]
    return found
