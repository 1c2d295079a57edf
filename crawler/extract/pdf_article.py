"""Extraction of an article from the first pages of a PDF."""

from __future__ import annotations

import io
import logging
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.extract.author_names import parse_names
from crawler.extract.language_detection import detect_language
from crawler.extract.page_input import PageInput, content_hash, extraction_failure
from crawler.extract.pdf_text import join_pages
from crawler.extract.pdf_title import find_pdf_title, first_line
from crawler.models.articles import Article, Directives
from crawler.models.outcomes import Failure, Outcome
from crawler.text_cleaning import clean_line, count_words
from crawler.utc_times import plausible_date

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_PAGES = 60
MAX_TEXT = 400_000
_ABSTRACT = re.compile(
    r"\babstract\b\W{0,5}(.{80,3000}?)(?:\n\s*(?:1\.?|I\.?)?\s*introduction\b|\n\s*(?:keywords"
    r"|ccs concepts)\b|\n\n\n)",
    re.IGNORECASE | re.DOTALL,
)
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def extract_pdf(page: PageInput) -> Article | Failure:
    """Return the article of the PDF `page`, or a Failure if it is encrypted or has no text."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(page.body))
        if reader.is_encrypted and not reader.decrypt(""):
            return extraction_failure(page, Outcome.LOGIN_WALL, "The PDF is encrypted.")
        title, title_source = find_pdf_title(reader)
        text = join_pages(_page_texts(reader), title)[:MAX_TEXT]
    except (PyPdfError, OSError) as error:
        message = f"Cannot parse the PDF: {error}"[:300]
        return extraction_failure(page, Outcome.BAD_CONTENT, message)
    if not text:
        message = "The PDF contains no text. It may be a scan."
        return extraction_failure(page, Outcome.EMPTY, message)
    return _article(page, reader, text, (title or first_line(text), title_source))


def _article(
    page: PageInput, reader: PdfReader, text: str, sourced_title: tuple[str, str]
) -> Article:
    title, title_source = sourced_title
    authors = _authors(reader)
    published = _created(reader, page.fetched_at or datetime.now(UTC))
    language, _ = detect_language("", text)
    sources = [("title", title_source), ("text", "pypdf")]
    if authors:
        sources.append(("authors", "pdf"))
    if published:
        sources.append(("published", "pdf"))
    return Article(
        url=page.url,
        title=title,
        text=text,
        authors=authors,
        published=published,
        language=language,
        description=_abstract(text),
        content_hash=content_hash(text),
        word_count=count_words(text),
        media_type="application/pdf",
        directives=Directives(),
        field_sources=tuple(sources),
        extractor="hashtrail-pdf-1",
    )


def _authors(reader: PdfReader) -> tuple[str, ...]:
    author = str(reader.metadata.author or "") if reader.metadata else ""
    return parse_names([author])


def _page_texts(reader: PdfReader) -> list[str]:
    """Return the texts of the first pages, until they have enough characters."""
    texts: list[str] = []
    size = 0
    for pdf_page in reader.pages[:MAX_PAGES]:
        texts.append(pdf_page.extract_text() or "")
        size += len(texts[-1])
        if size > MAX_TEXT:
            break
    return texts


def _abstract(text: str) -> str:
    match = _ABSTRACT.search(text)
    return clean_line(match[1], 1500) if match else ""


def _created(reader: PdfReader, fetched_at: datetime) -> datetime | None:
    """Return the time at which the file was created, or None if it declares no plausible date."""
    try:
        return (
            plausible_date(reader.metadata.creation_date, fetched_at) if reader.metadata else None
        )
    except (ValueError, OverflowError):
        return None
