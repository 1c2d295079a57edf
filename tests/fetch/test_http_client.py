"""One HTTP exchange: its request and its result; it never raises for a server or a URL."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crawler.fetch.deadlines_and_tls import Deadline
from crawler.fetch.http_client import HttpClient
from crawler.fetch.http_limits import HttpLimits
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.settings.fetch import FetchSettings
from tests.hostile import HostileServer, hostile_server
from tests.hostile_replies import TEXT

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
OPENED = FetchSettings(allow_private=("127.0.0.0/8",), contact="https://example.org/bot")


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with hostile_server() as one:
        yield one


async def nowhere(name: str) -> Sequence[str]:
    raise OSError("no such name")


def exchange(*tasks: FetchRequest, limits: HttpLimits | None = None) -> list[Response | Failure]:
    async def all_of_them() -> list[Response | Failure]:
        async with HttpClient(OPENED, lambda: NOW, resolve=nowhere, limits=limits) as client:
            return [await client.exchange(task) for task in tasks]

    return asyncio.run(all_of_them())


def test_response_has_status_headers_and_body(server: HostileServer):
    (answer,) = exchange(FetchRequest(server.url("/gzip") + "#part", "page"))
    assert isinstance(answer, Response)
    assert (answer.url, answer.final_url) == (server.url("/gzip#part"), server.url("/gzip"))
    assert (answer.status, answer.body, answer.fetched_at) == (200, TEXT, NOW)
    assert answer.headers == (
        ("content-encoding", "gzip"),
        ("content-length", str(answer.wire_bytes)),
    )
    assert 0 < answer.wire_bytes < len(TEXT)
    assert answer.elapsed_ms >= 0


def test_redirect_is_returned_and_not_followed(server: HostileServer):
    before = len(server.requests)
    (answer,) = exchange(FetchRequest(server.url("/to-fine-301"), "page"))
    assert isinstance(answer, Response)
    assert (answer.status, answer.header("Location"), answer.body) == (301, "fine", b"")
    assert len(server.requests) == before + 1


@pytest.mark.parametrize("status", [204, 400, 403, 404, 410, 429, 451, 500, 503])
def test_complete_response_of_any_status_is_a_response(server: HostileServer, status: int):
    (answer,) = exchange(FetchRequest(server.url(f"/{status}"), "page"))
    assert isinstance(answer, Response)
    assert answer.status == status


def test_request_has_user_agent_and_accept_headers(server: HostileServer):
    feed, special = exchange(
        FetchRequest(server.url("/echo"), "feed"),
        FetchRequest(server.url("/echo"), "page", accept="text/plain", headers=(("X-Key", "1"),)),
    )
    assert isinstance(feed, Response)
    assert isinstance(special, Response)
    lines = feed.body.decode().splitlines()
    assert lines[0] == "GET /echo HTTP/1.1"
    assert any(
        line.startswith("user-agent: hashtrail/") and line.endswith("(+https://example.org/bot)")
        for line in lines
    )
    assert any(line.startswith("accept: application/atom+xml") for line in lines)
    assert {"accept: text/plain", "x-key: 1"} <= set(special.body.decode().splitlines())


def test_request_with_a_body_posts_json(server: HostileServer):
    (answer,) = exchange(
        FetchRequest(server.url("/echo"), "api", body=json.dumps({"tag": "caf\u00e9"}))
    )
    assert isinstance(answer, Response)
    assert answer.body.startswith(b"POST /echo HTTP/1.1\r\n")
    assert b"content-type: application/json\r\n" in answer.body


def test_default_limits_are_the_documented_ones():
    limits = HttpLimits.of(FetchSettings())
    assert (limits.dns, limits.connect, limits.tls, limits.first_byte, limits.total) == (
        5,
        5,
        5,
        10,
        30,
    )
    assert limits.header_bytes == 64 * 1024
    assert [limits.body_bytes(purpose) for purpose in ("page", "feed", "api", "robots")] == [
        5_000_000,
        25_000_000,
        25_000_000,
        512 * 1024,
    ]


def test_failure_has_url_stage_and_reason(server: HostileServer):
    url, reason = (
        server.url("/ten-gigabytes"),
        "the server announces 10,000,000,000 bytes, more than 5,000,000",
    )
    assert exchange(FetchRequest(url, "page")) == [
        Failure(url, "fetch", Outcome.TOO_LARGE, reason, status=200)
    ]


# Pieces of answers, well-formed and not, to be put together in any order.
PIECES = st.one_of(
    st.sampled_from([
        b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 200\r\n", b"HTTP/1.1 103 Hints\r\n",
        b"HTTP/1.1 302 Found\r\n", b"HTTP/1.1 204 -\r\n", b"\r\n", b"\n",
        b"0\r\n\r\n", b"5\r\nhello\r\n", b"Content-Length: 5\r\n", b"Content-Length: 7\r\n",
        b"Transfer-Encoding: chunked\r\n", b"hello",
        b"Content-Encoding: gzip\r\n", b" folded\r\n", b"Location: //\xff\x85\r\n",
        b"X: \x1b[31m\xe2\x80\xae\r\n", b"\x1f\x8b\x08\x00", b"\0",
    ]),
    st.binary(max_size=30),
)  # fmt: skip


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(PIECES, max_size=12).map(b"".join))
@example(
    b"HTTP/1.1 200 OK\r\nX: \x1b[31m\xe2\x80\xae\tz\r\nY: \xff\x85\r\nZ: one\r\n two\r\n"
    b"Content-Length: 0\r\n\r\n"
)
def test_random_response_never_makes_exchange_raise(server: HostileServer, answer: bytes):
    (result,) = exchange(
        FetchRequest(server.url(f"/say?{answer.hex()}"), "page"),
        limits=HttpLimits(first_byte=1, total=2),
    )
    assert isinstance(result, Response | Failure)
    assert isinstance(result, Failure) or all(
        name.isprintable() and value.isprintable() for name, value in result.headers
    )


def test_repeated_stage_keeps_its_deadline():
    async def twice() -> tuple[float | None, float | None]:
        async with asyncio.timeout(5) as timer:
            deadline = Deadline(timer, 5)
            deadline.enter("tls", 1)
            first = timer.when()
            deadline.enter("tls", 2)
            return first, timer.when()

    first, second = asyncio.run(twice())
    assert first == second


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.builds(
            str.__add__, st.sampled_from(["", "http://", "http://a.example/"]), st.text(max_size=40)
        ),
        max_size=20,
    )
)
def test_random_url_never_makes_exchange_raise(urls: list[str]):
    requests = [FetchRequest(url, "page") for url in urls]
    assert all(isinstance(result, Failure) for result in exchange(*requests))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_random_header_never_makes_exchange_raise(
    server: HostileServer, name: str, value: str, etag: str, accept: str
):
    (answer,) = exchange(
        FetchRequest(
            server.url("/fine"), "page", accept=accept, headers=((name, value),), etag=etag
        )
    )
    assert isinstance(answer, Response | Failure)
