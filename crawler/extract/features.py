"""What can be seen of a block, by name: measures of its text and containers, then of its neighbours. What they weigh stands in weights.json."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import exp, log1p

from crawler.extract.blocks import HEADINGS, Block, Container
from crawler.extract.words import BOILERPLATE, HOUSE_WORDS, PROSE_WORDS

Row = dict[str, float]
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?…。！？।:][\"”’»)\]]*$")
_UPPER = re.compile(r"[A-ZÀ-ÖØ-Þ]")
_DIGIT = re.compile(r"\d")
_TELLING_TAGS = frozenset("article aside blockquote dl figcaption figure footer form header li main nav ol pre section table ul".split())
_NEAR = ((-2, "2 before"), (-1, "1 before"), (1, "1 after"), (2, "2 after"))


def first_look(blocks: Sequence[Block], title: str) -> list[Row]:
    """A row of measures for each block, from the block, its containers and its direct neighbours. Counts words into blocks and containers."""
    _count(blocks)
    page = _Page(blocks, title)
    rows = [_alone(block, page) for block in blocks]
    for index, row in enumerate(rows):
        for step, name in _NEAR:
            if 0 <= index + step < len(blocks):
                other = blocks[index + step]
                row[f"words {name}"] = log1p(len(other.words))
                row[f"links {name}"] = other.link_share
                row[f"p {name}"] = float(other.container.tag == "p")
                row[f"heading {name}"] = float(other.container.tag in HEADINGS)
            else:
                row[f"none {name}"] = 1.0
    return rows


def second_look(blocks: Sequence[Block], logits: Sequence[float], kept: Sequence[float] | None) -> list[Row]:
    """A row for each block from the first judgement of it and of those around it, and from a second extractor's: the share of the block that it kept."""
    chances = [1 / (1 + exp(-logit)) for logit in logits]
    mass = _gather(blocks, chances)
    core = _core(blocks, mass)
    rows = [_in_context(block, index, logits, chances, core, mass) for index, block in enumerate(blocks)]
    if kept is not None:
        _gather(blocks, kept)
        agreement = _agreement(blocks, chances, kept)
        strong = [index for index, share in enumerate(kept) if share > 0.6 and len(blocks[index].words) >= 10] or [0, len(blocks)]
        for index, row in enumerate(rows):
            row.update(_seconded(blocks[index], index, chances[index], kept, strong[0], strong[-1], agreement))
    return rows


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


def _alone(block: Block, page: _Page) -> Row:
    text, words, place = block.text, len(block.words), block.container
    size = len(text)
    row = {
        **_place(place, page.plain),
        "words": log1p(words),
        "words < 4": float(words < 4),
        "words > 15": float(words > 15),
        "words > 40": float(words > 40),
        "links": block.link_share,
        "links > half": float(block.link_share > 0.5),
        "links within page": block.anchors,
        "sentence": float(_SENTENCE_END.search(text) is not None),
        "commas": min(1.0, 10 * text.count(",") / size),
        "capitals": len(_UPPER.findall(text)) / size,
        "digits": len(_DIGIT.findall(text)) / size,
        "position": block.order / page.blocks,
        "first tenth": float(block.order < page.blocks * 0.1),
        f"{place.tag} linked": block.link_share,
    }
    low = [word.lower() for word in block.words[:80]]
    row["prose"] = sum(word in PROSE_WORDS for word in low) / (len(low) or 1)
    row["house"] = min(1.0, 8 * sum(word in HOUSE_WORDS for word in low) / (len(low) or 1))
    if BOILERPLATE.search(text):
        row["boilerplate"] = 1.0
        row["boilerplate, short"] = float(words < 15)
    if words > 2 and len(page.title) > 2 and sum(word.lower() in page.title for word in block.words) > 0.85 * words:
        row["title"] = 1.0
    if page.headings.get(text, -1) > block.order:
        row["repeated as heading"] = 1.0
    if page.repeated[text] > 1:
        row["repeated"] = 1.0
    return row


def _place(place: Container, plain: int) -> Row:
    """What is the same for all blocks of one container; measured once."""
    if place.row is not None:
        return place.row
    row = place.row = {f"tag {place.tag}": 1.0}
    row.update(dict.fromkeys((f"in {tag}" for tag in place.tags & _TELLING_TAGS), 1.0))
    row.update(dict.fromkeys((f"inside {name}" for name in place.names), 1.0))
    row.update(dict.fromkeys((f"own {name}" for name in place.own), 1.0))
    steps = 8
    for step, container in enumerate(place.upward()):
        if step < 3:
            row[f"share {step}"] = container.plain / plain
            row[f"link share {step}"] = container.linked / max(1, container.words)
        if container.plain * 2 >= plain:
            steps = min(step, 8)
            break
    row["steps to main"] = steps / 8
    row["in main"] = row[f"{place.tag} in main"] = float(steps <= 1)
    row["near main"] = float(steps == 2)
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


def _in_context(block: Block, index: int, logits: Sequence[float], chances: Sequence[float], core: Container | None, mass: float) -> Row:
    low, high = max(0, index - 5), index + 6
    window = chances[low:high]
    row = {
        "first look": max(-6.0, min(6.0, logits[index])),
        "first look, long": max(-6.0, min(6.0, logits[index])) * (len(block.words) > 15),
        "chance": chances[index],
        "words": log1p(len(block.words)),
        "around": sum(window) / len(window),
        "in core": float(any(container is core for container in block.container.upward())),
        "heading": float(block.container.tag in HEADINGS),
    }
    for step, name in _NEAR:
        row[f"chance {name}"] = chances[index + step] if 0 <= index + step < len(chances) else 0.0
    for step, container in enumerate(block.container.upward()):
        if step in (1, 2, 3):
            row[f"content in {step}"] = container.chosen / max(1, container.words)
            row[f"content share {step}"] = container.chosen / mass
    before, after = max(chances[:index], default=0.0), max(chances[index + 1 :], default=0.0)
    row["between content"] = min(before, after)
    row["heading before content"] = row["heading"] * row["chance 1 after"]
    return row


def _agreement(blocks: Sequence[Block], chances: Sequence[float], kept: Sequence[float]) -> float:
    """The words that both took as a share of the words that either took."""
    both = sum(len(block.words) * min(chance, share) for block, chance, share in zip(blocks, chances, kept, strict=True))
    either = sum(len(block.words) * max(chance, share) for block, chance, share in zip(blocks, chances, kept, strict=True))
    return both / max(1.0, either)


def _seconded(block: Block, index: int, chance: float, kept: Sequence[float], first: int, last: int, agreement: float) -> Row:
    share = kept[index]
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
