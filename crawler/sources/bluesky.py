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

from crawler.consent.decision import ConsentSignals, decide_consent
from crawler.consent.levels import reduce_to_level
from crawler.consent.opt_out_phrases import find_opt_out
from crawler.html_text_and_links import absolute_web_url
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
from crawler.text_cleaning import clean, clean_line, fold
from crawler.url_parser import query_of
from crawler.urls_and_hashtags import find_hashtags
from crawler.utc_times import iso, parse_iso_date

MAX_REQUESTS = 3
_API = "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed"
_POSTS = "https://public.api.bsky.app/xrpc/app.bsky.feed.getPosts"
_PAGE_SIZE = 50
_RECHECK_SIZE = 25
_ACTOR = re.compile(r"did:[a-z]+:[\w.:%-]{1,200}|(?:[\w-]{1,63}\.)+[\w-]{2,63}", re.ASCII)
_POST_URI = re.compile(r"at://(did:[^/]{1,300})/app\.bsky\.feed\.post/([\w.~:-]{1,512})")
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
    views = _post_views(page)
    times = _times(views, response.fetched_at)
    older = text(page, "cursor")
    has_newer = bool(times) and min(times) > (cursor or "")
    is_first_page = "cursor=" not in query_of(response.url)
    return Batch(
        posts=_posts(views, options, response),
        next_requests=(_page_request(options, older),) if older and has_newer else (),
        cursor=max(times) if times and is_first_page else None,
    )


def recheck_requests(options: Options, posts: tuple[Post, ...]) -> tuple[RecheckRequest, ...]:
    """Return one request for each 25 of the Bluesky posts in `posts`.

    `options` is the source's Options.
    """
    checkable = [post for post in posts if _POST_URI.fullmatch(post.uri)]
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
    current = {line(view, "uri", 1000): _post(view, response) for view in views}
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


def _post_views(page: JsonObject) -> list[JsonObject]:
    """Return the posts of a page without reposts, which have a `reason`."""
    return [object_at(item, "post") for item in objects(page["feed"]) if not item.get("reason")]


def _times(views: Iterable[JsonObject], seen_at: datetime) -> list[str]:
    times = (iso(_published(view, seen_at)) for view in views)
    return [time for time in times if time]


def _posts(views: Iterable[JsonObject], options: Options, response: Response) -> tuple[Post, ...]:
    """Return the wanted posts. The first post of a thread gets the thread's key, its own URI."""
    wanted = (view for view in views if _is_wanted(object_at(view, "record"), options))
    posts = [post for view in wanted if (post := _post(view, response))]
    threads = {post.thread_key for post in posts}
    return tuple(
        replace(post, thread_key=post.uri) if post.uri in threads else post for post in posts
    )


def _is_wanted(record: JsonObject, options: Options) -> bool:
    wanted = fold(options.hashtag.lstrip("#"))
    return not wanted or wanted in map(fold, _hashtags(record))


def _post(view: JsonObject, response: Response) -> Post | None:
    """Return the post of a view, reduced to its consent; None without a valid URI."""
    uri = line(view, "uri", 1000)
    match = _POST_URI.fullmatch(uri)
    if not match:
        return None
    did, key = match.groups()
    profile, record = object_at(view, "author"), object_at(view, "record")
    labels, inherited = _labels(view), _labels(profile)
    decision = decide_consent(_signals(profile, labels, inherited))
    post = Post(
        network="bluesky",
        uri=uri,
        url=f"https://bsky.app/profile/{did}/post/{key}",
        text=text(record, "text"),
        author=replace(_author(profile, did), consent=decision.account),
        published=_published(view, response.fetched_at),
        cards=_cards(view),
        consent=decision.post,
        reasons=decision.reasons,
        sensitive=not _WARNINGS.isdisjoint(labels | inherited),
        counts=counts(view, replies="replyCount", boosts="repostCount", favourites="likeCount"),
        provenance=Provenance(request=response.url),
    )
    return reduce_to_level(_with_record(post, record, did), decision.post)


def _with_record(post: Post, record: JsonObject, did: str) -> Post:
    """Return the post with the fields that its author wrote."""
    return replace(
        post,
        language=_language(record),
        hashtags=_hashtags(record),
        links=_links(record),
        thread_key=_thread_key(record, did),
    )


def _language(record: JsonObject) -> str:
    languages = strings(record.get("langs"))
    return clean_line(languages[0], 20) if languages else ""


def _thread_key(record: JsonObject, did: str) -> str | None:
    """Return the URI of the first post of the thread, if the same person wrote it."""
    root = line(object_at(record, "reply", "root"), "uri", 1000)
    return root if root.startswith(f"at://{did}/") else None


def _labels(labelled: JsonObject) -> set[str]:
    return {text(label, "val") for label in objects(labelled.get("labels"))}


def _signals(account: JsonObject, labels: set[str], inherited: set[str]) -> ConsentSignals:
    """Return the opt-outs in the profile, in its labels (`inherited`) and in those of the post.

    Bluesky has no opt-in. Its opt-out is the label of a profile that hides it from guests.
    """
    phrase = find_opt_out([line(account, "displayName", 500)])
    account_signals = [f"label {_SIGNED_IN_ONLY}"] if _SIGNED_IN_ONLY in inherited else []
    if phrase:
        account_signals.append(f"profile says {phrase!r}")
    removed = sorted(_REMOVED & (labels | inherited))
    return ConsentSignals(
        account=tuple(account_signals),
        post=(f"label {_SIGNED_IN_ONLY}",) if _SIGNED_IN_ONLY in labels else (),
        removed=tuple(f"label {label}" for label in removed),
    )


def _author(account: JsonObject, did: str) -> Author:
    """Return the author under the DID, since handles change."""
    handle = line(account, "handle", 300)
    name = line(account, "displayName", 100) or handle
    url = f"https://bsky.app/profile/{did}"
    return Author("bluesky", did, name, url, aliases=(handle,) if handle else ())


def _published(view: JsonObject, seen_at: datetime) -> datetime | None:
    """Return the earlier of the author's and the server's time.

    Source: atproto.com/guides/timestamps (sortAt).
    """
    created = parse_iso_date(text(object_at(view, "record"), "createdAt"), seen_at)
    indexed = parse_iso_date(text(view, "indexedAt"), seen_at)
    return min((time for time in (created, indexed) if time), default=None)


def _facets(record: JsonObject, feature_type: str) -> list[tuple[str, JsonObject]]:
    """Return (marked text, feature) of each facet with a feature of this type."""
    raw = record.get("text")
    encoded = raw.encode("utf-8", "replace") if isinstance(raw, str) else b""
    facets = []
    for facet in objects(record.get("facets")):
        marked = _marked_text(facet, encoded)
        if marked is None:
            continue
        for feature in objects(facet.get("features")):
            if text(feature, "$type") == f"app.bsky.richtext.facet#{feature_type}":
                facets.append((marked, feature))
    return facets


def _marked_text(facet: JsonObject, encoded: bytes) -> str | None:
    """Return the text that a facet marks: a range of UTF-8 bytes, end exclusive.

    Return None for a range outside the text.
    """
    index = object_at(facet, "index")
    start, end = integer(index, "byteStart"), integer(index, "byteEnd")
    if not 0 <= start < end <= len(encoded):
        return None
    return clean(encoded[start:end].decode("utf-8", "replace"))


def _links(record: JsonObject) -> tuple[Link, ...]:
    links: dict[str, Link] = {}
    for marked, feature in _facets(record, "link"):
        if url := absolute_web_url(text(feature, "uri")):
            links[url] = Link(url, marked, "facet")
    return tuple(links.values())


def _hashtags(record: JsonObject) -> tuple[str, ...]:
    """Return the hidden tags, those of facets and those written in the text, each once."""
    hidden = strings(record.get("tags"))
    marked = [text(feature, "tag") for _, feature in _facets(record, "tag")]
    written = find_hashtags(text(record, "text"))
    return tuple(_by_folded_form((*hidden, *marked, *written)).values())


def _by_folded_form(tags: Iterable[str]) -> Mapping[str, str]:
    return {fold(tag): tag for tag in tags if _is_hashtag(tag)}


def _is_hashtag(tag: str) -> bool:
    return bool(tag) and " " not in tag and not tag.startswith("#")


def _cards(view: JsonObject) -> tuple[Card, ...]:
    embedded = object_at(view, "embed", "external")
    external = embedded or object_at(view, "embed", "media", "external")
    url, title = absolute_web_url(text(external, "uri")), line(external, "title")
    return (Card(title, line(external, "description"), link=url),) if url and title else ()


def _not_json(error: ValueError) -> str:
    return f"Bluesky answered with something else than JSON: {error}"
