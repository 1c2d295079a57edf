"""Comments and mentions that only the names of their elements show are not the article."""

from __future__ import annotations

import pytest

from crawler.extract.extract_page import PageInput, extract_page
from crawler.models.articles import Article
from tests.extract.made import PROSE, TITLE, made

NOTE = (
    "Our own votes were lost in the second winter, and nobody could tell one leader from another."
)


def note(attributes: str, day: str = "<time datetime='2025-02-01'>1 February 2025</time>") -> str:
    """Return one comment in an element with these attributes."""
    return f"<div {attributes}><b>Tom Ley</b> {day}<p>{NOTE}</p></div>"


@pytest.mark.parametrize(
    "comments",
    [
        f"<section id='webmentions'><h2>Webmentions</h2>{note('') * 2}</section>",
        f"<div class='mentions'><h2>Mentions</h2>{note('') * 2}</div>",
        note("class='h-cite'") * 2,
        note("class='u-comment h-cite'") * 2,
        note("class='mastodon-comment'") * 2,
        note("itemprop='comment' itemscope itemtype='https://schema.org/Comment'") * 2,
        f"<ol class='pinglist'>{note('') * 2}</ol>",
    ],
)
def test_comments_give_neither_text_nor_date_nor_author(comments: str) -> None:
    body = f"<h1>{TITLE}</h1><article>{PROSE * 2}{comments}</article>"
    article = made(above=body)
    assert NOTE not in article.text
    assert (article.published, article.authors) == (None, ())


def test_page_of_comments_alone_is_read() -> None:
    body = f"<html><body><h1>{TITLE}</h1>{note('class=u-comment') * 3}</body></html>"
    page = extract_page(PageInput("https://x.example/a", body.encode()))
    assert isinstance(page, Article)
    assert NOTE in page.text
