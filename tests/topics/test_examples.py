"""Every topic file's own examples are tagged, and its counterexamples are not, with and without the
learned table.
"""

from __future__ import annotations

import pytest

from crawler.models.topics import Item
from crawler.topics.evaluate import shown_topics
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.tagger import Tagger
from crawler.workspace import bundled_path

SHIPPED = Tagger.load(bundled_path("data", "topics"))
TAGGERS = [SHIPPED, Tagger(SHIPPED.taxonomy, LearnedWeights())]
TOPICS = SHIPPED.taxonomy.topics.values()


@pytest.mark.parametrize(
    ("slug", "text"), [(topic.slug, text) for topic in TOPICS for text in topic.examples]
)
def test_example_gets_its_topic(slug: str, text: str) -> None:
    assert all(slug in shown_topics(tagger.tag(Item(title=text))) for tagger in TAGGERS)


@pytest.mark.parametrize(
    ("slug", "text"), [(topic.slug, text) for topic in TOPICS for text in topic.counterexamples]
)
def test_counterexample_does_not_get_its_topic(slug: str, text: str) -> None:
    assert all(slug not in shown_topics(tagger.tag(Item(title=text))) for tagger in TAGGERS)
