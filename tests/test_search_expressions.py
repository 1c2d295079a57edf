"""FTS5 expressions of searches, evaluated by a real index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from crawler.search_expressions import NO_MATCH, fts_expression, parse_search
from crawler.search_words import index_text
from crawler.store.quotation_limits import word_set

TITLES = {
    1: "Exactly-once delivery in a queue",
    2: "Delivery, once more and exactly late",
    3: "Generics in C#",
    4: "Templates in C++",
    5: "C for beginners",
    6: "Modules of .NET",
    7: "Net of fishes",
    8: "分布式系统的一致性",
    9: "キャッシュの設計",
    10: "Asynchronous calls with io_uring",
    11: "Streams of Node.js",
    12: "A ﬁle system on Ｋａｆｋａ",
    13: "Caching of sessions",
    14: "Übersicht über Caches",
}
TEXT = "It calls io_uring exactly one time, never once too often, in C++ (.NET). 复制保证一致的性质"


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """An index of titles, and of one text as a set of words, with the tokenizer of the snapshot."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE f USING fts5(title, text, tokenize = 'porter')")
        for number, title in TITLES.items():
            db.execute("INSERT INTO f (rowid, title) VALUES (?, ?)", [number, index_text(title)])
        db.execute("INSERT INTO f (rowid, text) VALUES (20, ?)", [index_text(word_set(TEXT))])
        yield db


def ids(index: sqlite3.Connection, text: str) -> list[int]:
    sql = "SELECT rowid FROM f WHERE f MATCH ? ORDER BY rowid"
    return [row[0] for row in index.execute(sql, [fts_expression(text)])]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("exactly-once", [1, 20]),
        ('"exactly-once"', [1]),
        ('"exactly once"', [1]),
        ("exactly once", [1, 2, 20]),
        ("exactly once -late", [1, 20]),
        ("exactly -once-more", [1, 20]),
        ("late OR queue", [1, 2]),
        ("late | queue", [1, 2]),
        ("delivery late OR queue", [1, 2]),
        ("OR queue", [1]),
        ("queue OR", [1]),
        ("C#", [3]),
        ("c++", [4, 20]),
        ("C", [5, 20]),
        (".NET", [6, 20]),
        ("net", [6, 7, 20]),
        ("分布式", [8]),
        ("一致性", [8, 20]),
        ('"一致性"', [8]),
        ("布", [8]),
        ("キャッシュ", [9]),
        ("ｷｬｯｼｭ", [9]),
        ("io_uring", [10, 20]),
        ("node.js", [11]),
        ("file kafka", [12]),
        ("ﬁle", [12]),
        ("ＫＡＦＫＡ", [12]),
        ("cache", [13, 14]),
        ("ubersicht", [14]),
        ("überSICHT", [14]),
        ("-queue", []),
        ("", []),
        (' " ', []),
        ("???", []),
    ],
)
def test_search_matches_rows(index: sqlite3.Connection, text: str, rows: list[int]) -> None:
    assert ids(index, text) == rows


OPERATORS = (
    "title:queue",
    "^delivery",
    "NEAR(exactly once, 2)",
    "NEAR(",
    "queue*",
    "(queue",
    "queue)",
    "{title text} : queue",
    "- queue",
    "NOT",
    "AND",
    "OR OR OR",
    'exactly "once',
    'a"b"c',
    "'; DROP TABLE f; --",
    "queue\0late",
    "%_\\",
    "+",
    "-" * 300,
    '"' * 99,
    "a " * 5000,
    "\ud800",
)


@pytest.mark.parametrize("text", OPERATORS)
def test_punctuation_and_operators_raise_no_error(index: sqlite3.Connection, text: str) -> None:
    assert isinstance(ids(index, text), list)


def test_search_without_required_word_matches_nothing() -> None:
    assert [fts_expression(text) for text in ("", "-a", '"', "OR")] == [NO_MATCH] * 4


def test_long_search_is_cut() -> None:
    assert len(parse_search("word " * 500).clauses) == 12
    assert len(parse_search("x" * 500).terms[0]) == 40
