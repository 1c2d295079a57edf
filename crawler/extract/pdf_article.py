"""A PDF read as an article: title, authors, abstract and text, of its first pages."""

from __future__ import annotations

import io
import logging
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.extract.bylines import parse_names
from crawler.extract.language_detection import detect_language
from crawler.extract.page_input import PageInput, content_hash, extraction_failure
from crawler.models.articles import Article, Directives
from crawler.models.outcomes import Failure, Outcome
from crawler.text_cleaning import clean_block, clean_line, plausible_date, words

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_PAGES = 60
MAX_TEXT = 400_000
_HYPHEN = re.compile(r"(?<=[a-z])-\n(?=[a-z])")
_ABSTRACT = re.compile(
    r"\babstract\b\W{0,5}(.{80,3000}?)(?:\n\s*(?:1\.?|I\.?)?\s*introduction\b|\n\s*(?:keywords"
    r"|ccs concepts)\b|\n\n\n)",
    re.IGNORECASE | re.DOTALL,
)
_NO_TITLE = re.compile(
    r"^(?:untitled|microsoft word|powerpoint|slide 1|document\d*|.*\.(?:docx?|tex|dvi|pdf|indd"
    r"|pptx?))\b",
    re.IGNORECASE,
)
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def extract_pdf(page: PageInput) -> Article | Failure:
    """The article of a PDF; encrypted ones and those without text (scans) are Failures."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(page.body))
        if reader.is_encrypted and not reader.decrypt(""):
            return extraction_failure(page, Outcome.LOGIN_WALL, "The PDF is encrypted.")
        text = _text(reader)
    except (PyPdfError, OSError) as error:
        return extraction_failure(
            page, Outcome.BAD_CONTENT, f"The PDF could not be read: {error}"[:300]
        )
    if not text:
        return extraction_failure(page, Outcome.EMPTY, "The PDF has no text: it may be a scan.")
    return _article(page, reader, text)


def _article(page: PageInput, reader: PdfReader, text: str) -> Article:
    facts = reader.metadata
    stated = clean_line(str(facts.title or "")) if facts else ""
    title, title_source = (
        (stated, "pdf") if stated and not _NO_TITLE.match(stated) else (_first_line(text), "text")
    )
    authors = parse_names([str(facts.author or "")]) if facts else ()
    published = _created(reader, page.fetched_at or datetime.now(UTC))
    abstract = _ABSTRACT.search(text)
    code, _ = detect_language("", text)
    sources = {
        "title": title_source,
        "text": "pypdf",
        **({"authors": "pdf"} if authors else {}),
        **({"published": "pdf"} if published else {}),
    }
    return Article(
        url=page.url,
        title=title,
        text=text,
        authors=authors,
        published=published,
        language=code,
        description=clean_line(abstract[1], 1500) if abstract else "",
        content_hash=content_hash(text),
        word_count=words(text),
        media_type="application/pdf",
        directives=Directives(),
        field_sources=tuple(sources.items()),
        extractor="hashtrail-pdf-1",
    )


def _text(reader: PdfReader) -> str:
    parts: list[str] = []
    size = 0
    for sheet in reader.pages[:MAX_PAGES]:
        parts.append(sheet.extract_text() or "")
        size += len(parts[-1])
        if size > MAX_TEXT:
            break
    return clean_block(_HYPHEN.sub("", "\n\n".join(parts)))[:MAX_TEXT]


def _first_line(text: str) -> str:
    """The first line with at least three words; a line that ends in a preposition or comma goes on
    in the next.
    """
    lines = [line for line in text.split("\n")[:30] if len(line.split()) >= 3]
    return clean_line(lines[0] if lines else text.split("\n")[0], 200)


def _created(reader: PdfReader, fetched_at: datetime) -> datetime | None:
    """When the file was made, as it says itself; None when it says nothing that can be a date."""
    try:
        return (
            plausible_date(reader.metadata.creation_date, fetched_at) if reader.metadata else None
        )
    except (ValueError, OverflowError):
        return None
