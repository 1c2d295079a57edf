"""Every topic file's own examples are tagged, and its counterexamples are not, with and without the
learned table.
"""

from __future__ import annotations

import pytest

from crawler.models.topics import Item
from crawler.topics.evaluate import confident
from crawler.topics.learned_weights import Learned
from crawler.topics.tagger import Tagger
from crawler.workspace import bundled_path

SHIPPED = Tagger.load(bundled_path("data", "topics"))
TAGGERS = [SHIPPED, Tagger(SHIPPED.taxonomy, Learned())]
TOPICS = SHIPPED.taxonomy.topics.values()


@pytest.mark.parametrize(
    ("slug", "text"), [(topic.slug, text) for topic in TOPICS for text in topic.examples]
)
def test_an_example_gets_its_topic(slug: str, text: str) -> None:
    assert all(slug in confident(tagger.tag(Item(title=text))) for tagger in TAGGERS)


@pytest.mark.parametrize(
    ("slug", "text"), [(topic.slug, text) for topic in TOPICS for text in topic.counterexamples]
)
def test_a_counterexample_does_not(slug: str, text: str) -> None:
    assert all(slug not in confident(tagger.tag(Item(title=text))) for tagger in TAGGERS)
