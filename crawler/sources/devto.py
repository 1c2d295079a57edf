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
from crawler.sources.formats.detect_feed_format import read_feed
from crawler.sources.formats.feed_entry import Entry, Feed
from crawler.sources.formats.json_fields import (
    JsonObject,
    counts,
    decode,
    inner,
    line,
    objects,
    strings,
    text,
)
from crawler.sources.protocol import (
    Batch,
    Question,
    Standing,
    failed,
    is_absence,
    is_refusal,
    unclear,
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


def first(options: Options, cursor: str | None) -> FetchRequest:
    """The feed of the tag, newest first."""
    return FetchRequest(f"{_SITE}/feed/tag/{quote(options.tag.lower())}", "feed", accept="*/*")


def read(options: Options, answer: Response | Failure, cursor: str | None) -> Batch:
    """From the feed, one question per article published after the cursor (a time); from each
    answer, one post.
    """
    is_article = path_of(answer.url).startswith(_API)
    if isinstance(answer, Failure):
        deleted_meanwhile = is_article and answer.status in (404, 410)
        return Batch() if deleted_meanwhile else Batch(failure=answer)
    if is_article:
        return _read_article(answer)
    if answer.status == 304:
        return Batch()
    feed = read_feed(answer)
    return Batch(failure=feed) if isinstance(feed, Failure) else _new_articles(feed, cursor)


def again(options: Options, posts: tuple[Post, ...]) -> tuple[Question, ...]:
    """The article itself, by its id: a changed title changes its address."""
    known = [(post, found[1]) for post in posts if (found := _URI.fullmatch(post.uri))]
    return tuple(
        Question(FetchRequest(f"{_SITE}{_API}{number}", "api", accept=_ACCEPT), (post,))
        for post, number in known
    )


def gone(options: Options, question: Question, answer: Response | Failure) -> Standing:
    """An article that is not found is gone, if the API still lists others; one that is found may
    have been edited.
    """
    is_list = path_of(answer.url) == _LATEST
    if not is_list and (is_absence(answer) or is_refusal(answer)):
        request = FetchRequest(f"{_SITE}{_LATEST}?per_page=1", "api", accept=_ACCEPT)
        return Standing(next=(Question(request, question.posts, is_refusal(answer)),))
    if isinstance(answer, Failure):
        return unclear(answer, "")
    if not is_list:
        return _if_the_same(question, answer)
    try:
        listed = objects(decode(answer))
    except ValueError as error:
        return unclear(answer, f"DEV answered with something else than JSON: {error}")
    if not listed:
        return unclear(answer, "DEV lists no articles.")
    uris = tuple(post.uri for post in question.posts)
    return Standing(refused=uris) if question.refused else Standing(gone=uris)


def _if_the_same(question: Question, answer: Response) -> Standing:
    batch = _read_article(answer)
    same = batch.posts and batch.posts[0].uri == question.posts[0].uri
    return (
        Standing(posts=batch.posts, failure=batch.failure)
        if same or batch.failure
        else unclear(answer, "DEV answered with another article.")
    )


def _new_articles(feed: Feed, cursor: str | None) -> Batch:
    new = [entry for entry in feed.entries if not cursor or (iso(entry.published) or "") > cursor]
    asked = tuple(request for entry in new if (request := _article_request(entry)))
    newest = max((iso(entry.published) or "" for entry in feed.entries), default="")
    return Batch(next=asked[: MAX_REQUESTS - 1], cursor=newest or None, hints=feed.hints)


def _article_request(entry: Entry) -> FetchRequest | None:
    path = _ARTICLE.fullmatch(path_of(entry.url).rstrip("/"))
    if not path or host_of(entry.url) != "dev.to":
        return None
    return FetchRequest(f"{_SITE}{_API}{path[1]}/{path[2]}", "api", accept=_ACCEPT)


def _read_article(response: Response) -> Batch:
    try:
        article = inner({"article": decode(response)}, "article")
    except ValueError as error:
        return failed(
            response, Outcome.BAD_CONTENT, f"DEV answered with something else than JSON: {error}"
        )
    post = _post(article, response)
    return (
        Batch((post,))
        if post
        else failed(response, Outcome.BAD_CONTENT, "DEV answered without an article.")
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
        author=_author(inner(article, "user")),
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
