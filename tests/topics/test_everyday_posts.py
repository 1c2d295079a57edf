"""Everyday posts that use terms of software engineering as a joke have no topic."""

from __future__ import annotations

import pytest

from crawler.models.topics import Item
from crawler.topics.evaluate import shown_topics
from crawler.topics.everyday_posts import EVERYDAY_NOUNS, USED_IN_JEST
from crawler.topics.phrase_matcher import phrase_key
from crawler.topics.tagger import Tagger
from crawler.workspace import bundled_path

TAGGER = Tagger.load(bundled_path("data", "topics"))


@pytest.mark.parametrize(
    "text",
    [
        "My grandmother's kettle has better uptime than my phone, and lower latency.",
        "The choir scales out in December, and load balancing the tenors is my job.",
        "The bakery throttles everybody: one loaf each, a queue, and no retries.",
        "A leader election in the hen house: the oldest one won, without a majority of eggs.",
    ],
)
def test_everyday_post_with_technical_terms_has_no_topic(text: str) -> None:
    assert shown_topics(TAGGER.tag(Item(text=text))) == set()


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Load balancing at lunch: half of our servers were idle.", "load-balancing"),
        ("My wife asked what sharding is. I drew the database on a napkin.", "sharding"),
        ("Latency is down to 40 ms since we tuned the JVM. Cake for everybody!", "performance"),
        ("Sharding, explained to my kids: #sharding", "sharding"),
    ],
)
def test_post_with_an_everyday_noun_and_another_sign_of_the_field_has_its_topic(
    text: str, topic: str
) -> None:
    hashtags = ("sharding",) if "#" in text else ()
    assert topic in shown_topics(TAGGER.tag(Item(text=text, hashtags=hashtags)))


def test_title_with_an_everyday_noun_has_its_topic() -> None:
    assert "load-balancing" in shown_topics(TAGGER.tag(Item(title="Load balancing for my choir")))


def test_everyday_nouns_are_sorted_and_not_phrases_of_topics() -> None:
    nouns = EVERYDAY_NOUNS.split()
    strong = {
        phrase_key(phrase) for topic in TAGGER.taxonomy.topics.values() for phrase in topic.strong
    }
    assert nouns == sorted(set(nouns))
    assert strong.isdisjoint(nouns)
    assert all(phrase_key(phrase) == phrase for phrase in USED_IN_JEST)
