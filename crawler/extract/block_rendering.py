"""The text of blocks: paragraphs, list items, table rows, and code in fences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from lxml.html import HtmlElement

from crawler.extract.data_tables import table_markdown
from crawler.extract.text_blocks import Block, Container
from crawler.text_cleaning import clean

_SINGLE_SPACED = frozenset(("dd", "dt", "li", "td", "th"))
_LISTS = frozenset(("dl", "ol", "ul"))
_PLACES = frozenset(("caption", "table", "td", "th"))
_DEEPEST_LEVEL = 8
_BACKTICKS = re.compile("`{3,}")


def render_text(blocks: Sequence[Block]) -> str:
    """Return the text of `blocks`.

    Paragraphs have a blank line between them. List items have a line each, indented by their
    level. Tables of data are in Markdown. Code is in fences: CommonMark 0.31.2, section 4.5.
    """
    parts: list[str] = []
    was_single_spaced = False
    for text, is_single_spaced in _paragraphs(blocks):
        parts += ["\n" if was_single_spaced and is_single_spaced else "\n\n", text]
        was_single_spaced = is_single_spaced
    return clean("".join(parts))


def _paragraphs(blocks: Sequence[Block]) -> Iterator[tuple[str, bool]]:
    """Yield the paragraphs, and whether each may follow another without a blank line."""
    for container, group in groupby(blocks, key=_enclosing_whole):
        if container is None:
            yield from map(_paragraph, group)
        elif container.tag == "pre":
            yield _fenced(group), False
        else:
            yield from ((text, False) for text in _table(container, list(group)))


def _paragraph(block: Block) -> tuple[str, bool]:
    is_single_spaced = block.container.tag in _SINGLE_SPACED
    if not is_single_spaced:
        return block.text, False
    levels = sum(container.tag in _LISTS for container in block.container.upward())
    return "  " * min(levels - 1, _DEEPEST_LEVEL) + block.text, True


def _enclosing_whole(block: Block) -> Container | None:
    """Return the listing or the table of data that contains a block, or None."""
    tags = block.container.tags
    if "pre" not in tags and "table" not in tags:
        return None
    containers = block.container.upward()
    return next((outer for outer in containers if _is_whole(outer)), None)


def _is_whole(container: Container) -> bool:
    return container.tag == "pre" or (container.tag == "table" and container.is_data)


def _table(table: Container, blocks: Sequence[Block]) -> Iterator[str]:
    """Yield the texts outside of the rows, such as the caption, and the table in Markdown."""
    texts: dict[HtmlElement, str] = {}
    for block in blocks:
        place = next((c for c in block.container.upward() if c.tag in _PLACES), table)
        if place.tag in ("td", "th"):
            texts[place.element] = f"{texts.get(place.element, '')} {block.text}"
        else:
            yield block.text
    yield table_markdown(table.element, texts)


def _fenced(blocks: Iterable[Block]) -> str:
    code = "\n".join(block.text for block in blocks)
    fence = "`" * max((len(run) + 1 for run in _BACKTICKS.findall(code)), default=3)
    return f"{fence}\n{code}\n{fence}"
