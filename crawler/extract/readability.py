"""What Readability would keep of a page: Arc90's score of containers, on blocks that are already at
hand. Linear in the page.

After trafilatura's fork of readability-lxml (Apache-2.0):
https://github.com/adbar/trafilatura/blob/master/trafilatura/readability_lxml.py
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawler.extract.text_blocks import HEADINGS, Block, Container, list_containers

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
_VOTERS = frozenset(("div", "p", "pre", "td"))
_CLEANED = frozenset(("table", "ul", "div", "aside", "header", "footer", "section"))


@dataclass(slots=True)
class _ContainerStatistics:
    """What stands in one container: characters, those in links, commas, paragraphs, list items.

    `score` is None when no paragraph votes for it;
    `inner` says whether other containers are in it, `out` whether it was thrown away unread."""

    size: int = 0
    linked: float = 0.0
    commas: int = 0
    paragraphs: int = 0
    items: int = 0
    score: float | None = None
    inner: bool = False
    out: bool = False


def readability_choice(blocks: Sequence[Block]) -> list[float]:
    """For each block 1 when Readability would keep it, 0 when not."""
    sums = _container_statistics(blocks)
    _score_containers(blocks, sums)
    scores = {
        container: known.score
        for container, known in sums.items()
        if known.score is not None and not known.out
    }
    best = max(scores, key=scores.__getitem__, default=None)
    kept: dict[Container | None, bool] = {}
    for container, known in sums.items():
        if best is None or container is best:
            inside = True
        elif container.parent is best.parent:
            inside = scores.get(container, 0.0) >= max(10.0, 0.2 * scores[best]) or _is_prose(
                container, known
            )
        else:
            inside = kept.get(container.parent, False)
        kept[container] = inside and not known.out and not _is_cleaned(container, known)
    return [float(kept[block.container]) for block in blocks]


def _container_statistics(blocks: Sequence[Block]) -> dict[Container, _ContainerStatistics]:
    """What stands in every container, parents before children; what is out counts for nothing."""
    sums = {container: _ContainerStatistics() for container in list_containers(blocks)}
    for container, known in sums.items():
        if container.parent is not None:
            sums[container.parent].inner = True
            known.out = sums[container.parent].out or _is_unlikely(*container.named)
    for block in blocks:
        known, size = sums[block.container], len(block.text)
        known.size += size
        known.linked += size * block.link_share
        known.commas += block.text.count(",")
    for container, known in reversed(sums.items()):
        known.paragraphs += _is_paragraph(container, known)
        known.items += container.tag == "li"
        if container.parent is not None and not known.out:
            _add(sums[container.parent], known)
    return sums


def _add(outer: _ContainerStatistics, inner: _ContainerStatistics) -> None:
    outer.size += inner.size
    outer.linked += inner.linked
    outer.commas += inner.commas
    outer.paragraphs += inner.paragraphs
    outer.items += inner.items


def _score_containers(blocks: Sequence[Block], sums: dict[Container, _ContainerStatistics]) -> None:
    """Each paragraph of 25 characters gives points to what it stands in and half of them to what
    that stands in; links take their share away.
    """
    for block in blocks:
        known, size = sums[block.container], len(block.text)
        container = (
            _scored_container(block.container, known) if size >= 25 and not known.out else None
        )
        points = 2 + block.text.count(",") + min(size / 100, 3)
        for share in (points, points / 2):
            if container is not None:
                voted = sums[container]
                voted.score = share + (
                    _name_weight(*container.named) + _TAG_SCORES.get(container.tag, 0.0)
                    if voted.score is None
                    else voted.score
                )
                container = container.parent
    for known in sums.values():
        if known.score is not None:
            known.score *= 1 - known.linked / (known.size or 1)


def _scored_container(container: Container, known: _ContainerStatistics) -> Container | None:
    """What a block of this container votes for: loose text for its `div`, a paragraph for its
    parent, other text for nothing.
    """
    if container.tag == "div" and known.inner:
        return container
    return container.parent if container.tag in _VOTERS else None


def _is_paragraph(container: Container, known: _ContainerStatistics) -> bool:
    return container.tag == "p" or (container.tag == "div" and not known.inner)


def _is_prose(container: Container, known: _ContainerStatistics) -> bool:
    """Whether it is a long paragraph of few links: kept beside the best container."""
    return _is_paragraph(container, known) and known.size > 80 and known.linked < 0.25 * known.size


def _is_cleaned(container: Container, known: _ContainerStatistics) -> bool:
    """Whether it is taken out of what was kept: a form, a heading or a list of links, something
    small or ill named.
    """
    tag, density, weight = (
        container.tag,
        known.linked / (known.size or 1),
        _name_weight(*container.named),
    )
    if tag in HEADINGS:
        return weight < 0 or density > 0.33
    if tag not in _CLEANED or _is_paragraph(container, known):
        return tag == "form"
    if weight + (known.score or 0.0) < 0:
        return True
    listed = known.items - 100 > known.paragraphs and tag != "ul"
    return known.commas < 10 and (
        listed or known.size < 25 or density > (0.5 if weight >= 25 else 0.2)
    )


@lru_cache(maxsize=20_000)
def _name_weight(classes: str, name: str) -> float:
    """25 for a class and for an id that speaks of content, -25 for one that speaks of something
    else.
    """
    low = (classes[:500].lower(), name[:500].lower())
    return sum(
        25.0 * ((_POSITIVE.search(part) is not None) - (_NEGATIVE.search(part) is not None))
        for part in low
    )


@lru_cache(maxsize=20_000)
def _is_unlikely(classes: str, name: str) -> bool:
    low = f"{classes} {name}"[:500].lower()
    return _UNLIKELY.search(low) is not None and _MAYBE.search(low) is None
