"""Queries of a search page in Chromium over HTTP with gzip: requests, bytes and time."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
_COMPRESSED = ("text/html", "text/javascript", "text/css")

# Both functions return the number of milliseconds until the rows are complete.
_OURS = """async query => {
    const form = document.getElementById("search"), results = document.getElementById("results")
    const settled = new Promise(done => new MutationObserver((_, observer) => {
        if (results.getAttribute("aria-busy") === "false") { observer.disconnect(); done() }
    }).observe(results, { attributes: true }))
    const start = performance.now()
    form.elements.q.value = query
    form.requestSubmit()
    await settled
    return performance.now() - start
}"""
_PAGEFIND = """async query => {
    const start = performance.now()
    if (!window.pagefind) {
        window.pagefind = await import("/pagefind/pagefind.js")
        await window.pagefind.init()
    }
    const found = await window.pagefind.search(query)
    await Promise.all(found.results.slice(0, 10).map(result => result.data()))
    return performance.now() - start
}"""
SCRIPTS = {"hashtrail": _OURS, "pagefind": _PAGEFIND}


@dataclass(slots=True)
class Traffic:
    """The responses since the last reset: sizes of their bodies as sent."""

    sizes: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Measurement:
    """Requests, bytes and milliseconds of one query; `again`: milliseconds with all data loaded."""

    requests: int
    bytes: int
    milliseconds: float
    again: float


def measure_queries(site: Path, script: str, queries: list[str]) -> list[Measurement]:
    """Return the figures of `queries` in one page of the `site`, in their order.

    The first includes the files that the page itself loads, except the page and its style sheet.
    `script` names the search in `SCRIPTS`.
    """
    with _serve(site) as (url, traffic), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page()
        page.goto(f"{url}/search.html")
        measurements = [_measure(page, traffic, SCRIPTS[script], query) for query in queries]
        chromium.close()
    return measurements


def query_figures(measurements: list[Measurement]) -> dict[str, float]:
    """Return the kilobytes of the first of `measurements`, and the medians of all later ones."""
    first, *later = measurements
    return {
        "first query": first.bytes / 1e3,
        "later queries, median": median(each.bytes for each in later) / 1e3,
        "answer with data loaded, median": median(each.again for each in later),
    }


def _measure(page: Page, traffic: Traffic, script: str, query: str) -> Measurement:
    milliseconds = page.evaluate(script, query)
    requests, size = len(traffic.sizes), sum(traffic.sizes)
    again = page.evaluate(script, query)
    traffic.sizes.clear()
    return Measurement(requests, size, milliseconds, again)


@contextmanager
def _serve(folder: Path) -> Iterator[tuple[str, Traffic]]:
    """Serve the files of a folder on the loopback interface; yield the URL and the traffic."""
    traffic = Traffic()

    @cache
    def body(path: Path, compressed: bool) -> bytes:
        data = path.read_bytes()
        return gzip.compress(data) if compressed else data

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = folder / self.path.partition("?")[0].lstrip("/")
            if not path.is_file():
                self.send_error(404)
                return
            media_type = _TYPES.get(path.suffix, "application/octet-stream")
            compressed = media_type in _COMPRESSED
            data = body(path, compressed)
            if path.suffix not in (".html", ".css", ".svg"):
                traffic.sizes.append(len(data))
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Cache-Control", "max-age=3600")
            if compressed:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments: Any) -> None:
            """Print nothing for a request."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", traffic
    finally:
        server.shutdown()
        server.server_close()
