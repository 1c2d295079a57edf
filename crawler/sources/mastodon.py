"""Public posts under a hashtag on a Mastodon-compatible server (docs.joinmastodon.org/methods/timelines, entities/Status).

The first night walks backwards through a few pages; every later one goes forwards from the newest id seen. An empty or refused
answer is believed only after the server has said which timelines it shows to strangers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from crawler.model import Consent, Failure, Outcome, Post, Request, Response
from crawler.sources.contract import Batch, failed
from crawler.sources.formats.json_answer import JsonObject, decode, inner, objects, text
from crawler.sources.formats.status import Allowed, read_status
from crawler.sources.formats.thread import places

MAX_REQUESTS = 6
_PAGE = 40
_INSTANCE = "/api/v2/instance"
_NEWER, _OLDER = "min_id", "max_id"
_KEPT = ("local", "remote", _NEWER)
_OLDER_LINK = re.compile(r"<([^<>]{1,2000})>\s*;[^,]{0,200}rel=\"?next")
_HOST = re.compile(r"(?!-)[\w.-]{1,253}\.[\w-]{2,63}(?::\d{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Options:
    """`server`: a host name; `hashtag`: with or without `#`; `consent`: "strict" takes a missing opt-in as no, "lenient" as yes."""

    server: str
    hashtag: str
    consent: Allowed = "strict"

    def __post_init__(self) -> None:
        if not _HOST.fullmatch(self.server):
            raise ValueError(f"server is no host name: {self.server!r}")
        if not self.hashtag.lstrip("#"):
            raise ValueError("hashtag is empty")


def first(options: Options, cursor: str | None) -> Request:
    """Forwards from the cursor (a query string), or the newest page on the first night."""
    return _page(options, {key: value for key, value in _query(cursor or "").items() if key in _KEPT})


def read(options: Options, answer: Response | Failure, cursor: str | None) -> Batch:
    """The posts of a page and the next page, or what the server says about who may read."""
    address = urlsplit(answer.url)
    if isinstance(answer, Failure):
        return _after_failure(options, answer)
    try:
        if address.path == _INSTANCE:
            return _after_instance(options, answer, cursor)
        return _after_page(options, answer, _query(address.query))
    except ValueError as error:
        return failed(answer, Outcome.BAD_CONTENT, f"{options.server} answered with something else than JSON: {error}")


def _after_page(options: Options, response: Response, asked: dict[str, str]) -> Batch:
    statuses = objects(decode(response))
    ids = [text(status, "id") for status in statuses if text(status, "id")]
    if not ids:
        return Batch(next=() if _OLDER in asked else (_instance(options),))
    side = {key: value for key, value in asked.items() if key in ("local", "remote")}
    forwards = side | {_NEWER: _newest(ids)}
    older = _older(response)
    return Batch(
        posts=_posts(statuses, options, response),
        next=(_page(options, forwards),) if _NEWER in asked else (_page(options, side | {_OLDER: older}),) if older else (),
        cursor=None if _OLDER in asked else urlencode(forwards),
    )


def _posts(statuses: list[JsonObject], options: Options, response: Response) -> tuple[Post, ...]:
    threads = places(statuses, options.server)
    posts = (read_status(status, options.server, options.consent, response) for status in statuses)
    return tuple(_placed(post, *threads[post.uri]) if post.uri in threads and post.consent is not Consent.NONE else post for post in posts if post)


def _placed(post: Post, key: str, position: int) -> Post:
    return replace(post, thread_key=key, thread_position=position)


def _after_failure(options: Options, failure: Failure) -> Batch:
    """Refused: perhaps only one half of the timeline, this server's own posts or the others', is open. Not found: no such hashtag there yet."""
    address = urlsplit(failure.url)
    if failure.status == 404:
        return Batch()
    if failure.status not in (401, 403, 422) or address.path == _INSTANCE:
        return Batch(failure=failure)
    narrowed = {"local", "remote"} & set(_query(address.query))
    message = f"{options.server} does not show this hashtag to strangers (HTTP {failure.status})."
    return replace(failed(failure, Outcome.FORBIDDEN, message), next=() if narrowed else (_instance(options),))


def _after_instance(options: Options, response: Response, cursor: str | None) -> Batch:
    access = inner(decode(response), "configuration", "timelines_access", "hashtag_feeds")
    open_sides = [side for side in ("local", "remote") if access.get(side) == "public"]
    if access and not open_sides:
        return failed(response, Outcome.FORBIDDEN, f"{options.server} has closed its hashtag timelines ({access.get('local')}).")
    if len(open_sides) != 1 or open_sides[0] in _query(cursor or ""):
        return Batch()
    kept = {key: value for key, value in _query(cursor or "").items() if key == _NEWER}
    return Batch(next=(_page(options, {open_sides[0]: "true"} | kept),))


def _page(options: Options, query: dict[str, str]) -> Request:
    tag = quote(options.hashtag.lstrip("#"), safe="")
    return Request(f"https://{options.server}/api/v1/timelines/tag/{tag}?{urlencode({'limit': _PAGE} | query)}", accept="application/json")


def _instance(options: Options) -> Request:
    return Request(f"https://{options.server}{_INSTANCE}", accept="application/json")


def _older(response: Response) -> str:
    """The `max_id` of the `Link: rel="next"` header; the address itself is not followed, since it may lead anywhere."""
    found = _OLDER_LINK.search(response.header("link")[:5000])
    return _query(urlsplit(found[1]).query).get(_OLDER, "") if found else ""


def _newest(ids: Iterable[str]) -> str:
    """Ids are opaque: the longer one is newer, of the same length the one that sorts last (docs.joinmastodon.org/api/guidelines)."""
    return max(ids, key=lambda each: (len(each), each))


def _query(query: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(query).items()}

