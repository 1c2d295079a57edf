"""A request on a closed connection is repeated once, after the crawl delay, by Hashtrail alone."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from crawler.fetch.fetcher import Fetcher, FetcherConfig
from crawler.fetch.http_client import HttpClient
from crawler.fetch.politeness import PolitenessPolicy
from crawler.fetch.robots_policy import RobotsCopy
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure
from crawler.settings.fetch import FetchSettings
from tests.virtual_time import now, run

SETTINGS = FetchSettings(allow_private=("127.0.0.0/8",), delay_seconds=0.0)


class HangsUp:
    """Answers the first `answers` requests and then closes each connection after the request."""

    def __init__(self, answers: int) -> None:
        self.answers = answers
        self.requests = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readuntil(b"\r\n\r\n"):
            self.requests += 1
            if self.requests > self.answers:
                break
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
            )
            await writer.drain()
        writer.close()


async def exchange(server: HangsUp, times: int) -> list[Response | Failure]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with listening, HttpClient(SETTINGS, lambda: datetime.now(UTC)) as client:
        task = FetchRequest(f"http://127.0.0.1:{port}/", purpose="api")
        return [await client.exchange(task) for _ in range(times)]


def test_server_that_disconnects_immediately_receives_one_request() -> None:
    server = HangsUp(answers=0)
    (answer,) = asyncio.run(exchange(server, 1))
    assert isinstance(answer, Failure)
    assert server.requests == 1


def test_server_that_closes_a_reused_connection_receives_one_request() -> None:
    server = HangsUp(answers=1)
    first, second = asyncio.run(exchange(server, 2))
    assert isinstance(first, Response)
    assert isinstance(second, Failure)
    assert server.requests == 2


class NoMemory:
    def load(self, authority: str) -> RobotsCopy | None:
        return None

    def save(self, authority: str, copy: RobotsCopy) -> None:
        """Store nothing, so that tests are independent."""


def test_fetcher_repeats_the_request_after_the_delay_of_the_host() -> None:
    real = asyncio.run(exchange(HangsUp(answers=0), 1))[0]
    request_times: list[float] = []

    async def hang_up(task: FetchRequest) -> Response | Failure:
        request_times.append(asyncio.get_running_loop().time())
        return real

    async def fetch() -> Response | Failure:
        fetcher = Fetcher(
            hang_up,
            FetcherConfig(
                agent="hashtrail",
                policy=PolitenessPolicy(delay_seconds=3.0),
                robots_cache=NoMemory(),
                now=now,
            ),
        )
        return await fetcher.fetch(FetchRequest("https://a.example/", purpose="feed"))

    answer = run(fetch())
    assert isinstance(answer, Failure)
    assert len(request_times) == 2
    assert request_times[1] - request_times[0] >= 3.0
