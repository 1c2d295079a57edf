"""Elements that state a time in an attribute, and the blocks of the page in which they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.text_blocks import Block

# HTML Living Standard, section 4.5.14 (`time`); `abbr` of hAtom 0.1 (microformats.org); the
# elements of github/time-elements.
TIME_TAGS = ("time", "abbr", "relative-time", "local-time", "time-ago")
# Elements of scripts that write a time as its age: their attributes state the time.
_MARKED_ELEMENTS = (
    "//*[self::span or self::a][@title or @data-time or @data-timestamp or @data-datetime]"
    "[contains(@class, 'ago') or contains(@class, 'date') or contains(@class, 'publish')"
    " or contains(@class, 'time') or @data-datetime]"
)
_TIME_ATTRIBUTES = ("data-datetime", "data-timestamp", "data-time", "title")
_YEAR = re.compile(r"(?:19|20)\d\d")
_UNIX_TIME = re.compile(r"1\d{9}(?:\d{3})?")
_DIGIT = re.compile(r"\d")
_MAX_TEXT = 60
_MAX_TIMES = 300


@dataclass(frozen=True, slots=True, eq=False)
class TimeElement:
    """A time as written in an attribute or as text.

    `words` are the class and the `itemprop` of the `element`. `block` is the block of the page in
    which the time is visible, or None.
    """

    value: str
    words: str
    element: HtmlElement = field(repr=False)
    block: Block | None = field(repr=False, default=None)


def read_time_element(element: HtmlElement) -> TimeElement | None:
    """Return the time that an `element` with one of `TIME_TAGS` states, or None.

    An abbreviation states a time only in its title.
    """
    title = element.get("title", "")
    if element.tag == "abbr" and not title:
        return None
    value = element.get("datetime") or (title if _DIGIT.search(title) else "")
    words = f"{element.get('class', '')} {element.get('itemprop', '')}"
    return TimeElement(value or element.text_content()[:_MAX_TEXT], words, element)


def marked_elements(root: HtmlElement) -> Iterator[TimeElement]:
    """Yield the times in attributes of the elements of `root` whose class names a time."""
    for element in root.xpath(_MARKED_ELEMENTS)[:_MAX_TIMES]:
        values = (_stated_time(element.get(name, "")) for name in _TIME_ATTRIBUTES)
        value = next(filter(None, values), "")
        if value:
            yield TimeElement(value, element.get("class", ""), element)


def _stated_time(value: str) -> str:
    """Return the time that an attribute states: Unix time, or a text with a year; else ""."""
    text = value.strip()
    return text if _UNIX_TIME.fullmatch(text) or _YEAR.search(text) else ""


def locate_times(times: Iterable[TimeElement], blocks: Sequence[Block]) -> list[TimeElement]:
    """Return at most 300 of the `times`, each with the block of `blocks` in which it is."""
    by_container: dict[HtmlElement, list[Block]] = {}
    for block in blocks:
        by_container.setdefault(block.container.element, []).append(block)
    return [
        TimeElement(time.value, time.words, time.element, _block_of(time.element, by_container))
        for time in islice(times, _MAX_TIMES)
    ]


def _block_of(
    element: HtmlElement, by_container: Mapping[HtmlElement, Sequence[Block]]
) -> Block | None:
    """Return the block that contains the text of an element, or None if it is not visible."""
    ancestors = (node for node in element.iterancestors() if node in by_container)
    nearest = next(ancestors, None)
    if nearest is None:
        return None
    text = " ".join(element.text_content()[:_MAX_TEXT].split())
    return next((block for block in by_container[nearest] if text in block.text), None)
