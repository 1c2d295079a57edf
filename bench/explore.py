"""Latency of every kind of page of the explorer, next to stock Datasette on the same file.

    python -m bench.explore [FOLDER] [--articles N] [--repeat N] [--only WORD] [--no-stock] [--slow]

FOLDER is a workspace with a snapshot; without one, a library of N articles is generated first.
Both servers run at the same time, the explorer as `hashtrail explore` starts it. Requests follow
each other on one connection, and no request occurs twice. Datasette has its default settings, but
longer time limits for SQL (10 s) and facets (5 s), so that it does the same work.

Times are milliseconds. `first` is the first request of a kind after the start. Median and 95th
percentile are those of all others. `CPU` is the mean time of the processor in all processes of the
explorer: other programs do not change it. `KB` is the largest page. `stock` is the median of
Datasette and `ratio` how many times faster the explorer is. `--slow` lists only pages that miss a
goal.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles

from bench.explore_pages import Page, numbered, pages
from bench.explorer_library import create_library
from bench.process_tree import tree_cpu_seconds
from bench.results import load_now
from crawler.named_queries.query_files import offered_queries
from crawler.store.database import open_store
from crawler.store.public_snapshot import write_snapshot
from crawler.workspace import Workspace, open_workspace

GOAL_MEDIAN = 50.0  # ms
GOAL_P95 = 200.0  # ms
GOAL_SIZE = 100_000  # bytes of HTML
GOAL_RATIO = 5.0  # of facets and searches
_COMPARED = ("facet", "search")
_STOCK_REPEAT = 3
_STOCK_VARIANTS = 5
_STOCK_LIMITS = ("sql_time_limit_ms", "10000", "facet_time_limit_ms", "5000")
_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: the connection to it and its process."""

    connection: http.client.HTTPConnection
    pid: int

    def request(self, path: str) -> tuple[float, int, int]:
        """Return the milliseconds, the bytes and the status of one request for `path`."""
        began = time.perf_counter()
        try:
            self.connection.request("GET", path)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):  # after an idle time
            self.connection.close()
            began = time.perf_counter()
            self.connection.request("GET", path)
            response = self.connection.getresponse()
        body = response.read()
        return (time.perf_counter() - began) * 1000, len(body), response.status

    def cpu_milliseconds(self) -> float:
        """Return the CPU time of the process and all its descendants (Linux; elsewhere 0)."""
        return tree_cpu_seconds(self.pid) * 1000


@dataclass(frozen=True, slots=True)
class Result:
    """The times of one kind of page in milliseconds; `stock` is None without a counterpart."""

    page: Page
    first: float
    times: Sequence[float]
    size: int
    statuses: frozenset[int]
    cpu: float
    stock: float | None = None

    @property
    def median(self) -> float:
        """The median time without the first request."""
        return median(self.times)

    @property
    def p95(self) -> float:
        """The 95th percentile of the times without the first request."""
        return quantiles(self.times, n=20, method="inclusive")[-1]

    @property
    def ratio(self) -> float | None:
        """How many times faster the explorer is than stock Datasette."""
        return None if self.stock is None else self.stock / self.median

    @property
    def misses(self) -> tuple[str, ...]:
        """The goals that the page misses."""
        is_slower = self.ratio is not None and self.ratio < GOAL_RATIO
        checks = {
            "median": self.median >= GOAL_MEDIAN,
            "p95": self.p95 >= GOAL_P95,
            "size": self.size > GOAL_SIZE and self.page.group != "format",
            "ratio": is_slower and self.page.group in _COMPARED,
            "status": self.statuses != {200},
        }
        return tuple(name for name, is_missed in checks.items() if is_missed)


def main() -> None:
    """Measure and print one line per kind of page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--only", default="")
    parser.add_argument("--no-stock", action="store_true")
    parser.add_argument("--slow", action="store_true")
    options = parser.parse_args()
    print(f"load at the start: {load_now()}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch, "library")
        workspace = _workspace(folder, options.articles)
        results = measure(
            workspace, options.repeat, only=options.only, has_stock=not options.no_stock
        )
        _report(results, only_slow=options.slow)
    print(f"load at the end: {load_now()}")


def measure(
    workspace: Workspace, repeat: int, *, only: str = "", has_stock: bool = True
) -> Iterator[Result]:
    """Yield the times of each kind of page, with `repeat` requests besides the first.

    With `only`, just those whose group or name contains this word. Without `has_stock`, Datasette
    does not run.
    """
    snapshot = workspace.public_database
    with closing(sqlite3.connect(f"file:{snapshot}?mode=ro", uri=True)) as conn:
        chosen = [page for page in pages(conn) if only in f"{page.group} {page.name}"]
    with explorer(workspace) as ours:
        if not has_stock:
            yield from (_measured(ours, page, repeat) for page in chosen)
            return
        with stock_datasette(snapshot) as stock:
            for page in chosen:
                result = _measured(ours, page, repeat)
                yield _compared(stock, result) if page.stock else result


def _workspace(folder: Path, articles: int) -> Workspace:
    if folder.exists():
        return open_workspace(folder, {})
    workspace = create_library(folder, articles)
    write_snapshot(open_store(workspace.database), workspace.public_database)
    return workspace


@contextmanager
def explorer(workspace: Workspace) -> Iterator[Server]:
    """Run `hashtrail explore` on a free port. Yields the server."""
    command = [sys.executable, "-m", "crawler.cli.main", "--workspace", str(workspace.root)]
    with _server([*command, "explore", "--port", "0"]) as server:
        yield server


@contextmanager
def stock_datasette(snapshot: Path) -> Iterator[Server]:
    """Run Datasette with the named queries over the `snapshot`. Yields the server."""
    queries = {query.name: {"sql": query.sql} for query in offered_queries(semantic_model=False)}
    metadata = {"databases": {"public": {"queries": queries}}}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "metadata.json")
        file.write_text(json.dumps(metadata), encoding="utf-8")
        limits = [
            word
            for name, value in zip(_STOCK_LIMITS[::2], _STOCK_LIMITS[1::2], strict=True)
            for word in ("--setting", name, value)
        ]
        command = [sys.executable, "-m", "datasette", "serve", "-i", str(snapshot), "-p", "0"]
        with _server([*command, "--metadata", str(file), *limits]) as server:
            yield server


@contextmanager
def _server(command: Sequence[str]) -> Iterator[Server]:
    """Run a server that prints its URL, and stop it afterwards."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        port = next(_printed_ports(process))
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT)) as connection:
            yield Server(connection, process.pid)
    finally:
        process.terminate()
        process.wait(10)


def _printed_ports(process: subprocess.Popen[str]) -> Iterator[int]:
    assert process.stderr
    for line in process.stderr:
        yield from (int(port) for port in re.findall(r"http://127\.0\.0\.1:(\d+)", line))


def _measured(server: Server, page: Page, repeat: int) -> Result:
    used = server.cpu_milliseconds()
    answers = [
        server.request(numbered(page.paths[number % len(page.paths)], number))
        for number in range(repeat + 1)
    ]
    times = [elapsed for elapsed, _, _ in answers]
    return Result(
        page,
        times[0],
        times[1:],
        size=max(size for _, size, _ in answers),
        statuses=frozenset(status for _, _, status in answers),
        cpu=(server.cpu_milliseconds() - used) / len(answers),
    )


def _compared(stock: Server, result: Result) -> Result:
    paths = result.page.stock
    repeat = max(_STOCK_REPEAT, min(len(paths), _STOCK_VARIANTS))
    times = [
        stock.request(numbered(paths[number % len(paths)], number))[0] for number in range(repeat)
    ]
    return replace(result, stock=median(times))


def _report(results: Iterator[Result], *, only_slow: bool) -> None:
    headings = ("first", "median", "p95", "CPU", "KB", "stock", "ratio")
    print(f"{'page':<46}" + "".join(f"{heading:>8}" for heading in headings))
    measured = []
    for result in results:
        measured.append(result)
        if result.misses or not only_slow:
            print(_line(result), flush=True)
    if not measured:
        print("no kind of page has this name")
        return
    missing = [result for result in measured if result.misses]
    print(f"{len(measured)} kinds of pages, {len(missing)} miss a goal")
    print(f"median of all medians: {median(result.median for result in measured):.0f} ms")
    print(f"median of all CPU times: {median(result.cpu for result in measured):.0f} ms")


def _line(result: Result) -> str:
    stock = f"{result.stock:8.0f}{result.ratio:8.1f}" if result.stock else " " * 16
    numbers = (result.first, result.median, result.p95, result.cpu, result.size / 1000)
    figures = "".join(f"{number:8.0f}" for number in numbers)
    name = f"{result.page.group}: {result.page.name}"
    return f"{name:<46.46}{figures}{stock}  {' '.join(result.misses)}"


if __name__ == "__main__":
    main()
