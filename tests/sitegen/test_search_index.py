"""Search index: each word is in one file, and files are small."""

from __future__ import annotations

import json
from pathlib import Path

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


def test_article_without_topic_is_not_indexed(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    factory.article("Unseen")
    build()
    assert "unseen" not in read_index(tmp_path / "site/public/search")


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
