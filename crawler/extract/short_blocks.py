"""Short blocks between paragraphs of the article, which belong to it although they say little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import islice, pairwise

from crawler.extract.heading_markup import HEADINGS
from crawler.extract.page_phrases import BLOCK_PHRASES
from crawler.extract.text_blocks import Block, Container

# Names of parts of a page that occur between paragraphs and are not part of the article.
OTHER_PARTS = frozenset((
    "ad", "ads", "advert", "advertisement", "author", "bio", "breadcrumb", "carousel", "comment",
    "credit", "cta", "donate", "follow", "footer", "form", "menu", "nav", "navigation",
    "newsletter", "outbrain", "pager", "pagination", "popular", "promo", "recirc", "recommend",
    "related", "share", "sharing", "sidebar", "signup", "social", "sponsor", "subscribe",
    "subscription", "tag", "tags", "teaser", "toc", "toolbar", "trending", "widget",
))  # fmt: skip
# Names of lines that are not text, sorted.
_OTHER_LINES = frozenset(("byline", "date", "gallery", "user"))
_LEFT_OUT = OTHER_PARTS | _OTHER_LINES
# These are read as a whole.
_GROUPS = frozenset(("dl", "ol", "pre", "ul"))
_OTHER_TAGS = frozenset(("aside", "footer", "form", "header", "nav"))
_MOST_WORDS = 12
_LINKED_SHARE = 0.5
# The log-odds of each of them, and the mean of those in a row.
_LEAST_LOGIT = -2.8
_LEAST_MEAN = -2.2
# Blocks in a row that are short; a longer row is a menu.
_MOST_IN_ROW = 40
# Steps from a block up to an element that also contains the paragraphs around it.
_MOST_STEPS = 8
_NEAR_STEPS = 3


def short_blocks_between(
    blocks: Sequence[Block], accepted: Set[int], odds: Mapping[int, float]
) -> set[int]:
    """Return the positions of the short ones of `blocks` between two `accepted` positions.

    `odds` are the log-odds of the blocks. A block is left out if it is in another part of the page,
    has mostly links or is unlikely. A heading needs text below it.
    """
    ends = [
        at
        for at, block in enumerate(blocks)
        if block.order in accepted and block.link_share < _LINKED_SHARE
    ]
    chosen: set[int] = set()
    for before, after in pairwise(ends):
        row = _short_row(blocks, before, after, odds)
        if row and sum(odds[order] for order in row) / len(row) > _LEAST_MEAN:
            chosen.update(row)
    return chosen


def _short_row(
    blocks: Sequence[Block], before: int, after: int, odds: Mapping[int, float]
) -> list[int]:
    """Return the positions of the short blocks between two accepted ones."""
    if after - before > _MOST_IN_ROW + 1:
        return []
    row: list[int] = []
    following = after
    for at in range(after - 1, before, -1):
        block = blocks[at]
        has_text = block.container.tag not in HEADINGS or following == at + 1
        is_likely = odds[block.order] > _LEAST_LOGIT and has_text
        if is_likely and _belongs(block, blocks[before], blocks[after]):
            row.append(block.order)
            following = at
    return row


def _belongs(block: Block, before: Block, after: Block) -> bool:
    """Return whether a short block is in the text that its neighbours are in."""
    container = block.container
    if len(block.words) > _MOST_WORDS or block.link_share > _LINKED_SHARE:
        return False
    if container.is_data or not container.tags.isdisjoint(_GROUPS):
        return False
    words = [word.lower() for word in block.words]
    if any(BLOCK_PHRASES.count(words, " ".join(words))):
        return False
    return all(_is_beside(container, end.container) for end in (before, after))


def _is_beside(inner: Container, neighbour: Container) -> bool:
    """Return whether no part of another kind is between `inner` and the text of a neighbour."""
    around = set(islice(neighbour.upward(), _NEAR_STEPS + 1))
    for container in islice(inner.upward(), _MOST_STEPS + 1):
        if container in around:
            return True
        if container.tag in _OTHER_TAGS or not container.own.isdisjoint(_LEFT_OUT):
            return False
    return False
