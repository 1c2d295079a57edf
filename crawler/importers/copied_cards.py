"""The link card and the shortened links in the text of a copied post.

A card is a title next to the host of a link: LinkedIn and Bluesky print the host below, Mastodon
and X above. Bluesky prints links without their scheme.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.models.posts import Card
from crawler.url_parser import host_of
from crawler.urls_and_hashtags import find_hashtags, find_urls

_LONGEST_TITLE = 160
_CARD_LINES = 3  # host, title and description
# The host, and on LinkedIn the time that reading takes.
_SITE = re.compile(
    r"((?:[\w-]{1,63}\.){1,5}[a-z]{2,20})(?:\s?[•·・]\s?[^.]{1,30}\.?)?", re.IGNORECASE
)
_BARE_URL = re.compile(
    r"(?<![\w@/.:-])((?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,20}/[^\s…<>\"]{1,500})", re.IGNORECASE
)


def split_card(texts: Sequence[str], links: Sequence[str]) -> tuple[list[str], Card | None]:
    """Return the lines of `texts` without the card at their end, and the card, or None.

    The card belongs to one of `links`, whose host it names. The first line is never a card.
    """
    written = [at for at, text in enumerate(texts) if text]
    last = written[1:][-_CARD_LINES:]
    for position, at in enumerate(last):
        link = _link_to(texts[at], links)
        if not link:
            continue
        below = [texts[line] for line in last[position + 1 :]]
        first = at if below else written[-2]
        title, description = (below[0], " ".join(below[1:])) if below else (texts[first], "")
        if (below or first != written[0]) and _is_title(title):
            return list(texts[:first]), Card(title, description, _site(texts[at]), link)
    return list(texts), None


def bare_links(text: str) -> tuple[str, ...]:
    """Return the URLs that a `text` has without a scheme, with `https`. Shortened ones are left."""
    matches = (match[1] for match in _BARE_URL.finditer(text))
    urls = (url for written in matches for url in find_urls(f"https://{written}"))
    return tuple(url for url in urls if f"{url.removeprefix('https://')}..." not in text)


def _link_to(text: str, links: Sequence[str]) -> str | None:
    """Return the last link to the host that a line names, with or without `www.`."""
    host = _site(text).removeprefix("www.")
    others = (link for link in reversed(links) if not link.endswith(f"://{text}"))
    matching = (link for link in others if host_of(link).removeprefix("www.") == host)
    return next(matching, None) if host else None


def _site(text: str) -> str:
    match = _SITE.fullmatch(text)
    return match[1].lower() if match else ""


def _is_title(text: str) -> bool:
    return len(text) <= _LONGEST_TITLE and not find_urls(text) and not find_hashtags(text)
