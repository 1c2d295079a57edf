"""Stories on Hacker News that hold a phrase, through the Algolia search by date
(hn.algolia.com/api).

One query gives about a thousand hits at most, so it is never paged deeply: windows of
`created_at_i` go backwards instead. Whether a story still
stands is asked of the official API, which marks it `deleted` or `dead` (github.com/HackerNews/API,
"Items") and answers null for what it has not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from crawler.html_text import Markup, plain, read_html, web_url
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
from crawler.text_cleaning import clean_line, fold, plausible_date
from crawler.tokenization import WORD

MAX_REQUESTS = 3
_API = "https://hn.algolia.com/api/v1/search_by_date"
_ITEMS = "https://hacker-news.firebaseio.com/v0/item/"
_NEWEST = "https://hacker-news.firebaseio.com/v0/maxitem.json"
_ITEM = "https://news.ycombinator.com/item?id="
_HITS = 100
_OVERLAP_SECONDS = 3600  # stories are searchable a little after they are created
_URI = re.compile(r"hackernews:(\d{1,20})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Options:
    """`query`: a phrase that the title, the address or the text of a story must hold."""

    query: str

    def __post_init__(self) -> None:
        if not _words(self.query):
            raise ValueError("query is empty")


def first_request(options: Options, cursor: str | None) -> FetchRequest:
    """The newest stories after the cursor (seconds since 1970)."""
    return _window(options, _after(cursor))


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """The stories that really hold the phrase; after a full page, the window before it."""
    if isinstance(response, Failure):
        return Batch(failure=response)
    try:
        hits = objects(_hits(parse_json(response)))
    except ValueError as error:
        return failed_batch(
            response,
            Outcome.BAD_CONTENT,
            f"The search answered with something else than hits: {error}",
        )
    times = [integer(hit, "created_at_i") for hit in hits if integer(hit, "created_at_i") > 0]
    older = (
        [*_after(cursor), f"created_at_i<{min(times)}"] if len(hits) >= _HITS and times else None
    )
    return Batch(
        posts=tuple(post for hit in hits if (post := _post(hit, options, response))),
        next_requests=(_window(options, older),) if older else (),
        cursor=str(max(times)) if times and "created_at_i%3C" not in response.url else None,
    )


def recheck_requests(options: Options, posts: tuple[Post, ...]) -> tuple[RecheckRequest, ...]:
    """The item itself."""
    known = [(post, found[1]) for post in posts if (found := _URI.fullmatch(post.uri))]
    return tuple(
        RecheckRequest(
            FetchRequest(f"{_ITEMS}{number}.json", "api", accept="application/json"), (post,)
        )
        for post, number in known
    )


def parse_recheck(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    """Gone when the item is null, deleted or dead.

    What was edited is not taken over: the item tells no time of an edit.
    """
    if is_refusal(response) and not recheck.after_refusal:
        newest = FetchRequest(_NEWEST, "api", accept="application/json")
        return RecheckBatch(
            next_requests=(RecheckRequest(newest, recheck.posts, after_refusal=True),)
        )
    if isinstance(response, Failure):
        return undecided_batch(response, "")
    (post,) = recheck.posts
    try:
        item = parse_json(response)
    except ValueError as error:
        return undecided_batch(
            response, f"Hacker News answered with something else than JSON: {error}"
        )
    if recheck.after_refusal:
        answers = isinstance(item, int)
        return (
            RecheckBatch(refused_uris=(post.uri,))
            if answers
            else undecided_batch(response, "No item number.")
        )
    if item is None:
        return RecheckBatch(gone_uris=(post.uri,))
    if not isinstance(item, dict) or f"hackernews:{text(item, 'id')}" != post.uri:
        return undecided_batch(response, "Hacker News answered with another item.")
    return RecheckBatch(
        gone_uris=(post.uri,) if item.get("deleted") is True or item.get("dead") is True else ()
    )


def _window(options: Options, filters: list[str]) -> FetchRequest:
    query = {
        "query": f'"{" ".join(_words(options.query))}"',
        "tags": "story",
        "hitsPerPage": str(_HITS),
    }
    return FetchRequest(
        f"{_API}?{urlencode(query | ({'numericFilters': ','.join(filters)} if filters else {}))}",
        "api",
        accept="application/json",
    )


def _after(cursor: str | None) -> list[str]:
    return [f"created_at_i>{int(cursor) - _OVERLAP_SECONDS}"] if cursor and cursor.isdigit() else []


def _hits(response: object) -> object:
    if not isinstance(response, dict) or not isinstance(response.get("hits"), list):
        raise ValueError("no list of hits")
    return response["hits"]


def _post(hit: JsonObject, options: Options, response: Response) -> Post | None:
    number_of_item = text(hit, "objectID")
    title, url = clean_line(plain(text(hit, "title"))), web_url(text(hit, "url"))
    body = read_html(text(hit, "story_text"), _ITEM)
    if not number_of_item.isdigit() or not any(
        _holds(part, options.query) for part in (title, url, body.text)
    ):
        return None
    author = line(hit, "author", 100)
    return Post(
        network="hackernews",
        uri=f"hackernews:{number_of_item}",
        url=f"{_ITEM}{number_of_item}",
        text="\n\n".join(part for part in (title, body.text) if part),
        author=Author(
            "hackernews", author, author, f"https://news.ycombinator.com/user?id={author}"
        )
        if author
        else None,
        published=plausible_date(_time(integer(hit, "created_at_i")), response.fetched_at),
        links=_links(url, title, body),
        cards=(Card(title, link=url),) if url and title else (),
        counts=counts(hit, points="points", replies="num_comments"),
        provenance=Provenance(request=response.url),
    )


def _links(url: str, title: str, body: Markup) -> tuple[Link, ...]:
    """The story's address and those in its text; a story without an address (Ask HN) has only the
    latter.
    """
    listed = [Link(url, title)] if url else []
    return tuple(
        {
            link.url: link
            for link in [*listed, *(Link(anchor.url, anchor.shown) for anchor in body.anchors)]
        }.values()
    )


def _time(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 1 << 33 else None


def _holds(part: str, phrase: str) -> bool:
    return f" {' '.join(_words(phrase))} " in f" {' '.join(_words(part))} "


def _words(value: str) -> list[str]:
    return WORD.findall(fold(value).replace("_", " "))
