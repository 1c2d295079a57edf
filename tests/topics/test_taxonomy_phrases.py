"""Matches of phrases: which occurrences count for which topics, and where they are quoted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.models.topics import Topic
from crawler.topics.taxonomy_phrases import PhraseIndex, PhraseMatch

INDEX = PhraseIndex(
    (
        Topic("caching", "Caching", "d", strong=("cache", "distributed cache", "cache stampede")),
        Topic("alerts", "Alerts", "d", strong=("metrics",), not_this=("DORA metrics",)),
        Topic("observability", "Observability", "d", strong=("metrics",)),
        Topic("queues", "Queues", "d", strong=("message queue",), weak=("queue",)),
        Topic("bakery", "Bakery", "d", strong=("bread queue",), not_this=("bread queue riddle",)),
    )
)


def _counted(text: str) -> list[tuple[str, str, int, int]]:
    found = [match for own in INDEX.counted(text, "text").values() for match in own]
    return sorted((match.topic, match.phrase, match.start, match.times) for match in found)


def _place(match: PhraseMatch) -> tuple[str, str, int]:
    return match.topic, match.phrase, match.start


def test_other_form_of_a_longer_phrase_does_not_count_instead_of_a_phrase_elsewhere() -> None:
    text = "Distributed caching is hard; one cache is stale"
    assert _counted(text) == [
        ("caching", "cache", text.index("cache"), 1),
        ("caching", "distributed cache", 0, 1),
    ]


def test_phrase_is_quoted_where_no_longer_phrase_counts_instead() -> None:
    text = "A cache stampede hit, and then the cache was cold, the cache of the site"
    assert _counted(text) == [
        ("caching", "cache", text.index("cache was"), 2),
        ("caching", "cache stampede", 2, 1),
    ]


@pytest.mark.parametrize("text", ["Our DORA metrics", "DORA metrics of a team"])
def test_not_this_phrase_removes_a_phrase_from_its_own_topic_only(text: str) -> None:
    place = text.index("metrics")
    assert _counted(text) == [("observability", "metrics", place, 1)]
    assert [*map(_place, INDEX.matches(text, "title"))] == [("observability", "metrics", place)]


def test_weak_phrase_counts_if_the_certain_phrase_around_it_does_not() -> None:
    assert _counted("The bread queue") == [("bakery", "bread queue", 4, 1)]
    assert _counted("The bread queue riddle") == [("queues", "queue", 10, 1)]


def test_repeated_phrase_of_a_title_is_quoted_at_its_first_place() -> None:
    assert [match.start for match in INDEX.matches("Cache or queue? Cache", "title")] == [0, 9]


WORDS = st.sampled_from(
    [
        *("cache", "caching", "distributed", "stampede", "DORA", "metrics", "message", "queue"),
        *("queues", "bread", "riddle", "the", "."),
    ]
)


@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_titles_and_texts_have_the_same_matches(text: str) -> None:
    counted = [match for own in INDEX.counted(text, "text").values() for match in own]
    assert {*map(_place, counted)} == {*map(_place, INDEX.matches(text, "text"))}
