"""A topic of an item with its score, and the scores from which a topic is certain or likely."""

from __future__ import annotations

from typing import NamedTuple

from crawler.models.topics import Confidence
from crawler.topics.scoring import WeightedMatches

CERTAIN, LIKELY, LEAST = 1.5, 1.0, 0.6
"""The weights from which a topic is certain, likely, or given."""


class ScoredTopic(NamedTuple):
    """A topic with its score and its weighed matches."""

    topic: str
    score: float
    confidence: Confidence
    matches: WeightedMatches


def sum_of_weights(matches: WeightedMatches) -> float:
    """Return the score that the `matches` of a topic give."""
    return round(sum([weight for _, weight in matches]), 2)
