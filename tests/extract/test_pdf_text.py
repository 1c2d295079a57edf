"""The text and the title of a PDF: divided words, ligatures, running lines, the largest text."""

from __future__ import annotations

import pytest

from crawler.extract.extract_page import PageInput, extract_page
from crawler.extract.hyphenation import join_divided_words
from crawler.extract.pdf_text import join_pages
from crawler.models.articles import Article
from tests.extract.made import SEEN

Line = tuple[str, int]


def pdf(pages: list[list[Line]], info: str = "") -> bytes:
    """Return a PDF 1.4 file with these lines and font sizes on each page."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for index, lines in enumerate(pages):
        drawn = "".join(
            f"BT /F1 {size} Tf 50 {760 - 20 * row} Td ({text}) Tj ET\n"
            for row, (text, size) in enumerate(lines)
        )
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            f"/Contents {5 + 2 * index} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}endstream")
    objects.append(f"<< {info} >>")
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"trailer << /Size {size} /Root 1 0 R /Info {len(objects)} 0 R >>"
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}\n"
        f"startxref\n{len(body)}\n%%EOF"
    ).encode()


def read(pages: list[list[Line]], info: str = "") -> Article:
    article = extract_page(PageInput("https://x.example/a.pdf", pdf(pages, info), fetched_at=SEEN))
    assert isinstance(article, Article)
    return article


BODY: list[Line] = [
    ("A lease is a lock that lets go by itself after some time.", 10),
    ("Most of them rely on clocks that drift apart in the night.", 10),
]


@pytest.mark.parametrize(
    ("divided", "joined"),
    [
        ("a repli-\ncated log", "a replicated log"),
        ("the con­\nsensus of con­sensus", "the consensus of consensus"),
        ("a leader elec‐\ntion", "a leader election"),
        ("a crash-\ntolerant store", "a crash-tolerant store"),
        ("client-\nserver and peer-\nto-peer", "client-server and peer-to-peer"),
        ("end-to-\nend checks", "end-to-end checks"),
        ("short-\nand long-term", "short- and long-term"),
        ("the Bernoulli-\nGauss model", "the Bernoulli-Gauss model"),
        ("in 2023-\n2024 and x-\n86", "in 2023-2024 and x-86"),
        ("a work-\nload; the workload", "a workload; the workload"),
        ("a lock-\nstep; a lock-step mode", "a lock-step; a lock-step mode"),
        ("a green tree and a green-\ntree index", "a green tree and a green-tree index"),
        ("Der Konfigu-\nrationsdienst", "Der Konfigurationsdienst"),
        ("a dash -\nnot a hyphen", "a dash -\nnot a hyphen"),
        ("high-\nlights", "highlights"),
        ("a key-\nvalue store in-\nmemory", "a key-value store in-memory"),
        ("real-\ntime, two-\nphase", "real-time, two-phase"),
        ("an in-\ndependent ob-\nserver", "an independent observer"),
        ("event-\nually, a stat-\nement", "eventually, a statement"),
        ("a Raft-\nlike log", "a Raft-like log"),
        ("a lock-\nfree list", "a lock-free list"),
    ],
)
def test_divided_word_is_joined_and_compound_keeps_its_hyphen(divided: str, joined: str) -> None:
    assert join_divided_words(divided) == joined


def test_ligatures_become_letters_and_superscripts_stay() -> None:
    assert join_pages(["A ﬁle of oﬃces, ﬂat ﬀ, x² + 10⁹ ½ ™"]) == (
        "A file of offices, flat ff, x² + 10⁹ ½ ™"
    )


def test_running_lines_and_page_numbers_are_dropped() -> None:
    pages = [
        f"Lagoon Review 7 ({number})\nvided line of chapter {word}.\n"
        f"The last words are di-\n{number}"
        for number, word in enumerate(("one", "two"), 13)
    ]
    first = "Lagoon Review 7 (12)\nThe text begins and is di-\n12"
    assert join_pages([first, *pages, "vided sentence.\n15"]) == (
        "The text begins and is divided line of chapter one.\n"
        "The last words are divided line of chapter two.\nThe last words are divided sentence."
    )


@pytest.mark.parametrize("number", ["Page 3 of 9", "Seite 4", "- 5 -", "iv"])
def test_labelled_page_number_is_dropped(number: str) -> None:
    assert join_pages(["First words here.", f"Other words there.\n{number}"]) == (
        "First words here.\n\nOther words there."
    )


def test_number_that_is_not_of_the_page_stays() -> None:
    assert join_pages(["The answer is\n42", "The question is\n17"]) == (
        "The answer is\n42\n\nThe question is\n17"
    )


def test_first_page_keeps_its_title_that_runs_on_other_pages() -> None:
    pages = [f"Leases Without Clocks\nPart {word} of it" for word in ("one", "two", "three")]
    assert join_pages(pages, "Leases Without Clocks").startswith("Leases Without Clocks\nPart one")
    assert join_pages(pages, "Leases Without Clocks").count("Leases") == 1


def test_largest_text_is_the_title() -> None:
    head: list[Line] = [
        ("Proceedings of the Lagoon Symposium", 8),
        ("Leases Without", 20),
        ("Synchronized Clocks", 20),
        ("Ada Brook", 12),
    ]
    article = read([head + BODY], "/Title (final_v2.docx)")
    assert article.title == "Leases Without Synchronized Clocks"
    assert dict(article.field_sources)["title"] == "text"


def test_name_of_the_proceedings_is_not_the_title() -> None:
    header: Line = ("Proceedings of the Lagoon Symposium 2024", 10)
    assert read([[header, ("Leases without any clocks", 10), *BODY]]).title == (
        "Leases without any clocks"
    )


def test_declared_title_is_used() -> None:
    article = read([[("A large heading of a chapter", 20), *BODY]], "/Title (On Old Leases)")
    assert (article.title, dict(article.field_sources)["title"]) == ("On Old Leases", "pdf")


def test_alternating_headers_are_dropped() -> None:
    title: Line = ("Leases Without Clocks", 20)
    pages = [[title, *BODY]]
    for number, word in enumerate(("second", "third", "fourth", "fifth"), 2):
        header = ("A. Brook, G. Lin", 8) if number % 2 else ("Leases Without Clocks", 8)
        pages.append([header, (f"The {word} page has this line.", 10), (str(number), 8)])
    text = read(pages).text
    assert text.startswith("Leases Without Clocks\nA lease")
    assert text.endswith("\n\nThe fourth page has this line.\n\nThe fifth page has this line.")
    assert "Brook" not in text


@pytest.mark.parametrize("declared", ["Lagoon Review Template", "leases_final", "PowerPoint deck"])
def test_title_of_a_program_or_template_is_not_used(declared: str) -> None:
    title = read([[("Leases Without Clocks", 20), *BODY]], f"/Title ({declared})").title
    assert title == "Leases Without Clocks"
