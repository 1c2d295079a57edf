"""The contract of a source module: which requests to make, and how to parse the responses.

A source kind is one module without network, clock or database. `kind = "mastodon"` is
`crawler.sources.mastodon`; a dotted kind is a module of anyone, for example `mypackage.wiki`. The
module defines the names of `SourceModule`, and those of `RecheckableSource` if its network can
report whether stored posts still exist.

A request with a body is a POST. Requests with one URL have different fragments, which are never
sent but come back in the `url` of the response. A request names the secrets that it needs; a module
never sees their values.

The caller fetches no URL twice in a night. It passes the stored cursor to each `parse_response`.
It stores the last cursor of the night only if no response failed, because fetching posts again is
harmless and missing some is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Post
from crawler.text_cleaning import clean_line


@dataclass(frozen=True, slots=True)
class PollingHints:
    """How often a feed asks to be polled.

    `min_interval` is the shortest time between two polls. `skip_hours` are hours of the day,
    `skip_days` days of the week (Monday is 0), both in UTC.
    """

    min_interval: timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """The posts of one response, and the requests that follow from it, in order.

    A `cursor` of None keeps the stored one. `failure` states why the response is unusable; a later
    response with posts or a cursor makes up for it. `warning` states what was left out of a
    usable response.
    """

    posts: tuple[Post, ...] = ()
    next_requests: tuple[FetchRequest, ...] = ()
    cursor: str | None = None
    failure: Failure | None = None
    hints: PollingHints = PollingHints()
    warning: str = ""


@dataclass(frozen=True, slots=True)
class RecheckRequest:
    """A request whose response shows whether stored posts still exist.

    `posts` come without their texts. `after_refusal`: the server refused to show the posts, and
    this request only checks whether it still answers.
    """

    request: FetchRequest
    posts: tuple[Post, ...]
    after_refusal: bool = False


@dataclass(frozen=True, slots=True)
class RecheckBatch:
    """The state of the posts of a RecheckRequest according to one response.

    `gone_uris`: posts that the server does not have. Only a well-formed response, or a 404 or 410
    for the single post, counts. `refused_uris`: posts that the server refuses to show (401 or 403)
    while it answers other requests. `posts`: the current content that the response has.
    Posts of `next_requests` are undecided until those are answered. With a `failure` all posts are
    undecided; otherwise all other posts exist.
    """

    gone_uris: tuple[str, ...] = ()
    posts: tuple[Post, ...] = ()
    next_requests: tuple[RecheckRequest, ...] = ()
    failure: Failure | None = None
    refused_uris: tuple[str, ...] = ()


class SourceModule(Protocol):
    """A module that collects posts of one kind of source.

    `MAX_REQUESTS`: the largest number of requests in one night. `Options`: a frozen dataclass with
    the keys of a `[[source]]` table; its `__post_init__` raises ValueError for invalid values.
    """

    MAX_REQUESTS: int
    Options: Any

    def first_request(self, options: Any, cursor: str | None) -> FetchRequest:
        """Return the first request of a night.

        `options` is the source's Options, `cursor` the stored cursor, None in the first night.
        """
        ...

    def parse_response(
        self, options: Any, response: Response | Failure, cursor: str | None
    ) -> Batch:
        """Return the posts of a response and the requests that follow; never raises an error.

        `options` is the source's Options, `response` a response or the failure of its request,
        `cursor` the cursor stored by an earlier night.
        """
        ...


class RecheckableSource(SourceModule, Protocol):
    """A source module whose network reports whether stored posts still exist."""

    def recheck_requests(self, options: Any, posts: tuple[Post, ...]) -> tuple[RecheckRequest, ...]:
        """Return the requests that show whether posts of this source still exist.

        `options` is the source's Options. `posts` that another server stores get no request.
        """
        ...

    def parse_recheck(
        self, options: Any, recheck: RecheckRequest, response: Response | Failure
    ) -> RecheckBatch:
        """Return the state of the posts of `recheck` according to `response`.

        `options` is the source's Options, `response` a response or the failure of its request.
        """
        ...


def failed_batch(response: Response | Failure, outcome: Outcome, message: str) -> Batch:
    """Return a batch without posts for an unusable `response`: its failure has these values.

    `outcome` and `message` state the reason.
    """
    return Batch(failure=_failure(response, outcome, message))


def undecided_batch(response: Response | Failure, message: str) -> RecheckBatch:
    """Return a recheck batch that leaves all posts undecided.

    `message` is the reason why `response` is unusable; a Failure is its own reason.
    """
    if isinstance(response, Failure):
        return RecheckBatch(failure=response)
    return RecheckBatch(failure=_failure(response, Outcome.BAD_CONTENT, message))


def is_missing(response: Response | Failure) -> bool:
    """Return whether the `response` states that the URL of one post does not exist: 404 or 410."""
    return isinstance(response, Failure) and response.status in (404, 410)


def is_refusal(response: Response | Failure) -> bool:
    """Return whether the server refuses to show the URL of one post: `response` is 401 or 403."""
    return isinstance(response, Failure) and response.status in (401, 403)


def _failure(response: Response | Failure, outcome: Outcome, message: str) -> Failure:
    return Failure(response.url, "collect", outcome, clean_line(message), status=response.status)
