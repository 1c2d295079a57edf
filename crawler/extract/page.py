"""The door of the room: the bytes of one page in, an `Article` or a `Failure` out. CPU only, no I/O, picklable."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.extract import kinds
from crawler.extract.contract import Page, Reader, failure
from crawler.model import Article, Failure, Outcome

__all__ = ["MAX_BYTES", "Page", "read_page"]

MAX_BYTES = 5 * 1024 * 1024


def read_page(page: Page) -> Article | Failure:
    """Read one page. Never raises for what a page contains: whatever a parser throws becomes a Failure of stage `extract`."""
    if len(page.body) > MAX_BYTES:
        return failure(page, Outcome.TOO_LARGE, f"The page has {len(page.body):,} bytes; the limit is {MAX_BYTES:,}.")
    if not page.body.strip():
        return failure(page, Outcome.EMPTY, "The page has no content.")
    kind = kinds.kind_of(page.body, page.content_type)
    reader = _readers().get(kind)
    if reader is None:
        return failure(page, Outcome.UNSUPPORTED, f"A page of kind {kind} is kept as a link only.")
    try:
        return reader(page)
    except Exception as error:  # whatever a parser throws at hostile input is a fact about that input
        return failure(page, Outcome.BAD_CONTENT, f"The {kind} could not be read: {type(error).__name__}: {error}"[:300])


def _readers() -> Mapping[str, Reader]:
    """The reader of each kind; loaded when first needed, because this module must be quick to import."""
    from crawler.extract import html, pdf, plain

    return {"html": html.read, "json": plain.read_oembed, "pdf": pdf.read, "text": plain.read_text}
