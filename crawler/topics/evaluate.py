"""Evaluation of the tagger: precision and recall of each topic on labelled rows.

Precision is the share of the given topics that are right. Recall is the share of the true topics
that were given. F1 is their harmonic mean. Micro figures count (row, topic) pairs; the macro figure
is the mean of the F1 of the topics. Labels that name one topic of several make precision a lower
bound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crawler.models.topics import TopicScore

LEAST_ROWS = 5
"""Topics with fewer rows stay out of the macro figure."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Precision, recall and F1 of one topic or of all; `rows` is the number of true labels."""

    rows: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of all pairs together, the macro F1, and the figures of every topic that was
    given or true.
    """

    rows: int
    micro: Accuracy
    macro_f1: float
    topics: Mapping[str, Accuracy]


def shown_topics(scores: Iterable[TopicScore]) -> frozenset[str]:
    """Return the topics of `scores` that the site shows: the certain and the likely ones."""
    return frozenset(score.topic for score in scores if score.confidence != "weak")


def evaluate(pairs: Iterable[tuple[frozenset[str], frozenset[str]]]) -> Evaluation:
    """Return precision, recall and F1 of `pairs`: the given and the true topics of each row."""
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
    return Evaluation(
        rows,
        _figures(hits.total(), given.total(), true.total()),
        round(sum(counted) / len(counted), 3) if counted else 0.0,
        topics,
    )


def _figures(hits: int, given: int, true: int) -> Accuracy:
    return Accuracy(true, _part(hits, given), _part(hits, true), _part(2 * hits, given + true))


def _part(some: int, of: int) -> float:
    return round(some / of, 3) if of else 0.0
