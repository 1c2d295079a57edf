"""Articles under a tag on DEV (dev.to): the tag's feed says what is new, the API says where an
article was first published.

developers.forem.com/api: the list under a tag is sorted by popularity, so the feed (by date) is
followed instead; it lacks the
canonical address, which takes one API read per new article. An article that is not found any more
when it is read again is gone, as long as
the API still lists articles: an API that moved away answers 404 to everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from crawler.html_text import web_url
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Author, Card, Link, Post, Provenance
from crawler.sources.formats.detect_feed_format import parse_feed
from crawler.sources.formats.feed_entry import Entry, Feed
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
    is_missing,
    is_refusal,
    undecided_batch,
)
from crawler.text_cleaning import iso, parse_iso
from crawler.url_parser import host_of, path_of

MAX_REQUESTS = 31
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
    """The feed of the tag, newest first."""
    return FetchRequest(f"{_SITE}/feed/tag/{quote(options.tag.lower())}", "feed", accept="*/*")


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """From the feed, one recheck per article published after the cursor (a time); from each
    response, one post.
    """
    is_article = path_of(response.url).startswith(_API)
    if isinstance(response, Failure):
        deleted_meanwhile = is_article and response.status in (404, 410)
        return Batch() if deleted_meanwhile else Batch(failure=response)
    if is_article:
        return _read_article(response)
    if response.status == 304:
        return Batch()
    feed = parse_feed(response)
    return Batch(failure=feed) if isinstance(feed, Failure) else _new_articles(feed, cursor)


def recheck_requests(options: Options, posts: tuple[Post, ...]) -> tuple[RecheckRequest, ...]:
    """The article itself, by its id: a changed title changes its address."""
    known = [(post, found[1]) for post in posts if (found := _URI.fullmatch(post.uri))]
    return tuple(
        RecheckRequest(FetchRequest(f"{_SITE}{_API}{number}", "api", accept=_ACCEPT), (post,))
        for post, number in known
    )


def parse_recheck(
    options: Options, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    """An article that is not found is gone, if the API still lists others; one that is found may
    have been edited.
    """
    is_list = path_of(response.url) == _LATEST
    if not is_list and (is_missing(response) or is_refusal(response)):
        request = FetchRequest(f"{_SITE}{_LATEST}?per_page=1", "api", accept=_ACCEPT)
        return RecheckBatch(
            next_requests=(RecheckRequest(request, recheck.posts, is_refusal(response)),)
        )
    if isinstance(response, Failure):
        return undecided_batch(response, "")
    if not is_list:
        return _if_the_same(recheck, response)
    try:
        listed = objects(parse_json(response))
    except ValueError as error:
        return undecided_batch(response, f"DEV answered with something else than JSON: {error}")
    if not listed:
        return undecided_batch(response, "DEV lists no articles.")
    uris = tuple(post.uri for post in recheck.posts)
    return (
        RecheckBatch(refused_uris=uris) if recheck.after_refusal else RecheckBatch(gone_uris=uris)
    )


def _if_the_same(recheck: RecheckRequest, response: Response) -> RecheckBatch:
    batch = _read_article(response)
    same = batch.posts and batch.posts[0].uri == recheck.posts[0].uri
    return (
        RecheckBatch(posts=batch.posts, failure=batch.failure)
        if same or batch.failure
        else undecided_batch(response, "DEV answered with another article.")
    )


def _new_articles(feed: Feed, cursor: str | None) -> Batch:
    new = [entry for entry in feed.entries if not cursor or (iso(entry.published) or "") > cursor]
    asked = tuple(request for entry in new if (request := _article_request(entry)))
    newest = max((iso(entry.published) or "" for entry in feed.entries), default="")
    return Batch(next_requests=asked[: MAX_REQUESTS - 1], cursor=newest or None, hints=feed.hints)


def _article_request(entry: Entry) -> FetchRequest | None:
    path = _ARTICLE.fullmatch(path_of(entry.url).rstrip("/"))
    if not path or host_of(entry.url) != "dev.to":
        return None
    return FetchRequest(f"{_SITE}{_API}{path[1]}/{path[2]}", "api", accept=_ACCEPT)


def _read_article(response: Response) -> Batch:
    try:
        article = object_at({"article": parse_json(response)}, "article")
    except ValueError as error:
        return failed_batch(
            response, Outcome.BAD_CONTENT, f"DEV answered with something else than JSON: {error}"
        )
    post = _post(article, response)
    return (
        Batch((post,))
        if post
        else failed_batch(response, Outcome.BAD_CONTENT, "DEV answered without an article.")
    )


def _post(article: JsonObject, response: Response) -> Post | None:
    url, title = web_url(text(article, "url")), line(article, "title")
    if not url or not title:
        return None
    canonical = web_url(text(article, "canonical_url")) or url
    published = parse_iso(text(article, "published_at"), response.fetched_at)
    description = line(article, "description")
    return Post(
        network="devto",
        uri=f"devto:{text(article, 'id') or url}",
        url=url,
        text="\n\n".join(part for part in (title, description) if part),
        author=_author(object_at(article, "user")),
        language=line(article, "language", 20),
        published=published,
        edited=parse_iso(text(article, "edited_at"), response.fetched_at),
        hashtags=_tags(article),
        links=(Link(canonical, title),),
        cards=(
            Card(
                title,
                description,
                "DEV Community" if canonical == url else "",
                canonical,
                published,
            ),
        ),
        counts=counts(article, replies="comments_count", reactions="public_reactions_count"),
        provenance=Provenance(request=response.url),
    )


def _author(user: JsonObject) -> Author | None:
    handle = line(user, "username", 100)
    return (
        Author("devto", handle, line(user, "name", 100), f"{_SITE}/{quote(handle)}")
        if handle
        else None
    )


def _tags(article: JsonObject) -> tuple[str, ...]:
    """The tags, whichever of the two fields holds them as a list: Forem swaps `tags` and `tag_list`
    between its answers.
    """
    listed = (
        strings(article.get("tags"))
        or strings(article.get("tag_list"))
        or text(article, "tag_list").split(",")
    )
    return tuple(dict.fromkeys(tag for each in listed if (tag := each.strip().lstrip("#"))))
