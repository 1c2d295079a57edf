"""Bytes to one lxml tree: decoded, bounded before anything walks it, and the small questions every
reader asks of it.
"""

from __future__ import annotations

import re

from lxml import etree, html

from crawler.extract.charset_detection import decode_page
from crawler.html_text import MAX_ATTRIBUTES, has_crowded_element

MAX_TAGS = 50_000
# WHATWG HTML 13.2.5.40 reads a slash after a tag name as white space; libxml2 drops the attributes.
_SLASHED_META = re.compile(r"<meta/+", re.IGNORECASE)


class PageTooComplexError(ValueError):
    """The page has more tags or attributes than the limits, or nests deeper than 256 elements.

    256 is the limit of libxml2.
    """


def parse_html(body: bytes, content_type: str = "") -> html.HtmlElement:
    """The tree of an HTML page.

    Raises TooComplex before any tree work, ValueError when there is no element in it.
    """
    if body.count(b"<") - body.count(b"</") > MAX_TAGS:
        raise PageTooComplexError(f"The page has more than {MAX_TAGS:,} tags.")
    if has_crowded_element(body):
        raise PageTooComplexError(
            f"An element of the page has {MAX_ATTRIBUTES:,} attributes or more."
        )
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False
    )
    try:
        text = _SLASHED_META.sub("<meta ", decode_page(body, content_type))
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:
        raise ValueError(str(error)) from None
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise PageTooComplexError("The page nests deeper than 256 elements.")
    return root
