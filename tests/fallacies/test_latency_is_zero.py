"""Fallacy 2: latency is zero.

Every stage has its own end, all of them together have one, and one slow server never holds up
another.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Outcome
from tests.fallacies.cases import HASTY, STALL, Case, Rig, fetcher

CASES = (
    # before HTTP
    Case(
        "http://example.org:{port}/fine",
        Outcome.DNS,
        message="0.2 s",
        names=(STALL,),
        connections=0,
        limits=HASTY,
    ),
    Case("http://example.org/", Outcome.TIMEOUT, message="connecting", port="deaf", limits=HASTY),
    Case("https://example.org/", Outcome.TLS, message="handshake", port="tls-stall", limits=HASTY),
    # the answer does not begin
    Case("/silence", Outcome.TIMEOUT, message="sent no data", limits=HASTY),
    Case("/pause-in-head", Outcome.TIMEOUT, message="sent no data", limits=HASTY),
    Case("/drip-head", Outcome.TIMEOUT, message="whole exchange", limits=HASTY),
    Case("/drip-interim", Outcome.TIMEOUT, message="whole exchange", limits=HASTY),
    # the answer does not end
    Case("/pause-in-body", Outcome.TIMEOUT, message="sent no data", limits=HASTY),
    Case("/drip-body", Outcome.TIMEOUT, message="whole exchange", limits=HASTY),
    Case("/drip-chunks", Outcome.TIMEOUT, message="whole exchange", limits=HASTY),
    Case("/drip-gzip", Outcome.TIMEOUT, message="whole exchange", limits=HASTY),
    # robots files are held to the same
    Case(
        "http://robots-silence.example/fine",
        Outcome.ROBOTS_UNREACHABLE,
        purpose="page",
        port="http",
        requests=1,
        limits=HASTY,
    ),
    Case(
        "http://robots-drip.example/fine",
        Outcome.ROBOTS_UNREACHABLE,
        purpose="page",
        port="http",
        requests=1,
        limits=HASTY,
    ),
    # slow is not yet broken
    Case("/slow-but-fine", Outcome.OK, size=4, limits=replace(HASTY, first_byte=1.5, total=3.0)),
    Case("/interim-few", Outcome.OK, size=2),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_wait_times_out(rig: Rig, case: Case):
    rig.check(case)


def test_twenty_silent_pages_do_not_delay_a_hundred_others(rig: Rig):
    slow, quick = (
        rig.task(Case("/silence", Outcome.TIMEOUT, limits=HASTY)),
        rig.task(Case("/fine", Outcome.OK)),
    )

    async def together() -> list[object]:
        async with rig.client(
            Case("/", Outcome.OK, limits=replace(HASTY, first_byte=1.0, total=5.0))
        ) as client:
            waiting = [asyncio.create_task(client.exchange(slow)) for _ in range(20)]
            read = [await client.exchange(quick) for _ in range(100)]
            assert not any(task.done() and isinstance(task.result(), Response) for task in waiting)
            await asyncio.gather(*waiting)
            return list(read)

    assert all(isinstance(answer, Response) for answer in asyncio.run(together()))


def test_host_that_timed_out_is_not_waited_for_again(rig: Rig):
    case = Case("/silence", Outcome.TIMEOUT, limits=HASTY)

    async def twice() -> int:
        async with rig.client(case) as client:
            way = fetcher(client)
            await way.fetch(rig.task(case))
            requests = len(rig.server.requests)
            await way.fetch(rig.task(case))
            return len(rig.server.requests) - requests

    assert asyncio.run(twice()) == 0
