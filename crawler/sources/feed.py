"""All entries of a feed: RSS, RDF, Atom or JSON Feed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.consent.decision import ConsentSignals, Policy, decide_consent
from crawler.consent.levels import reduce_to_level
from crawler.html_text_and_links import absolute_web_url
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure
from crawler.models.posts import Author, Card, FeedEntryId, Link, Post, Provenance
from crawler.sources.formats.board_feed import with_shared_articles
from crawler.sources.formats.feed_model import Entry, Feed
from crawler.sources.formats.parse_feed import parse_feed
from crawler.sources.host_facts import common_entry_url, known_fallback, with_host_interval
from crawler.sources.protocol import Batch
from crawler.text_cleaning import clean_line, fold, join_paragraphs, slugify
from crawler.url_parser import host_of

MAX_REQUESTS = 2  # the feed, and its fallback
_MAX_TAGS = 20
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)
_MASTODON_POST = re.compile(r"https?://[^/]{1,253}/@[\w.]{1,100}/\d{15,20}", re.ASCII)
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Options:
    """`url`: the URL of the feed; `consent`: the policy for feeds of Mastodon servers.

    `only_tags`: categories, of which an entry must have one. `fallback`: another URL of the same
    feed, for a night on which `url` fails. `formerly`: the URL before the feed moved, by which its
    stored entries are recognized.
    """

    url: str
    consent: Policy = "considerate"
    only_tags: tuple[str, ...] = ()
    fallback: str = ""
    formerly: str = ""

    def __post_init__(self) -> None:
        for name in ("url", "fallback", "formerly"):
            url = getattr(self, name)
            if (url or name == "url") and not absolute_web_url(url):
                raise ValueError(f"{name} is not an HTTP or HTTPS URL: {url!r}")


def first_request(options: Options, cursor: str | None) -> FetchRequest:
    """Return the request for the feed.

    The crawl adds the validators of the last response, so there is no `cursor`. `options` is the
    source's Options.
    """
    return FetchRequest(options.url, "feed")


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """Return one post per entry of the feed in `response`; `cursor` is not used.

    A document that is not a feed is a failure `bad_feed`; stored posts do not change. A failure is
    followed by a request for the fallback, if there is one. `options` is the source's Options.
    """
    if isinstance(response, Response) and response.status == 304:
        return Batch()
    feed = response if isinstance(response, Failure) else parse_feed(response)
    if isinstance(feed, Failure):
        return Batch(failure=feed, next_requests=_fallback_requests(options, response.url))
    if isinstance(response, Response):
        feed = with_shared_articles(feed, response)
    feed = replace(feed, entries=_wanted_entries(feed, options.only_tags))
    hints = with_host_interval(feed.hints, options.url)
    posts = posts_of_feed(feed, options.formerly or options.url, options.consent)
    return Batch(posts, hints=hints, warning=_cut_warning(response))


def _cut_warning(response: Response | Failure) -> str:
    if isinstance(response, Failure) or not response.is_cut:
        return ""
    return (
        f"The feed is larger than {len(response.body):,} bytes. Entries after this limit are not "
        "read. Raise `max_feed_mb` in data/hashtrail.toml to read them."
    )


def _fallback_requests(options: Options, failed_url: str) -> tuple[FetchRequest, ...]:
    fallback = options.fallback or known_fallback(options.url)
    is_last = not fallback or failed_url == fallback
    return () if is_last else (FetchRequest(fallback, "feed"),)


def _wanted_entries(feed: Feed, only_tags: tuple[str, ...]) -> tuple[Entry, ...]:
    """Return the entries with one of the tags, or all entries if no tag is required."""
    wanted = {_tag_key(tag) for tag in only_tags}
    return tuple(
        entry for entry in feed.entries if not wanted or wanted & set(map(_tag_key, entry.tags))
    )


def _tag_key(tag: str) -> str:
    """Return the form in which tags are compared: `Data Bases` equals `data-bases`."""
    return _NOT_WORD.sub("", fold(tag))


def posts_of_feed(feed: Feed, url: str, policy: Policy = "considerate") -> tuple[Post, ...]:
    """Return the entries of `feed` as posts, each with its page as link and card.

    `url` is the URL of the feed. A feed of a Mastodon server repeats posts of people without the
    flags of their accounts; `policy` decides how much of them is used.
    """
    counts = Counter(_without_scheme(entry.url) for entry in feed.entries)
    posts = (
        _post(feed, entry, url, is_unique=counts[_without_scheme(entry.url)] == 1)
        for entry in feed.entries
        if entry.title or entry.summary or entry.url
    )
    return tuple(_permitted(post, policy) for post in posts)


def _permitted(post: Post, policy: Policy) -> Post:
    if not any(_MASTODON_POST.fullmatch(link.url) for link in post.links):
        return post
    decision = decide_consent(ConsentSignals(opt_in="missing"), policy)
    return reduce_to_level(
        replace(post, links=(), cards=(), reasons=decision.reasons), decision.post
    )


def _post(feed: Feed, entry: Entry, url: str, is_unique: bool) -> Post:
    link = entry.about or entry.url
    uri, *other_uris = (f"feed:{_without_scheme(url)}#{key}" for key in _keys(entry, is_unique))
    return Post(
        network="feed",
        uri=uri,
        url=entry.discussion or entry.url,
        text=join_paragraphs(entry.title, entry.summary),
        author=_author(feed, entry, url),
        language=feed.language,
        published=entry.published,
        edited=entry.updated if entry.updated != entry.published else None,
        hashtags=_hashtags(entry.tags),
        links=(Link(link, entry.title),) if link else (),
        cards=(_card(feed, entry, link),) if link and entry.title else (),
        provenance=Provenance(request=url),
        feed_entry=FeedEntryId(common_entry_url(entry.id), entry.url, tuple(other_uris)),
    )


def _card(feed: Feed, entry: Entry, link: str) -> Card:
    site = entry.copied_from or feed.title
    return Card(entry.title, clean_line(entry.summary), site, link, entry.published)


def _keys(entry: Entry, is_unique: bool) -> Iterator[str]:
    """Yield the names of an entry within its feed: its URL, its id, and its title and time.

    The first is its name in a feed that is read for the first time. The URL is left out if it is
    not unique in the feed.
    """
    if entry.url and is_unique:
        yield common_entry_url(_without_scheme(entry.url))
    if entry.id:
        yield common_entry_url(_without_scheme(entry.id))
    published = entry.stated or entry.published
    yield " ".join((entry.title or entry.summary, entry.url, str(published or "")))


def _without_scheme(url: str) -> str:
    return _SCHEME.sub("", url).rstrip("/")


def _author(feed: Feed, entry: Entry, url: str) -> Author:
    host = host_of(url) or "feed"
    name = ", ".join(entry.authors[:5])
    handle = f"{host}/{slugify(name) or fold(name)}" if name else host
    return Author("feed", handle, name or feed.title or host, feed.home)


def _hashtags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return categories as hashtags: `Distributed systems` becomes `Distributedsystems`."""
    joined = (_NOT_WORD.sub("", tag) for tag in tags if not tag.startswith("http"))
    usable = (tag for tag in joined if 1 < len(tag) <= 50 and not tag.isdigit())
    return tuple({fold(tag): tag for tag in usable}.values())[:_MAX_TAGS]
