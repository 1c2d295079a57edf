"""A topic of an item with its score, and the scores from which a topic is certain or likely."""

from __future__ import annotations

from typing import NamedTuple

from crawler.models.topics import Confidence
from crawler.topics.scoring import WeightedMatches
from crawler.topics.shown_evidence import is_shown
from crawler.topics.taxonomy_phrases import HASHTAGS
from crawler.topics.word_classifier import WordFit

CERTAIN, LIKELY, LEAST = 1.5, 1.0, 0.6
"""The weights from which a topic is certain, likely, or given."""

LOG_ODDS = 3.0
"""The log odds that a weight of 1.0 stands for."""


class ScoredTopic(NamedTuple):
    """A topic with its score and its weighed matches."""

    topic: str
    score: float
    confidence: Confidence
    matches: WeightedMatches


def sum_of_weights(matches: WeightedMatches) -> float:
    """Return the score that the `matches` of a topic give."""
    return round(sum([weight for _, weight in matches]), 2)


def has_hashtag(score: ScoredTopic) -> bool:
    """Return whether a hashtag of the author names the topic of a `score`."""
    return any(match.field == HASHTAGS and is_shown(match, worth) for match, worth in score.matches)


def described(
    topic: str, score: ScoredTopic | None, wanted: float, fit: WordFit
) -> ScoredTopic | None:
    """Return a `topic` with the `wanted` weight, by one match for the words that describe it.

    `fit` has the words. The match has the weight that the phrases in `score` lack. Return `score`
    if they lack none, or if no words describe the topic.
    """
    phrases = score.matches if score else []
    missing = round(wanted - sum_of_weights(phrases), 2)
    words = fit.match(topic) if missing > 0 else None
    if words is None:
        return score
    matches = [*phrases, (words, missing)]
    return ScoredTopic(topic, sum_of_weights(matches), "likely", matches)
