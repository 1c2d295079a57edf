"""The cluster engine gives the results of the local engine, even if a worker is lost."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import pytest

from crawler.crawl.distribute_by_host import split_by_host
from crawler.crawl.fetch_and_extract import FetchedPage
from crawler.crawl.fetch_backend import open_backend
from crawler.errors import ConfigurationError
from crawler.fetch.fetcher import Visit
from crawler.fetch.robots_policy import RobotsCopy
from crawler.fetch.warc_archive import read_archived_response
from crawler.models.http_exchange import FetchRequest
from crawler.parallel.dask_cluster import Cluster
from crawler.settings.all_settings import Settings
from crawler.settings.engine import EngineSettings
from crawler.settings.fetch import FetchSettings
from tests.parallel import work

distributed = pytest.importorskip(
    "distributed",
    reason="The cluster engine is optional: pip install 'hashtrail[dask]' to test it.",
)
dask = pytest.importorskip("dask")
T = TypeVar("T")
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def on_cluster(job: Callable[[Any], Awaitable[T]]) -> T:
    """Run a job with a cluster of two worker processes on loopback."""

    async def all_of_it() -> T:
        with dask.config.set({"distributed.worker.daemon": False}):
            async with distributed.LocalCluster(
                n_workers=2,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address=":0",
                asynchronous=True,
                silence_logs=50,
            ) as cluster:
                return await job(cluster)

    return asyncio.run(all_of_it())


class Memory(dict[str, RobotsCopy]):
    load = dict.get

    def save(self, authority: str, copy: RobotsCopy) -> None:
        self[authority] = copy


class _Pages(BaseHTTPRequestHandler):
    """Every path is a page; `/to/HOST/N` redirects to page N of another host; robots.txt forbids
    `/private`.
    """

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.requests.append((self.headers["host"].split(":")[0], self.path))  # type: ignore[attr-defined]
        _, *parts = self.path.split("/")
        if parts[0] == "to":
            self._send(302, b"", f"http://{parts[1]}:{self.server.server_port}/{parts[2]}")  # type: ignore[attr-defined]
        elif parts[0] == "robots.txt":
            self._send(200, b"User-agent: *\nDisallow: /private")
        else:
            words = (
                "Leases expire and fencing tokens tell whoever held one that its time is over. " * 8
            )
            self._send(
                200,
                (
                    f"<html><head><title>Page {self.path}</title></head><body><article>"
                    f"<p>{words}</p></article></body></html>"
                ).encode(),
            )

    def _send(self, status: int, body: bytes, location: str = "") -> None:
        head = (
            f"HTTP/1.1 {status} .\r\ncontent-type: text/html\r\ncontent-length: {len(body)}\r\n"
            + f"location: {location}\r\n" * bool(location)
        )
        self.wfile.write(head.encode() + b"\r\n" + body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the test reads `requests`."""


@contextmanager
def web() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("0.0.0.0", 0), _Pages)
    server.requests = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def test_batches_return_results_and_errors_and_survive_a_lost_worker(
    tmp_path: Path,
) -> None:
    async def job(cluster: Any) -> list[dict[Any, Any]]:
        async with Cluster(cluster.scheduler_address) as ours:
            calls = [
                (work.double_all, [(1, 2), (3,), ()]),
                (work.die_once, [str(tmp_path / "marker")]),
                (work.refuse, ["x"]),
            ]
            return [
                {batch: result async for batch, result in ours.map(function, batches)}
                for function, batches in calls
            ]

    doubled, died, refused = on_cluster(job)
    assert doubled == {(1, 2): [2, 4], (3,): [6], (): []}
    assert list(died.values()) == ["done"]
    assert isinstance(refused["x"], ValueError)


def test_crawl_on_a_cluster_gives_the_same_pages_even_if_a_worker_dies(
    tmp_path: Path,
) -> None:
    with web() as server:
        port = server.server_port
        tasks = [
            FetchRequest(f"http://127.0.0.{host}:{port}/{number}", "page")
            for host in range(2, 8)
            for number in range(4)
        ]
        tasks += [
            FetchRequest(f"http://127.0.0.{host}:{port}/to/127.0.0.{host + 1}/moved", "page")
            for host in range(2, 8)
        ]
        tasks += [
            FetchRequest(f"http://127.0.0.2:{port}/private/x", "page"),
            FetchRequest("not an address", "page"),
        ]
        here = asyncio.run(_read(tasks, _settings(), tmp_path / "here"))
        local_requests = Counter(server.requests)  # type: ignore[attr-defined]

        async def job(cluster: Any) -> list[FetchedPage]:
            settings = _settings(
                EngineSettings(name="dask", scheduler=cluster.scheduler_address, processes=1)
            )
            reading = asyncio.create_task(_read(tasks, settings, tmp_path / "there"))
            while not len(server.requests) > local_requests.total() + 2:  # type: ignore[attr-defined]
                await asyncio.sleep(0.01)
            await cluster.workers[0].kill()
            return await reading

        there = on_cluster(job)
    assert _essence(there) == _essence(here)
    archived = [page.response for page in there if page.response and page.response.archive_file]
    assert len(archived) == 30
    assert all(
        read_archived_response(
            tmp_path / "there", str(each.archive_file), int(each.archive_offset or 0)
        ).final_url
        == each.final_url
        for each in archived
    )


def _settings(engine: EngineSettings | None = None) -> Settings:
    return Settings(
        fetch=FetchSettings(allow_private=("127.0.0.0/8",), delay_seconds=0.05),
        engine=engine or EngineSettings(processes=1),
    )


async def _read(tasks: list[FetchRequest], settings: Settings, archive: Path) -> list[FetchedPage]:
    async with open_backend(settings, archive, Memory(), lambda: datetime.now(UTC)) as reader:
        return [page async for page in reader.fetch(tasks)]


def _essence(pages: list[FetchedPage]) -> set[tuple[Any, ...]]:
    """Return the parts of `pages` that do not depend on time and place of the fetch."""
    return {
        (
            page.request,
            page.response and (page.response.final_url, page.response.hops),
            getattr(page.result, "text", ""),
            getattr(page.result, "outcome", ""),
        )
        for page in pages
    }


def test_all_visits_of_a_cell_are_sent_in_one_batch() -> None:
    visits = [
        Visit.first(
            FetchRequest(
                f"https://h{n % 37}.{'substack.com' if n % 5 == 0 else 'example'}/{n}", "page"
            ),
            NOW,
        )
        for n in range(500)
    ]
    parcels = split_by_host(visits, 50)
    places: dict[str, set[int]] = {}
    for number, parcel in enumerate(parcels):
        for visit in parcel:
            places.setdefault(visit.bucket, set()).add(number)
    assert all(len(numbers) == 1 for numbers in places.values())
    assert sorted(visit.task.url for parcel in parcels for visit in parcel) == sorted(
        visit.task.url for visit in visits
    )


def test_unreachable_scheduler_is_reported() -> None:
    async def connect() -> None:
        with dask.config.set({"distributed.comm.timeouts.connect": "200ms"}):
            async with Cluster("tcp://127.0.0.1:1"):
                pass

    with pytest.raises(ConfigurationError, match="scheduler"):
        asyncio.run(connect())
