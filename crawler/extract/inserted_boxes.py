"""Boxes between the paragraphs of an article: sign-ups, advertisements, related pages, tools.

inserted_boxes.toml lists their names, the lines that they consist of, and words of subscriptions.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.heading_markup import HEADINGS
from crawler.extract.text_blocks import Block, Container, list_containers

_TABLE: dict[str, list[str]] = tomllib.loads(
    files("crawler.extract").joinpath("inserted_boxes.toml").read_text(encoding="utf-8")
)
_CLASSES = frozenset(_TABLE["classes"])
_IDS = frozenset(_TABLE["ids"])
_CONSENT = tuple(_TABLE["consent"])
_LINES = re.compile("|".join(f"(?:{line})" for line in _TABLE["lines"]), re.IGNORECASE)
_SUBSCRIPTION = re.compile("|".join(map(re.escape, _TABLE["subscription"])), re.IGNORECASE)
_LONGEST_LINE = 160
# An element with more than this share of the words of a page is its article.
_MOST_SHARE = 0.4
_FORM_WORDS = 60
# Besides a consent box, a page has at least this many words; else it consists of the box.
_LEAST_WORDS = 20
_LINKED_SHARE = 0.5
_WORD_CHARACTERS = 6
_MAIL_FIELDS = (
    "//input[@type='email' or @name='email' or @name='EMAIL' or contains(@placeholder, 'mail')]"
)
_MAX_FIELDS = 20
_PAGE_TAGS = frozenset(("article", "body", "main"))


def without_boxes(blocks: Sequence[Block], root: HtmlElement) -> list[Block]:
    """Return `blocks` of the tree `root` without those of boxes that are not the article.

    A box has a known name, or asks for an e-mail address to subscribe. Blocks that are only a label
    of an advertisement or of a tool are left out too.
    """
    containers = list_containers(blocks)
    words: Counter[Container] = Counter()
    for block in blocks:
        words[block.container] += _size(block)
    for container in reversed(containers):
        if container.parent is not None:
            words[container.parent] += words[container]
    most = _MOST_SHARE * max(words.values(), default=0)
    small = {container for container, count in words.items() if count <= most}
    boxes = {container for container in small if _is_named_box(container)}
    boxes.update(_subscription_boxes(root, small, words))
    boxes.update(_consent_boxes(blocks, containers))
    return [
        block
        for block in blocks
        if not (boxes and not boxes.isdisjoint(block.container.upward()))
        and not _is_tool_line(block)
    ]


def _size(block: Block) -> int:
    """Return about the number of words of a block, also in scripts without spaces."""
    return 1 + len(block.text) // _WORD_CHARACTERS


def _is_named_box(container: Container) -> bool:
    if container.tag in _PAGE_TAGS:
        return False
    class_name, element_id = container.named
    if container.tag in HEADINGS:  # an element that contains only a heading is not a container
        parent = container.element.getparent()
        around = parent if parent is not None and parent.tag == "div" else container.element
        class_name, element_id = f"{class_name} {around.get('class', '')}", around.get("id", "")
    return element_id in _IDS or not _CLASSES.isdisjoint(class_name[:500].lower().split())


def _is_tool_line(block: Block) -> bool:
    return len(block.text) <= _LONGEST_LINE and _LINES.fullmatch(block.text) is not None


def _consent_boxes(blocks: Sequence[Block], containers: Sequence[Container]) -> set[Container]:
    """Return the boxes of consent tools, whatever they say, unless the page consists of them."""
    boxes = {
        container
        for container in containers
        if container.tag not in _PAGE_TAGS and _names_consent(container)
    }
    if not boxes:
        return boxes
    outside = (
        _size(block)
        for block in blocks
        if block.link_share < _LINKED_SHARE and boxes.isdisjoint(block.container.upward())
    )
    return boxes if sum(outside) >= _LEAST_WORDS else set()


def _names_consent(container: Container) -> bool:
    if not any(container.named):
        return False
    names = " ".join(container.named)[:500].lower().split()
    return any(name.startswith(_CONSENT) for name in names)


def _subscription_boxes(
    root: HtmlElement, small: set[Container], words: Counter[Container]
) -> Iterator[Container]:
    """Yield the outermost small containers around each field for an e-mail address."""
    fields = list(islice(root.xpath(_MAIL_FIELDS), _MAX_FIELDS))
    by_element = {container.element: container for container in small} if fields else {}
    for field in fields:
        box = None
        for element in field.iterancestors():
            container = by_element.get(element)
            if element.tag in _PAGE_TAGS or next(element.iter("h1"), None) is not None:
                break
            if container is not None:
                if words[container] > _FORM_WORDS:
                    break
                box = container
        if box is not None and _asks_to_subscribe(box.element):
            yield box


def _asks_to_subscribe(element: HtmlElement) -> bool:
    inner = islice(element.iter("form", "input", "button", "div", "section"), _MAX_FIELDS)
    names = (" ".join(part.attrib.values())[:300] for part in inner)
    text = f"{element.text_content()[:1000]} {' '.join(names)}"
    return _SUBSCRIPTION.search(text) is not None
