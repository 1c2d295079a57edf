"""Start here: sharers, confidence and kind count; unavailable articles are excluded."""

from __future__ import annotations

import inspect
from itertools import pairwise

import pytest

from crawler.knowledge.article_kinds import KINDS
from crawler.knowledge.start_here import KIND_WEIGHTS, STATE_WEIGHTS, formula_text, start_here_score
from crawler.models.articles import ArticleState


def test_score_rises_with_sharers_confidence_and_kind() -> None:
    order = [
        (5, "certain", "guide"),
        (5, "certain", "article"),
        (2, "certain", "article"),
        (2, "likely", "article"),
        (2, "likely", "announcement"),
    ]
    scores = [start_here_score(*signals, "ok")[0] for signals in order]
    assert all(higher > lower for higher, lower in pairwise(scores))


@pytest.mark.parametrize("state", ["gone", "parked", "hijacked"])
def test_unavailable_article_has_score_zero(state: str) -> None:
    assert start_here_score(50, "certain", "guide", state)[0] == 0


@pytest.mark.parametrize("kind", ["job", "promotion"])
def test_promotion_and_job_have_score_zero(kind: str) -> None:
    assert start_here_score(50, "certain", kind, "ok")[0] == 0


def test_score_is_independent_of_age() -> None:
    assert list(inspect.signature(start_here_score).parameters) == [
        "people",
        "confidence",
        "kind",
        "state",
    ]


def test_reason_names_kind_sharers_and_confidence() -> None:
    assert (
        start_here_score(3, "certain", "case-study", "ok")[1]
        == "case study, shared by 3 people, high confidence"
    )
    assert (
        start_here_score(1, "likely", "article", "new")[1] == "medium confidence, not fetched yet"
    )


def test_formula_prints_every_weight_of_known_kinds_and_states() -> None:
    assert set(KIND_WEIGHTS) <= set(KINDS)
    assert set(STATE_WEIGHTS) <= set(ArticleState)
    assert f"guide {KIND_WEIGHTS['guide']:g}" in " ".join(formula_text())
