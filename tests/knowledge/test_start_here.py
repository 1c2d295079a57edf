"""Where to start: lasting signals count, age does not, and what is dead or for sale is never
offered.
"""

from __future__ import annotations

import inspect
from itertools import pairwise

import pytest

from crawler.knowledge.article_kinds import KINDS
from crawler.knowledge.start_here import KIND_WEIGHTS, STATE_WEIGHTS, formula_text, start_here_score
from crawler.models.articles import ArticleState


def test_more_people_surer_topics_and_lasting_kinds_come_first() -> None:
    order = [
        (5, "certain", "guide"),
        (5, "certain", "article"),
        (2, "certain", "article"),
        (2, "likely", "article"),
        (2, "likely", "announcement"),
    ]
    scores = [start_here_score(*each, "ok")[0] for each in order]
    assert all(one > other for one, other in pairwise(scores))


@pytest.mark.parametrize("state", ["gone", "parked", "hijacked"])
def test_what_is_no_longer_there_is_no_place_to_start(state: str) -> None:
    assert start_here_score(50, "certain", "guide", state)[0] == 0


@pytest.mark.parametrize("kind", ["job", "promotion"])
def test_what_sells_is_no_place_to_start(kind: str) -> None:
    assert start_here_score(50, "certain", kind, "ok")[0] == 0


def test_age_is_not_asked_for() -> None:
    assert list(inspect.signature(start_here_score).parameters) == [
        "people",
        "confidence",
        "kind",
        "state",
    ]


def test_the_reason_says_what_counted() -> None:
    assert (
        start_here_score(3, "certain", "case-study", "ok")[1]
        == "case study, shared by 3 people, certain of this topic"
    )
    assert (
        start_here_score(1, "likely", "article", "new")[1] == "likely of this topic, not read yet"
    )


def test_every_weight_is_of_a_kind_and_a_state_there_is_and_is_printed() -> None:
    assert set(KIND_WEIGHTS) <= set(KINDS)
    assert set(STATE_WEIGHTS) <= set(ArticleState)
    assert f"guide {KIND_WEIGHTS['guide']:g}" in " ".join(formula_text())
