"""Feeds that a page announces, best first, from its HTML, URL and headers. No I/O.

Order: feeds that the platform is known to have, `link rel=alternate` elements, the `Link` header.
The feed of the page itself comes after that of the site, and feeds of comments come last. Atom
comes before RSS. Well-known paths are guesses: they are only requested if there is nothing else,
and without following redirects.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import partial

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning
from bs4.filter import SoupStrainer

from crawler.html_text_and_links import absolute_web_url, strip_tags
from crawler.text_cleaning import clean, clean_line
from crawler.url_parser import resolve_url

# URL of a page on a platform -> URL of its feed. Sorted by platform; add a line.
PLATFORMS = (
    (r"https?://dev\.to/([\w-]+)/?", r"https://dev.to/feed/\1"),
    (
        r"https?://github\.com/([\w.-]+)/([\w.-]+)(?:/.*)?",
        r"https://github.com/\1/\2/releases.atom",
    ),
    (r"https?://medium\.com/(@[\w.-]+)(?:/.*)?", r"https://medium.com/feed/\1"),
    (r"https?://medium\.com/tag/([\w-]+)(?:/.*)?", r"https://medium.com/feed/tag/\1"),
    (r"https?://([\w-]+)\.substack\.com(?:/.*)?", r"https://\1.substack.com/feed"),
    (
        r"https?://(?:www\.)?youtube\.com/channel/(UC[\w-]+)(?:/.*)?",
        r"https://www.youtube.com/feeds/videos.xml?channel_id=\1",
    ),
    (
        r"https?://(?:www\.)?youtube\.com/playlist\?list=([\w-]+)(?:&.*)?",
        r"https://www.youtube.com/feeds/videos.xml?playlist_id=\1",
    ),
)
WELL_KNOWN = (
    "feed",
    "feed/",
    "rss",
    "atom.xml",
    "feed.xml",
    "index.xml",
    "rss.xml",
    "feed.atom",
    "feed.json",
)
FEED_TYPES = (
    "application/atom+xml",
    "application/feed+json",
    "application/rss+xml",
    "application/json",
    "application/rdf+xml",
    "text/xml",
    "application/xml",
)
_HEADER = re.compile(
    r"<([^<>]{1,2000})>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]{0,300}\"|[^\s,;\"]{1,300}))+)"
)
_PARAMETER = re.compile(r"([\w*-]+)\s*=\s*\"?([^\";,]{0,300})")
# Words for comments in the titles and URLs of feeds, sorted; beginnings of words.
_COMMENTS = re.compile(
    r"(?:\b(?:comentario|comentário|commentaire|comment[is]?\b|discuss|koment[aá][rř]|kommenta[ra]|kommentit"
    r"|opmerking|rea[ck]ties?\b|replies\b|svar\b|yorum|σχόλι|комент|коммент|תגוב|تعليق)"
    r"|コメント|留言|评论|評論|댓글)",
    re.IGNORECASE,
)
_FEED_OF_PAGE = re.compile(r"(?:feed|rss|atom)(?:/[\w.-]{0,30})?/?")
_HEAD = 500_000
_LINKS = 1_000


@dataclass(frozen=True, slots=True)
class FeedCandidate:
    """A feed that a page announces, with the title on that page and where it was found."""

    url: str
    title: str = ""
    reason: str = ""


def discover_feeds(html: str, url: str, link_header: str = "") -> tuple[FeedCandidate, ...]:
    """Return the feeds that the page at `url` announces, best first, each URL once.

    `html` is the page, `link_header` its HTTP header `Link`.
    """
    candidates = [
        *_platform(url),
        *sorted(_elements(html, url), key=partial(_preference, page=url)),
        *sorted(_header(link_header, url), key=partial(_preference, page=url)),
    ]
    by_url: dict[str, FeedCandidate] = {}
    for candidate in candidates:
        by_url.setdefault(candidate.url, candidate)
    return tuple(by_url.values())


def well_known_feed_urls(url: str) -> tuple[str, ...]:
    """Return the usual URLs of feeds: in the folder of the page `url` and at the root."""
    folders = dict.fromkeys([resolve_url(".", url), resolve_url("/", url)])
    urls = (resolve_url(name, folder) for folder in folders for name in WELL_KNOWN)
    return tuple(feed for feed in urls if feed)


def _platform(url: str) -> list[FeedCandidate]:
    return [
        FeedCandidate(re.sub(pattern, feed, url), reason="platform")
        for pattern, feed in PLATFORMS
        if re.fullmatch(pattern, url)
    ][:1]


def _elements(html: str, url: str) -> list[FeedCandidate]:
    """Return the feeds in `link` elements. Only `link` and `base` elements are parsed."""
    soup = _link_and_base_elements(html)
    first = soup.find("base", href=True)
    base = absolute_web_url(str(first["href"]), url) if first else ""
    candidates = []
    for element in soup.find_all("link")[:_LINKS]:
        link = {name: str(value) for name, value in element.attrs.items()}
        candidates.append(_candidate(link, base or url, "link element"))
    return [candidate for candidate in candidates if candidate]


def _link_and_base_elements(html: str) -> BeautifulSoup:
    with warnings.catch_warnings(action="ignore", category=MarkupResemblesLocatorWarning):
        return BeautifulSoup(
            clean(html[:_HEAD]),
            "lxml",
            parse_only=SoupStrainer(["base", "link"]),
            multi_valued_attributes=None,
        )


def _header(header: str, url: str) -> list[FeedCandidate]:
    links = [
        {"href": href} | dict(_PARAMETER.findall(parameters))
        for href, parameters in _HEADER.findall(header[:10_000])
    ]
    return [candidate for link in links if (candidate := _candidate(link, url, "Link header"))]


def _candidate(link: dict[str, str], base: str, reason: str) -> FeedCandidate | None:
    relations = link.get("rel", "").lower().split()
    media_type = link.get("type", "").split(";")[0].strip().lower()
    url = absolute_web_url(link.get("href"), base)
    is_feed = "alternate" in relations and media_type in FEED_TYPES
    if not url or not (is_feed or _is_named_feed(relations, media_type)):
        return None
    if "/wp-json/" in url or "oembed" in url:
        return None
    return FeedCandidate(url, clean_line(strip_tags(link.get("title"))), f"{reason} {media_type}")


def _is_named_feed(relations: list[str], media_type: str) -> bool:
    """Return whether `rel=feed` names a feed, which may lack its type (a draft of HTML5)."""
    return "feed" in relations and media_type in ("", *FEED_TYPES)


def _preference(candidate: FeedCandidate, page: str) -> tuple[bool, bool, int]:
    """Return the sort key: feeds of comments last, then the feed of the `page` itself.

    WordPress announces the feed of each post and each category next to that of the site.
    """
    kind = next(
        (
            rank
            for rank, media_type in enumerate(FEED_TYPES)
            if candidate.reason.endswith(media_type)
        ),
        len(FEED_TYPES),
    )
    folder = page.partition("?")[0].partition("#")[0].rstrip("/") + "/"
    is_of_page = candidate.url.startswith(folder) and bool(
        _FEED_OF_PAGE.fullmatch(candidate.url.removeprefix(folder))
    )
    is_below_root = folder != resolve_url("/", page)
    return is_comment_feed(candidate), is_of_page and is_below_root, kind


def is_comment_feed(candidate: FeedCandidate) -> bool:
    """Return whether the title or URL of a `candidate` shows that it has comments."""
    return bool(_COMMENTS.search(candidate.title) or _COMMENTS.search(candidate.url))
