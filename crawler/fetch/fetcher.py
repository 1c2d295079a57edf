"""One URL wanted, brought politely: robots, its turn at the host, one exchange per hop, each asked
once in a run.

    visit -> known already? -> robots.txt -> the cell's turn -> exchange -> the answer, or a visit
    to where it redirects

The lock of a cell is also the lock against stampedes: whoever waits for it finds the answer that
the one before brought.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from crawler.fetch.classify_response import classify_response
from crawler.fetch.politeness import (
    ExchangeOutcome,
    HostBucket,
    PolitenessPolicy,
    bucket_after,
    bucket_name,
    deferral_reason,
    wait_seconds,
)
from crawler.fetch.redirects import REDIRECTS, redirected_request
from crawler.fetch.retry import is_lost_connection
from crawler.fetch.robots_policy import RobotsCache, RobotsPolicy
from crawler.fetch.robots_txt import RobotsDecision
from crawler.fetch.run_cache import RunCache
from crawler.models.http_exchange import FetchRequest, Hop, Response
from crawler.models.outcomes import Failure, Outcome

Exchange = Callable[[FetchRequest], Awaitable[Response | Failure]]
Keep = Callable[[Response, tuple[str, int] | None], Response]
CONTENT_SIGNAL = "robots-content-signal"
_MILLISECOND = timedelta(milliseconds=1)
_SILENT = frozenset({Outcome.CONNECT, Outcome.DNS, Outcome.TIMEOUT, Outcome.TLS})


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a fetch stands: the exchange to make next, the task first wanted, and what happened on
    the way. `since`: when this visit was queued.
    """

    task: FetchRequest
    wanted: FetchRequest
    since: datetime
    hops: tuple[Hop, ...] = ()
    waited_ms: int = 0

    @classmethod
    def first(cls, task: FetchRequest, since: datetime) -> Self:
        """The first visit of a task. Fragments never leave this machine."""
        return cls(replace(task, url=task.url.partition("#")[0]), task, since)

    @property
    def cell(self) -> str:
        """The cell whose turn this visit needs."""
        return bucket_name(self.task.url)


class Fetcher:
    """One run's way out. `exchange` makes one HTTP exchange; `keep` files a response and says where
    (see `archive`); `once` is the run's memory.

    At most `concurrency` exchanges are under way at a time. `cells` is what another fetcher
    remembered of them, when this one goes on from there.
    """

    def __init__(
        self,
        exchange: Exchange,
        *,
        agent: str,
        policy: PolitenessPolicy,
        robots_cache: RobotsCache,
        now: Callable[[], datetime],
        keep: Keep | None = None,
        once: RunCache | None = None,
        concurrency: int = 32,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        cells: Mapping[str, HostBucket] | None = None,
    ) -> None:
        self._exchange = exchange
        self._policy = policy
        self._keep = keep
        self._once = once or RunCache()
        self._slots = asyncio.Semaphore(concurrency)
        self._now = now
        self._sleep = sleep
        self._cells = defaultdict(HostBucket, cells or {})
        self._tried: set[FetchRequest] = set()
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._permission = RobotsPolicy(self.fetch, robots_cache, agent, now)

    async def fetch(self, task: FetchRequest) -> Response | Failure:
        """Bring one URL, waiting for each host's turn, following at most five redirects.

        Never raises for what a server does.
        """
        place: Visit | Response | Failure = self.visit(task)
        while isinstance(place, Visit):
            place = await self.step(place)
        return place

    def visit(self, task: FetchRequest) -> Visit:
        """The first visit of a task, queued now."""
        return Visit.first(task, self._now())

    def archive(self, task: FetchRequest, response: Response) -> Response:
        """Archive an answer that may be copied, once in a run; the answer with its place.

        `task` is the exchange that gave it. Raises StoreError when the disk does not take it.
        """
        if not self._keep:
            return response
        response = self._once.placed(task, response)
        if response.archive_file is None:
            response = self._keep(response, task.archived)
            self._once.archived(task, response)
        return response

    @property
    def cells(self) -> dict[str, HostBucket]:
        """What is remembered of each cell, for the fetcher that asks it next."""
        return dict(self._cells)

    def free_at(self, cell: str) -> datetime:
        """When the next visit to this cell may start, for those who order visits: now, if it would
        only be told to wait for another night.
        """
        now = self._now()
        deferred = deferral_reason(self._cells[cell], self._policy, now, spends=True)
        return now if deferred else now + timedelta(seconds=wait_seconds(self._cells[cell], now))

    async def step(self, visit: Visit) -> Visit | Response | Failure:
        """Make one visit: the answer, or the visit to queue next under its own cell: where a
        redirect leads, or the same once robots.txt is read
        or a connection was lost."""
        if not visit.cell:
            return _failed(
                visit,
                Failure(visit.task.url, "fetch", Outcome.REFUSED_URL, "not an address on the web"),
            )
        obeys = visit.task.purpose == "page"
        if obeys and not self._permission.is_known(visit.task.url):
            await self._permission.ask(visit.task.url)
            return visit
        verdict = await self._permission.ask(visit.task.url) if obeys else None
        if isinstance(verdict, Failure):
            return _failed(visit, verdict)
        answer, waited_ms = await self._answer(visit, verdict)
        visit = replace(visit, waited_ms=visit.waited_ms + waited_ms)
        if answer is None:
            return replace(visit, since=self._now())
        if isinstance(answer, Failure):
            return _failed(visit, answer, verdict)
        if answer.status in REDIRECTS:
            return self._onward(visit, answer)
        rule = verdict.rule if verdict else None
        return replace(
            answer,
            url=visit.wanted.url,
            final_url=visit.task.url,
            hops=visit.hops,
            waited_ms=visit.waited_ms,
            robots_rule=rule,
        )

    def _onward(self, visit: Visit, answer: Response) -> Visit | Failure:
        hops = (*visit.hops, Hop(visit.task.url, answer.status))
        visit = replace(visit, hops=hops)
        task = redirected_request(visit.task, answer, hops)
        return (
            _failed(visit, task)
            if isinstance(task, Failure)
            else replace(visit, task=task, since=self._now())
        )

    async def _answer(
        self, visit: Visit, verdict: RobotsDecision | None
    ) -> tuple[Response | Failure | None, int]:
        if known := self._once.get(visit.task):
            return known, 0
        cell = visit.cell
        async with self._locks[cell]:
            if known := self._once.get(visit.task):
                return known, 0
            if verdict and verdict.crawl_delay:
                self._cells[cell] = replace(
                    self._cells[cell],
                    crawl_delay=max(self._cells[cell].crawl_delay, verdict.crawl_delay),
                )
            if deferred := self._deferred(visit.task, cell):
                return deferred, 0
            await self._sleep(wait_seconds(self._cells[cell], self._now()))
            async with self._slots:
                waited_ms = (self._now() - visit.since) // _MILLISECOND
                return await self._asked(visit.task, cell, verdict), max(waited_ms, 0)

    def _deferred(self, task: FetchRequest, cell: str) -> Failure | None:
        """Robots files are never refused for the budget: they decide whether there is anything to
        ask.
        """
        reason = deferral_reason(
            self._cells[cell], self._policy, self._now(), spends=task.purpose == "page"
        )
        return (
            Failure(task.url, "fetch", Outcome.DEFERRED, reason, self._cells[cell].retry_after)
            if reason
            else None
        )

    async def _asked(
        self, task: FetchRequest, cell: str, verdict: RobotsDecision | None
    ) -> Response | Failure | None:
        """The answer, remembered; None when a connection was lost for the first time and the same
        is to be asked once more.
        """
        began = self._now()
        answer = classify_response(await self._exchange(task), self._now())
        ended = self._now()
        retry_after = answer.retry_after if isinstance(answer, Failure) else None
        outcome = answer.outcome if isinstance(answer, Failure) else Outcome.OK
        told = ExchangeOutcome(
            ended,
            (ended - began).total_seconds(),
            answer.status or 0,
            retry_after,
            task.purpose == "page",
            outcome in _SILENT,
        )
        self._cells[cell] = bucket_after(self._cells[cell], self._policy, told)
        if is_lost_connection(answer) and task not in self._tried:
            self._tried.add(task)
            return None
        if isinstance(answer, Response) and verdict and verdict.content_signal:
            answer = _signalled(answer, verdict)
        self._once.keep(task, answer)
        return answer


def _signalled(answer: Response, verdict: RobotsDecision) -> Response:
    """The answer with what its robots.txt says of its use, as a header of our own name, so that
    readers and the archive have it too.
    """
    signals = ", ".join(f"{name}={value}" for name, value in verdict.content_signal)
    return replace(answer, headers=(*answer.headers, (CONTENT_SIGNAL, signals)))


def _failed(visit: Visit, failure: Failure, verdict: RobotsDecision | None = None) -> Failure:
    return replace(
        failure,
        url=visit.wanted.url,
        hops=visit.hops,
        robots_rule=failure.robots_rule or (verdict.rule if verdict else None),
    )
