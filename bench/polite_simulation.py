"""Discrete-event simulation of a polite night with the rules of `crawler.fetch.politeness`.

All sources are polled, then the new articles are fetched, as in a crawl. The next event is the
earliest time at which a host accepts a request and a slot is free. There is no I/O and no waiting.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bench.polite_hosts import Host, Shares
from crawler.crawl.run_budget import COLLECT_SHARE
from crawler.fetch.politeness import (
    ExchangeOutcome,
    HostBucket,
    PolitenessPolicy,
    bucket_after,
    deferral_reason,
)

_START = datetime(2026, 3, 1, tzinfo=UTC)
_TIMEOUT_SECONDS = 20.0
_REFUSED_SHARE = 0.05
# Kilobytes on the wire: a body is as large as the compressed real pages of docs/OPERATING.md.
_KILOBYTES = {"page": 25.0, "feed": 25.0}
_SMALL_KILOBYTES = 0.6  # headers only


@dataclass(frozen=True, slots=True)
class Capacity:
    """The number of `slots` for concurrent requests, and the `hours` after which none begins.

    Polls may use the share COLLECT_SHARE of the hours, as in a crawl.
    """

    slots: int
    hours: float = 24.0


@dataclass(slots=True)
class Night:
    """The result of a simulated night.

    `seconds` is its duration, `polled` that of the polls. `requests` counts requests by kind,
    `kilobytes` were received, `deferred` requests wait for another night. `ended` has the time at
    which each host had its last page.
    """

    seconds: float = 0.0
    polled: float = 0.0
    requests: Counter[str] = field(default_factory=Counter)
    kilobytes: float = 0.0
    deferred: int = 0
    ended: list[float] = field(default_factory=list)

    def seconds_until(self, share: float) -> float:
        """Return the seconds after which this `share` of the hosts had its last page."""
        times = sorted(self.ended)
        return times[min(int(len(times) * share), len(times) - 1)] if times else 0.0


@dataclass(slots=True)
class _Queue:
    """The requests of one host that are left, by phase."""

    host: Host
    bucket: HostBucket
    polls: int
    pages: int
    has_robots: bool = False
    sent: int = 0

    def left(self, phase: str) -> int:
        return self.polls if phase == "poll" else self.pages

    def free_at(self) -> float:
        """The second from which the host accepts a request."""
        return ((self.bucket.free_at or _START) - _START).total_seconds()


class _Simulation:
    def __init__(
        self, policy: PolitenessPolicy, capacity: Capacity, shares: Shares, seed: int
    ) -> None:
        self.night = Night()
        self._policy = policy
        self._capacity = capacity
        self._shares = shares
        self._chance = random.Random(seed)

    def run(self, queues: Sequence[_Queue], phase: str, start: float, until: float) -> float:
        """Send the requests of a phase between two seconds; return the second of its end."""
        ready = [
            (max(start, queue.free_at()), number)
            for number, queue in enumerate(queues)
            if queue.left(phase)
        ]
        heapq.heapify(ready)
        slots = [start] * self._capacity.slots
        end = start
        while ready:
            at, number = heapq.heappop(ready)
            queue, at = queues[number], max(at, slots[0])
            if at > until or self._is_deferred(queue, phase, at):
                self.night.deferred += queue.left(phase)
                continue
            ended = at + self._send(queue, phase, at)
            heapq.heapreplace(slots, ended)
            end = max(end, ended)
            if queue.left(phase) and self._is_deferred(queue, phase, ended):
                self.night.deferred += queue.left(phase)  # the frontier drops them at once
            elif queue.left(phase):
                heapq.heappush(ready, (max(queue.free_at(), ended), number))
            elif phase == "fetch":
                self.night.ended.append(ended)
        return end

    def _is_deferred(self, queue: _Queue, phase: str, at: float) -> bool:
        now = _START + timedelta(seconds=at)
        spends = phase == "fetch" and queue.has_robots
        return bool(deferral_reason(queue.bucket, self._policy, now, spends=spends))

    def _send(self, queue: _Queue, phase: str, at: float) -> float:
        """Send the next request of a host at a second; return its duration in seconds."""
        host, kind = queue.host, self._kind(queue, phase)
        seconds = (
            _TIMEOUT_SECONDS if host.is_dead else host.seconds * self._chance.uniform(0.7, 1.5)
        )
        ended = _START + timedelta(seconds=at + seconds)
        is_refused = kind == "refused"
        later = timedelta(seconds=self._shares.retry_after)
        outcome = ExchangeOutcome(
            ended,
            seconds,
            429 if is_refused else 0 if host.is_dead else 200,
            ended + later if is_refused else None,
            spends=kind == "page",
            is_unreachable=host.is_dead,
        )
        queue.bucket = bucket_after(queue.bucket, self._policy, outcome)
        queue.sent += 1
        if kind == "robots.txt":
            queue.has_robots = True
        elif phase == "poll":
            queue.polls -= 1  # a failed poll waits for the next night
        elif kind == "page" or host.is_dead:
            queue.pages -= 1
        self.night.requests[kind] += 1
        self.night.kilobytes += _KILOBYTES.get(kind, _SMALL_KILOBYTES)
        return seconds

    def _kind(self, queue: _Queue, phase: str) -> str:
        if queue.host.is_dead:
            return "no response"
        if queue.host.refuses and self._chance.random() < _REFUSED_SHARE:
            return "refused"
        if phase == "poll":
            return "not modified" if self._chance.random() < self._shares.unchanged else "feed"
        return "page" if queue.has_robots else "robots.txt"


def simulate(
    hosts: Sequence[Host],
    policy: PolitenessPolicy,
    capacity: Capacity,
    shares: Shares,
    seed: int = 11,
) -> Night:
    """Return the night in which all sources of the `hosts` are polled, and articles fetched.

    Requests wait for the `policy` and the `capacity`. `shares` are those of the hosts. A `seed`
    gives the same night again.
    """
    simulation = _Simulation(policy, capacity, shares, seed)
    queues = [
        _Queue(host, HostBucket(crawl_delay=host.crawl_delay), host.sources, host.articles)
        for host in hosts
    ]
    night = simulation.night
    until = capacity.hours * 3600
    night.polled = simulation.run(queues, "poll", 0.0, until * COLLECT_SHARE)
    night.seconds = simulation.run(queues, "fetch", night.polled, until)
    return night


def least_seconds(hosts: Sequence[Host], policy: PolitenessPolicy, slots: int) -> float:
    """Return a lower bound for the seconds of a night of the `hosts` under a `policy`.

    It is the longest queue of a host, or all requests through the `slots`.
    """
    living = [host for host in hosts if not host.is_dead]
    counts = [host.sources + min(host.articles, policy.per_host) for host in living]
    queues = (
        (count - 1) * max(policy.delay_seconds, host.crawl_delay)
        for count, host in zip(counts, living, strict=True)
    )
    work = sum(0.7 * host.seconds * count for count, host in zip(counts, living, strict=True))
    return max(max(queues, default=0.0), work / slots)
