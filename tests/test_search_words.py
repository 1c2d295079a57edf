"""Words of the search index: letters, accents, scripts without spaces, names with signs."""

from __future__ import annotations

import pytest

from crawler.search_words import compound_term, split_terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Two-phase commit, CI/CD", ["two", "phase", "commit", "ci", "cd"]),
        ("snake_case #Tag @ada", ["snake", "case", "tag", "ada"]),
        ("C# or C++ on .NET", ["c#", "or", "c++", "on", ".net", "net"]),
        ("asp.net node.js a.b", ["asp", "net", "node", "js", "a", "b"]),
        ("TLA+ 1+1 a#b", ["tla+", "tla", "1", "1", "a", "b"]),
        ("Übergröße café İZMİR", ["ubergrosse", "cafe", "izmir"]),
        ("ﬁle ① Ｋａｆｋａ", ["file", "1", "kafka"]),
        ("分散合意", ["分散", "散合", "合意"]),
        ("Kafka入門 字", ["kafka", "入門", "字"]),
        ("한국어 분산", ["한국어", "분산"]),
        ("a\U0001f600b \U00020000", ["a", "b"]),
        ("x" * 90, ["x" * 40]),
        ("", []),
    ],
)
def test_text_is_split_into_terms(text: str, terms: list[str]) -> None:
    assert split_terms(text) == terms


def test_only_names_of_few_terms_are_joined() -> None:
    assert compound_term(["event", "sourcing"]) == "event_sourcing"
    assert compound_term(["raft"]) == "raft"
    assert compound_term(["a", "b", "c", "d", "e"]) == compound_term([]) == ""
