"""Stories found period by period are those of all headlines at once."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest

from crawler.knowledge.stories import (
    Headline,
    count_title_words,
    find_stories,
    find_stories_by_period,
    period_of,
)

_WORDS = [f"word{number}" for number in range(60)]
_START = datetime(2026, 1, 1, tzinfo=UTC)


def _headline(chance: random.Random, number: int) -> Headline:
    first = chance.randrange(50)
    title = " ".join([*_WORDS[first : first + 4], *chance.choices(_WORDS, k=2)])
    at = _START + timedelta(hours=chance.randrange(24 * 120))
    return Headline(number, title, at, chance.random())


@pytest.mark.parametrize("seed", range(20))
def test_headlines_by_period_have_the_stories_of_all_headlines(seed: int) -> None:
    chance = random.Random(seed)
    headlines = [_headline(chance, number) for number in range(1, 150)]
    weights = count_title_words(headlines)
    by_period = sorted(headlines, key=lambda headline: (period_of(headline), headline.article_id))
    periods = [list(group) for _, group in groupby(by_period, period_of)]

    parts = list(find_stories_by_period(periods, weights))

    assert sorted(head.article_id for part, _ in parts for head in part) == [*range(1, 150)]
    found = sorted((story for _, stories in parts for story in stories), key=repr)
    assert found == sorted(find_stories(headlines), key=repr) != []
    assert len(parts[0][0]) < len(headlines)  # the first part is complete before the last period


def test_no_headlines_give_no_story() -> None:
    assert list(find_stories_by_period([], count_title_words([]))) == [([], [])]
