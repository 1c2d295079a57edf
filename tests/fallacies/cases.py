"""Cases of the hostile server and the limits of each: time, memory, threads, files, sockets."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.fetch.classify_response import outcome_of_status
from crawler.fetch.fetcher import Fetcher, FetcherConfig
from crawler.fetch.http_client import HttpClient
from crawler.fetch.http_limits import HttpLimits
from crawler.fetch.politeness import PolitenessPolicy
from crawler.fetch.robots_policy import RobotsCopy
from crawler.models.http_exchange import FetchRequest, Purpose, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.settings.fetch import FetchSettings
from tests.hostile import HostileServer

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
QUICK = HttpLimits(
    dns=1.0, connect=1.0, tls=1.0, first_byte=1.5, total=2.0, page_bytes=100_000, feed_bytes=300_000
)
HASTY = replace(
    QUICK, dns=0.2, connect=0.2, tls=0.2, first_byte=0.2, total=0.4
)  # for responses that are expected to be late
ROOMY = HttpLimits()
GRACE_SECONDS = 20.0  # for a busy machine; without a time limit most cases never end
MEMORY_BYTES = 50_000_000
STALL = "stall"  # a name server that never answers


@dataclass(frozen=True, slots=True)
class Case:
    """One request to the hostile server and its expected result.

    `url` is a path on the server, or a full URL with `{port}` for its port. `port` names the port
    of every connection. `names` are the IP addresses that the name server returns for any name.
    `size` is the expected size of the body, `requests` the expected number of requests, and
    `message` a part of the message.
    """

    url: str
    expect: Outcome
    message: str = ""
    size: int | None = None
    purpose: Purpose = "feed"
    limits: HttpLimits = QUICK
    port: str = ""
    names: tuple[str, ...] = ("127.0.0.1",)
    opened: tuple[str, ...] = ("127.0.0.0/8",)
    etag: str | None = None
    modified: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    requests: int | None = None
    connections: int | None = None
    hops: int | None = None

    def __str__(self) -> str:
        return f"{self.port or self.purpose}:{self.url}".replace("{port}", "PORT")[:80]


@dataclass(slots=True)
class Rig:
    """The hostile server, an empty folder for temporary files, a certificate authority's file."""

    server: HostileServer
    temporary: Path
    authority: str

    def fetch(self, case: Case) -> Response | Failure:
        """Fetch the URL of `case` like a nightly run, and check that all resources are released."""
        self.server.port_of(case.port or "http")
        requests, accepted = len(self.server.requests), self.server.accepted
        with self._watched(case.limits.total):
            result = asyncio.run(self._fetched(case))
        assert case.requests in (None, len(self.server.requests) - requests), self.server.requests[
            requests:
        ]
        assert case.connections in (None, self.server.accepted - accepted)
        return result

    def check(self, case: Case) -> None:
        """Fetch the URL of `case` and compare the result with the expected one."""
        result = self.fetch(case)
        found = result.outcome if isinstance(result, Failure) else outcome_of_status(result.status)
        assert found is case.expect, result
        assert isinstance(result, Response) or case.message in result.message
        assert case.size is None or (isinstance(result, Response) and len(result.body) == case.size)
        assert case.hops is None or len(result.hops) == case.hops

    def client(self, case: Case) -> HttpClient:
        """Return the client for `case`."""
        connect_to = f"127.0.0.1:{self.server.port_of(case.port)}" if case.port else ""
        settings = FetchSettings(
            connect_to=connect_to, allow_private=case.opened, ca_bundle=self.authority
        )
        return HttpClient(
            settings, lambda: NOW, limits=case.limits, resolve=_name_server(case.names)
        )

    def task(self, case: Case) -> FetchRequest:
        """Return the request of `case`."""
        url = (
            self.server.url(case.url)
            if case.url.startswith("/")
            else case.url.replace("{port}", str(self.server.port))
        )
        return FetchRequest(
            url, case.purpose, headers=case.headers, etag=case.etag, last_modified=case.modified
        )

    async def _fetched(self, case: Case) -> Response | Failure:
        async with self.client(case) as client:
            return await fetcher(client).fetch(self.task(case))

    @contextmanager
    def _watched(self, seconds: float) -> Iterator[None]:
        threads, sockets = threading.active_count(), _open_sockets()
        baseline, started = _peak_memory(), time.monotonic()
        yield
        assert time.monotonic() - started <= seconds + GRACE_SECONDS
        assert _peak_memory(reset=False) - baseline <= MEMORY_BYTES
        assert list(self.temporary.iterdir()) == []
        _settles(lambda: threading.active_count() <= threads, "a thread is left")
        _settles(lambda: _open_sockets() <= sockets, "a socket is left open")


class NoMemory:
    """A cache of robots.txt files that stores nothing."""

    def load(self, authority: str) -> RobotsCopy | None:
        return None

    def save(self, authority: str, copy: RobotsCopy) -> None:
        """Store nothing."""


def fetcher(client: HttpClient) -> Fetcher:
    """Return a fetcher without delays between requests and without a robots.txt cache."""
    return Fetcher(
        client.exchange,
        FetcherConfig(
            agent="hashtrail",
            policy=PolitenessPolicy(delay_seconds=0),
            robots_cache=NoMemory(),
            now=lambda: NOW,
            sleep=_no_sleep,
        ),
    )


async def _no_sleep(seconds: float) -> None:
    await asyncio.sleep(0)


def _name_server(names: tuple[str, ...]) -> Callable[[str], Awaitable[Sequence[str]]]:
    async def resolve(name: str) -> Sequence[str]:
        if STALL in names:
            await asyncio.Event().wait()
        if not names:
            raise OSError("no such name")
        return names

    return resolve


def _open_sockets() -> int:
    """Return the number of open sockets of this process."""
    return (
        sum(1 for entry in Path("/proc/self/fd").iterdir() if _is_socket(entry))
        if Path("/proc/self/fd").exists()
        else 0
    )


def _is_socket(entry: Path) -> bool:
    try:
        return str(entry.readlink()).startswith("socket:")
    except OSError:
        return False


def _peak_memory(reset: bool = True) -> int:
    """Return the peak resident bytes since the last reset, or 0 on systems other than Linux."""
    if reset:
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def _settles(holds: Callable[[], bool], message: str) -> None:
    """Wait up to 30 s until `holds()`, because the other side may close its sockets later."""
    patience = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < patience, message
        time.sleep(0.002)
