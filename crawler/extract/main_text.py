"""The main text of an HTML page: its selected blocks as paragraphs, with headings and links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby

from lxml.html import HtmlElement

from crawler.extract.block_selection import select_blocks
from crawler.extract.headline import title_match
from crawler.extract.text_blocks import HEADINGS, Block, Container, split_blocks
from crawler.extract.trafilatura_text import trafilatura_text
from crawler.html_text_and_links import absolute_web_url
from crawler.models.posts import Link
from crawler.text_cleaning import clean, clean_line

MAX_LINKS = 500
MAX_HEADINGS = 200
_LONG_BLOCK_WORDS = 15
_REPEATS_TITLE = 0.75
_SINGLE_SPACED = frozenset(("dd", "dt", "li", "td", "th"))


@dataclass(frozen=True, slots=True)
class MainText:
    """The main text of a page with its headings and links.

    `blocks` are all blocks of the page, and `start` is the position of the first long block that
    was selected. `extractor` names the extractors that were used.
    """

    text: str
    headings: tuple[str, ...]
    links: tuple[Link, ...]
    blocks: tuple[Block, ...]
    start: int
    extractor: str


def extract_main_text(root: HtmlElement, title: str, base: str) -> MainText:
    """Return the main text of the page with the tree `root`.

    `title` is the declared title, and relative links are resolved against the URL `base`.
    """
    blocks = split_blocks(root)
    selected, used_fallback = select_blocks(blocks, title, partial(trafilatura_text, root))
    start = _first_long_block(selected)
    selected = drop_title_headings(selected, title)
    headings = [block.text for block in selected if block.container.tag in HEADINGS]
    return MainText(
        text=render_text(selected),
        headings=tuple(clean_line(text).rstrip(" #¶§") for text in headings[:MAX_HEADINGS]),
        links=_links(selected, base),
        blocks=tuple(blocks),
        start=start,
        extractor="blocks+trafilatura" if used_fallback else "blocks",
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


def render_text(blocks: Sequence[Block]) -> str:
    """Return the text of `blocks`.

    Paragraphs have a blank line between them. List items and table cells have a line each. The
    text of `pre` elements is inside fences.
    """
    parts: list[str] = []
    was_single_spaced = False
    for text, is_single_spaced in _paragraphs(blocks):
        parts += ["\n" if was_single_spaced and is_single_spaced else "\n\n", text]
        was_single_spaced = is_single_spaced
    return clean("".join(parts))


def _paragraphs(blocks: Sequence[Block]) -> Iterator[tuple[str, bool]]:
    """Yield the paragraphs, and whether each may follow another without a blank line."""
    for pre, group in groupby(blocks, key=_enclosing_pre):
        if pre:
            yield _fenced(group), False
        else:
            yield from ((block.text, block.container.tag in _SINGLE_SPACED) for block in group)


def absolute_url(base: str, href: str) -> str | None:
    """Return the http(s) URL of the link `href` on the page `base`, without its fragment.

    Returns None for other schemes and invalid URLs.
    """
    relative = href.strip().partition("#")[0]
    return absolute_web_url(relative, base) or (None if relative else base) or None


def _enclosing_pre(block: Block) -> Container | None:
    if "pre" not in block.container.tags:
        return None
    return next(
        (container for container in block.container.upward() if container.tag == "pre"), None
    )


def _fenced(blocks: Iterable[Block]) -> str:
    code = "\n".join(block.text for block in blocks)
    fence = "````" if "```" in code else "```"
    return f"{fence}\n{code}\n{fence}"


def _links(blocks: Sequence[Block], base: str) -> tuple[Link, ...]:
    """Return the links of blocks, one for each URL, without links to the page itself."""
    page = base.partition("#")[0]
    links: dict[str, Link] = {}
    for element in chain.from_iterable(block.links for block in blocks):
        url = absolute_url(base, element.get("href", ""))
        if url and url != page and url not in links:
            links[url] = Link(url, clean_line(element.text_content(), 200))
        if len(links) == MAX_LINKS:
            break
    return tuple(links.values())
