"""Search index: fields of terms, filters, order by rank, bounded files, equal bytes."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sitegen.search_codes import encode_ascending, encode_number, encode_runs
from crawler.sitegen.search_entries import split_entries
from crawler.sitegen.search_segments import ARTICLES, split_ids
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory
from tests.sitegen.search_files import (
    ALPHABET,
    SearchFiles,
    ascending,
    decode,
    read_search,
    runs,
)


def built(build: Build, tmp_path: Path) -> SearchFiles:
    build()
    return read_search(tmp_path / "site/public/search")


def test_terms_list_documents_by_field(factory: Factory, build: Build, tmp_path: Path) -> None:
    factory.topic("caching", label="Caching", aliases=json.dumps(["cache aside"]))
    factory.article(
        "Locks and leases",
        url="https://blog.example/a",
        topics={"caching": "certain"},
        summary="About locks and Straße",
        text="Fencing tokens protect the storage",
        kind="guide",
        authors=json.dumps(["Ada Author"]),
        language="en-GB",
    )
    factory.post("Leases in a note", topics={"caching": "likely"})
    index = built(build, tmp_path)
    locks, note = "Locks and leases", "Leases in a note"
    assert index.titles("locks", "title") == {locks}
    assert index.titles("locks", "excerpt") == set()
    assert index.titles("strasse", "excerpt") == {locks}
    assert index.titles("leases", "excerpt") == {note}
    assert index.titles("caching", "facts") == {locks, note}
    assert index.titles("caching", "name") == {"Caching"}
    assert index.titles("cache_aside", "name") == {"Caching"}
    assert index.titles("blog", "facts") == index.titles("ada", "facts") == {locks}
    assert index.titles("tokens", "text") == {locks}
    for value in ("site:blog", "site:blog.example", "kind:guide", "by:author", "lang:en"):
        assert index.filtered(value) == {locks}, value
    assert index.filtered("topic:caching") == {locks, note}
    assert index.filtered("date:2026") == {locks, note}


def test_topic_has_documents_of_topics_below_it(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    factory.topic("databases")
    factory.topic("sharding", broader="databases", hashtags=json.dumps(["Shards"]))
    factory.article("Split", topics={"sharding": "likely"})
    index = built(build, tmp_path)
    for value in ("topic:databases", "topic:sharding", "topic:shards"):
        assert index.filtered(value) == {"Split"}


@pytest.mark.parametrize("topics", [{}, {"caching": "weak"}], ids=["no topic", "a weak topic"])
def test_article_without_certain_topic_is_found_by_search_and_site(
    factory: Factory, build: Build, tmp_path: Path, topics: dict[str, str]
) -> None:
    factory.topic("caching", label="Caching")
    factory.article(
        "Zanzibar revisited",
        url="https://blog.example/z",
        topics=topics,
        summary="Authorization",
        kind="guide",
    )
    index = built(build, tmp_path)
    site = tmp_path / "site/public"
    assert index.titles("zanzibar", "title") == {"Zanzibar revisited"}
    assert index.titles("authorization", "excerpt") == {"Zanzibar revisited"}
    assert index.filtered("topic:caching") == set()
    assert '<option value="guide">' in (site / "search.html").read_text()
    assert "Zanzibar revisited" in (site / "source/blog.example.html").read_text()
    assert "Zanzibar revisited" not in (site / "index.html").read_text()


def test_article_without_visible_share_is_found_without_a_year(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    factory.article("Zanzibar", shared=False)
    index = built(build, tmp_path)
    assert index.titles("zanzibar", "title") == {"Zanzibar"}
    assert not [term for term in index.terms() if term.startswith("date:")]


@pytest.mark.parametrize("directive", ["noindex", "nosnippet", "noarchive"])
def test_text_of_unquotable_article_adds_no_term(
    factory: Factory, build: Build, tmp_path: Path, directive: str
) -> None:
    factory.article("Closed", text="Heliotrope", directives=json.dumps({directive: True}))
    factory.article("Open", text="Heliotrope")
    index = built(build, tmp_path)
    assert index.titles("heliotrope", "text") == {"Open"}


def test_levels_order_articles_by_rank(factory: Factory, build: Build, tmp_path: Path) -> None:
    ranks = {factory.article(f"Article {number}", rank=number / 40): number for number in range(40)}
    head = built(build, tmp_path).segments["a0"]
    levels = {ALPHABET.index(head["levels"][article_id]): ranks[article_id] for article_id in ranks}
    by_level = [levels[level] for level in sorted(levels)]
    assert by_level == sorted(by_level, reverse=True)
    assert by_level[:16] == list(range(39, 23, -1))
    assert head["ranks"][0] == round(39 / 40, 2)
    assert head["count"] == 40


def test_equal_snapshots_give_equal_bytes(factory: Factory, build: Build, tmp_path: Path) -> None:
    factory.topic("caching")
    for number in range(60):
        text = f"Word{number % 7} and word{number % 5} in a text"
        factory.article(f"Article {number}", topics={"caching": "likely"}, text=text)
    build()
    first = {path.name: path.read_bytes() for path in (tmp_path / "site/public/search").iterdir()}
    build(force=True)
    second = {path.name: path.read_bytes() for path in (tmp_path / "site/public/search").iterdir()}
    assert first == second


def entries_of(count: int) -> dict[str, str]:
    entries = {f"term{number:04}": "x" * (number % 40) for number in range(count)}
    return {**entries, "term0500": "x" * 9_000}


def test_files_of_terms_are_bounded_and_sorted() -> None:
    entries = entries_of(2_000)
    files = list(split_entries(entries.items()))
    lines = [line for file in files for line in file.lines.split("\n")]
    assert [line.split(" ")[0] for line in lines] == list(entries)
    for before, file in pairwise(files):
        assert before.lines.split("\n")[-1].split(" ")[0] < file.first <= file.lines.split(" ")[0]
    assert all(len(file.lines) <= 3_000 or "\n" not in file.lines for file in files)


@pytest.mark.parametrize("term", ["term0003", "term0777", "term1500a"])
def test_change_of_one_entry_changes_at_most_two_files(term: str) -> None:
    entries = entries_of(2_000)
    before = {file.lines for file in split_entries(entries.items())}
    after = {file.lines for file in split_entries(sorted({**entries, term: "y"}.items()))}
    assert len(after - before) <= 2


@pytest.mark.parametrize(
    ("last", "starts"),
    [
        (0, [0]),
        (1_999, [0]),
        (2_000, [0, 2_000]),
        (7_999, [0, 7_500]),
        (8_499, [0, 8_000]),
        (63_999, [0, 56_000, 63_500]),
        (150_200, [0, 64_000, 128_000, 144_000, 150_000]),
    ],
)
def test_borders_of_segments_depend_on_the_last_id_only(last: int, starts: list[int]) -> None:
    segments = split_ids(ARTICLES, last)
    assert [segment.start for segment in segments] == starts
    assert [segment.end for segment in segments] == [*starts[1:], last + 1]


@given(st.sets(st.integers(0, 2_000_000)).map(sorted))
def test_codes_of_lists_decode_to_the_same_numbers(numbers: list[int]) -> None:
    assert ascending(encode_ascending(numbers)) == numbers
    assert runs(encode_runs(numbers)) == numbers


@given(st.integers(0, 10**12))
def test_code_of_a_number_decodes_to_the_same_number(number: int) -> None:
    assert decode(encode_number(number)) == [number]
