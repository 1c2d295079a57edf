"""Extraction by trafilatura, without its own fallbacks, on a tree that is already parsed."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from lxml.html import HtmlElement

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def trafilatura_text(root: HtmlElement, rejected: Sequence[HtmlElement]) -> str:
    """Return the main text that trafilatura finds in the tree `root`, or an empty string.

    The `rejected` elements are left out. The tree does not change.
    """
    from trafilatura import bare_extraction

    with _without(rejected):
        document = bare_extraction(root, fast=True, include_comments=False)
    return str(getattr(document, "text", None) or "")


@contextmanager
def _without(elements: Sequence[HtmlElement]) -> Iterator[None]:
    """Replace elements by empty ones, so that trafilatura does not copy and search them."""
    places = [
        (element.getparent(), element, element.makeelement("template")) for element in elements
    ]
    for parent, element, empty in places:
        empty.tail = element.tail
        parent.replace(element, empty)
    try:
        yield
    finally:
        for parent, element, empty in places:
            parent.replace(empty, element)
