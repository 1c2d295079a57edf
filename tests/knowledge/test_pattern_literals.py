"""Which patterns can match a text: none that matches is ruled out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.knowledge.article_kinds import FIELDS, KindPattern, kind_patterns
from crawler.knowledge.pattern_literals import PatternFilter, required_literals

ROWS = {
    f"{row.kind} {row.field} {number}": row.pattern.replace("{organisation}", "(?:Netflix|Uber)")
    for number, row in enumerate(kind_patterns())
}


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("raft", {"raft"}),
        (r"\bRaft\b", {"raft"}),
        ("(?i)(?:in|about) Raft", {"in raft", "about raft"}),
        ("rafts?", {"raft", "rafts"}),
        ("(?:leader|log) \\w+", {"leader ", "log "}),
        ("(?:leader )+election", {"election"}),
        ("(?:leader )+", {"leader "}),
        (r"\w+ consensus \d+", {" consensus "}),
        ("Raft[’']s", {"raft"}),
        ("leader|[a-z]+", set()),
        ("(?:leader)?", set()),
        ("leader(?!ship)", {"leader"}),
        ("[^x]leader", {"leader"}),
        ("an", set()),
    ],
)
def test_literals_are_in_every_match(pattern: str, literals: set[str]) -> None:
    assert required_literals(pattern) == literals


@pytest.mark.parametrize("pattern", ROWS.values(), ids=ROWS.keys())
def test_matching_text_is_possible(pattern: str) -> None:
    possible = PatternFilter({7: pattern}).possible

    @settings(max_examples=8)
    @given(st.from_regex(pattern))
    def is_possible(text: str) -> None:
        assert re.search(pattern, text)
        assert possible(text) == {7}
        if pattern.startswith("(?i)") and re.search(pattern, text.upper()):
            assert possible(text.upper()) == {7}

    is_possible()


@pytest.mark.parametrize(
    "text", ["FIRST SİGNS", "fırst sıgns", "firſt ſignſ", "first signs \ud800"]
)
def test_letters_that_python_treats_as_equal_are_possible(text: str) -> None:
    pattern = "(?i)first signs"
    assert re.search(pattern, text)
    assert PatternFilter({1: pattern}).possible(text) == {1}


def test_text_without_literals_is_not_possible() -> None:
    patterns = PatternFilter({1: "(?i)tutorial", 2: "guide to", 3: r"\d+"})
    assert patterns.possible("A guide") == {3}
    assert patterns.possible("A Tutorial and Guide To Raft") == {1, 2, 3}


def test_filter_without_patterns_finds_none() -> None:
    assert PatternFilter({}).possible("text") == set()


def test_each_field_of_the_table_has_patterns_to_rule_out() -> None:
    without = [row for row in kind_patterns() if not required_literals(_plain(row))]
    assert {row.field for row in kind_patterns()} == set(FIELDS)
    assert len(without) < len(kind_patterns()) / 10


def _plain(row: KindPattern) -> str:
    return row.pattern.replace("{organisation}", ".+")
