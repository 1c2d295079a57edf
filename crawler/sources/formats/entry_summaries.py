"""The first words of an entry, from its HTML."""

from __future__ import annotations

import re
from html import escape, unescape

from crawler.html_text_and_links import html_to_text
from crawler.sources.formats.feed_model import MAX_SUMMARY
from crawler.text_cleaning import clean_line

# Lengths of the start of the HTML that usually has enough text.
_STARTS = (2 * MAX_SUMMARY, 8 * MAX_SUMMARY)
_PARSED = 20 * MAX_SUMMARY
# By the effect on a line of text: elements that separate words, that do not, and that hide theirs.
_BLOCKS = frozenset(
    """
    address article aside blockquote dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5
    h6 header hr li main nav ol p pre section table tr ul
    """.split()  # noqa: SIM905
)
_INLINE = frozenset(
    """
    a abbr acronym audio b big body button caption center cite code col colgroup del details dfn em
    embed font html i img input ins kbd label link mark meta picture q s samp small source span
    strike strong sub summary sup tbody td tfoot th thead time tt u var video wbr
    """.split()  # noqa: SIM905
)
_SEPARATORS = dict.fromkeys(_BLOCKS | {"br"}, " ") | dict.fromkeys(_INLINE, "")
_SILENT = "head|iframe|noscript|object|script|style|svg|template|title"
_ELEMENTS = "|".join(sorted(_BLOCKS | _INLINE | {"br"}))
_ATTRIBUTES = r"""(?:[\s/][^<>"']*+(?:(?:"[^"<>]*+"|'[^'<>]*+')[^<>"']*+)*+)?"""
_TAG = re.compile(rf"</?([a-zA-Z][a-zA-Z0-9]*+){_ATTRIBUTES}>")
_SILENT_ELEMENT = re.compile(
    rf"<!--(?!-?>)[^<>]*-->|<({_SILENT}){_ATTRIBUTES}>[^<]*+(?:<(?!/?\1\b)[^<]*+)*+</\1\s*>",
    re.IGNORECASE,
)
_HTML_START = re.compile(rf"\s*<(?:{'|'.join(sorted(_BLOCKS))})\b[^<>]*>", re.IGNORECASE)
_HTML_SIGN = re.compile(
    rf"<(?:br|hr|wbr)\s*+/?>|</(?:{_ELEMENTS}|{_SILENT})\s*+>"
    rf"|<(?:{_ELEMENTS})\s[^<>=]*+=[^<>]*+>|<!--|<!\[CDATA\[",
    re.IGNORECASE,
)


def text_as_html(text: str, declared: str) -> str:
    """Return a text construct of Atom as HTML (RFC 4287 section 3.1).

    `declared` is the type of the `text`: `html`, `text`, or empty when it is not declared. A text
    has no markup, but publishers also put HTML into it. Declared text is HTML if it is one element
    or more. Other text is HTML if it has a closed element, an attribute or a line break.
    """
    if declared == "html" or not ("<" in text or "&" in text):
        return text
    if declared == "text":
        is_element = _HTML_START.match(text) and text.rstrip().endswith(">")
        return text if is_element else escape(text, quote=False)
    is_html = _HTML_START.match(text) or _HTML_SIGN.search(text, 0, _PARSED)
    return text if is_html else text.replace("<", "&lt;")


def summary_of(html: str) -> str:
    """Return the start of the `html` of an entry as one line of text."""
    if "<![CDATA[" in html:  # escaped as if it were text; a parser takes it for a comment
        html = html.replace("<![CDATA[", "").replace("]]>", "")
    for length in _STARTS:
        summary = _simple_summary(html, length)
        if summary is not None:
            return summary
    summary = clean_line(html_to_text(html[:_PARSED]).text, MAX_SUMMARY)
    is_whole = len(html) <= _PARSED or _is_cut(summary)
    return summary if is_whole else clean_line(html_to_text(html).text, MAX_SUMMARY)


def _simple_summary(html: str, length: int) -> str | None:
    """Return the summary of the first `length` characters of HTML that has only common elements.

    They need no parser, because it is certain which text they hide. The result is None for other
    HTML, and if the start has too little text.
    """
    is_whole = len(html) <= length
    start = html if is_whole else html[:length].rpartition("<")[0]
    if "<" in start:
        start = _TAG.sub(_separator, start)
    if "<" in start:
        start = _SILENT_ELEMENT.sub("", start)
    if "<" in start:
        return None
    summary = clean_line(unescape(start), MAX_SUMMARY)
    return summary if is_whole or _is_cut(summary) else None


def _separator(tag: re.Match[str]) -> str:
    """Return the text instead of a tag; the tag of an element that is not common stays."""
    separator = _SEPARATORS.get(tag[1])
    return _SEPARATORS.get(tag[1].lower(), tag[0]) if separator is None else separator


def _is_cut(summary: str) -> bool:
    return summary.endswith("…") and len(summary) > MAX_SUMMARY - 100
