"""A small web on loopback for the cluster: hosts 127.0.0.2 and up, with feeds, pages, redirects."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from crawler.workspace import bundled_path

_TOPICS = ("consensus", "replication", "caching", "sharding", "message queues", "backpressure")


class LoopbackSite(ThreadingHTTPServer):
    """The server of all `hosts`, each with a number of `pages`; `requests` lists (host, path).

    `before_page` is called with the host before a page is sent.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, hosts: int, pages: int) -> None:
        super().__init__(("0.0.0.0", 0), _Handler)
        self.hosts = hosts
        self.pages = pages
        self.requests: list[tuple[str, str]] = []
        self.before_page: Callable[[str], object] = lambda host: None

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore connections of killed workers; other errors are printed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def url(self, host: int) -> str:
        """Return the URL of a host by its number, from 0."""
        return f"http://127.0.0.{host % self.hosts + 2}:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    """`/feed` lists the pages; the last one of each host redirects to the next host.

    No feed lists the target: of two URLs with one text, the first to be read is the article.
    """

    protocol_version = "HTTP/1.1"
    server: LoopbackSite

    def do_GET(self) -> None:
        """Answer with a feed, a page, a redirect or an empty robots.txt."""
        name = self.headers["host"].split(":")[0]
        self.server.requests.append((name, self.path))
        host = int(name.rsplit(".", 1)[1]) - 2
        kind = self.path.strip("/")
        if kind == "robots.txt":
            self._send(200, "text/plain", "User-agent: *\nAllow: /")
        elif kind == "feed":
            self._send(200, "application/rss+xml", self._feed(host))
        elif kind == "moved":
            self._send(302, "text/plain", "", f"{self.server.url(host + 1)}/target")
        else:
            self.server.before_page(name)
            self._send(200, "text/html", _page(host, kind))

    def _feed(self, host: int) -> str:
        base = self.server.url(host)
        names = [*map(str, range(self.server.pages - 1)), "moved"]
        items = "".join(
            f"<item><title>{_title(host, name)}</title><link>{base}/{name}</link>"
            f"<guid>{base}/{name}</guid><pubDate>Tue, 10 Nov 2026 08:00:00 GMT</pubDate></item>"
            for name in names
        )
        title = f"<title>Blog {host}</title><link>{base}/</link>"
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{title}{items}</channel></rss>'

    def _send(self, status: int, kind: str, text: str, location: str = "") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: `requests` has every request."""


def _title(host: int, name: str) -> str:
    return f"Lessons {name} of blog {host} about {_TOPICS[host % len(_TOPICS)]}"


def _page(host: int, name: str) -> str:
    topic = _TOPICS[(host + len(name)) % len(_TOPICS)]
    words = f"In system {host} part {name}, {topic} needs leases that expire and fencing tokens. "
    paragraphs = "".join(f"<p>{words}Step {number}: {words * 3}</p>" for number in range(12))
    return (
        f"<html><head><title>{_title(host, name)}</title></head>"
        f"<body><article><h1>{_title(host, name)}</h1>{paragraphs}</article></body></html>"
    )


@contextmanager
def loopback_site(hosts: int, pages: int) -> Iterator[LoopbackSite]:
    """Yield a running site of a number of `hosts` with `pages` each."""
    with LoopbackSite(hosts, pages) as site:
        thread = threading.Thread(target=site.serve_forever, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            site.shutdown()
            thread.join()


def write_workspace(folder: Path, site: LoopbackSite, settings: str, delay: float) -> None:
    """Write a workspace that polls every host of the `site`, with more lines of `settings`.

    `delay` is the crawl delay in seconds.
    """
    shutil.copytree(bundled_path("data/topics"), folder / "data/topics")
    sources = "".join(
        f'[[source]]\nname = "Blog {host}"\nkind = "feed"\nurl = "{site.url(host)}/feed"\n\n'
        for host in range(site.hosts)
    )
    (folder / "data/sources.toml").write_text(sources, encoding="utf-8")
    fetch = f'[fetch]\nallow_private = ["127.0.0.0/8"]\ndelay_seconds = {delay}\n'
    (folder / "data/hashtrail.toml").write_text(fetch + settings, encoding="utf-8")
