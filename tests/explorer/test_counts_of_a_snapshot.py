"""Counts of tables and facets: read from statistics, and stored while the snapshot is the same."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from crawler.explorer.count_cache import MAX_ENTRIES, CountCache, count_key
from crawler.explorer.datasette_app import create_explorer
from crawler.explorer.row_counts import row_counts
from crawler.settings.all_settings import Settings
from crawler.workspace import Workspace
from tests.explorer.query_library import write_library
from tests.explorer.request_fuzz import sample_workspace

FACET = "select kind as value, count(*) as count from ( select * from t ) group by kind limit 31"


def test_row_counts_are_those_of_the_tables(tmp_path: Path) -> None:
    snapshot = write_library(tmp_path / "public.db")
    counts = row_counts(snapshot)
    with closing(sqlite3.connect(snapshot)) as conn:
        names = [
            name
            for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith("sqlite_")
        ]
        counted = {
            name: conn.execute(f"SELECT count(*) FROM [{name}]").fetchone()[0] for name in names
        }
    counted = {name: count for name, count in counted.items() if "_fts_" not in name}
    assert {name: counts[name] for name in counted} == counted
    assert counts["articles"] > 0 == counts["quarantined_posts"]


def test_file_without_statistics_has_no_row_counts(tmp_path: Path) -> None:
    assert row_counts(sample_workspace(tmp_path).public_database) == {}


@pytest.mark.parametrize("sql", [FACET, "select count(*) from articles ", f"\n  {FACET}"])
def test_counts_have_a_key_with_their_parameters(sql: str) -> None:
    assert count_key(sql, {"p0": "a"}) == count_key(sql, {"p0": "a"}) != count_key(sql, {"p0": "b"})
    assert count_key(sql, []) is not None


@pytest.mark.parametrize(
    ("sql", "params"),
    [
        ("select * from articles", {}),
        (FACET.replace("kind", "random()"), {}),
        (FACET.replace("from t", "from t where at > date('now')"), {}),
        (FACET, {"p0": "a" * 1000}),
    ],
)
def test_other_statements_have_no_key(sql: str, params: dict[str, str]) -> None:
    assert count_key(sql, params) is None


def test_facets_are_counted_once(tmp_path: Path) -> None:
    asyncio.run(_request_a_table_twice(tmp_path))


async def _request_a_table_twice(folder: Path) -> None:
    here = Workspace(folder, Settings())
    here.public_database.parent.mkdir(parents=True)
    write_library(here.public_database)
    explorer = create_explorer(here)
    await explorer.invoke_startup()
    database = explorer.get_database("public")
    statements: list[str] = []

    def record(conn: sqlite3.Connection) -> None:
        conn.set_trace_callback(statements.append)

    await database.execute_fn(record)
    pages = [await explorer.client.get("/public/article_list") for _ in range(2)]
    assert pages[0].status_code == pages[1].status_code == 200
    first, second = (re.sub(r"time: [0-9.]+", "", page.text) for page in pages)
    assert first == second
    facets = [sql for sql in statements if "kind as value" in sql]
    assert len(facets) == 1
    assert not [sql for sql in statements if "count(*) from article_list" in sql]


def test_cache_drops_the_oldest_result() -> None:
    cache = CountCache()
    keys = [count_key(f"select count(*) from t{number}", []) for number in range(MAX_ENTRIES + 1)]
    for key in keys:
        cache.put(key, _Result([(1,)]))
    assert cache.get(keys[0]) is None
    assert cache.get(keys[-1]) is not None


def test_large_result_is_not_stored() -> None:
    cache, key = CountCache(), count_key("select count(*) from t", [])
    cache.put(key, _Result([("a" * 1000,)]))
    assert cache.get(key) is None
    cache.put(key, _Result([(1,)] * 1000))
    assert cache.get(key) is None


class _Result:
    def __init__(self, rows: list[tuple[str | int, ...]]) -> None:
        self.rows = rows
