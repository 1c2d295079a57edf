"""The topics of an article come from its phrases and from its words together."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.models.topics import Item
from crawler.topics.article_decision import ArticleFeatures, article_candidates
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.logistic_regression import Coefficients
from crawler.topics.tagger import MOST_HEADINGS, Tagger
from crawler.topics.taxonomy import make_taxonomy
from tests.topics.test_word_classifier import TOPICS, classifier_of, path, tagger

__all__ = ["path", "tagger"]

FILLER = "The same same same. " * 25
EVENTS = "The same event arrives twice. " * 20
STALE = "The page is stale. " * 20


def shown(tagger: Tagger, item: Item) -> list[str]:
    return [score.topic for score in tagger.tag(item) if score.confidence != "weak"]


def test_article_that_describes_a_topic_in_its_own_words_has_it(tagger: Tagger) -> None:
    (score,) = tagger.tag(Item(title="A Tuesday", text=EVENTS))
    (evidence,) = score.evidence
    assert (score.topic, score.confidence) == ("idempotency", "likely")
    assert (evidence.rule, evidence.quote) == ("combination", "event arrives twice")
    assert score.score == evidence.weight >= 1.0


def test_article_about_two_subjects_has_both_the_main_one_first(tagger: Tagger) -> None:
    for text in (STALE + EVENTS, EVENTS + STALE):
        assert shown(tagger, Item(title="A Tuesday", text=text)) == ["idempotency", "caching"]


def test_topic_of_a_phrase_is_weak_if_the_words_are_about_something_else(tagger: Tagger) -> None:
    text = "The same walk along the river. " * 20 + "A cache. A cache. "
    (score,) = tagger.tag(Item(title="A Tuesday", text=text))
    assert (score.topic, score.confidence) == ("caching", "weak")


@pytest.mark.parametrize(
    ("odds", "topics"), [(0.1, ["idempotency", "caching"]), (-0.1, ["idempotency"])]
)
def test_second_topic_that_phrases_make_likely_is_shown_if_more_probable_than_not(
    path: Path, odds: float, topics: list[str]
) -> None:
    classifier = classifier_of(path, "caching", "idempotency")
    only_first = [0.1 if name == "first" else 0.0 for name in ArticleFeatures._fields]
    same = dict.fromkeys(classifier.coefficients, Coefficients(tuple(only_first), odds))
    classifier = replace(classifier, coefficients=same)
    tagger = Tagger(make_taxonomy(TOPICS), LearnedWeights(), classifier=classifier)
    text = "Idempotent: the same event arrives twice. " * 12 + "A cache, a stale page. " * 8
    assert shown(tagger, Item(title="An idempotent cache", text=text)) == topics


def test_topic_that_the_posts_name_stays_likely(tagger: Tagger) -> None:
    item = Item(
        title="A Tuesday",
        text="The same walk along the river. " * 20,
        post="How our cache and its caches work. A cached page.",
    )
    with_post, without = tagger.tag(item), tagger.tag(Item(title=item.title, text=item.text))
    assert ([score.topic for score in with_post], without) == (["caching"], ())


def test_words_of_title_and_headings_count(tagger: Tagger) -> None:
    text = FILLER + "The same page. " * 3
    assert shown(tagger, Item(title="Same", text=text)) == []
    item = Item(title="The stale page", text=text, headings=("A stale page", "Stale, stale"))
    assert shown(tagger, item) == ["caching"]


def test_headings_after_the_classified_ones_do_not_count(tagger: Tagger) -> None:
    text = FILLER + "The same page. " * 3
    headings = (*["Same"] * MOST_HEADINGS, *["A stale page"] * 9)
    assert shown(tagger, Item(title="Same", text=text, headings=headings)) == []


def test_words_after_the_classified_characters_do_not_count(tagger: Tagger) -> None:
    assert shown(tagger, Item(title="A Tuesday", text=FILLER * 7 + EVENTS)) == []


@pytest.mark.parametrize(("headings", "count"), [((), 0), (("Cache", "Same"), 1)])
def test_phrases_of_headings_are_a_feature(
    path: Path, tagger: Tagger, headings: tuple[str, ...], count: int
) -> None:
    item = Item(title="Same", text=EVENTS + "A cache.", headings=headings)
    weighed = tagger.weigh(item)
    fit = tagger.word_fit(item, weighed, classifier_of(path, "caching", "idempotency"))
    assert fit is not None
    by_phrases, _ = tagger.decide_by_phrases(item, weighed)
    features = {c.topic: f for c, f in article_candidates(by_phrases, weighed, item, fit)}
    assert features["caching"].headings == math.log1p(count)
