"""Entries of a feed somebody publishes: RSS, RDF, Atom or JSON Feed.

All of them are kept: the feed was subscribed to.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from crawler.consent.decision import Policy, Signals, decide
from crawler.consent.levels import reduced
from crawler.html_text import web_url
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure
from crawler.models.posts import Author, Card, Link, Post, Provenance
from crawler.sources.formats.detect_feed_format import parse_feed
from crawler.sources.formats.feed_entry import Entry, Feed
from crawler.sources.protocol import Batch
from crawler.text_cleaning import clean_line, fold, slug
from crawler.url_parser import host_of

MAX_REQUESTS = 1
_MAX_TAGS = 20
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)
_MASTODON_POST = re.compile(r"https?://[^/]{1,253}/@[\w.]{1,100}/\d{15,20}", re.ASCII)
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Options:
    """`url`: the URL of the feed; `consent`: the policy for feeds of Mastodon servers."""

    url: str
    consent: Policy = "considerate"

    def __post_init__(self) -> None:
        if not web_url(self.url):
            raise ValueError(f"url is no http or https address: {self.url!r}")


def first_request(options: Options, cursor: str | None) -> FetchRequest:
    """The feed itself; validators of the last response go with it, so there is no cursor."""
    return FetchRequest(options.url, "feed", accept="*/*")


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """One post per entry.

    A document that is no feed is a `bad_feed` failure, and yesterday's posts stay as they are.
    """
    if isinstance(response, Failure):
        return Batch(failure=response)
    if response.status == 304:
        return Batch()
    feed = parse_feed(response)
    return (
        Batch(failure=feed)
        if isinstance(feed, Failure)
        else Batch(posts_of_feed(feed, options.url, options.consent), hints=feed.hints)
    )


def posts_of_feed(feed: Feed, url: str, policy: Policy = "considerate") -> tuple[Post, ...]:
    """The entries of the feed at `url` as posts, each with the page it announces as link and card.

    A feed of a Mastodon server repeats what people posted, without the flags of their accounts.
    """
    links = Counter(_identity(entry.url) for entry in feed.entries)
    posts = (
        _post(feed, entry, url, unique=links[_identity(entry.url)] == 1)
        for entry in feed.entries
        if entry.title or entry.summary or entry.url
    )
    return tuple(_permitted(post, policy) for post in posts)


def _permitted(post: Post, policy: Policy) -> Post:
    if not any(_MASTODON_POST.fullmatch(link.url) for link in post.links):
        return post
    decision = decide(Signals(opt_in="missing"), policy)
    return reduced(replace(post, links=(), cards=(), reasons=decision.reasons), decision.post)


def _post(feed: Feed, entry: Entry, url: str, unique: bool) -> Post:
    link = entry.about or entry.url
    site = entry.copied_from or feed.title
    return Post(
        network="feed",
        uri=f"feed:{_identity(url)}#{_key(entry, unique)}",
        url=entry.discussion or entry.url,
        text="\n\n".join(part for part in (entry.title, entry.summary) if part),
        author=_author(feed, entry, url),
        language=feed.language,
        published=entry.published,
        edited=entry.updated if entry.updated != entry.published else None,
        hashtags=_hashtags(entry.tags),
        links=(Link(link, entry.title),) if link else (),
        cards=(Card(entry.title, clean_line(entry.summary), site, link, entry.published),)
        if link and entry.title
        else (),
        provenance=Provenance(request=url),
    )


def _key(entry: Entry, unique: bool) -> str:
    """What makes an entry itself, within its feed: its address, unless others share it or it has
    none; then its id, then its words.

    Addresses come first because some feeds make new ids each time and others give one id to all.
    """
    if entry.url and unique:
        return _identity(entry.url)
    return _identity(entry.id) or " ".join(
        (entry.title or entry.summary, entry.url, str(entry.published or ""))
    )


def _identity(url: str) -> str:
    return _SCHEME.sub("", url).rstrip("/")


def _author(feed: Feed, entry: Entry, url: str) -> Author:
    host = host_of(url) or "feed"
    name = ", ".join((entry.authors or feed.authors)[:5])
    return Author(
        "feed",
        f"{host}/{slug(name) or fold(name)}" if name else host,
        name or feed.title or host,
        feed.home,
    )


def _hashtags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Categories as hashtags: `Distributed systems` is `Distributedsystems`, as its folded form is
    everybody's hashtag.
    """
    joined = (_NOT_WORD.sub("", tag) for tag in tags if not tag.startswith("http"))
    return tuple(
        {fold(tag): tag for tag in joined if 1 < len(tag) <= 50 and not tag.isdigit()}.values()
    )[:_MAX_TAGS]
