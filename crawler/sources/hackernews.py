"""Stories on Hacker News with a phrase, through the Algolia search by date.

API: hn.algolia.com/api. One query returns at most about a thousand hits, so it is not paged deeply:
windows of `created_at_i` go backwards instead. Stored stories are rechecked through the official
API, which marks an item `deleted` or `dead` and returns null for an unknown one
(github.com/HackerNews/API, "Items").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from crawler.html_text_and_links import HtmlText, absolute_web_url, html_to_text, strip_tags
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Author, Card, Link, Post, Provenance
from crawler.sources.formats.json_fields import (
    JsonObject,
    counts,
    integer,
    line,
    objects,
    parse_json,
    text,
)
from crawler.sources.protocol import (
    Batch,
    RecheckBatch,
    RecheckRequest,
    failed_batch,
    is_refusal,
    undecided_batch,
)
from crawler.text_cleaning import clean_line, fold, join_paragraphs
from crawler.tokenization import WORD
from crawler.utc_times import plausible_date

MAX_REQUESTS = 3
_API = "https://hn.algolia.com/api/v1/search_by_date"
_ITEMS = "https://hacker-news.firebaseio.com/v0/item/"
_NEWEST = "https://hacker-news.firebaseio.com/v0/maxitem.json"
_ITEM = "https://news.ycombinator.com/item?id="
_PAGE_SIZE = 100
_OVERLAP_SECONDS = 3600  # stories are searchable a little after they are created
_URI = re.compile(r"hackernews:(\d{1,20})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Options:
    """`query`: a phrase that must occur in the title, the URL or the text of a story."""

    query: str

    def __post_init__(self) -> None:
        if not _words(self.query):
            raise ValueError("query is empty")


def first_request(options: Options, cursor: str | None) -> FetchRequest:
    """Return the request for the newest stories after the `cursor` (seconds since 1970).

    `options` is the source's Options.
    """
    return _search_request(options, _newer_than(cursor))


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """Return the stories that contain the phrase; after a full page, the window before it.

    `response` may be a Failure; `options` and `cursor` as in `first_request`.
    """
    if isinstance(response, Failure):
        return Batch(failure=response)
    try:
        hits = _hits(parse_json(response))
    except ValueError as error:
        message = f"The search answered with something else than hits: {error}"
        return failed_batch(response, Outcome.BAD_CONTENT, message)
    return _hits_batch(hits, options, response, cursor)


def _hits_batch(
    hits: list[JsonObject], options: Options, response: Response, cursor: str | None
) -> Batch:
    posts = (_post(hit, options, response) for hit in hits)
    times = [time for time in (integer(hit, "created_at_i") for hit in hits) if time > 0]
    is_full = len(hits) >= _PAGE_SIZE and bool(times)
    is_first_window = "created_at_i%3C" not in response.url
    return Batch(
        posts=tuple(filter(None, posts)),
        next_requests=(_older_window(options, cursor, min(times)),) if is_full else (),
        cursor=str(max(times)) if times and is_first_window else None,
    )


def recheck_requests(options: Options, posts: tuple[Post, ...]) -> tuple[RecheckRequest, ...]:
    """Return one request for the item of each Hacker News story in `posts`.

    `options` is the source's Options.
    """
    return tuple(
        RecheckRequest(_api_request(f"{_ITEMS}{match[1]}.json"), (post,))
        for post in posts
        if (match := _URI.fullmatch(post.uri))
    )


def parse_recheck(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    """Return the story of `recheck` as deleted if its item is null, deleted or dead.

    Edits are not applied: an item has no time of an edit. `response` may be a Failure; `options` is
    the source's Options.
    """
    if is_refusal(response) and not recheck.after_refusal:
        newest = RecheckRequest(_api_request(_NEWEST), recheck.posts, after_refusal=True)
        return RecheckBatch(next_requests=(newest,))
    if isinstance(response, Failure):
        return undecided_batch(response, "")
    try:
        item = parse_json(response)
    except ValueError as error:
        message = f"Hacker News answered with something else than JSON: {error}"
        return undecided_batch(response, message)

    uri = recheck.posts[0].uri
    if not recheck.after_refusal:
        return _recheck_by_item(item, uri, response)
    if not isinstance(item, int):
        return undecided_batch(response, "No item number.")
    return RecheckBatch(refused_uris=(uri,))


def _recheck_by_item(item: object, uri: str, response: Response) -> RecheckBatch:
    if item is None:
        return RecheckBatch(gone_uris=(uri,))
    if not isinstance(item, dict) or f"hackernews:{text(item, 'id')}" != uri:
        return undecided_batch(response, "Hacker News answered with another item.")
    is_gone = item.get("deleted") is True or item.get("dead") is True
    return RecheckBatch(gone_uris=(uri,) if is_gone else ())


def _older_window(options: Options, cursor: str | None, oldest: int) -> FetchRequest:
    return _search_request(options, [*_newer_than(cursor), f"created_at_i<{oldest}"])


def _newer_than(cursor: str | None) -> list[str]:
    if not cursor or not cursor.isdigit():
        return []
    return [f"created_at_i>{int(cursor) - _OVERLAP_SECONDS}"]


def _search_request(options: Options, filters: list[str]) -> FetchRequest:
    phrase = " ".join(_words(options.query))
    query = {"query": f'"{phrase}"', "tags": "story", "hitsPerPage": str(_PAGE_SIZE)}
    if filters:
        query["numericFilters"] = ",".join(filters)
    return _api_request(f"{_API}?{urlencode(query)}")


def _api_request(url: str) -> FetchRequest:
    return FetchRequest(url, "api", accept="application/json")


def _hits(document: object) -> list[JsonObject]:
    """Return the hits of a search result. Raises ValueError if it has none."""
    if not isinstance(document, dict) or not isinstance(document.get("hits"), list):
        raise ValueError("no list of hits")
    return objects(document["hits"])


def _post(hit: JsonObject, options: Options, response: Response) -> Post | None:
    """Return the post of a hit; None without an id, or if the phrase does not occur in it."""
    number = text(hit, "objectID")
    title, url = clean_line(strip_tags(text(hit, "title"))), absolute_web_url(text(hit, "url"))
    body = html_to_text(text(hit, "story_text"), _ITEM)
    has_phrase = any(_contains(part, options.query) for part in (title, url, body.text))
    if not number.isdigit() or not has_phrase:
        return None
    return Post(
        network="hackernews",
        uri=f"hackernews:{number}",
        url=f"{_ITEM}{number}",
        text=join_paragraphs(title, body.text),
        author=_author(hit),
        published=_published(hit, response),
        links=_links(url, title, body),
        cards=(Card(title, link=url),) if url and title else (),
        counts=counts(hit, points="points", replies="num_comments"),
        provenance=Provenance(request=response.url),
    )


def _published(hit: JsonObject, response: Response) -> datetime | None:
    return plausible_date(_time(integer(hit, "created_at_i")), response.fetched_at)


def _author(hit: JsonObject) -> Author | None:
    name = line(hit, "author", 100)
    if not name:
        return None
    return Author("hackernews", name, name, f"https://news.ycombinator.com/user?id={quote(name)}")


def _links(url: str, title: str, body: HtmlText) -> tuple[Link, ...]:
    """Return the URL of the story and the links in its text, each once.

    A story without a URL (Ask HN) has only those in the text.
    """
    links = {url: Link(url, title)} if url else {}
    for anchor in body.anchors:
        links[anchor.url] = Link(anchor.url, anchor.shown)
    return tuple(links.values())


def _time(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 1 << 33 else None


def _contains(part: str, phrase: str) -> bool:
    return f" {' '.join(_words(phrase))} " in f" {' '.join(_words(part))} "


def _words(value: str) -> list[str]:
    return WORD.findall(fold(value).replace("_", " "))
