"""Is a source worth its place: ask it once and say what came; find the feeds of a page.

Keeps nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from crawler.fetch.fetcher import Fetcher
from crawler.fetch.http_client import Client
from crawler.fetch.politeness import Manners
from crawler.fetch.request_headers import robots_token
from crawler.fetch.robots_policy import RobotsCopy
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.sources.feed_discovery import FeedCandidate, discover_feeds, well_known_feed_urls
from crawler.sources.formats.detect_feed_format import parse_feed
from crawler.sources.formats.feed_entry import Feed
from crawler.sources.registry import Source
from crawler.workspace import FetchSettings

_PERMANENT = (301, 308)


@dataclass(frozen=True, slots=True)
class SourceProbe:
    """What one source answered: how many entries, the newest of them, where it moved for good,
    which feed to use instead.
    """

    name: str
    kind: str
    outcome: Outcome
    status: int | None = None
    entries: int = 0
    newest: datetime | None = None
    moved_to: str = ""
    instead: str = ""
    message: str = ""


@asynccontextmanager
async def open_fetcher(
    settings: FetchSettings, now: Callable[[], datetime]
) -> AsyncIterator[Fetcher]:
    """A way out for one command: polite as always, but nothing is archived or remembered."""
    async with Client(settings, now) as client:
        yield Fetcher(
            client.exchange,
            agent=robots_token(settings),
            manners=Manners.of(settings),
            robots_memory=NullRobotsCache(),
            now=now,
            concurrency=settings.concurrency,
        )


async def probe_sources(sources: Iterable[Source], fetcher: Fetcher) -> AsyncIterator[SourceProbe]:
    """Every source asked once, as they answer."""
    for asked in asyncio.as_completed([probe_source(source, fetcher) for source in sources]):
        yield await asked


async def probe_source(source: Source, fetcher: Fetcher) -> SourceProbe:
    """One source asked once, without its cursor."""
    request = source.first_request(None)
    answer = await fetcher.fetch(request)
    batch = source.parse_response(answer, None)
    dates = [post.published for post in batch.posts if post.published]
    return SourceProbe(
        name=source.name,
        kind=source.kind,
        outcome=batch.failure.outcome if batch.failure else Outcome.OK,
        status=answer.status,
        entries=len(batch.posts) or len(batch.next_requests),
        newest=max(dates, default=None),
        moved_to=answer.final_url
        if isinstance(answer, Response)
        and answer.hops
        and all(hop.status in _PERMANENT for hop in answer.hops)
        else "",
        instead=_instead(answer)
        if batch.failure and batch.failure.outcome is Outcome.BAD_FEED
        else "",
        message=batch.failure.message if batch.failure else "",
    )


async def find_feeds(url: str, fetcher: Fetcher) -> tuple[FeedCandidate, ...] | Failure:
    """The feeds of the page at `url`, best first: the page itself when it is one, what it
    announces, else the first well-known path that answers.
    """
    answer = await fetcher.fetch(FetchRequest(url, "page"))
    if isinstance(answer, Failure):
        return answer
    if isinstance(feed := parse_feed(answer), Feed):
        return (FeedCandidate(answer.final_url, feed.title, f"the page itself ({feed.format})"),)
    return _announced(answer) or await _guessed(answer.final_url, fetcher)


async def best_feed(url: str, fetcher: Fetcher) -> FeedCandidate | Failure:
    """The best feed of the page at `url` that really answers as one, under its own title."""
    found = await find_feeds(url, fetcher)
    if isinstance(found, Failure):
        return found
    for candidate in found:
        answer = await fetcher.fetch(FetchRequest(candidate.url, "feed"))
        if isinstance(answer, Response) and isinstance(feed := parse_feed(answer), Feed):
            return FeedCandidate(candidate.url, feed.title, candidate.reason)
    return Failure(
        url,
        "collect",
        Outcome.BAD_FEED,
        "it announces no feed that answers, and none stands where feeds often stand",
    )


async def _guessed(url: str, fetcher: Fetcher) -> tuple[FeedCandidate, ...]:
    for address in well_known_feed_urls(url):
        answer = await fetcher.fetch(FetchRequest(address, "page"))
        # A site that redirects every unknown path to its home page, or to one feed, has not said
        # that this path is a feed.
        if (
            isinstance(answer, Response)
            and not answer.hops
            and isinstance(feed := parse_feed(answer), Feed)
        ):
            return (FeedCandidate(address, feed.title, f"well-known path ({feed.format})"),)
    return ()


def _announced(page: Response) -> tuple[FeedCandidate, ...]:
    return discover_feeds(page.body.decode("utf-8", "replace"), page.final_url, page.header("link"))


def _instead(answer: Response | Failure) -> str:
    return (
        next((candidate.url for candidate in _announced(answer)), "")
        if isinstance(answer, Response)
        else ""
    )


class NullRobotsCache:
    """A memory for robots files that outlives nothing."""

    def load(self, authority: str) -> RobotsCopy | None:
        return None

    def save(self, authority: str, copy: RobotsCopy) -> None:
        return None
