"""A custom source that reads a web page instead of a feed: its request has `purpose="page"`."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.models.http_exchange import FetchRequest, Purpose, Response
from crawler.models.outcomes import Failure
from crawler.models.posts import Post
from crawler.sources.protocol import Batch

MAX_REQUESTS = 1


@dataclass(frozen=True, slots=True)
class Options:
    """`url`: the page; `purpose`: why it is fetched."""

    url: str
    purpose: Purpose = "page"


def first(options: Options, cursor: str | None) -> FetchRequest:
    """The page itself."""
    return FetchRequest(options.url, options.purpose)


def read(options: Options, answer: Response | Failure, cursor: str | None) -> Batch:
    """One post with the page's text."""
    if isinstance(answer, Failure):
        return Batch(failure=answer)
    return Batch((Post("page", answer.url, f"{answer.body.decode()} #DistributedSystems"),))
