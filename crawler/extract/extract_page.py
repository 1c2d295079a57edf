"""Extraction of one page: its bytes in, an `Article` or a `Failure` out.

CPU only, no I/O, picklable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crawler.extract import media_types
from crawler.extract.page_input import MAX_BYTES, PageExtractor, PageInput, extraction_failure
from crawler.extract.robots_directives import parse_directives
from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome
from crawler.strictest_directives import narrowest

__all__ = ["MAX_BYTES", "PageInput", "extract_page"]


def extract_page(page: PageInput) -> Article | Failure:
    """Read one page.

    Never raises for what a page contains: whatever a parser throws becomes a Failure of stage
    `extract`.
    """
    if len(page.body) > page.max_bytes:
        message = f"The page has {len(page.body):,} bytes; the limit is {page.max_bytes:,}."
        return extraction_failure(page, Outcome.TOO_LARGE, message)
    if not page.body.strip():
        return extraction_failure(page, Outcome.EMPTY, "The page has no content.")
    kind = media_types.sniff_media_type(page.body, page.content_type)
    reader = _extractors().get(kind)
    if reader is None:
        return extraction_failure(
            page, Outcome.UNSUPPORTED, f"A page of kind {kind} is kept as a link only."
        )
    try:
        result = reader(page)
    except (
        Exception
    ) as error:  # whatever a parser throws at hostile input is a fact about that input
        return extraction_failure(
            page,
            Outcome.BAD_CONTENT,
            f"The {kind} could not be read: {type(error).__name__}: {error}"[:300],
        )
    if isinstance(result, Failure):
        return result
    # Headers are read here, so that a reader of PDF or plain text cannot forget them.
    stated = parse_directives({}, page.headers, page.fetched_at)
    return replace(result, directives=narrowest(result.directives, stated))


def _extractors() -> Mapping[str, PageExtractor]:
    """The reader of each kind; loaded when first needed, because this module must be quick to
    import.
    """
    from crawler.extract import html_article, pdf_article, plain_text_article

    return {
        "html": html_article.extract_html,
        "json": plain_text_article.extract_oembed,
        "pdf": pdf_article.extract_pdf,
        "text": plain_text_article.extract_plain_text,
    }
