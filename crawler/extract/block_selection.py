"""Which blocks of a page are its article: a weighted first look, a second extractor where that is
unsure, a second look in context.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import exp
from operator import mul

from lxml.html import HtmlElement

from crawler.extract.block_context_features import compute_context_features, context_feature_names
from crawler.extract.block_features import (
    OWN_NAMES,
    FeatureRow,
    FeatureValues,
    NamedFeatures,
    compute_block_features,
)
from crawler.extract.readability import readability_choice
from crawler.extract.text_blocks import HEADINGS, Block, list_containers
from crawler.extract.text_overlap import shares_in_text

# asked when this part of the words judged to be content is doubtful; measured: asks on four of five
# news pages, two of five engineering posts
FALLBACK_ABOVE = 0.05
# parts of a page whose every block has lower log-odds are not shown to the second extractor: a
# third of its time, and no measurable difference
REJECT_BELOW = -3.0
# the log-odds above which a block is kept: a little more than even, because a false paragraph does
# more harm to a reader than a missing caption
ACCEPT_ABOVE = 0.35
# fewer characters than this are not a sentence, and no article
MIN_CHARACTERS = 20

Weights = Mapping[str, float]
# a second extractor's text of the same page, without the elements that are hopeless
FallbackExtractor = Callable[[Sequence[HtmlElement]], str]


def select_blocks(
    blocks: Sequence[Block], title: str, ask: FallbackExtractor
) -> tuple[list[Block], bool]:
    """The blocks that are the article, in order, and whether the second extractor was asked."""
    if not blocks:
        return [], False
    logits = first_pass_logits(compute_block_features(blocks, title), load_weights()["first look"])
    kept, asked = (
        {"readability": readability_choice(blocks)},
        uncertainty(blocks, logits) > FALLBACK_ABOVE,
    )
    if asked:
        kept["trafilatura"] = shares_in_text(blocks, ask(rejected_elements(blocks, logits)))
    final = weighted_sums(
        compute_context_features(blocks, logits, kept),
        context_feature_names(tuple(kept)),
        load_weights()["second look, asked" if asked else "second look"],
    )
    picked = accepted_blocks(blocks, final)
    return (picked, asked) if picked else (fallback_blocks(blocks, ask(())), True)


def accepted_blocks(blocks: Sequence[Block], final: Sequence[float]) -> list[Block]:
    """The blocks that the second look keeps; none when they are less than a sentence."""
    picked = strip_link_rows(
        [block for block, logit in zip(blocks, final, strict=True) if logit > ACCEPT_ABOVE]
    )
    return picked if sum(len(block.text) for block in picked) >= MIN_CHARACTERS else []


def fallback_blocks(blocks: Sequence[Block], text: str) -> list[Block]:
    """Where nothing convinces, as on a page of three words: what the second extractor kept of it,
    but no links to elsewhere.
    """
    return [
        block
        for block, share in zip(blocks, shares_in_text(blocks, text), strict=True)
        if share > 0.5 and not _links_elsewhere(block)
    ]


def _links_elsewhere(block: Block) -> bool:
    return block.link_share >= 0.5 and any(
        not link.get("href", "").startswith("javascript:") for link in block.links
    )


def rejected_elements(blocks: Sequence[Block], logits: Sequence[float]) -> list[HtmlElement]:
    """The outermost elements in which no block may be content."""
    containers = list_containers(blocks)
    hopeful = {
        block.container
        for block, logit in zip(blocks, logits, strict=True)
        if logit >= REJECT_BELOW
    }
    hopeful.update(
        container.parent
        for container in reversed(containers)
        if container in hopeful and container.parent is not None
    )
    return [
        container.element
        for container in containers
        if container not in hopeful and container.parent in hopeful
    ]


def strip_link_rows(blocks: list[Block]) -> list[Block]:
    """An article neither begins nor ends with a row of links."""
    inside = [
        index
        for index, block in enumerate(blocks)
        if block.link_share < 0.8 or len(block.words) >= 20 or block.container.tag in HEADINGS
    ]
    return blocks[inside[0] : inside[-1] + 1] if inside else blocks


def first_pass_logits(rows: Sequence[FeatureRow], table: Weights) -> list[float]:
    """The log-odds of each row of the first look: the weighted sum of its measures and the table's
    bias (its entry without a name).
    """
    shared: dict[int, float] = {}

    def once(measured: NamedFeatures) -> float:
        known = shared.get(id(measured))
        if known is None:
            known = shared[id(measured)] = sum(
                [table[name] * value for name, value in measured.items() if name in table]
            )
        return known

    own = weighted_sums([row.own for row in rows], OWN_NAMES, table)
    return [
        once(row.around) + once(row.place) + logit for row, logit in zip(rows, own, strict=True)
    ]


def weighted_sums(
    rows: Iterable[FeatureValues], names: Sequence[str], table: Weights
) -> list[float]:
    """The weighted sum of the values of each row, whose names are `names`, and the table's bias."""
    bias, weight = table[""], [table.get(name, 0.0) for name in names]
    return [bias + sum(map(mul, row, weight)) for row in rows]


def uncertainty(blocks: Sequence[Block], logits: Sequence[float]) -> float:
    """The words that may have been judged wrongly, expected, for each word judged to be content."""
    chances = [1 / (1 + exp(-logit)) for logit in logits]
    wrong = sum(
        len(block.words) * min(chance, 1 - chance)
        for block, chance in zip(blocks, chances, strict=True)
    )
    return wrong / max(
        1.0, sum(len(block.words) * chance for block, chance in zip(blocks, chances, strict=True))
    )


@cache
def load_weights() -> Mapping[str, Weights]:
    """The measured weights, by look and by measure; `bench/learn_extraction.py` writes them."""
    tables: dict[str, dict[str, float]] = json.loads(
        files("crawler.extract").joinpath("weights.json").read_text(encoding="utf-8")
    )
    return tables
