"""Context features of text blocks: by their neighbours, containers and other extractors.

They are the input of the second pass of the block classifier. The first pass
(`crawler.extract.block_features`) must have scored every block of the page before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, combinations
from math import exp, log1p
from operator import mul

from crawler.extract.feature_columns import (
    FeatureColumns,
    FeatureValues,
    name_columns,
    neighbour_columns,
)
from crawler.extract.heading_markup import HEADINGS
from crawler.extract.text_blocks import Block, Container, list_containers

# Products of these features are features too: a block that another extractor kept is more likely
# content where the extractors agree, and a likely block is more likely between other content.
MULTIPLIED_NAMES = frozenset(
    ("chance", "around", "between content", "in core", "kept", "agreement")
)

_LOGIT_LIMIT = 6.0
_WINDOW = 5
_LONG_WORDS = 15
_CORE_SHARE = 0.7
_LONG_KEPT_WORDS = 10
_STRONGLY_KEPT = 0.6
_WHOLLY_KEPT = 0.9
_FAR_BLOCKS = 20
_CONTENT_NAMES = tuple(
    f"{name} {step}" for step in (1, 2, 3) for name in ("content in", "content share")
)
_KEPT_NAMES = ("kept in 1", "kept in 2")

Shares = Sequence[float]


def compute_context_features(
    blocks: Sequence[Block],
    logits: Sequence[float],
    kept_shares: Mapping[str, Shares],
    positions: Sequence[int],
) -> FeatureColumns:
    """Return the values of the blocks at `positions` for each feature.

    `blocks` are all blocks of the page and `logits` their log-odds of the first pass.
    `kept_shares` contains for each extractor the share of each block that it kept, from 0 to 1.
    The names of extractor features begin with the name of the extractor.
    """
    containers = list_containers(blocks)
    chances = [1 / (1 + exp(-logit)) for logit in logits]
    limited = [max(-_LOGIT_LIMIT, min(_LOGIT_LIMIT, logits[at])) for at in positions]
    columns = {
        **_first_pass_features(blocks, limited, chances, positions),
        **_container_features(blocks, containers, chances, positions),
    }
    for extractor, shares in kept_shares.items():
        features = {
            **_extractor_features(blocks, chances, shares, positions),
            **_kept_container_features(blocks, containers, shares, positions),
        }
        columns |= {f"{extractor}: {name}": column for name, column in features.items()}
    return columns | dict(_products(columns))


def _products(columns: FeatureColumns) -> Iterator[tuple[str, Sequence[float]]]:
    multiplied = [name for name in columns if name.rpartition(": ")[2] in MULTIPLIED_NAMES]
    for left, right in combinations(multiplied, 2):
        yield f"{left} x {right}", list(map(mul, columns[left], columns[right]))


def _pick(columns: FeatureColumns, positions: Sequence[int]) -> FeatureColumns:
    """Return the values at some positions."""
    return {name: [column[at] for at in positions] for name, column in columns.items()}


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
    blocks: Sequence[Block], limited: Sequence[float], chances: Shares, positions: Sequence[int]
) -> FeatureColumns:
    """Return the features that follow from the first pass; `limited` are its log-odds."""
    counts = [len(blocks[at].words) for at in positions]
    is_heading = [blocks[at].container.tag in HEADINGS for at in positions]
    neighbours = _pick(neighbour_columns("chance", chances), positions)
    return {
        "first look": limited,
        "first look, long": [
            logit * (count > _LONG_WORDS) for logit, count in zip(limited, counts, strict=True)
        ],
        "words": list(map(log1p, counts)),
        "heading": is_heading,
        "heading before content": list(map(mul, is_heading, neighbours["chance 1 after"])),
        **neighbours,
        **_pick(
            {
                "chance": chances,
                "around": _window_means(chances),
                "between content": _lesser_maximum_beside(chances),
            },
            positions,
        ),
    }


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
    return list(map(min, before[:-1], after[-2::-1]))


def _container_features(
    blocks: Sequence[Block],
    containers: Sequence[Container],
    chances: Shares,
    positions: Sequence[int],
) -> FeatureColumns:
    """Return whether the container of each block is in the core, and its parents' content.

    For each of the three nearest ancestors: the share of its words that are content, and the
    share of the page's content that is in it.
    """
    content = _kept_words(blocks, containers, chances)
    total = max(1.0, content[containers[0]])
    core = _core(containers, content, total)
    shares = {
        container: (words / max(1, container.words), words / total)
        for container, words in content.items()
    }
    inner = [blocks[at].container for at in positions]
    return {
        "in core": [container in core for container in inner],
        **_ancestor_columns(_CONTENT_NAMES, inner, shares),
    }


def _kept_container_features(
    blocks: Sequence[Block],
    containers: Sequence[Container],
    kept_shares: Shares,
    positions: Sequence[int],
) -> FeatureColumns:
    """Return the kept share of the words of the two nearest ancestors of each block's container."""
    kept_words = _kept_words(blocks, containers, kept_shares)
    shares = {
        container: (words / max(1, container.words),) for container, words in kept_words.items()
    }
    return _ancestor_columns(_KEPT_NAMES, [blocks[at].container for at in positions], shares)


def _ancestor_columns(
    names: Sequence[str], inner: Sequence[Container], values: Mapping[Container, FeatureValues]
) -> FeatureColumns:
    """Return the `values` of the ancestors of each `inner` container, the parent's first.

    Values above the body are 0. Parents are before children in `values`.
    """
    size = len(names)
    upward: dict[Container | None, FeatureValues] = {None: (0.0,) * size}
    for container, own in values.items():
        upward[container] = (own + upward[container.parent])[:size]
    return name_columns(names, [upward[container.parent] for container in inner])


def _core(
    containers: Sequence[Container], content: Mapping[Container, float], total: float
) -> set[Container]:
    """Return the smallest container with 70 % of the content, and all containers in it."""
    large = (container for container in containers if content[container] >= _CORE_SHARE * total)
    core = {min(large, key=lambda container: container.words, default=containers[0])}
    core.update(container for container in containers if container.parent in core)
    return core


def _extractor_features(
    blocks: Sequence[Block], chances: Shares, kept_shares: Shares, positions: Sequence[int]
) -> FeatureColumns:
    """Return the features that follow from what an extractor kept."""
    agreement = overlap_ratio(blocks, chances, kept_shares)
    first, last = _kept_span(blocks, kept_shares)
    shares = [kept_shares[at] for at in positions]
    is_long = [len(blocks[at].words) > _LONG_KEPT_WORDS for at in positions]
    dropped_long = [(1 - share) * long for share, long in zip(shares, is_long, strict=True)]
    return {
        "kept": shares,
        "kept, long": list(map(mul, shares, is_long)),
        "kept whole": [share > _WHOLLY_KEPT for share in shares],
        "dropped, long": dropped_long,
        "dropped, agreed, long": [share * agreement for share in dropped_long],
        "agreement": [agreement] * len(positions),
        "before kept": [at < first for at in positions],
        "after kept": [at > last for at in positions],
        "far from kept": [
            min(_FAR_BLOCKS, max(0, first - at, at - last)) / _FAR_BLOCKS for at in positions
        ],
        **_pick(neighbour_columns("kept", kept_shares), positions),
    }


def _kept_span(blocks: Sequence[Block], kept_shares: Shares) -> tuple[int, int]:
    """Return the positions of the first and the last long block that was mostly kept.

    Without such a block, they are those of all blocks.
    """
    strong = [
        at
        for at, share in enumerate(kept_shares)
        if share > _STRONGLY_KEPT and len(blocks[at].words) >= _LONG_KEPT_WORDS
    ]
    return (strong[0], strong[-1]) if strong else (0, len(blocks))


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
