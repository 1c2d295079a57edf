"""What can be seen of a block once all blocks have been judged: the second look, with what other
extractors kept of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate, combinations
from math import exp, log1p

from crawler.extract.block_features import FeatureValues
from crawler.extract.text_blocks import HEADINGS, Block, Container, list_containers

# the measures of a row, in their order: of the judgement, then of each extractor, with its name
# before them
FIRST_PASS_NAMES = (
    "first look", "first look, long", "chance", "words", "around", "heading", "heading before content", "between content",
    "chance 2 before", "chance 1 before", "chance 1 after", "chance 2 after",
    "in core", "content in 1", "content share 1", "content in 2", "content share 2", "content in 3", "content share 3",
)  # fmt: skip
EXTRACTOR_NAMES = (
    "kept", "kept, long", "kept whole", "dropped, long", "dropped, agreed, long", "agreement", "before kept", "after kept", "far from kept",
    "kept 2 before", "kept 1 before", "kept 1 after", "kept 2 after", "kept in 1", "kept in 2",
)  # fmt: skip
# the measures that are also multiplied with each other: what an extractor kept says more where it
# agrees with us, a chance more between content
MULTIPLIED_NAMES = frozenset(
    ("chance", "around", "between content", "in core", "kept", "agreement")
)
Shares = Sequence[float]


def context_feature_names(extractors: Sequence[str]) -> tuple[str, ...]:
    """The names of the values in a row of the second look."""
    plain = (
        *FIRST_PASS_NAMES,
        *(f"{name}: {measure}" for name in extractors for measure in EXTRACTOR_NAMES),
    )
    return (*plain, *(f"{plain[one]} x {plain[other]}" for one, other in _pairs(len(extractors))))


@cache
def _pairs(extractors: int) -> tuple[tuple[int, int], ...]:
    """The places in a row of the measures that are multiplied."""
    return tuple(
        combinations(
            [
                place
                for place, measure in enumerate(FIRST_PASS_NAMES + EXTRACTOR_NAMES * extractors)
                if measure in MULTIPLIED_NAMES
            ],
            2,
        )
    )


def compute_context_features(
    blocks: Sequence[Block], logits: Sequence[float], kept: Mapping[str, Shares]
) -> list[FeatureValues]:
    """A row for each block from the first judgement of it and of those around it, and for each
    extractor from the share of each block that it kept.
    """
    containers = list_containers(blocks)
    chances = [1 / (1 + exp(-logit)) for logit in logits]
    parts = [
        _first_pass_features(blocks, containers, logits, chances),
        *(_extractor_features(blocks, containers, chances, shares) for shares in kept.values()),
    ]
    rows, pairs = [sum(row, ()) for row in zip(*parts, strict=True)], _pairs(len(kept))
    return [row + tuple([row[one] * row[other] for one, other in pairs]) for row in rows]


def _kept_words(
    blocks: Sequence[Block], containers: Sequence[Container], shares: Shares
) -> dict[Container, float]:
    """The words of each container that were kept."""
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
    """The measures of JUDGED for each block."""
    sums, before, after = (
        [0.0, *accumulate(chances)],
        [0.0, *accumulate(chances, max)],
        [0.0, *accumulate(reversed(chances), max)],
    )
    near, last = [0.0, 0.0, *chances, 0.0, 0.0], len(blocks)
    places = _container_features(blocks, containers, chances)
    rows: list[FeatureValues] = []
    for at, (block, chance) in enumerate(zip(blocks, chances, strict=True)):
        logit, count, heading = (
            max(-6.0, min(6.0, logits[at])),
            len(block.words),
            block.container.tag in HEADINGS,
        )
        low, high = max(0, at - 5), min(last, at + 6)
        own = (
            logit,
            logit * (count > 15),
            chance,
            log1p(count),
            (sums[high] - sums[low]) / (high - low),
            heading,
            heading * near[at + 3],
        )
        between = min(before[at], after[last - at - 1])
        rows.append(
            (
                *own,
                between,
                near[at],
                near[at + 1],
                near[at + 3],
                near[at + 4],
                *places[block.container],
            )
        )
    return rows


def _container_features(
    blocks: Sequence[Block], containers: Sequence[Container], chances: Shares
) -> dict[Container, FeatureValues]:
    """Of each container: whether it is in the core, the smallest one with 70 % of the content, and
    how much content its parents have.
    """
    content = _kept_words(blocks, containers, chances)
    mass = max(1.0, content[containers[0]])
    inside = {
        min(
            (c for c in containers if content[c] >= 0.7 * mass),
            key=lambda c: c.words,
            default=containers[0],
        )
    }
    inside.update(container for container in containers if container.parent in inside)
    places = {}
    for container in {block.container for block in blocks}:
        parents = _ancestors(container, 3)
        shares = [
            share
            for c in parents
            for share in ((content[c] / max(1, c.words), content[c] / mass) if c else (0.0, 0.0))
        ]
        places[container] = (float(container in inside), *shares)
    return places


def _ancestors(container: Container, count: int) -> list[Container | None]:
    found: list[Container | None] = []
    at: Container | None = container
    for _ in range(count):
        at = at.parent if at is not None else None
        found.append(at)
    return found


def _extractor_features(
    blocks: Sequence[Block], containers: Sequence[Container], chances: Shares, kept: Shares
) -> list[FeatureValues]:
    """The measures of KEPT for each block."""
    sums = _kept_words(blocks, containers, kept)
    inside = {
        c: tuple(sums[p] / max(1, p.words) if p else 0.0 for p in _ancestors(c, 2))
        for c in {block.container for block in blocks}
    }
    agreed, near = overlap_ratio(blocks, chances, kept), [0.0, 0.0, *kept, 0.0, 0.0]
    strong = [
        at for at, share in enumerate(kept) if share > 0.6 and len(blocks[at].words) >= 10
    ] or [0, len(blocks)]
    first, last = strong[0], strong[-1]
    rows: list[FeatureValues] = []
    for at, (block, share) in enumerate(zip(blocks, kept, strict=True)):
        long, rest = len(block.words) > 10, 1 - share
        own = (share, share * long, share > 0.9, rest * long, rest * agreed * long, agreed)
        span = (at < first, at > last, min(20, max(0, first - at, at - last)) / 20)
        rows.append(
            (
                *own,
                *span,
                near[at],
                near[at + 1],
                near[at + 3],
                near[at + 4],
                *inside[block.container],
            )
        )
    return rows


def overlap_ratio(blocks: Sequence[Block], chances: Shares, kept: Shares) -> float:
    """The words that both took as a share of the words that either took."""
    both = either = 0.0
    for block, chance, share in zip(blocks, chances, kept, strict=True):
        low, high = (chance, share) if chance < share else (share, chance)
        both += len(block.words) * low
        either += len(block.words) * high
    return both / max(1.0, either)
