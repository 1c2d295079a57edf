"""Selection of the text blocks that are the article, by a classifier in two passes.

1. The first pass scores each block by its own features.
2. If too many words are uncertain, trafilatura extracts the page as well.
3. The second pass scores each block by its context, and by what Readability and trafilatura kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import exp

from lxml.html import HtmlElement

from crawler.extract.block_context_features import compute_context_features
from crawler.extract.block_features import BlockFeatures, FeatureNames, compute_block_features
from crawler.extract.block_groups import complete_groups, without_insertions
from crawler.extract.feature_columns import Weights, weighted_sums
from crawler.extract.heading_markup import HEADINGS
from crawler.extract.readability import readability_choice
from crawler.extract.text_blocks import Block, list_containers
from crawler.extract.text_overlap import shares_in_text
from crawler.workspace import bundled_path

# Trafilatura runs when more than this share of the content words is uncertain. By measurement
# this is true of four of five news pages and of two of five engineering posts.
FALLBACK_ABOVE = 0.05
# Trafilatura does not see elements in which every block has lower log-odds. This saves a third of
# its time and makes no measurable difference to the result. The second pass accepts none of these
# blocks in 575 pages, so it computes only those that another extractor kept.
REJECT_BELOW = -3.0
# A block is accepted above these log-odds. They are more than even, because a false paragraph does
# more harm to a reader than a missing caption, and because lists and tables are read as a whole.
ACCEPT_ABOVE = 0.5
# A text of fewer characters is not a sentence, and not an article.
MIN_CHARACTERS = 20

# Parts of a page that are read as a whole.
_WHOLE_TAGS = HEADINGS | {"dl", "ol", "pre", "table", "ul"}

WEIGHTS_FILE = bundled_path("data", "generated", "extraction_weights.json")

FallbackExtractor = Callable[[Sequence[HtmlElement]], str]
"""Returns another extractor's text of the same page, without the given elements."""


def select_blocks(
    blocks: Sequence[Block], title: str, fallback: FallbackExtractor
) -> tuple[list[Block], bool]:
    """Return the blocks that are the article, in order, and whether `fallback` was used.

    `title` is the declared title of the page.
    """
    if not blocks:
        return [], False
    tables = load_weights()
    logits = first_pass_logits(compute_block_features(blocks, title), tables["first look"])
    kept_shares = {"readability": readability_choice(blocks)}
    use_fallback = uncertainty(blocks, logits) > FALLBACK_ABOVE
    if use_fallback:
        text = fallback(rejected_elements(blocks, logits))
        kept_shares["trafilatura"] = shares_in_text(blocks, text)

    table = tables["second look, asked" if use_fallback else "second look"]
    accepted = accepted_blocks(blocks, _second_pass_logits(blocks, logits, kept_shares, table))
    if accepted:
        return accepted, use_fallback
    return fallback_blocks(blocks, fallback(())), True


def _second_pass_logits(
    blocks: Sequence[Block],
    logits: Sequence[float],
    kept_shares: Mapping[str, Sequence[float]],
    table: Weights,
) -> dict[int, float]:
    """Return the log-odds of the blocks that are not rejected, by their positions.

    A block is rejected if the first pass rejects it and no other extractor kept a part of it.
    """
    highest_shares = map(max, *kept_shares.values(), [0.0] * len(blocks))
    positions = [
        at
        for at, (logit, share) in enumerate(zip(logits, highest_shares, strict=True))
        if logit >= REJECT_BELOW or share > 0
    ]
    if not positions:
        return {}
    columns = compute_context_features(blocks, logits, kept_shares, positions)
    return dict(zip(positions, weighted_sums(columns, table), strict=True))


def accepted_blocks(blocks: Sequence[Block], logits: Mapping[int, float]) -> list[Block]:
    """Return the blocks that the second pass accepts, or [] if they are less than a sentence.

    `logits` are the log-odds of the second pass by the positions of the blocks.
    """
    likely = complete_groups(blocks, logits, ACCEPT_ABOVE)
    accepted = without_insertions(strip_link_rows(likely))
    return accepted if sum(len(block.text) for block in accepted) >= MIN_CHARACTERS else []


def fallback_blocks(blocks: Sequence[Block], text: str) -> list[Block]:
    """Return the blocks that appear in `text`, the other extractor's result.

    This is used where the second pass accepts nothing, such as on a page of three words. Links to
    other pages are left out.
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
    """Return the outermost elements in which no block can be content.

    `logits` are the log-odds of the first pass.
    """
    containers = list_containers(blocks)
    possible = {
        block.container
        for block, logit in zip(blocks, logits, strict=True)
        if logit >= REJECT_BELOW
    }
    for container in reversed(containers):
        if container in possible and container.parent is not None:
            possible.add(container.parent)
    return [
        container.element
        for container in containers
        if container not in possible and container.parent in possible
    ]


def strip_link_rows(blocks: list[Block]) -> list[Block]:
    """Return `blocks` without rows of links at the beginning and at the end."""
    text_positions = [at for at, block in enumerate(blocks) if not _is_link_row(block)]
    return blocks[text_positions[0] : text_positions[-1] + 1] if text_positions else blocks


def _is_link_row(block: Block) -> bool:
    if block.link_share < 0.8 or len(block.words) >= 20:
        return False
    return block.container.tags.isdisjoint(_WHOLE_TAGS)


def first_pass_logits(features: BlockFeatures, table: Weights) -> list[float]:
    """Return the log-odds of each block in the first pass.

    They are the sum of its `features`, weighted by `table`, and of its bias (the entry "").
    """
    sums: dict[FeatureNames, float] = {}

    def summed(names: FeatureNames) -> float:
        """Return the weighted sum of features that many blocks share, computed once."""
        if names not in sums:
            sums[names] = sum(table[name] for name in names if name in table)
        return sums[names]

    logits = weighted_sums(features.columns, table)
    return [
        logit + sum(map(summed, groups))
        for logit, groups in zip(logits, features.groups, strict=True)
    ]


def uncertainty(blocks: Sequence[Block], logits: Sequence[float]) -> float:
    """Return the expected number of misclassified words of `blocks` for each word of content.

    `logits` are the log-odds of the first pass.
    """
    wrong = content = 0.0
    for block, logit in zip(blocks, logits, strict=True):
        chance = 1 / (1 + exp(-logit))
        count = len(block.words)
        wrong += count * min(chance, 1 - chance)
        content += count * chance
    return wrong / max(1.0, content)


@cache
def load_weights() -> Mapping[str, Weights]:
    """Return the weights by pass and by feature; `bench/learn_extraction.py` writes them."""
    content = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return {name: table for name, table in content.items() if name != "generated"}
