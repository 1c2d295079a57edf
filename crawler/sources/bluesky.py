"""Posts of one person on Bluesky, through the public API that needs no account.

Lexicon app.bsky.feed.getAuthorFeed. The search by hashtag is not used: its maintainers closed it to
clients without an account and ask not to use it as a data feed. Stored posts are rechecked 25 at a
time (lexicon app.bsky.feed.getPosts): a post that the response leaves out was deleted, taken down,
or its account was deleted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Post
from crawler.sources.formats.bluesky_post import has_hashtag, is_post_uri, parse_view, published_at
from crawler.sources.formats.json_fields import (
    JsonObject,
    line,
    object_at,
    objects,
    parse_json,
    text,
)
from crawler.sources.protocol import (
    Batch,
    RecheckBatch,
    RecheckRequest,
    failed_batch,
    undecided_batch,
)
from crawler.url_parser import query_of
from crawler.utc_times import iso

MAX_REQUESTS = 3
_API = "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed"
_POSTS = "https://public.api.bsky.app/xrpc/app.bsky.feed.getPosts"
_PAGE_SIZE = 50
_RECHECK_SIZE = 25
_ACTOR = re.compile(r"did:[a-z]+:[\w.:%-]{1,200}|(?:[\w-]{1,63}\.)+[\w-]{2,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Options:
    """`actor`: a handle or DID; `hashtag`: only posts under it, all when empty."""

    actor: str
    hashtag: str = ""

    def __post_init__(self) -> None:
        if not _ACTOR.fullmatch(self.actor):
            raise ValueError(f"actor is neither a handle nor a DID: {self.actor!r}")


def first_request(options: Options, cursor: str | None) -> FetchRequest:
    """Return the request for the newest posts.

    The feed only goes backwards: `parse_response` uses `cursor` to stop. `options` is the source's
    Options.
    """
    return _page_request(options, "")


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """Return the posts of a page, and the request for the page before it.

    `cursor` is the time of the newest stored post: no page before it is requested. `response` may
    be a Failure; `options` is the source's Options.
    """
    if isinstance(response, Failure):
        return Batch(failure=response)
    try:
        page = object_at({"page": parse_json(response)}, "page")
    except ValueError as error:
        return failed_batch(response, Outcome.BAD_CONTENT, _not_json(error))
    if not isinstance(page.get("feed"), list):
        return failed_batch(response, Outcome.BAD_CONTENT, "Bluesky answered without a feed.")
    return _page_batch(page, options, response, cursor)


def _page_batch(
    page: JsonObject, options: Options, response: Response, cursor: str | None
) -> Batch:
    items = _original_items(page)
    times = _times(items, response.fetched_at)
    older = text(page, "cursor")
    has_newer = bool(times) and min(times) > (cursor or "")
    is_first_page = "cursor=" not in query_of(response.url)
    return Batch(
        posts=_posts(items, options, response),
        next_requests=(_page_request(options, older),) if older and has_newer else (),
        cursor=max(times) if times and is_first_page else None,
    )


def recheck_requests(options: Options, posts: tuple[Post, ...]) -> tuple[RecheckRequest, ...]:
    """Return one request for each 25 of the Bluesky posts in `posts`.

    `options` is the source's Options.
    """
    checkable = [post for post in posts if is_post_uri(post.uri)]
    groups = (
        tuple(checkable[start : start + _RECHECK_SIZE])
        for start in range(0, len(checkable), _RECHECK_SIZE)
    )
    return tuple(RecheckRequest(_posts_request(group), group) for group in groups)


def parse_recheck(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    """Return the posts of `recheck` that `response` has, and those that it leaves out as gone.

    A post whose author has since hidden the profile from guests is returned without its text.
    `options` is the source's Options.
    """
    if isinstance(response, Failure):
        return undecided_batch(response, "")
    try:
        views = object_at({"answer": parse_json(response)}, "answer").get("posts")
    except ValueError as error:
        return undecided_batch(response, _not_json(error))
    if not isinstance(views, list) or len(objects(views)) != len(views):
        return undecided_batch(response, "Bluesky answered without a list of posts.")
    current = {line(view, "uri", 1000): parse_view(view, response) for view in views}
    return _recheck_result(recheck, current)


def _recheck_result(recheck: RecheckRequest, current: Mapping[str, Post | None]) -> RecheckBatch:
    uris = [post.uri for post in recheck.posts]
    posts = (current.get(uri) for uri in uris)
    return RecheckBatch(
        gone_uris=tuple(uri for uri in uris if uri not in current),
        posts=tuple(post for post in posts if post),
    )


def _page_request(options: Options, cursor: str) -> FetchRequest:
    query = {
        "actor": options.actor,
        "limit": str(_PAGE_SIZE),
        "filter": "posts_and_author_threads",
    }
    if cursor:
        query["cursor"] = cursor
    return FetchRequest(f"{_API}?{urlencode(query)}", "api", accept="application/json")


def _posts_request(posts: Iterable[Post]) -> FetchRequest:
    query = urlencode([("uris", post.uri) for post in posts])
    return FetchRequest(f"{_POSTS}?{query}", "api", accept="application/json")


def _original_items(page: JsonObject) -> list[JsonObject]:
    """Return the items of a page without reposts, which have a `reason`."""
    return [item for item in objects(page["feed"]) if not item.get("reason")]


def _times(items: Iterable[JsonObject], seen_at: datetime) -> list[str]:
    times = (iso(published_at(object_at(item, "post"), seen_at)) for item in items)
    return [time for time in times if time]


def _posts(items: list[JsonObject], options: Options, response: Response) -> tuple[Post, ...]:
    """Return the wanted posts. The first post of a thread gets the thread's key, its own URI."""
    wanted = _wanted_views(items, options.hashtag)
    posts = [post for view in wanted if (post := parse_view(view, response))]
    threads = {post.thread_key for post in posts}
    return tuple(
        replace(post, thread_key=post.uri) if post.uri in threads else post for post in posts
    )


def _wanted_views(items: Iterable[JsonObject], hashtag: str) -> list[JsonObject]:
    """Return the posts with the `hashtag`, and the other parts of their threads.

    The page has the first and the answered post of a thread with each reply, so that a tag is
    recognized even if it was set on an earlier page.
    """
    items = list(items)
    views = [object_at(item, "post") for item in items]
    answered = [object_at(item, "reply", part) for item in items for part in ("root", "parent")]
    threads = {
        _thread_uri(view)
        for view in (*views, *answered)
        if has_hashtag(object_at(view, "record"), hashtag)
    }
    return [view for view in views if _thread_uri(view) in threads]


def _thread_uri(view: JsonObject) -> str:
    """Return the URI of the first post of the thread, if one person wrote it; else its own."""
    reply = object_at(view, "record", "reply")
    root = line(object_at(reply, "root"), "uri", 1000)
    parent = line(object_at(reply, "parent"), "uri", 1000)
    home = f"at://{line(object_at(view, 'author'), 'did', 300)}/"
    is_own_thread = root.startswith(home) and parent.startswith(home)
    return root if is_own_thread else line(view, "uri", 1000)


def _not_json(error: ValueError) -> str:
    return f"Bluesky answered with something else than JSON: {error}"
