"""Feeds that a page links in its text, for pages that announce none. No I/O.

A link proves little, so the caller requests each of them before it is used.
"""

from __future__ import annotations

import re

from lxml.etree import ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from crawler.html_text_and_links import absolute_web_url
from crawler.sources.feed_discovery import FEED_TYPES, FeedCandidate, is_comment_feed
from crawler.text_cleaning import clean, clean_line
from crawler.url_parser import host_of

_HEAD = 1_000_000
_MAX_LINKS = 5_000
_MAX_FEEDS = 5
_FEED_URL = re.compile(
    r"(?:\.(?:rss|atom|rdf)|/(?:feed|rss|atom|index|rdf|news|blog|posts?)[\w-]{0,20}\.(?:xml|json)"
    r"|/(?:feeds?|rss2?|atom)/?)(?:[?#]|$)|[?&](?:feed|format|type|alt)=(?:rss2?|atom|feed)\b"
    r"|//feeds?\.",
    re.IGNORECASE,
)
_FEED_WORD = re.compile(r"\b(?:rss|atom|(?:web|news)?feed|xml)\b|订阅|フィード", re.IGNORECASE)
_FEED_SCHEME = re.compile(r"feed:(?://(?=https?:)|(?=https?:))|feed://", re.IGNORECASE)
_DESCRIPTIONS = ("title", "aria-label", "rel", "type")


def linked_feeds(html: str, url: str) -> tuple[FeedCandidate, ...]:
    """Return at most five feeds that `a` elements of the page at `url` may link, best first.

    `html` is the page. URLs that look like a feed come before links whose words name one, and feeds
    of comments come last.
    """
    try:
        root = document_fromstring(
            clean(html[:_HEAD]).encode(), parser=HTMLParser(encoding="utf-8")
        )
    except (ParserError, ValueError):
        return ()
    base = next((element.get("href", "") for element in root.iter("base")), "")
    links = list(root.iter("a"))[:_MAX_LINKS]
    ranked = [_ranked(link, absolute_web_url(base, url) or url, url) for link in links]
    best = sorted((entry for entry in ranked if entry), key=lambda entry: entry[0])
    by_url: dict[str, FeedCandidate] = {}
    for _, candidate in best:
        by_url.setdefault(candidate.url, candidate)
    return tuple(by_url.values())[:_MAX_FEEDS]


def _ranked(
    link: HtmlElement, base: str, page: str
) -> tuple[tuple[bool, int], FeedCandidate] | None:
    """Return a link with its rank, or None if nothing indicates a feed."""
    written = link.get("href", "").strip()
    has_scheme = bool(_FEED_SCHEME.match(written))
    url = absolute_web_url(_with_web_scheme(written), base).partition("#")[0]
    if not url or url == page.partition("#")[0]:
        return None
    text = clean_line(link.text_content())
    described = " ".join((text, *(link.get(name, "") for name in _DESCRIPTIONS), _icon(link)))
    signals = (
        has_scheme or link.get("type", "").split(";")[0].strip().lower() in FEED_TYPES,
        bool(_FEED_URL.search(url)),
        bool(_FEED_WORD.search(described)) and host_of(url) == host_of(page),
    )
    if not any(signals):
        return None
    candidate = FeedCandidate(url, text, "link in the text")
    return (is_comment_feed(candidate), signals.index(True)), candidate


def _with_web_scheme(written: str) -> str:
    """Return a link with `feed:` in front of a URL, or in place of its scheme, removed."""
    match = _FEED_SCHEME.match(written)
    if not match:
        return written
    remaining = written[match.end() :]
    return remaining if remaining.lower().startswith("http") else f"https://{remaining}"


def _icon(link: HtmlElement) -> str:
    """Return the words of an icon: the text and the name of an image, or RSS for its class."""
    parts = [link, *link.iter("i", "img", "span", "svg", "use")]
    classes = " ".join(part.get("class", "") for part in parts).lower()
    images = (f"{image.get('alt', '')} {image.get('src', '')}" for image in link.iter("img"))
    return " ".join((*images, "rss" if "rss" in classes else ""))
