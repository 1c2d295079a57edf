"""Relations after a change of some profiles are those that a full derivation gives."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

import pytest

from crawler.knowledge.changed_relations import relate_changed
from crawler.knowledge.related_articles import Profile, relate_by_features
from crawler.models.relations import Relation

TOPICS = [f"Topic {n}" for n in range(200)]
ENTITIES = [f"System{n}" for n in range(200)]
WORDS = [f"word{n}" for n in range(900)]


def _some(chance: random.Random, names: list[str], most: int) -> frozenset[str]:
    return frozenset(chance.choices(names, k=chance.randint(0, most)))


def _profiles(chance: random.Random, count: int) -> list[Profile]:
    return [
        Profile(
            number,
            _some(chance, TOPICS, 3),
            _some(chance, ENTITIES, 2),
            " ".join(chance.choices(WORDS, k=6)),
        )
        for number in range(count)
    ]


def _rows(relations: Iterable[Relation]) -> list[Relation]:
    return sorted(relations, key=lambda relation: (relation.article_id, relation.other_id))


@pytest.mark.parametrize("seed", range(20))
def test_changed_profiles_give_the_relations_of_a_full_derivation(seed: int) -> None:
    chance = random.Random(seed)
    before = _profiles(chance, 300)
    stored = relate_by_features(before)
    after = list(before)
    for number in chance.sample(range(300), 3):
        after[number] = replace(before[number], topics=_some(chance, TOPICS, 3))

    pairs = [(relation.article_id, relation.other_id) for relation in stored]
    changed = relate_changed(before, after, pairs)
    unchanged = [relation for relation in stored if relation.article_id not in changed.article_ids]
    assert _rows([*unchanged, *changed.relations]) == _rows(relate_by_features(after))


def test_change_of_one_rare_topic_concerns_few_articles() -> None:
    before = [
        Profile(number, frozenset({f"Topic {number // 4}"}), frozenset(), f"title{number // 4}")
        for number in range(40)
    ]
    after = [replace(before[0], topics=frozenset()), *before[1:]]
    assert relate_changed(before, after, []).article_ids == {0, 1, 2, 3}
