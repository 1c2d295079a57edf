"""Finding phrases: whole words, at their place in the text as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.topics.phrase_matcher import PhraseMatcher, WordSet, fold_words, phrase_key

PHRASES = ["event driven", "pub/sub", "Raft", "fallacy", "cache", "tla+", "straße"]


def _quotes(text: str) -> list[str]:
    return [text[start:end] for _, start, end in PhraseMatcher(PHRASES).find(text)]


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Event-Driven and event driven", ["Event-Driven", "event driven"]),
        ("Async Pub/Sub.", ["Pub/Sub"]),
        ("caches, a cache’s cache", ["caches", "cache", "cache"]),
        ("the eight fallacies", ["fallacies"]),
        ("TLA+ for all", ["TLA"]),
        ("event\ndriven", ["event\ndriven"]),
        ("in the event. Driven by rain", []),
        ("cached geocaching cachet", []),
        ("a raft of changes", []),
        ("how Raft works", ["Raft"]),
        ("ﬁne ﬁlms: pub/sub", ["pub/sub"]),
        ("Straße, STRASSE", ["Straße", "STRASSE"]),
        ("ｃａｃｈｅ", ["ｃａｃｈｅ"]),
        ("", []),
    ],
)
def test_phrases_are_found_as_whole_words_and_quoted_as_written(
    text: str, quotes: list[str]
) -> None:
    assert _quotes(text) == quotes


@given(st.text(max_size=60), st.text(max_size=60))
def test_hit_has_the_span_of_its_phrase(before: str, after: str) -> None:
    text = f"{before} cache {after}"
    matcher = PhraseMatcher(PHRASES)
    found = [(phrase, text[start:end]) for phrase, start, end in matcher.find(text)]
    assert (PHRASES.index("cache"), "cache") in found
    assert all(
        phrase_key(quote).startswith(phrase_key(PHRASES[phrase])[:5]) for phrase, quote in found
    )


@given(st.text(max_size=200))
def test_folding_never_shortens_and_leaves_only_words_and_spaces(text: str) -> None:
    folded = fold_words(text)
    assert len(folded) >= len(text)
    assert all(character == " " or character.isalnum() for character in folded)


def test_without_plurals_only_the_phrase_itself_is_found() -> None:
    assert not [*PhraseMatcher(["cache"], plurals=False).find("caches")]


def test_overlapping_phrases_are_all_found() -> None:
    matcher = PhraseMatcher(["event", "event sourcing", "sourcing"])
    assert [phrase for phrase, _, _ in matcher.find("event sourcing")] == [0, 1, 2]


def test_a_name_of_two_words_is_found_written_as_one() -> None:
    names = ["circuit breaker", "dead man"]
    assert [
        index for index, _, _ in PhraseMatcher(names).find("CircuitBreakers in Go, and a deadman")
    ] == [0]


def test_phrase_with_punctuation_is_found_with_and_without_it() -> None:
    matcher = PhraseMatcher(["ports & adapters", "time, clocks"])
    assert [
        phrase
        for phrase, _, _ in matcher.find(
            "Ports & Adapters; ports-adapters. On time, clocks and the order"
        )
    ] == [0, 0, 1]
    assert not [*matcher.find("Ports and adapters")]


@pytest.mark.parametrize(
    "before", ["", "naïve ", "½ … “quoted” ", "分散システム ", "ß", "ﬁ ", "İ "]
)
def test_place_after_characters_that_fold_to_several_bytes(before: str) -> None:
    text = f"{before}raft, and “Raft” – and naïve raft…"
    spans = [text[start:end] for _, start, end in PhraseMatcher(["raft"]).find(text)]
    assert [span.lower() for span in spans] == ["raft"] * (2 if before == "ß" else 3)


def test_occurrences_inside_a_phrase_are_those_within_its_ends() -> None:
    phrases = ["log", "new log", "a new", "new log entry", "entry"]
    occurrences = PhraseMatcher(phrases).occurrences("log, a new log entry, new, entry")
    outer = occurrences.phrases.index(phrases.index("new log entry"))
    inside = [phrases[occurrences.phrases[n]] for n in occurrences.inside(outer)]
    assert sorted(inside) == ["entry", "log", "new log", "new log entry"]
    shorter = [phrases[occurrences.phrases[n]] for n in occurrences.shorter_inside(outer)]
    assert sorted(shorter) == ["entry", "log", "new log"]


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=12))
def test_every_occurrence_with_a_shorter_one_inside_is_overlapping(words: list[str]) -> None:
    occurrences = PhraseMatcher(["a", "b", "a b", "b c", "a b c"], False).occurrences(
        " ".join(words)
    )
    numbers = range(len(occurrences.phrases))
    with_shorter = {n for n in numbers if occurrences.shorter_inside(n)}
    assert with_shorter <= {*occurrences.overlapping()}


def test_phrase_with_the_same_place_is_not_shorter() -> None:
    occurrences = PhraseMatcher(["load balancing", "load balancer"]).occurrences("load balancers")
    assert len(occurrences.phrases) == 2
    assert [occurrences.shorter_inside(n) for n in range(2)] == [[], []]


@given(st.text(alphabet="aé’ж…ß字 raft,", max_size=40))
def test_places_in_text_beyond_ascii_are_those_of_the_words(before: str) -> None:
    text = f"{before} raft {before}"
    spans = [text[start:end] for _, start, end in PhraseMatcher(["raft"], plurals=False).find(text)]
    assert spans.count("raft") == len(spans) >= 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Cache, the cache: a queue.", {"cache", "queue"}),
        ("cached queues", set()),
        ("", set()),
        ("Über-cache/QUEUE", {"cache", "queue"}),
    ],
)
def test_word_set_finds_whole_words_in_any_letter_case(text: str, words: set[str]) -> None:
    assert WordSet({"cache", "queue", "lock"}).in_text(text) == words
