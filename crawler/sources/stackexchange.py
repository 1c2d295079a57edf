"""Questions with a tag on a site of Stack Exchange, newest first, with at least some votes.

API 2.3: api.stackexchange.com/docs. Responses are always compressed. An IP address has 300 requests
a day without a key (`quota_remaining`). `backoff` is a number of seconds before the next request of
the same method. The content is licensed CC BY-SA: author, page and site go with each title, and the
body of a question is not requested.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlencode

from crawler.html_text_and_links import absolute_web_url
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Author, Card, Link, Post, Provenance
from crawler.sources.formats.hashtag_names import joined_hashtags
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
from crawler.sources.protocol import Batch, PollingHints, failed_batch
from crawler.text_cleaning import clean_line
from crawler.utc_times import plausible_date

MAX_REQUESTS = 1
_API = "https://api.stackexchange.com/2.3/questions"
_PAGE_SIZE = 100
_INTERVAL = timedelta(hours=12)
_SITE = re.compile(r"[a-z][a-z0-9.-]{1,60}")
_TAG = re.compile(r"[a-z0-9][a-z0-9+#.-]{0,34}")
_THROTTLED = re.compile(r"throttle|too many requests", re.IGNORECASE)
_SECONDS = re.compile(r"available in (\d{1,7}) seconds", re.ASCII)


@dataclass(frozen=True, slots=True)
class Options:
    """`tag`: as the site spells it; `site`: for example `stackoverflow` or `dba`.

    `min_score`: the fewest votes of a question.
    """

    tag: str
    site: str = "stackoverflow"
    min_score: int = 1

    def __post_init__(self) -> None:
        if not _TAG.fullmatch(self.tag):
            raise ValueError(f"tag has lower-case letters, digits and hyphens: {self.tag!r}")
        if not _SITE.fullmatch(self.site):
            raise ValueError(f"site is not a name like stackoverflow or dba: {self.site!r}")


def first_request(options: Options, cursor: str | None) -> FetchRequest:
    """Return the request for the newest questions; votes change, so `cursor` is not used.

    `options` is the source's Options.
    """
    query = {
        "site": options.site,
        "tagged": options.tag,
        "sort": "creation",
        "order": "desc",
        "pagesize": str(_PAGE_SIZE),
    }
    return FetchRequest(f"{_API}?{urlencode(query)}", "api", accept="application/json")


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """Return the questions of `response` with enough votes; `cursor` is not used.

    `response` may be a Failure; `options` is the source's Options.
    """
    if isinstance(response, Failure):
        return Batch(failure=_as_rate_limit(response))
    if response.status == 304:
        return Batch()
    try:
        page = object_at({"page": parse_json(response)}, "page")
    except ValueError as error:
        message = f"Stack Exchange answered with something else than JSON: {error}"
        return failed_batch(response, Outcome.BAD_CONTENT, message)
    if not isinstance(page.get("items"), list):
        message = f"Stack Exchange answered without questions. {line(page, 'error_message')}"
        return failed_batch(response, Outcome.BAD_CONTENT, message)
    posts = (_post(item, options, response) for item in objects(page["items"]))
    return Batch(tuple(post for post in posts if post), hints=_hints(page))


def _hints(page: JsonObject) -> PollingHints:
    """Return the shortest interval: the usual one, `backoff`, or a day without a quota."""
    backoff = timedelta(seconds=min(max(integer(page, "backoff"), 0), 86_400))
    is_used_up = page.get("quota_remaining") == 0
    return PollingHints(max(_INTERVAL, backoff, timedelta(days=1) if is_used_up else backoff))


def _as_rate_limit(failure: Failure) -> Failure:
    """Return the failure as a rate limit if its message states it: the status is 400 or 502."""
    if not _THROTTLED.search(failure.message):
        return failure
    return replace(failure, outcome=Outcome.RATE_LIMITED)


def _post(item: JsonObject, options: Options, response: Response) -> Post | None:
    """Return the post of a question; None without id, page or title, or with too few votes."""
    number = line(item, "question_id", 30)
    title, url = _unescaped(item, "title"), absolute_web_url(text(item, "link"))
    is_unwanted = integer(item, "score") < options.min_score or "closed_date" in item
    if not number.isdigit() or not title or not url or is_unwanted:
        return None
    return Post(
        network="stackexchange",
        uri=f"stackexchange:{options.site}:{number}",
        url=url,
        text=title,
        author=_author(object_at(item, "owner"), options.site),
        published=_time(item, "creation_date", response),
        edited=_time(item, "last_edit_date", response),
        hashtags=joined_hashtags(strings(item.get("tags"))),
        links=(Link(url, title),),
        cards=(Card(title, site_name=f"Stack Exchange: {options.site}", link=url),),
        counts=counts(item, points="score", replies="answer_count"),
        provenance=Provenance(request=response.url),
    )


def _author(owner: JsonObject, site: str) -> Author | None:
    """Return the author, whom the licence requires to name; a deleted account has no id."""
    name, number = _unescaped(owner, "display_name"), line(owner, "user_id", 30)
    if not name or not number.isdigit():
        return None
    url = absolute_web_url(text(owner, "link"))
    return Author("stackexchange", f"{number}@{site}", name, url)


def _unescaped(value: JsonObject, key: str) -> str:
    """Return the text of a field, which the API escapes as HTML."""
    return clean_line(unescape(text(value, key)))


def _time(item: JsonObject, key: str, response: Response) -> datetime | None:
    seconds = integer(item, key)
    if not 0 < seconds < 1 << 33:
        return None
    return plausible_date(datetime.fromtimestamp(seconds, UTC), response.fetched_at)
