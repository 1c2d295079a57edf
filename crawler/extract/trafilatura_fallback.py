"""The second extractor: trafilatura's rules, without its fallbacks, on a tree that is already
parsed. Asked only where the first look is unsure.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from lxml.html import HtmlElement

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


# what trafilatura is told to leave out of its copy of the tree
_MARK = "hashtrail-hopeless"


def trafilatura_text(root: HtmlElement, hopeless: Sequence[HtmlElement]) -> str:
    """The main text as trafilatura sees it without the elements that are hopeless; empty when it
    finds none. The tree is left as it was.
    """
    from trafilatura import bare_extraction

    for element in hopeless:
        element.set(_MARK, "")
    try:
        found = bare_extraction(
            root, fast=True, include_comments=False, prune_xpath=f"//*[@{_MARK}]"
        )
    finally:
        for element in hopeless:
            del element.attrib[_MARK]
    return str(getattr(found, "text", None) or "")
