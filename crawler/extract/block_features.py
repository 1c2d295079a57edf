"""Features of text blocks: length, links, phrases, tags, containers and direct neighbours.

They are the input of the first pass of the block classifier. extraction_weights.json holds their
weights.
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
from crawler.tokenization import WORD

NamedFeatures = dict[str, float]
FeatureValues = tuple[float, ...]

_NEIGHBOUR_NAMES = ("words", "links", "p", "heading", "none")
_NEIGHBOURS = ("2 before", "1 before", "1 after", "2 after")
# The names of the features in `FeatureRow.own`, in order. They are keys of extraction_weights.json.
OWN_NAMES = (
    "words", "links", "links within page", "commas", "capitals", "digits", "prose", "house",
    "position", "words < 4", "words > 15", "words > 40", "links > half", "sentence", "first tenth",
    "boilerplate", "boilerplate, short", "credit", "credit, short",
    "promotion", "promotion, twice", "promotion, short", "promotion, linked",
    "title", "repeated as heading", "repeated",
    *(f"{name} {neighbour}" for neighbour in _NEIGHBOURS for name in _NEIGHBOUR_NAMES),
)  # fmt: skip


class FeatureRow(NamedTuple):
    """The features of one block in three parts.

    `around` belongs to the class names and tags of its containers, `place` to its container. Many
    blocks share both. `own` belongs to the block alone.
    """

    around: NamedFeatures
    place: NamedFeatures
    own: FeatureValues


_SENTENCE_END = re.compile(r"[.!?…。！？।:][\"”’»)\]]*$")
_UPPER = re.compile(r"[A-ZÀ-ÖØ-Þ]")
_DIGIT = re.compile(r"\d")
_TAGS_AROUND = frozenset((
    "article", "aside", "blockquote", "dl", "figcaption", "figure", "footer", "form", "header",
    "li", "main", "nav", "ol", "pre", "section", "table", "ul",
))  # fmt: skip
_READ_CHARACTERS = 400
_READ_WORDS = 80
_LONG_BLOCK_WORDS = 8
_FARTHEST = 8
_TITLE_COVERED = 0.85
_PHRASE_STARTS = (
    BOILERPLATE_PHRASES.first_words | CREDIT_PHRASES.first_words | PROMOTION_PHRASES.first_words
)
_NO_PHRASES: FeatureValues = (0.0,) * 8
_NO_NEIGHBOUR: FeatureValues = (0.0, 0.0, 0.0, 0.0, 1.0)


def compute_block_features(blocks: Sequence[Block], title: str) -> list[FeatureRow]:
    """Return a row of features for each block, and store the words of blocks and containers.

    `title` is the declared title of the page.
    """
    _count_words(blocks)
    page = _PageStatistics(blocks, title)
    outside = (_NO_NEIGHBOUR, _NO_NEIGHBOUR)
    near = [*outside, *map(_neighbour_features, blocks), *outside]
    rows = []
    for at, block in enumerate(blocks):
        neighbours = near[at] + near[at + 1] + near[at + 3] + near[at + 4]
        rows.append(_feature_row(block, page, neighbours))
    return rows


def _feature_row(block: Block, page: _PageStatistics, neighbours: FeatureValues) -> FeatureRow:
    container = block.container
    return FeatureRow(
        _ancestor_features(container.names, container.tags),
        _container_features(container, page.plain),
        _own_features(block, page) + neighbours,
    )


class _PageStatistics:
    """Counts that all blocks of a page share."""

    def __init__(self, blocks: Sequence[Block], title: str) -> None:
        self.blocks = len(blocks)
        self.title = frozenset(WORD.findall(title.lower()))
        self.plain = max((block.container.plain for block in blocks), default=0)
        self.repeated = Counter(block.text for block in blocks if len(block.words) > 4)
        self.headings = {
            block.text: block.order for block in blocks if block.container.tag in HEADINGS
        }

    def repeats_title(self, lower_words: Sequence[str], count: int) -> bool:
        """Whether most of a block's words are words of the page's title.

        `lower_words` are the block's first words in lower case, `count` all its words.
        """
        if count <= 2 or len(self.title) <= 2:
            return False
        return sum(map(self.title.__contains__, lower_words)) > _TITLE_COVERED * count


def _count_words(blocks: Sequence[Block]) -> None:
    for block in blocks:
        block.words = tuple(WORD.findall(block.text))
        count = len(block.words)
        is_plain = count >= _LONG_BLOCK_WORDS and block.link_share < 0.5
        container = block.container
        container.words += count
        container.linked += count * block.link_share
        container.plain += count if is_plain else 0
    _add_words_to_parents(blocks)


def _add_words_to_parents(blocks: Sequence[Block]) -> None:
    for container in reversed(list_containers(blocks)):
        parent = container.parent
        if parent is not None:
            parent.words += container.words
            parent.linked += container.linked
            parent.plain += container.plain


def _neighbour_features(block: Block) -> FeatureValues:
    """Return the features of a block that count for the blocks next to it."""
    tag = block.container.tag
    return log1p(len(block.words)), block.link_share, float(tag == "p"), float(tag in HEADINGS), 0.0


def _own_features(block: Block, page: _PageStatistics) -> FeatureValues:
    count = len(block.words)
    lower_words = [word.lower() for word in block.words[:_READ_WORDS]]
    return (
        log1p(count),
        block.link_share,
        block.anchors,
        *_character_shares(block.text[:_READ_CHARACTERS]),
        *_word_shares(lower_words),
        block.order / page.blocks,
        count < 4,
        count > 15,
        count > 40,
        block.link_share > 0.5,
        _SENTENCE_END.search(block.text[-8:]) is not None,
        block.order < page.blocks * 0.1,
        *_phrase_features(lower_words, count, block.link_share),
        page.repeats_title(lower_words, count),
        page.headings.get(block.text, -1) > block.order,
        count > 4 and page.repeated[block.text] > 1,
    )


def _character_shares(text: str) -> FeatureValues:
    """Return the shares of commas (times ten), capitals and digits in a text."""
    size = len(text)
    commas = min(1.0, 10 * text.count(",") / size)
    return commas, len(_UPPER.findall(text)) / size, len(_DIGIT.findall(text)) / size


def _word_shares(lower_words: Sequence[str]) -> FeatureValues:
    """Return the shares of words of prose, and of words of publishers (times eight)."""
    size = len(lower_words) or 1
    prose = sum(map(PROSE_WORDS.__contains__, lower_words)) / size
    return prose, min(1.0, 8 * sum(map(PUBLISHER_WORDS.__contains__, lower_words)) / size)


def _phrase_features(lower_words: list[str], count: int, links: float) -> FeatureValues:
    """Return which kinds of known phrases a block of `count` words contains."""
    if _PHRASE_STARTS.isdisjoint(lower_words):
        return _NO_PHRASES
    distinct = frozenset(lower_words)
    joined = f" {' '.join(lower_words)} "
    boilerplate = BOILERPLATE_PHRASES.count(distinct, joined)
    credit = CREDIT_PHRASES.count(distinct, joined)
    promotion = PROMOTION_PHRASES.count(distinct, joined)
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
    """Return a feature for each known class name and each telling tag around a block."""
    tag_names = [f"in {tag}" for tag in tags & _TAGS_AROUND]
    return dict.fromkeys([*tag_names, *(f"inside {name}" for name in names)], 1.0)


def _container_features(container: Container, page_plain: int) -> NamedFeatures:
    """Return the features of a container; computed once for all its blocks.

    `page_plain` is the highest number of words of plain text in one container of the page.
    """
    if container.row is not None:
        return container.row
    row = container.row = {f"tag {container.tag}": 1.0}
    for name in container.own:
        row[f"own {name}"] = 1.0
    steps = _add_ancestor_shares(row, container, max(1, page_plain))
    row["steps to main"] = steps / _FARTHEST
    if steps <= 1:
        row["in main"] = row[f"{container.tag} in main"] = 1.0
    elif steps == 2:
        row["near main"] = 1.0
    return row


def _add_ancestor_shares(row: NamedFeatures, container: Container, page_plain: int) -> int:
    """Add the shares of the nearest ancestors; return the steps up to half of the plain text."""
    for step, ancestor in enumerate(container.upward()):
        if step < 3:
            row[f"share {step}"] = ancestor.plain / page_plain
            row[f"link share {step}"] = ancestor.linked / max(1, ancestor.words)
        if ancestor.plain * 2 >= page_plain:
            return min(step, _FARTHEST)
    return _FARTHEST
