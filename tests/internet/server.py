"""A small internet: one loopback TLS server for every host of the end-to-end test."""

from __future__ import annotations

import asyncio
import gzip
import json
import ssl
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import trustme
from aiohttp import web

from tests.internet import networks

PAGES = Path(__file__).parent / "pages"
HOSTS = [
    "bit.ly",
    "www.infoq.com",
    "engineeringatscale.substack.com",
    "dev.to",
    "github.com",
    "blog.apnic.net",
    networks.SERVER,
    "hn.algolia.com",
    "stalled.example",
    "loop.example",
    "bomb.example",
    "inside.example",
    "closed.example",
    "gone.example",
    "guarded.example",
    "dead-feed.example",
]
REDIRECTS = {
    ("bit.ly", "/4eGoEB2"): networks.FORGE + "?utm_source=linkedin&utm_campaign=infoq20",
    (
        "bit.ly",
        "/3Sgw4Rb",
    ): "https://www.infoq.com/minibooks/cell-based-architecture-guide/?topicPageSponsorship=none",
    ("loop.example", "/a"): "https://loop.example/b",
    ("loop.example", "/b"): "https://loop.example/a",
    ("inside.example", "/metadata"): "https://169.254.169.254/latest/meta-data/",
}
DOCUMENTS = {
    ("www.infoq.com", "/news/2026/06/forge-billing-architecture/"): "infoq-forge.html",
    ("www.infoq.com", "/minibooks/cell-based-architecture-guide/"): "infoq-cells.html",
    (
        "engineeringatscale.substack.com",
        "/p/cache-stampede-distributed-locking",
    ): "substack-stampede.html",
    ("dev.to", networks.PGRAC.removeprefix("https://dev.to")): "dev-pgrac.html",
    ("github.com", "/sqlrush/pgrac"): "github-pgrac.html",
    (
        "blog.apnic.net",
        "/2026/06/05/21-years-and-counting-of-eight-fallacies-of-distributed-computing/",
    ): "apnic-fallacies.html",
}
ROBOTS = {
    "closed.example": "User-agent: *\nDisallow: /private/\n",
    "github.com": "User-agent: *\nDisallow: /*/tree/\nCrawl-delay: 1\n",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Internet:
    """Where it listens, whom to trust, which hosts there are besides; `requests[host, path]` counts
    requests, `most_at_once[host]` those in flight.
    """

    port: int
    ca_file: Path
    more: Mapping[str, Handler]
    requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    agents: set[str] = field(default_factory=set)
    in_flight: Counter[str] = field(default_factory=Counter)
    most_at_once: Counter[str] = field(default_factory=Counter)


@contextmanager
def small_internet(folder: Path, more: Mapping[str, Handler] | None = None) -> Iterator[Internet]:
    """Serve on a free loopback port in a thread until the block ends.

    `more` hosts answer every path but robots.txt by their own handler.
    """
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS, *(more or {})).configure_cert(context)
    internet = Internet(0, folder / "ca.pem", more or {})
    loop, ready, done = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        runner = web.AppRunner(_application(internet), access_log=None, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context, shutdown_timeout=0.1)
        await site.start()
        internet.port = runner.addresses[0][1]
        ready.set()
        await done.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield internet
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()


def _application(internet: Internet) -> web.Application:
    async def answer(request: web.Request) -> web.StreamResponse:
        host = request.host.partition(":")[0]
        internet.requests[host, request.path] += 1
        internet.agents.add(request.headers.get("User-Agent", ""))
        internet.in_flight[host] += 1
        internet.most_at_once[host] = max(internet.most_at_once[host], internet.in_flight[host])
        try:
            if host in internet.more and request.path != "/robots.txt":
                return await internet.more[host](request)
            return await _answer(host, request)
        finally:
            internet.in_flight[host] -= 1

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    return application


async def _answer(host: str, request: web.Request) -> web.StreamResponse:
    if request.path == "/robots.txt":
        return web.Response(text=ROBOTS[host]) if host in ROBOTS else web.Response(status=404)
    if location := REDIRECTS.get((host, request.path)):
        return web.Response(status=301, headers={"Location": location})
    if document := DOCUMENTS.get((host, request.path)):
        return _document(request, document)
    if handler := _SPECIAL.get((host, request.path.lower())):
        return await handler(request)
    if (
        host == "dev.to"
        and request.path.startswith("/api/articles/")
        and (article := networks.dev_article(request.path.removeprefix("/api/articles/")))
    ):
        return web.json_response(article)
    return web.Response(status=404, text="<h1>Not here</h1>", content_type="text/html")


def _document(request: web.Request, name: str) -> web.Response:
    etag = f'W/"{name}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    return web.Response(
        body=(PAGES / name).read_bytes(),
        content_type="text/html",
        charset="utf-8",
        headers={"ETag": etag},
    )


async def _feed(request: web.Request) -> web.Response:
    text = networks.APNIC_FEED if request.host.startswith("blog.apnic.net") else networks.DEV_FEED
    if request.headers.get("If-None-Match") == '"feed-1"':
        return web.Response(status=304, headers={"ETag": '"feed-1"'})
    return web.Response(text=text, content_type="application/rss+xml", headers={"ETag": '"feed-1"'})


async def _timeline(request: web.Request) -> web.Response:
    statuses, headers = networks.timeline(dict(request.query))
    return web.Response(text=json.dumps(statuses), content_type="application/json", headers=headers)


async def never_answers(request: web.Request) -> web.Response:
    """Answer after the time limit of every client; only tests of timeouts serve it."""
    await asyncio.sleep(60)
    return web.Response()


async def _bomb(request: web.Request) -> web.Response:
    return web.Response(
        body=gzip.compress(bytes(60_000_000), 9),
        headers={"Content-Encoding": "gzip", "Content-Type": "text/html"},
    )


async def _challenge(request: web.Request) -> web.Response:
    page = (
        "<html><head><title>Just a moment...</title></head><body>"
        "<noscript>Enable JavaScript and cookies to continue</noscript></body></html>"
    )
    return web.Response(
        status=403,
        text=page,
        content_type="text/html",
        headers={"cf-mitigated": "challenge", "Server": "cloudflare"},
    )


async def _status(request: web.Request, code: int) -> web.Response:
    return web.Response(status=code, text="<h1>…</h1>", content_type="text/html")


_SPECIAL: dict[tuple[str, str], Handler] = {
    ("blog.apnic.net", "/feed/"): _feed,
    ("bomb.example", "/zeros"): _bomb,
    ("dead-feed.example", "/rss"): lambda request: _status(request, 500),
    ("dev.to", "/feed/tag/distributedsystems"): _feed,
    ("gone.example", "/removed"): lambda request: _status(request, 410),
    ("guarded.example", "/challenge"): _challenge,
    ("hn.algolia.com", "/api/v1/search_by_date"): lambda request: _json(networks.hn_search()),
    (networks.SERVER, "/api/v1/timelines/tag/distributedsystems"): _timeline,
    (networks.SERVER, "/api/v2/instance"): lambda request: _json(networks.INSTANCE),
}


async def _json(value: object) -> web.Response:
    return web.json_response(value)
