"""Extraction of one page: its bytes in, an `Article` or a `Failure` out.

CPU only, no I/O; arguments and results can be pickled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crawler.extract import media_types
from crawler.extract.page_input import MAX_BYTES, PageExtractor, PageInput, extraction_failure
from crawler.extract.robots_directives import parse_directives
from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome
from crawler.strictest_directives import strictest_directives

__all__ = ["MAX_BYTES", "PageInput", "extract_page"]


def extract_page(page: PageInput) -> Article | Failure:
    """Return the article of a `page`, or a Failure of the stage `extract`.

    It never raises: an error of a parser becomes a Failure.
    """
    if len(page.body) > page.max_bytes:
        message = f"The page has {len(page.body):,} bytes; the limit is {page.max_bytes:,}."
        return extraction_failure(page, Outcome.TOO_LARGE, message)
    if not page.body.strip():
        return extraction_failure(page, Outcome.EMPTY, "The page has no content.")

    result = _extract_by_media_type(page)
    if isinstance(result, Failure):
        return result
    if not result.text.strip():
        return extraction_failure(page, Outcome.EMPTY, "The page has no text.")
    # The directives of headers apply to every media type.
    stated = parse_directives({}, page.headers, page.fetched_at)
    return replace(result, directives=strictest_directives(result.directives, stated))


def _extract_by_media_type(page: PageInput) -> Article | Failure:
    media_type = media_types.sniff_media_type(page.body, page.content_type)
    extractor = _extractors().get(media_type)
    if extractor is None:
        message = f"Files of type {media_type} have no text. Only the link is stored."
        return extraction_failure(page, Outcome.UNSUPPORTED, message)
    try:
        return extractor(page)
    except Exception as error:  # parsers raise all kinds of errors for hostile input
        message = f"Cannot parse the {media_type}: {type(error).__name__}: {error}"[:300]
        return extraction_failure(page, Outcome.BAD_CONTENT, message)


def _extractors() -> Mapping[str, PageExtractor]:
    """Return the extractor of each media type; imported here to keep this module fast to import."""
    from crawler.extract import html_article, pdf_article, plain_text_and_oembed

    return {
        "html": html_article.extract_html,
        "json": plain_text_and_oembed.extract_oembed,
        "pdf": pdf_article.extract_pdf,
        "text": plain_text_and_oembed.extract_plain_text,
    }
