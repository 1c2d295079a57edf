"""An HTML page read as an article: one tree, its main text and its metadata."""

from __future__ import annotations

from trafilatura import bare_extraction

from crawler import text as texts
from crawler.extract.contract import Page, failure
from crawler.extract.tree import TooComplex, parse
from crawler.model import Article, Failure, Outcome


def read(page: Page) -> Article | Failure:
    """The article of an HTML page."""
    try:
        root = parse(page.body, page.content_type)
    except TooComplex as error:
        return failure(page, Outcome.TOO_LARGE, str(error))
    found = bare_extraction(root, fast=True, include_comments=False)
    text = texts.clean_block(getattr(found, "text", ""))
    title = texts.clean_line(root.findtext(".//title"))
    return Article(url=page.url, title=title, text=text, word_count=texts.words(text), extractor="trafilatura")
