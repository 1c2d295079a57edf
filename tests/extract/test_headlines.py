"""The title of a page: the heading that readers see above the text, in preference to what is
declared, without the name of the site.
"""

from __future__ import annotations

import json
import time

import pytest

from tests.extract.made import TITLE, made, source


def og(title: str) -> str:
    return f"<meta property='og:title' content='{title}'>"


def test_a_heading_above_the_text_is_surer_than_one_far_below() -> None:
    shown = "Quorum war: people of the small cluster ask for more votes"
    article = made(
        above=f"<h2>{shown}</h2>",
        head=og("People join the quorum war"),
        below="<h1>People join the quorum war</h1>",
    )
    assert (article.title, source(article, "title")) == (shown, "heading")


def test_any_declared_title_can_confirm_the_headline() -> None:
    described = f"<script type='application/ld+json'>{json.dumps({'@type': 'Article', 'headline': 'A list article of the wiki'})}</script>"
    assert made(above=f"<h1>{TITLE}</h1>", head=described, title=f"{TITLE} - Wiki").title == TITLE


def test_an_h1_that_is_confirmed_is_surer_than_the_line_under_it() -> None:
    above = f"<h1>On quorums in Dessau and people</h1><h2>{TITLE}</h2>"
    assert (
        made(above=above, head=og(TITLE), title="On quorums in Dessau and people | MZ").title
        == "On quorums in Dessau and people"
    )


def test_a_chapter_of_a_book_is_titled_by_its_own_heading() -> None:
    above = "<h1>Monitoring a large cluster</h1>"
    assert made(above=above, title="Reliable Sites").title == "Monitoring a large cluster"
    assert (
        made(above=above, title="Reliable Sites", head=og("How we watch machines")).title
        == "How we watch machines"
    )


def test_an_image_that_leads_home_does_not_make_the_headline_the_name_of_the_site() -> None:
    above = "<div><a href='/'><img src='logo.png'></a></div><h1>Two quorums charged with losing votes in spring</h1>"
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
def test_the_site_is_taken_off_the_ends_of_a_title(title: str, url: str, expected: str) -> None:
    assert made(title=title, url=url).title == expected


def test_thousands_of_titles_and_headings_are_compared_in_time() -> None:
    start = time.process_time()
    head = "".join(og(f"Title number {number} of very many") for number in range(5_000))
    made(
        above="".join(f"<h1>Heading number {number} of many</h1>" for number in range(5_000)),
        head=head,
    )
    assert time.process_time() - start < 8
