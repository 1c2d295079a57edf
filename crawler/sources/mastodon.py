"""Public posts under a hashtag on a Mastodon-compatible server
(docs.joinmastodon.org/methods/timelines, entities/Status).

The first night walks backwards through a few pages; every later one goes forwards from the newest
id seen. An empty or refused
response is believed only after the server has said which timelines it shows to strangers.

Whether kept statuses still stand is asked twenty at a time (`GET /api/v1/statuses?id[]=`, since
4.3). A batch only tells who stands: older and
other servers ignore `id[]`, know it by another name or cut the list, so whoever is missing is asked
for alone (`GET /api/v1/statuses/:id`), and
a 404 there counts only while the server still says what it is (`/api/v2/instance`): whatever stands
where a server stood answers 404 to all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, quote, urlencode

from crawler.consent.decision import Policy
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Consent, Post
from crawler.sources.formats.json_fields import (
    JsonObject,
    line,
    object_at,
    objects,
    parse_json,
    text,
)
from crawler.sources.formats.mastodon_status import parse_status
from crawler.sources.formats.mastodon_thread import thread_positions
from crawler.sources.protocol import (
    Batch,
    RecheckBatch,
    RecheckRequest,
    failed_batch,
    is_missing,
    is_refusal,
    undecided_batch,
)
from crawler.url_parser import origin_of, path_of, query_of

MAX_REQUESTS = 6
_PAGE = 40
_INSTANCE = "/api/v2/instance"
_OLD_INSTANCE = "/api/v1/instance"  # before 4.0
_STATUSES = "/api/v1/statuses"
_AT_ONCE = 20
_NEWER, _OLDER = "min_id", "max_id"
_KEPT = ("local", "remote", _NEWER)
_OLDER_LINK = re.compile(r"<([^<>]{1,2000})>\s*;[^,]{0,200}rel=\"?next")
_HOST = re.compile(r"(?!-)[\w.-]{1,253}\.[\w-]{2,63}(?::\d{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Options:
    """`server`: a host name; `hashtag`: with or without `#`; `consent`: the policy to apply."""

    server: str
    hashtag: str
    consent: Policy = "considerate"

    def __post_init__(self) -> None:
        if not _HOST.fullmatch(self.server):
            raise ValueError(f"server is no host name: {self.server!r}")
        if not self.hashtag.lstrip("#"):
            raise ValueError("hashtag is empty")


def first_request(options: Options, cursor: str | None) -> FetchRequest:
    """Forwards from the cursor (a query string), or the newest page on the first night."""
    return _page(
        options, {key: value for key, value in _query(cursor or "").items() if key in _KEPT}
    )


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """The posts of a page and the next page, or what the server says about who may read."""
    if isinstance(response, Failure):
        return _after_failure(options, response)
    try:
        if path_of(response.url) in (_INSTANCE, _OLD_INSTANCE):
            return _after_instance(options, response, cursor)
        return _after_page(options, response, _query(query_of(response.url)))
    except ValueError as error:
        return failed_batch(
            response,
            Outcome.BAD_CONTENT,
            f"{options.server} answered with something else than JSON: {error}",
        )


def recheck_requests(options: Options, posts: tuple[Post, ...]) -> tuple[RecheckRequest, ...]:
    """One recheck for twenty statuses that this server showed us; for a single one, the status
    itself.
    """
    known = [post for post in posts if _id_here(post, options)]
    parts = (tuple(known[start : start + _AT_ONCE]) for start in range(0, len(known), _AT_ONCE))
    return tuple(
        _batch(options, part) if len(part) > 1 else _alone(options, part[0]) for part in parts
    )


def parse_recheck(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    """Who stands; who is missing from a batch is asked for alone; what is not found there is gone,
    if the server is still itself.
    """
    path = path_of(response.url)
    try:
        if path in (_INSTANCE, _OLD_INSTANCE):
            return _if_itself(options, recheck, response)
        return (
            _standing_in_batch(options, recheck, response)
            if path == _STATUSES
            else _standing_alone(options, recheck, response)
        )
    except ValueError as error:
        return undecided_batch(
            response, f"{options.server} answered with something else than JSON: {error}"
        )


def _standing_in_batch(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    if isinstance(response, Failure):
        knows_no_batch = response.status in (400, 404, 405, 410, 422)
        return (
            RecheckBatch(next_requests=tuple(_alone(options, post) for post in recheck.posts))
            if knows_no_batch
            else undecided_batch(response, "")
        )
    listed = parse_json(response)
    if not isinstance(listed, list):
        return undecided_batch(response, f"{options.server} answered without a list of statuses.")
    statuses = {line(status, "uri", 1000): status for status in objects(listed)}
    shown = (
        parse_status(statuses[post.uri], options.server, options.consent, response)
        for post in recheck.posts
        if post.uri in statuses
    )
    missing = tuple(_alone(options, post) for post in recheck.posts if post.uri not in statuses)
    return RecheckBatch(posts=tuple(post for post in shown if post), next_requests=missing)


def _standing_alone(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    if is_missing(response) or is_refusal(response):
        refused = is_refusal(response)
        return RecheckBatch(
            next_requests=(replace(recheck, request=_instance(options), after_refusal=refused),)
        )
    if isinstance(response, Failure):
        return undecided_batch(response, "")
    status = object_at({"status": parse_json(response)}, "status")
    if line(status, "uri", 1000) != recheck.posts[0].uri:
        return undecided_batch(response, f"{options.server} answered with another status.")
    post = parse_status(status, options.server, options.consent, response)
    return RecheckBatch(posts=(post,) if post else ())


def _if_itself(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    if is_missing(response) and path_of(response.url) == _INSTANCE:
        return RecheckBatch(
            next_requests=(replace(recheck, request=_instance(options, _OLD_INSTANCE)),)
        )
    if isinstance(response, Failure):
        return undecided_batch(response, "")
    if not text(object_at({"instance": parse_json(response)}, "instance"), "version"):
        return undecided_batch(response, f"{options.server} does not say what it is.")
    uris = tuple(post.uri for post in recheck.posts)
    return (
        RecheckBatch(refused_uris=uris) if recheck.after_refusal else RecheckBatch(gone_uris=uris)
    )


def _batch(options: Options, posts: tuple[Post, ...]) -> RecheckRequest:
    query = urlencode([("id[]", _id_here(post, options)) for post in posts])
    return RecheckRequest(
        FetchRequest(
            f"https://{options.server}{_STATUSES}?{query}", "api", accept="application/json"
        ),
        posts,
    )


def _alone(options: Options, post: Post) -> RecheckRequest:
    address = f"https://{options.server}{_STATUSES}/{quote(_id_here(post, options), safe='')}"
    return RecheckRequest(FetchRequest(address, "api", accept="application/json"), (post,))


def _id_here(post: Post, options: Options) -> str:
    """The id by which this server knows a status that it showed us, empty for those of others; its
    own statuses end in it.
    """
    here = origin_of(f"https://{options.server}")
    if origin_of(post.provenance.request or "") != here:
        return ""
    home, _, number = post.uri.rpartition("/")
    own_number = number if origin_of(home) == here and number.isdigit() else ""
    return post.provenance.id or own_number


def _after_page(options: Options, response: Response, asked: dict[str, str]) -> Batch:
    decoded = parse_json(response)
    if not isinstance(decoded, list):
        message = f"{options.server} answered without a list of statuses."
        return failed_batch(response, Outcome.BAD_CONTENT, message)
    statuses = objects(decoded)
    ids = [text(status, "id") for status in statuses if text(status, "id")]
    if not ids:
        # An open half without posts is a success after the whole was refused: it is asked for next
        # time.
        half_is_open = {"local", "remote"} & set(asked) and not decoded
        here = {key: value for key, value in asked.items() if key in _KEPT}
        about = () if _OLDER in asked else (_instance(options),)
        return Batch(next_requests=about, cursor=urlencode(here) if half_is_open else None)
    side = {key: value for key, value in asked.items() if key in ("local", "remote")}
    forwards = side | {_NEWER: _newest(ids)}
    older = _older(response)
    return Batch(
        posts=_posts(statuses, options, response),
        next_requests=(_page(options, forwards),)
        if _NEWER in asked
        else (_page(options, side | {_OLDER: older}),)
        if older
        else (),
        cursor=None if _OLDER in asked else urlencode(forwards),
    )


def _posts(statuses: list[JsonObject], options: Options, response: Response) -> tuple[Post, ...]:
    """The posts of a timeline. A boost is read as the post that it repeats.

    A post that is not public is left out if it has no links, since only its links count.
    """
    originals = [object_at(status, "reblog") or status for status in statuses]
    threads = thread_positions(originals, options.server)
    posts = (
        parse_status(status, options.server, options.consent, response) for status in originals
    )
    return tuple(_placed(post, threads) for post in posts if post and _counts(post))


def _counts(post: Post) -> bool:
    return post.visibility == "public" or bool(post.links or post.cards)


def _placed(post: Post, threads: dict[str, tuple[str, int]]) -> Post:
    if post.uri not in threads or post.consent is not Consent.FULL:
        return post
    key, position = threads[post.uri]
    return replace(post, thread_key=key, thread_position=position)


def _after_failure(options: Options, failure: Failure) -> Batch:
    """What to ask next after a failure.

    Refused: perhaps only one half of the timeline (the posts of this server, or those of others) is
    open. Not found: the server may not know the hashtag yet, or it is no such server any more; then
    it does not state its version either.
    """
    path = path_of(failure.url)
    if failure.status in (404, 410) and path != _OLD_INSTANCE:
        return (
            Batch()
            if path == _INSTANCE
            else Batch(next_requests=(_instance(options, _OLD_INSTANCE),))
        )
    if failure.status not in (401, 403, 422) or path in (_INSTANCE, _OLD_INSTANCE):
        return Batch(failure=failure)
    narrowed = {"local", "remote"} & set(_query(query_of(failure.url)))
    message = f"{options.server} does not show this hashtag to strangers (HTTP {failure.status})."
    refused = failed_batch(failure, Outcome.FORBIDDEN, message)
    return replace(refused, next_requests=() if narrowed else (_instance(options),))


def _after_instance(options: Options, response: Response, cursor: str | None) -> Batch:
    about = object_at({"instance": parse_json(response)}, "instance")
    if path_of(response.url) == _OLD_INSTANCE:
        message = f"{options.server} does not response as a Mastodon server: it states no version."
        is_itself = bool(text(about, "version"))
        return Batch() if is_itself else failed_batch(response, Outcome.BAD_CONTENT, message)
    access = object_at(about, "configuration", "timelines_access", "hashtag_feeds")
    open_sides = [side for side in ("local", "remote") if access.get(side) == "public"]
    if access and not open_sides:
        message = f"{options.server} has closed its hashtag timelines ({access.get('local')})."
        return failed_batch(response, Outcome.FORBIDDEN, message)
    if not access and not text(about, "version"):
        return Batch(next_requests=(_instance(options, _OLD_INSTANCE),))
    if len(open_sides) != 1 or open_sides[0] in _query(cursor or ""):
        return Batch()
    kept = {key: value for key, value in _query(cursor or "").items() if key == _NEWER}
    return Batch(next_requests=(_page(options, {open_sides[0]: "true"} | kept),))


def _page(options: Options, query: dict[str, str]) -> FetchRequest:
    tag = quote(options.hashtag.lstrip("#"), safe="")
    return FetchRequest(
        f"https://{options.server}/api/v1/timelines/tag/{tag}?{urlencode({'limit': _PAGE} | query)}",
        "api",
        accept="application/json",
    )


def _instance(options: Options, path: str = _INSTANCE) -> FetchRequest:
    return FetchRequest(f"https://{options.server}{path}", "api", accept="application/json")


def _older(response: Response) -> str:
    """The `max_id` of the `Link: rel="next"` header; the address itself is not followed, since it
    may lead anywhere.
    """
    found = _OLDER_LINK.search(response.header("link")[:5000])
    return _query(query_of(found[1])).get(_OLDER, "") if found else ""


def _newest(ids: Iterable[str]) -> str:
    """Ids are opaque: the longer one is newer, of the same length the one that sorts last
    (docs.joinmastodon.org/api/guidelines).
    """
    return max(ids, key=lambda each: (len(each), each))


def _query(query: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(query).items()}
