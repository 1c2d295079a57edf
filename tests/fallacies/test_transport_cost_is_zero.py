"""Fallacy 7: transport cost is zero.

Unchanged pages are not downloaded again, connections are reused, and no page is requested twice.
"""

from __future__ import annotations

import asyncio

import pytest

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Outcome
from tests.fallacies.cases import Case, Rig, fetcher
from tests.hostile_replies import TEXT

FINE = len(TEXT)
DAY = "Fri, 01 May 2026 00:00:00 GMT"

CASES = (
    # a validator goes back as it came
    Case("/conditional", Outcome.OK, size=FINE),
    Case("/conditional", Outcome.NOT_MODIFIED, size=0, etag='W/"v1"'),
    Case("/conditional", Outcome.OK, size=FINE, etag='"v1"'),
    Case("/conditional", Outcome.OK, size=FINE, etag='w/"v1"'),
    Case("/conditional?since", Outcome.NOT_MODIFIED, size=0, modified=DAY),
    Case("/conditional?since", Outcome.OK, size=FINE, modified="Fri, 1 May 2026 00:00:00 GMT"),
    # a validator that cannot be sent back unchanged is not sent
    Case("/conditional", Outcome.OK, size=FINE, etag='W/"v1"\r\nX-Injected: 1'),
    Case("/conditional", Outcome.OK, size=FINE, etag='W/"v1é"'),
    Case("/conditional", Outcome.OK, size=FINE, etag='W/"v1"' + "x" * 1024),
    Case("/conditional", Outcome.OK, size=FINE, etag=""),
    # the body of a 304 response is ignored
    Case("/304", Outcome.NOT_MODIFIED, size=0, etag='"x"'),
    Case("/304-with-body", Outcome.NOT_MODIFIED, size=0, etag='"x"'),
    Case("/304", Outcome.PROTOCOL_ERROR, message="unconditional"),
    Case("/304", Outcome.PROTOCOL_ERROR, message="unconditional", etag="é"),
    # bodies travel small
    Case("/gzip", Outcome.OK, size=FINE),
    Case("/br", Outcome.OK, size=FINE),
    Case("/zstd", Outcome.OK, size=FINE),
    Case("/204", Outcome.OK, size=0),
    # refused before anything is paid for
    Case("/ten-gigabytes", Outcome.TOO_LARGE, purpose="api", requests=1),
    Case("http://10.0.0.1/", Outcome.REFUSED_ADDRESS, requests=0, connections=0),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_conditional_request_downloads_only_a_changed_page(rig: Rig, case: Case):
    rig.check(case)


# path -> whether the connection may be used for the next request
AGAIN = {
    "/fine": True,
    "/204": True,
    "/404": True,
    "/gzip": True,
    "/to-fine": True,
    "/to-fine-politely": True,
    "/chunked": True,
    "/until-close": False,
    "/long-body": False,
    "/endless-body": False,
    "/to-fine-endless-body": False,
}


@pytest.mark.parametrize("path", AGAIN)
def test_connection_is_reused_after_a_complete_response(rig: Rig, path: str):
    async def twice() -> int:
        before = rig.server.accepted
        async with rig.client(Case(path, Outcome.OK)) as client:
            for _ in range(2):
                await client.exchange(rig.task(Case(path, Outcome.OK)))
        return rig.server.accepted - before

    assert asyncio.run(twice()) == (1 if AGAIN[path] else 2)


def test_page_requested_by_many_is_fetched_once(rig: Rig):
    case = Case("/to-fine", Outcome.OK)

    async def many() -> tuple[list[object], int]:
        before = len(rig.server.requests)
        async with rig.client(case) as client:
            way = fetcher(client)
            answers = await asyncio.gather(*(way.fetch(rig.task(case)) for _ in range(20)))
        return list(answers), len(rig.server.requests) - before

    answers, requests = asyncio.run(many())
    assert all(isinstance(answer, Response) and answer.body == TEXT for answer in answers)
    assert requests == 2


def test_requests_accept_compressed_responses(rig: Rig):
    answer = rig.fetch(Case("/echo", Outcome.OK))
    assert isinstance(answer, Response)
    assert b"accept-encoding: gzip, deflate, br, zstd\r\n" in answer.body
