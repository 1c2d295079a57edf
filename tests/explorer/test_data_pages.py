"""The licence of the data as page and file, and the schema as SQL."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from crawler.explorer.datasette_app import create_explorer
from crawler.explorer.sql_limits import is_shadow_table
from crawler.settings.site import SiteSettings
from crawler.workspace import Workspace
from tests.explorer.request_fuzz import sample_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    here = sample_workspace(tmp_path_factory.mktemp("data"))
    site = SiteSettings(title="Trail <b>", contact="ops@trail.example")
    return replace(here, settings=replace(here.settings, site=site))


def get(here: Workspace, path: str) -> httpx.Response:
    async def respond() -> httpx.Response:
        explorer = create_explorer(here)
        await explorer.invoke_startup()
        return await explorer.client.get(path)

    return asyncio.run(respond())


def test_licence_names_the_compilation_the_authors_and_the_contact(workspace: Workspace) -> None:
    page, file = get(workspace, "/licence"), get(workspace, "/licence.txt")
    assert (page.status_code, file.status_code) == (200, 200)
    assert file.headers["content-type"].startswith("text/plain")
    for text in ("belong to their authors", "CC BY 4.0", "ai-train=no", "ops@trail.example"):
        assert text in page.text, text
        assert text in " ".join(file.text.split()), text
    assert "Licence of the data of Trail <b>" in file.text
    assert "Trail <b>" not in page.text
    assert max(map(len, file.text.splitlines())) <= 80


def test_front_page_links_to_snapshot_schema_and_licence(workspace: Workspace) -> None:
    text = get(workspace, "/").text
    for path in ("/public.db", "/schema.sql", "/licence", "/licence.txt"):
        assert f'href="{path}"' in text, path


def test_schema_creates_an_empty_copy_of_the_snapshot(workspace: Workspace, tmp_path: Path) -> None:
    names = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY 1, 2"
    with (
        closing(sqlite3.connect(workspace.public_database)) as snapshot,
        closing(sqlite3.connect(tmp_path / "copy.db")) as copy,
    ):
        copy.executescript(get(workspace, "/schema.sql").text)
        assert copy.execute(names).fetchall() == snapshot.execute(names).fetchall()
        assert any(is_shadow_table(name) for _, name in copy.execute(names))
