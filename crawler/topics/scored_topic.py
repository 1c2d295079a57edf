"""A topic of an item with its score, and the scores from which a topic is certain or likely."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from crawler.models.topics import Confidence
from crawler.topics.scoring import WeightedMatches
from crawler.topics.shown_evidence import is_shown
from crawler.topics.taxonomy_phrases import HASHTAG, HASHTAGS
from crawler.topics.word_classifier import WordFit

CERTAIN, LIKELY, LEAST = 1.5, 1.0, 0.6
"""The weights from which a topic is certain, likely, or given."""

LOG_ODDS_PER_WEIGHT = 3.0
"""The log odds that correspond to a weight of 1.0."""


class ScoredTopic(NamedTuple):
    """A topic with its score and its weighed matches."""

    topic: str
    score: float
    confidence: Confidence
    matches: WeightedMatches


class Candidate(NamedTuple):
    """A topic that a text may have, with the score that phrases give it, if any.

    `is_first` is set for the topic that phrases put first.
    """

    topic: str
    scored: ScoredTopic | None
    is_first: bool


def sum_of_weights(matches: WeightedMatches) -> float:
    """Return the score that the `matches` of a topic give."""
    return round(sum([weight for _, weight in matches]), 2)


def has_hashtag(scored: ScoredTopic) -> bool:
    """Return whether a hashtag of the author names the topic of `scored`."""
    return any(match.rule == HASHTAG and is_shown(match, worth) for match, worth in scored.matches)


def has_content(scored: ScoredTopic) -> bool:
    """Return whether the topic of `scored` has evidence that is not a hashtag."""
    return any(
        match.field != HASHTAGS and is_shown(match, worth) for match, worth in scored.matches
    )


def with_word_match(
    topic: str, scored: ScoredTopic | None, weight: float, fit: WordFit
) -> ScoredTopic | None:
    """Return a `topic` with this `weight`, by a match for the words of `fit` that describe it.

    The match has the weight that the phrases in `scored` lack. Return `scored` if they lack none,
    or if no words of the text describe the topic: words of a title or a heading are not quoted.
    """
    phrases = scored.matches if scored else []
    missing = round(weight - sum_of_weights(phrases), 2)
    words = fit.match(topic) if missing > 0 else None
    if words is None:
        return scored
    matches = [*phrases, (words, missing)]
    return ScoredTopic(topic, sum_of_weights(matches), "likely", matches)


def candidates(by_phrases: Sequence[ScoredTopic], by_words: Iterable[str]) -> list[Candidate]:
    """Return the topics `by_phrases`, best first, and then those `by_words`, each once."""
    by_topic = {scored.topic: scored for scored in by_phrases}
    first = by_phrases[0].topic if by_phrases else ""
    return [
        Candidate(topic, by_topic.get(topic), topic == first)
        for topic in dict.fromkeys((*by_topic, *by_words))
    ]


def main_topic_first(rated: Iterable[tuple[float, ScoredTopic]]) -> list[ScoredTopic]:
    """Return the `rated` topics, the highest rating first and weak topics last."""
    ordered = sorted(
        rated, key=lambda pair: (pair[1].confidence == "weak", -pair[0], pair[1].topic)
    )
    return [scored for _, scored in ordered]
