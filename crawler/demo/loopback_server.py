"""A loopback server that responds for every host of the fictional network, without TLS."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from crawler.demo import (
    bluesky_responses,
    devto_responses,
    hackernews_responses,
    publisher_responses,
)
from crawler.demo.fictional_network import FictionalNetwork, FixedResponse
from crawler.demo.mastodon_responses import MastodonServer

_LOOPBACK = "127.0.0.1"
_START_SECONDS = 10


@dataclass(slots=True)
class LoopbackServer:
    """The server of a `network`; `number` is that of the run whose state it shows."""

    network: FictionalNetwork
    port: int = 0
    number: int = 1

    @property
    def connect_to(self) -> str:
        """The value of `[fetch] connect_to` that leads all requests here."""
        return f"http://{_LOOPBACK}:{self.port}"

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Return the response of the host that the `request` names."""
        host = request.host.partition(":")[0]
        fixed = self._fixed_response(host, request.path)
        if fixed is not None:
            await asyncio.sleep(fixed.delay_seconds)
            if fixed.location:
                return web.Response(status=fixed.status, headers={"Location": fixed.location})
            if fixed.status:
                return web.Response(status=fixed.status, text=fixed.text)
        published = self._api_response(host, request)
        return published or _unless_stored(request, self._publisher_response(host, request.path))

    def _fixed_response(self, host: str, path: str) -> FixedResponse | None:
        places = (f"{host}{path}", host)
        return next(
            (
                response
                for response in self.network.fixed_responses
                if response.url in places and response.first <= self.number <= response.last
            ),
            None,
        )

    def _api_response(self, host: str, request: web.Request) -> web.Response | None:
        network, number, path = self.network, self.number, request.path
        if host in {person.server for person in network.people.values()}:
            ids = request.query.getall("id[]", [])
            server = MastodonServer(network, host, number)
            status, value = server.respond(path, request.query, ids)
            return web.json_response(value, status=status)
        if host == bluesky_responses.HOST and path == bluesky_responses.AUTHOR_FEED:
            actor = request.query.get("actor", "")
            return web.json_response(bluesky_responses.author_feed(network, number, actor))
        if host == bluesky_responses.HOST and path == bluesky_responses.POSTS:
            uris = request.query.getall("uris", [])
            return web.json_response(bluesky_responses.posts_by_uri(network, number, uris))
        if host == hackernews_responses.SEARCH_HOST:
            filters = request.query.get("numericFilters", "")
            return web.json_response(hackernews_responses.search(network, number, filters))
        if host == hackernews_responses.ITEM_HOST:
            return web.json_response(hackernews_responses.item(network, number, path))
        return self._devto_response(path) if host == devto_responses.HOST else None

    def _devto_response(self, path: str) -> web.Response | None:
        if path.startswith("/feed/tag/"):
            tag = path.removeprefix("/feed/tag/")
            text = devto_responses.tag_feed(self.network, self.number, tag)
            return web.Response(text=text, content_type="application/rss+xml")
        key = path.removeprefix("/api/articles/")
        article = devto_responses.article_by_path(self.network, self.number, key)
        return None if article is None else web.json_response(article)

    def _publisher_response(self, host: str, path: str) -> web.Response:
        publisher = self.network.publishers.get(host)
        if publisher and publisher.feed and path == publisher_responses.FEED_PATH:
            text, media_type = publisher_responses.feed(self.network, publisher, self.number)
            return web.Response(text=text, content_type=media_type)
        article = self.network.articles(self.number).get(f"https://{host}{path}")
        if article is None:
            return web.Response(status=404, text="Not found")
        page = publisher_responses.article_page(self.network, article)
        return web.Response(text=page, content_type="text/html")


def _unless_stored(request: web.Request, response: web.Response) -> web.Response:
    """Return `response`, or 304 if the client has this version (RFC 9110, section 13.1.2)."""
    tag = hashlib.sha256(response.text.encode() if response.text else b"").hexdigest()[:16]
    if response.status != HTTPStatus.OK:
        return response
    response.etag = tag
    if tag in {stored.value for stored in request.if_none_match or ()}:
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": f'"{tag}"'})
    return response


@contextmanager
def loopback_server(network: FictionalNetwork) -> Iterator[LoopbackServer]:
    """Serve `network` on a free port of 127.0.0.1 until the block ends. Yields the server."""
    server = LoopbackServer(network)
    application = web.Application()
    application.router.add_route("GET", "/{path:.*}", server.respond)
    runner = web.AppRunner(application, access_log=None)
    with _event_loop_thread() as loop:
        asyncio.run_coroutine_threadsafe(_start(runner), loop).result(_START_SECONDS)
        try:
            server.port = runner.addresses[0][1]
            yield server
        finally:
            asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(_START_SECONDS)


async def _start(runner: web.AppRunner) -> None:
    await runner.setup()
    await web.TCPSite(runner, _LOOPBACK, 0, shutdown_timeout=0.1).start()


@contextmanager
def _event_loop_thread() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_START_SECONDS)
        loop.close()
