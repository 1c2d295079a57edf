"""The small internet of a simulated year: feeds and articles on one loopback server."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from aiohttp import web

from bench.year_plan import YearPlan

STEADY, MOVING, STOPPED = ("steady", "second", "weekly", "flaky"), "moving", "stopped"
MOVED_TO = "moved-to"
NAMES = (*STEADY, MOVING, STOPPED)
_DAYS_BETWEEN = {"steady": 1, "weekly": 7}
_OTHER_DAYS_BETWEEN = 4
_LISTED_ENTRIES = 40
_VANISHING = 10  # one article in so many
_START_SECONDS = 10.0
SUBJECTS = (
    "Consistent hashing",
    "Raft leader election",
    "Cache invalidation",
    "Idempotent retries",
    "Distributed tracing",
    "Write-ahead logging",
    "Service discovery",
    "Load shedding",
)
_WORDS = [
    "quorum",
    "replica",
    "shard",
    "leader",
    "follower",
    "snapshot",
    "journal",
    "clock",
    "vector",
    "token",
    "fence",
    "epoch",
    "partition",
    "gossip",
    "broker",
    "offset",
    "batch",
    "stream",
    "index",
    "cache",
    "page",
    "segment",
    "merge",
    "compaction",
    "tree",
    "hash",
    "ring",
    "router",
    "proxy",
    "circuit",
    "timeout",
    "retry",
    "backoff",
    "queue",
    "worker",
    "scheduler",
    "region",
    "zone",
]


@dataclass(slots=True)
class YearWorld:
    """The state of all hosts in the night `day`; `start` is the time of the first night."""

    plan: YearPlan
    start: datetime
    day: int = 0
    port: int = 0

    def published(self, name: str, day: int) -> list[int]:
        """Return the days up to `day` on which the feed `name` published an article."""
        step = _DAYS_BETWEEN.get(name, _OTHER_DAYS_BETWEEN)
        last = min(day, self.plan.stopped - 1) if name == STOPPED else day
        return list(range(0, last + 1, step))

    def exists(self, name: str, number: int, day: int) -> bool:
        """Whether article `number` of the feed `name` is still online on `day`."""
        vanishes = (number + len(name)) % _VANISHING == 0
        return not vanishes or day < number + self.plan.article_days

    async def respond(self, request: web.Request) -> web.Response:
        """Return the response of the host that the `request` names."""
        name = request.host.partition(".")[0]
        if request.path == "/robots.txt":
            return web.Response(status=404)
        if request.path == "/feed.xml":
            return self._feed_response(name)
        number = request.path.removeprefix("/article-")
        feed = MOVING if name == MOVED_TO else name
        if number.isdecimal() and self.exists(feed, int(number), self.day):
            return web.Response(text=_article(feed, int(number)), content_type="text/html")
        return web.Response(status=410)

    def _feed_response(self, name: str) -> web.Response:
        plan, day = self.plan, self.day
        if name == "flaky" and day in plan.server_errors:
            return web.Response(status=503)
        if name == STOPPED and day >= plan.stopped:
            return web.Response(status=410)
        if name == MOVING and day >= plan.moved:
            gone = day >= plan.old_url_gone
            target = {"Location": f"https://{MOVED_TO}.example/feed.xml"}
            return web.Response(status=404) if gone else web.Response(status=301, headers=target)
        feed = MOVING if name == MOVED_TO else name
        return web.Response(text=self._feed(feed), content_type="application/rss+xml")

    def _feed(self, name: str) -> str:
        numbers = self.published(name, self.day)[-_LISTED_ENTRIES:]
        items = "".join(self._item(name, number) for number in reversed(numbers))
        return f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'

    def _item(self, name: str, number: int) -> str:
        link = f"https://{name}.example/article-{number}"
        at = format_datetime(self.start + timedelta(days=number, hours=-3))
        return (
            f"<item><title>{escape(_title(name, number))}</title><link>{link}</link>"
            f"<guid>{link}</guid><pubDate>{at}</pubDate></item>"
        )


def _title(name: str, number: int) -> str:
    return f"{SUBJECTS[(number + len(name)) % len(SUBJECTS)]} at {name}, part {number}"


def _article(name: str, number: int) -> str:
    chosen = random.Random(f"{name} {number}")
    paragraphs = "".join(
        f"<p>{SUBJECTS[number % len(SUBJECTS)]} {n} renews the "
        f"{' '.join(chosen.choices(_WORDS, k=14))} of a cluster.</p>"
        for n in range(12)
    )
    title = escape(_title(name, number))
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )


@contextmanager
def serve_world(world: YearWorld) -> Iterator[YearWorld]:
    """Serve `world` on a free port of 127.0.0.1 until the block ends. Yields it with its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    application = web.Application()
    application.router.add_route("GET", "/{path:.*}", world.respond)
    runner = web.AppRunner(application, access_log=None)
    try:
        asyncio.run_coroutine_threadsafe(_listen(runner), loop).result(_START_SECONDS)
        world.port = runner.addresses[0][1]
        yield world
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(_START_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_START_SECONDS)
        loop.close()


async def _listen(runner: web.AppRunner) -> None:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, shutdown_timeout=0.1).start()
