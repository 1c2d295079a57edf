"""Every kind of page of the explorer benchmark, over a small generated library."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from bench.explore import GOAL_SIZE
from bench.explore_pages import pages
from bench.explorer_library import create_library
from crawler.explorer.block_optional_imports import create_explorer
from crawler.explorer.worker_process import WorkerRequest, respond
from crawler.store.database import open_store
from crawler.store.public_snapshot import write_snapshot

ARTICLES = 300


def test_every_kind_of_page_is_found_and_small(tmp_path: Path) -> None:
    here = create_library(tmp_path / "library", ARTICLES)
    write_snapshot(open_store(here.database), here.public_database)
    with closing(sqlite3.connect(here.public_database)) as conn:
        assert conn.execute("SELECT count(*) FROM posts").fetchone()[0] > 2 * ARTICLES
        chosen = pages(conn)
    assert {page.group for page in chosen} >= {"front", "search", "table", "facet", "row", "query"}

    with asyncio.Runner() as runner:
        application = create_explorer(here).app()
        for page in chosen:
            path, _, query = page.paths[-1].partition("?")
            request = WorkerRequest(path, query, "http", "localhost")
            response = runner.run(respond(application, request))
            assert response.status == 200, page.paths[-1]
            assert len(response.body) <= GOAL_SIZE or page.group == "format", page.paths[-1]
