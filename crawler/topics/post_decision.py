"""The topics of a post, decided by its phrases and by the fit of all its words together.

Phrases alone miss a topic that a post describes in its own words, and they do not tell which topic
is the main one. The coefficients come from posts of writers that the classifier had not seen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from crawler.topics.domain_gate import AMBIGUOUS
from crawler.topics.item_matches import MOST_DESCRIBED, SHORT_POST
from crawler.topics.post_classifier import NO_TOPIC, Coefficients, PostClassifier, PostFit, Spans
from crawler.topics.scored_topic import CERTAIN, LEAST, LIKELY, ScoredTopic, sum_of_weights
from crawler.topics.scoring import WeightedMatches
from crawler.topics.taxonomy_phrases import HASHTAG, STRONG

_LEAST_CHANCE = (
    0.35  # a topic is likely from this chance: a missing one costs more than a wrong one
)
_LEAST_LOG_ODDS = math.log(_LEAST_CHANCE / (1 - _LEAST_CHANCE))
_LOG_ODDS = 3.0  # log odds for a weight of 1.0
_LEAST_ABOUT = math.log(0.04 / (1 - 0.04))  # a post below that mentions a topic in passing
_LIST = 5  # a post that names as many topics lists its subjects
_MOST_SCORE = 2.0
_FEW_WORDS = 8  # of the table: about a sentence

Features = tuple[float, ...]
"""The features of a topic of a post, in the order of `Coefficients`."""


def decide_post(
    scores: Sequence[ScoredTopic], fit: PostFit, classifier: PostClassifier, has_sign: bool
) -> list[ScoredTopic]:
    """Return the topics of a post, the main one first.

    `scores` are the topics that its phrases give, best first, and `fit` is that of its words. The
    `classifier` weighs both. A topic keeps what its phrases give, unless its chance is small. It is
    weak if the post only mentions it, and is neither a sentence nor a list of topics. Another topic
    becomes likely by one match: the words that describe it, with the weight that is missing for its
    chance. In a longer post words count less. `has_sign` is set if anything shows that the post is
    about software; without it, the words of a sentence need more weight.
    """
    is_sentence = len(fit.words) <= _FEW_WORDS
    is_list = sum(score.confidence != "weak" for score in scores) >= _LIST
    least = CERTAIN if is_sentence and not has_sign else LIKELY
    share = _share_of_words(len(fit.text))
    decided: list[tuple[float, ScoredTopic]] = []
    for topic, score, features in candidates(scores, fit):
        log_odds = _log_odds(features, classifier.listed) - _LEAST_LOG_ODDS
        wanted = LIKELY + log_odds / _LOG_ODDS
        if score is None or score.confidence == "weak":
            score = _described(topic, score, share * wanted, least, fit)
        elif not _has_hashtag(score):
            is_mention = _log_odds(features, classifier.about) < _LEAST_ABOUT
            is_unlikely = wanted < LEAST * share and not _has_long_phrase(score)
            score = _weaker(score, is_unlikely, is_mention and not (is_sentence or is_list))
        if score is not None:
            decided.append((_log_odds(features, classifier.main), score))
    decided.sort(key=lambda pair: (pair[1].confidence == "weak", -pair[0], pair[1].topic))
    return [score for _, score in decided]


def ambiguous_places(weighed: Mapping[str, WeightedMatches]) -> dict[str, Spans]:
    """Return the places of ambiguous phrases among the `weighed` matches of a post, by topic."""
    places = {
        topic: [
            (match.start, match.start + len(match.quote))
            for match, _ in matches
            if match.rule == AMBIGUOUS and match.field == "text"
        ]
        for topic, matches in weighed.items()
    }
    return {topic: spans for topic, spans in places.items() if spans}


def candidates(
    scores: Sequence[ScoredTopic], fit: PostFit
) -> list[tuple[str, ScoredTopic | None, Features]]:
    """Return the topics that a post may have: those of its phrases, and those that fit best.

    Each comes with the score that phrases give it, if any, and with its features.
    """
    by_topic = {score.topic: score for score in scores}
    first = scores[0].topic if scores else ""
    return [
        (topic, by_topic.get(topic), _features(topic, by_topic.get(topic), topic == first, fit))
        for topic in dict.fromkeys((*by_topic, *fit.best))
    ]


def _features(topic: str, score: ScoredTopic | None, is_first: bool, fit: PostFit) -> Features:
    confidence = score.confidence if score else None
    return (
        fit.fits.get(topic, 0.0),
        fit.lead(topic),
        max(fit.fits.get(NO_TOPIC, 0.0), 0.0),
        math.log(len(fit.words)),
        fit.concentration(topic),
        min(score.score, _MOST_SCORE) if score else 0.0,
        float(confidence == "weak"),
        float(confidence == "likely"),
        float(confidence == "certain"),
        float(is_first),
    )


def _log_odds(features: Features, coefficients: Coefficients) -> float:
    products = zip(coefficients, features, strict=False)
    return coefficients.bias + sum([factor * feature for factor, feature in products])


def _described(
    topic: str, score: ScoredTopic | None, wanted: float, least: float, fit: PostFit
) -> ScoredTopic | None:
    """The topic with the `wanted` weight by a match for its words, if it is at least `least`.

    Otherwise return what its phrases give.
    """
    phrases = score.matches if score else []
    words = fit.match(topic) if wanted >= least else None
    missing = round(wanted - sum_of_weights(phrases), 2)
    if words is None or missing <= 0:
        return score
    matches = [*phrases, (words, missing)]
    return ScoredTopic(topic, sum_of_weights(matches), "likely", matches)


def _weaker(score: ScoredTopic, is_unlikely: bool, is_mention: bool) -> ScoredTopic | None:
    """The topic of a phrase, weak if it is only mentioned, or None if it is unlikely."""
    if is_unlikely:
        return None
    return score._replace(confidence="weak") if is_mention else score


def _share_of_words(length: int) -> float:
    """How far the words of a post of this `length` count, in comparison with its phrases."""
    return min(1.0, (MOST_DESCRIBED - length) / (MOST_DESCRIBED - SHORT_POST))


def _has_hashtag(score: ScoredTopic) -> bool:
    """Whether the author named a topic by a hashtag."""
    return any(match.rule == HASHTAG for match, _ in score.matches)


def _has_long_phrase(score: ScoredTopic) -> bool:
    """Whether a strong phrase of several words names a topic: it has no everyday meaning."""
    return any(match.rule == STRONG and " " in match.phrase for match, _ in score.matches)
