"""Parser of HTML pages: from bytes to an lxml tree, with limits on size and depth."""

from __future__ import annotations

import re
import unicodedata

from lxml import etree, html

from crawler.charset_detection import decode_bytes
from crawler.html_text_and_links import MAX_ATTRIBUTES, has_crowded_element

MAX_TAGS = 50_000
# Elements without text. They are removed after their declarations were parsed.
TEXTLESS_TAGS = ("noscript", "script", "style", "svg", "template")
# WHATWG HTML 13.2.5.40 reads a slash after a tag name as white space; libxml2 drops the attributes.
_SLASHED_META = re.compile(r"<meta/+", re.IGNORECASE)
# The same section ignores the slash of `<script/>`; libxml2 ends the element and shows the code.
_SLASHED_SCRIPT = re.compile(r"(<script\b[^<>]*)/>(?=\s*[^<\s])", re.IGNORECASE)
# Pages that were copied from a PDF contain ligatures, which no search for the word finds.
_LIGATURES = re.compile("[ﬀ-ﬆ]")
# The default lookup of lxml.html calls Python for every element, to give form fields own classes.
_ELEMENT_CLASS = etree.ElementDefaultClassLookup(element=html.HtmlElement)


class PageTooComplexError(ValueError):
    """The page exceeds a limit: tags, attributes, or the 256 nested elements of libxml2."""


def parse_html(body: bytes, content_type: str = "") -> html.HtmlElement:
    """Return the tree of the HTML page `body`.

    `content_type` is the value of the Content-Type header. Raises PageTooComplexError before or
    while libxml2 builds the tree, and ValueError if the page has no element.
    """
    _check_complexity(body)
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False
    )
    parser.set_element_class_lookup(_ELEMENT_CLASS)
    text = _SLASHED_META.sub("<meta ", decode_bytes(body, content_type))
    text = _SLASHED_SCRIPT.sub(r"\1>", text)
    if not text.isascii():
        text = _LIGATURES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:
        raise ValueError(str(error)) from None
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise PageTooComplexError("The page nests deeper than 256 elements.")
    return root


def _check_complexity(body: bytes) -> None:
    brackets = body.count(b"<")
    if brackets > MAX_TAGS and brackets - body.count(b"</") > MAX_TAGS:
        raise PageTooComplexError(f"The page has more than {MAX_TAGS:,} tags.")
    if has_crowded_element(body):
        message = f"An element of the page has {MAX_ATTRIBUTES:,} attributes or more."
        raise PageTooComplexError(message)
