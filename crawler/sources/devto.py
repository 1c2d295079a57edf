"""Articles with a tag on DEV (dev.to): the feed of the tag lists new ones, the API has the details.

API: developers.forem.com/api. The API's list of a tag is sorted by popularity, so the feed (by
date) is polled instead. It has twelve articles per page (Forem, `ArticlesController#feed`), and is
read down to the newest article of the last run. The feed lacks the canonical URL, which takes one
API request per new article. An article that returns 404 in a recheck was deleted if the API still
lists articles: an API that has moved away returns 404 for every URL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import compress
from urllib.parse import quote

from crawler.html_text_and_links import absolute_web_url
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Author, Card, Link, Post, Provenance
from crawler.sources.formats.feed_model import Entry, Feed
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
from crawler.sources.formats.parse_feed import parse_feed
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
from crawler.url_parser import host_of, path_of, query_of
from crawler.utc_times import iso, parse_iso_date

_PAGES = 4
_PAGE_SIZE = 12
MAX_REQUESTS = _PAGES + _PAGES * _PAGE_SIZE
_SITE = "https://dev.to"
_API = "/api/articles/"
_LATEST = "/api/articles/latest"
_ACCEPT = "application/vnd.forem.api-v1+json"
_URI = re.compile(r"devto:(\d{1,20})", re.ASCII)
_ARTICLE = re.compile(r"/([\w.-]{1,100})/([\w.-]{1,300})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Options:
    """`tag`: lower-case letters and digits, as DEV spells it."""

    tag: str

    def __post_init__(self) -> None:
        if not self.tag.isalnum():
            raise ValueError(f"tag has letters and digits only: {self.tag!r}")


def first_request(options: Options, cursor: str | None) -> FetchRequest:
    """Return the request for the feed of the tag, newest first.

    `options` is the source's Options; the request does not depend on `cursor`.
    """
    return _page_request(options, 1)


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """Return the post of an article, or after a page of the feed one request per new article.

    An article of the feed is new if it was published after `cursor` (a time). A full page of new
    articles is followed by the next page. `response` may be a Failure; `options` is the source's
    Options.
    """
    is_article = path_of(response.url).startswith(_API)
    if isinstance(response, Failure):
        may_be_missing = is_article or _page_number(response) > 1
        is_missing_part = may_be_missing and response.status in (404, 410)
        return Batch() if is_missing_part else Batch(failure=response)
    if is_article:
        return _article_batch(response)
    if response.status == 304:
        return Batch()
    feed = parse_feed(response)
    if isinstance(feed, Failure):
        return Batch(failure=feed)
    return _new_articles(options, feed, _page_number(response), cursor)


def recheck_requests(options: Options, posts: tuple[Post, ...]) -> tuple[RecheckRequest, ...]:
    """Return one request for each DEV article in `posts`, by its id: a new title changes its URL.

    `options` is the source's Options.
    """
    return tuple(
        RecheckRequest(_api_request(f"{_API}{match[1]}"), (post,))
        for post in posts
        if (match := _URI.fullmatch(post.uri))
    )


def parse_recheck(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    """Return the current article of `recheck`, or its deletion if the API still lists others.

    `response` is the article, the list of the latest articles, or a Failure; `options` is the
    source's Options.
    """
    is_list = path_of(response.url) == _LATEST
    if not is_list and (is_missing(response) or is_refusal(response)):
        latest = _api_request(f"{_LATEST}?per_page=1")
        next_request = RecheckRequest(latest, recheck.posts, is_refusal(response))
        return RecheckBatch(next_requests=(next_request,))
    if isinstance(response, Failure):
        return undecided_batch(response, "")
    if is_list:
        return _recheck_by_list(recheck, response)
    return _recheck_by_article(recheck, response)


def _recheck_by_list(recheck: RecheckRequest, response: Response) -> RecheckBatch:
    try:
        articles = objects(parse_json(response))
    except ValueError as error:
        return undecided_batch(response, _not_json(error))
    if not articles:
        return undecided_batch(response, "DEV lists no articles.")
    uris = tuple(post.uri for post in recheck.posts)
    if recheck.after_refusal:
        return RecheckBatch(refused_uris=uris)
    return RecheckBatch(gone_uris=uris)


def _recheck_by_article(recheck: RecheckRequest, response: Response) -> RecheckBatch:
    batch = _article_batch(response)
    if batch.failure:
        return RecheckBatch(posts=batch.posts, failure=batch.failure)
    if batch.posts[0].uri != recheck.posts[0].uri:
        return undecided_batch(response, "DEV answered with another article.")
    return RecheckBatch(posts=batch.posts)


def _new_articles(options: Options, feed: Feed, page: int, cursor: str | None) -> Batch:
    entries = feed.entries[:_PAGE_SIZE]
    times = [iso(entry.published) or "" for entry in entries]
    is_new = [not cursor or time > cursor for time in times]
    requests = [_article_request(entry) for entry in compress(entries, is_new)]
    has_next = len(entries) == _PAGE_SIZE and all(is_new) and page < _PAGES
    return Batch(
        next_requests=(
            *((_page_request(options, page + 1),) if has_next else ()),
            *filter(None, requests),
        ),
        cursor=max(times, default="") or None if page == 1 else None,
        hints=feed.hints,
    )


def _page_request(options: Options, number: int) -> FetchRequest:
    page = f"?page={number}" if number > 1 else ""
    url = f"{_SITE}/feed/tag/{quote(options.tag.lower())}{page}"
    return FetchRequest(url, "feed")


def _page_number(response: Response | Failure) -> int:
    """Return the number of a page of the feed; the largest for a number that we never request."""
    number = query_of(response.url).removeprefix("page=")
    if not number:
        return 1
    return int(number) if number in map(str, range(1, _PAGES)) else _PAGES


def _article_request(entry: Entry) -> FetchRequest | None:
    path = _ARTICLE.fullmatch(path_of(entry.url).rstrip("/"))
    if not path or host_of(entry.url) != "dev.to":
        return None
    return _api_request(f"{_API}{path[1]}/{path[2]}")


def _api_request(path: str) -> FetchRequest:
    return FetchRequest(f"{_SITE}{path}", "api", accept=_ACCEPT)


def _article_batch(response: Response) -> Batch:
    try:
        article = object_at({"article": parse_json(response)}, "article")
    except ValueError as error:
        return failed_batch(response, Outcome.BAD_CONTENT, _not_json(error))
    post = _post(article, response)
    if post is None:
        return failed_batch(response, Outcome.BAD_CONTENT, "DEV answered without an article.")
    return Batch((post,))


def _post(article: JsonObject, response: Response) -> Post | None:
    """Return the post of an article; None without URL or title."""
    url, title = absolute_web_url(text(article, "url")), line(article, "title")
    if not url or not title:
        return None
    card = _card(article, url, response)
    return Post(
        network="devto",
        uri=f"devto:{text(article, 'id') or url}",
        url=url,
        text=join_paragraphs(title, card.description),
        author=_author(object_at(article, "user")),
        language=line(article, "language", 20),
        published=card.published,
        edited=parse_iso_date(text(article, "edited_at"), response.fetched_at),
        hashtags=_tags(article),
        links=(Link(card.link or url, title),),
        cards=(card,),
        counts=counts(article, replies="comments_count", reactions="public_reactions_count"),
        provenance=Provenance(request=response.url),
    )


def _card(article: JsonObject, url: str, response: Response) -> Card:
    """Return the link preview of the article at its canonical URL."""
    canonical = absolute_web_url(text(article, "canonical_url")) or url
    return Card(
        title=line(article, "title"),
        description=line(article, "description"),
        site_name="DEV Community" if canonical == url else "",
        link=canonical,
        published=parse_iso_date(text(article, "published_at"), response.fetched_at),
    )


def _author(user: JsonObject) -> Author | None:
    handle = line(user, "username", 100)
    if not handle:
        return None
    return Author("devto", handle, line(user, "name", 100), f"{_SITE}/{quote(handle)}")


def _tags(article: JsonObject) -> tuple[str, ...]:
    """Return the tags of either field: Forem swaps `tags` and `tag_list` between responses."""
    listed = strings(article.get("tags")) or strings(article.get("tag_list"))
    return usable_hashtags(tag.strip() for tag in listed or text(article, "tag_list").split(","))


def _not_json(error: ValueError) -> str:
    return f"DEV answered with something else than JSON: {error}"
