"""Posts of a community on Lemmy or PieFed, newest first, with the article that each shares.

The APIs are tried in order: Lemmy's version 3 (join-lemmy.org/api), PieFed's (`/api/alpha`, similar
fields), then the RSS feed of Lemmy, which has no flags. The cursor names the API that answered.
An exceeded rate limit comes as status 400 with the error `rate_limit_error`. Stored posts are
rechecked one by one. A 404 counts if the server then still describes itself (`site`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, quote, urlencode

from crawler.consent.decision import ConsentSignals, decide_consent
from crawler.consent.levels import reduce_to_level
from crawler.consent.opt_out_phrases import find_opt_out
from crawler.html_text_and_links import absolute_web_url
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Author, Card, Consent, Link, Post, Provenance
from crawler.sources.formats.board_feed import BoardEntry, parse_board_feed
from crawler.sources.formats.json_fields import (
    JsonObject,
    counts,
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
    is_missing,
    is_refusal,
    undecided_batch,
)
from crawler.text_cleaning import join_paragraphs
from crawler.url_parser import host_of, origin_of, path_of, query_of
from crawler.urls_and_hashtags import find_hashtags, find_urls
from crawler.utc_times import iso, parse_iso_date

MAX_REQUESTS = 6
_PAGE_SIZE = 50
_LISTS = ("/api/v3/post/list", "/api/alpha/post/list")
_FEED = "/feeds/c/"
_SITE = "/site"
_NOT_THERE = (404, 405, 410)
_HOST = re.compile(r"(?!-)[\w.-]{1,253}\.[\w-]{2,63}(?::\d{1,5})?", re.ASCII)
_COMMUNITY = re.compile(r"\w{1,100}(?:@[\w.-]{1,253})?", re.ASCII)
_OPEN = ("", "Public", "Unlisted")
_RATE_LIMIT = "rate_limit_error"


@dataclass(frozen=True, slots=True)
class Options:
    """`server`: a host name; `community`: its name, with `@host` if it is of another server."""

    server: str
    community: str

    def __post_init__(self) -> None:
        if not _HOST.fullmatch(self.server):
            raise ValueError(f"server is not a host name: {self.server!r}")
        if not _COMMUNITY.fullmatch(self.community):
            raise ValueError(f"community is not a name like rust or rust@host: {self.community!r}")


def first_request(options: Options, cursor: str | None) -> FetchRequest:
    """Return the request for the newest posts from the API that `cursor` names.

    `options` is the source's Options.
    """
    stored = _query(cursor or "").get("api", "")
    return _list_request(options, stored if stored in (*_LISTS, _FEED) else _LISTS[0])


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """Return the posts of a page, and the request for older ones down to those of `cursor`.

    After an API that the server does not have, the next one is requested. `response` may be a
    Failure; `options` is the source's Options.
    """
    path = path_of(response.url)
    if isinstance(response, Failure):
        return _after_failure(options, response, path)
    if path.startswith(_FEED):
        return _feed_batch(options, response)
    try:
        page = object_at({"page": parse_json(response)}, "page")
    except ValueError as error:
        message = f"{options.server} answered with something else than JSON: {error}"
        return failed_batch(response, Outcome.BAD_CONTENT, message)
    if not isinstance(page.get("posts"), list):
        message = f"{options.server} answered without a list of posts."
        return failed_batch(response, Outcome.BAD_CONTENT, message)
    return _page_batch(page, options, response, cursor)


def recheck_requests(options: Options, posts: tuple[Post, ...]) -> tuple[RecheckRequest, ...]:
    """Return one request for each of the `posts` that an API of this server returned.

    `options` is the source's Options.
    """
    return tuple(
        RecheckRequest(_api_request(options, f"{place}?id={post.provenance.id}"), (post,))
        for post in posts
        if (place := _recheck_place(post, options))
    )


def parse_recheck(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    """Return the post of `recheck`, its deletion, or the request that confirms the server.

    `response` is a post, the description of the server, or a Failure; `options` is the source's
    Options.
    """
    place = path_of(response.url)
    is_description = place.endswith(_SITE)
    if not is_description and (is_missing(response) or is_refusal(response)):
        site = _api_request(options, place.removesuffix("/post") + _SITE)
        next_request = RecheckRequest(site, recheck.posts, is_refusal(response))
        return RecheckBatch(next_requests=(next_request,))
    if isinstance(response, Failure):
        return undecided_batch(response, "")
    try:
        document = object_at({"answer": parse_json(response)}, "answer")
    except ValueError as error:
        return undecided_batch(response, f"{options.server} answered with other data: {error}")
    if is_description:
        return _recheck_by_site(options, recheck, response, document)
    return _recheck_by_post(options, recheck, response, document)


def _recheck_place(post: Post, options: Options) -> str:
    """Return the path of single posts in the API that returned a post; empty for other posts."""
    request = post.provenance.request or ""
    number = post.provenance.id or ""
    is_here = post.network == "lemmy" and origin_of(request) == f"https://{options.server}"
    is_from_list = path_of(request) in _LISTS and number.isascii() and number.isdigit()
    return path_of(request).removesuffix("/list") if is_here and is_from_list else ""


def _recheck_by_post(
    options: Options, recheck: RecheckRequest, response: Response, document: JsonObject
) -> RecheckBatch:
    post = _post(object_at(document, "post_view"), options, response)
    uri = recheck.posts[0].uri
    if post is None or post.uri != uri:
        return undecided_batch(response, f"{options.server} answered with another post.")
    if post.consent is Consent.NONE:  # deleted by its author, or removed by a moderator
        return RecheckBatch(gone_uris=(uri,))
    return RecheckBatch(posts=(_as_listed(post, options),))


def _as_listed(post: Post, options: Options) -> Post:
    """Return the post with the list as its origin, so that the next recheck recognizes it."""
    request = f"https://{options.server}{path_of(post.provenance.request or '')}/list"
    return replace(post, provenance=replace(post.provenance, request=request))


def _recheck_by_site(
    options: Options, recheck: RecheckRequest, response: Response, document: JsonObject
) -> RecheckBatch:
    if not text(document, "version"):
        return undecided_batch(response, f"{options.server} does not state its version.")
    uris = tuple(post.uri for post in recheck.posts)
    if recheck.after_refusal:
        return RecheckBatch(refused_uris=uris)
    return RecheckBatch(gone_uris=uris)


def _after_failure(options: Options, failure: Failure, path: str) -> Batch:
    if _RATE_LIMIT in failure.message:
        return Batch(failure=replace(failure, outcome=Outcome.RATE_LIMITED))
    places = (*_LISTS, _FEED)
    place = next((place for place in places if path.startswith(place)), _FEED)
    following = places[places.index(place) + 1 :]
    if failure.status not in _NOT_THERE or not following:
        return Batch(failure=failure)
    return Batch(next_requests=(_list_request(options, following[0]),))


def _page_batch(
    page: JsonObject, options: Options, response: Response, cursor: str | None
) -> Batch:
    views = objects(page["posts"])
    times = sorted(filter(None, (_time(view, response) for view in views if not _is_pinned(view))))
    stored = _query(cursor or "").get("since", "")
    older = line(page, "next_page", 200)
    place = path_of(response.url)
    has_newer = bool(times) and bool(stored) and times[0] > stored
    is_first_page = "page_cursor=" not in query_of(response.url)
    posts = (_post(view, options, response) for view in views)
    return Batch(
        posts=tuple(post for post in posts if post),
        next_requests=(_list_request(options, place, older),) if older and has_newer else (),
        cursor=_cursor(place, times[-1]) if times and is_first_page else None,
    )


def _cursor(place: str, since: str) -> str:
    return urlencode({"api": place, "since": since})


def _query(query: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(query).items()}


def _list_request(options: Options, place: str, older: str = "") -> FetchRequest:
    if place == _FEED:
        path = f"{_FEED}{quote(options.community)}.xml?sort=New&limit={_PAGE_SIZE}"
        return FetchRequest(f"https://{options.server}{path}", "api", accept="*/*")
    query = {"community_name": options.community, "sort": "New", "limit": str(_PAGE_SIZE)}
    if older:
        query["page_cursor"] = older
    return _api_request(options, f"{place}?{urlencode(query)}")


def _api_request(options: Options, path: str) -> FetchRequest:
    return FetchRequest(f"https://{options.server}{path}", "api", accept="application/json")


def _is_pinned(view: JsonObject) -> bool:
    """Return whether a post is shown first whatever its age (`sticky` is PieFed's name)."""
    post = object_at(view, "post")
    names = ("featured_community", "featured_local", "sticky", "instance_sticky")
    return any(post.get(name) is True for name in names)


def _time(view: JsonObject, response: Response) -> str | None:
    post = object_at(view, "post")
    return iso(parse_iso_date(_date(post), response.fetched_at))


def _date(post: JsonObject) -> str:
    """Return the date of a post; PieFed leaves out the zone in some versions."""
    return text(post, "published_at") or text(post, "published")


def _post(view: JsonObject, options: Options, response: Response) -> Post | None:
    """Return the post of a view, reduced to its consent; None without a global id or a title."""
    post, creator = object_at(view, "post"), object_at(view, "creator")
    uri = absolute_web_url(line(post, "ap_id", 1000))
    title = line(post, "name") or line(post, "title")
    if not uri or not title:
        return None
    decision = decide_consent(_signals(view, post, creator))
    url, body = absolute_web_url(text(post, "url")), text(post, "body")
    parsed = Post(
        network="lemmy",
        uri=uri,
        url=uri,
        text=join_paragraphs(title, body),
        author=_author(creator, options.server, decision.account),
        published=parse_iso_date(_date(post), response.fetched_at),
        edited=parse_iso_date(
            text(post, "updated_at") or text(post, "updated"), response.fetched_at
        ),
        hashtags=find_hashtags(join_paragraphs(title, body)),
        links=_links(url, title, body, uri),
        cards=_cards(url, title, post),
        consent=decision.post,
        reasons=decision.reasons,
        sensitive=post.get("nsfw") is True,
        counts=counts(object_at(view, "counts"), points="score", replies="comments"),
        provenance=Provenance(request=response.url, id=line(post, "id", 100)),
    )
    return reduce_to_level(parsed, decision.post)


def _signals(view: JsonObject, post: JsonObject, creator: JsonObject) -> ConsentSignals:
    """Return the opt-outs of the author, and what the moderators removed."""
    visibility = line(object_at(view, "community"), "visibility", 50)
    return ConsentSignals(
        account=tuple(_account_signals(creator)),
        post=() if visibility in _OPEN else (f"visibility {visibility}",),
        removed=tuple(f"post {flag}" for flag in ("deleted", "removed") if post.get(flag) is True),
    )


def _account_signals(creator: JsonObject) -> Iterator[str]:
    for flag in ("banned", "deleted"):
        if creator.get(flag) is True:
            yield f"account {flag}"
    profile = [_name(creator), text(creator, "bio"), text(creator, "about")]
    if phrase := find_opt_out(profile):
        yield f"profile says {phrase!r}"


def _name(creator: JsonObject) -> str:
    """Return the display name; PieFed calls it `title`."""
    return line(creator, "display_name", 100) or line(creator, "title", 100)


def _author(creator: JsonObject, server: str, consent: Consent) -> Author | None:
    name = line(creator, "name", 100) or line(creator, "user_name", 100)
    if not name:
        return None
    url = absolute_web_url(line(creator, "actor_id", 1000) or line(creator, "ap_id", 1000))
    handle = f"{name}@{host_of(url) or server}"
    return Author("lemmy", handle, _name(creator) or name, url, consent)


def _links(url: str, title: str, body: str, uri: str) -> tuple[Link, ...]:
    """Return the shared article and the links in the Markdown text, each once."""
    links = {url: Link(url, title)} if url and url != uri else {}
    for written in find_urls(body):
        if target := absolute_web_url(written if "://" in written else f"https://{written}"):
            links.setdefault(target, Link(target, target))
    return tuple(links.values())


def _cards(url: str, title: str, post: JsonObject) -> tuple[Card, ...]:
    if not url:
        return ()
    name = line(post, "embed_title") or title
    return (Card(name, line(post, "embed_description"), link=url),)


def _feed_batch(options: Options, response: Response) -> Batch:
    entries = parse_board_feed(response)
    if entries is None:
        message = f"{options.server} answered without a feed."
        return failed_batch(response, Outcome.BAD_FEED, message)
    posts = tuple(_post_of_entry(entry, options, response) for entry in entries if entry.page)
    times = sorted(filter(None, (iso(post.published) for post in posts)))
    return Batch(posts, cursor=_cursor(_FEED, times[-1]) if times else None)


def _post_of_entry(entry: BoardEntry, options: Options, response: Response) -> Post:
    return Post(
        network="lemmy",
        uri=entry.page,
        url=entry.page,
        text=join_paragraphs(entry.title, entry.text),
        author=_author_of_entry(entry, options.server),
        published=entry.published,
        links=entry.links,
        cards=(Card(entry.title, link=entry.article),) if entry.article and entry.title else (),
        provenance=Provenance(request=response.url),
    )


def _author_of_entry(entry: BoardEntry, server: str) -> Author | None:
    name = entry.author.removeprefix("@")
    if not name:
        return None
    return Author("lemmy", name if "@" in name else f"{name}@{server}", name)
