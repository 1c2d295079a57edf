"""Public notes with a hashtag on a server of the Misskey family: Misskey, Sharkey, Firefish.

API: misskey-hub.net/docs, method `notes/search-by-tag` (POST without an account). The first run
reads a few pages backwards (`untilId`), later runs read forwards from the newest id (`sinceId`).
All pages have one URL, so that its fragment, which is never sent, tells them apart.

Stored notes are rechecked one by one (`notes/show`). Only the error "No such note" of the API is a
deletion, because a host that no longer runs Misskey answers with other errors.

Guests do not get the settings `noCrawle` and `isExplorable` of an account. They count where a
server reports them. Otherwise the consent policy decides, as for an account without a choice. The
profile of an account of another server is not in the response, so that such an account never gets
more than the default policy gives.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from crawler.consent.decision import ConsentSignals, OptIn, Policy, decide_consent
from crawler.consent.levels import reduce_to_level
from crawler.consent.opt_out_phrases import find_opt_out
from crawler.html_text_and_links import absolute_web_url
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Author, Consent, Link, Post, Provenance
from crawler.sources.formats.hashtag_names import usable_hashtags
from crawler.sources.formats.json_fields import (
    JsonObject,
    counts,
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
from crawler.text_cleaning import join_paragraphs
from crawler.url_parser import origin_of
from crawler.urls_and_hashtags import find_hashtags, find_urls
from crawler.utc_times import parse_iso_date

MAX_REQUESTS = 4
_PATH = "/api/notes/search-by-tag"
_NOTE_PATH = "/api/notes/show"
_MISSING = (400, 404, 410)
_NO_NOTE = "No such note"
_PAGE_SIZE = 100
_NEWER, _OLDER = "sinceId", "untilId"
_ID = re.compile(r"[0-9a-z]{8,40}", re.IGNORECASE | re.ASCII)
_HOST = re.compile(r"(?!-)[\w.-]{1,253}\.[\w-]{2,63}(?::\d{1,5})?", re.ASCII)
# Settings of an account with the value that opts out; Firefish and Sharkey have their own names.
_OPT_OUTS = (
    ("isExplorable", False),
    ("isIndexable", False),
    ("noCrawle", True),
    ("noindex", True),
    ("requireSigninToViewContents", True),
)


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
    """Return the page after the `cursor` (the id of a note), or the newest page.

    `options` is the source's Options.
    """
    is_id = cursor is not None and _ID.fullmatch(cursor) is not None
    return _page_request(options, {_NEWER: cursor} if is_id else {})


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """Return the posts of a page, and the request for the next page after a full one.

    `response` may be a Failure; `options` and `cursor` as in `first_request`.
    """
    if isinstance(response, Failure):
        return Batch(failure=response)
    try:
        decoded = parse_json(response)
    except ValueError as error:
        message = f"{options.server} answered with something else than JSON: {error}"
        return failed_batch(response, Outcome.BAD_CONTENT, message)
    if not isinstance(decoded, list):
        message = f"{options.server} answered without a list of notes."
        return failed_batch(response, Outcome.BAD_CONTENT, message)
    return _page_batch(objects(decoded), options, response)


def recheck_requests(options: Options, posts: tuple[Post, ...]) -> tuple[RecheckRequest, ...]:
    """Return one request for each note in `posts` that this server returned.

    `options` is the source's Options.
    """
    here = origin_of(f"https://{options.server}")
    return tuple(
        RecheckRequest(_note_request(options, str(post.provenance.id)), (post,))
        for post in posts
        if post.network == "misskey"
        and origin_of(post.provenance.request or "") == here
        and _ID.fullmatch(post.provenance.id or "")
    )


def parse_recheck(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    """Return the note of `recheck`, or that the server does not have it or hides it.

    `response` may be a Failure; `options` is the source's Options.
    """
    uri = recheck.posts[0].uri
    if isinstance(response, Failure):
        is_gone = response.status in _MISSING and _NO_NOTE in response.message
        return RecheckBatch(gone_uris=(uri,)) if is_gone else undecided_batch(response, "")
    try:
        note = object_at({"note": parse_json(response)}, "note")
    except ValueError as error:
        return undecided_batch(response, f"{options.server} answered with other data: {error}")
    if note.get("isHidden") is True and text(note, "id") == recheck.posts[0].provenance.id:
        return RecheckBatch(refused_uris=(uri,))
    post = _post(note, options, response)
    if post is None or post.uri != uri:
        return undecided_batch(response, f"{options.server} answered with another note.")
    return RecheckBatch(posts=(post,))


def _page_batch(notes: list[JsonObject], options: Options, response: Response) -> Batch:
    place = response.url.partition("#")[2].partition("=")[0]
    ids = sorted(filter(_ID.fullmatch, (text(note, "id") for note in notes)), key=_age)
    posts = (_post(note, options, response) for note in notes)
    return Batch(
        posts=tuple(post for post in posts if post and _is_useful(post)),
        next_requests=_next_pages(options, ids, place),
        cursor=ids[-1] if ids and place != _OLDER else None,
    )


def _age(number: str) -> tuple[int, str]:
    """Return the key that sorts ids by time: every id format begins with the time."""
    return len(number), number


def _next_pages(options: Options, ids: list[str], place: str) -> tuple[FetchRequest, ...]:
    if len(ids) < _PAGE_SIZE:
        return ()
    bound = {_NEWER: ids[-1]} if place == _NEWER else {_OLDER: ids[0]}
    return (_page_request(options, bound),)


def _page_request(options: Options, bound: dict[str, Any]) -> FetchRequest:
    query = {"tag": options.hashtag.lstrip("#"), "limit": _PAGE_SIZE, "renote": False} | bound
    fragment = "".join(f"#{key}={number}" for key, number in bound.items())
    return FetchRequest(
        f"https://{options.server}{_PATH}{fragment}",
        "api",
        accept="application/json",
        body=json.dumps(query, ensure_ascii=False),
    )


def _note_request(options: Options, number: str) -> FetchRequest:
    return FetchRequest(
        f"https://{options.server}{_NOTE_PATH}#{number}",
        "api",
        accept="application/json",
        body=json.dumps({"noteId": number}),
    )


def _is_useful(post: Post) -> bool:
    return post.visibility == "public" or bool(post.links)


def _post(note: JsonObject, options: Options, response: Response) -> Post | None:
    """Return the post of a note, reduced to its consent; None without id or if it is hidden."""
    number = text(note, "id")
    if not _ID.fullmatch(number) or note.get("isHidden") is True or note.get("deletedAt"):
        return None
    user = object_at(note, "user")
    decision = decide_consent(_signals(note, user), _policy(user, options))
    here = f"https://{options.server}/notes/{number}"
    content = join_paragraphs(text(note, "cw"), text(note, "text"))
    post = Post(
        network="misskey",
        uri=absolute_web_url(line(note, "uri", 1000)) or here,
        url=absolute_web_url(line(note, "url", 1000)) or here,
        text=content,
        author=_author(user, options.server, decision.account),
        published=parse_iso_date(text(note, "createdAt"), response.fetched_at),
        edited=parse_iso_date(text(note, "updatedAt"), response.fetched_at),
        hashtags=_hashtags(note, content),
        links=_links(note),
        visibility=line(note, "visibility", 50) or "unknown",
        consent=decision.post,
        reasons=decision.reasons,
        sensitive=bool(text(note, "cw")),
        counts=counts(note, replies="repliesCount", boosts="renoteCount"),
        provenance=Provenance(request=response.url.partition("#")[0], id=number),
    )
    return reduce_to_level(replace(post, consent=decision.post), decision.post)


def _signals(note: JsonObject, user: JsonObject) -> ConsentSignals:
    visibility = line(note, "visibility", 50)
    signals = [] if visibility == "public" else [f"visibility {visibility or 'missing'}"]
    if note.get("localOnly") is True:
        signals.append("local only")
    return ConsentSignals(
        opt_in=_opt_in(user), account=tuple(_account_signals(user)), post=tuple(signals)
    )


def _policy(user: JsonObject, options: Options) -> Policy:
    """Return the policy; for an account of another server, whose opt-out is unknown, no wider."""
    is_remote = bool(line(user, "host", 253))
    return "considerate" if is_remote and options.consent == "lenient" else options.consent


def _opt_in(user: JsonObject) -> OptIn:
    is_listed = user.get("isExplorable") is True or user.get("isIndexable") is True
    return "yes" if is_listed and user.get("noCrawle") is not True else "missing"


def _account_signals(user: JsonObject) -> Iterator[str]:
    for setting, opt_out in _OPT_OUTS:
        if user.get(setting) is opt_out:
            yield f"{setting} {str(opt_out).lower()}"
    if phrase := find_opt_out([line(user, "name", 500), line(user, "description", 5000)]):
        yield f"profile says {phrase!r}"


def _author(user: JsonObject, server: str, consent: Consent) -> Author | None:
    name = line(user, "username", 100)
    if not name:
        return None
    host = line(user, "host", 253)
    return Author(
        network="misskey",
        handle=f"{name}@{host or server}",
        name=_display_name(user),
        url=absolute_web_url(f"https://{server}/@{name}{f'@{host}' if host else ''}"),
        consent=consent,
    )


def _display_name(user: JsonObject) -> str:
    """Return the name without shortcodes of custom emoji, which only their server can show."""
    return line({"name": re.sub(r":[\w.@-]{1,100}:", " ", text(user, "name"))}, "name", 100)


def _links(note: JsonObject) -> tuple[Link, ...]:
    """Return the links of the text, except that of the quoted note."""
    quoted = object_at(note, "renote")
    hidden = {text(quoted, "url"), text(quoted, "uri")}
    written = find_urls(text(note, "text"))
    urls = (absolute_web_url(url if "://" in url else f"https://{url}") for url in written)
    return tuple(Link(url, url) for url in dict.fromkeys(urls) if url and url not in hidden)


def _hashtags(note: JsonObject, content: str) -> tuple[str, ...]:
    """Return the hashtags as the text spells them; those only in `tags` in lower case."""
    return usable_hashtags((*strings(note.get("tags")), *find_hashtags(content)))
