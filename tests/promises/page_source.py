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


def first_request(options: Options, cursor: str | None) -> FetchRequest:
    """Return the request of the page."""
    return FetchRequest(options.url, options.purpose)


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """Return one post with the text of the page."""
    if isinstance(response, Failure):
        return Batch(failure=response)
    return Batch((Post("page", response.url, f"{response.body.decode()} #DistributedSystems"),))
