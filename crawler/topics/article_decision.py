"""The topics of an article, decided by its phrases and by the fit of its words together.

Phrases alone miss a topic that an article describes in its own words, and they give topics that it
only names. The coefficients come from articles that the classifier had not seen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crawler.models.topics import Item
from crawler.topics.logistic_regression import log_odds, logit
from crawler.topics.scored_topic import (
    LIKELY,
    LOG_ODDS_PER_WEIGHT,
    Candidate,
    ScoredTopic,
    candidates,
    has_hashtag,
    main_topic_first,
    with_word_match,
)
from crawler.topics.scoring import OPENING_CHARACTERS, WeightedMatches, is_sure, mentions_of
from crawler.topics.taxonomy_phrases import POST, SURE
from crawler.topics.word_classifier import NO_TOPIC, WordClassifier, WordFit

LISTED, MAIN = "*article_listed", "*article_main"
"""Whether an article is listed under a topic, and whether the topic is its main one."""

_LEAST_LISTED = logit(0.7)  # from it a topic is likely
_LEAST_OF_HIGHEST = logit(0.155)  # an article about software has at least one topic
_LEAST_OF_WORDS = logit(0.35)  # of the highest one, if no phrase names the topic
_LEAST_OF_NAMED = logit(0.15)  # of the topic that phrases make likely and put first
_LEAST_OF_OTHERS_NAMED = logit(0.5)  # of the other topics that phrases make likely
_MOST_SCORE = 2.5


class ArticleFeatures(NamedTuple):
    """The features of a topic of an article.

    `fit` is the fit of the topic, `lead` its difference to the best other topic, and `none` the fit
    of no topic. `mentions`, `opening` and `phrases` are log(1 + n) of the mentions in the text, of
    the strong or contextual phrases that begin in the opening, and of those in the text. `headings`
    is that of such phrases in headings, and `length` that of the characters. `title` tells whether
    such a phrase is in the title, `first` whether phrases put the topic first. `score` is the score
    of its phrases, at most 2.5.
    """

    fit: float
    lead: float
    none: float
    mentions: float
    opening: float
    phrases: float
    headings: float
    length: float
    title: float
    first: float
    score: float


REGRESSIONS = dict.fromkeys((LISTED, MAIN), ArticleFeatures._fields)
"""The features of each logistic regression by its name in the table."""


def decide_article(
    by_phrases: Sequence[ScoredTopic],
    weighed: Mapping[str, WeightedMatches],
    item: Item,
    fit: WordFit,
    classifier: WordClassifier,
) -> list[ScoredTopic]:
    """Return the topics of an article, the main one first.

    The topics `by_phrases` come best first. `weighed` are the matches of each topic in the `item`,
    and `fit` is the fit of its words. The `classifier` weighs both. Each topic is decided by its
    own probability. The topic with the highest one needs less, and least if a phrase names it. The
    topics that phrases make likely need less as well, the first of them least. A topic of phrases
    keeps its matches, and is weak if its probability is low. Another topic becomes likely by one
    match: the words that describe it. A topic that hashtags or the posts name keeps what its
    phrases give.
    """
    coefficients = classifier.coefficients
    listed = [
        (log_odds(features, coefficients[LISTED]), candidate, features)
        for candidate, features in article_candidates(by_phrases, weighed, item, fit)
    ]
    highest = max(
        [odds for odds, candidate, _ in listed if candidate.topic in fit.fits], default=0.0
    )
    rated = [
        (log_odds(features, coefficients[MAIN]), topic)
        for odds, candidate, features in listed
        if (topic := _decided(candidate, odds - _least(candidate, features, odds == highest), fit))
    ]
    return main_topic_first(rated)


def _least(candidate: Candidate, features: ArticleFeatures, is_highest: bool) -> float:
    """The least log odds from which an article is listed under a topic."""
    if features.first and features.score >= LIKELY:
        return _LEAST_OF_NAMED
    if is_highest:
        return _LEAST_OF_HIGHEST if candidate.scored else _LEAST_OF_WORDS
    return _LEAST_OF_OTHERS_NAMED if features.score >= LIKELY else _LEAST_LISTED


def _decided(candidate: Candidate, margin: float, fit: WordFit) -> ScoredTopic | None:
    """The topic of a candidate whose log odds are by `margin` above the least ones."""
    topic, scored, _ = candidate
    if topic not in fit.fits:  # the classifier does not know the topic
        return scored
    if margin >= 0:
        if scored and scored.score >= LIKELY:
            return scored
        return with_word_match(topic, scored, LIKELY + margin / LOG_ODDS_PER_WEIGHT, fit)
    if scored is None or _is_named_elsewhere(scored):
        return scored
    return scored._replace(confidence="weak")


def article_candidates(
    by_phrases: Sequence[ScoredTopic],
    weighed: Mapping[str, WeightedMatches],
    item: Item,
    fit: WordFit,
) -> list[tuple[Candidate, ArticleFeatures]]:
    """Return the topics `by_phrases` and those with the best `fit`, with their features.

    `weighed` are the matches of each topic in the `item`.
    """
    length = math.log1p(len(item.text))
    return [
        (candidate, _features(candidate, weighed.get(candidate.topic, []), length, fit))
        for candidate in candidates(by_phrases, fit.best)
    ]


def _features(
    candidate: Candidate, matches: WeightedMatches, length: float, fit: WordFit
) -> ArticleFeatures:
    topic, scored, is_first = candidate
    in_text = [match for match, _ in matches if match.field == "text"]
    starts = [match.start for match in in_text if match.rule in SURE]
    in_title = any(is_sure(match, "title") for match, _ in matches)
    return ArticleFeatures(
        fit=fit.fits.get(topic, 0.0),
        lead=fit.lead(topic),
        none=fit.fits.get(NO_TOPIC, 0.0),
        mentions=math.log1p(mentions_of(in_text)),
        opening=math.log1p(sum([start < OPENING_CHARACTERS for start in starts])),
        phrases=math.log1p(len(starts)),
        headings=math.log1p(sum([is_sure(match, "headings") for match, _ in matches])),
        length=length,
        title=float(in_title),
        first=float(is_first),
        score=min(scored.score, _MOST_SCORE) if scored else 0.0,
    )


def _is_named_elsewhere(scored: ScoredTopic) -> bool:
    """Whether a hashtag, or a post that shares the article, names the topic."""
    return has_hashtag(scored) or any(match.field == POST for match, _ in scored.matches)
