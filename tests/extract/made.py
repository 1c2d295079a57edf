"""Small HTML pages for the tests of metadata: a head, a byline and a text of normal length."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.extract.extract_page import PageInput, extract_page
from crawler.models.articles import Article

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
PROSE = (
    "<p>"
    + "A sentence about quorums that goes on for a while, so that it is read as prose. " * 4
    + "</p>"
)
TITLE = "On quorums and people"


def made(
    above: str = "",
    head: str = "",
    below: str = "",
    title: str = TITLE,
    url: str = "https://x.example/a",
    lang: str = "en",
) -> Article:
    """The article of a page with this between its start and its prose, this in its head, and this
    after its prose.
    """
    body = (
        f"<html lang='{lang}'><head><title>{title}</title>{head}</head><body>{above}{PROSE * 3}"
        f"{below}</body></html>"
    )
    article = extract_page(PageInput(url, body.encode(), fetched_at=SEEN))
    assert isinstance(article, Article)
    return article


def source(article: Article, field: str) -> str | None:
    """Where a field was found."""
    return dict(article.field_sources).get(field)
