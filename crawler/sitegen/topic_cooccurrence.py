"""Topics that occur on the same articles: a matrix of the largest topics, and the top pairs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawler.sitegen.site_model import SiteModel

_MAX_TOPICS = 20
_MIN_TOPICS = 3
_MAX_PAIRS = 12
_SHADES = ("rare", "some", "often", "most")
_PairCounts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """The number of articles that two topics share, and the shade of the cell.

    On the diagonal it is the total of the topic.
    """

    articles: int
    shade: str


@dataclass(frozen=True, slots=True)
class TopicMatrix:
    """A row and a column for each of `topics`, similar topics next to each other.

    `pairs` are (topic, topic, number of common articles), the highest number first; narrow screens
    show them instead of the matrix.
    """

    topics: tuple[str, ...]
    rows: tuple[tuple[MatrixCell, ...], ...]
    pairs: tuple[tuple[str, str, int], ...]


def topic_matrix(model: SiteModel) -> TopicMatrix | None:
    """Return the matrix of `model`, or None if fewer than three topics share articles."""
    by_size = sorted(model.by_topic, key=lambda topic: (-len(model.by_topic[topic]), topic))
    topics = by_size[:_MAX_TOPICS]
    shared = _shared_counts(model, topics)
    if len({topic for topic, _ in shared}) < _MIN_TOPICS:
        return None
    ordered = _ordered(topics, shared)
    totals = {topic: len(model.by_topic[topic]) for topic in ordered}
    return TopicMatrix(tuple(ordered), _rows(ordered, shared, totals), _top_pairs(shared))


def _shared_counts(model: SiteModel, topics: Sequence[str]) -> _PairCounts:
    return {
        (topic, neighbour): count
        for topic in topics
        for neighbour, count in model.cooccurring.get(topic, ())
        if neighbour in topics
    }


def _ordered(topics: Sequence[str], shared: _PairCounts) -> list[str]:
    """Return the largest topic, then always the topic most often together with the last one.

    Dark cells are then close to the diagonal.
    """
    ordered, remaining = [topics[0]], list(topics[1:])
    while remaining:
        last = ordered[-1]
        # Of equal counts, the topic that comes first in `topics`, which `remaining` keeps in order.
        nearest = max(remaining, key=lambda topic: shared.get((last, topic), 0))
        remaining.remove(nearest)
        ordered.append(nearest)
    return ordered


def _rows(
    topics: Sequence[str], shared: _PairCounts, totals: Mapping[str, int]
) -> tuple[tuple[MatrixCell, ...], ...]:
    largest = max(shared.values())

    def cell(row: str, column: str) -> MatrixCell:
        if row == column:
            return MatrixCell(totals[row], "own")
        return _shaded_cell(shared.get((row, column), 0), largest)

    return tuple(tuple(cell(row, column) for column in topics) for row in topics)


def _shaded_cell(articles: int, largest: int) -> MatrixCell:
    """Return a cell shaded by the square root of its number.

    Most numbers are far below the largest; the root spreads their shades.
    """
    if not articles:
        return MatrixCell(articles, "")
    shade = math.ceil(math.sqrt(articles / largest) * len(_SHADES)) - 1
    return MatrixCell(articles, _SHADES[shade])


def _top_pairs(shared: _PairCounts) -> tuple[tuple[str, str, int], ...]:
    pairs = [(first, second, count) for (first, second), count in shared.items() if first < second]
    pairs.sort(key=lambda pair: (-pair[2], pair[:2]))
    return tuple(pairs[:_MAX_PAIRS])
