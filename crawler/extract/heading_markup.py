"""Markup around headings: buttons, wrappers, and elements with the role of a heading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice

from lxml.html import HtmlElement

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_WRAPPERS = frozenset(("div", "header", "hgroup"))
_BUTTON_CONTAINERS = HEADINGS | {"dt", "summary"}
# Links to edit a section, in brackets, and the characters and icons of anchors.
_MARK = re.compile(r"\s*(?:[\[(（][^\])）]{0,80}[\])）]|[#¶§🔗∞⚓\ufe0f\s]*)\s*")
_LONGEST_MARK = 100
_MOST_CHILDREN = 12
STATE_SIGN = re.compile(r"\s*[-+−–×✕▲△▴▼▽▾▸►›»⌄⌃↓↑]\s*")


def heading_tag(attributes: Mapping[str, str], tag: str) -> str:
    """Return the `tag` of a block element, or that of a heading if its `attributes` declare one.

    WAI-ARIA 1.2: https://www.w3.org/TR/wai-aria-1.2/#heading
    """
    if attributes.get("role") != "heading" or tag in HEADINGS:
        return tag
    level = attributes.get("aria-level", "2")
    return f"h{level}" if level in "123456" and len(level) == 1 else "h6"


def is_heading_wrapper(element: HtmlElement, tag: str) -> bool:
    """Return whether an `element` with this `tag` contains only a heading and its marks.

    MediaWiki: https://www.mediawiki.org/wiki/Heading_HTML_changes
    """
    if tag not in _WRAPPERS or not len(element) or element[0].tag not in HEADINGS:
        return False
    if len(element) > 3 or (element.text and element.text.strip()):
        return False
    return all(map(_is_mark, element[1:]))


def _is_mark(element: HtmlElement) -> bool:
    text = element.text_content().strip()
    return len(text) <= _LONGEST_MARK and _MARK.fullmatch(text) is not None


def is_heading_button(button: HtmlElement, tag: str) -> bool:
    """Return whether a `button` contains a heading, or is the text of a heading with this `tag`.

    Disclosure widgets: https://www.w3.org/WAI/ARIA/apg/patterns/accordion/
    """
    if next(button.iter(*HEADINGS), None) is not None:
        return True
    return tag in _BUTTON_CONTAINERS and not _text_beside(button)


def _text_beside(button: HtmlElement) -> bool:
    """Return whether the element around a button has text outside of it."""
    parent = button.getparent()
    if parent is None or len(list(islice(parent, _MOST_CHILDREN + 1))) > _MOST_CHILDREN:
        return True
    inside = len(button.text_content().strip())
    return len(parent.text_content().strip()) > inside
