"""The page of an entry, chosen from its links.

Sources: RSS 2.0 (`link`, `guid isPermaLink`), RFC 4287 section 4.2.7 (`link rel`), RFC 8288.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.html_text_and_links import absolute_web_url
from crawler.sources.formats.written_feed import WrittenLink
from crawler.url_parser import host_of

_RELATION = re.compile(r"https?://www\.iana\.org/assignments/relation/", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?:amp|#0{0,5}38|#x0{0,5}26);", re.IGNORECASE)
_PAGES = frozenset({"", "html", "text/html", "application/xhtml+xml"})
# Alternates that are the same entry for programs, never a page for people.
_DATA = re.compile(r"json|xml|rss|atom|nostr|activity|calendar", re.IGNORECASE)
_HOST_FIRST = re.compile(r"(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}(?=[/:?#]|\Z)", re.IGNORECASE)
_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
_PERMALINK = re.compile(r"https?://|/[^/]", re.IGNORECASE)
# Copies of pages for phones: https://amp.dev/documentation/guides-and-tutorials/learn/spec/amphtml
_AMP = re.compile(r"//amp\.|/amp/?(?:[?#]|\Z)|[?&]amp(?:[=&]|\Z)|\.amp(?:\.html)?\Z", re.IGNORECASE)


def entry_page(links: tuple[WrittenLink, ...], base: str, language: str = "") -> str:
    """Return the absolute URL of the page that the `links` of an entry name; empty if none does.

    `base` is the URL of the feed and `language` its language, which decides between translations.
    """
    urls = (resolve_link(link.href, base) for link in _by_preference(links, language))
    return next((url for url in urls if url), "")


def own_url(links: tuple[WrittenLink, ...]) -> str:
    """Return the absolute URL of a feed by its `links`: its own, or that of its site."""
    own = (absolute_web_url(link.href) for link in links if link.relation == "self")
    return next(filter(None, own), "") or entry_page(links, "")


def relation_of(written: str) -> str:
    """Return the relation in a `rel` as `written`: `alternate` if it is one of several or missing.

    Atom has one relation per link; HTML and RFC 8288 have lists.
    """
    if written.isalpha():
        return written.lower()
    relations = [_RELATION.sub("", part).lower() for part in written.split()]
    return "alternate" if not relations or "alternate" in relations else relations[0]


def resolve_link(href: str, base: str) -> str:
    """Return the absolute URL of `href`, relative to `base`; empty if it is not a web URL.

    A reference that begins with the host of `base`, as in `blog.example/post/`, lacks its scheme.
    An ampersand that was escaped twice is one.
    """
    written = href.strip()
    if "&" in written:
        written = _AMPERSAND.sub("&", written)
    if _ABSOLUTE.match(written):
        return absolute_web_url(written)
    host = _HOST_FIRST.match(written)
    if host and base and (written.startswith("www.") or _is_own_host(host[0], base)):
        return absolute_web_url(f"{base.partition(':')[0]}://{written}")
    return absolute_web_url(written, base) if written else ""


def _by_preference(links: tuple[WrittenLink, ...], language: str) -> Iterator[WrittenLink]:
    """Yield the usable links, the best first."""
    for relation in ("original", "rss"):
        yield from (link for link in links if link.relation == relation)
    alternates = [link for link in links if link.relation in ("alternate", "")]
    pages = [link for link in alternates if link.media_type.lower() in _PAGES]
    yield from sorted(pages, key=lambda link: _rank(link, language))
    yield from (link for link in alternates if not _DATA.search(link.media_type))
    yield from (link for link in links if link.relation == "canonical")
    yield from (
        link
        for link in links
        if link.relation == "permalink" and _PERMALINK.match(link.href.strip())
    )


def _rank(link: WrittenLink, language: str) -> tuple[bool, bool]:
    """Return the order among pages: those in the language first, copies for AMP last."""
    return bool(_AMP.search(link.href)), not _is_in(link.language, language)


def _is_in(declared: str, language: str) -> bool:
    return not declared or declared.lower()[:2] == language.lower()[:2]


def _is_own_host(host: str, base: str) -> bool:
    """Return whether `host` is the host of `base`, above or below it."""
    named, own = host.lower().removeprefix("www."), host_of(base).removeprefix("www.")
    return f".{named}".endswith(f".{own}") or f".{own}".endswith(f".{named}")
