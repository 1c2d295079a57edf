"""The entries of feeds of link boards: the shared article is inside of the entry.

Reddit (Atom) marks the article as `[link]` in the HTML of an entry, Lemmy (RSS) as its enclosure.
The page of such an entry is the discussion (Reddit help "RSS", LemmyNet/lemmy, `feeds`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from lxml import etree

from crawler.dates.parse_date import parse_time
from crawler.html_text_and_links import Anchor, absolute_web_url, html_to_text
from crawler.models.http_exchange import Response
from crawler.models.posts import Link
from crawler.sources.formats.feed_model import MAX_SUMMARY, Entry, Feed
from crawler.text_cleaning import clean_line
from crawler.url_parser import host_of, path_of

_MAX_ENTRIES = 200
_ATOM = "{http://www.w3.org/2005/Atom}"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_ARTICLE_MARK, _DISCUSSION_MARK = "[link]", "[comments]"
# Lines and pages of the board inside of an entry: who submitted it, its counts, its marks.
_BOARD_LINE = re.compile(r"submitted by .*|\[link\].*|\d+ points? \| \d+ comments?", re.IGNORECASE)
_LEMMY_FEED = re.compile(r"/feeds/(?:[cu]/[^/]+|all|local)\.xml")
_BOARD_PATH = re.compile(r"/(?:c|m|u|user)/[\w.@-]+/?")


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """One entry: `page` is the discussion, `article` the shared page or an empty string.

    `text` and `anchors` are the author's own words, without the lines that the board adds.
    """

    id: str
    page: str
    title: str
    article: str
    text: str
    anchors: tuple[Anchor, ...]
    author: str
    published: datetime | None

    @property
    def links(self) -> tuple[Link, ...]:
        """The article and the links in the text, each once."""
        links = {self.article: Link(self.article, self.title)} if self.article else {}
        for anchor in self.anchors:
            links.setdefault(anchor.url, Link(anchor.url, anchor.shown))
        return tuple(links.values())


def parse_board_feed(response: Response) -> tuple[BoardEntry, ...] | None:
    """Return the entries of the feed in `response`, at most 200; None if it is not a feed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(response.body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None or root.tag not in (f"{_ATOM}feed", "rss"):
        return None
    return tuple(_entries(root, response))[:_MAX_ENTRIES]


def with_shared_articles(feed: Feed, response: Response) -> Feed:
    """Return `feed` with the article that each entry shares, if the `response` is of a board.

    The page of such an entry is then its discussion. The line of the board is left out.
    """
    if not _is_board(response.url):
        return feed
    by_page = {entry.page: entry for entry in parse_board_feed(response) or ()}
    return replace(feed, entries=tuple(_as_shared(entry, by_page) for entry in feed.entries))


def _is_board(url: str) -> bool:
    is_lemmy = _LEMMY_FEED.fullmatch(path_of(url)) is not None
    return is_lemmy or f".{host_of(url)}".endswith(".reddit.com")


def _as_shared(entry: Entry, by_page: Mapping[str, BoardEntry]) -> Entry:
    board_entry = by_page.get(entry.url)
    if board_entry is None:
        return entry
    summary = clean_line(board_entry.text, MAX_SUMMARY)
    return replace(entry, about=board_entry.article, discussion=entry.url, summary=summary)


def _entries(root: etree._Element, response: Response) -> Iterator[BoardEntry]:
    for element in root.iter(f"{_ATOM}entry"):
        link = element.find(f"{_ATOM}link")
        page = "" if link is None else link.get("href", "")
        updated = _text(element, f"{_ATOM}updated")
        date = parse_time(_text(element, f"{_ATOM}published") or updated, response.fetched_at)
        author = _text(element, f"{_ATOM}author/{_ATOM}name")
        number, html = _text(element, f"{_ATOM}id"), _text(element, f"{_ATOM}content")
        title = _text(element, f"{_ATOM}title")
        yield _entry(number, absolute_web_url(page), title, html, author, date, "")
    for element in root.iter("item"):
        enclosure = element.find("enclosure")
        article = "" if enclosure is None else enclosure.get("url", "")
        page = absolute_web_url(_text(element, "link"))
        date = parse_time(_text(element, "pubDate"), response.fetched_at)
        author, html = _text(element, _CREATOR), _text(element, "description")
        number, title = _text(element, "guid") or page, _text(element, "title")
        yield _entry(number, page, title, html, author, date, absolute_web_url(article))


def _entry(
    number: str,
    page: str,
    title: str,
    html: str,
    author: str,
    published: datetime | None,
    article: str,
) -> BoardEntry:
    content = html_to_text(html, page)
    marked = next((link.url for link in content.anchors if link.shown == _ARTICLE_MARK), "")
    shared = article or marked
    return BoardEntry(
        id=clean_line(number),
        page=page,
        title=clean_line(title),
        article="" if shared == page else shared,
        text=_own_words(content.text, shared),
        anchors=tuple(anchor for anchor in content.anchors if not _is_of_board(anchor, page)),
        author=clean_line(author, 100),
        published=published,
    )


def _is_of_board(anchor: Anchor, page: str) -> bool:
    """Return whether an anchor leads to the board itself: to its people or discussions."""
    is_mark = anchor.shown in (_ARTICLE_MARK, _DISCUSSION_MARK)
    is_same_host = host_of(anchor.url) == host_of(page)
    return is_mark or is_same_host or bool(_BOARD_PATH.fullmatch(path_of(anchor.url)))


def _own_words(text: str, shared: str) -> str:
    lines = (line for line in text.split("\n") if line != shared)
    return "\n".join(line for line in lines if not _BOARD_LINE.fullmatch(line)).strip()


def _text(element: etree._Element, path: str) -> str:
    return element.findtext(path) or ""
