"""Posts that their authors delete: one night publishes them, the next leaves no word of them anywhere, and another right after it asks nothing."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp import web
from click.testing import CliRunner

from crawler import nightly
from crawler.cli.main import cli
from crawler.explorer.serve import make_explorer
from crawler.journal import Journal
from crawler.workspace import open_workspace
from tests.cli.test_bad_input import ROOT
from tests.internet import networks
from tests.internet.server import small_internet

SOURCES = f"""
[[source]]
name = "Mastodon"
kind = "mastodon"
server = "{networks.SERVER}"
hashtag = "DistributedSystems"

[[source]]
name = "Hacker News"
kind = "hackernews"
query = "distributed systems"
"""
SHARED, NOTE, STORY, LEFT = 3, 12, 41000002, 13
WORDS = ("Field note 3:", "Field note 12:", "Papers on distributed systems for juniors?")


@dataclass
class Networks:
    """The servers the posts come from: what was deleted there, whether they are out of order, and what they were asked about single posts."""

    deleted: set[int] = field(default_factory=set)
    broken: bool = False
    asked_again: Counter[str] = field(default_factory=Counter)

    async def mastodon(self, request: web.Request) -> web.Response:
        if self.broken:
            return web.Response(status=502, text="<h1>Bad Gateway</h1>", content_type="text/html")
        if request.path.startswith("/api/v1/statuses"):
            return self._statuses(request)
        if request.path == "/api/v2/instance":
            return web.json_response(networks.INSTANCE)
        page, headers = networks.timeline(dict(request.query))
        return web.json_response([status for status in page if self._number(status["id"]) not in self.deleted], headers=headers)

    def _statuses(self, request: web.Request) -> web.Response:
        self.asked_again[request.path] += 1
        if request.path == "/api/v1/statuses":
            numbers = [self._number(each) for each in request.query.getall("id[]")]
            return web.json_response([networks.status(number) for number in numbers if number not in self.deleted])
        number = self._number(request.path.rpartition("/")[2])
        return web.json_response({"error": "Record not found"}, status=404) if number in self.deleted else web.json_response(networks.status(number))

    async def search(self, request: web.Request) -> web.Response:
        found = networks.hn_search()
        return web.json_response(found | {"hits": [hit for hit in found["hits"] if int(hit["objectID"]) not in self.deleted]})

    async def items(self, request: web.Request) -> web.Response:
        self.asked_again[request.path] += 1
        number = int(request.path.removeprefix("/v0/item/").removesuffix(".json"))
        item = {"id": number, "type": "story", "time": 1781700000}
        return web.json_response(item | ({"deleted": True} if number in self.deleted else {"by": "pat", "title": "A story", "score": 3}))

    def _number(self, status_id: str) -> int:
        return int(status_id) - 114_000_000_000_000_000


@dataclass
class Kept:
    """The workspace, and its nights on a clock that the test puts forward."""

    folder: Path
    net: Networks

    def night(self, after: timedelta) -> dict[str, int]:
        def now() -> datetime:
            return datetime.now(UTC) + after

        workspace = open_workspace(self.folder)
        with Journal(workspace.logs, "nightly", now) as journal:
            return nightly.run(workspace, "nightly", journal, now).counts

    def query(self, sql: str, *values: object, database: str = "hashtrail.db") -> list[sqlite3.Row]:
        with sqlite3.connect(self.folder / "data/state" / database) as db:
            return db.execute(sql, values).fetchall()

    def holding(self, words: str) -> list[str]:
        """Every file of the site, the snapshot and the archive that holds these words."""
        site = sorted((self.folder / "site/public").resolve().rglob("*"))
        state = [self.folder / "data/state/public.db", *sorted((self.folder / "data/state/archive").glob("*.warc.gz"))]
        return [path.name for path in (*site, *state) if path.is_file() and words.encode() in _content(path)]

    def rows_holding(self, words: str) -> list[str]:
        """Every table of the database that holds these words in some column."""
        tables = [name for (name,) in self.query("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")]
        return [table for table in tables if any(words in str(row) for row in self.query(f"SELECT * FROM {table}"))]

    def explorer(self, path: str) -> str:
        async def ask() -> str:
            explorer = make_explorer(open_workspace(self.folder))
            await explorer.invoke_startup()
            return (await explorer.client.get(path)).text

        return asyncio.run(ask())

    def command(self, *words: str) -> str:
        return CliRunner().invoke(cli, ["--workspace", str(self.folder), *words], catch_exceptions=False).stdout


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """A night that publishes three posts, their deletion, a night on which the server is out of order, one on which it is not, and one right after."""
    folder, net = tmp_path_factory.mktemp("kb"), Networks()
    hosts = {"hacker-news.firebaseio.com": net.items, "hn.algolia.com": net.search, networks.SERVER: net.mastodon}
    with small_internet(tmp_path_factory.mktemp("ca"), hosts) as internet:
        (folder / "data").mkdir(exist_ok=True)
        shutil.copytree(ROOT / "data/topics", folder / "data/topics")
        (folder / "data/sources.toml").write_text(SOURCES)
        settings = f'connect_to = "127.0.0.1:{internet.port}"\nca_bundle = "{internet.ca_file}"\nallow_private = ["127.0.0.0/8"]\n'
        (folder / "data/hashtrail.toml").write_text(f"[fetch]\n{settings}delay_seconds = 0.0\ntotal_seconds = 6.0\n")
        yield Kept(folder, net)


def test_what_is_deleted_where_it_came_from_is_gone_the_night_after(kept: Kept) -> None:
    counts = kept.night(timedelta(0))
    assert (counts["posts_new"], counts["posts_rechecked"]) == (47, 0)
    assert all(kept.holding(words) and "posts" in kept.rows_holding(words) for words in WORDS)
    note, shared = (kept.query("SELECT id FROM posts WHERE uri LIKE ?", f"%/statuses/{number}")[0][0] for number in (NOTE, SHARED))
    assert (kept.folder / f"site/public/post/{note}.html").is_file()
    assert "Field note 12" in kept.explorer(f"/public/posts.json?_shape=array&_search={quote('note 12')}")

    kept.net.deleted, kept.net.broken = {SHARED, NOTE, STORY}, True
    counts = kept.night(timedelta(days=1))
    assert (counts["posts_deleted"], counts["posts_rechecked"]) == (1, 3)  # the story; Mastodon answered nothing
    assert [bool(kept.holding(words)) for words in WORDS] == [True, True, False]

    kept.net.broken = False
    counts = kept.night(timedelta(days=2))
    assert (counts["posts_deleted"], counts["posts_rechecked"], counts["posts_missing"]) == (2, 41, 0)  # three posts of an author who opted out hold no words
    assert [kept.holding(words) for words in WORDS] == [[], [], []]
    assert [kept.rows_holding(words) for words in WORDS] == [[], [], []]
    assert kept.holding(f"Field note {LEFT}:")
    assert not (kept.folder / f"site/public/post/{note}.html").exists()
    assert not kept.holding(f"post/{note}.html")
    assert kept.query("SELECT 1 FROM posts WHERE id IN (?, ?)", note, shared, database="public.db") == []
    assert kept.query("SELECT 1 FROM posts_fts WHERE posts_fts MATCH '\"note 12\"'", database="public.db") == []
    for path in (f"/public/posts.json?_shape=array&_search={quote('note 12')}", f"/public/posts/{note}", "/public/shares.json?_shape=array&_size=max"):
        assert not any(words in kept.explorer(path) for words in WORDS)
    assert kept.query("SELECT text, author_id FROM posts WHERE deleted_at IS NOT NULL") == [("", None)] * 3


def test_another_night_right_after_asks_nothing_and_changes_nothing(kept: Kept) -> None:
    before, rows = kept.net.asked_again.copy(), kept.query("SELECT * FROM posts ORDER BY id")
    counts = kept.night(timedelta(days=2, minutes=5))
    assert (counts["posts_rechecked"], counts["posts_deleted"], counts["posts_new"]) == (0, 0, 0)
    assert kept.net.asked_again == before
    assert kept.query("SELECT * FROM posts ORDER BY id") == rows


def test_the_run_the_article_and_the_post_say_what_happened(kept: Kept) -> None:
    assert "2 deleted posts emptied" in kept.command("status")
    assert [run["counts"]["posts_deleted"] for run in json.loads(kept.command("status", "--json"))["runs"]] == [0, 2, 1, 0]
    uri = kept.query("SELECT uri FROM posts WHERE uri LIKE ?", f"%/statuses/{SHARED}")[0][0]
    assert f"{uri}, from Mastodon" in kept.command("explain", networks.FORGE)
    assert "deleted there" in kept.command("explain", uri)
    assert json.loads(kept.command("explain", uri, "--json"))["deleted_at"]
    assert kept.command("verify", "--json").count('"check"') == 0
