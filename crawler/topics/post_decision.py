"""The topics of a post, decided by its phrases and by the fit of all its words together.

Phrases alone miss a topic that a post describes in its own words, and they do not tell which topic
is the main one. The coefficients come from posts of writers that the classifier had not seen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crawler.topics.domain_gate import AMBIGUOUS
from crawler.topics.item_matches import MOST_DESCRIBED, SHORT_POST
from crawler.topics.logistic_regression import log_odds, log_odds_of
from crawler.topics.scored_topic import (
    LEAST,
    LIKELY,
    LOG_ODDS,
    ScoredTopic,
    described,
    has_hashtag,
)
from crawler.topics.scoring import SURE, WeightedMatches
from crawler.topics.taxonomy_phrases import STRONG
from crawler.topics.word_classifier import NO_TOPIC, Spans, WordClassifier, WordFit
from crawler.urls_and_hashtags import blank_urls

LISTED, MAIN, ABOUT = "*post_listed", "*post_main", "*post_about"
"""Whether a post is listed under a topic, whether it is the main one, and whether a post that names
a topic is about it.
"""

_LEAST_CHANCE = log_odds_of(0.32)  # a missing topic costs more than a wrong one
_LEAST_OF_SENTENCE = 1.7  # the weight of words that decide a sentence without a sign of the field
_LEAST_ABOUT = log_odds_of(0.2)  # a post below that mentions a topic in passing
_BEST = 4  # topics that a post may have without a phrase of theirs
_LIST = 5  # a post that names as many topics lists its subjects
_MOST_SCORE = 2.0
_FEW_WORDS = 8  # of the table: about a sentence


class PostFeatures(NamedTuple):
    """The features of a topic of a post.

    `fit` is the fit of the topic, `lead` its difference to the best other topic, and `none` the fit
    of no topic if it is above zero. `words` is the logarithm of the number of known words, `single`
    the part of the fit that one word gives, and `score` the score of the phrases, at most 2.0. The
    others tell the confidence that phrases give, and the `first` topic that phrases give.
    """

    fit: float
    lead: float
    none: float
    words: float
    single: float
    score: float
    weak: float
    likely: float
    certain: float
    first: float


REGRESSIONS = dict.fromkeys((LISTED, MAIN, ABOUT), PostFeatures._fields)
"""The features of each logistic regression by its name in the table."""


def decide_post(
    scores: Sequence[ScoredTopic], fit: WordFit, classifier: WordClassifier, has_sign: bool
) -> list[ScoredTopic]:
    """Return the topics of a post, the main one first.

    `scores` are the topics that its phrases give, best first, and `fit` is that of its words. The
    `classifier` weighs both. A topic keeps what its phrases give, unless its chance is small. It is
    weak if the post only mentions it, and is neither a sentence nor a list of topics. A phrase in
    the slug of a URL is not a mention: the slug is the title of the linked page. Another topic
    becomes likely by one match: the words that describe it, with the weight that is missing for its
    chance. In a longer post words count less. `has_sign` is set if anything shows that the post is
    about software; without it, the words of a sentence need more weight.
    """
    is_sentence = len(fit.words) <= _FEW_WORDS
    is_list = sum(score.confidence != "weak" for score in scores) >= _LIST
    least = _LEAST_OF_SENTENCE if is_sentence and not has_sign else LIKELY
    without_urls = blank_urls(fit.text)
    share = _share_of_words(len(fit.text))
    decided: list[tuple[float, ScoredTopic]] = []
    coefficients = classifier.coefficients
    for topic, score, features in post_candidates(scores, fit):
        excess = log_odds(features, coefficients[LISTED]) - _LEAST_CHANCE
        wanted = LIKELY + excess / LOG_ODDS
        if score is None or score.confidence == "weak":
            words = share * wanted
            score = described(topic, score, words, fit) if words >= least else score
        elif not has_hashtag(score):
            is_mention = log_odds(features, coefficients[ABOUT]) < _LEAST_ABOUT
            is_unlikely = wanted < LEAST * share and not _has_long_phrase(score)
            is_subject = is_sentence or is_list or _is_in_slug(score, without_urls)
            score = _weaker(score, is_unlikely, is_mention and not is_subject)
        if score is not None:
            decided.append((log_odds(features, coefficients[MAIN]), score))
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


def post_candidates(
    scores: Sequence[ScoredTopic], fit: WordFit
) -> list[tuple[str, ScoredTopic | None, PostFeatures]]:
    """Return the topics that a post may have: those of its phrases, and those that fit best.

    Each comes with the score that phrases give it, if any, and with its features.
    """
    by_topic = {score.topic: score for score in scores}
    first = scores[0].topic if scores else ""
    return [
        (topic, by_topic.get(topic), _features(topic, by_topic.get(topic), topic == first, fit))
        for topic in dict.fromkeys((*by_topic, *fit.best[:_BEST]))
    ]


def _features(topic: str, score: ScoredTopic | None, is_first: bool, fit: WordFit) -> PostFeatures:
    confidence = score.confidence if score else None
    return PostFeatures(
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


def _weaker(score: ScoredTopic, is_unlikely: bool, is_mention: bool) -> ScoredTopic | None:
    """The topic of a phrase, weak if it is only mentioned, or None if it is unlikely."""
    if is_unlikely:
        return None
    return score._replace(confidence="weak") if is_mention else score


def _share_of_words(length: int) -> float:
    """How far the words of a post of this `length` count, in comparison with its phrases."""
    return min(1.0, (MOST_DESCRIBED - length) / (MOST_DESCRIBED - SHORT_POST))


def _is_in_slug(score: ScoredTopic, without_urls: str) -> bool:
    """Whether a phrase of a topic is in a URL, which is blank in the text `without_urls`."""
    return any(
        match.field == "text" and match.rule in SURE and without_urls[match.start].isspace()
        for match, _ in score.matches
    )


def _has_long_phrase(score: ScoredTopic) -> bool:
    """Whether a strong phrase of several words names a topic: it has no everyday meaning."""
    return any(match.rule == STRONG and " " in match.phrase for match, _ in score.matches)
