"""Faults of a taxonomy that can be read, and figures of a measurement."""

from __future__ import annotations

from dataclasses import replace

from crawler.model import Item, Topic
from crawler.topics.learned import Learned
from crawler.topics.lint import lint, lint_firing
from crawler.topics.measure import measure
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy, read_taxonomy
from crawler.workspace import bundled

FINE = Topic("caching", "Caching", "d", strong=("cache",), examples=("a", "b", "c"), counterexamples=("x", "y"))


def _messages(*topics: Topic) -> str:
    return "\n".join(f"{finding.topic} {finding.key} {finding.message}" for finding in lint(make_taxonomy(topics)))


def test_the_topics_that_ship_have_no_faults() -> None:
    assert lint(read_taxonomy(bundled("data", "topics"))) == []


def test_a_fine_topic_has_none() -> None:
    assert _messages(FINE) == ""


def test_a_circle_and_a_third_level_are_found() -> None:
    middle, low = replace(FINE, slug="b", broader="caching", strong=()), replace(FINE, slug="c", broader="b", strong=())
    assert "c broader stands 3 levels deep" in _messages(FINE, middle, low)
    assert "goes in a circle: caching < b < caching" in _messages(replace(FINE, broader="b"), middle)


def test_a_phrase_twice_and_a_phrase_shared_with_a_stranger_are_found() -> None:
    assert "'caches' and 'cache' are one phrase" in _messages(replace(FINE, weak=("caches",)))
    assert "'cache' is also strong in stores" in _messages(FINE, replace(FINE, slug="stores"))
    assert _messages(FINE, replace(FINE, slug="stores", related=("caching",))) == ""


def test_missing_examples_are_found() -> None:
    assert "examples has 2, and needs 3" in _messages(replace(FINE, examples=("a", "b")))


def test_an_alias_that_fires_on_off_topic_text_is_named_with_it() -> None:
    tagger = Tagger(make_taxonomy([FINE]), Learned())
    (finding,) = lint_firing(tagger, [Item(title="A cache in the woods"), Item(title="A walk")])
    assert (finding.topic, finding.message) == ("caching", "'cache' fires on off-topic text: A cache in the woods")


def test_figures_count_pairs_and_average_topics() -> None:
    rows = [(frozenset("a"), frozenset("a"))] * 5 + [(frozenset("ab"), frozenset("b"))] * 5
    measured = measure(rows)
    assert (measured.rows, measured.micro.precision, measured.micro.recall) == (10, 0.667, 1.0)
    assert (measured.topics["a"].precision, measured.topics["b"].f1, measured.macro_f1) == (0.5, 1.0, 0.834)
