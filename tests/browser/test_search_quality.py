"""Quality of the search: a floor for the first three results over the labelled corpus.

The script runs in Chromium, with all queries in one open page. Skips without the corpus.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.search_rig import SHARED, ask, labelled_library, write_search

pytestmark = pytest.mark.browser

FLOOR = 0.95
LEAST_QUERIES = 80
TABLE = Path(__file__).with_name("search_queries.tsv")


def read_table() -> list[tuple[str, list[str]]]:
    """The queries with the alternatives of the expected result."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [(query, expected.split("|")) for query, expected in rows]


def test_expected_result_is_among_first_three(browser: Browser, tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip("The labelled corpus is missing.")
    page = browser.new_page()
    page.goto(write_search(labelled_library(tmp_path), tmp_path / "site").as_uri())
    table = read_table()
    misses = []
    for query, expected in table:
        first = ask(page, query)[:3]
        if not any(result.shows(name) for result in first for name in expected):
            misses.append((query, [result.title for result in first]))
    page.close()
    assert len(table) >= LEAST_QUERIES
    assert 1 - len(misses) / len(table) >= FLOOR, misses
