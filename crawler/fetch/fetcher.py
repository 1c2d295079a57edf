"""Fetch URLs politely: robots.txt, rate limits per host, one exchange per redirect.

    visit -> cached in this run? -> robots.txt -> rate limit of the host -> exchange -> the
    response, or a visit to the target of a redirect

Every URL is requested once in a run. The lock of a host bucket also prevents a stampede: a visit
that waited for the lock finds the response of the visit before it in the cache.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from crawler.fetch.classify_response import classify_response
from crawler.fetch.network_reachability import NO_NETWORK, UNREACHABLE, NetworkReachability
from crawler.fetch.politeness import (
    ExchangeOutcome,
    HostBucket,
    PolitenessPolicy,
    bucket_after,
    bucket_domain,
    bucket_name,
    deferral_reason,
    wait_seconds,
)
from crawler.fetch.redirects import is_redirect, redirected_request
from crawler.fetch.retry import is_lost_connection
from crawler.fetch.robots_policy import RobotsCache, RobotsPolicy
from crawler.fetch.robots_txt import RobotsDecision
from crawler.fetch.run_cache import RunCache
from crawler.models.http_exchange import FetchRequest, Hop, Response
from crawler.models.outcomes import BUDGET_STAGE, Failure, Outcome

Exchange = Callable[[FetchRequest], Awaitable[Response | Failure]]
StoreResponse = Callable[[Response, tuple[str, int] | None], Response]
CONTENT_SIGNAL = "robots-content-signal"
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Visit:
    """The state of a fetch: the next request (`task`), the first one (`wanted`), the redirects.

    `since` is the time at which this visit was queued, `waited_ms` the time in queues so far.
    `robots_domains` are the other domains to which its robots.txt redirects.
    """

    task: FetchRequest
    wanted: FetchRequest
    since: datetime
    hops: tuple[Hop, ...] = ()
    waited_ms: int = 0
    robots_domains: tuple[str, ...] = ()

    @classmethod
    def first(cls, task: FetchRequest, since: datetime) -> Self:
        """Return the first visit of a task, queued at `since`. Fragments are never sent."""
        return cls(replace(task, url=task.url.partition("#")[0]), task, since)

    @property
    def bucket(self) -> str:
        """The name of the host bucket whose rate limit applies to this visit."""
        return bucket_name(self.task.url)

    @property
    def domains(self) -> frozenset[str]:
        """The domains from which this visit needs responses."""
        return frozenset((bucket_domain(self.bucket), *self.robots_domains))


class ForeignDomainError(Exception):
    """A redirect leads to a `domain` from which another fetcher fetches."""

    def __init__(self, domain: str) -> None:
        super().__init__(domain)
        self.domain = domain


@dataclass(frozen=True, slots=True)
class FetcherConfig:
    """The settings and services of a fetcher.

    `agent` is the product token for robots.txt. `store` archives a response and returns it with
    its place; None archives nothing. At most `concurrency` exchanges run at the same time.
    `sleep` waits for seconds. While `is_used_up` returns True, no new page, feed or post is
    requested; redirects and robots.txt of visits in progress are.
    """

    agent: str
    policy: PolitenessPolicy
    robots_cache: RobotsCache
    now: Callable[[], datetime]
    store: StoreResponse | None = None
    concurrency: int = 32
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    is_used_up: Callable[[], bool] = lambda: False


class Fetcher:
    """The fetcher of one run. `exchange` makes one HTTP exchange.

    `cache` holds the responses of the run. `buckets` are the rate limits that another fetcher
    recorded before. With `domains`, this fetcher makes no request to others.
    """

    def __init__(
        self,
        exchange: Exchange,
        config: FetcherConfig,
        *,
        cache: RunCache | None = None,
        buckets: Mapping[str, HostBucket] | None = None,
        domains: frozenset[str] | None = None,
    ) -> None:
        self._domains = domains
        self._exchange = exchange
        self._config = config
        self._policy = config.policy
        self._now = config.now
        self._cache = cache or RunCache()
        self._slots = asyncio.Semaphore(config.concurrency)
        self._buckets = defaultdict(HostBucket, buckets or {})
        self._retried: set[FetchRequest] = set()
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._network = NetworkReachability()
        self._robots = RobotsPolicy(self.fetch, config.robots_cache, config.agent, config.now)

    async def fetch(self, task: FetchRequest) -> Response | Failure:
        """Return the result of a task: waits for rate limits and follows at most five redirects.

        Errors of the server are returned as Failure, not raised. Raises ForeignDomainError if a
        redirect leads to a domain that is not one of this fetcher.
        """
        place: Visit | Response | Failure = self.visit(task)
        while isinstance(place, Visit):
            if not self.may_make(place):
                raise ForeignDomainError(bucket_domain(place.bucket))
            place = await self.step(place)
        return place

    def may_make(self, visit: Visit) -> bool:
        """Return whether all requests of a `visit` go to domains of this fetcher."""
        return self._domains is None or not visit.bucket or visit.domains <= self._domains

    async def robots_disallow(self, url: str) -> bool:
        """Return whether robots.txt disallows `url`; False if it cannot be read."""
        decision = await self._robots.decide(url)
        return isinstance(decision, Failure) and decision.outcome is Outcome.BLOCKED_ROBOTS

    def visit(self, task: FetchRequest) -> Visit:
        """Return the first visit of a task, queued now."""
        return Visit.first(task, self._now())

    def archive(self, task: FetchRequest, response: Response) -> Response:
        """Archive the response of a task, once in a run, and return it with its place.

        Raises StoreError when the disk cannot store it.
        """
        if not self._config.store:
            return response
        response = self._cache.with_place(task, response)
        if response.archive_file is None:
            response = self._config.store(response, task.archived)
            self._cache.record_place(task, response)
        return response

    @property
    def is_offline(self) -> bool:
        """Whether no host responded to this fetcher so far, and at least two hosts were tried."""
        return self._network.is_offline

    @property
    def buckets(self) -> dict[str, HostBucket]:
        """The rate limits of all hosts, for the next fetcher."""
        return dict(self._buckets)

    def continue_from(self, buckets: Mapping[str, HostBucket]) -> None:
        """Replace rate limits by the `buckets` that another fetcher recorded since."""
        self._buckets.update(buckets)

    def free_at(self, bucket: str) -> datetime:
        """Return the time at which the next visit to a bucket may start.

        It is now when the visit would be deferred to another run.
        """
        now = self._now()
        state = self._buckets[bucket]
        if deferral_reason(state, self._policy, now, spends=True):
            return now
        return now + timedelta(seconds=wait_seconds(state, now))

    async def step(self, visit: Visit) -> Visit | Response | Failure:
        """Make one visit. Return its result, or the visit to queue next.

        The next visit has the target of a redirect, or the same URL after robots.txt was read or
        a connection was lost.
        """
        if not visit.bucket:
            message = "not an http or https URL with a host"
            return _failed(visit, Failure(visit.task.url, "fetch", Outcome.REFUSED_URL, message))

        obeys_robots = visit.task.purpose == "page"
        if obeys_robots and not self._robots.is_known(visit.task.url):
            return await self._after_robots(visit)
        decision = await self._robots.decide(visit.task.url) if obeys_robots else None
        if isinstance(decision, Failure):
            return _failed(visit, decision)

        response, waited_ms = await self._respond(visit, decision)
        visit = replace(visit, waited_ms=visit.waited_ms + waited_ms)
        if response is None:
            return replace(visit, since=self._now())
        if isinstance(response, Failure):
            return _failed(visit, response, decision)
        if is_redirect(visit.task, response):
            return self._redirected(visit, response)
        return _completed(visit, response, decision)

    async def _after_robots(self, visit: Visit) -> Visit:
        """Read the robots.txt of a visit. Return it, with the domain of another fetcher if needed.

        The visit then needs a fetcher for both domains.
        """
        try:
            await self._robots.decide(visit.task.url)
        except ForeignDomainError as error:
            return replace(visit, robots_domains=(*visit.robots_domains, error.domain))
        return visit

    def _redirected(self, visit: Visit, response: Response) -> Visit | Failure:
        hops = (*visit.hops, Hop(visit.task.url, response.status))
        visit = replace(visit, hops=hops)
        task = redirected_request(visit.task, response, hops)
        if isinstance(task, Failure):
            return _failed(visit, task)
        return replace(visit, task=task, since=self._now(), robots_domains=())

    async def _respond(
        self, visit: Visit, decision: RobotsDecision | None
    ) -> tuple[Response | Failure | None, int]:
        """The response from the cache or the server, and the time it waited in ms.

        The response is None after the first lost connection.
        """
        cached = self._cache.get(visit.task)
        if cached:
            return cached, 0

        bucket = visit.bucket
        async with self._locks[bucket]:
            cached = self._cache.get(visit.task)
            if cached:
                return cached, 0
            self._apply_crawl_delay(bucket, decision)
            deferred = self._deferred(visit.task, bucket)
            if deferred:
                return deferred, 0
            await self._config.sleep(wait_seconds(self._buckets[bucket], self._now()))
            async with self._slots:
                if self._network.gives_up:  # meanwhile
                    return _without_network(visit.task), 0
                if self._is_over_budget(visit):
                    return _budget_failure(visit.task.url), 0
                waited_ms = (self._now() - visit.since) // _MILLISECOND
                return await self._request(visit.task, bucket, decision), max(waited_ms, 0)

    def _is_over_budget(self, visit: Visit) -> bool:
        in_progress = bool(visit.hops) or visit.task.purpose == "robots"
        return not in_progress and self._config.is_used_up()

    def _apply_crawl_delay(self, bucket: str, decision: RobotsDecision | None) -> None:
        if decision and decision.crawl_delay:
            state = self._buckets[bucket]
            longest = max(state.crawl_delay, decision.crawl_delay)
            self._buckets[bucket] = replace(state, crawl_delay=longest)

    def _deferred(self, task: FetchRequest, bucket: str) -> Failure | None:
        """The Failure of a task that must wait for another run.

        The budget never defers a robots.txt, because it decides whether there is a page to fetch.
        """
        if self._network.gives_up:
            return _without_network(task)
        state = self._buckets[bucket]
        spends = task.purpose == "page"
        reason = deferral_reason(state, self._policy, self._now(), spends=spends)
        if not reason:
            return None
        return Failure(task.url, "fetch", Outcome.DEFERRED, reason, state.retry_after)

    async def _request(
        self, task: FetchRequest, bucket: str, decision: RobotsDecision | None
    ) -> Response | Failure | None:
        """The response, stored in the cache; None when the connection was lost for the first time.

        The caller then makes the same request once more.
        """
        began = self._now()
        self._network.begin(bucket)
        response = classify_response(await self._exchange(task), self._now())
        self._network.end(bucket, response)
        exchange = _exchange_outcome(task, response, began, self._now())
        self._buckets[bucket] = bucket_after(self._buckets[bucket], self._policy, exchange)

        if is_lost_connection(response) and task not in self._retried:
            self._retried.add(task)
            return None
        if isinstance(response, Response) and decision and decision.content_signal:
            response = _with_content_signal(response, decision)
        self._cache.put(task, response)
        return response


def _without_network(task: FetchRequest) -> Failure:
    return Failure(task.url, "fetch", Outcome.DEFERRED, NO_NETWORK, no_network=True)


def _budget_failure(url: str) -> Failure:
    return Failure(url, BUDGET_STAGE, Outcome.DEFERRED, "a budget of the run is used up")


def _exchange_outcome(
    task: FetchRequest, response: Response | Failure, began: datetime, ended: datetime
) -> ExchangeOutcome:
    failure = response if isinstance(response, Failure) else None
    return ExchangeOutcome(
        ended,
        (ended - began).total_seconds(),
        response.status or 0,
        failure.retry_after if failure else None,
        spends=task.purpose == "page",
        is_unreachable=failure is not None and failure.outcome in UNREACHABLE,
        is_unsent=failure is not None and (failure.outcome is Outcome.DNS or failure.no_network),
    )


def _completed(visit: Visit, response: Response, decision: RobotsDecision | None) -> Response:
    return replace(
        response,
        url=visit.wanted.url,
        final_url=visit.task.url,
        hops=visit.hops,
        waited_ms=visit.waited_ms,
        robots_rule=decision.rule if decision else None,
    )


def _with_content_signal(response: Response, decision: RobotsDecision) -> Response:
    """The response with the content signals of its robots.txt as a header.

    The header has its own name, so that extraction and the archive have the signals too.
    """
    signals = ", ".join(f"{name}={value}" for name, value in decision.content_signal)
    return replace(response, headers=(*response.headers, (CONTENT_SIGNAL, signals)))


def _failed(visit: Visit, failure: Failure, decision: RobotsDecision | None = None) -> Failure:
    return replace(
        failure,
        url=visit.wanted.url,
        hops=visit.hops,
        robots_rule=failure.robots_rule or (decision.rule if decision else None),
    )
