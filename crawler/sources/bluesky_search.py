"""Posts with a hashtag on Bluesky, through the search of the operator's own account.

Off by default: the maintainers want the search used by people and not as a data feed, so that a
few requests in a run are the limit. The search needs a session (lexicons
com.atproto.server.createSession, app.bsky.feed.searchPosts). The app password is a secret of the
operator, which only the HTTP client reads. The access token stays in memory: every page begins with
the login, whose response the fetcher has cached. Sources of one account share that session.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlencode

from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.sources.bluesky import parse_recheck, recheck_requests
from crawler.sources.formats.bluesky_post import has_hashtag, parse_view, published_at
from crawler.sources.formats.json_fields import (
    JsonObject,
    line,
    object_at,
    objects,
    parse_json,
    text,
)
from crawler.sources.protocol import Batch, failed_batch
from crawler.url_parser import origin_of, path_of, query_of
from crawler.utc_times import iso, parse_iso_date

__all__ = [
    "MAX_REQUESTS",
    "Options",
    "first_request",
    "parse_recheck",
    "parse_response",
    "recheck_requests",
]

MAX_REQUESTS = 6  # three pages, each after the cached login
_PAGES = 3
_PAGE_SIZE = 100
_LOGIN = "/xrpc/com.atproto.server.createSession"
_SEARCH = "/xrpc/app.bsky.feed.searchPosts"
_OVERLAP = timedelta(minutes=10)  # posts are searchable a little after they are indexed
_HOST = re.compile(r"(?!-)[\w.-]{1,253}\.[\w-]{2,63}", re.ASCII)
_ACCOUNT = re.compile(r"did:[a-z]+:[\w.:%-]{1,200}|(?:[\w-]{1,63}\.)+[\w-]{2,63}", re.ASCII)
_TOKEN = re.compile(r"[\w.~+/=-]{1,4000}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Options:
    """`account`: your handle or DID; `hashtag`: with or without `#`; `server`: your PDS.

    `secret`: the name of the secret that holds an app password of the account.
    """

    account: str
    hashtag: str
    server: str = "bsky.social"
    secret: str = "bluesky_app_password"

    def __post_init__(self) -> None:
        if not _ACCOUNT.fullmatch(self.account):
            raise ValueError(f"account is neither a handle nor a DID: {self.account!r}")
        if not self.hashtag.lstrip("#"):
            raise ValueError("hashtag is empty")
        if not _HOST.fullmatch(self.server):
            raise ValueError(f"server is not a host name: {self.server!r}")


def first_request(options: Options, cursor: str | None) -> FetchRequest:
    """Return the login. `cursor` is used in the search; `options` is the source's Options."""
    return _login_request(options, {})


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """Return the search after a login, and the posts and the login for the next page after it.

    `cursor` is the time of the newest stored post. `response` may be a Failure; `options` is the
    source's Options.
    """
    if isinstance(response, Failure):
        return Batch(failure=response)
    try:
        document = object_at({"answer": parse_json(response)}, "answer")
    except ValueError as error:
        message = f"Bluesky answered with something else than JSON: {error}"
        return failed_batch(response, Outcome.BAD_CONTENT, message)
    if path_of(response.url) == _LOGIN:
        return _after_login(document, options, response, cursor)
    if not isinstance(document.get("posts"), list):
        return failed_batch(response, Outcome.BAD_CONTENT, "Bluesky answered without posts.")
    return _page_batch(document, options, response, cursor)


def _after_login(
    session: JsonObject, options: Options, response: Response, cursor: str | None
) -> Batch:
    token = text(session, "accessJwt")
    if not _TOKEN.fullmatch(token) or session.get("active") is False:
        message = f"{options.server} opened no session for {options.account}."
        return failed_batch(response, Outcome.FORBIDDEN, message)
    place = _query(response.url.partition("#")[2])
    query = {
        "q": f"#{options.hashtag.lstrip('#')}",
        "tag": options.hashtag.lstrip("#"),
        "sort": "latest",
        "limit": str(_PAGE_SIZE),
    }
    if since := _since(cursor, response):
        query["since"] = since
    query |= {key: value for key, value in place.items() if key == "cursor"}
    fragment = f"#page={place.get('page', '1')}"
    url = f"{_own_server(session, options)}{_SEARCH}?{urlencode(query)}{fragment}"
    headers = (("authorization", f"Bearer {token}"),)
    return Batch(next_requests=(FetchRequest(url, "api", "application/json", headers),))


def _own_server(session: JsonObject, options: Options) -> str:
    """Return the origin of the account's PDS, which its DID document names (atproto.com/specs/did).

    The entry server bsky.social only opens sessions for the servers behind it.
    """
    for service in objects(object_at(session, "didDoc").get("service")):
        origin = origin_of(line(service, "serviceEndpoint", 300))
        if text(service, "id").endswith("#atproto_pds") and origin.startswith("https://"):
            return origin
    return f"https://{options.server}"


def _since(cursor: str | None, response: Response) -> str | None:
    newest = parse_iso_date(cursor, response.fetched_at)
    return iso(newest - _OVERLAP) if newest else None


def _page_batch(
    page: JsonObject, options: Options, response: Response, cursor: str | None
) -> Batch:
    views = [
        view
        for view in objects(page["posts"])
        if has_hashtag(object_at(view, "record"), options.hashtag)
    ]
    times = sorted(filter(None, (iso(published_at(view, response.fetched_at)) for view in views)))
    posts = (parse_view(view, response) for view in views)
    number = _page_number(response)
    older = line(page, "cursor", 500)
    has_newer = bool(times) and times[0] > (cursor or "") and number < _PAGES
    place = {"page": str(number + 1), "cursor": older}
    return Batch(
        posts=tuple(post for post in posts if post),
        next_requests=(_login_request(options, place),) if older and has_newer else (),
        cursor=times[-1] if times and number == 1 else None,
    )


def _page_number(response: Response) -> int:
    """Return the number of a page: in the fragment, or 1 without a cursor in the query."""
    number = _query(response.url.partition("#")[2]).get("page", "")
    if number.isascii() and number.isdigit():
        return min(int(number[:3]), _PAGES)
    return _PAGES if "cursor=" in query_of(response.url) else 1


def _login_request(options: Options, place: dict[str, str]) -> FetchRequest:
    """Return the login; the place in the results is in its fragment, which is never sent."""
    fragment = f"#{urlencode(place, quote_via=quote)}" if place else ""
    return FetchRequest(
        f"https://{options.server}{_LOGIN}{fragment}",
        "api",
        accept="application/json",
        body=json.dumps({"identifier": options.account}),
        secrets=(("password", options.secret),),
    )


def _query(query: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(query).items()}
