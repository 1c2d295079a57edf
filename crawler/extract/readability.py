"""The Readability algorithm: which text blocks Arc90's container score keeps. Linear in the page.

It follows trafilatura's fork of readability-lxml (Apache-2.0):
https://github.com/adbar/trafilatura/blob/master/trafilatura/readability_lxml.py
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawler.extract.heading_markup import HEADINGS
from crawler.extract.text_blocks import Block, Container, list_containers

_UNLIKELY = re.compile(
    "combx|comment|community|disqus|extra|foot|header|menu|remark|rss|shoutbox|sidebar|sponsor"
    "|ad-break|agegate|pagination|pager|popup|tweet|twitter"
)
_MAYBE = re.compile("and|article|body|column|content|main|shadow")
_POSITIVE = re.compile(
    "article|body|content|entry|hentry|main|page|pagination|post|text|blog|story"
)
_NEGATIVE = re.compile(
    "button|combx|comment|com-|contact|figure|foot|footer|footnote|form|input|masthead|media"
    "|meta|outbrain|promo|related|scroll|shoutbox|sidebar|"
    "sponsor|shopping|tags|tool|widget"
)
_TAG_SCORES = {
    **dict.fromkeys(("div", "article"), 5.0),
    **dict.fromkeys(("pre", "td", "blockquote"), 3.0),
    **dict.fromkeys(("address", "ol", "ul", "dl", "dd", "dt", "li", "form", "aside"), -3.0),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "th", "header", "footer", "nav"), -5.0),
}
_PARAGRAPH_TAGS = frozenset(("div", "p", "pre", "td"))
_CLEANED_TAGS = frozenset(("table", "ul", "div", "aside", "header", "footer", "section"))


@dataclass(slots=True)
class _ContainerStatistics:
    """Counts of the content of one container.

    `score` is None if no paragraph scored the container. `has_containers` is true if other
    containers are in it, and `is_excluded` if it was excluded before the scoring.
    """

    size: int = 0
    linked: float = 0.0
    commas: int = 0
    paragraphs: int = 0
    items: int = 0
    score: float | None = None
    has_containers: bool = False
    is_excluded: bool = False

    @property
    def link_density(self) -> float:
        """The share of the characters that are inside links."""
        return self.linked / (self.size or 1)

    def add(self, inner: _ContainerStatistics) -> None:
        """Add the counts of a container `inner` that is in this one."""
        self.size += inner.size
        self.linked += inner.linked
        self.commas += inner.commas
        self.paragraphs += inner.paragraphs
        self.items += inner.items


Statistics = dict[Container, _ContainerStatistics]


def readability_choice(blocks: Sequence[Block]) -> list[float]:
    """Return 1.0 for each of `blocks` that Readability keeps, and 0.0 for the others."""
    statistics = _container_statistics(blocks)
    _score_containers(blocks, statistics)
    scores = {
        container: counts.score
        for container, counts in statistics.items()
        if counts.score is not None and not counts.is_excluded
    }
    is_kept = _kept_containers(statistics, scores)
    return [float(is_kept[block.container]) for block in blocks]


def _kept_containers(
    statistics: Statistics, scores: dict[Container, float]
) -> dict[Container | None, bool]:
    """Return for each container whether it is in the best one and is not removed."""
    best = max(scores, key=scores.__getitem__, default=None)
    is_kept: dict[Container | None, bool] = {}
    for container, counts in statistics.items():
        if best is None or container is best:
            is_inside = True
        elif container.parent is best.parent:
            is_inside = _is_good_sibling(container, counts, scores, scores[best])
        else:
            is_inside = is_kept.get(container.parent, False)
        is_dropped = counts.is_excluded or _is_cleaned(container, counts)
        is_kept[container] = is_inside and not is_dropped
    return is_kept


def _is_good_sibling(
    container: Container,
    counts: _ContainerStatistics,
    scores: dict[Container, float],
    best_score: float,
) -> bool:
    """Whether a container next to the best one is part of the article too."""
    has_score = scores.get(container, 0.0) >= max(10.0, 0.2 * best_score)
    return has_score or _is_prose(container, counts)


def _container_statistics(blocks: Sequence[Block]) -> Statistics:
    """Return the counts of every container, parents before children."""
    statistics = {container: _ContainerStatistics() for container in list_containers(blocks)}
    for container, counts in statistics.items():
        if container.parent is not None:
            outer = statistics[container.parent]
            outer.has_containers = True
            counts.is_excluded = outer.is_excluded or _is_unlikely(*container.named)
    _add_blocks(blocks, statistics)
    _add_inner_containers(statistics)
    return statistics


def _add_blocks(blocks: Sequence[Block], statistics: Statistics) -> None:
    for block in blocks:
        counts = statistics[block.container]
        size = len(block.text)
        counts.size += size
        counts.linked += size * block.link_share
        counts.commas += block.text.count(",")


def _add_inner_containers(statistics: Statistics) -> None:
    """Add the counts of each container to those of its parent, the innermost first."""
    for container, counts in reversed(statistics.items()):
        counts.paragraphs += _is_paragraph(container, counts)
        counts.items += container.tag == "li"
        if container.parent is not None and not counts.is_excluded:
            statistics[container.parent].add(counts)


def _score_containers(blocks: Sequence[Block], statistics: Statistics) -> None:
    """Let each paragraph of 25 characters score its container, and half as much its parent.

    The score of a container is then reduced by its share of links.
    """
    for block in blocks:
        counts = statistics[block.container]
        if len(block.text) >= 25 and not counts.is_excluded:
            _score_paragraph(block, counts, statistics)
    for counts in statistics.values():
        if counts.score is not None:
            counts.score *= 1 - counts.link_density


def _score_paragraph(block: Block, counts: _ContainerStatistics, statistics: Statistics) -> None:
    points = 2 + block.text.count(",") + min(len(block.text) / 100, 3)
    container = _scored_container(block.container, counts)
    for share in (points, points / 2):
        if container is not None:
            _add_score(container, statistics[container], share)
            container = container.parent


def _add_score(container: Container, counts: _ContainerStatistics, points: float) -> None:
    if counts.score is None:
        initial = _name_weight(*container.named) + _TAG_SCORES.get(container.tag, 0.0)
        counts.score = points + initial
    else:
        counts.score = points + counts.score


def _scored_container(container: Container, counts: _ContainerStatistics) -> Container | None:
    """Return the container that a block scores, or None.

    Loose text scores its `div`, a paragraph its parent, and other text nothing.
    """
    if container.tag == "div" and counts.has_containers:
        return container
    return container.parent if container.tag in _PARAGRAPH_TAGS else None


def _is_paragraph(container: Container, counts: _ContainerStatistics) -> bool:
    return container.tag == "p" or (container.tag == "div" and not counts.has_containers)


def _is_prose(container: Container, counts: _ContainerStatistics) -> bool:
    """Whether a container is a long paragraph with few links."""
    is_long = counts.size > 80 and counts.linked < 0.25 * counts.size
    return is_long and _is_paragraph(container, counts)


def _is_cleaned(container: Container, counts: _ContainerStatistics) -> bool:
    """Whether Readability removes a container from its result.

    It removes forms, headings and lists of links, and containers that are small or badly named.
    """
    weight = _name_weight(*container.named)
    if container.tag in HEADINGS:
        return weight < 0 or counts.link_density > 0.33
    if container.tag not in _CLEANED_TAGS or _is_paragraph(container, counts):
        return container.tag == "form"
    if weight + (counts.score or 0.0) < 0:
        return True
    return counts.commas < 10 and _is_list_of_links(container, counts, weight)


def _is_list_of_links(container: Container, counts: _ContainerStatistics, weight: float) -> bool:
    if counts.size < 25:
        return True
    if counts.items - 100 > counts.paragraphs and container.tag != "ul":
        return True
    return counts.link_density > (0.5 if weight >= 25 else 0.2)


@lru_cache(maxsize=20_000)
def _name_weight(classes: str, name: str) -> float:
    """Return 25 for each of class and id that names content, and -25 for other parts of a page."""
    weight = 0.0
    for attribute in (classes[:500].lower(), name[:500].lower()):
        is_positive = _POSITIVE.search(attribute) is not None
        weight += 25.0 * (is_positive - (_NEGATIVE.search(attribute) is not None))
    return weight


@lru_cache(maxsize=20_000)
def _is_unlikely(classes: str, name: str) -> bool:
    names = f"{classes} {name}"[:500].lower()
    return _UNLIKELY.search(names) is not None and _MAYBE.search(names) is None
