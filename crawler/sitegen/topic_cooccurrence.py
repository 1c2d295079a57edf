"""Which topics stand on the same articles: an ordered matrix of those most used, and the closest
pairs for narrow screens.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.sitegen.site_model import SiteModel

_TOPICS = 20
_FEWEST_TOPICS = 3
_PAIRS = 12
_SHADES = ("rare", "some", "often", "most")


@dataclass(frozen=True, slots=True)
class Cell:
    """How many articles two topics share, and how dark that is shown; the topic's own number of
    articles where it meets itself.
    """

    articles: int
    shade: str


@dataclass(frozen=True, slots=True)
class TopicMatrix:
    """A line and a column for each of `topics`, neighbours close together; `pairs` are (one, other,
    articles), the closest first.
    """

    topics: tuple[str, ...]
    lines: tuple[tuple[Cell, ...], ...]
    pairs: tuple[tuple[str, str, int], ...]


def topic_matrix(model: SiteModel) -> TopicMatrix | None:
    """The overview, or None while fewer than three topics share articles."""
    used = sorted(model.by_topic, key=lambda topic: (-len(model.by_topic[topic]), topic))[:_TOPICS]
    shared = {
        (one, other): count
        for one in used
        for other, count in model.together.get(one, ())
        if other in used
    }
    if len({one for one, _ in shared}) < _FEWEST_TOPICS:
        return None
    topics, most = _ordered(used, shared), max(shared.values())
    own = {topic: Cell(len(model.by_topic[topic]), "own") for topic in topics}
    lines = tuple(
        tuple(
            own[one] if one == other else _cell(shared.get((one, other), 0), most)
            for other in topics
        )
        for one in topics
    )
    pairs = sorted(
        ((one, other, count) for (one, other), count in shared.items() if one < other),
        key=lambda pair: (-pair[2], pair[:2]),
    )
    return TopicMatrix(tuple(topics), lines, tuple(pairs[:_PAIRS]))


def _ordered(used: Sequence[str], shared: dict[tuple[str, str], int]) -> list[str]:
    """From the most used topic on, each followed by the one most often together with it, so that
    dark cells gather along the diagonal.
    """
    left, chain = list(used[1:]), [used[0]]
    while left:
        nearest = max(
            left, key=lambda topic: (shared.get((chain[-1], topic), 0), -used.index(topic))
        )
        left.remove(nearest)
        chain.append(nearest)
    return chain


def _cell(articles: int, most: int) -> Cell:
    """The square root spreads the shades: most numbers are far below the largest."""
    return Cell(
        articles,
        _SHADES[math.ceil(math.sqrt(articles / most) * len(_SHADES)) - 1] if articles else "",
    )
