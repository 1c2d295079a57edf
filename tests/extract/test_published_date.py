"""The day of a page: written in many ways, found in many places, and the one that readers see when
they disagree.
"""

from __future__ import annotations

import time

import pytest

from crawler.extract.date_parsing import (
    MONTHS,
    WEEKDAYS,
    date_in_url,
    find_dates,
    parse_date,
    writes_month_first,
)
from tests.extract.made import SEEN, TITLE, made, source

HEADING = f"<h1>{TITLE}</h1>"


def published(**page: str) -> tuple[str, str | None]:
    article = made(**page)
    return article.published.date().isoformat() if article.published else "", source(
        article, "published"
    )


@pytest.mark.parametrize(
    "written",
    [
        "5 mars 2024", "den 5 mars 2024", "5. märz 2024", "Dienstag, 5. März 2024", "5 de março de 2024", "5 de marzo del 2024", "5 d'abril de 2024",
        "5 marca 2024", "5. března 2024", "5 марта 2024 г.", "5 Μαρτίου 2024", "5 Mart 2024", "2024. március 5.", "2024 m. kovo 5 d.", "5 tháng 3, 2024",
        "2024年3月5日", "2024년 3월 5일", "Mar-05-2024", "5-Mar-2024", "31 Donnerstag Okt 2019", "05.03.24", "05.03.2024", "2024.03.05", "5/3/2024",
    ],
)  # fmt: skip
def test_a_day_is_read_in_the_words_and_figures_of_its_language(written: str) -> None:
    days = [day.date().isoformat() for day, _ in find_dates(written, SEEN)]
    assert days in (["2024-03-05"], ["2024-04-05"], ["2019-10-31"])


@pytest.mark.parametrize(
    "written",
    [
        "Market 5, 2019",
        "24 Stunden 2019",
        "10.04.20.1",
        "5 comments 2019",
        "version 1.2.2019.3",
        "31 February 2024",
        "2024",
    ],
)
def test_words_and_figures_that_are_no_day_give_none(written: str) -> None:
    assert list(find_dates(written, SEEN)) == []


@pytest.mark.parametrize(
    ("language", "host", "first"),
    [
        ("en", "x.example", True), ("en-US", "x.example", True), ("en_GB", "x.example", False), ("en", "x.co.uk", False), ("de", "x.example", False),
        ("", "x", False),
    ],
)  # fmt: skip
def test_the_page_tells_whether_the_month_comes_first(
    language: str, host: str, first: bool
) -> None:
    assert writes_month_first(language, host) is first
    found = parse_date("03/05/2024", SEEN, first)
    assert found is not None
    assert (found.month, found.day) == ((3, 5) if first else (5, 3))


def test_a_number_above_twelve_is_the_day_in_any_country() -> None:
    assert {
        str(parse_date(written, SEEN, first))[:10]
        for written in ("13/5/2024", "5/13/2024")
        for first in (True, False)
    } == {"2024-05-13"}


def test_every_day_comes_with_the_words_before_it() -> None:
    assert [
        (day.day, words.strip())
        for day, words in find_dates("Written: 2024-03-05 / Updated: 2024-03-07", SEEN)
    ] == [(5, "Written:"), (7, "/ Updated:")]


def test_no_month_is_a_weekday_and_every_month_has_names() -> None:
    assert not WEEKDAYS & MONTHS.keys()
    assert set(MONTHS.values()) == set(range(1, 13))


def test_an_address_may_name_the_month() -> None:
    assert str(date_in_url("https://a.example/news/2014/sep/26/title", SEEN))[:10] == "2014-09-26"
    assert date_in_url("https://a.example/2014/oops/26/title", SEEN) is None


@pytest.mark.parametrize(
    "line",
    [
        "<p>Written: 2024-03-05 10:00 / Updated: 2024-03-07 11:00</p>",
        "<p>Last updated 7 March 2024, originally created 5 March 2024</p>",
        "<p>Zuletzt aktualisiert am 7. März 2024 | Veröffentlicht am 5. März 2024</p>",
        "<div><span>Mar</span><span>5</span><span>2024</span></div>",
        "<div>5</div><div>March</div><div>2024</div>",
        "<p>News, 3/5/2024</p>",
    ],
)
def test_the_day_under_the_headline_is_read_and_that_of_a_change_is_not(line: str) -> None:
    assert published(above=HEADING + line) == ("2024-03-05", "byline")


def test_a_caption_does_not_date_a_page_that_has_a_line_for_its_date() -> None:
    caption = "<div>Figure: the cluster as seen from above by the operators on the 31.05.2021 (left) and its quorums (right)</div>"
    assert published(above=HEADING + caption, below="<div>05.03.2024 um 09:25</div>") == (
        "2024-03-05",
        "byline",
    )


def test_the_dates_of_other_pages_are_not_its_own() -> None:
    assert published(above=HEADING, below="<div class='related'><p>5 March 2024</p></div>") == (
        "",
        None,
    )


@pytest.mark.parametrize(
    ("where", "source"),
    [
        ({"url": "https://x.example/2024/03/05/a"}, "url"),
        ({"above": HEADING + "<p>March 5, 2024 | 9:25pm</p>"}, "byline"),
    ],
)
def test_a_time_in_utc_gives_way_to_the_day_that_readers_see(
    where: dict[str, str], source: str
) -> None:
    head = "<meta property='article:published_time' content='2024-03-06T02:25:54+00:00'>"
    assert published(head=head, **where) == ("2024-03-05", source)


@pytest.mark.parametrize(
    "declared",
    ["2024-03-06T20:00:00Z", "2024-03-06T02:25:00-05:00", "2024-03-06", "2024-03-09T02:00:00Z"],
)
def test_a_declared_day_holds_when_no_zone_explains_another(declared: str) -> None:
    head = f"<meta property='article:published_time' content='{declared}'>"
    assert published(head=head, url="https://x.example/2024/03/05/a") == (
        declared[:10],
        "opengraph",
    )


def test_of_several_time_elements_the_one_under_the_headline_counts() -> None:
    menu = "<nav><time class='date' datetime='2025-01-01'>1 January</time></nav>"
    assert published(
        above=f"{menu}{HEADING}<p><time class='date' datetime='2024-03-05'>5 March 2024</time></p>"
    ) == ("2024-03-05", "time")


def test_thousands_of_dates_are_read_in_time() -> None:
    start = time.process_time()
    published(
        above=HEADING
        + "<time class='date'>5 March 3024</time>" * 5_000
        + "<p>1 a 2 b 3 c 1/1/1999 </p>" * 5_000
    )
    assert time.process_time() - start < 8
