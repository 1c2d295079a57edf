"""Authors: declared in many places, said by a byline in many ways, and never those who edited,
photographed or published.
"""

from __future__ import annotations

import json
import time

import pytest

from crawler.extract.bylines import parse_names
from tests.extract.made import TITLE, made, source

HEADING = f"<h1>{TITLE}</h1>"


def ld(**node: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'BlogPosting', **node})}</script>"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Ada Brook, Senior Editor", ("Ada Brook",)),
        ("Ada Brook, RD", ("Ada Brook",)),
        ("Ada Brook and Grace Lin For The Daily Quorum", ("Ada Brook", "Grace Lin")),
        ("Analysis by Ada Brook", ("Ada Brook",)),
        ("View all posts by Ada Brook", ("Ada Brook",)),
        ("Ada Brook og Grace Lin", ("Ada Brook", "Grace Lin")),
        ("Текст: Ада Брук", ("Ада Брук",)),
        ("Edited by Ada Brook", ()),
        ("Otto von Ahnen", ("Otto von Ahnen",)),
        ("A. B. Brook", ("A. B. Brook",)),
        ("Agencies", ()),
        ("Montag", ()),
    ],
)
def test_declared_names_are_without_roles_and_employers(
    line: str, expected: tuple[str, ...]
) -> None:
    assert parse_names([line]) == expected


@pytest.mark.parametrize(
    "line",
    [
        "<h4 class='author'>vom <a href='/x'>Quorumblogger</a></h4>",
        "<div>by</div><h3>Quorumblogger</h3><div>5 March 2024</div>",
        "<p>5 March 2024 - Quorumblogger (@quorum)</p>",
        "<p>5 March 2024 <a href='/author/q/'>Quorumblogger</a> <a href='/tag/x/'>paxos</a></p>",
        "<ul><li><span>Autor</span><br><a href='/x'>Quorumblogger</a></li></ul>",
        "<p>5 March 2024 par Quorumblogger</p>",
    ],
)
def test_a_nickname_is_an_author_where_the_page_says_so(line: str) -> None:
    article = made(above=HEADING + line)
    assert article.authors == ("Quorumblogger",)
    assert source(article, "authors") == "byline"


@pytest.mark.parametrize(
    "line",
    [
        "<p>Par <a>Ada Brook</a> et <a>Grace Lin</a> — 5 mars 2024 à 18:42</p>",
        "<p>5 March 2024 -<br>Ada Brook<br>(@ada)<br>Grace Lin<br>(@grace)</p>",
        "<div class='post-author'><div><div><h3>Ada Brook<br>Grace Lin<br>Follow</h3></div></div></div>",
    ],
)
def test_all_names_of_a_byline_are_read_however_they_are_set(line: str) -> None:
    assert made(above=HEADING + line).authors == ("Ada Brook", "Grace Lin")


@pytest.mark.parametrize(
    "line",
    [
        "<p>The move came after an invitation by the Quorum Police.</p>",
        "<p>A drawing of the old cluster as imagined by Ada Brook</p>",
        "<p>Photo by Ada Brook</p>",
        "<blockquote><p>— The Quorum Senate (@quorum) March 5, 2024</p></blockquote>",
        "<p>Someone in a show of 05.03.2024 über Kühe</p>",
        "<div>5 March 2024 / Storage / Top Quorum News</div>",
        "<p>Letter vom 14. Oktober 2021<br>PDF, 38 KB</p>",
        "<pre>42|Ada Brook|2024-03-05 10:00</pre>",
        "<figure><figcaption>Ada Brook/Quorum Images, 5 March 2024</figcaption></figure>",
    ],
)
def test_a_name_in_passing_is_no_author(line: str) -> None:
    assert made(above=HEADING + line).authors == ()


def test_a_title_that_holds_a_by_is_no_byline() -> None:
    title = "Auf den Spuren von Ada Brook"
    assert made(above=f"<h3>{title}</h3>", title=title).authors == ()


def test_the_fuller_of_two_declarations_holds() -> None:
    article = made(
        above=HEADING,
        head=ld(author={"name": "Ada Brook"})
        + "<meta name='author' content='Ada Brook, Grace Lin'>",
    )
    assert (article.authors, source(article, "authors")) == (("Ada Brook", "Grace Lin"), "meta")


def test_a_first_name_gives_way_to_the_whole_one() -> None:
    assert made(
        above=HEADING, head=ld(author={"name": "Ada"}) + "<meta name='author' content='Ada Brook'>"
    ).authors == ("Ada Brook",)


def test_a_first_name_is_completed_by_the_byline() -> None:
    article = made(above=f"{HEADING}<p>By</p><p>Ada Brook</p>", head=ld(author={"name": "Ada"}))
    assert (article.authors, source(article, "authors")) == (("Ada Brook",), "byline")


def test_the_account_that_published_gives_way_to_who_is_named_by_the_headline() -> None:
    head = ld(author={"name": "Desk Account"}) + "<meta name='parsely-author' content='Ada Brook'>"
    article = made(above=f"{HEADING}<p>By Ada Brook</p>", head=head)
    assert (article.authors, source(article, "authors")) == (("Ada Brook",), "meta")
    assert made(above=HEADING, head=head).authors == ("Desk Account",)


def test_the_name_of_the_site_is_an_author_where_there_is_no_other() -> None:
    head = (
        "<meta property='og:site_name' content='Ada Brook'><meta name='author' content='Ada Brook'>"
    )
    assert made(above=HEADING, head=head).authors == ("Ada Brook",)
    assert made(above=f"{HEADING}<p>By Grace Lin</p>", head=head).authors == ("Grace Lin",)


def test_a_card_names_an_author_only_when_its_label_says_so() -> None:
    card = "<meta name='twitter:label1' content='{}'><meta name='twitter:data1' content='{}'>"
    assert made(above=HEADING, head=card.format("Written by", "Ada Brook")).authors == (
        "Ada Brook",
    )
    assert made(above=HEADING, head=card.format("Est. reading time", "4 minutes")).authors == ()


def test_a_work_that_is_no_article_may_name_its_author() -> None:
    head = ld(**{"@type": "CreativeWorkSeries", "headline": TITLE, "author": {"name": "Ada Brook"}})
    assert made(above=HEADING, head=head).authors == ("Ada Brook",)


def test_a_page_of_authors_is_read_in_time() -> None:
    start = time.process_time()
    head = "".join(
        f"<meta name='author' content='{'by ' * 300}N{number}'>" for number in range(3_000)
    )
    made(
        above=HEADING
        + "".join(f"<a rel='author'>By A{number} B, C & D</a>" for number in range(5_000)),
        head=head,
    )
    assert time.process_time() - start < 8
