"""The main text of an HTML page: its selected blocks as paragraphs, with headings and links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from lxml.html import HtmlElement

from crawler.extract.block_rendering import render_text
from crawler.extract.block_selection import select_blocks
from crawler.extract.comment_sections import without_comments
from crawler.extract.heading_markup import HEADINGS
from crawler.extract.headline import title_match
from crawler.extract.inserted_boxes import without_boxes
from crawler.extract.non_article_phrases import strip_consent_texts
from crawler.extract.text_blocks import Block, split_blocks
from crawler.extract.trafilatura_text import trafilatura_text
from crawler.html_text_and_links import absolute_web_url
from crawler.models.posts import Link
from crawler.text_cleaning import clean_line

MAX_LINKS = 500
MAX_HEADINGS = 200
_LONG_BLOCK_WORDS = 15
_REPEATS_TITLE = 0.75


@dataclass(frozen=True, slots=True)
class MainText:
    """The main text of a page with its headings and links.

    `blocks` are all blocks of the page, and `start` is the position of the first long block that
    was selected. `extractor` names the extractors that were used. `consent` is the text of a
    consent box, which is not a part of the main text.
    """

    text: str
    headings: tuple[str, ...]
    links: tuple[Link, ...]
    blocks: tuple[Block, ...]
    start: int
    extractor: str
    consent: str = ""


def extract_main_text(root: HtmlElement, title: str, base: str) -> MainText:
    """Return the main text of the page with the tree `root`.

    `title` is the declared title, and relative links are resolved against the URL `base`.
    """
    blocks = split_blocks(root)
    candidates = without_boxes(without_comments(blocks), root)
    selected, used_fallback = select_blocks(candidates, title, partial(trafilatura_text, root))
    selected, consent = strip_consent_texts(selected)
    start = _first_long_block(selected)
    selected = drop_title_headings(selected, title)
    headings = [block.text for block in selected if block.container.tag in HEADINGS]
    return MainText(
        text=render_text(selected),
        headings=tuple(clean_line(text).rstrip(" #¶§") for text in headings[:MAX_HEADINGS]),
        links=block_links(selected, base),
        blocks=tuple(blocks),
        start=start,
        extractor="blocks+trafilatura" if used_fallback else "blocks",
        consent=consent,
    )


def drop_title_headings(selected: Sequence[Block], title: str) -> list[Block]:
    """Return the `selected` blocks without headings above the text that repeat `title`."""
    start = _first_long_block(selected)
    return [block for block in selected if not _is_title_heading(block, start, title)]


def _is_title_heading(block: Block, start: int, title: str) -> bool:
    if block.order >= start or block.container.tag not in HEADINGS:
        return False
    return title_match(block.text, title) > _REPEATS_TITLE


def _first_long_block(selected: Sequence[Block]) -> int:
    """Return the position of the first long block on the page, or 0."""
    long = (block.order for block in selected if len(block.words) >= _LONG_BLOCK_WORDS)
    return next(long, 0)


def absolute_url(base: str, href: str) -> str | None:
    """Return the http(s) URL of the link `href` on the page `base`, without its fragment.

    Returns None for other schemes and invalid URLs.
    """
    relative = href.strip().partition("#")[0]
    return absolute_web_url(relative, base) or (None if relative else base) or None


def block_links(blocks: Sequence[Block], base: str) -> tuple[Link, ...]:
    """Return the links of `blocks`, one for each URL, without links to the page `base` itself."""
    page = base.partition("#")[0]
    links: dict[str, Link] = {}
    for element in chain.from_iterable(block.links for block in blocks):
        url = absolute_url(base, element.get("href", ""))
        if url and url != page and url not in links:
            links[url] = Link(url, clean_line(element.text_content(), 200))
        if len(links) == MAX_LINKS:
            break
    return tuple(links.values())
