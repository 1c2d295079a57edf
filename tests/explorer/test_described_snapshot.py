"""A snapshot in other programs: descriptions in the file, next to it, and in plain Datasette."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from datasette.app import Datasette

from crawler.explorer.datasette_app import create_explorer
from crawler.explorer.plain_metadata import plain_metadata, write_plain_metadata
from crawler.settings.all_settings import Settings
from crawler.store.table_meanings import table_meanings
from crawler.workspace import Workspace
from tests.explorer.query_library import write_library

MEANING = "Number of different authors of these posts."


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    here = Workspace(tmp_path_factory.mktemp("kb"), Settings())
    write_library(here.public_database)
    return here


def page(datasette: Datasette, path: str) -> str:
    """The text of a page."""

    async def request() -> str:
        await datasette.invoke_startup()
        response = await datasette.client.get(path)
        assert response.status_code == 200
        return response.text

    return asyncio.run(request())


def test_snapshot_describes_each_of_its_tables_and_columns(workspace: Workspace) -> None:
    db = sqlite3.connect(workspace.public_database)
    described = set(db.execute("SELECT table_name, column_name FROM schema_descriptions"))
    names = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
    for (table,) in db.execute(names).fetchall():
        if table.startswith("sqlite_") or "_fts_" in table:
            continue
        columns = [row[0] for row in db.execute("SELECT name FROM pragma_table_info(?)", [table])]
        assert {(table, name) for name in ("", *columns)} <= described, table
    db.close()


def test_sqlite_utils_reads_the_descriptions(workspace: Workspace) -> None:
    command = [sys.executable, "-m", "sqlite_utils", "rows", str(workspace.public_database)]
    options = ["schema_descriptions", "--where", "column_name = 'sharers'"]
    result = subprocess.run([*command, *options], capture_output=True, check=True, text=True)
    assert MEANING in {row["description"] for row in json.loads(result.stdout)}


def test_plain_datasette_shows_the_descriptions_of_the_file(workspace: Workspace) -> None:
    datasette = Datasette([str(workspace.public_database)])
    text = page(datasette, "/public/article_list")
    assert MEANING in text
    assert table_meanings()["article_list"].meaning in text


def test_plain_datasette_shows_cells_in_the_process_of_an_explorer(workspace: Workspace) -> None:
    explorer = create_explorer(workspace)
    title = sqlite3.connect(workspace.public_database).execute("SELECT max(title) FROM articles")
    (text,) = title.fetchone()
    for datasette in (explorer, Datasette([str(workspace.public_database)])):
        assert text in page(datasette, "/public/articles?_sort_desc=title")


def test_plain_datasette_describes_no_other_file(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "public.db").executescript("CREATE TABLE article_list (sharers)")
    assert MEANING not in page(Datasette([str(tmp_path / "public.db")]), "/public/article_list")


def test_metadata_file_describes_every_table_without_the_plugin(workspace: Workspace) -> None:
    write_plain_metadata(workspace)
    text = (workspace.public_database.parent / "public.metadata.json").read_text("utf-8")
    tables = json.loads(text)["databases"]["public"]["tables"]
    assert tables["article_list"]["columns"]["sharers"] == MEANING
    assert all(isinstance(facet, str) for t in tables.values() for facet in t.get("facets", ()))
    assert tables["search_fts"] == {"hidden": True}


def test_explorer_offers_the_metadata(workspace: Workspace) -> None:
    explorer = create_explorer(workspace)
    assert json.loads(page(explorer, "/metadata.json")) == plain_metadata(
        workspace.settings.site, "/site/"
    )
