"""A generated internet of hosts for the simulated schedule: heavy tail, delays and failures.

Sources are blogs. Each has its own host or is one of many on a shared platform, for example
`substack.com`, whose hosts share one rate limit. The shares are inputs: change them to match other
sources.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of hosts and responses, from 0 to 1, and other assumptions.

    `platform` is the share of sources on shared platforms, of which there are `platforms` with
    sizes of Zipf exponent `skew`. `tail` is the Pareto exponent of sources per other host.
    `unchanged` polls end with 304. `slow` hosts have a Crawl-delay of `crawl_delay` seconds,
    `refusing` hosts respond to 5 % of requests with 429 and a Retry-After of `retry_after` seconds,
    and `dead` hosts do not answer. A source links to `articles` new articles a night, of which the
    share `own` is on its own host.
    """

    platform: float = 0.15
    platforms: int = 25
    skew: float = 1.0
    tail: float = 2.2
    unchanged: float = 0.85
    slow: float = 0.03
    crawl_delay: float = 10.0
    refusing: float = 0.01
    retry_after: float = 60.0
    dead: float = 0.04
    articles: float = 0.1
    own: float = 0.6


@dataclass(frozen=True, slots=True)
class Host:
    """One rate limit: its numbers of sources and new articles, and how it responds.

    `seconds` is the usual time of a response. `crawl_delay` is 0 without a Crawl-delay.
    """

    sources: int
    articles: int
    seconds: float
    crawl_delay: float = 0.0
    refuses: bool = False
    is_dead: bool = False


def generate_hosts(sources: int, shares: Shares, seed: int = 7) -> list[Host]:
    """Return the hosts of a number of `sources` with these `shares`; a `seed` gives the same."""
    chance = random.Random(seed)
    sizes = [*_platform_sizes(round(sources * shares.platform), shares)]
    platforms = len(sizes)
    left = sources - sum(sizes)
    while left > 0:
        size = min(int(chance.paretovariate(shares.tail)), left, 1000)
        sizes.append(size)
        left -= size
    linked = _linked_articles(sizes, round(sources * shares.articles), shares, chance)
    return [
        _host(size, linked[number], number < platforms, shares, chance)
        for number, size in enumerate(sizes)
    ]


def _platform_sizes(sources: int, shares: Shares) -> Iterator[int]:
    weights = [1 / (rank + 1) ** shares.skew for rank in range(shares.platforms)]
    yield from (round(sources * weight / sum(weights)) for weight in weights)


def _linked_articles(
    sizes: Sequence[int], total: int, shares: Shares, chance: random.Random
) -> list[int]:
    """Return the new articles of each host: of its sources, and links from others."""
    linked = [0] * len(sizes)
    own = round(total * shares.own)
    for number in chance.choices(range(len(sizes)), weights=sizes, k=own):
        linked[number] += 1
    for _ in range(total - own):  # links from other hosts prefer few hosts
        linked[min(int(chance.paretovariate(0.7)) - 1, len(sizes) - 1)] += 1
    return linked


def _host(
    size: int, articles: int, is_platform: bool, shares: Shares, chance: random.Random
) -> Host:
    drawn = 0.5 if is_platform else chance.random()
    return Host(
        size,
        articles,
        min(chance.lognormvariate(-1.2, 0.8), 20.0),  # median 0.3 s, 95 % below 1.1 s
        shares.crawl_delay if drawn < shares.slow else 0.0,
        shares.slow <= drawn < shares.slow + shares.refusing,
        drawn > 1 - shares.dead,
    )
