"""What can be seen of a block by itself and of its neighbours, by name: the first look.

What the measures weigh stands in weights.json.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from math import log1p
from typing import NamedTuple

from crawler.extract.page_phrases import (
    BOILERPLATE_PHRASES,
    CREDIT_PHRASES,
    PROMOTION_PHRASES,
    PROSE_WORDS,
    PUBLISHER_WORDS,
)
from crawler.extract.text_blocks import HEADINGS, Block, Container, list_containers

NamedFeatures = dict[str, float]
FeatureValues = tuple[float, ...]

_SHOWN = ("words", "links", "p", "heading", "none")
# the measures in `Row.own`, in their order
OWN_NAMES = (
    "words", "links", "links within page", "commas", "capitals", "digits", "prose", "house", "position",
    "words < 4", "words > 15", "words > 40", "links > half", "sentence", "first tenth", "boilerplate", "boilerplate, short", "credit", "credit, short",
    "promotion", "promotion, twice", "promotion, short", "promotion, linked", "title", "repeated as heading", "repeated",
    *(f"{shown} {near}" for near in ("2 before", "1 before", "1 after", "2 after") for shown in _SHOWN),
)  # fmt: skip


class FeatureRow(NamedTuple):
    """The measures of one block in three parts: of the words around it and of its container, which
    many blocks share, and its own.
    """

    around: NamedFeatures
    place: NamedFeatures
    own: FeatureValues


_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?…。！？।:][\"”’»)\]]*$")
_UPPER = re.compile(r"[A-ZÀ-ÖØ-Þ]")
_DIGIT = re.compile(r"\d")
_TELLING_TAGS = frozenset(
    (
        "article",
        "aside",
        "blockquote",
        "dl",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "li",
        "main",
        "nav",
        "ol",
        "pre",
        "section",
        "table",
        "ul",
    )
)
_READ = 400
_PHRASE_STARTS = (
    BOILERPLATE_PHRASES.first_words | CREDIT_PHRASES.first_words | PROMOTION_PHRASES.first_words
)
_NO_PHRASES: FeatureValues = (0.0,) * 8
_NOTHING: FeatureValues = (0.0, 0.0, 0.0, 0.0, 1.0)


def compute_block_features(blocks: Sequence[Block], title: str) -> list[FeatureRow]:
    """A row of measures for each block, from the block, its containers and its direct neighbours.

    Counts words into blocks and containers.
    """
    _count_words(blocks)
    page = _PageStatistics(blocks, title)
    shown = [_NOTHING, _NOTHING, *map(_neighbour_features, blocks), _NOTHING, _NOTHING]
    return [
        FeatureRow(
            _ancestor_features(block.container.names, block.container.tags),
            _container_features(block.container, page.plain),
            (
                *_own_features(block, page),
                *shown[index],
                *shown[index + 1],
                *shown[index + 3],
                *shown[index + 4],
            ),
        )
        for index, block in enumerate(blocks)
    ]


class _PageStatistics:
    """What is the same for all blocks of a page."""

    def __init__(self, blocks: Sequence[Block], title: str) -> None:
        self.blocks = len(blocks)
        self.title = frozenset(_WORD.findall(title.lower()))
        self.plain = max((block.container.plain for block in blocks), default=0)
        self.repeated = Counter(block.text for block in blocks if len(block.words) > 4)
        self.headings = {
            block.text: block.order for block in blocks if block.container.tag in HEADINGS
        }


def _count_words(blocks: Sequence[Block]) -> None:
    for block in blocks:
        block.words = tuple(_WORD.findall(block.text))
        count, container = len(block.words), block.container
        container.words += count
        container.linked += count * block.link_share
        container.plain += count if count >= 8 and block.link_share < 0.5 else 0
    for container in reversed(list_containers(blocks)):
        if container.parent is not None:
            container.parent.words += container.words
            container.parent.linked += container.linked
            container.parent.plain += container.plain


def _neighbour_features(block: Block) -> FeatureValues:
    """What a block shows to the blocks beside it."""
    tag = block.container.tag
    return log1p(len(block.words)), block.link_share, float(tag == "p"), float(tag in HEADINGS), 0.0


def _own_features(block: Block, page: _PageStatistics) -> FeatureValues:
    text, count, links = block.text[:_READ], len(block.words), block.link_share
    size = len(text)
    low = [word.lower() for word in block.words[:80]]
    return (
        log1p(count),
        links,
        block.anchors,
        min(1.0, 10 * text.count(",") / size),
        len(_UPPER.findall(text)) / size,
        len(_DIGIT.findall(text)) / size,
        sum(map(PROSE_WORDS.__contains__, low)) / (len(low) or 1),
        min(1.0, 8 * sum(map(PUBLISHER_WORDS.__contains__, low)) / (len(low) or 1)),
        block.order / page.blocks,
        count < 4,
        count > 15,
        count > 40,
        links > 0.5,
        _SENTENCE_END.search(block.text[-8:]) is not None,
        block.order < page.blocks * 0.1,
        *_phrase_features(low, count, links),
        count > 2 and len(page.title) > 2 and sum(map(page.title.__contains__, low)) > 0.85 * count,
        page.headings.get(block.text, -1) > block.order,
        count > 4 and page.repeated[block.text] > 1,
    )


def _phrase_features(low: list[str], count: int, links: float) -> FeatureValues:
    """Which telling phrases stand in the words of a block."""
    if _PHRASE_STARTS.isdisjoint(low):
        return _NO_PHRASES
    distinct, joined = frozenset(low), f" {' '.join(low)} "
    boilerplate, credit, promotion = (
        phrases.count(distinct, joined)
        for phrases in (BOILERPLATE_PHRASES, CREDIT_PHRASES, PROMOTION_PHRASES)
    )
    return (
        boilerplate > 0,
        boilerplate > 0 and count < 15,
        credit > 0,
        credit > 0 and count < 30,
        promotion > 0,
        promotion > 1,
        promotion > 0 and count < 30,
        promotion > 0 and links > 0.2,
    )


@lru_cache(maxsize=20_000)
def _ancestor_features(names: frozenset[str], tags: frozenset[str]) -> NamedFeatures:
    """The words and tags of all containers of a block."""
    return dict.fromkeys(
        [*(f"in {tag}" for tag in tags & _TELLING_TAGS), *(f"inside {name}" for name in names)], 1.0
    )


def _container_features(place: Container, plain: int) -> NamedFeatures:
    """What is the same for all blocks of one container; measured once."""
    if place.row is not None:
        return place.row
    row = place.row = {f"tag {place.tag}": 1.0}
    for name in place.own:
        row[f"own {name}"] = 1.0
    plain, steps = max(1, plain), 8
    for step, container in enumerate(place.upward()):
        if step < 3:
            row[f"share {step}"] = container.plain / plain
            row[f"link share {step}"] = container.linked / max(1, container.words)
        if container.plain * 2 >= plain:
            steps = min(step, 8)
            break
    row["steps to main"] = steps / 8
    if steps <= 1:
        row["in main"] = row[f"{place.tag} in main"] = 1.0
    elif steps == 2:
        row["near main"] = 1.0
    return row
