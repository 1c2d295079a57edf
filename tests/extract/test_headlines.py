"""The title of a page: its visible headline, else the declared title without the site name."""

from __future__ import annotations

import json

import pytest

from tests.extract.made import TITLE, made, source


def og(title: str) -> str:
    return f"<meta property='og:title' content='{title}'>"


def test_heading_above_text_is_preferred_to_heading_below() -> None:
    shown = "Quorum war: people of the small cluster ask for more votes"
    article = made(
        above=f"<h2>{shown}</h2>",
        head=og("People join the quorum war"),
        below="<h1>People join the quorum war</h1>",
    )
    assert (article.title, source(article, "title")) == (shown, "heading")


def test_headline_may_match_any_declared_title() -> None:
    described = (
        f"<script "
        f"type='application"
        f"/ld+json'>{json.dumps({'@type': 'Article', 'headline': 'A list article of the wiki'})}<"
        f"/script>"
    )
    assert made(above=f"<h1>{TITLE}</h1>", head=described, title=f"{TITLE} - Wiki").title == TITLE


def test_matching_h1_is_preferred_to_subtitle() -> None:
    above = f"<h1>On quorums in Dessau and people</h1><h2>{TITLE}</h2>"
    assert (
        made(above=above, head=og(TITLE), title="On quorums in Dessau and people | MZ").title
        == "On quorums in Dessau and people"
    )


def test_book_chapter_gets_title_from_its_h1() -> None:
    above = "<h1>Monitoring a large cluster</h1>"
    assert made(above=above, title="Reliable Sites").title == "Monitoring a large cluster"
    assert (
        made(above=above, title="Reliable Sites", head=og("How we watch machines")).title
        == "How we watch machines"
    )


def test_logo_link_to_front_page_is_not_the_headline() -> None:
    above = (
        "<div><a href='/'><img src='logo.png'></a></div><h1>Two quorums charged with losing votes "
        "in spring</h1>"
    )
    assert (
        made(above=above, head=og("Quorums charged over lost votes")).title
        == "Two quorums charged with losing votes in spring"
    )


@pytest.mark.parametrize(
    ("title", "url", "expected"),
    [
        (f"{TITLE} - Twin Towns", "https://www.twintowns.example/a", TITLE),
        (f"{TITLE} | News | twintowns.example", "https://twintowns.example/a", TITLE),
        (f"Twin Towns: {TITLE}", "https://twintowns.example/a", f"Twin Towns: {TITLE}"),
        (f"{TITLE} | Storage", "https://twintowns.example/a", f"{TITLE} | Storage"),
        ("Twin Towns | News", "https://twintowns.example/a", "Twin Towns | News"),
    ],
)
def test_site_name_is_stripped_from_title(title: str, url: str, expected: str) -> None:
    assert made(title=title, url=url).title == expected
