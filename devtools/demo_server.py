"""A loopback server that answers for the hosts of the demo: a Mastodon server and article pages."""

from __future__ import annotations

import asyncio
import ssl
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import trustme
from aiohttp import web

SOCIAL_HOST = "social.example"
HASHTAG = "DistributedSystems"
_DEMO = Path(__file__).with_name("demo.toml")
_FIRST_ID = 115_000_000_000_000_000


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One synthetic article and its shares, each (index of the person, age in days, comment)."""

    host: str
    path: str
    title: str
    author: str
    days: int
    text: str
    shares: tuple[tuple[int, int, str], ...]

    @property
    def url(self) -> str:
        """The URL of the article."""
        return f"https://{self.host}{self.path}"


@dataclass(frozen=True, slots=True)
class Demo:
    """The synthetic network; ages are in days before `now` (aware, UTC)."""

    people: tuple[str, ...]
    notes: tuple[tuple[int, int, str], ...]
    articles: tuple[DemoArticle, ...]
    now: datetime

    def statuses(self) -> list[dict[str, Any]]:
        """Return the Mastodon statuses of the demo, newest first."""
        shares = [(*share, article.url) for article in self.articles for share in article.shares]
        posts = sorted([*((*note, "") for note in self.notes), *shares], key=lambda post: -post[1])
        statuses = [self._status(number, *post) for number, post in enumerate(posts)]
        return statuses[::-1]

    def _status(self, number: int, person: int, days: int, text: str, link: str) -> dict[str, Any]:
        handle = self.people[person].split()[0].lower()
        anchor = f' <a href="{escape(link)}">{escape(link)}</a>' if link else ""
        tag_url = f"https://{SOCIAL_HOST}/tags/{HASHTAG}"
        created = self.now - timedelta(days=days, minutes=number * 7)
        return {
            "id": str(_FIRST_ID + number),
            "uri": f"https://{SOCIAL_HOST}/users/{handle}/statuses/{_FIRST_ID + number}",
            "url": f"https://{SOCIAL_HOST}/@{handle}/{_FIRST_ID + number}",
            "created_at": f"{created:%Y-%m-%dT%H:%M:%S}.000Z",
            "sensitive": False,
            "visibility": "public",
            "language": "en",
            "content": f'<p>{escape(text)}{anchor}</p><p><a href="{tag_url}">#{HASHTAG}</a></p>',
            "tags": [{"name": HASHTAG.lower(), "url": tag_url}],
            "account": {
                "id": str(person),
                "username": handle,
                "acct": handle,
                "display_name": self.people[person],
                "url": f"https://{SOCIAL_HOST}/@{handle}",
                "uri": f"https://{SOCIAL_HOST}/users/{handle}",
                "indexable": True,
            },
        }

    def page(self, article: DemoArticle) -> str:
        """Return the HTML page of an article."""
        published = self.now - timedelta(days=article.days)
        paragraphs = "".join(
            f"<p>{escape(part)}</p>" for part in article.text.strip().split("\n\n")
        )
        return (
            f'<!doctype html><html lang="en"><head><title>{escape(article.title)}</title>'
            f'<link rel="canonical" href="{article.url}"><meta name="author" '
            f'content="{escape(article.author)}"><meta property="article:published_time" '
            f'content="{published:%Y-%m-%dT%H:%M:%SZ}"></head><body><article>'
            f"<h1>{escape(article.title)}</h1>{paragraphs}</article></body></html>"
        )


@dataclass(frozen=True, slots=True)
class DemoServer:
    """Where the server listens on 127.0.0.1, and the certificate authority that it uses."""

    port: int
    ca_file: Path


def read_demo(now: datetime) -> Demo:
    """Return the network of demo.toml, dated relative to `now`."""
    table = tomllib.loads(_DEMO.read_text(encoding="utf-8"))
    articles = tuple(
        DemoArticle(**{**entry, "shares": tuple(map(tuple, entry["shares"]))})
        for entry in table["article"]
    )
    return Demo(tuple(table["people"]), tuple(map(tuple, table["notes"])), articles, now)


@contextmanager
def serve_demo(demo: Demo, folder: Path) -> Iterator[DemoServer]:
    """Serve `demo` on a free loopback port until the block ends, and yield the server.

    `folder` gets the file of the certificate authority.
    """
    ca_file = folder / "ca.pem"
    context = _tls_context(demo, ca_file)
    runner = web.AppRunner(_application(demo), access_log=None)

    with _event_loop_thread() as loop:
        asyncio.run_coroutine_threadsafe(_start(runner, context), loop).result(10)
        try:
            yield DemoServer(runner.addresses[0][1], ca_file)
        finally:
            asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)


def _tls_context(demo: Demo, ca_file: Path) -> ssl.SSLContext:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    hosts = {article.host for article in demo.articles} | {SOCIAL_HOST}
    authority.issue_cert(*sorted(hosts)).configure_cert(context)
    return context


@contextmanager
def _event_loop_thread() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _start(runner: web.AppRunner, context: ssl.SSLContext) -> None:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context, shutdown_timeout=0.1).start()


def _application(demo: Demo) -> web.Application:
    pages = {(article.host, article.path): demo.page(article) for article in demo.articles}

    async def respond(request: web.Request) -> web.Response:
        host = request.host.partition(":")[0]
        if host == SOCIAL_HOST and request.path.startswith("/api/v1/timelines/tag/"):
            return web.json_response(_timeline(demo.statuses(), request))
        if (page := pages.get((host, request.path))) is not None:
            return web.Response(text=page, content_type="text/html")
        return web.Response(status=404, text="Not found")

    application = web.Application()
    application.router.add_get("/{path:.*}", respond)
    return application


def _timeline(statuses: list[dict[str, Any]], request: web.Request) -> list[dict[str, Any]]:
    if "min_id" in request.query or "since_id" in request.query:
        return []
    oldest = int(request.query.get("max_id", _FIRST_ID * 2))
    older = [status for status in statuses if int(status["id"]) < oldest]
    return older


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)
