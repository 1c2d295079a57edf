"""Titles and names of feeds as plain text: markup goes, words that look like tags stay.

RSS 2.0 does not state whether a title is text or HTML, and publishers use both. A tag is markup if
it is closed, has attributes or is empty by definition; `unique_ptr<S>` and `a late <script>` are
words.
"""

from __future__ import annotations

import re
from html import unescape

from crawler.text_cleaning import clean, clean_line

_MAX_WRITTEN = 2_000
_ELEMENTS = "|".join(
    """
    a abbr acronym b big blockquote center cite code del dfn div em font h1 h2 h3 h4 h5 h6 i iframe
    ins kbd li mark math object ol p pre q s samp script small span strike strong style sub sup svg
    tt u ul var
    """.split()  # noqa: SIM905
)
_HIDDEN = re.compile(r"<(script|style)\b[^<]*</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
# Marks of a CDATA section that was escaped as if it were text.
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_PAIR = re.compile(
    rf"<({_ELEMENTS})(?:\s[^<>]*)?>((?:[^<]|<(?!/?\1[\s/>]))*)</\1\s*>", re.IGNORECASE
)
_MARKUP = re.compile(
    rf"<(?:br|wbr|hr)\s*/?>|<(?:{_ELEMENTS}|br|hr|img|wbr)\s[^<>]*=[^<>]*>", re.IGNORECASE
)
# A tag without a partner in declared HTML, except behind a name: `List<Object>`.
_UNPAIRED = re.compile(rf"(?<!\w)</?(?:{_ELEMENTS}|img)\s*/?>", re.IGNORECASE)
_MAX_DEPTH = 10


def plain_title(written: str, declared: str = "", limit: int = 300) -> str:
    """Return the `written` title or name as one line of text of at most `limit` characters.

    `declared` is its type by RFC 4287 section 3.1: `html`, `text`, or empty when it is not
    declared. Declared text has no markup and no character references.
    """
    text = written[:_MAX_WRITTEN]
    if declared == "text" or ("<" not in text and "&" not in text):
        return clean_line(_without_pairs(text), limit)
    if "<" in text:
        text = _MARKUP.sub("", _without_pairs(_HIDDEN.sub("", _CDATA.sub("", clean(text)))))
        text = _UNPAIRED.sub("", text) if declared == "html" else text
    return clean_line(unescape(text), limit)


def _without_pairs(text: str) -> str:
    for _ in range(_MAX_DEPTH):
        if "</" not in text:
            break
        text, pairs = _PAIR.subn(r"\2", text)
        if not pairs:
            break
    return text
