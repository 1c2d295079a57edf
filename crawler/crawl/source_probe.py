"""Probe a source: poll it once and report the result; find the feeds of a page. Stores nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from crawler.crawl.source_lifecycle import permanent_target
from crawler.fetch.fetcher import Fetcher, FetcherConfig
from crawler.fetch.http_client import HttpClient
from crawler.fetch.politeness import PolitenessPolicy
from crawler.fetch.request_headers import robots_token
from crawler.fetch.robots_policy import RobotsCopy
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.settings.fetch import FetchSettings
from crawler.sources.configured_sources import Source
from crawler.sources.feed_discovery import (
    FeedCandidate,
    discover_feeds,
    is_comment_feed,
    well_known_feed_urls,
)
from crawler.sources.formats.feed_model import Feed
from crawler.sources.formats.parse_feed import parse_feed
from crawler.sources.linked_feeds import linked_feeds
from crawler.url_parser import resolve_url


@dataclass(frozen=True, slots=True)
class SourceProbe:
    """The result of polling one source once.

    `entries` counts its entries, `newest` is the date of the newest, and `size` the bytes of the
    first response. `moved_to` is the URL of permanent redirects, and `instead` the URL of a feed to
    use instead. `robots_disallow`: robots.txt disallows its URL. `message` states the reason of a
    failure, in the words of an API if it gave one.
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
    size: int = 0
    robots_disallow: bool = False


@asynccontextmanager
async def open_fetcher(
    settings: FetchSettings, now: Callable[[], datetime]
) -> AsyncIterator[Fetcher]:
    """Yield a fetcher for one command. It obeys all limits, but archives and caches nothing."""
    async with HttpClient(settings, now) as client:
        yield Fetcher(
            client.exchange,
            FetcherConfig(
                agent=robots_token(settings),
                policy=PolitenessPolicy.of(settings),
                robots_cache=NullRobotsCache(),
                now=now,
                concurrency=settings.concurrency,
            ),
        )


async def probe_sources(sources: Iterable[Source], fetcher: Fetcher) -> AsyncIterator[SourceProbe]:
    """Yield the probe of each of the `sources`, in the order in which they answer."""
    for asked in asyncio.as_completed([probe_source(source, fetcher) for source in sources]):
        yield await asked


async def probe_source(source: Source, fetcher: Fetcher) -> SourceProbe:
    """Return the result of polling `source` once, without its cursor."""
    request = source.first_request(None)
    response = await fetcher.fetch(request)
    batch = source.parse_response(response, None)
    failure = batch.failure
    dates = [post.published for post in batch.posts if post.published]
    return SourceProbe(
        name=source.name,
        kind=source.kind,
        outcome=failure.outcome if failure else Outcome.OK,
        status=response.status,
        entries=len(batch.posts) or len(batch.next_requests),
        newest=max(dates, default=None),
        moved_to=permanent_target(response),
        instead=await _replacement(request, response, failure, fetcher) if failure else "",
        message=failure.message if failure else "",
        size=len(response.body) if isinstance(response, Response) else 0,
        robots_disallow=request.purpose == "feed" and await fetcher.robots_disallow(request.url),
    )


async def _replacement(
    request: FetchRequest, response: Response | Failure, failure: Failure, fetcher: Fetcher
) -> str:
    """Return the URL of a feed to use instead of one that failed, or "".

    That is a feed which the answer announces, or the home page of the host if the URL is missing.
    """
    if request.purpose != "feed":
        return ""
    if isinstance(response, Response) and failure.outcome is Outcome.BAD_FEED:
        return next((candidate.url for candidate in _announced(response)), "")
    if failure.outcome not in (Outcome.NOT_FOUND, Outcome.GONE):
        return ""
    feeds = await find_feeds(resolve_url("/", request.url) or request.url, fetcher)
    candidates = () if isinstance(feeds, Failure) else feeds
    return next((feed.url for feed in candidates if feed.url != request.url), "")


async def find_feeds(url: str, fetcher: Fetcher) -> tuple[FeedCandidate, ...] | Failure:
    """Return the feeds of the page at `url`, best first, or the failure of the page.

    A page that is a feed is the only result. Then come the feeds that the page announces, else
    those that it links, else the first well-known path with a feed.
    """
    response = await fetcher.fetch(FetchRequest(url, "page"))
    if isinstance(response, Failure):
        return response
    if isinstance(feed := parse_feed(response), Feed):
        return (FeedCandidate(response.final_url, feed.title, f"the page itself ({feed.format})"),)
    return (
        _announced(response)
        or await _linked(response, fetcher)
        or await _guessed(response.final_url, fetcher)
    )


async def best_feed(url: str, fetcher: Fetcher) -> FeedCandidate | Failure:
    """Return the best feed of the page at `url` that can be fetched, or a failure."""
    feeds = await working_feeds(url, fetcher, most=1)
    return feeds if isinstance(feeds, Failure) else feeds[0]


async def working_feeds(
    url: str, fetcher: Fetcher, most: int = 9
) -> tuple[FeedCandidate, ...] | Failure:
    """Return the feeds of the page at `url` that can be fetched, best first and at most `most`.

    Feeds of comments are left out if there are others. Returns a failure instead of no feeds.
    """
    candidates = await find_feeds(url, fetcher)
    if isinstance(candidates, Failure):
        return candidates
    feeds: list[FeedCandidate] = []
    for candidate in candidates:
        response = await fetcher.fetch(FetchRequest(candidate.url, "feed"))
        if isinstance(response, Response) and isinstance(feed := parse_feed(response), Feed):
            feeds.append(FeedCandidate(candidate.url, feed.title, candidate.reason))
        if len(feeds) == most:
            break
    without_comments = [feed for feed in feeds if not is_comment_feed(feed)]
    message = "the page announces no feed that can be fetched, and no well-known path has one"
    failure = Failure(url, "collect", Outcome.BAD_FEED, message)
    return tuple(without_comments or feeds) or failure


async def _linked(page: Response, fetcher: Fetcher) -> tuple[FeedCandidate, ...]:
    """Return the linked URLs that are feeds."""
    feeds = []
    for candidate in linked_feeds(page.body.decode("utf-8", "replace"), page.final_url):
        response = await fetcher.fetch(FetchRequest(candidate.url, "feed"))
        if isinstance(response, Response) and isinstance(feed := parse_feed(response), Feed):
            feeds.append(FeedCandidate(candidate.url, feed.title, f"linked ({feed.format})"))
    return tuple(feeds)


async def _guessed(url: str, fetcher: Fetcher) -> tuple[FeedCandidate, ...]:
    for candidate in well_known_feed_urls(url):
        response = await fetcher.fetch(FetchRequest(candidate, "page"))
        # A redirect proves nothing: the site may redirect every unknown path to its home page, or
        # to one feed.
        if isinstance(response, Failure) or response.hops:
            continue
        feed = parse_feed(response)
        if isinstance(feed, Feed):
            return (FeedCandidate(candidate, feed.title, f"well-known path ({feed.format})"),)
    return ()


def _announced(page: Response) -> tuple[FeedCandidate, ...]:
    return discover_feeds(page.body.decode("utf-8", "replace"), page.final_url, page.header("link"))


class NullRobotsCache:
    """A cache for robots.txt files that stores nothing."""

    def load(self, authority: str) -> RobotsCopy | None:
        """Return None for every `authority`."""
        return None

    def save(self, authority: str, copy: RobotsCopy) -> None:
        """Discard the `copy` of the robots.txt file of `authority`."""
        return None
