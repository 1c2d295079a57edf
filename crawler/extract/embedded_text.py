"""The main text of a page whose scripts contain its text as JSON."""

from __future__ import annotations

from dataclasses import replace

from lxml.etree import strip_elements
from lxml.html import HtmlElement

from crawler.extract.block_rendering import render_text
from crawler.extract.embedded_json import embedded_markup
from crawler.extract.heading_markup import HEADINGS
from crawler.extract.main_text import MAX_HEADINGS, MainText, block_links
from crawler.extract.page_input import PageInput
from crawler.extract.parse_html import TEXTLESS_TAGS, PageTooComplexError, parse_html
from crawler.extract.text_blocks import split_blocks
from crawler.text_cleaning import clean_line, count_words

EMBEDDED_SOURCE = "embedded-json"
# Visible text of a part of this length is a teaser of the text in the script.
_MUCH_LONGER = 2


def embedded_main_text(page: PageInput, title: str, main: MainText, base: str) -> MainText | None:
    """Return the main text that the scripts of a `page` contain, or None if they have no text.

    It must be much longer than the visible text `main`. `title` is the title of the page, and
    relative links are resolved against the URL `base`.
    """
    if b"<script" not in page.body.lower():
        return None
    scripts = [
        (script.get("type", "").lower(), script.text or "")
        for script in parse_html(page.body, page.content_type).iter("script")
    ]
    markup = embedded_markup(scripts, title)
    root = _parsed(markup) if markup else None
    if root is None:
        return None

    strip_elements(root, *TEXTLESS_TAGS, with_tail=False)
    blocks = split_blocks(root)
    text = render_text(blocks)
    if count_words(text) <= _MUCH_LONGER * count_words(main.text):
        return None
    headings = (clean_line(block.text) for block in blocks if block.container.tag in HEADINGS)
    return replace(
        main,
        text=text,
        headings=tuple(headings)[:MAX_HEADINGS],
        links=block_links(blocks, base),
        extractor=EMBEDDED_SOURCE,
    )


def _parsed(markup: str) -> HtmlElement | None:
    page = f"<!doctype html><html><body>{markup}</body></html>"
    try:
        return parse_html(page.encode("utf-8", "replace"), "text/html; charset=utf-8")
    except (PageTooComplexError, ValueError):
        return None
