"""Evidence quotes a name with the signs that belong to it, as the text writes it."""

from __future__ import annotations

import pytest

from crawler.models.topics import Item, Topic
from crawler.topics.explanation import explain
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy

TOPIC = Topic("formal-methods", "Formal methods", "d", strong=("TLA+", "model checking"))


@pytest.mark.parametrize(
    ("item", "quote"),
    [
        (Item(text="We proved the protocol with TLA+. It took a week."), "TLA+"),
        (Item(text="We proved TLA+Raft in a week."), "TLA"),
        (Item(title="TLA+ for working engineers"), "TLA+"),
    ],
)
def test_quote_has_the_signs_after_a_name(item: Item, quote: str) -> None:
    tagger = Tagger(make_taxonomy((TOPIC,)), LearnedWeights())
    (score,) = tagger.tag(item)
    assert score.evidence[0].quote == quote
    (explanation,) = explain(tagger, item)
    assert explanation.matches[0].quote == quote
