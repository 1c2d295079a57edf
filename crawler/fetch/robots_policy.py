"""Whether robots.txt allows a URL. The file of an authority is read once per run (RFC 9309)."""

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

MAX_COPY_AGE = timedelta(hours=24)  # RFC 9309 section 2.4
# RFC 9309 section 2.3.1.3: a robots.txt that is "unavailable" allows everything. 429 is not in
# this set: the server asks for fewer requests.
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
# A robots.txt that fails for these reasons has pages that fail for the same reason.
_SAME_OUTCOME = frozenset({Outcome.DEFERRED, Outcome.REFUSED_ADDRESS, Outcome.REFUSED_URL})


class RobotsCopy(NamedTuple):
    """A robots.txt: the time of its fetch and its bytes (empty when the server has no file)."""

    fetched_at: datetime
    body: bytes


class RobotsCache(Protocol):
    """A store of the last good robots.txt of each authority, for later runs."""

    def load(self, authority: str) -> RobotsCopy | None:
        """Return the stored copy of an authority (`scheme://host:port`), or None."""

    def save(self, authority: str, copy: RobotsCopy) -> None:
        """Store the copy of an authority."""


class RobotsPolicy:
    """The robots.txt decisions of one run.

    `fetch` requests a robots.txt like any other URL, redirects included.
    """

    def __init__(
        self,
        fetch: Callable[[FetchRequest], Awaitable[Response | Failure]],
        cache: RobotsCache,
        agent: str,
        now: Callable[[], datetime],
    ) -> None:
        self._fetch = fetch
        self._cache = cache
        self._agent = agent
        self._now = now
        self._copies: dict[str, RobotsCopy | Failure] = {}
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def is_known(self, url: str) -> bool:
        """Whether the robots.txt for `url` has been read, so that `decide` makes no request."""
        return origin_of(url) in self._copies

    async def decide(self, url: str) -> RobotsDecision | Failure:
        """Return the decision for `url`, or the Failure that prevents its request."""
        copy = await self._copy(origin_of(url))
        if isinstance(copy, Failure):
            is_same = copy.outcome in _SAME_OUTCOME and not copy.hops
            outcome = copy.outcome if is_same else Outcome.ROBOTS_UNREACHABLE
            return Failure(
                url,
                "fetch",
                outcome,
                f"its robots.txt cannot be read: {copy.message}",
                copy.retry_after,
                no_network=copy.no_network,
            )
        decision = _parsed(copy.body).decide(self._agent, url)
        if decision.allowed:
            return decision
        return Failure(
            url,
            "fetch",
            Outcome.BLOCKED_ROBOTS,
            "robots.txt disallows this URL",
            robots_rule=decision.rule,
        )

    async def _copy(self, authority: str) -> RobotsCopy | Failure:
        async with self._locks[authority]:  # after a cancellation the next visit reads the file
            if authority not in self._copies:
                self._copies[authority] = await self._fetched(authority)
        return self._copies[authority]

    async def _fetched(self, authority: str) -> RobotsCopy | Failure:
        response = await self._fetch(FetchRequest(f"{authority}/robots.txt", purpose="robots"))
        if isinstance(response, Response):
            self._cache.save(authority, RobotsCopy(response.fetched_at, response.body))
        return current_copy(response, self._cache.load(authority), self._now())


def current_copy(
    response: Response | Failure, last: RobotsCopy | None, now: datetime
) -> RobotsCopy | Failure:
    """Return the robots.txt that applies after a `response`, or the failure.

    A missing file is an empty copy. After another failure the `last` good copy applies while it
    is at most a day old.
    """
    if isinstance(response, Response):
        return RobotsCopy(response.fetched_at, response.body)
    if response.outcome in _UNAVAILABLE:
        return RobotsCopy(now, b"")
    is_fresh = last is not None and timedelta() <= now - last.fetched_at <= MAX_COPY_AGE
    return last if last and is_fresh else response


@lru_cache(maxsize=512)
def _parsed(body: bytes) -> RobotsTxt:
    return RobotsTxt.parse(body)
