"""Features of text blocks: length, links, phrases, tags, containers and direct neighbours.

They are the input of the first pass of the block classifier. extraction_weights.json holds their
weights.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import log1p
from typing import NamedTuple

from crawler.extract.feature_columns import (
    FeatureColumns,
    FeatureValues,
    name_columns,
    neighbour_columns,
)
from crawler.extract.heading_markup import HEADINGS
from crawler.extract.page_phrases import BLOCK_PHRASES, PROSE_WORDS, PUBLISHER_WORDS
from crawler.extract.text_blocks import Block, Container, list_containers
from crawler.tokenization import split_words

FeatureNames = tuple[str, ...]


class BlockFeatures(NamedTuple):
    """The features of the blocks of a page.

    `columns` are the numbers. Each block also has groups of features whose value is 1: those of
    the class names around it, of the tags around it, and of its container. Blocks share them.
    """

    columns: FeatureColumns
    groups: list[tuple[FeatureNames, ...]]


_SENTENCE_END = re.compile(r"[.!?…。！？।:][\"”’»)\]]*$")
# The capitals of ISO 8859-1.
_CAPITALS = bytes((*range(0x41, 0x5B), *range(0xC0, 0xD7), *range(0xD8, 0xDF)))
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
_CHARACTER_NAMES = ("commas", "capitals", "digits")
_PHRASE_NAMES = (
    "boilerplate", "boilerplate, short", "credit", "credit, short",
    "promotion", "promotion, twice", "promotion, short", "promotion, linked",
)  # fmt: skip
_SHARE_NAMES = tuple(f"{name} {step}" for step in range(3) for name in ("share", "link share"))
_NO_PHRASES: FeatureValues = (0.0,) * len(_PHRASE_NAMES)


def compute_block_features(blocks: Sequence[Block], title: str) -> BlockFeatures:
    """Return the features of `blocks`, and store the words of blocks and containers.

    `title` is the declared title of the page.
    """
    if not blocks:
        return BlockFeatures({}, [])
    containers = list_containers(blocks)
    _count_words(blocks, containers)
    page_plain = max(1, max(block.container.plain for block in blocks))
    steps = _steps_to_main(containers, page_plain)
    block_steps = [steps[block.container] for block in blocks]
    columns = {
        **_size_columns(blocks),
        **_text_columns(blocks, title),
        **_repetition_columns(blocks),
        **_share_columns(blocks, steps, page_plain),
        "steps to main": [step / _FARTHEST for step in block_steps],
        "near main": [step == 2 for step in block_steps],
    }
    groups = [
        _groups(block.container, step <= 1) for block, step in zip(blocks, block_steps, strict=True)
    ]
    return BlockFeatures(columns, groups)


def _count_words(blocks: Sequence[Block], containers: Sequence[Container]) -> None:
    for block in blocks:
        block.words = tuple(split_words(block.text))
        count = len(block.words)
        is_plain = count >= _LONG_BLOCK_WORDS and block.link_share < 0.5
        container = block.container
        container.words += count
        container.linked += count * block.link_share
        container.plain += count if is_plain else 0
    for container in reversed(containers):
        parent = container.parent
        if parent is not None:
            parent.words += container.words
            parent.linked += container.linked
            parent.plain += container.plain


def _size_columns(blocks: Sequence[Block]) -> FeatureColumns:
    """Return the features of the sizes, links, tags and positions of blocks and neighbours."""
    total = len(blocks)
    counts = [len(block.words) for block in blocks]
    logarithms = list(map(log1p, counts))
    link_shares = [block.link_share for block in blocks]
    tags = [block.container.tag for block in blocks]
    return {
        "words": logarithms,
        "words < 4": [count < 4 for count in counts],
        "words > 15": [count > 15 for count in counts],
        "words > 40": [count > 40 for count in counts],
        "links": link_shares,
        "links > half": [share > 0.5 for share in link_shares],
        "links within page": [block.anchors for block in blocks],
        "position": [block.order / total for block in blocks],
        "first tenth": [block.order < total * 0.1 for block in blocks],
        **neighbour_columns("words", logarithms),
        **neighbour_columns("links", link_shares),
        **neighbour_columns("p", [tag == "p" for tag in tags]),
        **neighbour_columns("heading", [tag in HEADINGS for tag in tags]),
        **neighbour_columns("none", [0.0] * total, beyond=1.0),
    }


def _text_columns(blocks: Sequence[Block], title: str) -> FeatureColumns:
    """Return the features of the characters, words and phrases of each block."""
    texts = [" ".join(block.words[:_READ_WORDS]).lower() for block in blocks]
    words = [text.split() for text in texts]
    title_words = frozenset(split_words(title.lower()))
    return {
        **name_columns(_CHARACTER_NAMES, map(_character_shares, blocks)),
        "prose": [_share_in(PROSE_WORDS, first_words) for first_words in words],
        "house": [min(1.0, 8 * _share_in(PUBLISHER_WORDS, first_words)) for first_words in words],
        "sentence": [_SENTENCE_END.search(block.text[-8:]) is not None for block in blocks],
        **name_columns(_PHRASE_NAMES, map(_phrase_features, blocks, texts, words)),
        "title": [
            _repeats_title(len(block.words), first_words, title_words)
            for block, first_words in zip(blocks, words, strict=True)
        ],
    }


def _character_shares(block: Block) -> FeatureValues:
    """Return the shares of commas (times ten), capitals and digits in the text of a block."""
    text = block.text[:_READ_CHARACTERS]
    size = len(text)
    latin = text.encode("latin-1", "replace")
    capitals = size - len(latin.translate(None, _CAPITALS))
    if text.isascii():
        digits = size - len(latin.translate(None, b"0123456789"))
    else:
        digits = len(_DIGIT.findall(text))
    return min(1.0, 10 * text.count(",") / size), capitals / size, digits / size


def _share_in(known_words: frozenset[str], lower_words: Sequence[str]) -> float:
    """Return the share of the words that are known."""
    return sum(map(known_words.__contains__, lower_words)) / (len(lower_words) or 1)


def _phrase_features(block: Block, lower_text: str, lower_words: Sequence[str]) -> FeatureValues:
    """Return which kinds of known phrases the first words of a block contain."""
    boilerplate, credit, promotion = BLOCK_PHRASES.count(lower_words, lower_text)
    if not (boilerplate or credit or promotion):
        return _NO_PHRASES
    count = len(block.words)
    return (
        boilerplate > 0,
        boilerplate > 0 and count < 15,
        credit > 0,
        credit > 0 and count < 30,
        promotion > 0,
        promotion > 1,
        promotion > 0 and count < 30,
        promotion > 0 and block.link_share > 0.2,
    )


def _repeats_title(count: int, lower_words: Sequence[str], title_words: frozenset[str]) -> bool:
    """Whether most words of a block of `count` words are words of the page's title."""
    if count <= 2 or len(title_words) <= 2:
        return False
    return sum(map(title_words.__contains__, lower_words)) > _TITLE_COVERED * count


def _repetition_columns(blocks: Sequence[Block]) -> FeatureColumns:
    """Return which blocks occur again, as a heading below or as another long block."""
    headings = {block.text: block.order for block in blocks if block.container.tag in HEADINGS}
    occurrences = Counter(block.text for block in blocks if len(block.words) > 4)
    return {
        "repeated as heading": [headings.get(block.text, -1) > block.order for block in blocks],
        "repeated": [occurrences[block.text] > 1 for block in blocks],
    }


def _share_columns(
    blocks: Sequence[Block], steps: Mapping[Container | None, int], page_plain: int
) -> FeatureColumns:
    """Return the shares of plain text and of links in the three nearest containers of each block.

    The shares above the container with half of the plain text, which is 0 `steps` away, are 0.
    `page_plain` is the highest number of words of plain text in one container of a block.
    """
    nothing: FeatureValues = (0.0,) * len(_SHARE_NAMES)
    shares: dict[Container | None, FeatureValues] = {None: nothing}
    for container in filter(None, steps):
        above = shares[container.parent] if steps[container] else nothing
        link_share = container.linked / max(1, container.words)
        shares[container] = (container.plain / page_plain, link_share, *above[:-2])
    return name_columns(_SHARE_NAMES, (shares[block.container] for block in blocks))


def _steps_to_main(containers: Sequence[Container], page_plain: int) -> dict[Container | None, int]:
    """Return the steps from each container up to one with half of the plain text of the page."""
    steps: dict[Container | None, int] = {None: _FARTHEST}
    for container in containers:
        is_main = container.plain * 2 >= page_plain
        steps[container] = 0 if is_main else min(_FARTHEST, steps[container.parent] + 1)
    return steps


def _groups(container: Container, is_in_main: bool) -> tuple[FeatureNames, ...]:
    """Return the features of the names and tags around a container, and of the container itself.

    A container is in the main part if it or its parent has half of the plain text of the page.
    """
    return (
        _prefixed("inside", container.names),
        _prefixed("in", container.tags & _TAGS_AROUND),
        _own_features(container.tag, container.own, is_in_main),
    )


@lru_cache(maxsize=5_000)
def _prefixed(prefix: str, names: frozenset[str]) -> FeatureNames:
    return tuple(f"{prefix} {name}" for name in names)


@lru_cache(maxsize=5_000)
def _own_features(tag: str, own: frozenset[str], is_in_main: bool) -> FeatureNames:
    """Return the features of a container with a tag and the known class names `own`."""
    main_names = ("in main", f"{tag} in main") if is_in_main else ()
    return (f"tag {tag}", *_prefixed("own", own), *main_names)
