"""The topics of a post, decided by its phrases and by the fit of all its words together.

Phrases alone miss a topic that a post describes in its own words, and they do not tell which topic
is the main one. The coefficients come from posts of writers that the classifier had not seen.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from crawler.topics.domain_gate import AMBIGUOUS
from crawler.topics.item_matches import MOST_CLASSIFIED_OF_POST, SHORT_POST
from crawler.topics.logistic_regression import log_odds, logit
from crawler.topics.scored_topic import (
    LEAST,
    LIKELY,
    LOG_ODDS_PER_WEIGHT,
    Candidate,
    ScoredTopic,
    candidates,
    has_content,
    has_hashtag,
    main_topic_first,
    with_word_match,
)
from crawler.topics.taxonomy_phrases import NOT_THIS, STRONG, SURE, PhraseMatch
from crawler.topics.word_classifier import NO_TOPIC, Spans, WordClassifier, WordFit
from crawler.urls_and_hashtags import blank_urls

LISTED, MAIN, ABOUT = "*post_listed", "*post_main", "*post_about"
"""Whether a post is listed under a topic, whether it is the main one, and whether a post that names
a topic is about it.
"""

_LEAST_LISTED = logit(0.32)  # a missing topic costs more than a wrong one
_LEAST_OF_SENTENCE = 1.7  # the weight of words that decide a sentence without a field word
_MOST_OF_ONE_WORD = 0.7  # of what the words of a sentence add to the fit of a topic
_UNRELATED = 0.8  # by how much no topic fits words better than a topic that they do not mean
_LEAST_ABOUT = logit(0.2)  # below it, the topic is only mentioned
_BEST = 4  # topics that a post may have without a phrase of theirs
_LIST = 5  # a post that names as many topics lists its subjects
_MOST_SCORE = 2.0
_OTHER_SENSES = (AMBIGUOUS, NOT_THIS)
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
    by_phrases: Sequence[ScoredTopic],
    fit: WordFit,
    classifier: WordClassifier,
    is_about_software: Callable[[], bool],
    is_tagged_only: Callable[[], bool],
) -> list[ScoredTopic]:
    """Return the topics of a post, the main one first.

    The topics `by_phrases` come best first, and `fit` is that of the words. The `classifier` weighs
    both. A topic keeps what its phrases give, unless its probability is low. It is weak if the post
    only mentions it, and is neither a sentence nor a list of topics. A phrase in the slug of a URL
    is not a mention: the slug is the title of the linked page. Another topic becomes likely by one
    match: the words that describe it, with the weight that is missing. One word of a sentence does
    not describe a topic. In a longer post words count less. The words of a sentence need more
    weight if `is_about_software` tells that nothing else shows what the post is about. If
    `is_tagged_only` tells that only hashtags do, a topic that they alone name is weak if a text
    without a topic fits the words much better.
    """
    is_sentence = len(fit.words) <= _FEW_WORDS
    is_list = sum(scored.confidence != "weak" for scored in by_phrases) >= _LIST
    least = _LEAST_OF_SENTENCE if is_sentence and not is_about_software() else LIKELY
    without_urls = blank_urls(fit.text)
    none = fit.fits.get(NO_TOPIC, 0.0)
    factor = _length_factor(len(fit.text))
    coefficients = classifier.coefficients
    rated: list[tuple[float, ScoredTopic]] = []
    for (topic, scored, _), features in post_candidates(by_phrases, fit):
        margin = log_odds(features, coefficients[LISTED]) - _LEAST_LISTED
        weight = LIKELY + margin / LOG_ODDS_PER_WEIGHT
        if topic not in fit.fits:  # the classifier does not know the topic
            decided = scored
        elif scored is None or scored.confidence == "weak":
            is_one_word = is_sentence and not scored and features.single >= _MOST_OF_ONE_WORD
            is_enough = factor * weight >= least and not is_one_word
            decided = with_word_match(topic, scored, factor * weight, fit) if is_enough else scored
        elif has_hashtag(scored):
            is_unrelated = none - features.fit >= _UNRELATED and not has_content(scored)
            decided = _weaker(scored, False, is_unrelated and is_tagged_only())
        else:
            is_mention = log_odds(features, coefficients[ABOUT]) < _LEAST_ABOUT
            is_unlikely = weight < LEAST * factor and not _is_unambiguous(scored)
            is_subject = is_sentence or is_list or _is_in_slug(scored, without_urls)
            decided = _weaker(scored, is_unlikely, is_mention and not is_subject)
        if decided is not None:
            rated.append((log_odds(features, coefficients[MAIN]), decided))
    return main_topic_first(rated)


def places_of_other_senses(matches: Iterable[PhraseMatch]) -> dict[str, Spans]:
    """Return by topic the places in the text of a post of phrases in another sense.

    Of all `matches`, these are the ambiguous ones and those inside a not-this phrase.
    """
    places: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for match in matches:
        if match.rule in _OTHER_SENSES and match.field == "text":
            places[match.topic].append((match.start, match.start + len(match.quote)))
    return dict(places)


def post_candidates(
    by_phrases: Sequence[ScoredTopic], fit: WordFit
) -> list[tuple[Candidate, PostFeatures]]:
    """Return the topics `by_phrases` and those with the best `fit`, with their features."""
    return [
        (candidate, _features(candidate, fit))
        for candidate in candidates(by_phrases, fit.best[:_BEST])
    ]


def _features(candidate: Candidate, fit: WordFit) -> PostFeatures:
    topic, scored, is_first = candidate
    confidence = scored.confidence if scored else None
    return PostFeatures(
        fit=fit.fits.get(topic, 0.0),
        lead=fit.lead(topic),
        none=max(fit.fits.get(NO_TOPIC, 0.0), 0.0),
        words=math.log(len(fit.words)),
        single=fit.concentration(topic),
        score=min(scored.score, _MOST_SCORE) if scored else 0.0,
        weak=float(confidence == "weak"),
        likely=float(confidence == "likely"),
        certain=float(confidence == "certain"),
        first=float(is_first),
    )


def _weaker(scored: ScoredTopic, is_unlikely: bool, is_mention: bool) -> ScoredTopic | None:
    """The topic of a phrase, weak if it is only mentioned, or None if it is unlikely."""
    if is_unlikely:
        return None
    return scored._replace(confidence="weak") if is_mention else scored


def _length_factor(length: int) -> float:
    """How far the words of a post of this `length` count, in comparison with its phrases."""
    longest = MOST_CLASSIFIED_OF_POST
    return min(1.0, (longest - length) / (longest - SHORT_POST))


def _is_in_slug(scored: ScoredTopic, without_urls: str) -> bool:
    """Whether a phrase of a topic is in a URL, which is blank in the text `without_urls`."""
    return any(
        match.field == "text" and match.rule in SURE and without_urls[match.start].isspace()
        for match, _ in scored.matches
    )


def _is_unambiguous(scored: ScoredTopic) -> bool:
    """Whether several phrases name a topic, or a strong one of several words.

    Such a phrase has no everyday meaning.
    """
    return scored.confidence == "certain" or any(
        match.rule == STRONG and " " in match.phrase for match, _ in scored.matches
    )
