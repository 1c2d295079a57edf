"""The search of the explorer over a real snapshot: first results, filters, order, hostile input."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest

from crawler.explorer.datasette_app import create_explorer
from crawler.explorer.search_request import read_search
from crawler.explorer.search_results import SearchResults, run_search
from crawler.explorer.search_rows import Places, result_rows
from crawler.explorer.search_spelling import differs_by_one, suggested_text
from crawler.search_expressions import parse_search
from crawler.workspace import Workspace
from tests.explorer.search_library import HOSTILE, search_library, search_workspace
from tests.sitegen.factory import Factory


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return search_workspace(tmp_path_factory.mktemp("kb"), search_library())


@pytest.fixture(scope="module")
def snapshot(workspace: Workspace) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(workspace.public_database)) as db:
        yield db


def results(db: sqlite3.Connection, query: str) -> SearchResults:
    """Return the results of the query string of a URL."""
    return run_search(db, read_search(parse_qsl(query, keep_blank_values=True)))


def titles(db: sqlite3.Connection, query: str) -> list[str]:
    """Return the titles of the first page of results, without marks."""
    hits = results(db, query).hits
    return [str(row.title.striptags()) for row in result_rows(db, hits, (), Places("/site/", "/"))]


def counts(db: sqlite3.Connection, query: str, facet: str) -> dict[str, int]:
    return {value.value: value.count for value in (results(db, query).facets or {})[facet]}


ADA = "Post by Ada Lovelock"
BASIL = "Post by Basil Brook"
FIRST = [
    ("leases", ["Leases", "Leases", "Leases explained"]),
    ("lease", ["Leases", "Leases", "Leases explained"]),
    ("LEASES", ["Leases", "Leases", "Leases explained"]),
    ("leases explained", ["Leases explained"]),
    ("leases -explained", ["Leases", "Leases", ADA]),
    ('leases -"are not"', ["Leases", "Leases", "Leases explained"]),
    ("leases OR gossip", ["Leases", "gossip protocol", "Leases explained"]),
    ("fencing", ["Leases", "Fencing tokens"]),
    ("event streaming", ["Event streaming"]),
    ("commit log", ["Event streaming"]),
    ("zephyrdb", ["Zephyrdb", "Leases explained", "Leases"]),
    ("acme freight", ["Acme Freight", "Fencing tokens"]),
    ("gossip protocol", ["gossip protocol", "Gossip in clusters"]),
    ("ada lovelock", ["Ada Lovelock", ADA]),
    ("basil.example", ["Basil Brook"]),
    ("muller", ["Fencing tokens"]),
    ("Zoë Müller", ["Fencing tokens"]),
    ("quorums", [BASIL]),
    ("quorum nothing", [BASIL]),
    ("exactly-once", ["Exactly-once delivery"]),
    ('"exactly once"', ["Exactly-once delivery"]),
    ("exactly once", ["Exactly-once delivery", "Deliver once more, exactly late"]),
    ("C#", ["Generics in C#"]),
    ("c++", ["Templates in C++", "Rings without locks"]),
    (".net", ["Modules of .NET", "Rings without locks"]),
    ("node.js", ["Streams of Node.js"]),
    ("io_uring", ["Asynchronous calls with io_uring"]),
    ("分布式", ["分布式系统的一致性"]),
    ("一致性", ["分布式系统的一致性"]),
    ("キャッシュ", ["キャッシュの設計"]),
    ("ｷｬｯｼｭ", ["キャッシュの設計"]),
    ("トランザクション", [BASIL]),
    ("file system", ["A ﬁle system on Ｚｅｐｈｙｒ"]),
    ("ﬁle zephyr", ["A ﬁle system on Ｚｅｐｈｙｒ"]),
    ("cache", ["Caching of sessions"]),
    ("nepheline", ["Rings without locks"]),
    ('"lock free"', []),
    ("papers.example", ["Leases explained"]),
    ("kafka streaming", ["Kafka at scale"]),
    ("secret sauce", []),
    ("obsidian", []),
    ("hidden page", []),
]


@pytest.mark.parametrize(("text", "expected"), FIRST)
def test_search_returns_best_documents_first(
    snapshot: sqlite3.Connection, text: str, expected: list[str]
) -> None:
    shown = titles(snapshot, urlencode({"q": text}))
    assert shown[: max(len(expected), 1)] == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=leases&type=article", ["Leases", "Leases explained"]),
        ("q=leases&type=article&kind=paper", ["Leases"]),
        ("q=leases&type=post", [ADA]),
        ("q=leases&type=topic&type=post", ["Leases", ADA]),
        ("q=leases&site=papers.example", ["Leases explained"]),
        ("q=leases&language=de", ["Leases"]),
        ("q=leases+kind:paper", ["Leases"]),
        ("q=leases+Site:papers.example", ["Leases explained"]),
        ('q=leases+topic:"nowhere"', []),
        ("q=lang:ja+type:article", ["キャッシュの設計"]),
        ("topic=leases&topic=streams", []),
        ("topic=streams", ["Kafka at scale", "Streams of Node.js"]),
        ("network=bluesky", ["Basil Brook", BASIL, BASIL]),
        ("year=2024", ["Templates in C++"]),
        ("year=2024&year=2025&sort=date", ["Generics in C#", "Templates in C++"]),
        ("language=ja&type=article", ["キャッシュの設計"]),
        ("q=leases&topic=nowhere", []),
        ("q=leases&page=2", []),
    ],
)
def test_filters_narrow_a_search(
    snapshot: sqlite3.Connection, query: str, expected: list[str]
) -> None:
    assert sorted(titles(snapshot, query)) == sorted(expected)


def test_facets_count_the_results(snapshot: sqlite3.Connection) -> None:
    assert counts(snapshot, "q=leases", "type") == {"article": 2, "topic": 1, "post": 1}
    assert counts(snapshot, "q=leases", "language") == {"de": 1, "en": 1}
    assert counts(snapshot, "q=leases&type=article", "kind") == {"article": 1, "paper": 1}
    assert counts(snapshot, "q=leases", "topic") == {"leases": 3}


def test_facet_with_a_selected_value_counts_its_other_values(
    snapshot: sqlite3.Connection,
) -> None:
    assert counts(snapshot, "q=leases&type=post", "type") == {"post": 1, "article": 2, "topic": 1}
    assert counts(snapshot, "year=2024", "year")["2025"] == 1


def test_sort_by_date_returns_newest_first(snapshot: sqlite3.Connection) -> None:
    days = [hit.day for hit in results(snapshot, "type=article&sort=date").hits]
    assert days == sorted(days, reverse=True)
    assert len(days) == 20


def test_common_word_is_counted_up_to_the_limit_and_sorted_by_month(
    snapshot: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.explorer.search_results.MAX_COUNTED", 5)
    limited = results(snapshot, "type=article&sort=date")
    assert (limited.count, limited.is_limited) == (5, True)
    days = [hit.day for hit in limited.hits]
    assert days == sorted(days, reverse=True)
    assert days[-1] == "2024-03-14"


def test_marks_cover_matching_forms_and_escape_markup(snapshot: sqlite3.Connection) -> None:
    search = "sharding caches"
    hits = results(snapshot, "q=sharding OR caches").hits
    rows = result_rows(snapshot, hits, parse_search(search).terms, Places("/site/", "/"))
    shown = "\n".join(f"{row.title} {row.snippet}" for row in rows)
    assert "<mark>Caching</mark> of sessions How <mark>caches</mark> expire." in shown
    assert "&lt;b onclick=alert(1)&gt;<mark>Sharding</mark> &amp;" in shown
    assert re.findall(r"<(?!/?mark>)", shown) == []


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("leesas", ""),
        ("leasse", "leases"),
        ("lesaes -x", "leases -x"),
        ("C#", ""),
    ],
)
def test_misspelled_word_is_corrected_by_one_letter(
    snapshot: sqlite3.Connection, text: str, suggestion: str
) -> None:
    assert suggested_text(snapshot, read_search([("q", text)])) == suggestion


def test_words_differ_by_one_letter() -> None:
    assert differs_by_one("queue", "qeuue")
    assert differs_by_one("raft", "rafts")
    assert differs_by_one("raft", "rift")
    assert not differs_by_one("raft", "rats")


async def ask(workspace: Workspace, *paths: str) -> list[httpx.Response]:
    explorer = create_explorer(workspace)
    await explorer.invoke_startup()
    return [await explorer.client.get(path) for path in paths]


def get(workspace: Workspace, *paths: str) -> list[httpx.Response]:
    """Return the responses to GETs, in order, from one explorer."""
    return asyncio.run(ask(workspace, *paths))


@pytest.mark.parametrize("query", ["", "?q=", "?q=+", "?page=2", "?sort=date"])
def test_blank_search_shows_what_can_be_searched(workspace: Workspace, query: str) -> None:
    (page,) = get(workspace, f"/search{query}")
    assert page.status_code == 200
    assert "Search in 30 documents" in page.text
    assert 'href="/search?type=article">Articles</a> <span class="number">20</span>' in page.text


def test_page_states_the_count_and_links_toggle_filters(workspace: Workspace) -> None:
    plain, filtered = get(workspace, "/search?q=leases", "/search?q=leases&type=post")
    assert "4 results for “leases”." in plain.text
    assert 'href="/search?q=leases&amp;type=post" rel="nofollow">Posts</a>' in plain.text
    assert "1 result for “leases”." in filtered.text
    assert 'href="/search?q=leases" rel="nofollow"><span class="unseen">Remove' in filtered.text
    assert 'name="type" value="post"' in filtered.text
    assert 'href="/public/posts/' in filtered.text
    assert 'href="/public/articles/1"' in filtered.text


def test_search_without_results_offers_next_steps(workspace: Workspace) -> None:
    misspelled, filtered = get(workspace, "/search?q=leasse", "/search?q=leases&kind=talk")
    assert 'Did you mean <a href="/search?q=leases">leases</a>?' in misspelled.text
    assert "No results for “leases”." in filtered.text
    assert 'href="/search?q=leases">Search without filters</a>' in filtered.text


HOSTILE_QUERIES = (
    HOSTILE,
    '"><script>alert(1)</script>',
    "NEAR(a b) {titles}: ^x*",
    '"unclosed',
    "' OR 1=1 --",
    "\\",
    "%00",
    "{{ 7*7 }}",
    "\u202eleases",
    "a" * 3000,
    "OR OR",
    "-",
    "()",
)


@pytest.mark.parametrize("text", HOSTILE_QUERIES)
def test_hostile_search_is_shown_as_text(workspace: Workspace, text: str) -> None:
    queries = [urlencode({"q": text}), urlencode({"q": "leases", "topic": text, "page": text})]
    for page in get(workspace, *(f"/search?{query}" for query in queries)):
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "<b onclick" not in page.text


@pytest.mark.parametrize(
    "query", ["q=a&q=b", "type=", "page=-1", "page=9999", "sort=x", "type=%00"]
)
def test_unusual_parameters_give_no_error(workspace: Workspace, query: str) -> None:
    (page,) = get(workspace, f"/search?{query}")
    assert page.status_code == (400 if "%00" in query else 200)


def test_table_search_uses_the_same_words(workspace: Workspace) -> None:
    paths = [
        "/public/articles.json?_shape=array&_search=%E5%88%86%E5%B8%83%E5%BC%8F",
        "/public/articles.json?_shape=array&_search=C%2B%2B",
        "/public/posts.json?_shape=array&_search=%E8%A7%A3%E8%AA%AC",
        "/public/articles.json?_shape=array&_search=%22%29",
    ]
    found = [[row["id"] for row in page.json()] for page in get(workspace, *paths)]
    assert [len(rows) for rows in found] == [1, 2, 1, 0]


def test_empty_library_has_no_documents(tmp_path: Path) -> None:
    here = search_workspace(tmp_path, Factory())
    blank, search, front = get(here, "/search", "/search?q=leases", "/")
    assert "no documents yet" in blank.text
    assert "No results for “leases”." in search.text
    assert "The snapshot has no articles and posts yet" in front.text


def test_index_rebuilds_no_text_and_has_nothing_hidden(workspace: Workspace) -> None:
    with closing(sqlite3.connect(workspace.public_database)) as db:
        db.execute("CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, search_fts, instance)")
        texts = db.execute("SELECT term FROM v WHERE col = 'texts' ORDER BY doc, offset").fetchall()
        stored = db.execute("SELECT count(*) FROM v WHERE term IN ('obsidian', 'sauc')").fetchone()
        rows = db.execute("SELECT names, titles, texts FROM search_fts LIMIT 1").fetchone()
    words = [term for (term,) in texts]
    start = words.index("a")
    article = words[start : words.index("the", start) + 1]
    assert article == sorted(set(article))
    assert stored == (0,)
    assert rows == (None, None, None)


@pytest.mark.parametrize("table", ["search_fts_data", "search_fts_idx", "search_fts_docsize"])
def test_shadow_tables_of_the_index_cannot_be_read(workspace: Workspace, table: str) -> None:
    page, sql = get(workspace, f"/public/{table}.json", f"/public.json?sql=select+*+from+{table}")
    assert page.status_code in (403, 404)
    assert sql.status_code == 400
