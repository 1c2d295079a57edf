"""Rechecks of posts on networks that delete, edit, fail and return invalid responses.

Only the network is replaced by a function.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlite_utils import Database

from crawler.crawl.crawl_context import CrawlContext
from crawler.crawl.fetch_backend import FetchBackend
from crawler.crawl.recheck_posts import RecheckReport, recheck_posts
from crawler.crawl.run_budget import RunBudget
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Post
from crawler.run_telemetry import RunLog
from crawler.settings.all_settings import Settings
from crawler.settings.budget import BudgetSettings
from crawler.settings.fetch import FetchSettings
from crawler.sources.formats.mastodon_status import parse_status
from crawler.store.database import open_memory
from crawler.store.posts import save_posts
from crawler.workspace import Workspace

START = datetime(2026, 11, 1, 3, tzinfo=UTC)
DAY = timedelta(days=1)
SERVER = "https://social.example"
SOURCES = """
[[source]]
name = "HN"
kind = "hackernews"
query = "leases"

[[source]]
name = "Trail"
kind = "mastodon"
server = "social.example"
hashtag = "x"

[[source]]
name = "Feed"
kind = "feed"
url = "https://feed.example/"
"""
ALL = ("HN", "Trail", "Feed")


@dataclass
class Net:
    """The networks of the test: `lost` posts, responses `instead` of valid ones, requests."""

    lost: set[str] = field(default_factory=set)
    instead: Callable[[str], Response | Failure | None] = lambda url: None
    requests: Counter[str] = field(default_factory=Counter)

    async def fetch(self, task: FetchRequest) -> Response | Failure:
        self.requests[task.url] += 1
        return self.instead(task.url) or self.truth(task.url)

    def truth(self, url: str) -> Response | Failure:
        parts = urlsplit(url)
        if parts.netloc == "hacker-news.firebaseio.com":
            number = parts.path.removeprefix("/v0/item/").removesuffix(".json")
            return answer(
                url,
                {"id": int(number), "type": "story"}
                | ({"deleted": True} if number in self.lost else {"title": "Leases"}),
            )
        if parts.path == "/api/v2/instance":
            return answer(url, {"version": "4.5.1"})
        if parts.path == "/api/v1/statuses":
            return answer(
                url,
                [
                    status(number)
                    for number in parse_qs(parts.query)["id[]"]
                    if number not in self.lost
                ],
            )
        number = parts.path.rpartition("/")[2]
        return failure(url, 404) if number in self.lost else answer(url, status(number))


@dataclass
class RecheckRig:
    """A database with posts of two networks and a feed, and the nights that recheck them."""

    db: Database
    workspace: Workspace
    net: Net = field(default_factory=Net)
    nights: int = 0

    def night(self, day: float, sources: tuple[str, ...] = ALL) -> RecheckReport:
        self.nights += 1
        self.net.requests.clear()
        now = START + day * DAY
        with RunLog(self.workspace.logs, f"crawl{self.nights}", lambda: now) as run_log:
            reader = cast(FetchBackend, _Edge(self.net, _Here()))
            return asyncio.run(
                recheck_posts(
                    CrawlContext(
                        self.workspace,
                        self.db,
                        self.run(),
                        reader,
                        run_log,
                        lambda: now,
                        RunBudget(BudgetSettings(), self.workspace.state, lambda: now),
                    ),
                    sources,
                )
            )

    def run(self) -> int:
        return int(
            self.db.execute(
                "INSERT INTO runs (command, started) VALUES ('crawl', 'x') RETURNING id"
            ).fetchone()[0]
        )

    def texts(self) -> dict[str, str]:
        return dict(self.db.execute("SELECT uri, text FROM posts WHERE text <> ''").fetchall())

    def rows(self) -> list[Any]:
        return [
            self.db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ("posts", "links", "cards", "authors", "taggings")
        ]


@dataclass
class _Edge:
    fetcher: Net
    pool: _Here


class _Here:
    """A process pool that runs calls in this process."""

    async def call(
        self,
        function: Callable[[Any], Any],
        argument: Any,
        seconds: float,
        *,
        url: str = "",
        stage: str = "",
    ) -> Any:
        return function(argument)


def answer(url: str, value: Any) -> Response:
    return Response(
        url, url, 200, (), value if isinstance(value, bytes) else json.dumps(value).encode(), START
    )


def failure(url: str, code: int | None, outcome: Outcome = Outcome.CLIENT_ERROR) -> Failure:
    return Failure(url, "fetch", outcome, "refused", status=code)


def status(number: str) -> dict[str, Any]:
    account = {"acct": "ada", "display_name": "Ada", "indexable": True, "url": f"{SERVER}/@ada"}
    return {
        "id": number,
        "uri": f"{SERVER}/users/ada/statuses/{number}",
        "created_at": "2026-11-01T03:00:00Z",
        "visibility": "public",
        "content": f"<p>Words {number}</p>",
        "account": account,
    }


def toot(number: int, account: dict[str, Any] | None = None) -> Post:
    """The post as the server showed it."""
    page = f"{SERVER}/api/v1/timelines/tag/x?limit=40"
    shown = status(str(number)) | ({"account": account} if account else {})
    post = parse_status(shown, "social.example", "considerate", answer(page, []))
    assert post
    return post


def story(number: int) -> Post:
    return Post("hackernews", f"hackernews:{number}", f"Leases {number}", published=START)


@pytest.fixture
def rig(tmp_path: Path) -> RecheckRig:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/sources.toml").write_text(SOURCES)
    rig = RecheckRig(
        open_memory(), Workspace(tmp_path, Settings(fetch=FetchSettings(per_host_nightly=10)))
    )
    save_posts(rig.db, "Trail", [toot(number) for number in range(1, 7)], START)
    save_posts(rig.db, "HN", [story(number) for number in range(71, 74)], START)
    save_posts(rig.db, "Feed", [Post("feed", "feed:a#1", "An entry", published=START)], START)
    return rig


def test_post_deleted_at_its_network_loses_its_text_and_the_others_stay(rig: RecheckRig) -> None:
    rig.net.lost = {"2", "72"}
    assert rig.night(1) == RecheckReport(asked=9, deleted=2)
    assert set(rig.texts()) == {
        *(toot(n).uri for n in (1, 3, 4, 5, 6)),
        "hackernews:71",
        "hackernews:73",
        "feed:a#1",
    }
    gone = rig.db.execute(
        "SELECT uri, deleted_at FROM posts WHERE deleted_at IS NOT NULL ORDER BY id"
    ).fetchall()
    assert gone == [
        (toot(2).uri, "2026-11-02T03:00:00Z"),
        ("hackernews:72", "2026-11-02T03:00:00Z"),
    ]


def test_new_post_and_rechecked_post_are_not_rechecked_the_same_night(rig: RecheckRig) -> None:
    assert rig.night(0.1) == RecheckReport()
    rig.night(1)
    assert max(rig.net.requests.values()) == 1
    before = rig.rows()
    assert rig.night(1.01) == RecheckReport()
    assert not rig.net.requests
    assert rig.rows() == before


def test_recheck_without_a_change_writes_only_its_time(rig: RecheckRig) -> None:
    before = rig.db.execute(
        "SELECT uri, text, content_hash, annotated, edited FROM posts"
    ).fetchall()
    assert rig.night(1) == RecheckReport(asked=9)
    assert (
        rig.db.execute("SELECT uri, text, content_hash, annotated, edited FROM posts").fetchall()
        == before
    )
    assert rig.db.execute(
        "SELECT DISTINCT last_checked, next_check FROM posts WHERE source <> 'Feed'"
    ).fetchall() == [("2026-11-02T03:00:00Z", "2026-11-03T01:00:00Z")]


def test_old_posts_are_rechecked_once_a_month(rig: RecheckRig) -> None:
    rig.night(31)
    assert rig.night(32) == RecheckReport()
    assert rig.night(60) == RecheckReport()
    assert rig.night(62) == RecheckReport(asked=9)


@pytest.mark.parametrize(
    "instead",
    [
        lambda url: failure(url, 500, Outcome.SERVER_ERROR),
        lambda url: failure(url, 503, Outcome.SERVER_ERROR),
        lambda url: failure(url, 401, Outcome.FORBIDDEN),
        lambda url: failure(url, 403, Outcome.FORBIDDEN),
        lambda url: failure(url, 429, Outcome.RATE_LIMITED),
        lambda url: failure(url, None, Outcome.TIMEOUT),
        lambda url: failure(url, None, Outcome.DNS),
        lambda url: failure(url, 404),
        lambda url: failure(url, 410, Outcome.GONE),
        lambda url: answer(url, b"<html>Just a moment...</html>"),
        lambda url: answer(url, b"[]"),
        lambda url: answer(url, b""),
        lambda url: answer(url, {"error": "This API requires an authenticated user"}),
    ],
)
def test_server_with_only_failed_or_invalid_responses_deletes_nothing_on_any_night(
    rig: RecheckRig, instead: Callable[[str], Any]
) -> None:
    rig.net.instead = instead
    before = rig.texts()
    for day in range(1, 5):
        report = rig.night(day)
        assert (report.asked, report.deleted) == (0, 0)
        assert sum(count for url, count in rig.net.requests.items() if SERVER in url) <= 10
    assert rig.texts() == before


def test_posts_all_missing_at_a_network_are_deleted_on_the_second_night(rig: RecheckRig) -> None:
    save_posts(rig.db, "HN", [story(74)], START)
    rig.net.instead = lambda url: answer(url, None) if "firebaseio" in url else None
    assert rig.night(1, ("HN",)) == RecheckReport(asked=4, missing=4)
    rig.net.instead = lambda url: None
    assert rig.night(2, ("HN",)) == RecheckReport(asked=4)
    assert not rig.db.execute("SELECT 1 FROM posts WHERE missing_since IS NOT NULL").fetchall()
    rig.net.lost = {"71", "72", "73", "74"}
    assert rig.night(3, ("HN",)) == RecheckReport(asked=4, missing=4)
    assert rig.night(4, ("HN",)) == RecheckReport(asked=4, deleted=4)


def test_edit_is_applied_under_its_source_and_opt_out_withdraws_the_post(rig: RecheckRig) -> None:
    edited = status("1") | {
        "content": "<p>Better words</p>",
        "edited_at": "2026-11-01T20:00:00.000Z",
    }
    open_bo = {"acct": "bo", "indexable": True}
    save_posts(rig.db, "Trail", [toot(7, open_bo)], START)
    quiet = status("7") | {"account": open_bo | {"indexable": False}}
    others = [status(str(number)) for number in range(2, 7)]
    rig.net.instead = lambda url: (
        answer(url, [edited, quiet, *others]) if "statuses?" in url else None
    )
    assert rig.night(1, ("Trail",)) == RecheckReport(asked=7, edited=2)
    assert rig.texts()[toot(1).uri] == "Better words"
    assert toot(7).uri not in rig.texts()
    assert rig.night(2, ("Trail",)) == RecheckReport(asked=7)


def test_posts_of_a_source_that_was_not_polled_are_not_rechecked(rig: RecheckRig) -> None:
    assert rig.night(1, ("Trail",)) == RecheckReport(asked=6)
    assert {urlsplit(url).netloc for url in rig.net.requests} == {"social.example"}


def test_request_limit_of_a_night_leaves_the_other_posts_to_the_next_night(rig: RecheckRig) -> None:
    save_posts(rig.db, "HN", [story(number) for number in range(80, 100)], START)
    seen = set[str]()
    for day, expected in ((1, 10), (1.2, 10), (1.4, 3), (1.6, 0)):
        assert replace(rig.night(day, ("HN",)), backlog=0) == RecheckReport(asked=expected)
        assert not seen & set(rig.net.requests)
        seen |= set(rig.net.requests)
    assert len(seen) == 23


def test_server_without_batch_requests_gets_a_few_rechecks_every_night(rig: RecheckRig) -> None:
    save_posts(rig.db, "Trail", [toot(number) for number in range(7, 16)], START)
    rig.net.instead = lambda url: failure(url, 404) if "statuses?" in url else None
    rig.net.lost = {"1", "2", "15"}
    assert replace(rig.night(1, ("Trail",)), backlog=0) == RecheckReport(asked=8, deleted=2)
    assert rig.net.requests.total() == 10
    assert rig.night(1.1, ("Trail",)) == RecheckReport(asked=7, deleted=1)


def test_item_that_always_fails_does_not_stop_rechecks_of_the_others(
    rig: RecheckRig,
) -> None:
    rig.net.instead = lambda url: failure(url, 500, Outcome.SERVER_ERROR) if "/71." in url else None
    rig.net.lost = {"73"}
    assert rig.night(1, ("HN",)) == RecheckReport(asked=2, deleted=1)
    assert rig.db.execute(
        "SELECT last_checked, next_check FROM posts WHERE uri = 'hackernews:71'"
    ).fetchone() == (None, "2026-11-03T01:00:00Z")


def test_source_with_three_failures_gets_no_more_rechecks_that_night(rig: RecheckRig) -> None:
    save_posts(rig.db, "HN", [story(number) for number in range(80, 90)], START)
    rig.net.instead = lambda url: failure(url, 500, Outcome.SERVER_ERROR)
    rig.night(1, ("HN",))
    assert rig.net.requests.total() == 3


def test_post_that_a_source_returns_again_is_rechecked_the_same_night(rig: RecheckRig) -> None:
    rig.net.lost = {"2"}
    rig.night(1)
    save_posts(rig.db, "Trail", [toot(2)], START + 2 * DAY)
    assert toot(2).uri in rig.texts()
    assert rig.night(2).deleted == 1
    assert toot(2).uri not in rig.texts()


def test_fetch_records_do_not_list_the_rechecked_posts(rig: RecheckRig) -> None:
    rig.net.lost = {"2", "72"}
    rig.night(1)
    assert {url for (url,) in rig.db.execute("SELECT url FROM fetches")} == {
        f"{SERVER}/",
        "https://hacker-news.firebaseio.com/",
    }


def test_post_without_a_recheck_request_waits_a_month_and_delays_no_other(rig: RecheckRig) -> None:
    save_posts(
        rig.db,
        "Trail",
        [Post("mastodon", "https://far.example/1", "Words", published=START)],
        START,
    )
    assert rig.night(1, ("Trail",)).asked == 6
    assert rig.db.execute(
        "SELECT last_checked, next_check FROM posts WHERE uri = 'https://far.example/1'"
    ).fetchone() == (None, "2026-12-03T03:00:00Z")
