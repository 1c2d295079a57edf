"""The main text of a page: its chosen blocks as paragraphs, with code kept as code, the headings
and the links in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from lxml.html import HtmlElement

from crawler.extract.block_selection import select_blocks
from crawler.extract.headline import title_match
from crawler.extract.text_blocks import HEADINGS, Block, Container, split_blocks
from crawler.extract.trafilatura_fallback import trafilatura_text
from crawler.html_text import web_url
from crawler.models.posts import Link
from crawler.text_cleaning import clean, clean_line

MAX_LINKS = 500
MAX_HEADINGS = 200
_TIGHT = frozenset(("dd", "dt", "li", "td", "th"))


@dataclass(frozen=True, slots=True)
class MainText:
    """The main text and what stands in it.

    `blocks` are all blocks of the page, also those that were not chosen, `start` the order of the
    first
    long one that was; `extractor` says who decided."""

    text: str
    headings: tuple[str, ...]
    links: tuple[Link, ...]
    blocks: tuple[Block, ...]
    start: int
    extractor: str


def extract_main_text(root: HtmlElement, title: str, base: str) -> MainText:
    """The body of a page; `base` is the address that relative links are resolved against."""
    blocks = split_blocks(root)
    picked, asked = select_blocks(blocks, title, partial(trafilatura_text, root))
    start = _first_long_block(picked)
    picked = drop_title_headings(picked, title)
    headings = tuple(
        clean_line(block.text).rstrip(" #¶§") for block in picked if block.container.tag in HEADINGS
    )[:MAX_HEADINGS]
    return MainText(
        render_text(picked),
        headings,
        _links(picked, base),
        tuple(blocks),
        start,
        "blocks+trafilatura" if asked else "blocks",
    )


def drop_title_headings(picked: Sequence[Block], title: str) -> list[Block]:
    """The chosen blocks without the page's title above the text; the title has a field of its own."""
    start = _first_long_block(picked)
    return [
        b
        for b in picked
        if not (
            b.order < start and b.container.tag in HEADINGS and title_match(b.text, title) > 0.75
        )
    ]


def _first_long_block(picked: Sequence[Block]) -> int:
    """The order of the first long block."""
    return next((block.order for block in picked if len(block.words) >= 15), 0)


def render_text(blocks: Sequence[Block]) -> str:
    """Blocks as text: paragraphs with a blank line between them, list items and cells one a line,
    `pre` between fences.
    """
    parts: list[str] = []
    tight = False
    for code, run in groupby(blocks, key=_enclosing_pre):
        for text, is_tight in (
            [(_fenced(run), False)]
            if code
            else [(block.text, block.container.tag in _TIGHT) for block in run]
        ):
            parts += ["\n" if tight and is_tight else "\n\n", text]
            tight = is_tight
    return clean("".join(parts))


def absolute_url(base: str, href: str) -> str | None:
    """The http(s) URL of a link without its fragment; None for other schemes and invalid URLs."""
    written = href.strip().partition("#")[0]
    return web_url(written, base) or (None if written else base) or None


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
    found: dict[str, Link] = {}
    for element in (element for block in blocks for element in block.links):
        url = absolute_url(base, element.get("href", ""))
        if url and url != base.partition("#")[0] and url not in found:
            found[url] = Link(url, clean_line(element.text_content(), 200))
        if len(found) == MAX_LINKS:
            break
    return tuple(found.values())
