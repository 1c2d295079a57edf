"""What every source promises: what to ask, and how to read the answer.

No network, no clock, no database.

A kind of source is one module (`kind = "mastodon"` is `crawler.sources.mastodon`; a dotted kind is
anybody's module) with

    class Options                              a frozen dataclass: the keys of its `[[source]]`
    table
    def first(options, cursor) -> FetchRequest what to ask, given the cursor kept from the night
    before, or None
    def read(options, answer, cursor)          the posts of one answer, or what a Failure means, and
    what to ask next: a Batch
    MAX_REQUESTS: int                          how many requests one night may make

and, where the network can be asked whether posts still stand, both of

    def again(options, posts)                  what to ask about posts that this source brought:
    Questions; none about a post of another server
    def gone(options, question, answer)        which of them are gone, how the others read now, and
    what to ask before more is said: a Standing

Whoever runs a source asks no URL twice in a night, passes the cursor of the night before to every
`read`, and keeps the last
cursor of the night's batches, but only when no answer failed: asking for the same posts again is
harmless, missing some is not.
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
class Hints:
    """How a feed wants to be polled.

    `skip_hours` are hours of the day, `skip_days` days of the week (Monday is 0), both in UTC.
    """

    min_interval: timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What one answer brought. `next` is asked in order; a `cursor` of None leaves the one we had.

    `failure` says why this answer is no success; a later answer with posts or a cursor makes up for
    it.
    """

    posts: tuple[Post, ...] = ()
    next: tuple[FetchRequest, ...] = ()
    cursor: str | None = None
    failure: Failure | None = None
    hints: Hints = Hints()


@dataclass(frozen=True, slots=True)
class Question:
    """A request that tells whether stored posts still exist. The posts come without their texts.

    `refused`: the posts were refused by the request before; this one asks whether their server
    answers at all.
    """

    request: FetchRequest
    posts: tuple[Post, ...]
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What one answer says of the posts of a Question.

    `gone` holds the uris that the server says it does not have: only a well-formed answer, or a 404
    or 410 for the one post, says so.
    Posts of a Question in `next` are undecided until that is answered. With a `failure` all are;
    otherwise those not gone stand.
    `posts` is how they read now, as far as the answer shows them. `refused` holds the uris that
    a server refuses to show (401 or 403) while it answers otherwise.
    """

    gone: tuple[str, ...] = ()
    posts: tuple[Post, ...] = ()
    next: tuple[Question, ...] = ()
    failure: Failure | None = None
    refused: tuple[str, ...] = ()


class Kind(Protocol):
    """A module that is a source."""

    MAX_REQUESTS: int
    Options: Any

    def first(self, options: Any, cursor: str | None) -> FetchRequest: ...

    def read(self, options: Any, answer: Response | Failure, cursor: str | None) -> Batch: ...


class Rechecking(Kind, Protocol):
    """A module that is a source whose posts can be asked for again."""

    def again(self, options: Any, posts: tuple[Post, ...]) -> tuple[Question, ...]: ...

    def gone(self, options: Any, question: Question, answer: Response | Failure) -> Standing: ...


def failed(answer: Response | Failure, outcome: Outcome, message: str) -> Batch:
    """The batch of an answer that cannot be used: nothing, and the reason."""
    return Batch(
        failure=Failure(answer.url, "collect", outcome, clean_line(message), status=answer.status)
    )


def unclear(answer: Response | Failure, message: str) -> Standing:
    """The standing that an answer leaves undecided, and the reason."""
    if isinstance(answer, Failure):
        return Standing(failure=answer)
    return Standing(failure=failed(answer, Outcome.BAD_CONTENT, message).failure)


def is_absence(answer: Response | Failure) -> bool:
    """Whether the server says that it has nothing at the address of one post: 404 or 410."""
    return isinstance(answer, Failure) and answer.status in (404, 410)


def is_refusal(answer: Response | Failure) -> bool:
    """Whether the server refuses to show what is at the URL of one post: 401 or 403."""
    return isinstance(answer, Failure) and answer.status in (401, 403)
