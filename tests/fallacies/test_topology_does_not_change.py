"""Fallacy 5: topology doesn't change.

Pages and names move, and some redirects are circular. Every hop is checked again and recorded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from crawler.fetch.http_client import HttpClient
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Outcome
from crawler.settings.fetch import FetchSettings
from tests.fallacies.cases import NOW, QUICK, Case, Rig
from tests.hostile_replies import TEXT

FINE = len(TEXT)

CASES = (
    # moved, with a valid redirect
    Case("/to-fine", Outcome.OK, size=FINE, hops=1),
    Case("/to-fine-301", Outcome.OK, size=FINE, hops=1),
    Case("/to-fine-303", Outcome.OK, size=FINE, hops=1),
    Case("/to-fine-308", Outcome.OK, size=FINE, hops=1),
    Case("/to-latin1", Outcome.NOT_FOUND, hops=1),
    Case("/to-utf8", Outcome.NOT_FOUND, hops=1),
    Case("/hops-1", Outcome.OK, size=FINE, hops=1),
    Case("/hops-5", Outcome.OK, size=FINE, hops=5),
    # moved too often, or in circles
    Case("/hops-6", Outcome.REDIRECT_LOOP, hops=6),
    Case("/hops-8", Outcome.REDIRECT_LOOP, requests=6),
    Case("/endless-redirects", Outcome.REDIRECT_LOOP, requests=6),
    Case("/to-itself", Outcome.REDIRECT_LOOP, requests=1),
    Case("/loop-a", Outcome.REDIRECT_LOOP, requests=2),
    # moved, and nobody can follow
    Case("/to-nowhere", Outcome.BAD_REDIRECT),
    Case("/to-empty", Outcome.BAD_REDIRECT),
    Case("/to-broken", Outcome.BAD_REDIRECT),
    Case("/to-file", Outcome.BAD_REDIRECT),
    Case("/to-ftp", Outcome.BAD_REDIRECT),
    Case("/to-data", Outcome.BAD_REDIRECT),
    Case("/to-javascript", Outcome.BAD_REDIRECT),
    Case("/to-gopher", Outcome.BAD_REDIRECT),
    Case(
        "https://fine.example/to-plain", Outcome.BAD_REDIRECT, message="https to http", port="tls"
    ),
    # gone
    Case("/404", Outcome.NOT_FOUND),
    Case("/410", Outcome.GONE),
    # the name has moved
    Case("http://example.org:{port}/fine", Outcome.OK, names=("127.0.0.2", "127.0.0.1")),
    Case(
        "http://example.org:{port}/fine",
        Outcome.OK,
        names=("::1", "127.0.0.1"),
        opened=("127.0.0.0/8", "::1/128"),
    ),
    Case(
        "http://example.org:{port}/fine",
        Outcome.CONNECT,
        names=("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.1"),
        connections=0,
    ),
    Case("http://example.org:{port}/fine", Outcome.OK, names=("127.0.0.1",) * 1000, connections=1),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_redirects_are_followed_within_limits(rig: Rig, case: Case):
    rig.check(case)


def test_name_that_later_resolves_to_a_private_ip_is_refused(rig: Rig):
    answers = iter([("127.0.0.1",), ("10.0.0.1",)])

    async def moving(name: str) -> Sequence[str]:
        return next(answers)

    async def twice() -> list[object]:
        found: list[object] = []
        for _ in range(2):
            async with HttpClient(
                FetchSettings(allow_private=("127.0.0.0/8",)),
                lambda: NOW,
                limits=QUICK,
                resolve=moving,
            ) as client:
                found.append(
                    await client.exchange(
                        FetchRequest(f"http://moving.example:{rig.server.port}/fine", "page")
                    )
                )
        return found

    first, second = asyncio.run(twice())
    assert isinstance(first, Response)
    assert getattr(second, "outcome", None) is Outcome.REFUSED_ADDRESS
