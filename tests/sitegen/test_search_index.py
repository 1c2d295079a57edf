"""Search index: each word is in one file, and files are small."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sitegen.search_index import _base36, _differences, _shards
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory


def read_index(folder: Path) -> dict[str, str]:
    index: dict[str, str] = {}
    for path in folder.glob("w*.js"):
        _, words = json.loads(
            "[" + path.read_text().removeprefix("hashtrail.words(").rstrip().removesuffix(")") + "]"
        )
        assert not index.keys() & words.keys()
        index |= words
    return index


def test_postings_list_documents_by_field(factory: Factory, build: Build, tmp_path: Path) -> None:
    factory.topic("caching", label="Caching")
    factory.article(
        "Locks and leases",
        url="https://blog.example/a",
        topics={"caching": "certain"},
        summary="About locks and Straße",
        kind="guide",
    )
    factory.post("Leases in a note", topics={"caching": "likely"})
    build()
    words = read_index(tmp_path / "site/public/search")
    assert words["locks"] == "2"
    assert words["caching"] == "|2 1"
    assert words["strasse"] == "||2"
    assert words["leases"] == "2||3"
    assert words["topic:caching"] == "|2 1"
    assert words["kind:guide"] == words["source:blog.example"] == "|2"


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
    build()
    site = tmp_path / "site/public"
    words = read_index(site / "search")
    assert words["zanzibar"] == "2"
    assert words["authorization"] == "||2"
    assert words["kind:guide"] == words["source:blog.example"] == words["year:2026"] == "|2"
    assert "topic:caching" not in words
    assert '<option value="guide">' in (site / "search.html").read_text()
    assert "Zanzibar revisited" in (site / "source/blog.example.html").read_text()
    assert "Zanzibar revisited" not in (site / "index.html").read_text()


def test_article_without_visible_share_is_found_without_a_year(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    factory.article("Zanzibar", shared=False)
    build()
    words = read_index(tmp_path / "site/public/search")
    assert words["zanzibar"] == "2"
    assert not [word for word in words if word.startswith("year:")]


def test_only_large_prefixes_are_split() -> None:
    words = {f"{letter}{number}": "x" * 1000 for letter in "ab" for number in range(30)} | {
        "a": "x" * 30_000,
        "c": "x",
    }
    shards = dict(_shards("", words))
    assert {word: packed for part in shards.values() for word, packed in part.items()} == words
    assert all(word.startswith(prefix) for prefix, part in shards.items() for word in part)
    assert "c" in shards
    assert set(shards["a"]) == {"a"}


@given(st.lists(st.integers(0, 10**6), unique=True).map(sorted))
def test_packed_numbers_unpack_to_the_same(numbers: list[int]) -> None:
    last, unpacked = 0, []
    for step in filter(None, _differences(numbers).split(" ")):
        last += int(step, 36)
        unpacked.append(last)
    assert unpacked == numbers


@given(st.integers(0, 10**9))
def test_base_36_parses_to_the_same_number(number: int) -> None:
    assert int(_base36(number), 36) == number
