"""Which blocks of a page are its article: a weighted first look, a second extractor where that is unsure, a second look in context."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import exp

from crawler.extract.blocks import HEADINGS, Block
from crawler.extract.features import Measures, Row, first_look, second_look
from crawler.extract.overlap import kept_shares

# asked when this part of the words judged to be content is doubtful; measured: asks on a third of news pages, a tenth of engineering posts
UNSURE = 0.1
# the log-odds above which a block is kept: a little more than even, because a false paragraph does more harm to a reader than a missing caption
KEEP = 0.2

Weights = Mapping[str, float]


def chosen(blocks: Sequence[Block], title: str, ask: Callable[[], str]) -> tuple[list[Block], bool]:
    """The blocks that are the article, in order, and whether `ask` (a second extractor's text of the same page) was called."""
    if not blocks:
        return [], False
    logits = judge(first_look(blocks, title), weights()["first look"])
    asked = doubt(blocks, logits) > UNSURE
    kept = kept_shares(blocks, ask()) if asked else None
    final = judge(second_look(blocks, logits, kept), weights()["second look, asked" if asked else "second look"])
    return without_link_rows([block for block, logit in zip(blocks, final, strict=True) if logit > KEEP]), asked


def without_link_rows(blocks: list[Block]) -> list[Block]:
    """An article neither begins nor ends with a row of links."""
    inside = [index for index, block in enumerate(blocks) if block.link_share < 0.8 or len(block.words) >= 20 or block.container.tag in HEADINGS]
    return blocks[inside[0] : inside[-1] + 1] if inside else blocks


def judge(rows: Sequence[Row], table: Weights) -> list[float]:
    """The log-odds of each row: the weighted sum of its measures and the table's bias (its entry without a name)."""
    shared: dict[int, float] = {}

    def once(measures: Measures) -> float:
        known = shared.get(id(measures))
        if known is None:
            known = shared[id(measures)] = weigh(measures, table)
        return known

    return [table[""] + once(row.around) + once(row.place) + weigh(row.own, table) for row in rows]


def weigh(measures: Measures, table: Weights) -> float:
    """The weighted sum of some measures."""
    return sum([table[name] * value for name, value in measures.items() if name in table])


def doubt(blocks: Sequence[Block], logits: Sequence[float]) -> float:
    """The words that may have been judged wrongly, expected, for each word judged to be content."""
    chances = [1 / (1 + exp(-logit)) for logit in logits]
    wrong = sum(len(block.words) * min(chance, 1 - chance) for block, chance in zip(blocks, chances, strict=True))
    return wrong / max(1.0, sum(len(block.words) * chance for block, chance in zip(blocks, chances, strict=True)))


@cache
def weights() -> Mapping[str, Weights]:
    """The measured weights, by look and by measure; `bench/learn_extraction.py` writes them."""
    tables: dict[str, dict[str, float]] = json.loads(files("crawler.extract").joinpath("weights.json").read_text(encoding="utf-8"))
    return tables
