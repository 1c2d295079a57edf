"""The topics of an article, decided by its phrases and by the fit of its words together.

Phrases alone miss a topic that an article describes in its own words, and they give topics that it
only names. The coefficients come from articles that the classifier had not seen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crawler.models.topics import Item
from crawler.topics.logistic_regression import log_odds, log_odds_of
from crawler.topics.scored_topic import LIKELY, LOG_ODDS, ScoredTopic, described, has_hashtag
from crawler.topics.scoring import (
    OPENING_CHARACTERS,
    SURE,
    WeightedMatches,
    mentions_of,
)
from crawler.topics.taxonomy_phrases import POST
from crawler.topics.word_classifier import NO_TOPIC, WordClassifier, WordFit

LISTED, MAIN = "*article_listed", "*article_main"
"""Whether an article is listed under a topic, and whether the topic is its main one."""

_LEAST_CHANCE = log_odds_of(0.88)  # from this chance a topic is likely
_LEAST_CHANCE_OF_BEST = log_odds_of(0.17)  # an article about software has at least one
_LEAST_CHANCE_OF_NAMED = log_odds_of(0.15)  # of the topic that phrases make likely and put first
_MOST_SCORE = 2.5


class ArticleFeatures(NamedTuple):
    """The features of a topic of an article.

    `fit` is the fit of the topic, `lead` its difference to the best other topic, and `none` the fit
    of no topic. `mentions`, `opening` and `phrases` are the logarithms of the number of times that
    phrases name it, of those in the opening, and of different phrases. `length` is the logarithm of
    the number of characters. `title` tells whether the title names the topic, `first` whether
    phrases give it as the first one. `score` is the score of its phrases, at most 2.5.
    """

    fit: float
    lead: float
    none: float
    mentions: float
    opening: float
    phrases: float
    length: float
    title: float
    first: float
    score: float


REGRESSIONS = dict.fromkeys((LISTED, MAIN), ArticleFeatures._fields)
"""The features of each logistic regression by its name in the table."""


def decide_article(
    scores: Sequence[ScoredTopic],
    weighed: Mapping[str, WeightedMatches],
    item: Item,
    fit: WordFit,
    classifier: WordClassifier,
) -> list[ScoredTopic]:
    """Return the topics of an article, the main one first.

    `scores` are the topics that its phrases give, best first, and `weighed` are the matches of each
    topic in the `item`. `fit` is the fit of its words, and the `classifier` weighs both. Each topic
    is decided by its own chance. The best one and the one that phrases put first need less. A topic
    that phrases give keeps its matches, and is weak if its chance is small. Another topic becomes
    likely by one match: the words that describe it. A topic that hashtags or the posts name keeps
    what its phrases give.
    """
    candidates = [
        (log_odds(features, classifier.coefficients[LISTED]), topic, score, features)
        for topic, score, features in article_candidates(scores, weighed, item, fit)
    ]
    best = max([chance for chance, *_ in candidates], default=0.0)
    decided: list[tuple[float, ScoredTopic]] = []
    for chance, topic, by_phrases, features in candidates:
        least = _LEAST_CHANCE_OF_BEST if chance == best else _LEAST_CHANCE
        if features.first and features.score >= LIKELY:
            least = _LEAST_CHANCE_OF_NAMED
        score = by_phrases
        if chance >= least:
            wanted = LIKELY + (chance - least) / LOG_ODDS
            score = _likely(topic, by_phrases, wanted, fit)
        elif by_phrases is not None and not _is_named_beside(by_phrases):
            score = by_phrases._replace(confidence="weak")
        if score is not None:
            decided.append((log_odds(features, classifier.coefficients[MAIN]), score))
    decided.sort(key=lambda pair: (pair[1].confidence == "weak", -pair[0], pair[1].topic))
    return [score for _, score in decided]


def article_candidates(
    scores: Sequence[ScoredTopic],
    weighed: Mapping[str, WeightedMatches],
    item: Item,
    fit: WordFit,
) -> list[tuple[str, ScoredTopic | None, ArticleFeatures]]:
    """Return the topics that an article may have: those of its phrases, and those that fit best.

    `scores` are the topics that its phrases give, `weighed` are the matches of each topic in the
    `item`, and `fit` is the fit of its words. Each topic comes with the score that phrases give it,
    if any, and with its features.
    """
    by_topic = {score.topic: score for score in scores}
    first = scores[0].topic if scores else ""
    length = math.log1p(len(item.text))
    return [
        (
            topic,
            by_topic.get(topic),
            _features(
                topic, by_topic.get(topic), topic == first, weighed.get(topic, []), length, fit
            ),
        )
        for topic in dict.fromkeys((*by_topic, *fit.best))
    ]


def _features(
    topic: str,
    score: ScoredTopic | None,
    is_first: bool,
    matches: WeightedMatches,
    length: float,
    fit: WordFit,
) -> ArticleFeatures:
    in_text = [match for match, _ in matches if match.field == "text"]
    starts = [match.start for match in in_text if match.rule in SURE]
    in_title = any(match.field == "title" and match.rule in SURE for match, _ in matches)
    return ArticleFeatures(
        fit=fit.fits.get(topic, -1.0),
        lead=fit.lead(topic),
        none=fit.fits.get(NO_TOPIC, 0.0),
        mentions=math.log1p(mentions_of(in_text)),
        opening=math.log1p(sum([start < OPENING_CHARACTERS for start in starts])),
        phrases=math.log1p(len(starts)),
        length=length,
        title=float(in_title),
        first=float(is_first),
        score=min(score.score, _MOST_SCORE) if score else 0.0,
    )


def _likely(
    topic: str, score: ScoredTopic | None, wanted: float, fit: WordFit
) -> ScoredTopic | None:
    """The topic with what its phrases give if they make it likely, otherwise by its words."""
    if score is not None and score.score >= LIKELY:
        return score if score.confidence != "weak" else score._replace(confidence="likely")
    return described(topic, score, wanted, fit)


def _is_named_beside(score: ScoredTopic) -> bool:
    """Whether hashtags or the posts that share an article name the topic."""
    return has_hashtag(score) or any(match.field == POST for match, _ in score.matches)
