"""Context features of text blocks: by their neighbours, containers and other extractors.

They are the input of the second pass of the block classifier. The first pass
(`crawler.extract.block_features`) must have scored every block of the page before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, combinations
from math import exp, log1p

from crawler.extract.block_features import FeatureValues
from crawler.extract.text_blocks import HEADINGS, Block, Container, list_containers

# The names of the features in the order of a row. They are keys of extraction_weights.json. The
# names of extractor features have the extractor's name before them.
FIRST_PASS_NAMES = (
    "first look", "first look, long", "chance", "words", "around", "heading",
    "heading before content", "between content",
    "chance 2 before", "chance 1 before", "chance 1 after", "chance 2 after",
    "in core", "content in 1", "content share 1", "content in 2", "content share 2",
    "content in 3", "content share 3",
)  # fmt: skip
EXTRACTOR_NAMES = (
    "kept", "kept, long", "kept whole", "dropped, long", "dropped, agreed, long", "agreement",
    "before kept", "after kept", "far from kept",
    "kept 2 before", "kept 1 before", "kept 1 after", "kept 2 after", "kept in 1", "kept in 2",
)  # fmt: skip
# Products of these features are features too: a block that another extractor kept is more likely
# content where the extractors agree, and a likely block is more likely between other content.
MULTIPLIED_NAMES = frozenset(
    ("chance", "around", "between content", "in core", "kept", "agreement")
)

_LOGIT_LIMIT = 6.0
_WINDOW = 5
_LONG_WORDS = 15
_CORE_SHARE = 0.7
_FIRST_PASS_ANCESTORS = 3
_EXTRACTOR_ANCESTORS = 2
_LONG_KEPT_WORDS = 10
_STRONGLY_KEPT = 0.6
_WHOLLY_KEPT = 0.9
_FAR_BLOCKS = 20
_BEYOND = (0.0, 0.0)

Shares = Sequence[float]


def context_feature_names(extractors: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the values in a row, for a page that `extractors` have read."""
    extractor_names = (f"{name}: {feature}" for name in extractors for feature in EXTRACTOR_NAMES)
    names = (*FIRST_PASS_NAMES, *extractor_names)
    products = (f"{names[left]} x {names[right]}" for left, right in _multiplied(len(extractors)))
    return (*names, *products)


@cache
def _multiplied(extractors: int) -> tuple[tuple[int, int], ...]:
    """Return the positions in a row of each pair of features that are multiplied."""
    names = FIRST_PASS_NAMES + EXTRACTOR_NAMES * extractors
    positions = [position for position, name in enumerate(names) if name in MULTIPLIED_NAMES]
    return tuple(combinations(positions, 2))


def compute_context_features(
    blocks: Sequence[Block], logits: Sequence[float], kept_shares: Mapping[str, Shares]
) -> list[FeatureValues]:
    """Return a row of features for each block.

    `logits` are the log-odds of the first pass. `kept_shares` contains for each extractor the
    share of each block that it kept, from 0 to 1.
    """
    containers = list_containers(blocks)
    chances = [1 / (1 + exp(-logit)) for logit in logits]
    parts = [_first_pass_features(blocks, containers, logits, chances)]
    for shares in kept_shares.values():
        parts.append(_extractor_features(blocks, containers, chances, shares))
    rows = [sum(row, ()) for row in zip(*parts, strict=True)]
    return _with_products(rows, _multiplied(len(kept_shares)))


def _with_products(
    rows: Sequence[FeatureValues], pairs: Sequence[tuple[int, int]]
) -> list[FeatureValues]:
    """Return the rows with the products of the features at the positions of `pairs`."""
    return [row + tuple([row[left] * row[right] for left, right in pairs]) for row in rows]


def _kept_words(
    blocks: Sequence[Block], containers: Sequence[Container], shares: Shares
) -> dict[Container, float]:
    """Return how many words of each container were kept."""
    sums = dict.fromkeys(containers, 0.0)
    for block, share in zip(blocks, shares, strict=True):
        sums[block.container] += len(block.words) * share
    for container in reversed(containers):
        if container.parent is not None:
            sums[container.parent] += sums[container]
    return sums


def _first_pass_features(
    blocks: Sequence[Block],
    containers: Sequence[Container],
    logits: Sequence[float],
    chances: Shares,
) -> list[FeatureValues]:
    """Return the features of FIRST_PASS_NAMES for each block."""
    near = [*_BEYOND, *chances, *_BEYOND]
    around = _window_means(chances)
    between = _lesser_maximum_beside(chances)
    in_containers = _container_features(blocks, containers, chances)
    rows: list[FeatureValues] = []
    for at, block in enumerate(blocks):
        logit = max(-_LOGIT_LIMIT, min(_LOGIT_LIMIT, logits[at]))
        count = len(block.words)
        is_heading = block.container.tag in HEADINGS
        row = (
            logit,
            logit * (count > _LONG_WORDS),
            chances[at],
            log1p(count),
            around[at],
            is_heading,
            is_heading * near[at + 3],
            between[at],
        )
        rows.append(row + _neighbours(near, at) + in_containers[block.container])
    return rows


def _neighbours(near: Shares, at: int) -> FeatureValues:
    """Return the values of the two blocks before and after; `near` has two more at each end."""
    return near[at], near[at + 1], near[at + 3], near[at + 4]


def _window_means(chances: Shares) -> list[float]:
    """Return the mean chance of each block and of up to five blocks on either side."""
    sums = [0.0, *accumulate(chances)]
    last = len(chances)
    bounds = ((max(0, at - _WINDOW), min(last, at + _WINDOW + 1)) for at in range(last))
    return [(sums[high] - sums[low]) / (high - low) for low, high in bounds]


def _lesser_maximum_beside(chances: Shares) -> list[float]:
    """Return for each block the lesser of the highest chance before and the highest after it."""
    before = [0.0, *accumulate(chances, max)]
    after = [0.0, *accumulate(reversed(chances), max)]
    last = len(chances)
    return [min(before[at], after[last - at - 1]) for at in range(last)]


def _container_features(
    blocks: Sequence[Block], containers: Sequence[Container], chances: Shares
) -> dict[Container, FeatureValues]:
    """Return for each container of a block whether it is in the core, and its parents' content.

    For each of the three nearest ancestors: the share of its words that are content, and the
    share of the page's content that is in it.
    """
    content = _kept_words(blocks, containers, chances)
    total = max(1.0, content[containers[0]])
    core = _core(containers, content, total)
    return {
        container: (float(container in core), *_content_shares(container, content, total))
        for container in {block.container for block in blocks}
    }


def _content_shares(
    container: Container, content: Mapping[Container, float], total: float
) -> list[float]:
    shares: list[float] = []
    for ancestor in _ancestors(container, _FIRST_PASS_ANCESTORS):
        if ancestor is None:
            shares += _BEYOND
        else:
            inside = content[ancestor]
            shares += (inside / max(1, ancestor.words), inside / total)
    return shares


def _core(
    containers: Sequence[Container], content: Mapping[Container, float], total: float
) -> set[Container]:
    """Return the smallest container with 70 % of the content, and all containers in it."""
    large = (container for container in containers if content[container] >= _CORE_SHARE * total)
    core = {min(large, key=lambda container: container.words, default=containers[0])}
    core.update(container for container in containers if container.parent in core)
    return core


def _ancestors(container: Container, count: int) -> list[Container | None]:
    """Return the `count` nearest ancestors, with None in place of those above the body."""
    ancestors: list[Container | None] = []
    ancestor: Container | None = container
    for _ in range(count):
        ancestor = ancestor.parent if ancestor is not None else None
        ancestors.append(ancestor)
    return ancestors


def _extractor_features(
    blocks: Sequence[Block], containers: Sequence[Container], chances: Shares, kept_shares: Shares
) -> list[FeatureValues]:
    """Return the features of EXTRACTOR_NAMES for each block."""
    in_ancestors = _ancestor_shares(blocks, _kept_words(blocks, containers, kept_shares))
    agreement = overlap_ratio(blocks, chances, kept_shares)
    span = _kept_span(blocks, kept_shares)
    near = [*_BEYOND, *kept_shares, *_BEYOND]
    rows: list[FeatureValues] = []
    for at, (block, share) in enumerate(zip(blocks, kept_shares, strict=True)):
        is_long = len(block.words) > _LONG_KEPT_WORDS
        dropped = 1 - share
        row = (
            share,
            share * is_long,
            share > _WHOLLY_KEPT,
            dropped * is_long,
            dropped * agreement * is_long,
            agreement,
            at < span.first,
            at > span.last,
            min(_FAR_BLOCKS, max(0, span.first - at, at - span.last)) / _FAR_BLOCKS,
        )
        rows.append(row + _neighbours(near, at) + in_ancestors[block.container])
    return rows


def _ancestor_shares(
    blocks: Sequence[Block], kept_words: Mapping[Container, float]
) -> dict[Container, FeatureValues]:
    """Return the kept share of the words of the two nearest ancestors of each container."""
    shares = {}
    for container in {block.container for block in blocks}:
        shares[container] = tuple(
            kept_words[ancestor] / max(1, ancestor.words) if ancestor else 0.0
            for ancestor in _ancestors(container, _EXTRACTOR_ANCESTORS)
        )
    return shares


@dataclass(frozen=True, slots=True)
class _Span:
    """The positions of the first and the last block that an extractor surely kept."""

    first: int
    last: int


def _kept_span(blocks: Sequence[Block], kept_shares: Shares) -> _Span:
    """Return the span of the long blocks that were mostly kept, or of all blocks."""
    strong = [
        at
        for at, share in enumerate(kept_shares)
        if share > _STRONGLY_KEPT and len(blocks[at].words) >= _LONG_KEPT_WORDS
    ]
    return _Span(strong[0], strong[-1]) if strong else _Span(0, len(blocks))


def overlap_ratio(blocks: Sequence[Block], chances: Shares, kept_shares: Shares) -> float:
    """Return how many words of `blocks` both passes took, as a share of the words either took.

    `chances` are the probabilities of the first pass. `kept_shares` are the shares that an
    extractor kept.
    """
    both = either = 0.0
    for block, chance, share in zip(blocks, chances, kept_shares, strict=True):
        low, high = (chance, share) if chance < share else (share, chance)
        both += len(block.words) * low
        either += len(block.words) * high
    return both / max(1.0, either)
