"""Measuring: given and true topics of labelled rows in, precision and recall per topic out.

Precision is the part of the given topics that are right, recall the part of the true ones that were
given, F1 their harmonic mean. Micro figures count
(row, topic) pairs; macro is the mean of the topics' F1. Labels that name one topic of several make
precision a lower bound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crawler.models.topics import TopicScore

LEAST_ROWS = 5
"""Topics with fewer rows stay out of the macro figure."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How well one topic, or all together, are found; `rows` have it in truth."""

    rows: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of all pairs together, the macro F1, and the figures of every topic that was
    given or true.
    """

    rows: int
    micro: Figures
    macro_f1: float
    topics: Mapping[str, Figures]


def confident(scores: Iterable[TopicScore]) -> frozenset[str]:
    """The topics that a reader is shown: certain and likely ones."""
    return frozenset(score.topic for score in scores if score.confidence != "weak")


def measure(pairs: Iterable[tuple[frozenset[str], frozenset[str]]]) -> Measured:
    """The figures of (given topics, true topics) of each row."""
    hits, given, true = Counter[str](), Counter[str](), Counter[str]()
    rows = 0
    for got, truth in pairs:
        rows += 1
        hits.update(got & truth)
        given.update(got)
        true.update(truth)
    topics = {
        topic: _figures(hits[topic], given[topic], true[topic]) for topic in sorted({*given, *true})
    }
    counted = [figures.f1 for figures in topics.values() if figures.rows >= LEAST_ROWS]
    return Measured(
        rows,
        _figures(hits.total(), given.total(), true.total()),
        round(sum(counted) / len(counted), 3) if counted else 0.0,
        topics,
    )


def _figures(hits: int, given: int, true: int) -> Figures:
    return Figures(true, _part(hits, given), _part(hits, true), _part(2 * hits, given + true))


def _part(some: int, of: int) -> float:
    return round(some / of, 3) if of else 0.0
