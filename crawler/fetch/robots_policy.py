"""May this page be asked for: the robots.txt of its authority, read once per run (RFC 9309)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple, Protocol

from crawler.fetch.robots_txt import RobotsDecision, RobotsTxt
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.url_parser import origin_of

LAST_GOOD_COPY = timedelta(hours=24)  # RFC 9309 section 2.4
# RFC 9309 section 2.3.1.3: a robots.txt that is "unavailable" forbids nothing. 429 is not among
# these: it asks us to stay away.
_UNAVAILABLE = frozenset(
    {
        Outcome.CLIENT_ERROR,
        Outcome.FORBIDDEN,
        Outcome.GONE,
        Outcome.LEGAL,
        Outcome.NOT_FOUND,
        Outcome.REDIRECT_LOOP,
        Outcome.BAD_REDIRECT,
    }
)
# What stops a robots.txt for these reasons stops its pages for the same.
_SAYS_IT_ALL = frozenset({Outcome.DEFERRED, Outcome.REFUSED_ADDRESS, Outcome.REFUSED_URL})


class RobotsCopy(NamedTuple):
    """A robots.txt as it was read: when, and its bytes (none when the server has no such file)."""

    fetched_at: datetime
    body: bytes


class RobotsCache(Protocol):
    """What outlives a run: the last good robots.txt of each authority (`scheme://host:port`)."""

    def load(self, authority: str) -> RobotsCopy | None: ...

    def save(self, authority: str, copy: RobotsCopy) -> None: ...


class RobotsPolicy:
    """Answers for one run.

    `fetch` brings a robots.txt as any other URL is brought, redirects included.
    """

    def __init__(
        self,
        fetch: Callable[[FetchRequest], Awaitable[Response | Failure]],
        memory: RobotsCache,
        agent: str,
        now: Callable[[], datetime],
    ) -> None:
        self._fetch = fetch
        self._memory = memory
        self._agent = agent
        self._now = now
        self._read: dict[str, RobotsCopy | Failure] = {}
        self._reading: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def is_known(self, url: str) -> bool:
        """Whether the robots.txt for `url` has been read, so that `ask` makes no request."""
        return origin_of(url) in self._read

    async def ask(self, url: str) -> RobotsDecision | Failure:
        """The verdict of the robots.txt in force for `url`, or the Failure that forbids to ask it."""
        copy = await self._copy(origin_of(url))
        if isinstance(copy, Failure):
            outcome = (
                copy.outcome
                if copy.outcome in _SAYS_IT_ALL and not copy.hops
                else Outcome.ROBOTS_UNREACHABLE
            )
            return Failure(
                url,
                "fetch",
                outcome,
                f"its robots.txt cannot be read: {copy.message}",
                copy.retry_after,
            )
        verdict = _parsed(copy.body).decide(self._agent, url)
        if verdict.allowed:
            return verdict
        return Failure(
            url,
            "fetch",
            Outcome.BLOCKED_ROBOTS,
            "robots.txt forbids this address",
            robots_rule=verdict.rule,
        )

    async def _copy(self, authority: str) -> RobotsCopy | Failure:
        async with self._reading[authority]:  # one that is cancelled leaves the file to the next
            if authority not in self._read:
                self._read[authority] = await self._fetched(authority)
        return self._read[authority]

    async def _fetched(self, authority: str) -> RobotsCopy | Failure:
        answer = await self._fetch(FetchRequest(f"{authority}/robots.txt", purpose="robots"))
        if isinstance(answer, Response):
            self._memory.save(authority, RobotsCopy(answer.fetched_at, answer.body))
        return current_copy(answer, self._memory.load(authority), self._now())


def current_copy(
    answer: Response | Failure, last: RobotsCopy | None, now: datetime
) -> RobotsCopy | Failure:
    """Which robots.txt counts: the one just read, none at all, the last good copy while it is a day
    old at most, or the failure.
    """
    if isinstance(answer, Response):
        return RobotsCopy(answer.fetched_at, answer.body)
    if answer.outcome in _UNAVAILABLE:
        return RobotsCopy(now, b"")
    return last if last and timedelta() <= now - last.fetched_at <= LAST_GOOD_COPY else answer


@lru_cache(maxsize=512)
def _parsed(body: bytes) -> RobotsTxt:
    return RobotsTxt.parse(body)
