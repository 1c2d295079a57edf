"""Public posts with a hashtag on a Mastodon-compatible server, and rechecks of stored posts.

API: docs.joinmastodon.org/methods/timelines, docs.joinmastodon.org/entities/Status.

The first night reads a few pages backwards; each later night reads forwards from the newest id of
the night before. An empty or refused timeline is accepted only after the server has reported which
timelines it shows without an account.

Stored posts are rechecked twenty at a time (`GET /api/v1/statuses?id[]=`, since 4.3). Such a list
only proves that a post exists: older and other servers ignore `id[]`, name it differently or cut
the list. A post that is missing from the list is therefore requested alone (`GET
/api/v1/statuses/:id`). Its 404 counts only if the server then still reports its version
(`/api/v2/instance`), because a host that no longer runs Mastodon returns 404 for every URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
from crawler.sources.formats.mastodon_thread import ThreadPosition, thread_positions
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
_PAGE_SIZE = 40
_RECHECK_SIZE = 20
_INSTANCE = "/api/v2/instance"
_OLD_INSTANCE = "/api/v1/instance"  # before 4.0
_STATUSES = "/api/v1/statuses"
_NEWER, _OLDER = "min_id", "max_id"
_HALVES = ("local", "remote")
_CURSOR_KEYS = (*_HALVES, _NEWER)
_STATUS_OF_NO_BATCHES = (400, 404, 405, 410, 422)
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
            raise ValueError(f"server is not a host name: {self.server!r}")
        if not self.hashtag.lstrip("#"):
            raise ValueError("hashtag is empty")


def first_request(options: Options, cursor: str | None) -> FetchRequest:
    """Return the page after the `cursor` (a query string), or the newest page in the first night.

    `options` is the source's Options.
    """
    return _page_request(options, _only(_CURSOR_KEYS, _query(cursor or "")))


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """Return the posts of a timeline page and the next request.

    `response` may also describe the server, or be a Failure; `options` and `cursor` as in
    `first_request`.
    """
    if isinstance(response, Failure):
        return _after_failure(options, response)
    try:
        if path_of(response.url) in (_INSTANCE, _OLD_INSTANCE):
            return _after_instance(options, response, cursor)
        return _after_page(options, response)
    except ValueError as error:
        return failed_batch(response, Outcome.BAD_CONTENT, _not_json(options, error))


def recheck_requests(options: Options, posts: tuple[Post, ...]) -> tuple[RecheckRequest, ...]:
    """Return one request for each twenty `posts` that this server returned.

    `options` is the source's Options. A single post is requested alone.
    """
    checkable = [post for post in posts if _id_on_server(post, options)]
    groups = (
        tuple(checkable[start : start + _RECHECK_SIZE])
        for start in range(0, len(checkable), _RECHECK_SIZE)
    )
    return tuple(
        _list_recheck(options, group) if len(group) > 1 else _single_recheck(options, group[0])
        for group in groups
    )


def parse_recheck(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    """Return which posts of `recheck` exist or were deleted, and the requests for undecided ones.

    `response` is a list, a single post, a description of the server, or a Failure; `options` is
    the source's Options.
    """
    path = path_of(response.url)
    try:
        if path in (_INSTANCE, _OLD_INSTANCE):
            return _recheck_by_instance(options, recheck, response)
        if path == _STATUSES:
            return _recheck_by_list(options, recheck, response)
        return _recheck_by_status(options, recheck, response)
    except ValueError as error:
        return undecided_batch(response, _not_json(options, error))


def _recheck_by_list(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    if isinstance(response, Failure):
        if response.status not in _STATUS_OF_NO_BATCHES:
            return undecided_batch(response, "")
        return RecheckBatch(next_requests=_single_rechecks(options, recheck.posts))
    decoded = parse_json(response)
    if not isinstance(decoded, list):
        return undecided_batch(response, f"{options.server} answered without a list of statuses.")
    statuses = {line(status, "uri", 1000): status for status in objects(decoded)}
    return _compare_with_list(options, recheck, response, statuses)


def _compare_with_list(
    options: Options,
    recheck: RecheckRequest,
    response: Response,
    statuses: dict[str, JsonObject],
) -> RecheckBatch:
    """Return the posts that are in the list, and single rechecks of the others."""
    listed = [statuses[post.uri] for post in recheck.posts if post.uri in statuses]
    missing = [post for post in recheck.posts if post.uri not in statuses]
    return RecheckBatch(
        posts=_posts_of(listed, options, response),
        next_requests=_single_rechecks(options, missing),
    )


def _posts_of(
    statuses: Iterable[JsonObject], options: Options, response: Response
) -> tuple[Post, ...]:
    posts = (parse_status(status, options.server, options.consent, response) for status in statuses)
    return tuple(post for post in posts if post)


def _recheck_by_status(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    if is_missing(response) or is_refusal(response):
        instance = _instance_request(options)
        next_request = replace(recheck, request=instance, after_refusal=is_refusal(response))
        return RecheckBatch(next_requests=(next_request,))
    if isinstance(response, Failure):
        return undecided_batch(response, "")

    status = object_at({"status": parse_json(response)}, "status")
    if line(status, "uri", 1000) != recheck.posts[0].uri:
        return undecided_batch(response, f"{options.server} answered with another status.")
    return RecheckBatch(posts=_posts_of([status], options, response))


def _recheck_by_instance(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    """Return the posts as deleted or refused, if the server still reports its version."""
    if is_missing(response) and path_of(response.url) == _INSTANCE:
        older = _instance_request(options, _OLD_INSTANCE)
        return RecheckBatch(next_requests=(replace(recheck, request=older),))
    if isinstance(response, Failure):
        return undecided_batch(response, "")
    if not text(object_at({"instance": parse_json(response)}, "instance"), "version"):
        return undecided_batch(response, f"{options.server} does not say what it is.")
    uris = tuple(post.uri for post in recheck.posts)
    if recheck.after_refusal:
        return RecheckBatch(refused_uris=uris)
    return RecheckBatch(gone_uris=uris)


def _list_recheck(options: Options, posts: tuple[Post, ...]) -> RecheckRequest:
    query = urlencode([("id[]", _id_on_server(post, options)) for post in posts])
    return RecheckRequest(_api_request(options, f"{_STATUSES}?{query}"), posts)


def _single_rechecks(options: Options, posts: Sequence[Post]) -> tuple[RecheckRequest, ...]:
    return tuple(_single_recheck(options, post) for post in posts)


def _single_recheck(options: Options, post: Post) -> RecheckRequest:
    number = quote(_id_on_server(post, options), safe="")
    return RecheckRequest(_api_request(options, f"{_STATUSES}/{number}"), (post,))


def _id_on_server(post: Post, options: Options) -> str:
    """Return the id of a post on this server, or an empty string if another server returned it.

    The URI of a server's own post ends in its id.
    """
    here = origin_of(f"https://{options.server}")
    if origin_of(post.provenance.request or "") != here:
        return ""
    if post.provenance.id:
        return post.provenance.id
    home, _, number = post.uri.rpartition("/")
    return number if origin_of(home) == here and number.isdigit() else ""


def _after_page(options: Options, response: Response) -> Batch:
    """Return the posts of a timeline page, and the request for the page after it."""
    decoded = parse_json(response)
    if not isinstance(decoded, list):
        message = f"{options.server} answered without a list of statuses."
        return failed_batch(response, Outcome.BAD_CONTENT, message)
    query = _query(query_of(response.url))
    statuses = objects(decoded)
    ids = list(filter(None, (text(status, "id") for status in statuses)))
    if not ids:
        return _after_empty_page(options, query, is_empty_list=not decoded)
    forwards = _only(_HALVES, query) | {_NEWER: _newest_id(ids)}
    return Batch(
        posts=_posts(statuses, options, response),
        next_requests=_next_pages(options, response, query, forwards),
        cursor=None if _OLDER in query else urlencode(forwards),
    )


def _after_empty_page(options: Options, query: dict[str, str], is_empty_list: bool) -> Batch:
    """Return the request that describes the server; an empty older page needs none.

    An open half without posts is a success after the whole timeline was refused: the cursor then
    selects that half in the next night.
    """
    is_open_half = is_empty_list and any(half in query for half in _HALVES)
    return Batch(
        next_requests=() if _OLDER in query else (_instance_request(options),),
        cursor=urlencode(_only(_CURSOR_KEYS, query)) if is_open_half else None,
    )


def _next_pages(
    options: Options, response: Response, query: dict[str, str], forwards: dict[str, str]
) -> tuple[FetchRequest, ...]:
    if _NEWER in query:
        return (_page_request(options, forwards),)
    older = _older_id(response)
    half = _only(_HALVES, query)
    return (_page_request(options, half | {_OLDER: older}),) if older else ()


def _posts(statuses: list[JsonObject], options: Options, response: Response) -> tuple[Post, ...]:
    """Return the posts of a timeline. A boost counts as the post that it repeats.

    Only the links of a post that is not public are used; without links it is left out.
    """
    originals = [object_at(status, "reblog") or status for status in statuses]
    threads = thread_positions(originals, options.server)
    parsed = (
        parse_status(status, options.server, options.consent, response) for status in originals
    )
    return tuple(_in_thread(post, threads) for post in parsed if post and _is_useful(post))


def _is_useful(post: Post) -> bool:
    return post.visibility == "public" or bool(post.links or post.cards)


def _in_thread(post: Post, threads: dict[str, ThreadPosition]) -> Post:
    if post.uri not in threads or post.consent is not Consent.FULL:
        return post
    key, position = threads[post.uri]
    return replace(post, thread_key=key, thread_position=position)


def _after_failure(options: Options, failure: Failure) -> Batch:
    """Return the request that explains a failure, or the failure.

    After a refusal, perhaps only one half of the timeline (posts of this server, or of others) is
    open. After a 404, the server may not know the hashtag yet, or may no longer run Mastodon; then
    it does not report its version either.
    """
    path = path_of(failure.url)
    if failure.status in (404, 410) and path != _OLD_INSTANCE:
        if path == _INSTANCE:
            return Batch()
        return Batch(next_requests=(_instance_request(options, _OLD_INSTANCE),))
    if failure.status not in (401, 403, 422) or path in (_INSTANCE, _OLD_INSTANCE):
        return Batch(failure=failure)
    return _after_refusal(options, failure)


def _after_refusal(options: Options, failure: Failure) -> Batch:
    message = f"{options.server} does not show this hashtag to guests (HTTP {failure.status})."
    refused = failed_batch(failure, Outcome.FORBIDDEN, message)
    query = _query(query_of(failure.url))
    if any(half in query for half in _HALVES):
        return refused
    return replace(refused, next_requests=(_instance_request(options),))


def _after_instance(options: Options, response: Response, cursor: str | None) -> Batch:
    """Return the request for the open half of the timeline, or why the timeline is closed."""
    instance = object_at({"instance": parse_json(response)}, "instance")
    if path_of(response.url) == _OLD_INSTANCE:
        return _after_old_instance(options, response, instance)
    access = object_at(instance, "configuration", "timelines_access", "hashtag_feeds")
    open_halves = [half for half in _HALVES if access.get(half) == "public"]
    if access and not open_halves:
        message = f"{options.server} has closed its hashtag timelines ({access.get('local')})."
        return failed_batch(response, Outcome.FORBIDDEN, message)
    if not access and not text(instance, "version"):
        return Batch(next_requests=(_instance_request(options, _OLD_INSTANCE),))
    return _open_half(options, open_halves, _query(cursor or ""))


def _open_half(options: Options, open_halves: list[str], stored: dict[str, str]) -> Batch:
    """Return the request for the only open half, unless the `stored` cursor is already of it."""
    if len(open_halves) != 1 or open_halves[0] in stored:
        return Batch()
    query = {open_halves[0]: "true"} | _only((_NEWER,), stored)
    return Batch(next_requests=(_page_request(options, query),))


def _after_old_instance(options: Options, response: Response, instance: JsonObject) -> Batch:
    if text(instance, "version"):
        return Batch()
    message = f"{options.server} does not answer as a Mastodon server: it states no version."
    return failed_batch(response, Outcome.BAD_CONTENT, message)


def _page_request(options: Options, query: dict[str, str]) -> FetchRequest:
    hashtag = quote(options.hashtag.lstrip("#"), safe="")
    parameters = urlencode({"limit": _PAGE_SIZE} | query)
    return _api_request(options, f"/api/v1/timelines/tag/{hashtag}?{parameters}")


def _instance_request(options: Options, path: str = _INSTANCE) -> FetchRequest:
    return _api_request(options, path)


def _api_request(options: Options, path: str) -> FetchRequest:
    return FetchRequest(f"https://{options.server}{path}", "api", accept="application/json")


def _older_id(response: Response) -> str:
    """Return the `max_id` of the `Link: rel="next"` header.

    The URL itself is not requested, since it may be on any host.
    """
    match = _OLDER_LINK.search(response.header("link")[:5000])
    return _query(query_of(match[1])).get(_OLDER, "") if match else ""


def _newest_id(ids: Iterable[str]) -> str:
    """Return the newest id: the longest, and of several the last in sorted order.

    Ids are opaque strings (docs.joinmastodon.org/api/guidelines).
    """
    return max(ids, key=lambda number: (len(number), number))


def _only(keys: Iterable[str], query: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in query.items() if key in keys}


def _query(query: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(query).items()}


def _not_json(options: Options, error: ValueError) -> str:
    return f"{options.server} answered with something else than JSON: {error}"
