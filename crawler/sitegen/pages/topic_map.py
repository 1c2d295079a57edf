"""The topic map: a treemap of all topics by number of articles, with the same topics as a list."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.pages.topic_index import TopicEntry, TopicGroup, topic_groups
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.treemap import Rectangle, treemap

SUBJECT = "site"
TEMPLATE = "site/topic_map.html"

_AREA = Rectangle(0, 0, 1080, 880)
_BORDER, _HEADING = 3, 20
_LETTER_WIDTH, _HEADING_LETTER_WIDTH, _LINE_HEIGHT, _PADDING = 6.4, 9, 13, 5
_SHADES = ("rare", "some", "often", "most")


@dataclass(frozen=True, slots=True)
class MapTile:
    """The rectangle of one topic, its shade, and the lines of its label that fit into it.

    `articles` are those of the topic itself and of the topics below it that have no own tile.
    """

    entry: TopicEntry
    articles: int
    shade: str
    box: Rectangle
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MapArea:
    """The rectangle of a top-level topic, with the tiles of the topics below it."""

    group: TopicGroup
    label: str
    box: Rectangle
    tiles: tuple[MapTile, ...]


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `topic-map.html` for the site in `model`.

    `keys` has no effect, since the pages are about the whole site.
    """
    yield PageGroup("topic-map.html", partial(_pages, model))


def _pages(model: SiteModel) -> Iterator[Page]:
    groups = topic_groups(model)
    context = {"groups": groups, "areas": _areas(model, groups), "size": _AREA}
    yield Page("topic-map.html", context)


def _areas(model: SiteModel, groups: Sequence[TopicGroup]) -> list[MapArea]:
    """Return an area for each group. A topic without articles counts half an article."""
    weights = [sum(_weight(_own(model, entry)) for entry in _tiled(group)) for group in groups]
    order = sorted(range(len(groups)), key=lambda place: -weights[place])
    boxes = treemap([weights[place] for place in order], _AREA)
    most = max((_own(model, entry) for group in groups for entry in _tiled(group)), default=0)
    return [_area(model, groups[place], box, most) for place, box in zip(order, boxes, strict=True)]


def _tiled(group: TopicGroup) -> list[TopicEntry]:
    """Return the topics of a group that have tiles: a parent too, for its own articles."""
    return [*([group.top] if group.top else []), *group.entries]


def _own(model: SiteModel, entry: TopicEntry) -> int:
    """Return the number of articles of a topic itself, so that each tag counts once."""
    return len(model.by_topic.get(entry.topic.slug, ()))


def _weight(articles: int) -> float:
    """Return the area of a tile. The root limits the area of the largest topics."""
    return math.sqrt(max(articles, 0.5))


def _area(model: SiteModel, group: TopicGroup, box: Rectangle, most: int) -> MapArea:
    entries = sorted(_tiled(group), key=lambda entry: -_own(model, entry))
    weights = [_weight(_own(model, entry)) for entry in entries]
    boxes = treemap(weights, box.inset(_BORDER, _HEADING))
    tiles = tuple(
        _tile(entry, _own(model, entry), place, most)
        for entry, place in zip(entries, boxes, strict=True)
    )
    label = group.top.topic.label if group.top else "Other topics"
    room = int((box.width - _PADDING) / _HEADING_LETTER_WIDTH)
    heading = label if len(label) <= room else f"{label[: max(room - 1, 0)].rstrip()}…"
    return MapArea(group, heading, box, tiles)


def _tile(entry: TopicEntry, articles: int, box: Rectangle, most: int) -> MapTile:
    return MapTile(entry, articles, _shade(articles, most), box, _lines(entry.topic.label, box))


def _shade(articles: int, most: int) -> str:
    """Return the shade of a tile; the root spreads the shades of small numbers."""
    if not articles:
        return "none"
    return _SHADES[math.ceil(math.sqrt(articles / most) * len(_SHADES)) - 1]


def _lines(label: str, box: Rectangle) -> tuple[str, ...]:
    """Return the label in lines that fit into a tile; none if it does not fit."""
    letters = int((box.width - 2 * _PADDING) / _LETTER_WIDTH)
    if letters < max(map(len, label.split())):
        return ()
    lines = textwrap.wrap(label, letters, break_long_words=False)
    return tuple(lines) if len(lines) * _LINE_HEIGHT + _PADDING <= box.height else ()
