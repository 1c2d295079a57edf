"""Combinations of words that describe a topic without its term, in short posts."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.models.topics import Item, Topic
from crawler.topics.evaluate import shown_topics
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy
from crawler.topics.word_combinations import Combination, read_combinations
from crawler.workspace import bundled_path

DESCRIBED = Path(__file__).parents[1] / "quality/posts_without_terms.tsv"
TWICE = Combination("idempotency", (("event", "request"), ("twice",), ("arriv*", "sent")))
TAGGER = Tagger(
    make_taxonomy(
        (
            Topic("idempotency", "Idempotency", "d", strong=("idempotent",), weak=("repeat",)),
            Topic("queues", "Queues", "d", strong=("message queue",)),
        ),
        combinations=(TWICE,),
    ),
    LearnedWeights(),
)


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("The same event arrives twice.", {"idempotency"}),
        ("A REQUEST was sent. Twice!", {"idempotency"}),
        ("The arrival of one event.", set()),
        (f"An event. {'Nothing happens here. ' * 9} It was sent twice.", set()),
        ("The events arrive twice.", set()),
    ],
)
def test_words_of_each_group_close_together_give_their_topic(text: str, topics: set[str]) -> None:
    assert shown_topics(TAGGER.tag(Item(text=text))) == topics


def test_described_topic_is_likely_and_quotes_its_words() -> None:
    (score,) = TAGGER.tag(Item(text="Here the same event arrives twice every day."))
    (evidence,) = score.evidence
    assert (score.confidence, evidence.rule) == ("likely", "combination")
    assert evidence.quote == "event arrives twice"


def test_combination_with_another_hint_of_its_topic_is_not_certain() -> None:
    (score,) = TAGGER.tag(Item(text="The event arrives twice. They repeat it, and repeat it."))
    assert score.confidence == "likely"


def test_combination_in_a_post_that_names_another_topic_is_weak() -> None:
    scores = TAGGER.tag(Item(text="Our message queue: an event arrives twice."))
    assert {score.topic: score.confidence for score in scores} == {
        "queues": "likely",
        "idempotency": "weak",
    }


@pytest.mark.parametrize("fields", [{"title": "Two events"}, {"url": "https://example.org/a"}])
def test_combinations_count_only_in_posts(fields: dict[str, str]) -> None:
    text = "The event arrives twice."
    shown = shown_topics(TAGGER.tag(Item(text=text, **fields)))
    assert shown == (set() if "title" in fields else {"idempotency"})


def test_closest_words_are_quoted() -> None:
    text = "One event was lost. Another event arrived twice."
    (score,) = TAGGER.tag(Item(text=text))
    assert score.evidence[0].quote == "event arrived twice"


@pytest.mark.parametrize("row", ["caching\tcopy", "caching\tcopy\t ", "caching"])
def test_row_with_fewer_than_two_groups_is_an_error_that_quotes_it(
    tmp_path: Path, row: str
) -> None:
    table = tmp_path / "table.tsv"
    table.write_text(f"# comment\n{row}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="two or more groups"):
        read_combinations(table)


def test_row_of_an_unknown_topic_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="'caching'"):
        make_taxonomy((), combinations=(Combination("caching", (("copy",), ("old",))),))


def test_posts_without_terms_get_their_topic_and_everyday_puns_get_none() -> None:
    shipped = Tagger.load(bundled_path("data", "topics"))
    lines = DESCRIBED.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    shown = {text: shown_topics(shipped.tag(Item(text=text))) for _, text, _ in rows}
    technical = [(set(topics.split("|")), text) for topics, text, _ in rows if topics]
    everyday = [text for topics, text, _ in rows if not topics]
    hits = sum(not topics.isdisjoint(shown[text]) for topics, text in technical)
    assert (len(technical), len(everyday)) >= (64, 12)
    assert hits / len(technical) >= 0.85
    assert sum(bool(shown[text]) for text in everyday) <= 3
