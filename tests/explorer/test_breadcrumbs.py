"""Breadcrumbs of the explorer: the way back from queries, SQL, search and rows."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from crawler.explorer.datasette_app import create_explorer
from tests.explorer.request_fuzz import sample_workspace


@pytest.mark.parametrize(
    ("path", "crumbs"),
    [
        ("/public/newest_articles", [("/", "Explorer"), ("/#queries", "Queries")]),
        ("/public?sql=select+1", [("/", "Explorer"), ("", "SQL")]),
        ("/search?q=lease", [("/", "Explorer"), ("", "Search")]),
        ("/public/articles", [("/", "Explorer"), ("/public", "Tables")]),
    ],
)
def test_breadcrumb_names_the_group_of_the_page(
    tmp_path: Path, path: str, crumbs: list[tuple[str, str]]
) -> None:
    async def respond() -> str:
        explorer = create_explorer(sample_workspace(tmp_path))
        await explorer.invoke_startup()
        return str((await explorer.client.get(path)).text)

    (items,) = re.findall(r'<ol class="crumbs">(.*?)</ol>', asyncio.run(respond()))
    links = re.findall(r'<li[^>]*>(?:<a href="([^"]*)">)?([^<]+)', items)
    assert links == crumbs
