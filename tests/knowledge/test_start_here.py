"""Start here: sharers, confidence and kind count; other kinds and unread articles are excluded."""

from __future__ import annotations

import inspect
from itertools import pairwise

import pytest

from crawler.knowledge.article_kinds import KINDS
from crawler.knowledge.start_here import (
    KIND_WEIGHTS,
    LEAST_WORDS,
    STATES,
    formula_text,
    start_here_score,
)
from crawler.models.articles import ArticleState


def test_score_rises_with_sharers_confidence_and_kind() -> None:
    order = [
        (5, "certain", "guide"),
        (5, "certain", "post-mortem"),
        (2, "certain", "post-mortem"),
        (2, "likely", "post-mortem"),
    ]
    scores = [start_here_score(*signals, "ok", 900)[0] for signals in order]
    assert all(higher > lower for higher, lower in pairwise(scores))


@pytest.mark.parametrize("state", sorted(set(ArticleState) - set(STATES)))
def test_article_that_cannot_be_read_has_score_zero(state: str) -> None:
    assert start_here_score(50, "certain", "guide", state, 900)[0] == 0


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(KIND_WEIGHTS)))
def test_article_of_another_kind_has_score_zero(kind: str) -> None:
    assert start_here_score(50, "certain", kind, "ok", 900)[0] == 0


def test_short_article_has_score_zero() -> None:
    assert start_here_score(50, "certain", "guide", "ok", LEAST_WORDS)[0] > 0
    assert start_here_score(50, "certain", "guide", "ok", LEAST_WORDS - 1)[0] == 0


def test_score_is_independent_of_age() -> None:
    parameters = list(inspect.signature(start_here_score).parameters)
    assert parameters == ["people", "confidence", "kind", "state", "words"]


def test_reason_names_several_sharers() -> None:
    assert start_here_score(3, "certain", "guide", "ok", 900)[1] == "shared by 3 people"
    assert start_here_score(1, "certain", "guide", "ok", 900)[1] == ""


def test_formula_prints_every_weight_of_known_kinds_and_states() -> None:
    assert set(KIND_WEIGHTS) <= set(KINDS)
    assert set(STATES) <= set(ArticleState)
    assert f"guide {KIND_WEIGHTS['guide']:g}" in " ".join(formula_text())
