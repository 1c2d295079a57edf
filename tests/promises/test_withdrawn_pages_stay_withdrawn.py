"""Withdrawals of a page stay in force through checks, reextract, build and restore, until the page
ends them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from tests.promises.pages_world import CASINO, HOST, World, page, pages_world

START = datetime(2027, 1, 1, 2, tzinfo=UTC)
HEADER = {"X-Robots-Tag": "noindex, noarchive"}
META = '<meta name="robots" content="noarchive, nosnippet">'
PATHS = ["/steady", "/header", "/meta", "/hijacked", "/revalidated"]


def _revalidated(request: web.Request) -> web.Response:
    if request.headers.get("If-None-Match") == '"1"':
        headers = {"ETag": '"1"', "X-Robots-Tag": "noindex"}
        return web.Response(status=304, headers=headers)
    return page("Revalidated", ETag='"1"')


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two nights as published; then four pages change; then everything is extracted and built
    again.
    """
    with pages_world(tmp_path_factory.mktemp("withdrawn"), START, PATHS) as made:
        made.answers = {path: lambda request: page(request.path[1:].title()) for path in PATHS}
        made.answers["/revalidated"] = _revalidated
        made.night(1)
        made.command("backup")
        made.night(2)
        made.answers["/header"] = lambda request: page("Header", **HEADER)
        made.answers["/meta"] = lambda request: page("Meta", META)
        made.answers["/hijacked"] = lambda request: page("Casino online slot", text=CASINO)
        made.night(3)
        made.night(4)
        yield made


def directives(world: World, path: str) -> dict[str, Any]:
    return dict(json.loads(world.article(path)["directives"]))


def assert_withdrawn(world: World) -> None:
    assert directives(world, "/header")["noindex"]
    assert directives(world, "/header")["noarchive"]
    assert directives(world, "/meta")["nosnippet"]
    assert directives(world, "/revalidated")["noindex"]
    for path in ("/header", "/meta", "/revalidated"):
        row = world.article(path, public=True)
        assert (row["summary"], row["text"]) == ("", ""), path
        ids = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'renews'"
        assert row["id"] not in [found[0] for found in world.query(ids, public=True)]
    hijacked = world.article("/hijacked")
    assert (hijacked["title"], hijacked["state"]) == ("Hijacked", "hijacked")
    assert "lease of kind" in hijacked["text"]
    assert world.article("/steady", public=True)["summary"]


def test_withdrawal_is_applied_at_the_next_check(world: World) -> None:
    assert_withdrawn(world)


def test_noarchive_deletes_the_archive_records_of_the_page(world: World) -> None:
    assert not world.archived(f"https://{HOST}/header")
    assert not world.archived(f"https://{HOST}/meta")
    assert world.archived(f"https://{HOST}/steady")
    for path in ("/header", "/meta"):
        assert world.article(path)["archive_file"] is None


def test_reextract_does_not_end_a_withdrawal(world: World) -> None:
    before = dict(world.article("/hijacked"))
    result = world.command("reextract", "--json")
    assert result.exit_code == 0
    counts = json.loads(result.stdout)
    assert (counts["read"], counts["changed"], counts["missing"], counts["unarchived"]) == (
        3,
        0,
        0,
        2,
    )
    world.run("build", 4.1)
    assert_withdrawn(world)
    assert dict(world.article("/hijacked")) == before


def test_page_of_a_hijacked_article_links_its_archived_copy(world: World) -> None:
    row = world.article("/hijacked")
    assert row["archive_at"].startswith("2027-01-03")
    site = (world.folder / "site/public").resolve()
    (html,) = [path.read_text() for path in site.glob(f"article/{row['id']}-*.html")]
    assert f"<code>{row['archive_file']}</code>, offset {row['archive_offset']}." in html


def test_restored_older_backup_does_not_end_a_withdrawal(world: World) -> None:
    backups = sorted((world.folder / "data/state/backups").glob("hashtrail-*.db"))
    result = world.command("restore", str(backups[0]))
    assert result.exit_code == 0, result.output
    world.run("build", 4.2)
    for path in ("/header", "/meta", "/revalidated"):
        assert world.article(path, public=True)["summary"] == "", path


def test_only_the_page_itself_ends_its_withdrawal(world: World) -> None:
    world.answers["/header"] = lambda request: page("Header")
    world.answers["/hijacked"] = lambda request: page("Hijacked")
    world.night(5)
    assert not directives(world, "/header")["noindex"]
    assert world.article("/header", public=True)["summary"]
    assert world.article("/header")["archive_file"]
