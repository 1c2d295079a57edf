"""Posts of one person on Bluesky, read from the public view that needs no account (lexicon
app.bsky.feed.getAuthorFeed).

The search by hashtag is not used: its maintainers closed it to strangers and ask not to use it as a
data feed. Whether kept posts still stand
is asked 25 at a time (lexicon app.bsky.feed.getPosts): what it leaves out was deleted, taken down,
or its account is gone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from crawler.consent.decision import Signals, decide
from crawler.consent.levels import reduced
from crawler.consent.opt_out_phrases import opt_out
from crawler.html_text import web_url
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Author, Card, Link, Post, Provenance
from crawler.sources.formats.json_fields import (
    JsonObject,
    counts,
    integer,
    line,
    object_at,
    objects,
    parse_json,
    strings,
    text,
)
from crawler.sources.protocol import (
    Batch,
    RecheckBatch,
    RecheckRequest,
    failed_batch,
    undecided_batch,
)
from crawler.text_cleaning import clean, clean_line, fold, hashtags, iso, parse_iso
from crawler.url_parser import query_of

MAX_REQUESTS = 3
_API = "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed"
_POSTS = "https://public.api.bsky.app/xrpc/app.bsky.feed.getPosts"
_PAGE = 50
_AT_ONCE = 25
_ACTOR = re.compile(r"did:[a-z]+:[\w.:%-]{1,200}|(?:[\w-]{1,63}\.)+[\w-]{2,63}", re.ASCII)
_POST = re.compile(r"at://(did:[^/]{1,300})/app\.bsky\.feed\.post/([\w.~:-]{1,512})")
# Labels of a post or its account (docs.bsky.app/docs/advanced-guides/moderation).
_SIGNED_IN_ONLY = "!no-unauthenticated"
_REMOVED = frozenset({"!hide", "!takedown"})
_WARNINGS = frozenset({"!warn", "graphic-media", "nudity", "porn", "sexual"})


@dataclass(frozen=True, slots=True)
class Options:
    """`actor`: a handle or DID; `hashtag`: only posts under it, all when empty."""

    actor: str
    hashtag: str = ""

    def __post_init__(self) -> None:
        if not _ACTOR.fullmatch(self.actor):
            raise ValueError(f"actor is neither a handle nor a DID: {self.actor!r}")


def first_request(options: Options, cursor: str | None) -> FetchRequest:
    """The newest posts; the feed only goes backwards, so the cursor says where to stop."""
    return _page(options, "")


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """The posts of a page, and the page before it while it ends after the cursor (the time of the
    newest post seen).
    """
    if isinstance(response, Failure):
        return Batch(failure=response)
    try:
        page = object_at({"page": parse_json(response)}, "page")
    except ValueError as error:
        return failed_batch(
            response,
            Outcome.BAD_CONTENT,
            f"Bluesky answered with something else than JSON: {error}",
        )
    if not isinstance(page.get("feed"), list):
        return failed_batch(response, Outcome.BAD_CONTENT, "Bluesky answered without a feed.")
    views = [object_at(item, "post") for item in objects(page["feed"]) if not item.get("reason")]
    times = [time for view in views if (time := iso(_time(view, response.fetched_at)))]
    older = text(page, "cursor")
    is_first = "cursor=" not in query_of(response.url)
    wanted = [view for view in views if _is_wanted(object_at(view, "record"), options)]
    posts = [post for view in wanted if (post := _post(view, response))]
    answered = {post.thread_key for post in posts}
    return Batch(
        posts=tuple(
            replace(post, thread_key=post.uri) if post.uri in answered else post for post in posts
        ),
        next_requests=(_page(options, older),)
        if older and times and min(times) > (cursor or "")
        else (),
        cursor=max(times) if times and is_first else None,
    )


def recheck_requests(options: Options, posts: tuple[Post, ...]) -> tuple[RecheckRequest, ...]:
    """One recheck for 25 posts."""
    known = [post for post in posts if _POST.fullmatch(post.uri)]
    parts = (tuple(known[start : start + _AT_ONCE]) for start in range(0, len(known), _AT_ONCE))
    return tuple(
        RecheckRequest(
            FetchRequest(
                f"{_POSTS}?{urlencode([('uris', post.uri) for post in part])}",
                "api",
                accept="application/json",
            ),
            part,
        )
        for part in parts
    )


def parse_recheck(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    """What the list leaves out is gone.

    A post whose author hides from strangers by now comes back without its words.
    """
    if isinstance(response, Failure):
        return undecided_batch(response, "")
    try:
        views = object_at({"answer": parse_json(response)}, "answer").get("posts")
    except ValueError as error:
        return undecided_batch(response, f"Bluesky answered with something else than JSON: {error}")
    if not isinstance(views, list) or len(objects(views)) != len(views):
        return undecided_batch(response, "Bluesky answered without a list of posts.")
    shown = {line(view, "uri", 1000): _post(view, response) for view in views}
    asked = [post.uri for post in recheck.posts]
    return RecheckBatch(
        tuple(uri for uri in asked if uri not in shown),
        tuple(post for uri in asked if (post := shown.get(uri))),
    )


def _page(options: Options, cursor: str) -> FetchRequest:
    query = {"actor": options.actor, "limit": str(_PAGE), "filter": "posts_and_author_threads"} | (
        {"cursor": cursor} if cursor else {}
    )
    return FetchRequest(f"{_API}?{urlencode(query)}", "api", accept="application/json")


def _is_wanted(record: JsonObject, options: Options) -> bool:
    wanted = fold(options.hashtag.lstrip("#"))
    return not wanted or wanted in map(fold, _hashtags(record))


def _post(view: JsonObject, response: Response) -> Post | None:
    uri, record, account = (
        line(view, "uri", 1000),
        object_at(view, "record"),
        object_at(view, "author"),
    )
    place = _POST.fullmatch(uri)
    if not place:
        return None
    own, inherited = _labels(view), _labels(account)
    decision = decide(_signals(account, own, inherited))
    root = line(object_at(record, "reply", "root"), "uri", 1000)
    post = Post(
        network="bluesky",
        uri=uri,
        url=f"https://bsky.app/profile/{place[1]}/post/{place[2]}",
        text=text(record, "text"),
        author=replace(_author(account, place[1]), consent=decision.account),
        language=next((clean_line(each, 20) for each in strings(record.get("langs"))), ""),
        published=_time(view, response.fetched_at),
        hashtags=_hashtags(record),
        links=_links(record),
        cards=_cards(view),
        thread_key=root if root.startswith(f"at://{place[1]}/") else None,
        consent=decision.post,
        reasons=decision.reasons,
        sensitive=bool((own | inherited) & _WARNINGS),
        counts=counts(view, replies="replyCount", boosts="repostCount", favourites="likeCount"),
        provenance=Provenance(request=response.url),
    )
    return reduced(post, decision.post)


def _labels(labelled: JsonObject) -> set[str]:
    return {text(label, "val") for label in objects(labelled.get("labels"))}


def _signals(account: JsonObject, own: set[str], inherited: set[str]) -> Signals:
    """Bluesky has no opt-in. Its opt-out is the label of a profile that hides it from guests."""
    words = opt_out([line(account, "displayName", 500)])
    return Signals(
        account=(
            *((f"label {_SIGNED_IN_ONLY}",) if _SIGNED_IN_ONLY in inherited else ()),
            *((f"profile says {words!r}",) if words else ()),
        ),
        post=(f"label {_SIGNED_IN_ONLY}",) if _SIGNED_IN_ONLY in own else (),
        removed=tuple(f"label {label}" for label in sorted(_REMOVED & (own | inherited))),
    )


def _author(account: JsonObject, did: str) -> Author:
    """Known by DID, since handles change."""
    handle = line(account, "handle", 300)
    name = line(account, "displayName", 100) or handle
    url = f"https://bsky.app/profile/{did}"
    return Author("bluesky", did, name, url, aliases=(handle,) if handle else ())


def _time(view: JsonObject, seen_at: datetime) -> datetime | None:
    """The earlier of what the author and the server say (atproto.com/guides/timestamps, sortAt)."""
    said = [
        parse_iso(text(object_at(view, "record"), "createdAt"), seen_at),
        parse_iso(text(view, "indexedAt"), seen_at),
    ]
    return min((time for time in said if time), default=None)


def _facets(record: JsonObject, feature: str) -> list[tuple[str, JsonObject]]:
    """(shown text, feature) of each facet of a kind; ranges are of UTF-8 bytes, end exclusive, and
    those that lie outside are dropped.
    """
    raw = record.get("text")
    encoded = raw.encode("utf-8", "replace") if isinstance(raw, str) else b""
    found = []
    for facet in objects(record.get("facets")):
        start, end = (
            integer(object_at(facet, "index"), "byteStart"),
            integer(object_at(facet, "index"), "byteEnd"),
        )
        if 0 <= start < end <= len(encoded):
            shown = clean(encoded[start:end].decode("utf-8", "replace"))
            found += [
                (shown, each)
                for each in objects(facet.get("features"))
                if text(each, "$type") == f"app.bsky.richtext.facet#{feature}"
            ]
    return found


def _links(record: JsonObject) -> tuple[Link, ...]:
    return tuple(
        {
            url: Link(url, shown, "facet")
            for shown, each in _facets(record, "link")
            if (url := web_url(text(each, "uri")))
        }.values()
    )


def _hashtags(record: JsonObject) -> tuple[str, ...]:
    named = [text(each, "tag") for _, each in _facets(record, "tag")]
    hidden = strings(record.get("tags"))
    written = hashtags(text(record, "text"))
    return tuple(
        {
            fold(tag): tag
            for tag in (*hidden, *named, *written)
            if tag and " " not in tag and not tag.startswith("#")
        }.values()
    )


def _cards(view: JsonObject) -> tuple[Card, ...]:
    external = object_at(view, "embed", "external") or object_at(view, "embed", "media", "external")
    url, title = web_url(text(external, "uri")), line(external, "title")
    return (Card(title, line(external, "description"), link=url),) if url and title else ()
