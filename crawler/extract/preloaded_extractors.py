"""Import every extractor, and compile the phrases that the first page needs.

The server of child processes imports this module once. Each child would otherwise do so again.
"""

from __future__ import annotations

from crawler.extract import html_article, pdf_article, plain_text_and_oembed
from crawler.extract.non_article_phrases import compile_phrases

__all__ = ["html_article", "pdf_article", "plain_text_and_oembed"]

compile_phrases()
