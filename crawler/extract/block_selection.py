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

from crawler.extract.block_context_features import measures, second_look
from crawler.extract.block_features import OWN, Measures, Row, Values, first_look
from crawler.extract.readability import readable
from crawler.extract.text_blocks import HEADINGS, Block, containers_of
from crawler.extract.text_overlap import kept_shares

# asked when this part of the words judged to be content is doubtful; measured: asks on four of five
# news pages, two of five engineering posts
UNSURE = 0.05
# parts of a page whose every block has lower log-odds are not shown to the second extractor: a
# third of its time, and no measurable difference
HOPELESS = -3.0
# the log-odds above which a block is kept: a little more than even, because a false paragraph does
# more harm to a reader than a missing caption
KEEP = 0.35
# fewer characters than this are not a sentence, and no article
SENTENCE = 20

Weights = Mapping[str, float]
# a second extractor's text of the same page, without the elements that are hopeless
Ask = Callable[[Sequence[HtmlElement]], str]


def chosen(blocks: Sequence[Block], title: str, ask: Ask) -> tuple[list[Block], bool]:
    """The blocks that are the article, in order, and whether the second extractor was asked."""
    if not blocks:
        return [], False
    logits = judge(first_look(blocks, title), weights()["first look"])
    kept, asked = {"readability": readable(blocks)}, doubt(blocks, logits) > UNSURE
    if asked:
        kept["trafilatura"] = kept_shares(blocks, ask(hopeless(blocks, logits)))
    final = weigh(
        second_look(blocks, logits, kept),
        measures(tuple(kept)),
        weights()["second look, asked" if asked else "second look"],
    )
    picked = convincing(blocks, final)
    return (picked, asked) if picked else (last_resort(blocks, ask(())), True)


def convincing(blocks: Sequence[Block], final: Sequence[float]) -> list[Block]:
    """The blocks that the second look keeps; none when they are less than a sentence."""
    picked = without_link_rows(
        [block for block, logit in zip(blocks, final, strict=True) if logit > KEEP]
    )
    return picked if sum(len(block.text) for block in picked) >= SENTENCE else []


def last_resort(blocks: Sequence[Block], text: str) -> list[Block]:
    """Where nothing convinces, as on a page of three words: what the second extractor kept of it,
    but no links to elsewhere.
    """
    return [
        block
        for block, share in zip(blocks, kept_shares(blocks, text), strict=True)
        if share > 0.5 and not _leads_away(block)
    ]


def _leads_away(block: Block) -> bool:
    return block.link_share >= 0.5 and any(
        not link.get("href", "").startswith("javascript:") for link in block.links
    )


def hopeless(blocks: Sequence[Block], logits: Sequence[float]) -> list[HtmlElement]:
    """The outermost elements in which no block may be content."""
    containers = containers_of(blocks)
    hopeful = {
        block.container for block, logit in zip(blocks, logits, strict=True) if logit >= HOPELESS
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


def without_link_rows(blocks: list[Block]) -> list[Block]:
    """An article neither begins nor ends with a row of links."""
    inside = [
        index
        for index, block in enumerate(blocks)
        if block.link_share < 0.8 or len(block.words) >= 20 or block.container.tag in HEADINGS
    ]
    return blocks[inside[0] : inside[-1] + 1] if inside else blocks


def judge(rows: Sequence[Row], table: Weights) -> list[float]:
    """The log-odds of each row of the first look: the weighted sum of its measures and the table's
    bias (its entry without a name).
    """
    shared: dict[int, float] = {}

    def once(measured: Measures) -> float:
        known = shared.get(id(measured))
        if known is None:
            known = shared[id(measured)] = sum(
                [table[name] * value for name, value in measured.items() if name in table]
            )
        return known

    own = weigh([row.own for row in rows], OWN, table)
    return [
        once(row.around) + once(row.place) + logit for row, logit in zip(rows, own, strict=True)
    ]


def weigh(rows: Iterable[Values], names: Sequence[str], table: Weights) -> list[float]:
    """The weighted sum of the values of each row, whose names are `names`, and the table's bias."""
    bias, weight = table[""], [table.get(name, 0.0) for name in names]
    return [bias + sum(map(mul, row, weight)) for row in rows]


def doubt(blocks: Sequence[Block], logits: Sequence[float]) -> float:
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
def weights() -> Mapping[str, Weights]:
    """The measured weights, by look and by measure; `bench/learn_extraction.py` writes them."""
    tables: dict[str, dict[str, float]] = json.loads(
        files("crawler.extract").joinpath("weights.json").read_text(encoding="utf-8")
    )
    return tables
