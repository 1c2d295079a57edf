"""Posts that their authors delete: one night publishes them, the next removes every trace.

A third night right after it makes no recheck requests.
"""

from __future__ import annotations

import asyncio
import gzip
import json
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

from crawler.cli.main import cli
from crawler.explorer.datasette_app import create_explorer
from crawler.nightly.run_command import run_command
from crawler.run_telemetry import RunLog
from crawler.workspace import open_workspace
from tests.internet import networks
from tests.internet.server import small_internet
from tests.promises.few_topics import copy_few_topics

SOURCES = f"""
{networks.MASTODON}
[[source]]
name = "Hacker News"
kind = "hackernews"
query = "distributed systems"
"""
SHARED, NOTE, STORY, LEFT = 3, 12, 41000002, 13
WORDS = ("Field note 3:", "Field note 12:", "Papers on distributed systems for juniors?")
STAYS = "Field note 13:"


@dataclass
class Networks:
    """The servers of the posts: the deleted posts, whether they fail, and the recheck requests."""

    deleted: set[int] = field(default_factory=set)
    broken: bool = False
    rechecks: Counter[str] = field(default_factory=Counter)

    async def mastodon(self, request: web.Request) -> web.Response:
        if self.broken:
            return web.Response(status=502, text="<h1>Bad Gateway</h1>", content_type="text/html")
        if request.path.startswith("/api/v1/statuses"):
            return self._statuses(request)
        if request.path == "/api/v2/instance":
            return web.json_response(networks.INSTANCE)
        page, headers = networks.timeline(dict(request.query))
        return web.json_response(
            [status for status in page if self._number(status["id"]) not in self.deleted],
            headers=headers,
        )

    def _statuses(self, request: web.Request) -> web.Response:
        self.rechecks[request.path] += 1
        if request.path == "/api/v1/statuses":
            numbers = [self._number(each) for each in request.query.getall("id[]")]
            return web.json_response(
                [networks.status(number) for number in numbers if number not in self.deleted]
            )
        number = self._number(request.path.rpartition("/")[2])
        return (
            web.json_response({"error": "Record not found"}, status=404)
            if number in self.deleted
            else web.json_response(networks.status(number))
        )

    async def search(self, request: web.Request) -> web.Response:
        found = networks.hn_search()
        return web.json_response(
            found
            | {"hits": [hit for hit in found["hits"] if int(hit["objectID"]) not in self.deleted]}
        )

    async def items(self, request: web.Request) -> web.Response:
        self.rechecks[request.path] += 1
        number = int(request.path.removeprefix("/v0/item/").removesuffix(".json"))
        item = {"id": number, "type": "story", "time": 1781700000}
        return web.json_response(
            item
            | (
                {"deleted": True}
                if number in self.deleted
                else {"by": "pat", "title": "A story", "score": 3}
            )
        )

    def _number(self, status_id: str) -> int:
        return int(status_id) - 114_000_000_000_000_000


@dataclass(frozen=True)
class NightState:
    """The state after one night.

    It has the counts, the files and tables that contain each word, the explorer's response to a
    search, the posts, and the requests so far.
    """

    counts: dict[str, int]
    files: dict[str, list[str]]
    tables: dict[str, list[str]]
    found: str
    posts: list[sqlite3.Row]
    requests: Counter[str]


@dataclass
class Nights:
    """The workspace and the state after each night. The clock is put forward between nights."""

    folder: Path
    net: Networks
    states: list[NightState] = field(default_factory=list)

    def night(self, after: timedelta) -> None:
        def now() -> datetime:
            return datetime.now(UTC) + after

        workspace = open_workspace(self.folder)
        with RunLog(workspace.logs, "nightly", now) as run_log:
            counts = run_command(workspace, "nightly", run_log, now).counts
        self.states.append(
            NightState(
                counts,
                {words: self._files(words) for words in (*WORDS, STAYS)},
                {words: self._tables(words) for words in (*WORDS, STAYS)},
                self.explorer(f"/public/posts.json?_shape=array&_search={quote('note 12')}"),
                self.query("SELECT * FROM posts ORDER BY id"),
                self.net.rechecks.copy(),
            )
        )

    def query(self, sql: str, *values: object, database: str = "hashtrail.db") -> list[sqlite3.Row]:
        with sqlite3.connect(self.folder / "data/state" / database) as db:
            return db.execute(sql, values).fetchall()

    def post(self, number: int) -> tuple[int, str]:
        """The id and the uri of a status."""
        ((post_id, uri),) = self.query(
            "SELECT id, uri FROM posts WHERE uri LIKE ?", f"%/statuses/{number}"
        )
        return post_id, uri

    def explorer(self, path: str) -> str:
        async def ask() -> str:
            explorer = create_explorer(open_workspace(self.folder))
            await explorer.invoke_startup()
            return (await explorer.client.get(path)).text

        return asyncio.run(ask())

    def command(self, *words: str) -> str:
        return (
            CliRunner()
            .invoke(cli, ["--workspace", str(self.folder), *words], catch_exceptions=False)
            .stdout
        )

    def _files(self, words: str) -> list[str]:
        """Every file of the site, the snapshot and the archive that holds these words."""
        site = sorted((self.folder / "site/public").resolve().rglob("*"))
        state = [
            self.folder / "data/state/public.db",
            *sorted((self.folder / "data/state/archive").glob("*.warc.gz")),
        ]
        return [
            path.name
            for path in (*site, *state)
            if path.is_file() and words.encode() in _content(path)
        ]

    def _tables(self, words: str) -> list[str]:
        """Every table of the database that holds these words in some column."""
        tables = [
            name
            for (name,) in self.query(
                "SELECT name FROM sqlite_master WHERE type = 'table' "
                "AND sql NOT LIKE 'CREATE VIRTUAL%'"
            )
        ]
        return [
            table
            for table in tables
            if any(words in str(row) for row in self.query(f"SELECT * FROM {table}"))
        ]


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """A night that publishes three posts; then they are deleted: a night on which Mastodon is out
    of order, one on which it is not, and one right after.
    """
    folder, net = tmp_path_factory.mktemp("kb"), Networks()
    hosts = {
        "hacker-news.firebaseio.com": net.items,
        "hn.algolia.com": net.search,
        networks.SERVER: net.mastodon,
    }
    with small_internet(tmp_path_factory.mktemp("ca"), hosts) as internet:
        (folder / "data").mkdir()
        copy_few_topics(folder / "data/topics")
        (folder / "data/sources.toml").write_text(SOURCES)
        settings = (
            f'connect_to = "127.0.0.1:{internet.port}"\nca_bundle = "{internet.ca_file}"\n'
            'allow_private = ["127.0.0.0/8"]\n'
        )
        (folder / "data/hashtrail.toml").write_text(
            f"[fetch]\n{settings}delay_seconds = 0.0\ntotal_seconds = 6.0\n"
        )
        nights = Nights(folder, net)
        nights.night(timedelta(0))
        net.deleted, net.broken = {SHARED, NOTE, STORY}, True
        nights.night(timedelta(days=1))
        net.broken = False
        nights.night(timedelta(days=2))
        nights.night(timedelta(days=2, minutes=5))
        yield nights


def test_first_night_publishes_the_posts_and_rechecks_nothing(nights: Nights) -> None:
    first = nights.states[0]
    assert (first.counts["posts_new"], first.counts["posts_rechecked"]) == (47, 0)
    assert all("public.db" in first.files[words] and first.tables[words] for words in WORDS)
    assert "Field note 12" in first.found


def test_failing_server_deletes_nothing_and_delays_no_other(
    nights: Nights,
) -> None:
    second = nights.states[1]
    assert (second.counts["posts_deleted"], second.counts["posts_rechecked"]) == (
        1,
        3,
    )  # the story; Mastodon returned no post
    assert [bool(second.files[words]) for words in WORDS] == [True, True, False]


def test_next_night_leaves_no_word_of_deleted_posts_in_files_rows_and_search(
    nights: Nights,
) -> None:
    third = nights.states[2]
    assert (
        third.counts["posts_deleted"],
        third.counts["posts_rechecked"],
        third.counts["posts_missing"],
    ) == (2, 44, 0)  # withheld posts are rechecked too
    assert {words: third.files[words] for words in WORDS} == {words: [] for words in WORDS}
    assert {words: third.tables[words] for words in WORDS} == {words: [] for words in WORDS}
    assert "Field note 12" not in third.found
    assert third.files[STAYS]
    assert (
        nights.query("SELECT text, author_id FROM posts WHERE deleted_at IS NOT NULL")
        == [("", None)] * 3
    )


def test_page_of_a_deleted_note_is_removed_and_not_linked(nights: Nights) -> None:
    note, _ = nights.post(NOTE)
    site = (nights.folder / "site/public").resolve()
    assert not (site / f"post/{note}.html").exists()
    assert not [
        path
        for path in site.rglob("*")
        if path.is_file() and f"post/{note}.html".encode() in path.read_bytes()
    ]
    assert (site / f"post/{nights.post(LEFT)[0]}.html").is_file()


def test_snapshot_and_explorer_have_no_row_of_deleted_posts(nights: Nights) -> None:
    ids = [nights.post(number)[0] for number in (NOTE, SHARED)]
    assert nights.query("SELECT 1 FROM posts WHERE id IN (?, ?)", *ids, database="public.db") == []
    assert (
        nights.query("SELECT 1 FROM shares WHERE post_id IN (?, ?)", *ids, database="public.db")
        == []
    )
    assert (
        nights.query(
            "SELECT 1 FROM posts_fts WHERE posts_fts MATCH '\"note 12\"'", database="public.db"
        )
        == []
    )
    assert "404" in nights.explorer(f"/public/posts/{ids[0]}")


def test_night_right_after_rechecks_nothing_and_changes_no_post(nights: Nights) -> None:
    third, fourth = nights.states[2:]
    assert (
        fourth.counts["posts_rechecked"],
        fourth.counts["posts_deleted"],
        fourth.counts["posts_new"],
    ) == (0, 0, 0)
    assert fourth.requests == third.requests
    assert fourth.posts == third.posts


def test_runs_article_and_post_record_the_deletion(nights: Nights) -> None:
    assert "2 deleted posts emptied" in nights.command("status")
    assert [
        run["counts"]["posts_deleted"]
        for run in json.loads(nights.command("status", "--json"))["runs"]
    ] == [0, 2, 1, 0]
    _, uri = nights.post(SHARED)
    assert f"{uri}, from Mastodon" in nights.command("explain", networks.FORGE)
    assert "reported it deleted" in nights.command("explain", uri)
    assert json.loads(nights.command("explain", uri, "--json"))["deleted_at"]
    assert json.loads(nights.command("verify", "--json"))["findings"] == []
