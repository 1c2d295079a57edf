"""Synthetic pages in the layout of common platforms, compared with expected.toml."""

from __future__ import annotations

import pickle
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.extract.extract_page import PageInput, extract_page
from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome
from tests.extract.made import made

PAGES = Path(__file__).parent / "pages"
EXPECTED = tomllib.loads((PAGES / "expected.toml").read_text(encoding="utf-8"))
SEEN = datetime(2026, 1, 1, tzinfo=UTC)


def read(name: str) -> Article:
    result = extract_page(
        PageInput(
            EXPECTED[name]["url"],
            (PAGES / f"{name}.html").read_bytes(),
            "text/html; charset=utf-8",
            fetched_at=SEEN,
        )
    )
    assert isinstance(result, Article), result
    return result


@pytest.mark.parametrize("name", EXPECTED)
def test_page_text_is_only_its_article(name: str) -> None:
    text = read(name).text
    assert [passage for passage in EXPECTED[name]["wanted"] if passage not in text] == []
    assert [passage for passage in EXPECTED[name]["unwanted"] if passage in text] == []


@pytest.mark.parametrize("name", EXPECTED)
def test_page_gives_title_authors_date_and_site_with_sources(name: str) -> None:
    article, expected = read(name), EXPECTED[name]
    assert article.title == expected["title"]
    assert list(article.authors) == expected.get("authors", [])
    assert (article.published.date().isoformat() if article.published else "") == expected.get(
        "published", ""
    )
    assert article.site_name == expected.get("site_name", article.site_name)
    assert article.language == expected.get("language", "en")
    assert {
        field for field in ("title", "authors", "published", "site_name") if getattr(article, field)
    } <= dict(article.field_sources).keys()


def test_code_is_fenced_with_indentation() -> None:
    text = read("substack").text
    assert (
        "```\ndef write(key, value, token):\n    if token < self.highest:\n        raise "
        "Stale(token)\n" in text
    )


def test_article_has_headings_links_and_word_count() -> None:
    article = read("devto")
    assert article.headings == ("1. Bound the queue", "2. Shed by age, not by arrival")
    assert [link.url for link in article.links] == ["https://papers.example.org/admission.pdf"]
    assert article.word_count > 150
    assert article.canonical == EXPECTED["devto"]["url"]
    assert "architecture" in article.keywords


def test_repository_has_topics_and_licence() -> None:
    article = read("github")
    assert article.keywords == ("gossip-protocol", "distributed-systems")
    assert article.description == "Membership and failure detection for small clusters"


def test_extraction_is_deterministic_and_picklable() -> None:
    assert read("ghost") == pickle.loads(pickle.dumps(read("ghost")))
    assert pickle.loads(pickle.dumps(extract_page)) is extract_page


def test_copy_at_another_url_has_same_content_hash() -> None:
    body = (PAGES / "blog.html").read_bytes()
    copies = [
        extract_page(PageInput(url, spaced))
        for url, spaced in (
            ("https://a.example/", body),
            ("https://b.example/x", body.replace(b". ", b".\n\n")),
        )
    ]
    assert len({copy.content_hash for copy in copies if isinstance(copy, Article)}) == 1


def test_script_page_uses_declared_article_body() -> None:
    body = "A quorum is a promise. " * 30
    declared = (
        '<script type="application/ld+json">'
        f'{{"@type": "NewsArticle", "articleBody": "{body}"}}</script>'
    )
    shell = made(head=declared).text
    assert shell.count("A quorum is a promise.") == 0
    html = f"<html><head>{declared}</head><body><p>One moment, the article comes.</p></body></html>"
    empty = extract_page(PageInput("https://x.example/a", html.encode()))
    assert isinstance(empty, Article)
    assert empty.text.count("A quorum is a promise.") == 30
    assert dict(empty.field_sources)["text"] == "json-ld"


def test_formula_appears_once_as_text() -> None:
    tex = '<annotation encoding="application/x-tex">a \\ne 0</annotation>'
    formula = (
        f"<math><semantics><mrow><mi>a</mi><mo>≠</mo><mn>0</mn></mrow>{tex}</semantics><"
        f"/math><span aria-hidden='true'>a≠0</span>"
    )
    assert (
        "When a≠0, a quorum holds"
        in made(
            f"<p>When {formula}, a quorum holds, and this sentence goes on to say why that is "
            f"so.</p>"
        ).text
    )


@pytest.mark.parametrize("path", ["features/queues", "customer-stories/lagoon", "sponsors/ada"])
def test_page_of_github_outside_repositories_is_read_like_others(path: str) -> None:
    article = made("<h1>On quorums and people</h1>", url=f"https://github.com/{path}")
    assert "A sentence about quorums" in article.text
    assert article.title == "On quorums and people"


def test_repository_page_without_readme_and_description_keeps_its_text() -> None:
    assert made(url="https://github.com/lagoon/quorum").text


def test_page_without_text_is_empty() -> None:
    page = PageInput("https://vimeo.com/12", b"<html><head><title>A talk</title></head></html>")
    result = extract_page(page)
    assert isinstance(result, Failure)
    assert result.outcome is Outcome.EMPTY
