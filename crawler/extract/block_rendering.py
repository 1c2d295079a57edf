"""The text of blocks: paragraphs, list items, table rows, and code in fences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from crawler.extract.text_blocks import Block, Container
from crawler.text_cleaning import clean

_SINGLE_SPACED = frozenset(("dd", "dt", "li", "td", "th"))
_BACKTICKS = re.compile("`{3,}")


def render_text(blocks: Sequence[Block]) -> str:
    """Return the text of `blocks`.

    Paragraphs have a blank line between them. List items and table cells have a line each. Code is
    in fences: CommonMark 0.31.2, section 4.5.
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


def _enclosing_pre(block: Block) -> Container | None:
    if "pre" not in block.container.tags:
        return None
    return next(
        (container for container in block.container.upward() if container.tag == "pre"), None
    )


def _fenced(blocks: Iterable[Block]) -> str:
    code = "\n".join(block.text for block in blocks)
    fence = "`" * max((len(run) + 1 for run in _BACKTICKS.findall(code)), default=3)
    return f"{fence}\n{code}\n{fence}"
