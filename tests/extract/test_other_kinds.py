"""PDF, plain text and oEmbed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from crawler.extract.extract_page import PageInput, extract_page
from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome

LINES = (
    "Leases Without Clocks",
    "Ada Brook and Grace Lin",
    "Abstract",
    "We describe leases that hold although no two clocks agree, and measure what they cost in "
    "messages.",
    "1 Introduction",
    "A lease is a lock that lets go by itself. Most of them rely on clocks that drift apart.",
)


def pdf(
    lines: tuple[str, ...],
    info: str = (
        "/Title (Leases Without Clocks) /Author (Ada Brook, Grace Lin) "
        "/CreationDate (D:20240305120000Z)"
    ),
) -> bytes:
    """A whole PDF 1.4 file of one page with these lines."""
    drawn = "BT /F1 11 Tf 50 750 Td 14 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << "
        "/Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< {info} >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = "trailer << /Size 7 /Root 1 0 R /Info 6 0 R >>"
    end = f"{trailer}\nstartxref\n{len(body)}\n%%EOF"
    return f"{body}xref\n0 7\n0000000000 65535 f \n{table}{end}".encode()


def read(body: bytes, content_type: str = "") -> Article | Failure:
    return extract_page(
        PageInput(
            "https://papers.example/leases",
            body,
            content_type,
            fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )


def test_pdf_gives_title_authors_abstract_and_text() -> None:
    article = read(pdf(LINES), "text/html")
    assert isinstance(article, Article)
    assert article.title == "Leases Without Clocks"
    assert article.authors == ("Ada Brook", "Grace Lin")
    assert article.published == datetime(2024, 3, 5, 12, tzinfo=UTC)
    assert article.description.startswith("We describe leases")
    assert "lets go by itself" in article.text
    assert article.media_type == "application/pdf"


def test_file_name_as_pdf_title_is_replaced_by_first_line() -> None:
    article = read(pdf(LINES, "/Title (Microsoft Word - final2.doc)"))
    assert isinstance(article, Article)
    assert article.title == "Leases Without Clocks"
    assert dict(article.field_sources)["title"] == "text"


def test_pdf_without_text_or_broken_gives_failure() -> None:
    empty, broken = read(pdf(())), read(pdf(LINES)[:200])
    assert isinstance(empty, Failure)
    assert empty.outcome is Outcome.EMPTY
    assert isinstance(broken, Failure)
    assert broken.outcome in (Outcome.BAD_CONTENT, Outcome.EMPTY)


def test_plain_text_keeps_line_breaks() -> None:
    article = read(
        b"\n\n   RFC 0000   A Protocol for Tea\n\n1. Introduction\n\n"
        b"   Tea is best\n   brewed twice.\n",
        "text/plain",
    )
    assert isinstance(article, Article)
    assert article.title == "RFC 0000 A Protocol for Tea"
    assert "   brewed twice." in article.text


def test_oembed_gives_title_and_author() -> None:
    said = {
        "version": "1.0",
        "type": "video",
        "title": "Clocks and other liars",
        "author_name": "Systems Evening",
        "provider_name": "YouTube",
    }
    article = read(json.dumps(said).encode(), "application/json")
    assert isinstance(article, Article)
    assert (article.title, article.authors, article.site_name) == (
        "Clocks and other liars",
        ("Systems Evening",),
        "YouTube",
    )
