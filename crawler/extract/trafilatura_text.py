"""Extraction by trafilatura, without its own fallbacks, on a tree that is already parsed."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from lxml.html import HtmlElement

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

# Elements with this attribute are removed from trafilatura's copy of the tree.
_MARK = "hashtrail-rejected"


def trafilatura_text(root: HtmlElement, rejected: Sequence[HtmlElement]) -> str:
    """Return the main text that trafilatura finds in the tree `root`, or an empty string.

    The `rejected` elements are left out. The tree does not change.
    """
    from trafilatura import bare_extraction

    for element in rejected:
        element.set(_MARK, "")
    try:
        document = bare_extraction(
            root, fast=True, include_comments=False, prune_xpath=f"//*[@{_MARK}]"
        )
    finally:
        for element in rejected:
            del element.attrib[_MARK]
    return str(getattr(document, "text", None) or "")
