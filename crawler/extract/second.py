"""The second extractor: trafilatura's rules, without its fallbacks, on a tree that is already parsed. Asked only where the first look is unsure."""

from __future__ import annotations

import logging

from lxml.html import HtmlElement

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def second_opinion(root: HtmlElement) -> str:
    """The main text as trafilatura sees it; empty when it finds none. The tree is not changed."""
    from trafilatura import bare_extraction

    found = bare_extraction(root, fast=True, include_comments=False)
    return str(getattr(found, "text", None) or "")
