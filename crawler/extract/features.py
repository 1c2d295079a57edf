"""What can be seen of a block, by name: measures of its text and containers, then of its neighbours. What they weigh stands in weights.json."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from math import exp, log1p
from typing import NamedTuple

from crawler.extract.blocks import HEADINGS, Block, Container
from crawler.extract.words import BOILERPLATE, CREDITS, HOUSE_WORDS, PROMOTION, PROSE_WORDS

Measures = dict[str, float]


class Row(NamedTuple):
    """The measures of one block in three parts: of the words around it and of its container, which many blocks share, and its own."""

    around: Measures
    place: Measures
    own: Measures


_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?…。！？।:][\"”’»)\]]*$")
_UPPER = re.compile(r"[A-ZÀ-ÖØ-Þ]")
_DIGIT = re.compile(r"\d")
_TELLING_TAGS = frozenset(
    ("article", "aside", "blockquote", "dl", "figcaption", "figure", "footer", "form", "header", "li", "main", "nav", "ol", "pre", "section", "table", "ul")
)
_READ = 400
_NEAR = ((-2, "2 before"), (-1, "1 before"), (1, "1 after"), (2, "2 after"))


def first_look(blocks: Sequence[Block], title: str) -> list[Row]:
    """A row of measures for each block, from the block, its containers and its direct neighbours. Counts words into blocks and containers."""
    _count(blocks)
    page = _Page(blocks, title)
    rows = [_alone(block, page) for block in blocks]
    seen_by_others = [_neighbour(block) for block in blocks]
    for index, row in enumerate(rows):
        for step, name in _NEAR:
            near = seen_by_others[index + step] if 0 <= index + step < len(blocks) else {"none ": 1.0}
            for measure, value in near.items():
                row.own[measure + name] = value
    return rows


def second_look(blocks: Sequence[Block], logits: Sequence[float], kept: Sequence[float] | None) -> list[Row]:
    """A row for each block from the first judgement of it and of those around it, and from a second extractor's: the share of the block that it kept."""
    view = _View(blocks, logits)
    rows = [_in_context(block, index, view) for index, block in enumerate(blocks)]
    if kept is not None:
        _gather(blocks, kept)
        agreement = _agreement(blocks, view.chances, kept)
        strong = [index for index, share in enumerate(kept) if share > 0.6 and len(blocks[index].words) >= 10] or [0, len(blocks)]
        for index, row in enumerate(rows):
            row.update(_seconded(blocks[index], index, view.chances[index], kept, (strong[0], strong[-1]), agreement))
    return [Row({}, {}, row) for row in rows]


class _Page:
    """What is the same for all blocks of a page."""

    def __init__(self, blocks: Sequence[Block], title: str) -> None:
        self.blocks = len(blocks)
        self.title = frozenset(_WORD.findall(title.lower()))
        self.plain = max(1, _top(blocks).plain) if blocks else 1
        self.repeated = Counter(block.text for block in blocks if len(block.words) > 4)
        self.headings = {block.text: block.order for block in blocks if block.container.tag in HEADINGS}


def _top(blocks: Sequence[Block]) -> Container:
    *_, top = blocks[0].container.upward()
    return top


def _count(blocks: Sequence[Block]) -> None:
    for block in blocks:
        block.words = tuple(_WORD.findall(block.text))
        count = len(block.words)
        linked, plain = count * block.link_share, count if count >= 8 and block.link_share < 0.5 else 0
        for container in block.container.upward():
            container.words += count
            container.linked += linked
            container.plain += plain


def _neighbour(block: Block) -> Measures:
    """What a block shows to the blocks beside it."""
    shown = {"words ": log1p(len(block.words)), "links ": block.link_share}
    if block.container.tag == "p":
        shown["p "] = 1.0
    if block.container.tag in HEADINGS:
        shown["heading "] = 1.0
    return shown


def _alone(block: Block, page: _Page) -> Row:
    text, count = block.text[:_READ], len(block.words)
    size = len(text)
    low = [word.lower() for word in block.words[:80]]
    own = {
        "words": log1p(count),
        "links": block.link_share,
        "links within page": block.anchors,
        "commas": min(1.0, 10 * text.count(",") / size),
        "capitals": len(_UPPER.findall(text)) / size,
        "digits": len(_DIGIT.findall(text)) / size,
        "prose": sum(map(PROSE_WORDS.__contains__, low)) / (len(low) or 1),
        "house": min(1.0, 8 * sum(map(HOUSE_WORDS.__contains__, low)) / (len(low) or 1)),
        "position": block.order / page.blocks,
        f"{block.container.tag} linked": block.link_share,
    }
    own.update((name, 1.0) for name, holds in _signs(block, page, low, count) if holds)
    return Row(_around(block.container.names, block.container.tags), _place(block.container, page.plain), own)


def _signs(block: Block, page: _Page, low: list[str], count: int) -> tuple[tuple[str, bool], ...]:
    """What is so or not so of a block."""
    distinct, joined = frozenset(low), f" {' '.join(low)} "
    boilerplate, credit, promotion = (phrases.count(distinct, joined) for phrases in (BOILERPLATE, CREDITS, PROMOTION))
    return (
        ("words < 4", count < 4),
        ("words > 15", count > 15),
        ("words > 40", count > 40),
        ("links > half", block.link_share > 0.5),
        ("sentence", _SENTENCE_END.search(block.text[-8:]) is not None),
        ("first tenth", block.order < page.blocks * 0.1),
        ("boilerplate", boilerplate > 0),
        ("boilerplate, short", boilerplate > 0 and count < 15),
        ("credit", credit > 0),
        ("credit, short", credit > 0 and count < 30),
        ("promotion", promotion > 0),
        ("promotion, twice", promotion > 1),
        ("promotion, short", promotion > 0 and count < 30),
        ("promotion, linked", promotion > 0 and block.link_share > 0.2),
        ("title", count > 2 and len(page.title) > 2 and sum(map(page.title.__contains__, low)) > 0.85 * count),
        ("repeated as heading", page.headings.get(block.text, -1) > block.order),
        ("repeated", count > 4 and page.repeated[block.text] > 1),
    )


@lru_cache(maxsize=20_000)
def _around(names: frozenset[str], tags: frozenset[str]) -> Measures:
    """The words and tags of all containers of a block."""
    return dict.fromkeys([*(f"in {tag}" for tag in tags & _TELLING_TAGS), *(f"inside {name}" for name in names)], 1.0)


def _place(place: Container, plain: int) -> Measures:
    """What is the same for all blocks of one container; measured once."""
    if place.row is not None:
        return place.row
    row = place.row = {f"tag {place.tag}": 1.0}
    for name in place.own:
        row[f"own {name}"] = 1.0
    steps = 8
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


def _gather(blocks: Sequence[Block], chances: Sequence[float]) -> float:
    """Add up the words judged to be content in every container; returns the page's sum."""
    for block in blocks:
        for container in block.container.upward():
            container.chosen = 0.0
    for block, chance in zip(blocks, chances, strict=True):
        amount = len(block.words) * chance
        for container in block.container.upward():
            container.chosen += amount
    return max(1.0, _top(blocks).chosen) if blocks else 1.0


def _core(blocks: Sequence[Block], mass: float) -> Container | None:
    """The smallest container with at least 70 % of the content."""
    holding = {id(c): c for block in blocks for c in block.container.upward() if c.chosen >= 0.7 * mass}
    return min(holding.values(), key=lambda container: container.words, default=None)


def _in_context(block: Block, index: int, view: _View) -> Measures:
    chances, logit = view.chances, max(-6.0, min(6.0, view.logits[index]))
    low, high = max(0, index - 5), min(len(chances), index + 6)
    heading = float(block.container.tag in HEADINGS)
    row = {
        "first look": logit,
        "first look, long": logit * (len(block.words) > 15),
        "chance": chances[index],
        "words": log1p(len(block.words)),
        "around": (view.sums[high] - view.sums[low]) / (high - low),
        "heading": heading,
        "between content": min(view.before[index], view.after[index]),
    }
    for step, name in _NEAR:
        row[f"chance {name}"] = chances[index + step] if 0 <= index + step < len(chances) else 0.0
    row["heading before content"] = heading * row["chance 1 after"]
    for step, container in enumerate(block.container.upward()):
        if container is view.core:
            row["in core"] = 1.0
        if step in (1, 2, 3):
            row[f"content in {step}"] = container.chosen / max(1, container.words)
            row[f"content share {step}"] = container.chosen / view.mass
    return row


class _View:
    """The first judgement of a page, with what is summed up of it."""

    def __init__(self, blocks: Sequence[Block], logits: Sequence[float]) -> None:
        self.logits = logits
        self.chances = [1 / (1 + exp(-logit)) for logit in logits]
        self.mass = _gather(blocks, self.chances)
        self.core = _core(blocks, self.mass)
        self.sums = [0.0, *accumulate(self.chances)]
        self.before = [0.0, *accumulate(self.chances, max)][:-1]
        self.after = [0.0, *accumulate(reversed(self.chances), max)][-2::-1]


def _agreement(blocks: Sequence[Block], chances: Sequence[float], kept: Sequence[float]) -> float:
    """The words that both took as a share of the words that either took."""
    both = sum(len(block.words) * min(chance, share) for block, chance, share in zip(blocks, chances, kept, strict=True))
    either = sum(len(block.words) * max(chance, share) for block, chance, share in zip(blocks, chances, kept, strict=True))
    return both / max(1.0, either)


def _seconded(block: Block, index: int, chance: float, kept: Sequence[float], span: tuple[int, int], agreement: float) -> Measures:
    share, (first, last) = kept[index], span
    row = {
        "asked": 1.0,
        "kept": share,
        "kept, long": share * (len(block.words) > 10),
        "kept whole": float(share > 0.9),
        "kept, likely": share * chance,
        "dropped, likely": (1 - share) * chance,
        "kept, agreed": share * agreement,
        "dropped, agreed": (1 - share) * agreement,
        "dropped, long": (1 - share) * (len(block.words) > 10),
        "dropped, agreed, long": (1 - share) * agreement * (len(block.words) > 10),
        "agreement": agreement,
        "before kept": float(index < first),
        "after kept": float(index > last),
        "far from kept": min(20, max(0, first - index, index - last)) / 20,
    }
    for step, name in _NEAR:
        row[f"kept {name}"] = kept[index + step] if 0 <= index + step < len(kept) else 0.0
    for step, container in enumerate(block.container.upward()):
        if step in (1, 2):
            row[f"kept in {step}"] = container.chosen / max(1, container.words)
    return row
